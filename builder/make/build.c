/* SPDX-License-Identifier: ISC */
#include "make/build.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/vec.h"
#include "make/advice.h"
#include "make/advice_cmake.h"
#include "make/advice_make.h"
#include "make/collect.h"
#include "make/failure.h"
#include "make/inspect.h"
#include "make/licence.h"
#include "make/stage.h"
#include "plan/why.h"
#include "sys/beneath.h"
#include "sys/clock.h"
#include "sys/fs.h"

/* A configure script is rarely larger than 2 MiB. */
enum { LOG_MAX_BYTES = 64 << 20, SCRIPT_MAX_BYTES = 16 << 20 };

/* One build at work. */
struct site {
	struct arena a;
	const struct workshop *w;
	const struct package *p;
	const struct digest *key;
	struct report *r;
	char *work, *log_path;
	struct stage stage;
	int i, log;
	struct sandbox_proc sandbox;
};

static void
stage_progress(void *ctx, enum phase phase)
{
	report_phase(ctx, phase);
}

static void
stage_note(void *ctx, const char *sentence)
{
	report(ctx, (struct event){ .type = EVENT_FETCHED, .text = str_of(sentence) });
}

int
build_prepare(const struct workshop *w, int i, struct report *r, struct err *e)
{
	struct arena a = { 0 };
	struct source_opts o = w->source;
	struct stage stage = { 0 };

	o.note = stage_note;
	o.ctx = r;
	int rc =
	    stage_make(&a, w->tree, w->plan->graph->node[i].package, &o, stage_progress, &stage, e);
	stage_drop(&stage);
	arena_free(&a);
	return rc;
}

/* The writable layer first: a phase may have changed the stage's file. */
static struct str
read_staged(void *ctx, struct arena *a, const char *path)
{
	const struct site *s = ctx;
	const char *folder[] = { arena_printf(a, "%s/upper", s->work), s->stage.path };
	struct err ignored = { 0 };
	struct str text;

	for (size_t i = 0; i < COUNT_OF(folder); i++) {
		CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, folder[i], &ignored);
		CLEANUP(fs_close)
		int fd = dir == -1 ? -1 : beneath_open(dir, path, O_RDONLY | O_NONBLOCK, 0);
		if (fd != -1 && fs_read_fd(a, fd, SCRIPT_MAX_BYTES, &text, &ignored) == 0)
			return text;
		err_clear(&ignored);
	}
	return STR("");
}

/* On a line of its own; "" when nothing is known. */
static const char *
advise(struct site *s, struct str log)
{
	const struct syntax_file *file = s->p->at.file;
	struct str recipe = file == NULL ? STR("the recipe") : file->path;
	const char *text = advice_text(&s->a, recipe, log, read_staged, s);

	if (text == NULL) {
		text = advice_cmake(&s->a, log);
		return text[0] != '\0' ? text : advice_make(&s->a, log);
	}
	return arena_printf(&s->a, "\n" STR_FMT, STR_ARG(str_clean(&s->a, str_of(text))));
}

/* The text of a failed phase: how it ended, what the recipe can do, where the log first
 * complains, its end. */
static int
phase_failed(struct site *s, const struct sandbox_phase *phase, const struct sandbox_result *result,
    struct err *e)
{
	struct str log = STR("");
	const char *how = sandbox_end_text(&s->a, phase, result);
	enum err_kind kind = s->r->phase == PHASE_CHECK ? ERR_CHECK : ERR_PACKAGE;

	if (fs_read(&s->a, AT_FDCWD, s->log_path, (size_t)LOG_MAX_BYTES * 2, &log, e) == -1)
		return -1;
	return err_set(
	    e, kind, "%s: %s%s%s", phase->name, how, advise(s, log), failure_text(&s->a, log));
}

static int
run_phase(struct site *s, enum phase which, struct err *e)
{
	struct sandbox_result result;
	struct sandbox_phase phase = { .name = phase_name(which),
		.body = s->p->phase[which].text,
		.limit_total_s = s->p->limit_total_s,
		.limit_silent_s = s->p->limit_silent_s,
		.log_max_bytes = LOG_MAX_BYTES,
		.log = s->log };

	report_phase(s->r, which);
	if (phase.body.n == 0)
		return 0;
	dprintf(s->log, "== %s\n", phase.name);
	if (sandbox_run(&s->sandbox, &phase, &result, e) == -1)
		return err_wrap(e, "%s", phase.name);
	report(s->r, (struct event){ .type = EVENT_MEASURED,
			 .phase = which,
			 .kind = result.end == SANDBOX_DONE ? ERR_NONE : ERR_PACKAGE,
			 .ms = result.ms,
			 .cpu_ms = result.cpu_ms,
			 .peak_kb = result.peak_kb });
	if (result.end != SANDBOX_DONE)
		return phase_failed(s, &phase, &result, e);
	return 0;
}

struct prefix {
	struct digest_ctx c;
	enum phase last;
};

static void
add_until(void *ctx, const char *tag, struct str value)
{
	struct prefix *prefix = ctx;
	struct str name = str_of(tag);

	if (str_starts(name, STR("phase ")) && phase_find(str_skip(name, 6)) > (int)prefix->last)
		return;
	digest_field(&prefix->c, tag, value);
}

/* What a kept build has behind it when a phase is done: all inputs but later phases. */
static struct str
prefix_make(struct site *s, enum phase last)
{
	struct prefix prefix = { .last = last };
	const struct plan *plan = s->w->plan;
	struct digest d;

	digest_init(&prefix.c);
	key_each_input(plan->graph, s->i, plan->outcome, &plan->env, add_until, &prefix);
	d = digest_end(&prefix.c);
	return str_of(digest_hex(&s->a, &d));
}

/* Remember that a phase is done, for --from. */
static int
mark_done(struct site *s, enum phase which, struct err *e)
{
	char *path = arena_printf(&s->a, "%s/done-%s", s->work, phase_name(which));

	return fs_write(AT_FDCWD, path, prefix_make(s, which), 0644, e);
}

static int
run_phases(struct site *s, struct err *e)
{
	for (enum phase which = PHASE_CONFIGURE; which <= PHASE_INSTALL; which++) {
		if (which < s->w->from || (which == PHASE_CHECK && !s->w->check))
			continue;
		if (run_phase(s, which, e) == -1 || mark_done(s, which, e) == -1)
			return -1;
	}
	return 0;
}

/* The sysroot, and what the package has in /build and /tmp and had in /out. */
static int
find_origins(struct site *s, const char *object, struct origins *out, struct err *e)
{
	static const enum class installed[] = { CLASS_DEV, CLASS_BIN, CLASS_DATA };
	VEC(struct origin) v = { 0 };
	struct origin *sysroot;
	int n;

	if (workshop_origins(&s->a, s->w, s->i, &sysroot, &n, e) == -1)
		return -1;
	VEC_ADD(&s->a, &v,
	    (struct origin){ s->p->name, LAYOUT_BUILD, arena_printf(&s->a, "%s/upper", s->work) });
	VEC_ADD(&s->a, &v, (struct origin){ s->p->name, LAYOUT_BUILD, s->stage.path });
	VEC_ADD(&s->a, &v,
	    (struct origin){ s->p->name, LAYOUT_TMP, arena_printf(&s->a, "%s/tmp", s->work) });
	for (size_t k = 0; k < COUNT_OF(installed); k++)
		VEC_ADD(&s->a, &v,
		    (struct origin){ s->p->name, LAYOUT_OUT,
			arena_printf(&s->a, "%s/%s", object, class_name(installed[k])) });
	for (int k = 0; k < n; k++)
		VEC_ADD(&s->a, &v, sysroot[k]);
	*out = (struct origins){ v.v, v.n };
	return 0;
}

static int
judge(struct site *s, const char *object, struct err *e)
{
	struct inspect_facts facts = { .leak = s->w->leak, .nleak = s->w->nleak };
	struct buf text = { .a = &s->a };
	struct finding *finding;
	int n, bad = 0;

	if (find_origins(s, object, &facts.origins, e) == -1 ||
	    inspect(&s->a, s->p, object, &facts, &finding, &n, e) == -1)
		return -1;
	for (int k = 0; k < n; k++)
		bad += finding[k].waived.n == 0;
	findings_print(&text, finding, n);
	dprintf(s->log, "== judge\n" STR_FMT, STR_ARG(buf_str(&text)));
	if (bad == 0)
		return 0;
	return err_set(e, ERR_CHECK, "the judge refuses %d thing%s\n" STR_FMT, bad,
	    bad == 1 ? "" : "s", STR_ARG(buf_str(&text)));
}

/* What went into the key, for `kiln why`; lost without harm. */
static int
save_inputs(struct site *s, struct err *e)
{
	struct str list = why_inputs(&s->a, s->w->plan, s->i);
	char *path = arena_printf(&s->a, "inputs/%s", digest_hex(&s->a, s->key));

	if (fs_mkdirs(s->w->out_dir, "inputs", e) == -1)
		return -1;
	return fs_write(s->w->out_dir, path, list, 0644, e);
}

static int
save_latest(struct site *s, struct err *e)
{
	struct digest label = workshop_label(s->p);

	return journal_put(
	    store_journal(s->w->store), "latest", &label, str_of(digest_hex(&s->a, s->key)), e);
}

/* Before the object has a name: a key that is dirty is never taken for a clean one. */
static int
mark_dirty(struct site *s, struct err *e)
{
	if (!s->p->is_dirty)
		return 0;
	return journal_put(
	    store_journal(s->w->store), "dirty", s->key, str_of(s->p->source[0].folder), e);
}

static int
package(struct site *s, struct err *e)
{
	struct publish publish = { s->p->name, s->p->version, s->p->target->name, *s->key };
	struct digest object;
	char *path;
	int lock;

	report_phase(s->r, PHASE_PACKAGE);
	if (store_work(s->w->store, &s->a, &path, &lock, e) == -1)
		return -1;
	dprintf(s->log, "== package\n");
	if (collect(s->p, s->work, s->stage.path, &s->sandbox, path, s->log, e) == -1 ||
	    judge(s, path, e) == -1 || save_inputs(s, e) == -1 || mark_dirty(s, e) == -1) {
		store_discard(s->w->store, path, lock);
		return -1;
	}
	if (store_publish(s->w->store, path, lock, &publish, &object, e) == -1)
		return -1;
	if (save_latest(s, e) == -1)
		return -1;
	report(s->r, (struct event){ .type = EVENT_BUILT,
			 .phase = PHASE_PACKAGE,
			 .text = str_of(digest_hex(&s->a, &object)) });
	return 0;
}

/* Another kiln may have built the same while this one waited for the folder. */
static bool
is_built(struct site *s)
{
	struct err ignored = { 0 };
	struct digest object;
	struct str value;

	if (journal_refresh(store_journal(s->w->store), &ignored) == -1)
		return false;
	return journal_get(store_journal(s->w->store), "built", s->key, &value) &&
	       digest_parse(value, &object) == 0 && store_has(s->w->store, &object);
}

static int
resume_check(struct site *s, struct err *e)
{
	enum phase last = s->w->from - 1 == PHASE_CHECK ? PHASE_BUILD : s->w->from - 1;
	char *path = arena_printf(&s->a, "%s/done-%s", s->work, phase_name(last));
	struct str done;

	if (!fs_exists(AT_FDCWD, path))
		return err_set(e, ERR_USAGE,
		    "--from %s: no kept build of " STR_FMT
		    " has %s behind it; build without --from",
		    phase_name(s->w->from), STR_ARG(s->p->name), phase_name(last));
	if (fs_read(&s->a, AT_FDCWD, path, DIGEST_HEX, &done, e) == -1)
		return -1;
	if (!str_eq(done, prefix_make(s, last)))
		return err_set(e, ERR_USAGE,
		    "--from %s: what goes into " STR_FMT
		    " up to %s has changed since that build was "
		    "kept; build without --from",
		    phase_name(s->w->from), STR_ARG(s->p->name), phase_name(last));
	return 0;
}

/* The work folder: a new one, or the kept one whose finished phases had the same inputs. */
static int
work_open(struct site *s, struct err *e)
{
	if (s->w->from > PHASE_CONFIGURE)
		return resume_check(s, e);
	if (fs_remove(AT_FDCWD, s->work, e) == -1)
		return -1;
	return fs_mkdirs(AT_FDCWD, s->work, e);
}

static int
log_open(struct site *s, struct err *e)
{
	s->log = workshop_log_open(s->w, s->log_path, e);
	if (s->log == -1)
		return -1;
	dprintf(s->log, "== " STR_FMT " " STR_FMT " for " STR_FMT ", key %s\n", STR_ARG(s->p->name),
	    STR_ARG(s->p->version), STR_ARG(s->p->target->name), digest_hex(&s->a, s->key));
	return 0;
}

static int
build_in_sandbox(struct site *s, const char *slot, struct err *e)
{
	struct sandbox sandbox = { 0 };
	if (workshop_sandbox(&s->a, s->w, s->i, &sandbox, e) == -1)
		return -1;
	if (fs_write(AT_FDCWD, arena_printf(&s->a, "%s/stage", s->work), str_of(s->stage.path),
		0644, e) == -1)
		return -1;
	sandbox.stage = s->stage.path;
	sandbox.work = s->work;
	sandbox.slot_socket = slot;
	if (sandbox_start(&sandbox, &s->sandbox, e) == -1)
		return -1;
	int rc = run_phases(s, e) == -1 || package(s, e) == -1 ? -1 : 0;
	sandbox_stop(&s->sandbox);
	return rc;
}

/* Its source is held as long as the sandbox lies on it. */
static int
build_on_stage(struct site *s, const char *slot, struct err *e)
{
	struct source_opts o = s->w->source;

	o.note = stage_note;
	o.ctx = s->r;
	if (stage_make(&s->a, s->w->tree, s->p, &o, stage_progress, &s->stage, e) == -1)
		return -1;
	int rc = licence_check(s->p, s->stage.path, e) == -1 ? -1 : build_in_sandbox(s, slot, e);
	stage_drop(&s->stage);
	return rc;
}

static int
lock_folder(struct site *s, struct err *e)
{
	char *folder = arena_printf(&s->a, "build/" STR_FMT, STR_ARG(s->p->target->name));
	char *lock = arena_printf(&s->a, "%s.lock", s->work);
	int fd;

	if (fs_mkdirs(s->w->out_dir, folder, e) == -1)
		return -1;
	fd = fs_lock(AT_FDCWD, lock, true, false, e);
	if (fd != FS_LOCK_BUSY)
		return fd;
	report_note(s->r, STR("another kiln builds this; waiting for it"));
	return fs_lock(AT_FDCWD, lock, true, true, e);
}

int
build_package(const struct workshop *w, int i, const char *slot, struct report *r, struct err *e)
{
	struct site s = { .w = w, .p = w->plan->graph->node[i].package, .r = r, .i = i };
	struct object o;

	s.key = &w->plan->step[i].key;
	s.work = workshop_build_path(&s.a, w, s.p);
	s.log_path = workshop_log_path(&s.a, w, s.p);
	if (lock_folder(&s, e) == -1)
		return -1;
	if (!w->plan->force && is_built(&s)) {
		struct str value;
		struct digest object;
		if (journal_get(store_journal(w->store), "built", s.key, &value) &&
		    digest_parse(value, &object) == 0 &&
		    store_object(w->store, &s.a, &object, false, &o, e) == 0) {
			report(r, (struct event){ .type = EVENT_REUSED, .text = value });
			return 0;
		}
	}
	if (work_open(&s, e) == -1 || log_open(&s, e) == -1 || build_on_stage(&s, slot, e) == -1)
		return -1;
	return fs_remove(AT_FDCWD, s.work, e);
}
