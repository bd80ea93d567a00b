/* SPDX-License-Identifier: ISC */
#include "driver/response.h"

#include <ctype.h>
#include <fcntl.h>

#include "base/buf.h"
#include "base/vec.h"
#include "sys/fs.h"

/* Nobody nests deeper by intent; the largest real ones hold some thousand object names. */
enum { DEPTH_MAX = 16, FILE_MAX_BYTES = 64 << 20 };

struct expansion {
	struct arena *a;
	VEC(const char *) word;
	int depth;
	bool is_circle;
};

/* One word from *s, which starts with no white space. */
static const char *
split_word(struct arena *a, struct str *s)
{
	struct buf b = { .a = a };
	char quote = '\0';

	buf_add_z(&b, "");
	for (; s->n > 0; *s = str_skip(*s, 1)) {
		char c = s->p[0];
		if (quote == '\0' && isspace((unsigned char)c))
			break;
		if (c == '\\' && s->n > 1) {
			*s = str_skip(*s, 1);
			buf_add_char(&b, s->p[0]);
		} else if (c == quote) {
			quote = '\0';
		} else if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
		} else {
			buf_add_char(&b, c);
		}
	}
	return b.p != NULL ? b.p : "";
}

void
response_split(
    struct arena *a, struct str text, void (*each)(void *ctx, const char *word), void *ctx)
{
	for (;;) {
		while (text.n > 0 && isspace((unsigned char)text.p[0]))
			text = str_skip(text, 1);
		if (text.n == 0)
			return;
		each(ctx, split_word(a, &text));
	}
}

static void
expand(void *ctx, const char *word)
{
	struct expansion *x = ctx;
	struct err ignored = { 0 };
	struct str text;

	if (word[0] != '@' || x->is_circle ||
	    fs_read(x->a, AT_FDCWD, word + 1, FILE_MAX_BYTES, &text, &ignored) == -1) {
		VEC_ADD(x->a, &x->word, word);
		return;
	}
	if (x->depth == DEPTH_MAX) {
		x->is_circle = true;
		return;
	}
	x->depth++;
	response_split(x->a, text, expand, x);
	x->depth--;
}

int
response_expand(struct arena *a, const char *const *argv, const char *const **out, struct err *e)
{
	struct expansion x = { .a = a };

	for (; *argv != NULL; argv++) {
		expand(&x, *argv);
		if (x.is_circle)
			return err_set(
			    e, ERR_USAGE, "%s: response files name each other in a circle", *argv);
	}
	VEC_ADD(a, &x.word, NULL);
	*out = x.word.v;
	return 0;
}
