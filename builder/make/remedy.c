/* SPDX-License-Identifier: ISC */
#include "make/remedy.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "sys/fs.h"

/* A number in a file of /proc; -1 when there is none. */
static int64_t
number(const char *path)
{
	struct arena tmp = { 0 };
	struct err ignored = { 0 };
	struct str text;
	uint64_t n;
	int64_t out = -1;

	if (fs_exists(AT_FDCWD, path) &&
	    fs_read(&tmp, AT_FDCWD, path, 4096, &text, &ignored) == 0) {
		while (text.n > 0 && text.p[text.n - 1] == '\n')
			text.n--;
		if (str_u64(text, &n) == 0 && n <= INT64_MAX)
			out = (int64_t)n;
	}
	arena_free(&tmp);
	return out;
}

static bool
has_filter(void)
{
	struct arena tmp = { 0 };
	struct err ignored = { 0 };
	struct str text;
	bool yes = fs_read(&tmp, AT_FDCWD, "/proc/self/status", 1 << 16, &text, &ignored) == 0 &&
		   str_has(text, STR("\nSeccomp:\t2"));

	arena_free(&tmp);
	return yes;
}

struct remedy_facts
remedy_look(void)
{
	return (struct remedy_facts){
		.userns_clone = number("/proc/sys/kernel/unprivileged_userns_clone"),
		.max_namespaces = number("/proc/sys/user/max_user_namespaces"),
		.apparmor = number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
		.is_root = geteuid() == 0,
		.has_filter = has_filter(),
		.in_container =
		    fs_exists(AT_FDCWD, "/.dockerenv") || fs_exists(AT_FDCWD, "/run/.containerenv"),
	};
}

static bool
always(const struct remedy_facts *f, enum init_step step, int cause)
{
	(void)f, (void)step, (void)cause;
	return true;
}

static bool
is_switched_off(const struct remedy_facts *f, enum init_step step, int cause)
{
	(void)step, (void)cause;
	return f->userns_clone == 0 && !f->is_root;
}

static bool
is_none_allowed(const struct remedy_facts *f, enum init_step step, int cause)
{
	(void)step, (void)cause;
	return f->max_namespaces == 0;
}

static bool
is_used_up(const struct remedy_facts *f, enum init_step step, int cause)
{
	(void)f, (void)step;
	return cause == ENOSPC || cause == EUSERS;
}

static bool
is_apparmor(const struct remedy_facts *f, enum init_step step, int cause)
{
	(void)step;
	return f->apparmor == 1 && !f->is_root && (cause == EPERM || cause == EACCES);
}

static bool
is_masked_proc(const struct remedy_facts *f, enum init_step step, int cause)
{
	(void)f;
	return step == INIT_STEP_PROC && cause == EPERM;
}

static bool
is_container(const struct remedy_facts *f, enum init_step step, int cause)
{
	(void)step;
	return (f->in_container || f->has_filter) && (cause == EPERM || cause == EACCES);
}

static bool
is_missing(const struct remedy_facts *f, enum init_step step, int cause)
{
	(void)f;
	return (step == INIT_STEP_IDS && cause == EINVAL) || cause == ENODEV || cause == ENOSYS;
}

/* The first that fits is said. */
static const struct {
	bool (*fits)(const struct remedy_facts *f, enum init_step step, int cause);
	const char *text;
} row[] = {
	{ is_none_allowed, "this machine allows no user namespaces; allow them with: "
			   "sudo sysctl user.max_user_namespaces=15000" },
	{ is_switched_off, "this machine allows user namespaces to root only; allow them with: "
			   "sudo sysctl kernel.unprivileged_userns_clone=1" },
	{ is_used_up, "all namespaces this machine allows are in use; allow more with: "
		      "sudo sysctl user.max_user_namespaces=15000 user.max_mnt_namespaces=15000 "
		      "user.max_pid_namespaces=15000 user.max_net_namespaces=15000" },
	{ is_masked_proc, "parts of this container's /proc are masked; start it with: "
			  "docker run --security-opt systempaths=unconfined "
			  "--security-opt seccomp=unconfined (or --privileged)" },
	{ is_apparmor, "AppArmor takes the rights of user namespaces away here; allow them with: "
		       "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0" },
	{ is_container, "this container's system call filter forbids it; start it with: "
			"docker run --security-opt seccomp=unconfined --security-opt "
			"apparmor=unconfined --security-opt systempaths=unconfined "
			"(or --privileged)" },
	{ is_missing,
	    "this kernel was built without it; kiln needs Linux 5.11 with CONFIG_USER_NS, "
	    "CONFIG_PID_NS, CONFIG_NET_NS, CONFIG_OVERLAY_FS" },
	{ always, "a sandbox needs all namespaces and overlayfs in them: Linux 5.11 or later, and "
		  "kiln must not "
		  "run in a chroot" },
};

const char *
remedy_text(struct arena *a, const struct remedy_facts *f, enum init_step step, int cause)
{
	size_t i = 0;

	while (!row[i].fits(f, step, cause))
		i++;
	return arena_printf(a, "%s", row[i].text);
}
