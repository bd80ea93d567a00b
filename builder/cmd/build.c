/* SPDX-License-Identifier: ISC */
#include "cmd/cmd.h"
#include "cmd/result.h"
#include "cmd/run.h"
#include "store/snapshot.h"
#include "sys/fs.h"

/* ---- dry run ---- */

static void
print_plan(const struct plan *plan, struct buf *out)
{
	static const char *const word[] = { "depends", "have", "build" };

	for (int k = 0; k < plan->graph->n; k++) {
		int i = plan->graph->order[k];
		const struct package *p = plan->graph->node[i].package;
		const struct step *step = &plan->step[i];
		buf_printf(out, "%-8s " STR_FMT " " STR_FMT " " STR_FMT, word[step->state],
		    STR_ARG(p->name), STR_ARG(p->version), STR_ARG(p->target->name));
		if (step->state == PLAN_DEPENDS)
			buf_printf(out, " (on " STR_FMT ")",
			    STR_ARG(plan->graph->node[step->on].package->name));
		if (p->is_dirty)
			buf_add_z(out, " dirty");
		buf_add_char(out, '\n');
	}
}

/* ---- results ---- */

static bool
has_several_targets(const struct plan *plan)
{
	const struct target *first = NULL;

	for (int i = 0; i < plan->graph->n; i++) {
		const struct node *node = &plan->graph->node[i];
		if (!node->is_wanted)
			continue;
		if (first != NULL && first != node->package->target)
			return true;
		first = node->package->target;
	}
	return false;
}

/* -o: with several targets each has a folder of its own there. */
static int
give_copy(struct session *s, const struct plan *plan, int i, struct buf *out, struct err *e)
{
	char *folder = str_z(&s->run, s->args->value[OPT_OUTPUT]);
	struct str target = plan->graph->node[i].package->target->name;

	if (!s->args->given[OPT_OUTPUT])
		return 0;
	if (has_several_targets(plan))
		folder = arena_printf(&s->run, "%s/" STR_FMT, folder, STR_ARG(target));
	if (result_copy(s, plan, i, folder, e) == -1)
		return -1;
	buf_printf(out, "  copied to %s\n", folder);
	return 0;
}

static void
print_refused(const struct package *p, const char *why, struct buf *out)
{
	buf_printf(out,
	    STR_FMT " " STR_FMT " " STR_FMT "\n  %s: not given out; what stood in "
		    "out/" STR_FMT "/bin before stays\n",
	    STR_ARG(p->name), STR_ARG(p->version), STR_ARG(p->target->name), why,
	    STR_ARG(p->target->name));
}

/* What is refused makes the run a failure, whatever else it did. */
static int
give_results(
    struct session *s, const struct plan *plan, struct buf *out, int *status, struct err *e)
{
	/* The verdicts of tests came from workers. */
	if (journal_refresh(store_journal(s->store), e) == -1)
		return -1;
	for (int i = 0; i < plan->graph->n; i++) {
		if (!plan->graph->node[i].is_wanted || !plan->outcome[i].is_known)
			continue;
		const char *why = result_refused(s, plan, i);
		if (why != NULL) {
			print_refused(plan->graph->node[i].package, why, out);
			*status = *status == 0 ? ERR_CHECK : *status;
			continue;
		}
		if (result_link(s, plan, i, e) == -1 || result_print(s, plan, i, out, e) == -1 ||
		    give_copy(s, plan, i, out, e) == -1)
			return -1;
	}
	return 0;
}

/* ---- nothing to do ---- */

/* What was asked: everything on the command line that can change the answer. */
static struct digest
request_make(const struct session *s)
{
	static const enum opt plain[] = { OPT_OPTION, OPT_SANDBOX, OPT_OUTPUT, OPT_CHECK,
		OPT_NO_TEST, OPT_ALL };
	struct digest_ctx c;

	digest_init(&c);
	digest_field(&c, "version", STR(KILN_VERSION));
	for (int i = 0; tree_root(s->tree, i) != NULL; i++)
		digest_field(&c, "root", str_of(tree_root(s->tree, i)));
	for (int i = 0; i < s->args->operand.n; i++)
		digest_field(&c, "operand", s->args->operand.v[i]);
	for (int i = 0; i < s->ntarget; i++)
		digest_field(&c, "target", s->target[i]);
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		if (s->args->given[plain[i]])
			digest_field(&c, args_opt(plain[i])->name, s->args->value[plain[i]]);
	return digest_end(&c);
}

static bool
is_repeatable(const struct session *s)
{
	static const enum opt changing[] = { OPT_DRY_RUN, OPT_FORCE, OPT_FROM, OPT_OUTPUT,
		OPT_SRC };

	for (size_t i = 0; i < COUNT_OF(changing); i++)
		if (s->args->given[changing[i]])
			return false;
	return true;
}

struct paths {
	struct arena *a;
	VEC(struct str) path;
};

static void
add_path(void *ctx, const char *path)
{
	struct paths *p = ctx;

	VEC_ADD(p->a, &p->path, str_printf(p->a, "%s", path));
}

/* Everything whose change could change the answer, read before the run. */
static int
inputs(struct session *s, struct paths *out, struct err *e)
{
	const struct tool *tool;

	tree_inputs(s->tree, add_path, out);
	add_path(out, "/var/lib/dpkg/status");
	add_path(out, s->workshop.driver);
	for (int i = 0; i < s->tool_index.n; i++) {
		if (tree_tool(s->tree, s->tool_index.entry[i].key, &tool, e) == -1)
			return -1;
		for (int k = 0; k < tool->nprogram; k++)
			VEC_ADD(out->a, &out->path, tool->program[k].path);
	}
	return 0;
}

/* What the run itself wrote and the answer rests on. */
static void
own_files(struct session *s, const struct plan *plan, struct paths *out)
{
	add_path(out, arena_printf(&s->run, "%s/journal", s->out_path));
	for (int i = 0; i < plan->graph->n; i++)
		add_path(out, arena_printf(&s->run, "%s/%s/manifest", store_path(s->store),
				  digest_hex(&s->run, &plan->outcome[i].object)));
}

static int
remember(struct session *s, const struct plan *plan, struct str answer, struct err *e)
{
	struct digest request = request_make(s);
	struct paths input = { .a = &s->run }, own = { .a = &s->run };

	if (!is_repeatable(s))
		return 0;
	if (inputs(s, &input, e) == -1)
		return -1;
	own_files(s, plan, &own);
	struct snapshot snapshot = { input.path.v, input.path.n, own.path.v, own.path.n,
		s->since_ns };
	return snapshot_save(s->out_dir, &snapshot, &request, answer, e);
}

static bool
is_done_before(struct session *s, struct str *answer)
{
	struct digest request = request_make(s);

	return is_repeatable(s) && snapshot_check(&s->run, s->out_dir, &request, answer);
}

/* ---- the verb ---- */

static int
exit_status(const struct sched_result *r)
{
	return r->signal != 0 ? 128 + r->signal : (int)r->kind;
}

static int
build(struct session *s, int *status, struct err *e)
{
	struct graph graph;
	struct plan plan;
	struct sched_result result;
	struct want *want;
	int n;

	if (session_store(s, e) == -1 || session_wants(s, &want, &n, e) == -1 ||
	    session_plan(s, want, n, &graph, &plan, e) == -1)
		return -1;
	struct buf out = { .a = &s->run };
	if (s->args->given[OPT_DRY_RUN]) {
		print_plan(&plan, &out);
		return cmd_answer(buf_str(&out), e);
	}
	if (s->args->given[OPT_OUTPUT] &&
	    result_check(str_z(&s->run, s->args->value[OPT_OUTPUT]), e) == -1)
		return -1;
	if (run_plan(s, &plan, s->args->given[OPT_ALL], &result, e) == -1)
		return -1;
	*status = exit_status(&result);
	if (give_results(s, &plan, &out, status, e) == -1)
		return -1;
	if (*status == 0 && result.nskipped == 0 && remember(s, &plan, buf_str(&out), e) == -1)
		return -1;
	return run_is_json(s) ? 0 : cmd_answer(buf_str(&out), e);
}

int
cmd_build(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct str answer;

	if (session_open(&s, args, e) == -1)
		return -1;
	if (is_done_before(&s, &answer))
		return run_is_json(&s) ? 0 : cmd_answer(answer, e);
	return build(&s, status, e);
}
