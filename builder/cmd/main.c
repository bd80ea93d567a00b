/* SPDX-License-Identifier: ISC */
#include "cmd/main.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"

static cmd_fn *const command[VERB_COUNT] = {
	[VERB_BUILD] = cmd_build,
	[VERB_FETCH] = cmd_fetch,
	[VERB_LIST] = cmd_list,
	[VERB_SHOW] = cmd_show,
	[VERB_GRAPH] = cmd_graph,
	[VERB_WHY] = cmd_why,
	[VERB_BUNDLE] = cmd_bundle,
	[VERB_LEGAL] = cmd_legal,
	[VERB_DEPLOY] = cmd_deploy,
	[VERB_KEY] = cmd_key,
	[VERB_SIZE] = cmd_size,
	[VERB_LOG] = cmd_log,
	[VERB_SHELL] = cmd_shell,
	[VERB_LINT] = cmd_lint,
	[VERB_FMT] = cmd_fmt,
	[VERB_CHECKSUM] = cmd_checksum,
	[VERB_VERIFY] = cmd_verify,
	[VERB_GC] = cmd_gc,
	[VERB_DOCTOR] = cmd_doctor,
	[VERB_EXPLAIN] = cmd_explain,
	[VERB_COMPLETE] = cmd_complete,
	[VERB_HELP] = cmd_help,
	[VERB_VERSION] = cmd_version,
};

/* Shells and make tell a person from the status of a signal: die of it. */
static int
end(int status)
{
	if (status > 128) {
		signal(status - 128, SIG_DFL);
		raise(status - 128);
	}
	return status;
}

int
cmd_main(int argc, char **argv, bool is_all)
{
	struct arena run = { 0 };
	struct args args;
	struct err e = { 0 };
	int status = 0;

	int parsed = args_parse(&run, argc, argv, &args, &e);
	args.is_all = is_all;
	if (parsed == -1 || command[args.verb](&args, &status, &e) == -1) {
		struct str text = str_clean(&run, str_of(e.text));
		fprintf(stderr, "kiln: " STR_FMT "\n", STR_ARG(text));
		status = (int)e.kind;
	}
	arena_free(&run);
	return end(status);
}
