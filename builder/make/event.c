/* SPDX-License-Identifier: ISC */
#include "make/event.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/json.h"

#define BIT(type) (1U << EVENT_##type)

static const struct {
	const char *name;
	const char *text; /* what the text is called in JSON */
	bool has_phase;
} type_row[EVENT_TYPE_COUNT] = {
	[EVENT_RUN_STARTED] = { "run_started", NULL, false },
	[EVENT_STARTED] = { "started", NULL, true },
	[EVENT_PHASE] = { "phase", NULL, true },
	[EVENT_FETCHED] = { "fetched", "text", false },
	[EVENT_NOTE] = { "note", "text", false },
	[EVENT_MEASURED] = { "measured", NULL, true },
	[EVENT_BUILT] = { "built", "object", false },
	[EVENT_REUSED] = { "reused", "object", false },
	[EVENT_FAILED] = { "failed", "text", true },
	[EVENT_SKIPPED] = { "skipped", "reason", false },
	[EVENT_TESTED] = { "tested", "verdict", false },
	[EVENT_RUN_FINISHED] = { "run_finished", NULL, false },
};

/* The numbers of an event, in the order of a line, and the types whose JSON has them. */
static const struct {
	const char *name;
	size_t at;
	unsigned types;
} number_row[] = {
	{ "ms", offsetof(struct event, ms),
	    BIT(MEASURED) | BIT(BUILT) | BIT(FAILED) | BIT(TESTED) | BIT(RUN_FINISHED) },
	{ "cpu_ms", offsetof(struct event, cpu_ms), BIT(MEASURED) | BIT(RUN_FINISHED) },
	{ "peak_kb", offsetof(struct event, peak_kb), BIT(MEASURED) },
	{ "expect_ms", offsetof(struct event, expect_ms), BIT(RUN_STARTED) | BIT(STARTED) },
	{ "count", offsetof(struct event, count), BIT(RUN_STARTED) | BIT(TESTED) },
	{ "cores", offsetof(struct event, cores), BIT(RUN_FINISHED) },
	{ "built", offsetof(struct event, nbuilt), BIT(RUN_FINISHED) },
	{ "reused", offsetof(struct event, nreused), BIT(RUN_FINISHED) },
	{ "failed", offsetof(struct event, nfailed), BIT(RUN_FINISHED) },
	{ "skipped", offsetof(struct event, nskipped), BIT(RUN_FINISHED) },
	{ "tests_passed", offsetof(struct event, tests_passed), BIT(RUN_FINISHED) },
	{ "tests_failed", offsetof(struct event, tests_failed), BIT(RUN_FINISHED) },
	{ "tests_skipped", offsetof(struct event, tests_skipped), BIT(RUN_FINISHED) },
	{ "tests_not_run", offsetof(struct event, tests_not_run), BIT(RUN_FINISHED) },
	{ "tests_passed_before", offsetof(struct event, tests_before), BIT(RUN_FINISHED) },
	{ "dirty", offsetof(struct event, dirty), BIT(RUN_FINISHED) },
};

/* The texts, likewise. */
static const size_t text_row[] = {
	offsetof(struct event, package),
	offsetof(struct event, version),
	offsetof(struct event, target),
	offsetof(struct event, text),
	offsetof(struct event, log),
};

static const struct {
	char byte, letter;
} escape[] = { { '\t', 't' }, { '\n', 'n' }, { '\r', 'r' }, { '\0', '0' }, { '\\', '\\' } };

static int64_t *
number_of(struct event *ev, size_t i)
{
	return (int64_t *)(void *)((char *)ev + number_row[i].at);
}

static int64_t
number_in(const struct event *ev, size_t i)
{
	return *(const int64_t *)(const void *)((const char *)ev + number_row[i].at);
}

static struct str *
text_of(struct event *ev, size_t i)
{
	return (struct str *)(void *)((char *)ev + text_row[i]);
}

static struct str
text_in(const struct event *ev, size_t i)
{
	return *(const struct str *)(const void *)((const char *)ev + text_row[i]);
}

const char *
event_type_name(enum event_type t)
{
	return type_row[t].name;
}

static void
add_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t k = 0;
		while (k < COUNT_OF(escape) && escape[k].byte != s.p[i])
			k++;
		if (k == COUNT_OF(escape)) {
			buf_add_char(out, s.p[i]);
			continue;
		}
		buf_add_char(out, '\\');
		buf_add_char(out, escape[k].letter);
	}
}

void
event_print(struct buf *out, const struct event *ev)
{
	buf_printf(out, "%s\t%s\t%d", event_type_name(ev->type),
	    ev->phase < PHASE_COUNT ? phase_name(ev->phase) : "-", (int)ev->kind);
	for (size_t i = 0; i < COUNT_OF(number_row); i++)
		buf_printf(out, "\t%" PRId64, number_in(ev, i));
	for (size_t i = 0; i < COUNT_OF(text_row); i++) {
		buf_add_char(out, '\t');
		add_escaped(out, text_in(ev, i));
	}
	buf_add_char(out, '\n');
}

static int
parse_type(struct str s, struct event *out)
{
	for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
		if (!str_is(s, type_row[i].name))
			continue;
		out->type = (enum event_type)i;
		return 0;
	}
	return -1;
}

static int
parse_phase(struct str s, struct event *out)
{
	int phase = str_is(s, "-") ? PHASE_COUNT : phase_find(s);

	if (phase == -1)
		return -1;
	out->phase = (enum phase)phase;
	return 0;
}

static int
parse_number(struct str s, int64_t *out)
{
	bool is_negative = str_starts(s, STR("-"));
	uint64_t v;

	if (str_u64(str_skip(s, is_negative), &v) == -1 || v > INT64_MAX)
		return -1;
	*out = is_negative ? -(int64_t)v : (int64_t)v;
	return 0;
}

static int
parse_kind(struct str s, struct event *out)
{
	int64_t kind;

	if (parse_number(s, &kind) == -1 || kind < ERR_NONE || kind > ERR_MACHINE)
		return -1;
	out->kind = (enum err_kind)kind;
	return 0;
}

static int
unescape(struct arena *a, struct str s, struct str *out)
{
	char *p = arena_alloc(a, s.n + 1);

	*out = (struct str){ p, 0 };
	for (size_t i = 0; i < s.n; i++) {
		size_t k = 0;
		if (s.p[i] != '\\') {
			p[out->n++] = s.p[i];
			continue;
		}
		if (++i == s.n)
			return -1;
		while (k < COUNT_OF(escape) && escape[k].letter != s.p[i])
			k++;
		if (k == COUNT_OF(escape))
			return -1;
		p[out->n++] = escape[k].byte;
	}
	return 0;
}

/* The next field; there is one more after the last tab, even when it is empty. */
static int
next(struct str *rest, struct str *field)
{
	if (rest->p == NULL)
		return -1;
	size_t n = 0;
	while (n < rest->n && rest->p[n] != '\t')
		n++;
	*field = (struct str){ rest->p, n };
	if (n == rest->n)
		*rest = (struct str){ 0 };
	else
		*rest = str_skip(*rest, n + 1);
	return 0;
}

static int
parse_fields(struct arena *a, struct str rest, struct event *out)
{
	struct str field;

	if (next(&rest, &field) == -1 || parse_type(field, out) == -1 ||
	    next(&rest, &field) == -1 || parse_phase(field, out) == -1 ||
	    next(&rest, &field) == -1 || parse_kind(field, out) == -1)
		return -1;
	for (size_t i = 0; i < COUNT_OF(number_row); i++)
		if (next(&rest, &field) == -1 || parse_number(field, number_of(out, i)) == -1)
			return -1;
	for (size_t i = 0; i < COUNT_OF(text_row); i++)
		if (next(&rest, &field) == -1 || unescape(a, field, text_of(out, i)) == -1)
			return -1;
	return rest.p == NULL ? 0 : -1;
}

int
event_parse(struct arena *a, struct str line, struct event *out, struct err *e)
{
	*out = (struct event){ 0 };
	if (str_ends(line, STR("\n")))
		line.n--;
	if (line.n == 0 || parse_fields(a, line, out) == -1)
		return err_set(e, ERR_MACHINE, "a worker's line is no event: '" STR_FMT "'",
		    STR_ARG(str_clean(a, (struct str){ line.p, line.n < 200 ? line.n : 200 })));
	return 0;
}

static void
add_text(struct json *j, const struct event *ev)
{
	struct str text = ev->text, verdict;

	if (type_row[ev->type].text == NULL)
		return;
	if (ev->type != EVENT_TESTED) {
		json_str(j, type_row[ev->type].text, text);
		return;
	}
	if (!str_cut(&text, ' ', &verdict))
		verdict = text;
	json_str(j, "verdict", verdict);
	if (text.n != 0)
		json_str(j, "reason", text);
}

void
event_json(struct buf *out, const struct event *ev, int64_t seq, int64_t unix_time)
{
	struct json j = { .out = out };

	json_open(&j, NULL, '{');
	json_str(&j, "schema", STR("kiln/event/1"));
	json_int(&j, "seq", seq);
	json_int(&j, "time", unix_time);
	json_str(&j, "type", str_of(event_type_name(ev->type)));
	if (ev->package.n != 0)
		json_str(&j, "package", ev->package);
	if (ev->version.n != 0)
		json_str(&j, "version", ev->version);
	if (ev->target.n != 0)
		json_str(&j, "target", ev->target);
	if (type_row[ev->type].has_phase && ev->phase < PHASE_COUNT)
		json_str(&j, "phase", str_of(phase_name(ev->phase)));
	if (ev->type == EVENT_FAILED)
		json_str(&j, "error", str_of(err_kind_name(ev->kind)));
	for (size_t i = 0; i < COUNT_OF(number_row); i++)
		if ((number_row[i].types >> ev->type & 1) != 0 && number_in(ev, i) >= 0)
			json_int(&j, number_row[i].name, number_in(ev, i));
	if (ev->type == EVENT_BUILT || ev->type == EVENT_REUSED)
		json_bool(&j, "dirty", ev->dirty != 0);
	add_text(&j, ev);
	if (ev->log.n != 0)
		json_str(&j, "log", ev->log);
	json_close(&j, '}');
	buf_add_char(out, '\n');
}
