/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "cmd/facts.h"

static void
words(struct json *j, const char *name, const struct str *word, int n)
{
	json_open(j, name, '[');
	for (int i = 0; i < n; i++)
		json_str(j, NULL, word[i]);
	json_close(j, ']');
}

static void
text_or_null(struct json *j, const char *name, const char *text)
{
	if (text == NULL)
		json_null(j, name);
	else
		json_str(j, name, str_of(text));
}

static void
str_or_null(struct json *j, const char *name, struct str text)
{
	if (text.n == 0)
		json_null(j, name);
	else
		json_str(j, name, text);
}

static void
hex(struct json *j, const char *name, const struct digest *d)
{
	struct arena tmp = { 0 };

	json_str(j, name, str_of(digest_hex(&tmp, d)));
	arena_free(&tmp);
}

static void
sources(const struct package *p, struct json *j)
{
	json_open(j, "sources", '[');
	for (int i = 0; i < p->nsource; i++) {
		const struct source *s = &p->source[i];
		json_open(j, NULL, '{');
		json_str(j, "file", s->file);
		json_str(j, "kind",
		    s->folder != NULL ? STR("folder") :
		    s->is_local       ? STR("local") :
					STR("download"));
		if (s->has_sha256)
			hex(j, "sha256", &s->sha256);
		else
			json_null(j, "sha256");
		json_int(j, "size", (int64_t)s->size_bytes);
		words(j, "urls", s->url, s->nurl);
		text_or_null(j, "folder", s->folder);
		json_str(j, "dir", s->dir);
		json_int(j, "strip", s->strip);
		json_bool(j, "keep", s->keep);
		words(j, "only", s->only, s->nonly);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
changes(const struct package *p, struct json *j)
{
	json_open(j, "patches", '[');
	for (int i = 0; i < p->npatch; i++) {
		struct digest d = digest_of(p->patch[i].text);
		json_open(j, NULL, '{');
		json_str(j, "name", p->patch[i].name);
		hex(j, "sha256", &d);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "edits", '[');
	for (int i = 0; i < p->nedit; i++) {
		json_open(j, NULL, '{');
		json_str(j, "file", p->edit[i].file);
		json_str(j, "match", p->edit[i].pattern);
		json_str(j, "with", p->edit[i].with);
		json_int(j, "times", (int64_t)p->edit[i].times);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
needs(const struct facts *f, struct json *j)
{
	static const char *const kind[] = { [NEED_LINK] = "link",
		[NEED_BUILD] = "build",
		[NEED_RUN] = "run",
		[NEED_BUILD_LINK] = "build-link" };

	json_open(j, "needs", '[');
	for (int i = 0; i < f->p->nneed; i++) {
		json_open(j, NULL, '{');
		json_str(j, "name", f->p->need[i].name);
		json_str(j, "kind", str_of(kind[f->p->need[i].kind]));
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "tools", '[');
	for (int i = 0; i < f->p->ntool; i++) {
		const struct key_env *env = &f->plan->env;
		json_open(j, NULL, '{');
		json_str(j, "name", f->p->tool[i]);
		json_str(j, "identity", env->tool(env->ctx, f->p->tool[i]));
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
how(const struct package *p, struct json *j)
{
	static const char *const name[ARGS_COUNT] = {
		[ARGS_CONFIGURE] = "configure", [ARGS_MAKE] = "make", [ARGS_INSTALL] = "install"
	};

	str_or_null(j, "style", p->style);
	json_open(j, "arguments", '{');
	for (int i = 0; i < ARGS_COUNT; i++)
		json_str(j, name[i], p->args[i]);
	json_close(j, '}');
	json_open(j, "settings", '[');
	for (int i = 0; i < p->nsetting; i++) {
		json_open(j, NULL, '{');
		json_str(j, "name", p->setting[i].name);
		json_str(j, "value", p->setting[i].value);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "phases", '[');
	for (int i = 0; i < PHASE_COUNT; i++)
		if (p->phase[i].text.n != 0)
			json_str(j, NULL, str_of(phase_name((enum phase)i)));
	json_close(j, ']');
	json_open(j, "limits", '{');
	json_int(j, "total_s", (int64_t)p->limit_total_s);
	json_int(j, "silent_s", (int64_t)p->limit_silent_s);
	json_close(j, '}');
}

static void
choices(const struct package *p, struct json *j)
{
	json_open(j, "options", '[');
	for (int i = 0; i < p->noption; i++) {
		json_open(j, NULL, '{');
		json_str(j, "name", p->option[i].name);
		json_bool(j, "on", p->option[i].on);
		json_str(j, "help", p->option[i].help);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "waivers", '[');
	for (int i = 0; i < p->nwaiver; i++) {
		json_open(j, NULL, '{');
		json_str(j, "rule", p->waiver[i].rule);
		json_str(j, "reason", p->waiver[i].reason);
		str_or_null(j, "path", p->waiver[i].path);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
files(const struct object *o, struct json *j)
{
	json_open(j, "files", '[');
	for (int i = 0; i < o->nfile; i++) {
		const struct object_file *file = &o->file[i];
		json_open(j, NULL, '{');
		json_str(j, "class", str_of(class_name(file->class)));
		json_str(j, "path", file->path);
		if (file->type == 'l') {
			json_str(j, "link", file->target);
		} else {
			json_int(j, "mode", file->mode == 0755 ? 755 : 644);
			json_int(j, "size", (int64_t)file->size_bytes);
			hex(j, "sha256", &file->digest);
		}
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
object(const struct facts *f, struct json *j)
{
	const struct object *o = &f->object;

	if (!f->has_object) {
		json_null(j, "object");
		return;
	}
	json_open(j, "object", '{');
	hex(j, "digest", &o->digest);
	json_open(j, "classes", '[');
	for (int i = 0; i < CLASS_COUNT; i++) {
		int nentry;
		uint64_t bytes = facts_class_bytes(o, (enum class)i, &nentry);
		if (!o->has_class[i])
			continue;
		json_open(j, NULL, '{');
		json_str(j, "name", str_of(class_name((enum class)i)));
		hex(j, "digest", &o->class_digest[i]);
		json_int(j, "size", (int64_t)bytes);
		json_int(j, "entries", nentry);
		json_close(j, '}');
	}
	json_close(j, ']');
	files(o, j);
	json_close(j, '}');
}

static void
times(struct json *j, int64_t unix_time, int64_t ms, int64_t cpu_ms, int64_t peak_kb)
{
	json_int(j, "time", unix_time);
	json_int(j, "ms", ms);
	json_int(j, "cpu_ms", cpu_ms);
	json_int(j, "peak_kb", peak_kb);
}

static void
last_build(const struct facts *f, struct json *j)
{
	if (f->nphase == 0) {
		json_null(j, "last_build");
		return;
	}
	json_open(j, "last_build", '{');
	times(j, f->unix_time, f->ms, f->cpu_ms, f->peak_kb);
	json_open(j, "phases", '[');
	for (int i = 0; i < f->nphase; i++) {
		const struct history_line *line = &f->phase[i];
		json_open(j, NULL, '{');
		json_str(j, "phase", line->phase);
		times(j, line->unix_time, line->ms, line->cpu_ms, line->peak_kb);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void
state(const struct facts *f, struct json *j)
{
	static const char *const word[] = {
		[PLAN_DEPENDS] = "depends", [PLAN_HAVE] = "have", [PLAN_BUILD] = "build"
	};
	const struct step *step = &f->plan->step[f->node];

	json_str(j, "state", str_of(word[step->state]));
	str_or_null(j, "depends_on", f->depends_on);
	if (step->state == PLAN_DEPENDS)
		json_null(j, "key");
	else
		hex(j, "key", &step->key);
	json_bool(j, "dirty", f->p->is_dirty || f->dirty_from.n != 0);
	str_or_null(
	    j, "dirty_from", f->p->is_dirty ? str_of(f->p->source[0].folder) : f->dirty_from);
}

void
facts_json(const struct facts *f, struct json *j)
{
	const struct package *p = f->p;

	json_open(j, NULL, '{');
	json_str(j, "name", p->name);
	json_str(j, "version", p->version);
	json_str(j, "target", p->target->name);
	json_str(j, "summary", p->summary);
	json_str(j, "home", p->home);
	json_str(j, "recipe", f->recipe);
	str_or_null(j, "hides", f->hidden);
	words(j, "licences", p->licence, p->nlicence);
	words(j, "licence_files", p->licence_file, p->nlicence_file);
	str_or_null(j, "cpe", p->cpe);
	json_bool(j, "part_of_sysroot", p->is_sysroot);
	words(j, "only_targets", p->only_target, p->nonly_target);
	sources(p, j);
	changes(p, j);
	needs(f, j);
	how(p, j);
	choices(p, j);
	state(f, j);
	object(f, j);
	last_build(f, j);
	json_open(j, "test", '{');
	json_str(j, "verdict", f->verdict);
	str_or_null(j, "reason", f->reason);
	json_close(j, '}');
	text_or_null(j, "log", f->log);
	text_or_null(j, "test_log", f->test_log);
	json_close(j, '}');
}
