/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/session.h"
#include "make/stage.h"
#include "sys/fs.h"

static void
no_progress(void *ctx, enum phase phase)
{
	(void)ctx;
	fprintf(stderr, "kiln: %s\n", phase_name(phase));
}

/* Everything it needs must be built: the shell is to see what the build sees. */
static int
check_needs(const struct plan *plan, int node, struct err *e)
{
	const struct step *step = &plan->step[node];

	if (step->state != PLAN_DEPENDS)
		return 0;
	return err_set(e, ERR_USAGE, "shell: '" STR_FMT "', which it needs, is not built yet",
	    STR_ARG(plan->graph->node[step->on].package->name));
}

/* A kept build lies on the stage that it was made with, whatever the recipe says now. */
static int
stage_find(
    struct session *s, const struct package *p, const char *work, struct stage *out, struct err *e)
{
	char *note = arena_printf(&s->run, "%s/stage", work);
	struct str path;

	if (!fs_exists(AT_FDCWD, note))
		return stage_make(&s->run, s->tree, p, &s->workshop.source, no_progress, out, e);
	if (fs_read(&s->run, AT_FDCWD, note, PATH_MAX, &path, e) == -1 ||
	    stage_hold(s->out_dir, str_z(&s->run, path), out, e) == -1)
		return -1;
	if (out->path != NULL)
		return 0;
	return err_set(e, ERR_USAGE,
	    "shell: the source that the kept build of " STR_FMT " lies on is gone, since another "
	    "working copy was built; kiln build " STR_FMT " -t " STR_FMT " builds it again",
	    STR_ARG(p->name), STR_ARG(p->name), STR_ARG(p->target->name));
}

static int
sandbox_open(struct session *s, int node, struct sandbox_proc *proc, struct err *e)
{
	const struct package *p = s->workshop.plan->graph->node[node].package;
	struct sandbox sandbox = { 0 };
	char *work = workshop_build_path(&s->run, &s->workshop, p);
	struct stage stage; /* held until kiln ends */

	if (stage_find(s, p, work, &stage, e) == -1 ||
	    workshop_sandbox(&s->run, &s->workshop, node, &sandbox, e) == -1)
		return -1;
	fprintf(stderr, "kiln: %s\n",
	    fs_exists(AT_FDCWD, work) ? "the kept build, as it was left" :
					"no kept build: the sources as they are before configure");
	if (fs_mkdirs(AT_FDCWD, work, e) == -1)
		return -1;
	sandbox.stage = stage.path;
	sandbox.work = work;
	return sandbox_start(&sandbox, proc, e);
}

int
cmd_shell(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct sandbox_proc proc;
	struct graph g;
	struct plan plan;
	int node;

	if (session_open(&s, args, e) == -1 || session_store(&s, e) == -1 ||
	    session_node(&s, &g, &plan, &node, e) == -1 || check_needs(&plan, node, e) == -1 ||
	    sandbox_open(&s, node, &proc, e) == -1)
		return -1;
	int rc = sandbox_shell(&proc, status, e);
	sandbox_stop(&proc);
	return rc;
}
