/*
 * finding.h - what the judge found, and which of it the recipe waives.
 *
 * A waiver is for one rule and for the paths that its pattern matches.  A pattern is
 * a path with its class (dev/usr/lib/libz.a) or without (usr/lib/libz.a); a final
 * "*" stands for any rest; an archive's path stands for its members too; an empty
 * pattern matches all.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_FINDING_H
#define MAKE_FINDING_H

#include "base/buf.h"
#include "make/rule.h"
#include "recipe/package.h"

struct finding {
	const struct rule *rule;
	struct str path;   /* class and inner path, for a member "dev/usr/lib/libz.a(adler32.o)" */
	struct str detail; /* "needs libc.so.6" */
	struct str waived; /* the reason, empty when it is not waived */
};

/* A file of the object, or one member of it. */
struct place {
	struct str path;   /* "dev/usr/lib/libz.a"; "object", "licence", "recipe" for no one file */
	struct str member; /* empty: the file itself */
};

/* Initialise with { .a = arena, .package = p }; made complete by findings_end. */
struct findings {
	struct arena *a;
	const struct package *package;
	struct finding *v;
	int n, cap;
	bool *is_used; /* one for each waiver of the package */
};

/* One more. Path and detail are copied, control characters in them replaced. */
void findings_add(struct findings *f, enum rule_id rule, struct place at, const char *fmt, ...)
    PRINTF(4, 5);

/* Add what is wrong with the waivers themselves, and sort by file, rule and member. */
void findings_end(struct findings *f);

/* "elf-needed: bin/usr/bin/curl: needs libc.so.6" and a line with the remedy, or with
 * the reason for which it is waived. */
void finding_print(struct buf *out, const struct finding *f);

/* All of them, sorted as findings_end does; of one rule in one archive the first few,
 * and how many more there are. */
void findings_print(struct buf *out, const struct finding *v, int n);

#endif
