/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "recipe/block.h"

/* A signature (see field.h) while it is matched with the words of a statement. */
struct match {
	struct reader *r;
	const struct field *field;
	const struct stmt *stmt;
	int at; /* the next word; 0 is the field's name */
};

static bool
is_kind(struct str token)
{
	return token.n != 0 && token.p[0] >= 'A' && token.p[0] <= 'Z';
}

/* The next token of a signature, without the brackets; *optional when one opens. */
static bool
next_token(struct str *rest, struct str *token, bool *optional)
{
	*optional = false;
	if (!str_cut(rest, ' ', token))
		return false;
	if (token->p[0] == '[') {
		*optional = true;
		*token = str_skip(*token, 1);
	}
	if (token->p[token->n - 1] == ']')
		token->n--;
	return true;
}

static bool
is_one_of(struct str word, struct str alternatives)
{
	struct str one;

	while (str_cut(&alternatives, '|', &one))
		if (str_eq(one, word))
			return true;
	return false;
}

static int
missing(const struct match *m, struct str token, struct err *e)
{
	const struct word *w = &m->stmt->word[0];
	const struct kind *k = field_kind(token);

	if (k == NULL)
		return loc_err(e, w->at, "`%s` ends too soon: expected `%s %s`", m->field->name,
		    m->field->name, m->field->args);
	return loc_err(e, w->at, "`%s` ends too soon: expected `%s %s`, " STR_FMT " is %s",
	    m->field->name, m->field->name, m->field->args, STR_ARG(token), k->expected);
}

static int
take_literal(struct match *m, struct str token, struct err *e)
{
	if (m->at == m->stmt->nword)
		return missing(m, token, e);
	const struct word *w = &m->stmt->word[m->at++];
	if (!is_one_of(w->text, token))
		return loc_err(e, w->at, "found `" STR_FMT "`: expected %s" STR_FMT " in `%s %s`",
		    SHOWN(w->text), memchr(token.p, '|', token.n) ? "one of " : "", STR_ARG(token),
		    m->field->name, m->field->args);
	VEC_ADD(m->r->tmp, &m->r->word, w->text);
	return 0;
}

static int
dollar(const struct match *m, const struct word *w, struct err *e)
{
	return loc_err(e, w->at,
	    "found `" STR_FMT "`: `$` is not filled in by `%s`, and a value is never shell text",
	    SHOWN(w->text), m->field->name);
}

static int
take_kind(struct match *m, struct str token, const struct kind *k, struct err *e)
{
	if (m->at == m->stmt->nword)
		return missing(m, token, e);
	const struct word *w = &m->stmt->word[m->at++];
	struct str text = w->text;

	if (!k->raw_dollar && text.n != 0 && memchr(text.p, '$', text.n) != NULL) {
		if (m->field->dollar == DOLLAR_NO || m->r->fill == NULL)
			return dollar(m, w, e);
		if (fill_word(m->r, w, &text, e) == -1)
			return -1;
	}
	if (!k->is(text))
		return loc_err(
		    e, w->at, "found `" STR_FMT "`: expected %s", SHOWN(text), k->expected);
	if (w->quoted && text.p == w->text.p) /* else it stands in the file, or was copied */
		text = str_copy(m->r->run, text);
	VEC_ADD(m->r->tmp, &m->r->word, text);
	return 0;
}

/* As many words as there are, up to the one that the next token of the signature is. */
static int
take_kinds(struct match *m, struct str token, const struct kind *k, struct str rest, struct err *e)
{
	struct str next = { 0 };
	bool optional;
	int first = m->at;

	(void)next_token(&rest, &next, &optional);
	for (int n = 0; m->at < m->stmt->nword; n++) {
		if (next.n != 0 && str_eq(m->stmt->word[m->at].text, next))
			return n == 0 ? missing(m, token, e) : 0;
		if (take_kind(m, token, k, e) == -1)
			return -1;
	}
	return m->at == first ? missing(m, token, e) : 0;
}

static int
take_token(struct match *m, struct str token, struct str rest, struct err *e)
{
	bool many = str_ends(token, STR("..."));

	if (!is_kind(token))
		return take_literal(m, token, e);
	if (many)
		token.n -= 3;
	const struct kind *k = field_kind(token);
	if (many)
		return take_kinds(m, token, k, rest, e);
	return take_kind(m, token, k, e);
}

int
match_words(struct reader *r, struct value *v, struct err *e)
{
	struct match m = { .r = r, .field = v->field, .stmt = v->stmt, .at = 1 };
	struct str rest = str_of(v->field->args), token;
	int first = r->word.n;
	bool optional;

	while (next_token(&rest, &token, &optional)) {
		if (optional && m.at == m.stmt->nword)
			break;
		if (take_token(&m, token, rest, e) == -1)
			return -1;
	}
	if (m.at < m.stmt->nword) {
		const struct word *w = &m.stmt->word[m.at];
		return loc_err(e, w->at,
		    "found `" STR_FMT "`: expected the line to end, as in `%s%s%s`", SHOWN(w->text),
		    v->field->name, v->field->args[0] == '\0' ? "" : " ", v->field->args);
	}
	v->n = r->word.n - first;
	v->word = v->n == 0 ? NULL : r->word.v + first;
	return 0;
}
