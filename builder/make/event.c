/* SPDX-License-Identifier: ISC */
#include "make/event.h"

#include <stdlib.h>

#include "base/json.h"

/* Numbers of an event, in the order of the line. */
static const struct {
	const char *name;
	size_t offset;
} number[] = {
	{ "ms", offsetof(struct event, ms) },
	{ "cpu_ms", offsetof(struct event, cpu_ms) },
	{ "peak_kb", offsetof(struct event, peak_kb) },
	{ "expect_ms", offsetof(struct event, expect_ms) },
	{ "count", offsetof(struct event, count) },
	{ "built", offsetof(struct event, nbuilt) },
	{ "reused", offsetof(struct event, nreused) },
	{ "failed", offsetof(struct event, nfailed) },
	{ "skipped", offsetof(struct event, nskipped) },
	{ "tests_passed", offsetof(struct event, tests_passed) },
	{ "tests_failed", offsetof(struct event, tests_failed) },
	{ "tests_skipped", offsetof(struct event, tests_skipped) },
};

static const char *const type_name[EVENT_TYPE_COUNT] = {
	[EVENT_RUN_STARTED] = "run_started",
	[EVENT_STARTED] = "started",
	[EVENT_PHASE] = "phase",
	[EVENT_FETCHED] = "fetched",
	[EVENT_NOTE] = "note",
	[EVENT_MEASURED] = "measured",
	[EVENT_BUILT] = "built",
	[EVENT_REUSED] = "reused",
	[EVENT_FAILED] = "failed",
	[EVENT_SKIPPED] = "skipped",
	[EVENT_TESTED] = "tested",
	[EVENT_RUN_FINISHED] = "run_finished",
};

const char *
event_type_name(enum event_type t)
{
	return type_name[t];
}

static int64_t *
number_of(struct event *ev, size_t i)
{
	return (int64_t *)((char *)ev + number[i].offset);
}

static int64_t
number_get(const struct event *ev, size_t i)
{
	return *(const int64_t *)((const char *)ev + number[i].offset);
}

static void
put_text(struct buf *out, struct str s)
{
	buf_add_char(out, '\t');
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '\t':
			buf_add(out, STR("\\t"));
			break;
		case '\n':
			buf_add(out, STR("\\n"));
			break;
		case '\\':
			buf_add(out, STR("\\\\"));
			break;
		default:
			buf_add_char(out, s.p[i]);
		}
	}
}

void
event_print(struct buf *out, const struct event *ev)
{
	buf_printf(out, "%d\t%d\t%d", (int)ev->type, (int)ev->phase, (int)ev->kind);
	for (size_t i = 0; i < COUNT_OF(number); i++)
		buf_printf(out, "\t%lld", (long long)number_get(ev, i));
	put_text(out, ev->package);
	put_text(out, ev->target);
	put_text(out, ev->text);
	put_text(out, ev->log);
	buf_add_char(out, '\n');
}

static bool
take_number(struct str *rest, int64_t *out)
{
	struct str field;
	uint64_t v;
	bool is_negative;

	if (!str_cut(rest, '\t', &field))
		return false;
	is_negative = str_starts(field, STR("-"));
	if (str_u64(str_skip(field, is_negative), &v) == -1 || v > INT64_MAX)
		return false;
	*out = is_negative ? -(int64_t)v : (int64_t)v;
	return true;
}

static bool
take_enum(struct str *rest, int64_t most, int *out)
{
	int64_t v;

	if (!take_number(rest, &v) || v < 0 || v > most)
		return false;
	*out = (int)v;
	return true;
}

/* Up to the next tab; a field that is missing is a fault, an empty one is not. */
static bool
take_text(struct arena *a, struct str *rest, bool is_last, struct str *out)
{
	struct buf b = { .a = a };
	size_t i = 0;

	while (i < rest->n && rest->p[i] != '\t') {
		char c = rest->p[i++];
		if (c == '\\') {
			if (i == rest->n)
				return false;
			c = rest->p[i++];
			c = c == 't' ? '\t' : c == 'n' ? '\n' : c;
		}
		buf_add_char(&b, c);
	}
	if (is_last != (i == rest->n))
		return false;
	*rest = str_skip(*rest, i + 1);
	*out = buf_str(&b);
	return true;
}

static bool
take_all(struct arena *a, struct str *rest, struct event *ev)
{
	int type, phase, kind;

	if (!take_enum(rest, EVENT_TYPE_COUNT - 1, &type) ||
	    !take_enum(rest, PHASE_COUNT, &phase) || !take_enum(rest, ERR_MACHINE, &kind))
		return false;
	ev->type = (enum event_type)type;
	ev->phase = (enum phase)phase;
	ev->kind = (enum err_kind)kind;
	for (size_t i = 0; i < COUNT_OF(number); i++)
		if (!take_number(rest, number_of(ev, i)))
			return false;
	return take_text(a, rest, false, &ev->package) && take_text(a, rest, false, &ev->target) &&
	       take_text(a, rest, false, &ev->text) && take_text(a, rest, true, &ev->log);
}

int
event_parse(struct arena *a, struct str line, struct event *out, struct err *e)
{
	struct str rest = line;

	*out = (struct event){ 0 };
	if (str_ends(rest, STR("\n")))
		rest.n--;
	if (!take_all(a, &rest, out))
		return err_set(e, ERR_MACHINE, "an event that cannot be read: '" STR_FMT "'",
		    STR_ARG(str_clean(a, (struct str){ line.p, line.n < 80 ? line.n : 80 })));
	return 0;
}

void
event_json(struct buf *out, const struct event *ev, int64_t seq, int64_t unix_time)
{
	struct json j = { .out = out };

	json_open(&j, NULL, '{');
	json_str(&j, "schema", STR("kiln/event/1"));
	json_int(&j, "seq", seq);
	json_int(&j, "time", unix_time);
	json_str(&j, "type", str_of(type_name[ev->type]));
	if (ev->package.n != 0) {
		json_str(&j, "package", ev->package);
		json_str(&j, "target", ev->target);
	}
	if (ev->phase != PHASE_COUNT && ev->package.n != 0)
		json_str(&j, "phase", str_of(phase_name(ev->phase)));
	if (ev->kind != ERR_NONE)
		json_str(&j, "kind", str_of(err_kind_name(ev->kind)));
	for (size_t i = 0; i < COUNT_OF(number); i++)
		if (number_get(ev, i) != 0 || ev->type == EVENT_RUN_FINISHED)
			json_int(&j, number[i].name, number_get(ev, i));
	if (ev->text.n != 0)
		json_str(&j, "text", ev->text);
	if (ev->log.n != 0)
		json_str(&j, "log", ev->log);
	json_close(&j, '}');
	buf_add_char(out, '\n');
}
