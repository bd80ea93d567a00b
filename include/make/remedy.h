/*
 * remedy.h - why a kernel refuses namespaces, and the setting or flag that allows them.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_REMEDY_H
#define MAKE_REMEDY_H

#include "base/arena.h"
#include "make/init.h"

/* What the machine says of itself. */
struct remedy_facts {
	int64_t userns_clone;   /* kernel.unprivileged_userns_clone; -1: there is none */
	int64_t max_namespaces; /* user.max_user_namespaces; -1 */
	int64_t apparmor;       /* kernel.apparmor_restrict_unprivileged_userns; -1 */
	bool is_root;
	bool has_filter;   /* this process runs under a seccomp filter */
	bool in_container; /* of Docker, Podman or their kin */
};

struct remedy_facts remedy_look(void);

/* The sentence for a step that was refused with errno `cause`, with a command to copy
 * where there is one. Pure. In a. */
const char *remedy_text(
    struct arena *a, const struct remedy_facts *f, enum init_step step, int cause);

#endif
