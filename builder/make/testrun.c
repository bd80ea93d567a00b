/* SPDX-License-Identifier: ISC */
#include "make/testrun.h"

#include <fcntl.h>

#include "driver/runconf.h"
#include "sys/beneath.h"
#include "sys/fs.h"

enum { LOG_MAX_BYTES = 16 << 20, NOTE_MAX_BYTES = 1 << 20, REASON_MAX_BYTES = 400 };
enum { TRACED_MAX_MS = 60000 };

static const char *const *
environment(struct arena *a, const struct test_plan *t)
{
	VEC(const char *) env = { 0 };

	for (int i = 0; t->env != NULL && t->env[i] != NULL; i++)
		VEC_ADD(a, &env, t->env[i]);
	VEC_ADD(a, &env, "TARGET_TMP=" RUN_ROOT "/tmp");
	VEC_ADD(a, &env, NULL);
	return env.v;
}

static struct sandbox
plan_sandbox(struct arena *a, const struct test_plan *t)
{
	return (struct sandbox){
		.level = t->level,
		.toolroot = t->toolroot,
		.driver = t->driver,
		.driver_name = t->driver_name,
		.driver_conf = t->driver_conf,
		.sysroot = t->sysroot,
		.work = t->work,
		.slot_socket = t->slot_socket,
		.env = environment(a, t),
		.target = t->folder,
		.emulator = t->emulator,
		.emulator_conf = t->emulator == NULL ? NULL : runconf_text(a, t->package->target),
	};
}

/* What `run` and `skip` left in /run/kiln; empty when there is nothing. */
static int
read_note(
    struct arena *a, const struct test_plan *t, const char *name, struct str *out, struct err *e)
{
	CLEANUP(fs_close)
	int dir = fs_open_dir(AT_FDCWD, arena_printf(a, "%s/run", t->work), e);
	bool is_there;

	*out = STR("");
	return dir == -1 ? -1 : beneath_read(a, dir, name, NOTE_MAX_BYTES, out, &is_there, e);
}

static struct str
first_line(struct arena *a, struct str text)
{
	struct str line = STR("");

	(void)str_cut(&text, '\n', &line);
	if (line.n > REASON_MAX_BYTES)
		line.n = REASON_MAX_BYTES;
	return str_clean(a, line);
}

/* A body ends at its first failure: what ran before a skip did what was wanted of it. */
static struct str
skip_text(struct arena *a, struct str reason, int nrun)
{
	struct str line = first_line(a, reason);

	if (nrun == 0)
		return line;
	return str_printf(a, STR_FMT "; passed before that: %d %s", STR_ARG(line), nrun,
	    nrun == 1 ? "command" : "commands");
}

static int
judge(struct arena *a, const struct test_plan *t, const char *how, bool is_done,
    struct test_result *out, struct err *e)
{
	struct str runs, skip;

	if (read_note(a, t, RUN_COUNT, &runs, e) == -1 || read_note(a, t, RUN_SKIP, &skip, e) == -1)
		return -1;
	out->nrun = (int)runs.n;
	if (skip.n != 0) {
		out->verdict = TEST_SKIPPED;
		out->text = skip_text(a, skip, out->nrun);
		return 0;
	}
	out->verdict = is_done ? TEST_PASSED : TEST_FAILED;
	out->text = is_done ? STR("") : str_copy(a, str_of(how));
	return 0;
}

/* Run a body in a place of its own. */
static int
run(struct arena *a, const struct test_plan *t, struct str body, struct sandbox_result *result,
    struct test_result *out, struct err *e)
{
	const struct sandbox s = plan_sandbox(a, t);
	const struct sandbox_phase phase = { .name = "test",
		.body = body,
		.limit_total_s = t->package->limit_total_s,
		.limit_silent_s = t->package->limit_silent_s,
		.log_max_bytes = LOG_MAX_BYTES,
		.log = t->log };
	struct sandbox_proc p;

	if (fs_remove(AT_FDCWD, t->work, e) == -1 || sandbox_start(&s, &p, e) == -1)
		return -1;
	int rc = sandbox_run(&p, &phase, result, e);
	out->ms = result->ms;
	if (rc == 0)
		rc = judge(
		    a, t, sandbox_end_text(a, &phase, result), result->end == SANDBOX_DONE, out, e);
	sandbox_stop(&p);
	return rc;
}

/* Which command it was that failed, its shell cannot tell afterwards. */
static int
show_commands(struct arena *a, const struct test_plan *t, struct err *e)
{
	struct sandbox_result result;
	struct test_result again = { .text = STR("") };

	if (fs_write_all(t->log, STR("\nOnce more, each command as it is run:\n"), e) == -1 ||
	    run(a, t, str_printf(a, "set -x; " STR_FMT, STR_ARG(t->package->test.text)), &result,
		&again, e) == -1)
		return -1;
	if (again.verdict == TEST_FAILED)
		return 0;
	return fs_write_all(t->log, STR("This time it did not fail.\n"), e);
}

int
test_run(struct arena *a, const struct test_plan *t, struct test_result *out, struct err *e)
{
	struct sandbox_result result;

	*out = (struct test_result){ .text = STR("") };
	if (t->package->test.text.n == 0) {
		out->verdict = TEST_SKIPPED;
		out->text = STR("the recipe has no test");
		return 0;
	}
	int rc = run(a, t, t->package->test.text, &result, out, e);
	if (rc == 0 && out->verdict == TEST_FAILED && result.end == SANDBOX_EXIT &&
	    result.ms <= TRACED_MAX_MS)
		rc = show_commands(a, t, e);
	return rc == 0 ? 0 : err_wrap(e, "test");
}
