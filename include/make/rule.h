/*
 * rule.h - what the judge looks for: one row for each rule.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_RULE_H
#define MAKE_RULE_H

#include "base/buf.h"

enum rule_id {
	/* linked programs */
	RULE_ELF_DAMAGED,
	RULE_ELF_MACHINE,
	RULE_ELF_CLASS,
	RULE_ELF_FLAGS,
	RULE_ELF_FLOAT_ABI,
	RULE_ELF_INTERP,
	RULE_ELF_NEEDED,
	RULE_ELF_RUNPATH,
	RULE_ELF_TEXTREL,
	RULE_ELF_EXEC_STACK,
	RULE_ELF_WRITABLE_CODE,
	RULE_ELF_TLS,
	RULE_ELF_RELRO,
	RULE_ELF_STATIC_PIE,
	RULE_ELF_SHARED,
	RULE_ELF_DEBUG,
	RULE_ELF_BUILD_ID,
	/* archives, and object files that stand alone */
	RULE_ARCHIVE_DAMAGED,
	RULE_ARCHIVE_MACHINE,
	RULE_ARCHIVE_LEVEL,
	RULE_ARCHIVE_BITCODE,
	RULE_ARCHIVE_EMPTY,
	RULE_ARCHIVE_DEBUG,
	RULE_ARCHIVE_NOT_AN_OBJECT,
	/* how programs were linked */
	RULE_LINK_DUPLICATE,
	RULE_LINK_RECORD,
	/* bytes and text */
	RULE_LEAK_PATH,
	RULE_LEAK_BUILD_PATH,
	RULE_PC_RELOCATABLE,
	RULE_CMAKE_RELOCATABLE,
	RULE_CONFIG_SCRIPT_RELOCATABLE,
	RULE_LIBTOOL_ARCHIVE,
	RULE_SHEBANG,
	/* the folder */
	RULE_LICENCE_MISSING,
	RULE_SET_ID,
	RULE_WORLD_WRITABLE,
	RULE_SPECIAL_FILE,
	RULE_PATH_OUTSIDE_PREFIX,
	RULE_BROKEN_LINK,
	RULE_EMPTY_OBJECT,
	/* the recipe's waivers; these cannot be waived */
	RULE_WAIVER_UNUSED,
	RULE_WAIVER_UNKNOWN,
	RULE_COUNT
};

struct rule {
	const char *id;      /* "elf-needed" */
	const char *summary; /* one line */
	/* A paragraph each, not broken into lines. */
	const char *what, *why, *remedy;
	/* An example of a waiver; NULL when the rule cannot be waived. */
	const char *waive_path, *waive_reason;
};

/* Row i, NULL past the last. */
const struct rule *rule_row(int i);

/* The enum rule_id of an id, -1 when there is none. */
int rule_find(struct str id);

/* What `kiln explain ID` shows: the paragraphs, and how to waive. */
void rule_explain(struct buf *out, const struct rule *r);

#endif
