/*
 * option.h - the options of compiler and linker that the driver has to know.
 *
 * One row for each: how it takes its value, and what it means to the driver.  An
 * option without a row is one word and is passed on.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_OPTION_H
#define DRIVER_OPTION_H

#include "base/base.h"

enum option_form {
	FORM_ALONE,  /* -c */
	FORM_NEXT,   /* -include FILE */
	FORM_JOINED, /* --sysroot=DIR */
	FORM_EITHER, /* -oFILE or -o FILE */
};

enum option_effect {
	EFFECT_PASS,
	EFFECT_DROP,      /* what it asks for holds anyway, or the driver sees to it */
	EFFECT_LEAVE_OUT, /* the same, with a line in the log: `why` */
	EFFECT_NO_LINK,   /* -c */
	EFFECT_INFORM,    /* only prints: --version */
	EFFECT_SHARED,
	EFFECT_RELOCATABLE,
	EFFECT_NO_START,
	EFFECT_NO_LIBS,
	EFFECT_NO_BOTH,
	EFFECT_NO_CXX,
	EFFECT_NO_PIE, /* the program is not to be position-independent */
	EFFECT_NO_PIC, /* an object is not */
	EFFECT_OUTPUT,
	EFFECT_MAP, /* a link map is wanted there; "-" is standard output */
	EFFECT_PRINT_MAP,
	EFFECT_INPUTS,  /* the list of files that were opened */
	EFFECT_TAKEN,   /* the list of archive members that were taken */
	EFFECT_LIBRARY, /* an input */
	EFFECT_LIBCXX,  /* the C++ library is asked for by name */
	EFFECT_LINKER,  /* words for the linker, joined by commas */
	EFFECT_LINKER_WORD,
	EFFECT_END, /* -- */
};

struct cc_option {
	const char *name;
	enum option_form form;
	enum option_effect effect;
	const char *why;
};

/* The row of a word; value is what is joined to it, NULL when nothing is (it is the next
 * word, if the form takes one). NULL: the word has no row. */
const struct cc_option *option_of_compiler(const char *word, const char **value);
const struct cc_option *option_of_linker(const char *word, const char **value);

/* Does the option take the next word? value as given by the functions above. */
bool option_wants_next(const struct cc_option *o, const char *value);

#endif
