/* SPDX-License-Identifier: ISC */
#include "make/report.h"

#include <unistd.h>

#include "sys/fs.h"

void
report(const struct report *r, struct event ev)
{
	struct arena tmp = { 0 };
	struct buf line = { .a = &tmp };
	struct err e = { 0 };

	ev.package = r->package;
	ev.target = r->target;
	event_print(&line, &ev);
	/* Nobody listens any more: whatever this worker makes is not wanted. */
	if (fs_write_all(r->fd, buf_str(&line), &e) == -1)
		_exit(ERR_MACHINE);
	arena_free(&tmp);
}

void
report_phase(struct report *r, enum phase phase)
{
	r->phase = phase;
	report(r, (struct event){ .type = EVENT_PHASE, .phase = phase });
}

void
report_note(const struct report *r, struct str text)
{
	report(r, (struct event){ .type = EVENT_NOTE, .phase = r->phase, .text = text });
}

void
report_failed(const struct report *r, const struct err *e, struct str log)
{
	report(r, (struct event){ .type = EVENT_FAILED,
		      .phase = r->phase,
		      .kind = e->kind,
		      .text = str_of(e->text),
		      .log = log });
}
