/* SPDX-License-Identifier: ISC */
#include "base/json.h"

#include "base/utf8.h"

static void
put_char(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
		buf_add(b, STR("\\\""));
		break;
	case '\\':
		buf_add(b, STR("\\\\"));
		break;
	case '\n':
		buf_add(b, STR("\\n"));
		break;
	case '\t':
		buf_add(b, STR("\\t"));
		break;
	default:
		if (c < 0x20)
			buf_printf(b, "\\u%04x", c);
		else
			buf_add_char(b, (char)c);
	}
}

static void
put_text(struct buf *b, struct str s)
{
	buf_add_char(b, '"');
	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_length(s.p + i, s.n - i);
		if (n == 1)
			put_char(b, (unsigned char)s.p[i]);
		else if (n == 0)
			buf_add(b, STR("\xef\xbf\xbd"));
		else
			buf_add(b, (struct str){ s.p + i, n });
		i += n == 0 ? 1 : n;
	}
	buf_add_char(b, '"');
}

static void
begin(struct json *j, const char *name)
{
	if (j->need_comma)
		buf_add_char(j->out, ',');
	j->need_comma = true;
	if (name == NULL)
		return;
	put_text(j->out, str_of(name));
	buf_add_char(j->out, ':');
}

void
json_open(struct json *j, const char *name, char bracket)
{
	begin(j, name);
	buf_add_char(j->out, bracket);
	j->need_comma = false;
}

void
json_close(struct json *j, char bracket)
{
	buf_add_char(j->out, bracket);
	j->need_comma = true;
}

void
json_str(struct json *j, const char *name, struct str value)
{
	begin(j, name);
	put_text(j->out, value);
}

void
json_int(struct json *j, const char *name, int64_t value)
{
	begin(j, name);
	buf_printf(j->out, "%lld", (long long)value);
}

void
json_bool(struct json *j, const char *name, bool value)
{
	begin(j, name);
	buf_add_z(j->out, value ? "true" : "false");
}

void
json_null(struct json *j, const char *name)
{
	begin(j, name);
	buf_add_z(j->out, "null");
}
