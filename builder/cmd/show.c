/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/result.h"

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
	buf_printf(out, "%-10s", "needs");
	for (int i = 0; i < p->nneed; i++)
		buf_printf(out, " " STR_FMT "%s", STR_ARG(p->need[i].name),
		    p->need[i].kind == NEED_LINK ? "" :
		    p->need[i].kind == NEED_RUN  ? " (run)" :
						   " (build)");
	buf_add_char(out, '\n');
}

static void
print_text(struct session *s, const struct plan *plan, int i, struct buf *out)
{
	const struct package *p = plan->graph->node[i].package;
	const struct outcome *o = &plan->outcome[i];

	buf_printf(out, STR_FMT " " STR_FMT " for " STR_FMT "\n" STR_FMT "\n\n", STR_ARG(p->name),
	    STR_ARG(p->version), STR_ARG(p->target->name), STR_ARG(p->summary));
	buf_printf(out, "%-10s " STR_FMT "\n", "home", STR_ARG(p->home));
	print_words(out, "licence", p->licence, p->nlicence);
	print_needs(out, p);
	print_words(out, "tools", p->tool, p->ntool);
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
	buf_printf(out, "%-10s %s\n", "built",
	    o->is_known ? digest_hex(&s->run, &o->object) : "not with these inputs");
}

static void
json_words(struct json *j, const char *name, const struct str *word, int n)
{
	json_open(j, name, '[');
	for (int i = 0; i < n; i++)
		json_str(j, NULL, word[i]);
	json_close(j, ']');
}

static void
json_sources(struct session *s, const struct package *p, struct json *j)
{
	json_open(j, "sources", '[');
	for (int k = 0; k < p->nsource; k++) {
		const struct source *source = &p->source[k];
		json_open(j, NULL, '{');
		json_str(j, "file", source->file);
		json_str(j, "sha256", str_of(digest_hex(&s->run, &source->sha256)));
		json_int(j, "size", (int64_t)source->size_bytes);
		json_words(j, "urls", source->url, source->nurl);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static int
json_object(struct session *s, const struct outcome *known, struct json *j, struct err *e)
{
	struct object o;

	if (!known->is_known) {
		json_null(j, "object");
		return 0;
	}
	if (store_object(s->store, &s->run, &known->object, false, &o, e) == -1)
		return -1;
	json_open(j, "object", '{');
	json_str(j, "digest", str_of(digest_hex(&s->run, &o.digest)));
	json_str(j, "key", str_of(digest_hex(&s->run, &known->key)));
	json_open(j, "files", '[');
	for (int k = 0; k < o.nfile; k++) {
		json_open(j, NULL, '{');
		json_str(j, "class", str_of(class_name(o.file[k].class)));
		json_str(j, "path", o.file[k].path);
		if (o.file[k].type == 'l') {
			json_str(j, "link", o.file[k].target);
		} else {
			json_int(j, "size", (int64_t)o.file[k].size_bytes);
			json_str(j, "sha256", str_of(digest_hex(&s->run, &o.file[k].digest)));
		}
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
	return 0;
}

static int
print_json(struct session *s, const struct plan *plan, int i, struct json *j, struct err *e)
{
	const struct package *p = plan->graph->node[i].package;

	json_open(j, NULL, '{');
	json_str(j, "name", p->name);
	json_str(j, "version", p->version);
	json_str(j, "target", p->target->name);
	json_str(j, "summary", p->summary);
	json_str(j, "home", p->home);
	json_words(j, "licences", p->licence, p->nlicence);
	json_words(j, "tools", p->tool, p->ntool);
	json_open(j, "needs", '[');
	for (int k = 0; k < p->nneed; k++)
		json_str(j, NULL, p->need[k].name);
	json_close(j, ']');
	json_sources(s, p, j);
	json_open(j, "patches", '[');
	for (int k = 0; k < p->npatch; k++)
		json_str(j, NULL, p->patch[k].name);
	json_close(j, ']');
	if (json_object(s, &plan->outcome[i], j, e) == -1)
		return -1;
	json_close(j, '}');
	return 0;
}

static int
print_all(struct session *s, const struct plan *plan, struct buf *out, struct err *e)
{
	struct json j = { .out = out };
	bool is_json = s->args->given[OPT_JSON];

	if (is_json) {
		json_open(&j, NULL, '{');
		json_str(&j, "schema", STR("kiln/show/1"));
		json_open(&j, "packages", '[');
	}
	for (int i = 0; i < plan->graph->n; i++) {
		if (!plan->graph->node[i].is_wanted)
			continue;
		if (!is_json)
			print_text(s, plan, i, out);
		else if (print_json(s, plan, i, &j, e) == -1)
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
