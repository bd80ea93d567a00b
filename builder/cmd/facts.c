/* SPDX-License-Identifier: ISC */
#include <fcntl.h>

#include "cmd/facts.h"
#include "cmd/result.h"
#include "make/build.h"
#include "sys/fs.h"

uint64_t
facts_class_bytes(const struct object *o, enum class class, int *nentry)
{
	uint64_t bytes = 0;

	*nentry = 0;
	for (int i = 0; i < o->nfile; i++) {
		if (o->file[i].class != class)
			continue;
		bytes += o->file[i].size_bytes;
		(*nentry)++;
	}
	return bytes;
}

static void
gather_times(struct session *s, struct facts *f)
{
	f->nphase = history_last(s->history, &s->run, f->p->name, f->p->target->name, &f->phase);
	for (int i = 0; i < f->nphase; i++) {
		const struct history_line *line = &f->phase[i];
		f->ms += line->ms;
		f->cpu_ms += line->cpu_ms;
		if (line->peak_kb > f->peak_kb)
			f->peak_kb = line->peak_kb;
		if (line->unix_time > f->unix_time)
			f->unix_time = line->unix_time;
	}
}

static void
gather_test(struct session *s, struct facts *f)
{
	struct digest key;
	struct str value;

	f->verdict = f->p->test.text.n == 0 ? STR("none") : STR("not run");
	f->reason = STR("");
	if (f->p->test.text.n == 0 || !f->has_object)
		return;
	key = build_test_key(&s->workshop, f->node);
	if (!journal_get(store_journal(s->store), "tested", &key, &value))
		return;
	f->reason = value;
	if (!str_cut(&f->reason, ' ', &f->verdict))
		f->verdict = value;
}

static const char *
existing(const char *path)
{
	return fs_exists(AT_FDCWD, path) ? path : NULL;
}

int
facts_gather(struct session *s, const struct plan *plan, int node, struct facts *out, struct err *e)
{
	const struct package *p = plan->graph->node[node].package;
	const struct step *step = &plan->step[node];
	const char *log = workshop_log_path(&s->run, &s->workshop, p);

	*out = (struct facts){ .p = p, .plan = plan, .node = node };
	if (tree_path(s->tree, TREE_PACKAGES, p->name, &out->recipe, e) == -1 ||
	    tree_hidden(s->tree, TREE_PACKAGES, p->name, &out->hidden, e) == -1)
		return -1;
	if (step->state == PLAN_DEPENDS)
		out->depends_on = plan->graph->node[step->on].package->name;
	out->has_object = plan->outcome[node].is_known;
	if (out->has_object && store_object(s->store, &s->run, &plan->outcome[node].object, false,
				   &out->object, e) == -1)
		return -1;
	if (!result_is_dirty(s, p, &out->dirty_from))
		out->dirty_from = STR("");
	gather_times(s, out);
	gather_test(s, out);
	out->log = existing(log);
	out->test_log = existing(arena_printf(&s->run, "%s.test", log));
	return 0;
}
