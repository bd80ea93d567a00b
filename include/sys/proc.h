/* proc.h - child processes. SPDX-License-Identifier: ISC */
#ifndef SYS_PROC_H
#define SYS_PROC_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

struct proc {
	const char *const *argv; /* NULL-ended; argv[0] is the path to run, not searched */
	const char *const *envp; /* NULL-ended; NULL: the caller's own */
	int in, out, err;        /* the child's 0, 1, 2; -1: /dev/null */
	int keep;                /* one more descriptor the child keeps, as 3; -1: none */
	const char *program;     /* the path, where argv[0] is another name; NULL: argv[0] */
};

/* Start a child that dies with its parent (PDEATHSIG). It gets no other descriptor
 * than these, no blocked signal, and SIGPIPE as it is by default. Faults of exec
 * are reported here, as ERR_MACHINE that names the path. */
MUST_USE int proc_start(const struct proc *p, pid_t *pid, struct err *e);

/* Wait for pid, through EINTR. *status as waitpid gives it. */
MUST_USE int proc_wait(pid_t pid, int *status, struct err *e);

/* "exit 2", "killed by SIGKILL". */
const char *proc_status(struct arena *a, int status);

/* Die with SIGKILL when the parent does; false when it is gone already. parent is
 * what getppid() says here while it lives: 0 when it is in an outer pid namespace. */
bool proc_die_with_parent(pid_t parent);

#endif
