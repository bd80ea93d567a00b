/* SPDX-License-Identifier: ISC */
#include "recipe/block.h"

#include <string.h>

static int
unknown_field(const struct block *b, const struct word *w, struct err *e)
{
	const struct field *elsewhere = field_anywhere(w->text);
	const char *near = field_nearest(w->text, b->place);

	if (elsewhere != NULL) {
		for (int i = 0; i < FIELD_PLACES; i++)
			if ((elsewhere->where & (1u << i)) != 0)
				return loc_err(e, w->at, "`%s` does not stand in %s, but in %s",
				    elsewhere->name, field_place_name(b->place),
				    field_place_name((enum field_place)(1u << i)));
	}
	if (near != NULL)
		return loc_err(e, w->at, "unknown field `" STR_FMT "` in %s; did you mean `%s`?",
		    SHOWN(w->text), field_place_name(b->place), near);
	return loc_err(e, w->at, "unknown field `" STR_FMT "` in %s: see `kiln help recipe`",
	    SHOWN(w->text), field_place_name(b->place));
}

static int
check_shape(const struct field *f, const struct stmt *s, struct err *e)
{
	bool opens = s->has_group || s->has_body;

	if (opens && f->shape == SHAPE_LINE)
		return loc_err(e, s->word[0].at,
		    "`%s` opens no group: expected `%s%s%s` without `{`", f->name, f->name,
		    f->args[0] == '\0' ? "" : " ", f->args);
	if (!opens && (f->shape == SHAPE_GROUP || f->shape == SHAPE_BODY))
		return loc_err(e, s->word[0].at, "`%s` has no %s: expected `%s%s%s {`", f->name,
		    f->shape == SHAPE_BODY ? "body" : "group", f->name,
		    f->args[0] == '\0' ? "" : " ", f->args);
	return 0;
}

static bool
is_conditional(enum field_place place)
{
	return place == IN_PACKAGE || place == IN_WHEN;
}

/* One block says a thing once; a `when` that holds may say it anew for what is around it. */
static bool
collides(const struct seen *before, const struct seen *now)
{
	if (before->field != now->field || !str_eq(before->first_word, now->first_word))
		return false;
	if (before->block_number == now->block_number)
		return true;
	if (!is_conditional(now->block.place) || !before->block.applies || !now->block.applies)
		return false;
	return now->field->times == TIMES_DISTINCT || before->block.depth >= now->block.depth;
}

static int
check_times(
    struct reader *r, const struct block *b, int number, const struct value *v, struct err *e)
{
	struct seen now = { v->field, { 0 }, number, *b, v->stmt->word[0].at };

	if (v->field->times == TIMES_MANY)
		return 0;
	if (v->field->times != TIMES_ONCE)
		now.first_word = v->word[0];
	for (int i = 0; i < r->seen.n; i++)
		if (collides(&r->seen.v[i], &now))
			return loc_err(e, now.at,
			    "a second `%s%s" STR_FMT "`: the first one stands in line %d",
			    v->field->name, now.first_word.n == 0 ? "" : " ", SHOWN(now.first_word),
			    r->seen.v[i].at.line);
	VEC_ADD(r->tmp, &r->seen, now);
	return 0;
}

static void
add_list(struct reader *r, struct str_vec *list, const struct value *v)
{
	for (int i = 0; i < v->n; i++)
		VEC_ADD(r->tmp, list, v->word[i]);
}

static void
add_joined(struct reader *r, struct buf *text, const struct value *v)
{
	text->a = r->tmp;
	for (int i = 0; i < v->n; i++) {
		if (text->n != 0)
			buf_add_char(text, ' ');
		buf_add(text, v->word[i]);
	}
}

static int
store(struct reader *r, const struct block *b, const struct value *v, struct err *e)
{
	const struct slot *slot = &b->slot[v->field->id];
	void *to = (char *)b->record + slot->offset;

	switch (slot->kind) {
	case SLOT_NONE:
		break;
	case SLOT_WORD:
		*(struct str *)to = v->word[0];
		break;
	case SLOT_TEXT:
		*(struct str *)to = value_text(r, v, 0);
		break;
	case SLOT_LIST:
		add_list(r, to, v);
		break;
	case SLOT_JOIN:
		add_joined(r, to, v);
		break;
	case SLOT_NUMBER:
		return str_u64(v->word[0], to); /* its kind was checked: cannot fail */
	case SLOT_FLAG:
		*(bool *)to = true;
		break;
	case SLOT_SET:
		return slot->set(r, b->record, v, e);
	}
	return 0;
}

static int
read_stmt(struct reader *r, const struct block *b, int number, struct value *v, struct err *e)
{
	int first = r->word.n, result = 0;

	if (check_shape(v->field, v->stmt, e) == -1 || match_words(r, v, e) == -1 ||
	    check_times(r, b, number, v, e) == -1)
		result = -1;
	else
		result = store(r, b, v, e);
	r->word.n = first;
	return result;
}

/* A fault ends the reading, or is given away. */
static int
went_wrong(struct reader *r, struct err *e)
{
	if (r->fault == NULL)
		return -1;
	r->fault(r->ctx, e);
	r->nfault++;
	err_clear(e);
	return 0;
}

static int
check_missing(struct reader *r, const struct block *b, const bool *have, struct err *e)
{
	const struct field *f;

	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		if (f->must != MUST_BE || (f->where & b->place) == 0 || have[f->id])
			continue;
		if (loc_err(e, b->at, "no `%s`: %s needs `%s %s`, %s", f->name,
			field_place_name(b->place), f->name, f->args, f->help) == -1 &&
		    went_wrong(r, e) == -1)
			return -1;
	}
	return 0;
}

int
block_read(struct reader *r, const struct block *b, const struct stmt *stmt, int n, struct err *e)
{
	bool have[F_COUNT] = { false };
	int number = r->nblock++;

	for (int i = 0; i < n; i++) {
		struct value v = { .stmt = &stmt[i], .block = b };
		int result;
		v.field = field_find(stmt[i].word[0].text, b->place);
		if (v.field == NULL) {
			result = unknown_field(b, &stmt[i].word[0], e);
		} else {
			have[v.field->id] = true;
			result = read_stmt(r, b, number, &v, e);
		}
		if (result == -1 && went_wrong(r, e) == -1)
			return -1;
	}
	return check_missing(r, b, have, e);
}

int
block_read_file(struct reader *r, const struct syntax_file *f, enum field_place place,
    const struct slot *slot, void *record, struct err *e)
{
	struct block b = {
		.place = place, .at = { f, 1, 1 }, .applies = true, .slot = slot, .record = record
	};

	if (block_read(r, &b, f->stmt, f->nstmt, e) == -1)
		return -1;
	if (r->nfault != 0)
		return err_set(e, ERR_RECIPE, STR_FMT ": %d faults", STR_ARG(f->path), r->nfault);
	return 0;
}

int
block_check_known(
    const struct value *v, int i, const char *what, struct name_list known, struct err *e)
{
	for (int k = 0; k < known.n; k++)
		if (str_eq(known.v[k], v->word[i]))
			return 0;
	int near = str_nearest(v->word[i], known.v, known.n);
	if (near == -1)
		return loc_err(
		    e, value_at(v, i), "unknown %s `" STR_FMT "`", what, SHOWN(v->word[i]));
	return loc_err(e, value_at(v, i), "unknown %s `" STR_FMT "`; did you mean `" STR_FMT "`?",
	    what, SHOWN(v->word[i]), SHOWN(known.v[near]));
}

int
block_check_name(const struct value *v, struct err *e)
{
	struct loc at = value_at(v, 0);
	struct str file = str_base(at.file->path);

	if (str_eq(file, v->word[0]))
		return 0;
	return loc_err(e, at, "found `" STR_FMT "`: expected the name of the file, `" STR_FMT "`",
	    SHOWN(v->word[0]), SHOWN(file));
}

struct str
value_text(const struct reader *r, const struct value *v, int i)
{
	struct buf text = { .a = r->tmp };

	if (i + 1 == v->n)
		return v->word[i];
	for (; i < v->n; i++) {
		if (text.n != 0)
			buf_add_char(&text, ' ');
		buf_add(&text, v->word[i]);
	}
	return str_copy(r->run, buf_str(&text));
}

void *
block_keep(struct arena *run, const void *v, int n, size_t each_bytes)
{
	void *copy = arena_alloc_array(run, (size_t)n, each_bytes);

	if (n != 0)
		memcpy(copy, v, (size_t)n * each_bytes);
	return copy;
}

struct loc
value_at(const struct value *v, int i)
{
	return v->stmt->word[i + 1].at;
}
