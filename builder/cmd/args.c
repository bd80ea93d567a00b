/* SPDX-License-Identifier: ISC */
#include "cmd/args.h"

#include <stdio.h>

#define BIT(v) (UINT64_C(1) << (v))
#define EVERY  UINT64_MAX
#define READS                                                                                      \
	(BIT(VERB_LIST) | BIT(VERB_SHOW) | BIT(VERB_GRAPH) | BIT(VERB_WHY) | BIT(VERB_SIZE) |      \
	    BIT(VERB_DOCTOR) | BIT(VERB_LINT) | BIT(VERB_VERIFY) | BIT(VERB_EXPLAIN))
#define PACKAGES                                                                                   \
	(BIT(VERB_BUILD) | BIT(VERB_FETCH) | BIT(VERB_SHOW) | BIT(VERB_GRAPH) | BIT(VERB_WHY) |    \
	    BIT(VERB_SIZE) | BIT(VERB_LOG) | BIT(VERB_SHELL) | BIT(VERB_CHECKSUM))

static const struct verb_row verb_row[VERB_COUNT] = {
	[VERB_BUILD] = { "build", "PACKAGE...", "build packages and all they need",
	    "kiln build curl\nkiln build curl wireguard-tools -t armv7,aarch64", 0 },
	[VERB_FETCH] = { "fetch", "[PACKAGE...]",
	    "download and verify sources, so that a build needs no network", "kiln fetch --all",
	    0 },
	[VERB_LIST] = { "list", "", "the packages there are", "kiln list --json", 0 },
	[VERB_SHOW] = { "show", "PACKAGE...", "what a recipe says, and what was built from it",
	    "kiln show curl -t armv7", 1 },
	[VERB_GRAPH] = { "graph", "[PACKAGE...]", "what needs what: text, dot, json",
	    "kiln graph curl --format dot | dot -Tsvg > curl.svg", 0 },
	[VERB_WHY] = { "why", "PACKAGE [NEED]",
	    "which input changed since the last build; why NEED is needed, and what of it is "
	    "linked",
	    "kiln why curl -t armv7\nkiln why curl zlib -t armv7", 1 },
	[VERB_SIZE] = { "size", "PACKAGE|BUNDLE.json",
	    "what its programs consist of: whose objects, how many bytes of each",
	    "kiln size curl -t armv7 -v\nkiln size new/box-armv7.json --since old/box-armv7.json",
	    1 },
	[VERB_LOG] = { "log", "PACKAGE", "the log of the last build", "kiln log openssl -t armv7",
	    1 },
	[VERB_SHELL] = { "shell", "PACKAGE",
	    "a shell in the package's sandbox, a failed build included",
	    "kiln shell openssl -t armv7", 1 },
	[VERB_LINT] = { "lint", "[PACKAGE...]", "check recipes", "kiln lint", 0 },
	[VERB_FMT] = { "fmt", "[PACKAGE...]", "write recipes in their one format",
	    "kiln fmt curl\nkiln fmt --stdin < recipe", 0 },
	[VERB_CHECKSUM] = { "checksum", "PACKAGE...",
	    "fill in sha256 and size after a version bump", "kiln checksum curl", 1 },
	[VERB_BUNDLE] = { "bundle", "PROFILE",
	    "make a bundle for a device of what a profile names; or --verify FILES of one",
	    "kiln bundle minimal -t armv7 --key my.key\n"
	    "kiln bundle --verify out/bundle/minimal/SHA256SUMS --key my.key.pub",
	    0 },
	[VERB_LEGAL] = { "legal", "PROFILE",
	    "collect the sources that go with a bundle where licences ask for it",
	    "kiln legal minimal -t armv7", 0 },
	[VERB_DEPLOY] = { "deploy", "PROFILE HOST[:DIR]",
	    "put a bundle on a device by ssh, in one step and with a way back",
	    "kiln deploy minimal root@board\nkiln deploy minimal root@board:/opt/tools --rollback",
	    2 },
	[VERB_KEY] = { "key", "new|show FILE",
	    "make a key to sign bundles with; the public key of one",
	    "kiln key new my.key\nkiln key show my.key", 2 },
	[VERB_VERIFY] = { "verify", "", "hash every object in the store again",
	    "kiln verify --repair", 0 },
	[VERB_GC] = { "gc", "", "remove what no recipe leads to any more", "kiln gc --dry-run", 0 },
	[VERB_DOCTOR] = { "doctor", "", "what this machine lacks, and how to get it", "kiln doctor",
	    0 },
	[VERB_EXPLAIN] = { "explain", "[RULE]", "what a rule of the judge means and what to do",
	    "kiln explain elf-needed", 0 },
	[VERB_COMPLETE] = { "complete", "bash|zsh|fish", "a completion script for a shell",
	    "kiln complete bash > /etc/bash_completion.d/kiln", 1 },
	[VERB_HELP] = { "help", "[VERB|recipe]", "this text, one verb's, or the recipe language",
	    "kiln help build", 0 },
	[VERB_VERSION] = { "version", "", "the version", "kiln version", 0 },
};

static const struct opt_row opt_row[OPT_COUNT] = {
	[OPT_TARGET] = { 't', "target", "T[,T...]",
	    "machines to build for; default armv7, or KILN_TARGET",
	    PACKAGES | BIT(VERB_LINT) | BIT(VERB_GC) | BIT(VERB_LIST) | BIT(VERB_BUNDLE) |
		BIT(VERB_LEGAL) | BIT(VERB_DEPLOY) },
	[OPT_JOBS] = { 'j', "jobs", "N", "compilers at once, over all packages; default: the cores",
	    BIT(VERB_BUILD) | BIT(VERB_BUNDLE) | BIT(VERB_LEGAL) },
	[OPT_DRY_RUN] = { 'n', "dry-run", NULL, "print the plan, do nothing",
	    BIT(VERB_BUILD) | BIT(VERB_GC) | BIT(VERB_DEPLOY) },
	[OPT_OUTPUT] = { 'o', "output", "DIR", "copy the result there", BIT(VERB_BUILD) },
	[OPT_QUIET] = { 'q', "quiet", NULL, "say nothing but failures", EVERY },
	[OPT_VERBOSE] = { 'v', "verbose", NULL,
	    "say more: what was reused, where from; whole logs of failures", EVERY },
	[OPT_DIRECTORY] = { 'C', "directory", "DIR", "the tree that holds recipes/", EVERY },
	[OPT_TREE] = { 0, "tree", "DIR", "a private tree before it; may be repeated", EVERY },
	[OPT_OFFLINE] = { 0, "offline", NULL, "never use the network",
	    BIT(VERB_BUILD) | BIT(VERB_FETCH) | BIT(VERB_CHECKSUM) | BIT(VERB_SHELL) |
		BIT(VERB_BUNDLE) | BIT(VERB_LEGAL) },
	[OPT_JSON] = { 0, "json", NULL, "answer in JSON", READS },
	[OPT_PROGRESS] = { 0, "progress", "auto|tty|plain|quiet|json",
	    "how a build is shown; KILN_PROGRESS",
	    BIT(VERB_BUILD) | BIT(VERB_FETCH) | BIT(VERB_BUNDLE) | BIT(VERB_LEGAL) },
	[OPT_COLOR] = { 0, "color", "auto|always|never", "colours; NO_COLOR is honoured", EVERY },
	[OPT_DISTFILES] = { 0, "distfiles", "DIR", "look for sources there first; KILN_DISTFILES",
	    BIT(VERB_BUILD) | BIT(VERB_FETCH) | BIT(VERB_CHECKSUM) | BIT(VERB_SHELL) |
		BIT(VERB_BUNDLE) | BIT(VERB_LEGAL) },
	[OPT_SANDBOX] = { 0, "sandbox", "full|none",
	    "full is what there is; none, without namespaces, is refused",
	    BIT(VERB_BUILD) | BIT(VERB_SHELL) },
	[OPT_FROM] = { 0, "from", "PHASE",
	    "resume a kept build at configure, build, check or install", BIT(VERB_BUILD) },
	[OPT_CHECK] = { 0, "check", NULL, "run upstream's own test suites too", BIT(VERB_BUILD) },
	[OPT_NO_TEST] = { 0, "no-test", NULL, "do not run the recipes' tests", BIT(VERB_BUILD) },
	[OPT_FORCE] = { 'f', "force", NULL, "build what is named again, although it is there",
	    BIT(VERB_BUILD) },
	[OPT_FAIL_FAST] = { 0, "fail-fast", NULL, "stop at the first failure", BIT(VERB_BUILD) },
	[OPT_OPTION] = { 0, "option", "[PACKAGE:][-]NAME[,...]",
	    "switch options of the packages named on, or off with -",
	    BIT(VERB_BUILD) | BIT(VERB_SHOW) | BIT(VERB_SIZE) },
	[OPT_SRC] = { 0, "src", "DIR", "build the one package from a working copy; dirty",
	    BIT(VERB_BUILD) | BIT(VERB_SHOW) | BIT(VERB_WHY) | BIT(VERB_SHELL) },
	[OPT_ALL] = { 'a', "all", NULL, "every package; legal: also those that need no offer",
	    BIT(VERB_BUILD) | BIT(VERB_FETCH) | BIT(VERB_LEGAL) },
	[OPT_FORMAT] = { 0, "format", "F[,F...]",
	    "graph: text, dot or json; bundle: of tar.gz, tar.zst, cpio, oci",
	    BIT(VERB_GRAPH) | BIT(VERB_BUNDLE) },
	[OPT_SIZE] = { 0, "size", NULL, "with sizes, alone and with all that is linked",
	    BIT(VERB_GRAPH) },
	[OPT_REPAIR] = { 0, "repair", NULL,
	    "move damaged objects away, so that they are built again", BIT(VERB_VERIFY) },
	[OPT_KEY] = { 0, "key", "FILE", "the secret key to sign with; to verify, the public one",
	    BIT(VERB_BUNDLE) },
	[OPT_CHECK_BUNDLE] = { 0, "verify", NULL,
	    "check files of a bundle against its signature, make nothing", BIT(VERB_BUNDLE) },
	[OPT_SINCE] = { 0, "since", "FILE", "of a bundle: what grew since that one",
	    BIT(VERB_SIZE) },
	[OPT_ROLLBACK] = { 0, "rollback", NULL, "back to the version before this one",
	    BIT(VERB_DEPLOY) },
	[OPT_PASSPHRASE_FILE] = { 0, "passphrase-file", "FILE",
	    "the key's passphrase is its first line", BIT(VERB_BUNDLE) | BIT(VERB_KEY) },
	[OPT_NO_PASSPHRASE] = { 0, "no-passphrase", NULL, "who has the file can sign",
	    BIT(VERB_KEY) },
	[OPT_STDIN] = { 0, "stdin", NULL, "standard input to standard output", BIT(VERB_FMT) },
	[OPT_HELP] = { 'h', "help", NULL, "help for the verb", EVERY },
	[OPT_VERSION] = { 0, "version", NULL, "the version", EVERY },
};

const struct verb_row *
args_verb(enum verb v)
{
	return &verb_row[v];
}

const struct opt_row *
args_opt(enum opt f)
{
	return &opt_row[f];
}

int
args_find_verb(struct str name)
{
	for (int v = 0; v < VERB_COUNT; v++)
		if (str_is(name, verb_row[v].name))
			return v;
	return -1;
}

static int
unknown_verb(struct str name, struct err *e)
{
	struct str all[VERB_COUNT];

	for (int v = 0; v < VERB_COUNT; v++)
		all[v] = str_of(verb_row[v].name);
	int near = str_nearest(name, all, VERB_COUNT);
	if (near == -1)
		return err_set(
		    e, ERR_USAGE, "'" STR_FMT "' is not a verb (kiln help)", STR_ARG(name));
	return err_set(e, ERR_USAGE,
	    "'" STR_FMT "' is not a verb; did you mean 'kiln " STR_FMT "'?", STR_ARG(name),
	    STR_ARG(all[near]));
}

static int
unknown_flag(struct str name, struct err *e)
{
	struct str all[OPT_COUNT];

	for (int f = 0; f < OPT_COUNT; f++)
		all[f] = str_of(opt_row[f].name);
	int near = str_nearest(name, all, OPT_COUNT);
	if (near == -1)
		return err_set(
		    e, ERR_USAGE, "'--" STR_FMT "' is not a flag (kiln help)", STR_ARG(name));
	return err_set(e, ERR_USAGE, "'--" STR_FMT "' is not a flag; did you mean '--" STR_FMT "'?",
	    STR_ARG(name), STR_ARG(all[near]));
}

struct parser {
	struct arena *run;
	struct args *args;
	int argc, at;
	char **argv;
	bool has_verb, is_over; /* behind "--" */
};

static void
keep(struct parser *p, enum opt f, struct str value)
{
	/* A folder's name may hold a comma. */
	const char *between = f == OPT_TREE                      ? "\n" :
			      f == OPT_TARGET || f == OPT_OPTION ? "," :
								   NULL;

	if (p->args->given[f] && between != NULL)
		value = str_printf(p->run, STR_FMT "%s" STR_FMT, STR_ARG(p->args->value[f]),
		    between, STR_ARG(value));
	p->args->given[f] = true;
	p->args->value[f] = value;
}

/* The value of a flag: what stands behind "=", or the next word. */
static int
take_value(struct parser *p, enum opt f, struct str given, bool has_given, struct err *e)
{
	const struct opt_row *row = &opt_row[f];

	if (row->value == NULL) {
		if (has_given)
			return err_set(e, ERR_USAGE, "--%s takes no value", row->name);
		keep(p, f, STR(""));
		return 0;
	}
	if (!has_given) {
		if (p->at + 1 >= p->argc)
			return err_set(
			    e, ERR_USAGE, "--%s wants a value: %s", row->name, row->value);
		given = str_of(p->argv[++p->at]);
	}
	keep(p, f, given);
	return 0;
}

static int
take_long(struct parser *p, struct str word, struct err *e)
{
	struct str rest = str_skip(word, 2), name;

	if (!str_cut(&rest, '=', &name))
		name = STR("");
	bool has_value = name.n + 2 < word.n;
	for (int f = 0; f < OPT_COUNT; f++)
		if (str_is(name, opt_row[f].name))
			return take_value(p, (enum opt)f, rest, has_value, e);
	return unknown_flag(name, e);
}

/* -j4, -j 4, -nq */
static int
take_short(struct parser *p, struct str word, struct err *e)
{
	for (size_t i = 1; i < word.n; i++) {
		int f = 0;
		while (f < OPT_COUNT && opt_row[f].letter != word.p[i])
			f++;
		if (f == OPT_COUNT)
			return err_set(e, ERR_USAGE, "'-%c' is not a flag (kiln help)", word.p[i]);
		struct str rest = str_skip(word, i + 1);
		if (opt_row[f].value != NULL)
			return take_value(p, (enum opt)f, rest, rest.n != 0, e);
		keep(p, (enum opt)f, STR(""));
	}
	return 0;
}

static int
take_word(struct parser *p, struct str word, struct err *e)
{
	if (!p->is_over && str_is(word, "--")) {
		p->is_over = true;
		return 0;
	}
	if (!p->is_over && str_starts(word, STR("--")))
		return take_long(p, word, e);
	if (!p->is_over && word.n > 1 && word.p[0] == '-')
		return take_short(p, word, e);
	if (p->has_verb) {
		VEC_ADD(p->run, &p->args->operand, word);
		return 0;
	}
	int v = args_find_verb(word);
	if (v == -1)
		return unknown_verb(word, e);
	p->args->verb = (enum verb)v;
	p->has_verb = true;
	return 0;
}

/* Flags and operands that the verb does not take are refused, not ignored. */
static int
check_fit(const struct parser *p, struct err *e)
{
	const struct args *a = p->args;
	const struct verb_row *row = &verb_row[a->verb];

	for (int f = 0; f < OPT_COUNT; f++)
		if (a->given[f] && !(opt_row[f].verbs & BIT(a->verb)))
			return err_set(e, ERR_USAGE, "%s does not take --%s (kiln help %s)",
			    row->name, opt_row[f].name, row->name);
	if (a->operand.n < row->least)
		return err_set(e, ERR_USAGE, "%s wants %s\n\nusage: kiln %s %s\n%s", row->name,
		    row->operands, row->name, row->operands, row->example);
	if (row->operands[0] == '\0' && a->operand.n != 0)
		return err_set(e, ERR_USAGE, "%s takes no operands, '" STR_FMT "' is one too many",
		    row->name, STR_ARG(a->operand.v[0]));
	return 0;
}

int
args_parse(struct arena *run, int argc, char **argv, struct args *out, struct err *e)
{
	struct parser p = { .run = run, .args = out, .argc = argc, .at = 1, .argv = argv };

	*out = (struct args){ .verb = VERB_HELP };
	for (; p.at < argc; p.at++)
		if (take_word(&p, str_of(argv[p.at]), e) == -1)
			return -1;
	if (out->given[OPT_HELP]) {
		struct str name = str_of(verb_row[out->verb].name);
		bool is_plain = !p.has_verb || out->verb == VERB_HELP;
		out->verb = VERB_HELP;
		out->operand.n = 0;
		if (!is_plain)
			VEC_ADD(run, &out->operand, name);
		return 0;
	}
	if (out->given[OPT_VERSION])
		out->verb = VERB_VERSION;
	return check_fit(&p, e);
}

static void
help_flags(struct buf *out, uint64_t verbs, bool common)
{
	for (int f = 0; f < OPT_COUNT; f++) {
		const struct opt_row *row = &opt_row[f];
		struct arena tmp = { 0 };
		if ((row->verbs & verbs) == 0 || (row->verbs == EVERY) != common)
			continue;
		char letter[8] = "    ";
		if (row->letter != 0)
			snprintf(letter, sizeof(letter), "-%c, ", row->letter);
		const char *name = arena_printf(&tmp, "--%s%s%s", row->name,
		    row->value == NULL ? "" : " ", row->value == NULL ? "" : row->value);
		buf_printf(out, "  %s%-24s %s\n", letter, name, row->help);
		arena_free(&tmp);
	}
}

void
args_help(struct buf *out)
{
	buf_add_z(out, "kiln builds fully static Linux programs for small machines.\n\n"
		       "usage: kiln [flags] VERB [PACKAGE...] [flags]\n\n");
	for (int v = 0; v < VERB_COUNT; v++)
		buf_printf(out, "  %-10s %s\n", verb_row[v].name, verb_row[v].summary);
	buf_add_z(out, "\nEverywhere:\n");
	help_flags(out, EVERY, true);
	buf_add_z(out,
	    "\nkiln help VERB says more; kiln help recipe is the language.\n"
	    "exit status: 0 done, 1 a package failed, 2 usage, 3 a recipe is wrong,\n"
	    "4 fetch or verification, 5 a check or test, 6 not reproducible, 7 the machine\n");
}

void
args_help_verb(struct buf *out, enum verb v)
{
	const struct verb_row *row = &verb_row[v];
	struct str rest = str_of(row->example), line;

	buf_printf(out, "kiln %s: %s\n\nusage: kiln %s %s%s[flags]\n\n", row->name, row->summary,
	    row->name, row->operands, row->operands[0] == '\0' ? "" : " ");
	help_flags(out, BIT(v), false);
	help_flags(out, BIT(v), true);
	buf_add_z(out, "\nexample:\n");
	while (str_cut(&rest, '\n', &line))
		buf_printf(out, "  " STR_FMT "\n", STR_ARG(line));
}

static void
complete_words(struct buf *out)
{
	for (int v = 0; v < VERB_COUNT; v++)
		buf_printf(out, "%s ", verb_row[v].name);
	for (int f = 0; f < OPT_COUNT; f++)
		buf_printf(out, "--%s ", opt_row[f].name);
}

static void
complete_fish(struct buf *out)
{
	for (int v = 0; v < VERB_COUNT; v++)
		buf_printf(out, "complete -c kiln -n __fish_use_subcommand -f -a %s -d '%s'\n",
		    verb_row[v].name, verb_row[v].summary);
	for (int f = 0; f < OPT_COUNT; f++)
		buf_printf(out, "complete -c kiln -l %s\n", opt_row[f].name);
	buf_add_z(out, "complete -c kiln -n 'not __fish_use_subcommand' -f -a '(kiln list -q)'\n");
}

int
args_complete(struct buf *out, struct str shell, struct err *e)
{
	if (str_is(shell, "fish")) {
		complete_fish(out);
		return 0;
	}
	if (!str_is(shell, "bash") && !str_is(shell, "zsh"))
		return err_set(e, ERR_USAGE,
		    "no completions for '" STR_FMT "', only bash, zsh, fish", STR_ARG(shell));
	if (str_is(shell, "zsh"))
		buf_add_z(out, "autoload -U +X bashcompinit && bashcompinit\n");
	buf_add_z(out, "_kiln() {\n\tlocal words=\"");
	complete_words(out);
	buf_add_z(out,
	    "\"\n\t[ \"$COMP_CWORD\" -gt 1 ] && words=\"$words $(kiln list -q 2>/dev/null)\"\n"
	    "\tCOMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
	    "complete -F _kiln kiln\n");
	return 0;
}
