/* SPDX-License-Identifier: ISC */
#include "ui/tty.h"

#include <assert.h>

void
tty_erase(struct tty *t, struct buf *out, int columns)
{
	size_t rows = 0, width = columns < 1 ? 1 : (size_t)columns;

	for (int i = 0; i < t->n; i++)
		rows += t->length[i] == 0 ? 1 : (t->length[i] + width - 1) / width;
	if (rows != 0)
		buf_printf(out, "\r\033[%zuA\033[J", rows);
	t->n = 0;
}

void
tty_draw(struct tty *t, struct buf *out, const struct str *line, int n)
{
	assert(n <= TTY_LINES_MAX);
	for (int i = 0; i < n; i++) {
		buf_add(out, line[i]);
		buf_add_char(out, '\n');
		t->length[i] = line[i].n;
	}
	t->n = n;
}
