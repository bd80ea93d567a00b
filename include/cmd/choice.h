/*
 * choice.h - --option on the command line: which of the named packages each word is for.
 *
 *	--option http2           of every named package that has it; one must
 *	--option -http2          the same, switched off
 *	--option curl:http2      of curl, which must be named
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_CHOICE_H
#define CMD_CHOICE_H

#include "plan/graph.h"

struct choice {
	struct str word;         /* as it was given */
	struct str package;      /* n == 0: any that is named */
	struct str name, option; /* "http2"; "http2" or "-http2" */
	bool is_used;
};

struct choices {
	struct choice *v;
	int n;
};

/* The words of a list "a,-b,p:c". ERR_USAGE for what is none. */
MUST_USE int choices_read(struct arena *run, struct str list, struct choices *out, struct err *e);

/* Give each of n wants the options that are for it. ERR_USAGE for a word that is for none of
 * them, and for two that say the opposite. */
MUST_USE int choices_apply(struct arena *run, struct tree *t, struct choices *c, struct want *want,
    int n, struct str build_target, struct err *e);

#endif
