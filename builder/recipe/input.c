/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "recipe/field.h"
#include "recipe/package.h"

enum { TAG_MAX = 256 };

/* One input. What tells it from others of its field (label) is hashed only where it
 * is an input itself: a setting's name is, a downloaded file's name is not. */
struct input {
	const char *field;
	struct str label;
	bool hash_label;
	const char *part; /* of a group; "" */
	struct str value;
};

/* One walk over the inputs serves both hashing and showing, so they cannot disagree. */
struct walk {
	struct arena tmp;
	void (*input)(struct walk *w, const struct input *in);
	struct digest_ctx *digest;
	void (*each)(void *ctx, const char *tag, struct str value);
	void *ctx;
};

static void
hash_input(struct walk *w, const struct input *in)
{
	char tag[TAG_MAX];

	snprintf(tag, sizeof(tag), "%s%s%s", in->field, in->part[0] == '\0' ? "" : " ", in->part);
	if (in->hash_label)
		digest_field(w->digest, in->field, in->label);
	digest_field(w->digest, tag, in->value);
}

static void
show_input(struct walk *w, const struct input *in)
{
	char tag[TAG_MAX];
	struct str label = in->label;

	snprintf(tag, sizeof(tag), "%s%s" STR_FMT "%s%s", in->field, label.n == 0 ? "" : " ",
	    STR_ARG(label), in->part[0] == '\0' ? "" : " ", in->part);
	w->each(w->ctx, tag, in->value);
}

static void
say(struct walk *w, const char *field, struct str value)
{
	if (value.n != 0)
		w->input(w, &(struct input){ .field = field, .part = "", .value = value });
}

static void
say_named(struct walk *w, const char *field, struct str name, struct str value)
{
	w->input(
	    w, &(struct input){
		   .field = field, .label = name, .hash_label = true, .part = "", .value = value });
}

static void
say_part(struct walk *w, const char *field, struct str label, const char *part, struct str value)
{
	if (value.n != 0)
		w->input(w, &(struct input){
				.field = field, .label = label, .part = part, .value = value });
}

/* Paths and flags hold no newline, so the list can be told from any other. */
static struct str
lines(struct walk *w, const struct str *v, int n)
{
	struct buf text = { .a = &w->tmp };

	for (int i = 0; i < n; i++) {
		buf_add(&text, v[i]);
		buf_add_char(&text, '\n');
	}
	return buf_str(&text);
}

static struct str
number(struct walk *w, uint64_t v)
{
	return str_printf(&w->tmp, "%" PRIu64, v);
}

static void
say_source(struct walk *w, const struct source *s)
{
	const char *field = s->is_from_tree   ? "from-tree" :
			    s->folder != NULL ? "folder" :
			    s->is_local       ? "local" :
						"source";
	struct str hex = { 0 };

	if (s->has_sha256)
		hex = str_of(digest_hex(&w->tmp, &s->sha256));
	w->input(
	    w, &(struct input){ .field = field, .label = s->file, .part = "sha256", .value = hex });
	say_part(w, field, s->file, "dir", s->dir);
	say_part(w, field, s->file, "only", lines(w, s->only, s->nonly));
	if (s->strip != 1 && !s->is_local && s->folder == NULL)
		say_part(w, field, s->file, "strip", number(w, (uint64_t)s->strip));
	if (s->keep)
		say_part(w, field, s->file, "keep", s->file);
}

static void
say_sources(struct walk *w, const struct package *p)
{
	for (int i = 0; i < p->nsource; i++)
		say_source(w, &p->source[i]);
}

static void
say_edits(struct walk *w, const struct package *p)
{
	for (int i = 0; i < p->nedit; i++) {
		const struct edit *ed = &p->edit[i];
		struct str label = str_printf(&w->tmp, "%d " STR_FMT, i + 1, STR_ARG(ed->file));
		say_part(w, "edit", label, "file", ed->file);
		say_part(w, "edit", label, "match", ed->pattern);
		say_part(w, "edit", label, "with", ed->with);
		say_part(w, "edit", label, "times", number(w, ed->times));
	}
}

static void
say_phases(struct walk *w, const struct package *p)
{
	for (int i = 0; i < PHASE_COUNT; i++)
		if (i != PHASE_CHECK && p->phase[i].text.n != 0)
			say_named(w, "phase", str_of(phase_name((enum phase)i)), p->phase[i].text);
}

static void
say_settings(struct walk *w, const struct setting *s, int n)
{
	for (int i = 0; i < n; i++)
		say_named(w, "set", s[i].name, s[i].value);
}

static int
option_by_name(const void *a, const void *b)
{
	return str_cmp(((const struct option *)a)->name, ((const struct option *)b)->name);
}

static void
say_options(struct walk *w, const struct package *p)
{
	struct option *sorted = ARENA_NEW(&w->tmp, struct option, p->noption);

	for (int i = 0; i < p->noption; i++)
		sorted[i] = p->option[i];
	if (p->noption != 0)
		qsort(sorted, (size_t)p->noption, sizeof(*sorted), option_by_name);
	for (int i = 0; i < p->noption; i++)
		say_named(w, "option", sorted[i].name, sorted[i].on ? STR("on") : STR("off"));
}

/* The inputs of one field of a recipe; false when the field is not known here. */
static bool
say_package_field(struct walk *w, const struct package *p, const struct field *f)
{
	switch (f->id) {
	case F_NAME:
		say(w, f->name, p->name);
		return true;
	case F_VERSION:
		say(w, f->name, p->version);
		return true;
	case F_LICENCE_FILE:
		say(w, f->name, lines(w, p->licence_file, p->nlicence_file));
		return true;
	case F_SOURCE:
		say_sources(w, p);
		return true;
	case F_LOCAL: /* said with the sources: their common order counts */
	case F_FROM_TREE:
		return true;
	case F_CONFIGURE:
		say(w, f->name, p->args[ARGS_CONFIGURE]);
		return true;
	case F_MAKE:
		say(w, f->name, p->args[ARGS_MAKE]);
		return true;
	case F_INSTALL:
		say(w, f->name, p->args[ARGS_INSTALL]);
		return true;
	case F_SET:
		say_settings(w, p->setting, p->nsetting);
		return true;
	case F_EDIT:
		say_edits(w, p);
		return true;
	case F_PHASE:
		say_phases(w, p);
		return true;
	case F_OPTION:
		say_options(w, p);
		return true;
	case F_PART_OF:
		say(w, f->name, p->is_sysroot ? STR("sysroot") : (struct str){ 0 });
		return true;
	default:
		return false;
	}
}

static bool
say_target_field(struct walk *w, const struct target *t, const struct field *f)
{
	switch (f->id) {
	case F_NAME:
		say(w, f->name, t->name);
		return true;
	case F_TRIPLE:
		say(w, f->name, t->triple);
		return true;
	case F_EMULATION:
		say(w, f->name, t->emulation);
		return true;
	case F_ARCH:
		say(w, f->name, lines(w, t->arch_flag, t->narch_flag));
		return true;
	case F_CFLAGS:
		say(w, f->name, t->cflags);
		return true;
	case F_LDFLAGS:
		say(w, f->name, t->ldflags);
		return true;
	case F_SYSROOT:
		say(w, f->name, lines(w, t->sysroot, t->nsysroot));
		return true;
	case F_SET:
		say_settings(w, t->setting, t->nsetting);
		return true;
	default:
		return false;
	}
}

static void
walk_package(struct walk *w, const struct package *p)
{
	const struct field *f;

	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		if ((f->where & IN_PACKAGE) == 0 || f->key != KEY_TEXT)
			continue;
		bool known = say_package_field(w, p, f);
		assert(known); /* a field in the key that is not hashed would build stale objects */
	}
	for (int i = 0; i < p->npatch; i++)
		w->input(w, &(struct input){ .field = "patch",
				.label = p->patch[i].name,
				.part = "",
				.value = p->patch[i].text });
	arena_free(&w->tmp);
}

static void
walk_target(struct walk *w, const struct target *t)
{
	const struct field *f;

	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		if ((f->where & IN_TARGET) == 0 || f->key != KEY_TEXT)
			continue;
		bool known = say_target_field(w, t, f);
		assert(known);
	}
	arena_free(&w->tmp);
}

void
package_digest(struct digest_ctx *c, const struct package *p)
{
	walk_package(&(struct walk){ .input = hash_input, .digest = c }, p);
}

void
package_each_input(
    const struct package *p, void (*each)(void *ctx, const char *tag, struct str value), void *ctx)
{
	walk_package(&(struct walk){ .input = show_input, .each = each, .ctx = ctx }, p);
}

void
target_digest(struct digest_ctx *c, const struct target *t)
{
	walk_target(&(struct walk){ .input = hash_input, .digest = c }, t);
}

void
target_each_input(
    const struct target *t, void (*each)(void *ctx, const char *tag, struct str value), void *ctx)
{
	walk_target(&(struct walk){ .input = show_input, .each = each, .ctx = ctx }, t);
}
