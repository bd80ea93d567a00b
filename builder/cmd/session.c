/* SPDX-License-Identifier: ISC */
#include "cmd/session.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cmd/choice.h"
#include "make/toolroot.h"
#include "sys/clock.h"
#include "sys/fs.h"

enum { JOBS_MAX = 1024, HOST_NAME_LEAST = 6 };

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

/* ---- where the tree is ---- */

static bool
is_tree(struct arena *a, const char *path)
{
	return fs_exists(AT_FDCWD, arena_printf(a, "%s/recipes/packages", path));
}

static const char *
find_upward(struct arena *a, const char *from)
{
	char *path = arena_printf(a, "%s", from);

	while (path[0] != '\0') {
		if (is_tree(a, path))
			return path;
		*strrchr(path, '/') = '\0';
	}
	return NULL;
}

static int
find_root(struct session *s, struct err *e)
{
	char here[PATH_MAX];
	const char *above = arena_printf(&s->run, "%s/..", s->program_path);

	if (s->args->given[OPT_DIRECTORY]) {
		const char *given = str_z(&s->run, s->args->value[OPT_DIRECTORY]);
		if (!is_tree(&s->run, given))
			return err_set(e, ERR_USAGE, "-C %s: no recipes/packages there", given);
		s->root_path = given;
	} else {
		if (getcwd(here, sizeof(here)) == NULL)
			return err_sys(e, "find the current folder");
		s->root_path = find_upward(&s->run, here);
		if (s->root_path == NULL && is_tree(&s->run, above))
			s->root_path = above;
	}
	if (s->root_path == NULL)
		return err_set(e, ERR_USAGE,
		    "no recipes/packages here or in a folder above; go into kiln's checkout or "
		    "give -C DIR");
	if (realpath(s->root_path, here) == NULL)
		return err_sys(e, "find %s", s->root_path);
	s->root_path = arena_printf(&s->run, "%s", here);
	return 0;
}

/* What the kernel was asked to start: it hands the pointer over as a number. */
static const char *
started_as(void)
{
	unsigned long at = getauxval(AT_EXECFN);
	const char *path;

	_Static_assert(sizeof(at) == sizeof(path), "a long holds a pointer on Linux");
	memcpy(&path, &at, sizeof(path));
	return path;
}

/* There may be no /proc. */
static int
find_program(struct session *s, struct err *e)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *started = started_as();

	if (n != -1)
		path[n] = '\0';
	else if (started == NULL || realpath(started, path) == NULL)
		return err_sys(e, "find where kiln stands");
	s->own_path = arena_printf(&s->run, "%s", path);
	*strrchr(path, '/') = '\0';
	s->program_path = arena_printf(&s->run, "%s", path);
	return 0;
}

/* A program that belongs to kiln: beside it, else in the same file. */
static const char *
companion(struct session *s, const char *name)
{
	const char *beside = arena_printf(&s->run, "%s/%s", s->program_path, name);

	return s->args->is_all && !fs_exists(AT_FDCWD, beside) ? s->own_path : beside;
}

static int
open_out(struct session *s, struct err *e)
{
	const char *given = environment("KILN_OUT");
	char path[PATH_MAX];

	s->out_path = given != NULL ? given : arena_printf(&s->run, "%s/out", s->root_path);
	if (fs_mkdirs(AT_FDCWD, s->out_path, e) == -1)
		return -1;
	if (realpath(s->out_path, path) == NULL)
		return err_sys(e, "find %s", s->out_path);
	s->out_path = arena_printf(&s->run, "%s", path);
	s->out_dir = fs_open_dir(AT_FDCWD, s->out_path, e);
	return s->out_dir == -1 ? -1 : 0;
}

static int
open_tree(struct session *s, struct err *e)
{
	VEC(const char *) root = { 0 };
	struct str rest = s->args->value[OPT_TREE], part;

	while (str_cut(&rest, '\n', &part))
		VEC_ADD(&s->run, &root, str_z(&s->run, part));
	VEC_ADD(&s->run, &root, s->root_path);
	return tree_open(&s->run, root.v, root.n, &s->tree, e);
}

/* ---- what is asked for ---- */

static int
read_targets(struct session *s, struct err *e)
{
	const char *given = environment("KILN_TARGET");
	struct str rest = s->args->given[OPT_TARGET] ? s->args->value[OPT_TARGET] :
			  given != NULL              ? str_of(given) :
						       STR("armv7");
	VEC(struct str) target = { 0 };
	const struct target *t;
	struct str name;

	while (str_cut(&rest, ',', &name)) {
		if (tree_target(s->tree, name, &t, e) == -1)
			return -1;
		VEC_ADD(&s->run, &target, name);
	}
	if (target.n == 0)
		return err_set(e, ERR_USAGE, "--target wants at least one target");
	s->target = target.v;
	s->ntarget = target.n;
	return 0;
}

static int
cores(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return 1;
	return CPU_COUNT(&set);
}

static int
read_jobs(struct session *s, struct err *e)
{
	const char *given = environment("KILN_JOBS");
	struct str text = s->args->value[OPT_JOBS];
	uint64_t n;

	s->jobs = cores();
	if (!s->args->given[OPT_JOBS] && given == NULL)
		return 0;
	if (!s->args->given[OPT_JOBS])
		text = str_of(given);
	if (str_u64(text, &n) == -1 || n == 0 || n > JOBS_MAX)
		return err_set(e, ERR_USAGE, "-j '" STR_FMT "': wants a number from 1 to %d",
		    STR_ARG(text), JOBS_MAX);
	s->jobs = (int)n;
	return 0;
}

struct str
session_build_target(void)
{
	struct utsname u;

	if (uname(&u) == 0 && str_starts(str_of(u.machine), STR("aarch64")))
		return STR("aarch64");
	if (uname(&u) == 0 && str_starts(str_of(u.machine), STR("arm")))
		return STR("armv7");
	return STR("x86_64");
}

/* ---- the workshop ---- */

static void
set_leaks(struct session *s)
{
	VEC(struct str) leak = { 0 };
	const char *home = environment("HOME");
	struct utsname u;

	VEC_ADD(&s->run, &leak, str_of(s->root_path));
	VEC_ADD(&s->run, &leak, str_of(s->out_path));
	if (home != NULL && strlen(home) > 1)
		VEC_ADD(&s->run, &leak, str_printf(&s->run, "%s/", home));
	if (uname(&u) == 0 && strlen(u.nodename) >= HOST_NAME_LEAST)
		VEC_ADD(&s->run, &leak, str_printf(&s->run, "%s", u.nodename));
	s->leak = leak.v;
	s->workshop.leak = leak.v;
	s->workshop.nleak = leak.n;
}

static int
read_from(struct session *s, struct err *e)
{
	struct str name = s->args->value[OPT_FROM];
	int phase = phase_find(name);

	if (!s->args->given[OPT_FROM])
		return 0;
	if (phase < PHASE_CONFIGURE || phase > PHASE_INSTALL)
		return err_set(e, ERR_USAGE,
		    "--from '" STR_FMT "': wants configure, build, check or install",
		    STR_ARG(name));
	s->workshop.from = (enum phase)phase;
	return 0;
}

static int
read_sandbox(struct session *s, struct err *e)
{
	struct str level = s->args->value[OPT_SANDBOX];

	s->workshop.level = SANDBOX_FULL;
	if (!s->args->given[OPT_SANDBOX] || str_is(level, "full"))
		return 0;
	if (!str_is(level, "none"))
		return err_set(
		    e, ERR_USAGE, "--sandbox '" STR_FMT "': wants full or none", STR_ARG(level));
	s->workshop.level = SANDBOX_NONE;
	return 0;
}

static void
set_source(struct session *s)
{
	struct source_opts *o = &s->workshop.source;
	const char *given = environment("KILN_DISTFILES");

	o->out_dir = s->out_dir;
	o->distfiles =
	    s->args->given[OPT_DISTFILES] ? str_z(&s->run, s->args->value[OPT_DISTFILES]) : given;
	o->fetch_program = companion(s, "kiln-fetch");
	o->offline = s->args->given[OPT_OFFLINE];
}

static int
set_workshop(struct session *s, struct err *e)
{
	s->workshop.tree = s->tree;
	s->workshop.out_dir = s->out_dir;
	s->workshop.out_path = s->out_path;
	s->workshop.root_path = s->root_path;
	s->workshop.driver = companion(s, "kiln-cc");
	s->workshop.jobs = s->jobs;
	s->workshop.check = s->args->given[OPT_CHECK];
	set_source(s);
	set_leaks(s);
	if (read_from(s, e) == -1)
		return -1;
	return read_sandbox(s, e);
}

/* --src: of one package only, since a folder holds one. */
static int
read_src(struct session *s, struct err *e)
{
	struct str path = s->args->value[OPT_SRC];

	if (!s->args->given[OPT_SRC])
		return 0;
	if (s->args->operand.n != 1 || s->args->given[OPT_ALL])
		return err_set(e, ERR_USAGE,
		    "--src is the working copy of one package: kiln %s NAME --src " STR_FMT,
		    args_verb(s->args->verb)->name, STR_ARG(path));
	return working_open(&s->run, str_z(&s->run, path), s->out_path, &s->working, e);
}

int
session_open(struct session *s, const struct args *args, struct err *e)
{
	*s = (struct session){ .args = args, .out_dir = -1, .since_ns = clock_unix_ns() };
	s->tool_index.a = &s->run;
	if (find_program(s, e) == -1 || find_root(s, e) == -1 || open_out(s, e) == -1 ||
	    open_tree(s, e) == -1 || read_targets(s, e) == -1 || read_jobs(s, e) == -1)
		return -1;
	if (set_workshop(s, e) == -1)
		return -1;
	return read_src(s, e);
}

int
session_store(struct session *s, struct err *e)
{
	if (store_open(&s->run, s->out_dir, &s->store, e) == -1 ||
	    history_open(&s->run, s->out_dir, &s->history, e) == -1)
		return -1;
	s->workshop.store = s->store;
	return 0;
}

int
session_packages(struct session *s, struct str **out, int *n, struct err *e)
{
	if (s->args->operand.n == 0)
		return tree_names(s->tree, TREE_PACKAGES, out, n, e);
	*out = s->args->operand.v;
	*n = s->args->operand.n;
	return 0;
}

int
session_every(struct session *s, struct name_list package, struct name_list target,
    struct want **out, int *n, struct err *e)
{
	VEC(struct want) want = { 0 };
	const struct package *p;

	for (int i = 0; i < package.n; i++)
		for (int t = 0; t < target.n; t++) {
			struct want w = { package.v[i], target.v[t], NULL, 0 };
			if (tree_package(s->tree, w.package, w.target, NULL, 0, &p, e) == -1)
				return -1;
			if (package_fits(p))
				VEC_ADD(&s->run, &want, w);
		}
	*out = want.v;
	*n = want.n;
	return 0;
}

/* One want for each operand, or for each target when it names none. */
static int
named_wants(struct session *s, struct want **out, int *n, struct err *e)
{
	VEC(struct want) want = { 0 };

	for (int i = 0; i < s->args->operand.n; i++) {
		struct str target = s->args->operand.v[i], name;
		if (!str_cut(&target, '@', &name))
			return err_set(e, ERR_USAGE, "an empty package name");
		if (target.n != 0) {
			VEC_ADD(&s->run, &want, (struct want){ name, target, NULL, 0 });
			continue;
		}
		for (int t = 0; t < s->ntarget; t++)
			VEC_ADD(&s->run, &want, (struct want){ name, s->target[t], NULL, 0 });
	}
	*out = want.v;
	*n = want.n;
	return 0;
}

static int
all_wants(struct session *s, struct want **out, int *n, struct err *e)
{
	struct str *package;
	int npackage;

	if (!s->args->given[OPT_ALL])
		return err_set(e, ERR_USAGE, "%s: which package? (kiln list), or --all",
		    args_verb(s->args->verb)->name);
	if (tree_names(s->tree, TREE_PACKAGES, &package, &npackage, e) == -1)
		return -1;
	return session_every(s, (struct name_list){ package, npackage },
	    (struct name_list){ s->target, s->ntarget }, out, n, e);
}

int
session_wants(struct session *s, struct want **out, int *n, struct err *e)
{
	struct choices choices;

	*out = NULL;
	if ((s->args->operand.n == 0 ? all_wants(s, out, n, e) : named_wants(s, out, n, e)) == -1 ||
	    choices_read(&s->run, s->args->value[OPT_OPTION], &choices, e) == -1)
		return -1;
	return choices_apply(&s->run, s->tree, &choices, *out, *n, session_build_target(), e);
}

/* ---- the plan ---- */

static struct str
tool_of(void *ctx, struct str name)
{
	struct session *s = ctx;

	return s->tool_identity[map_get(&s->tool_index, name)];
}

static size_t
count_tools(const struct graph *g)
{
	size_t n = 0;

	for (int i = 0; i < g->n; i++)
		n += (size_t)g->node[i].package->ntool;
	return n;
}

/* Every tool of the plan, once; their places in the list stand in tool_index. */
static int
gather_tools(
    struct session *s, const struct graph *g, const struct tool *const **out, int *n, struct err *e)
{
	const struct tool **all = ARENA_NEW(&s->run, const struct tool *, count_tools(g) + 1);

	*n = 0;
	*out = all;
	for (int i = 0; i < g->n; i++)
		for (int k = 0; k < g->node[i].package->ntool; k++) {
			struct str name = g->node[i].package->tool[k];
			if (map_get(&s->tool_index, name) != -1)
				continue;
			if (tree_tool(s->tree, name, &all[*n], e) == -1)
				return -1;
			map_put(&s->tool_index, name, (*n)++);
		}
	return 0;
}

static int
identify_tools(struct session *s, const struct graph *g, struct err *e)
{
	const struct tool *const *tool;
	int n;

	if (gather_tools(s, g, &tool, &n, e) == -1 || tools_check(tool, n, e) == -1)
		return -1;
	s->tool_identity = ARENA_NEW(&s->run, struct str, (size_t)n);
	for (int i = 0; i < n; i++)
		if (tool_identity(&s->run, s->out_dir, tool[i], &s->tool_identity[i], e) == -1)
			return -1;
	return 0;
}

static bool
lookup(void *ctx, const struct digest *key, struct outcome *out)
{
	struct session *s = ctx;
	struct arena tmp = { 0 };
	struct err ignored = { 0 };
	struct digest object;
	struct object o;
	struct str value;
	bool ok = journal_get(store_journal(s->store), "built", key, &value) &&
		  digest_parse(value, &object) == 0 && store_has(s->store, &object) &&
		  store_object(s->store, &tmp, &object, true, &o, &ignored) == 0;

	if (ok)
		*out = (struct outcome){ true, object, *key, o.class_digest[CLASS_DEV],
			o.class_digest[CLASS_BIN] };
	arena_free(&tmp);
	return ok;
}

static void
take_working_copy(struct session *s, struct graph *g)
{
	for (int i = 0; s->working.path != NULL && i < g->n; i++) {
		const struct package **p = &g->node[i].package;
		if (!g->node[i].is_wanted)
			continue;
		s->working_note = working_note(&s->run, *p, &s->working);
		*p = working_package(&s->run, *p, &s->working);
	}
}

int
session_plan(struct session *s, const struct want *want, int nwant, struct graph *graph,
    struct plan *plan, struct err *e)
{
	if (graph_make(&s->run, s->tree, want, nwant, session_build_target(), graph, e) == -1)
		return -1;
	take_working_copy(s, graph);
	if (identify_tools(s, graph, e) == -1)
		return -1;
	*plan = (struct plan){ .env = { s->workshop.level == SANDBOX_NONE ? "none" : "full",
				   tool_of, s },
		.lookup = lookup,
		.ctx = s,
		.force = s->args->given[OPT_FORCE] || s->args->given[OPT_FROM] };
	plan_init(&s->run, plan, graph);
	plan_update(plan);
	s->workshop.plan = plan;
	return 0;
}

int
session_node(struct session *s, struct graph *graph, struct plan *plan, int *node, struct err *e)
{
	struct want *want;
	int n = 0;

	if (session_wants(s, &want, &n, e) == -1)
		return -1;
	if (n != 1)
		return err_set(e, ERR_USAGE, "%s wants one package and one target",
		    args_verb(s->args->verb)->name);
	if (session_plan(s, want, 1, graph, plan, e) == -1)
		return -1;
	*node = graph_find(graph, want[0].package, want[0].target);
	return 0;
}
