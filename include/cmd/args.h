/*
 * args.h - the command line: one table of verbs, one of flags.
 *
 *	kiln [flags] VERB [PACKAGE...] [flags]
 *
 * The tables drive parsing, `kiln help`, the shells' completions and the check of the
 * manual page.  -h and --help anywhere mean help for the verb.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_ARGS_H
#define CMD_ARGS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

enum verb {
	VERB_BUILD,
	VERB_FETCH,
	VERB_LIST,
	VERB_SHOW,
	VERB_GRAPH,
	VERB_WHY,
	VERB_SIZE,
	VERB_LOG,
	VERB_SHELL,
	VERB_LINT,
	VERB_FMT,
	VERB_CHECKSUM,
	VERB_BUNDLE,
	VERB_LEGAL,
	VERB_DEPLOY,
	VERB_KEY,
	VERB_VERIFY,
	VERB_GC,
	VERB_DOCTOR,
	VERB_EXPLAIN,
	VERB_COMPLETE,
	VERB_HELP,
	VERB_VERSION,
	VERB_COUNT
};

enum opt {
	OPT_TARGET,
	OPT_JOBS,
	OPT_DRY_RUN,
	OPT_OUTPUT,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_DIRECTORY,
	OPT_TREE,
	OPT_OFFLINE,
	OPT_JSON,
	OPT_PROGRESS,
	OPT_COLOR,
	OPT_DISTFILES,
	OPT_SANDBOX,
	OPT_FROM,
	OPT_CHECK,
	OPT_NO_TEST,
	OPT_FORCE,
	OPT_FAIL_FAST,
	OPT_OPTION,
	OPT_SRC,
	OPT_ALL,
	OPT_FORMAT,
	OPT_SIZE,
	OPT_REPAIR,
	OPT_STDIN,
	OPT_KEY,
	OPT_CHECK_BUNDLE,
	OPT_SINCE,
	OPT_ROLLBACK,
	OPT_PASSPHRASE_FILE,
	OPT_NO_PASSPHRASE,
	OPT_HELP,
	OPT_VERSION,
	OPT_COUNT
};

struct verb_row {
	const char *name, *operands, *summary;
	const char *example; /* one or two lines */
	int least;           /* operands it needs */
};

struct opt_row {
	char letter; /* 0: none */
	const char *name;
	const char *value; /* how help calls its value; NULL: it takes none */
	const char *help;
	uint64_t verbs; /* bit for each verb that takes it; all ones: every verb */
};

const struct verb_row *args_verb(enum verb v);
const struct opt_row *args_opt(enum opt f);

struct args {
	enum verb verb;
	VEC(struct str) operand;
	bool given[OPT_COUNT];
	/* The last one; lists are joined by ",", those of folders by a newline. */
	struct str value[OPT_COUNT];
	bool is_all; /* this program is kiln-fetch and kiln-cc as well */
};

/* ERR_USAGE with the nearest verb or flag. */
MUST_USE int args_parse(struct arena *run, int argc, char **argv, struct args *out, struct err *e);

/* `kiln help` and `kiln help VERB`. */
void args_help(struct buf *out);
void args_help_verb(struct buf *out, enum verb v);
int args_find_verb(struct str name); /* an enum verb, or -1 */

/* A completion script for "bash", "zsh" or "fish" from the tables; -1 for another shell. */
MUST_USE int args_complete(struct buf *out, struct str shell, struct err *e);

#endif
