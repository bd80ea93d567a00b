/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "make/advice_make.h"
#include "make/build.h"
#include "make/failure.h"
#include "make/testrun.h"
#include "sys/fs.h"

enum { TEST_LOG_MAX_BYTES = 16 << 20, TEST_POLICY = 1 };

/* The absolute path of a program in PATH, NULL when it is not there. */
static const char *
program_find(struct arena *a, struct str name)
{
	const char *path = getenv("PATH");
	struct str rest = str_of(path == NULL ? "/usr/bin:/bin" : path), part;

	while (str_cut(&rest, ':', &part)) {
		char *full = arena_printf(a, STR_FMT "/" STR_FMT, STR_ARG(part), STR_ARG(name));
		if (full[0] == '/' && access(full, X_OK) == 0)
			return full;
	}
	return NULL;
}

int
build_emulator(struct arena *a, const struct target *t, const char **out, struct err *e)
{
	*out = NULL;
	if (t->nemulator == 0)
		return 0;
	*out = program_find(a, t->emulator[0]);
	if (*out == NULL)
		return err_set(e, ERR_MACHINE,
		    "run programs for " STR_FMT ": this machine has no " STR_FMT
		    " (apt-get install qemu-user-static)",
		    STR_ARG(t->name), STR_ARG(t->emulator[0]));
	return 0;
}

struct digest
build_test_key(const struct workshop *w, int i)
{
	struct arena tmp = { 0 };
	const struct graph *g = w->plan->graph;
	const struct package *p = g->node[i].package;
	int *node = ARENA_NEW(&tmp, int, (size_t)g->n);
	int n = graph_link_view(g, i, node);
	struct digest_ctx c;
	struct digest key;

	digest_init(&c);
	digest_field(&c, "kiln-test", str_printf(&tmp, "%d", TEST_POLICY));
	digest_field(&c, "object", str_of(digest_hex(&tmp, &w->plan->outcome[i].object)));
	for (int k = 0; k < n; k++)
		digest_field(&c, "dev", str_of(digest_hex(&tmp, &w->plan->outcome[node[k]].dev)));
	digest_field(&c, "test", p->test.text);
	for (int k = 0; k < p->target->nemulator; k++)
		digest_field(&c, "emulator", p->target->emulator[k]);
	key = digest_end(&c);
	arena_free(&tmp);
	return key;
}

/* /target holds the package's own programs and data and those it needs to run. */
static int
target_folders(
    struct arena *a, const struct workshop *w, int i, const char *const **out, struct err *e)
{
	static const enum class class[] = { CLASS_BIN, CLASS_DATA };
	int *node = ARENA_NEW(a, int, (size_t)w->plan->graph->n + 1);
	int n = graph_run_view(w->plan->graph, i, node);
	VEC(const char *) folder = { 0 };
	const char *path;

	node[n++] = i;
	for (int k = 0; k < n; k++)
		for (size_t c = 0; c < COUNT_OF(class); c++) {
			const struct digest *object = &w->plan->outcome[node[k]].object;
			if (workshop_class_path(a, w, object, class[c], &path, e) == -1)
				return -1;
			if (path != NULL)
				VEC_ADD(a, &folder, path);
		}
	VEC_ADD(a, &folder, NULL);
	*out = folder.v;
	return 0;
}

/* The package's own dev class before those of its needs. */
static int
own_sysroot(struct arena *a, const struct workshop *w, int i, const char *const *needs,
    const char *const **out, struct err *e)
{
	VEC(const char *) folder = { 0 };
	const char *own;

	if (workshop_class_path(a, w, &w->plan->outcome[i].object, CLASS_DEV, &own, e) == -1)
		return -1;
	if (own != NULL)
		VEC_ADD(a, &folder, own);
	for (int k = 0; needs[k] != NULL; k++)
		VEC_ADD(a, &folder, needs[k]);
	VEC_ADD(a, &folder, NULL);
	*out = folder.v;
	return 0;
}

static int
plan_make(struct arena *a, const struct workshop *w, int i, const char *slot, struct test_plan *t,
    struct err *e)
{
	struct sandbox s = { 0 };

	if (workshop_sandbox(a, w, i, &s, e) == -1 ||
	    own_sysroot(a, w, i, s.sysroot, &t->sysroot, e) == -1 ||
	    target_folders(a, w, i, &t->folder, e) == -1)
		return -1;
	t->package = w->plan->graph->node[i].package;
	t->toolroot = s.toolroot;
	t->driver = s.driver;
	t->driver_name = s.driver_name;
	t->driver_conf = s.driver_conf;
	t->env = s.env;
	t->slot_socket = slot;
	t->level = s.level;
	t->work = arena_printf(a, "%s.test", workshop_build_path(a, w, t->package));
	return build_emulator(a, t->package->target, &t->emulator, e);
}

static int
record_failed(const struct workshop *w, int i, struct err *e)
{
	struct digest key = build_test_key(w, i);

	return journal_put(store_journal(w->store), "tested", &key, STR("failed"), e);
}

static int
record(const struct workshop *w, int i, const struct test_result *result, struct report *r,
    struct err *e)
{
	static const char *const verdict[] = { "passed", "failed", "skipped" };
	struct arena tmp = { 0 };
	struct digest key = build_test_key(w, i);
	struct str text = result->verdict == TEST_SKIPPED ?
			      str_printf(&tmp, "skipped " STR_FMT, STR_ARG(result->text)) :
			      str_of(verdict[result->verdict]);
	char *value = str_z(&tmp, text);

	for (char *p = value; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	int rc = journal_put(store_journal(w->store), "tested", &key, str_of(value), e);
	if (rc == 0)
		report(r, (struct event){ .type = EVENT_TESTED,
			      .phase = PHASE_TEST,
			      .text = str_of(value),
			      .count = result->nrun,
			      .ms = result->ms });
	arena_free(&tmp);
	return rc;
}

static int
test_failed(struct arena *a, const struct test_plan *t, const struct test_result *result,
    const char *log_path, struct err *e)
{
	struct str log;

	if (fs_read(a, AT_FDCWD, log_path, (size_t)TEST_LOG_MAX_BYTES * 2, &log, e) == -1)
		return -1;
	return err_set(e, ERR_CHECK, "test of " STR_FMT " for " STR_FMT ": " STR_FMT "%s%s",
	    STR_ARG(t->package->name), STR_ARG(t->package->target->name), STR_ARG(result->text),
	    advice_make(a, log), failure_text(a, log));
}

/* Another kiln may be testing the same in the same folder; held until this worker ends. */
static int
lock_folder(struct arena *a, const struct workshop *w, const struct package *p, struct err *e)
{
	char *folder = arena_printf(a, "build/" STR_FMT, STR_ARG(p->target->name));
	char *lock = arena_printf(a, "%s.test.lock", workshop_build_path(a, w, p));

	if (fs_mkdirs(w->out_dir, folder, e) == -1)
		return -1;
	return fs_lock(AT_FDCWD, lock, true, true, e) == -1 ? -1 : 0;
}

int
build_test(const struct workshop *w, int i, const char *slot, struct report *r, struct err *e)
{
	struct arena a = { 0 };
	struct test_plan t = { 0 };
	struct test_result result;
	char *log_path = workshop_log_path(&a, w, w->plan->graph->node[i].package);

	report_phase(r, PHASE_TEST);
	if (lock_folder(&a, w, w->plan->graph->node[i].package, e) == -1 ||
	    plan_make(&a, w, i, slot, &t, e) == -1)
		return -1;
	log_path = arena_printf(&a, "%s.test", log_path);
	t.log = workshop_log_open(w, log_path, e);
	if (t.log == -1)
		return -1;
	if (test_run(&a, &t, &result, e) == -1)
		return -1;
	if (result.verdict == TEST_FAILED)
		return record_failed(w, i, e) == -1 ? -1 :
						      test_failed(&a, &t, &result, log_path, e);
	if (fs_remove(AT_FDCWD, t.work, e) == -1)
		return -1;
	return record(w, i, &result, r, e);
}
