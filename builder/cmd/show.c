/* SPDX-License-Identifier: ISC */
#include <time.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/facts.h"
#include "cmd/result.h"
#include "ui/board.h"

static void
print_words(struct buf *out, const char *label, const struct str *word, int n)
{
	if (n == 0)
		return;
	buf_printf(out, "%-10s", label);
	for (int i = 0; i < n; i++)
		buf_printf(out, " " STR_FMT, STR_ARG(word[i]));
	buf_add_char(out, '\n');
}

static void
print_needs(struct buf *out, const struct package *p)
{
	if (p->nneed == 0)
		return;
	buf_printf(out, "%-10s", "needs");
	for (int i = 0; i < p->nneed; i++)
		buf_printf(out, " " STR_FMT "%s", STR_ARG(p->need[i].name),
		    p->need[i].kind == NEED_LINK ? "" :
		    p->need[i].kind == NEED_RUN  ? " (run)" :
						   " (build)");
	buf_add_char(out, '\n');
}

static void
print_recipe(const struct facts *f, struct buf *out)
{
	const struct package *p = f->p;

	buf_printf(out, STR_FMT " " STR_FMT " for " STR_FMT "\n" STR_FMT "\n\n", STR_ARG(p->name),
	    STR_ARG(p->version), STR_ARG(p->target->name), STR_ARG(p->summary));
	buf_printf(out, "%-10s " STR_FMT, "recipe", STR_ARG(f->recipe));
	if (f->hidden.n != 0)
		buf_printf(out, ", hides " STR_FMT, STR_ARG(f->hidden));
	buf_printf(out, "\n%-10s " STR_FMT "\n", "home", STR_ARG(p->home));
	print_words(out, "licence", p->licence, p->nlicence);
	print_words(out, "only for", p->only_target, p->nonly_target);
	print_needs(out, p);
	print_words(out, "tools", p->tool, p->ntool);
}

static void
print_sources(struct session *s, const struct package *p, struct buf *out)
{
	for (int k = 0; k < p->nsource; k++)
		buf_printf(out, "%-10s " STR_FMT " sha256:%s %s\n", "source",
		    STR_ARG(p->source[k].file), digest_hex(&s->run, &p->source[k].sha256),
		    result_size(&s->run, p->source[k].size_bytes));
	for (int k = 0; k < p->npatch; k++)
		buf_printf(out, "%-10s " STR_FMT "\n", "patch", STR_ARG(p->patch[k].name));
	for (int k = 0; k < p->noption; k++)
		buf_printf(out, "%-10s " STR_FMT " %s: " STR_FMT "\n", "option",
		    STR_ARG(p->option[k].name), p->option[k].on ? "on" : "off",
		    STR_ARG(p->option[k].help));
	for (int k = 0; k < p->nwaiver; k++)
		buf_printf(out, "%-10s " STR_FMT ": " STR_FMT "\n", "waives",
		    STR_ARG(p->waiver[k].rule), STR_ARG(p->waiver[k].reason));
}

static void
print_classes(struct session *s, const struct object *o, struct buf *out)
{
	int nentry;

	buf_printf(out, "%-10s", "size");
	for (int i = 0; i < CLASS_COUNT; i++) {
		uint64_t bytes = facts_class_bytes(o, (enum class)i, &nentry);
		if (o->has_class[i])
			buf_printf(
			    out, " %s %s", class_name((enum class)i), result_size(&s->run, bytes));
	}
	buf_add_char(out, '\n');
}

static void
print_last_build(const struct facts *f, struct buf *out)
{
	char when[32];
	time_t t = (time_t)f->unix_time;
	struct tm tm;

	if (f->nphase == 0 || localtime_r(&t, &tm) == NULL ||
	    strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm) == 0)
		return;
	buf_printf(out, "%-10s %s, ", "last built", when);
	board_duration(out, f->ms);
	buf_add_z(out, ", CPU ");
	board_duration(out, f->cpu_ms);
	buf_printf(
	    out, ", at most %s of memory\n", result_size(out->a, (uint64_t)f->peak_kb * 1024));
}

static void
print_result(struct session *s, const struct facts *f, struct buf *out)
{
	buf_printf(out, "%-10s %s%s\n", "built",
	    f->has_object ? digest_hex(&s->run, &f->object.digest) : "not with these inputs",
	    f->p->is_dirty ? " dirty" : "");
	if (f->dirty_from.n != 0)
		buf_printf(out,
		    "%-10s out/" STR_FMT "/bin is from the working copy " STR_FMT
		    "; kiln build " STR_FMT " brings the clean one back\n",
		    "dirty", STR_ARG(f->p->target->name), STR_ARG(f->dirty_from),
		    STR_ARG(f->p->name));
	if (f->has_object)
		print_classes(s, &f->object, out);
	print_last_build(f, out);
	buf_printf(out, "%-10s " STR_FMT "%s" STR_FMT "\n", "test", STR_ARG(f->verdict),
	    f->reason.n == 0 ? "" : ": ", STR_ARG(f->reason));
	if (f->log != NULL)
		buf_printf(out, "%-10s %s\n", "log", f->log);
}

static int
print_one(struct session *s, const struct plan *plan, int i, struct buf *out, struct json *j,
    struct err *e)
{
	struct facts f;

	if (facts_gather(s, plan, i, &f, e) == -1)
		return -1;
	if (s->args->given[OPT_JSON]) {
		facts_json(&f, j);
		return 0;
	}
	print_recipe(&f, out);
	print_sources(s, f.p, out);
	print_result(s, &f, out);
	return 0;
}

static int
print_all(struct session *s, const struct plan *plan, struct buf *out, struct err *e)
{
	struct json j = { .out = out };
	bool is_json = s->args->given[OPT_JSON], is_first = true;

	if (is_json) {
		json_open(&j, NULL, '{');
		json_str(&j, "schema", STR("kiln/show/2"));
		json_open(&j, "packages", '[');
	}
	for (int i = 0; i < plan->graph->n; i++) {
		if (!plan->graph->node[i].is_wanted)
			continue;
		if (!is_json && !is_first)
			buf_add_char(out, '\n');
		is_first = false;
		if (print_one(s, plan, i, out, &j, e) == -1)
			return -1;
	}
	if (is_json) {
		json_close(&j, ']');
		json_close(&j, '}');
		buf_add_char(out, '\n');
	}
	return 0;
}

int
cmd_show(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct graph g;
	struct plan plan;
	struct want *want;
	int n;

	(void)status;
	if (session_open(&s, args, e) == -1 || session_store(&s, e) == -1 ||
	    session_wants(&s, &want, &n, e) == -1 || session_plan(&s, want, n, &g, &plan, e) == -1)
		return -1;
	struct buf out = { .a = &s.run };
	if (print_all(&s, &plan, &out, e) == -1)
		return -1;
	return cmd_answer(buf_str(&out), e);
}
