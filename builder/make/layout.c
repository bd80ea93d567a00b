/* SPDX-License-Identifier: ISC */
#include "make/layout.h"

#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "sys/fs.h"

const char *const layout_mount_point[] = { "build", "dev", "etc", "kiln", "maps", "out", "proc",
	"run", "sysroot", "target", "tmp", NULL };

struct layout {
	struct arena *a;
	VEC(struct mount_step) step;
};

static void
add(struct layout *l, enum mount_kind kind, const char *at, const char *from)
{
	VEC_ADD(l->a, &l->step, (struct mount_step){ .kind = kind, .at = at, .from = from });
}

static void
add_merge(struct layout *l, const char *at, const char *const *lower)
{
	VEC_ADD(
	    l->a, &l->step, (struct mount_step){ .kind = MOUNT_MERGE, .at = at, .lower = lower });
}

static void
add_devices(struct layout *l)
{
	static const char *const device[] = { "null", "zero", "full", "random", "urandom" };
	static const char *const link[][2] = { { "dev/fd", "/proc/self/fd" },
		{ "dev/stdin", "/proc/self/fd/0" }, { "dev/stdout", "/proc/self/fd/1" },
		{ "dev/stderr", "/proc/self/fd/2" } };

	add(l, MOUNT_TMPFS, "dev", NULL);
	for (size_t i = 0; i < COUNT_OF(device); i++)
		add(l, MOUNT_DEVICE, arena_printf(l->a, "dev/%s", device[i]),
		    arena_printf(l->a, "/dev/%s", device[i]));
	for (size_t i = 0; i < COUNT_OF(link); i++)
		add(l, MOUNT_LINK, link[i][0], link[i][1]);
	add(l, MOUNT_DIR, "dev/shm", NULL);
	add(l, MOUNT_SEAL, "dev", NULL);
	add(l, MOUNT_TMPFS, "dev/shm", NULL);
}

static void
add_etc(struct layout *l, const struct sandbox *s)
{
	add(l, MOUNT_TMPFS, "etc", NULL);
	add(l, MOUNT_FILE, "etc/passwd",
	    "kiln:x:1000:1000:kiln:/nonexistent:/bin/sh\n"
	    "nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n");
	add(l, MOUNT_FILE, "etc/group", "kiln:x:1000:\nnogroup:x:65534:\n");
	add(l, MOUNT_FILE, "etc/hosts", "127.0.0.1\tlocalhost kiln\n::1\tlocalhost\n");
	add(l, MOUNT_FILE, "etc/kiln-cc.conf", s->driver_conf == NULL ? "" : s->driver_conf);
	if (s->build_conf != NULL)
		add(l, MOUNT_FILE, "etc/kiln-build-cc.conf", s->build_conf);
	if (s->emulator_conf != NULL)
		add(l, MOUNT_FILE, "etc/kiln-run.conf", s->emulator_conf);
	add(l, MOUNT_SEAL, "etc", NULL);
}

/* What /target needs beside the object: mount points, which no object holds. */
static void
add_target_frame(struct layout *l, const struct sandbox *s)
{
	if (s->target == NULL)
		return;
	add(l, MOUNT_DIR, "kiln/target", NULL);
	add(l, MOUNT_DIR, "kiln/target/tmp", NULL);
	add(l, MOUNT_DIR, "kiln/target/dev", NULL);
	if (s->emulator != NULL)
		add(l, MOUNT_FILE, "kiln/target/.emulator", "");
}

static void
add_kiln(struct layout *l, const struct sandbox *s)
{
	add(l, MOUNT_TMPFS, "kiln", NULL);
	add(l, MOUNT_DIR, "kiln/bin", NULL);
	if (s->driver != NULL)
		add(l, MOUNT_READ, "kiln/bin/kiln-cc", s->driver);
	for (int i = 0; s->driver_name != NULL && s->driver_name[i] != NULL; i++)
		if (strcmp(s->driver_name[i], "kiln-cc") != 0)
			add(l, MOUNT_LINK, arena_printf(l->a, "kiln/bin/%s", s->driver_name[i]),
			    "kiln-cc");
	add(l, MOUNT_DIR, "kiln/sysroot", NULL);
	add(l, MOUNT_DIR, "kiln/need", NULL);
	for (int i = 0; s->bin != NULL && s->bin[i] != NULL; i++)
		add(l, MOUNT_READ, arena_printf(l->a, "kiln/need/%d", i), s->bin[i]);
	add_target_frame(l, s);
	add(l, MOUNT_SEAL, "kiln", NULL);
}

static void
add_writable(struct layout *l, const struct sandbox *s)
{
	static const char *const name[] = { "out", "maps", "tmp" };

	for (size_t i = 0; i < COUNT_OF(name); i++)
		add(l, MOUNT_BIND, name[i], arena_printf(l->a, "%s/%s", s->work, name[i]));
	if (s->stage == NULL) {
		add(l, MOUNT_BIND, "build", arena_printf(l->a, "%s/upper", s->work));
		return;
	}
	const char **lower = ARENA_NEW(l->a, const char *, 2);
	lower[0] = s->stage;
	VEC_ADD(l->a, &l->step,
	    (struct mount_step){
		.kind = MOUNT_LAYER, .at = "build", .from = s->work, .lower = lower });
}

static void
add_target(struct layout *l, const struct sandbox *s)
{
	static const char *const device[] = { "null", "zero", "urandom", "tty" };
	VEC(const char *) lower = { 0 };

	if (s->target == NULL)
		return;
	for (int i = 0; s->target[i] != NULL; i++)
		VEC_ADD(l->a, &lower, s->target[i]);
	/* Below the root that is being made, as the machine still sees it. Two at least, so
	 * that it is merged and not bound: nothing may be added to what is bound. */
	VEC_ADD(l->a, &lower, arena_printf(l->a, "%s/kiln/target", s->toolroot));
	VEC_ADD(l->a, &lower, arena_printf(l->a, "%s/target", s->toolroot));
	VEC_ADD(l->a, &lower, NULL);
	add_merge(l, "target", lower.v);
	add(l, MOUNT_TMPFS, "target/tmp", NULL);
	add(l, MOUNT_TMPFS, "target/dev", NULL);
	add(l, MOUNT_DIR, "target/dev/pts", NULL);
	add(l, MOUNT_LINK, "target/dev/ptmx", "pts/ptmx");
	for (size_t i = 0; i < COUNT_OF(device); i++)
		add(l, MOUNT_DEVICE, arena_printf(l->a, "target/dev/%s", device[i]),
		    arena_printf(l->a, "/dev/%s", device[i]));
	add(l, MOUNT_SEAL, "target/dev", NULL);
	add(l, MOUNT_PTS, "target/dev/pts", NULL);
	if (s->emulator != NULL)
		add(l, MOUNT_READ, "target/.emulator", s->emulator);
}

const struct mount_step *
layout_steps(struct arena *a, const struct sandbox *s, int *n)
{
	static const char *const none[] = { NULL };
	struct layout l = { .a = a };

	add(&l, MOUNT_PROC, "proc", NULL);
	add_devices(&l);
	add_etc(&l, s);
	add_kiln(&l, s);
	add(&l, MOUNT_TMPFS, "run", NULL);
	add(&l, MOUNT_BIND, "run/kiln", arena_printf(a, "%s/run", s->work));
	if (s->slot_socket != NULL)
		add(&l, MOUNT_BIND, "run/kiln/slot", s->slot_socket);
	add_merge(&l, "sysroot", s->sysroot == NULL ? none : s->sysroot);
	if (s->build_conf != NULL)
		add_merge(&l, "kiln/sysroot", s->build_sysroot);
	add_writable(&l, s);
	add_target(&l, s);
	*n = l.step.n;
	return l.step.v;
}

static void
add_need_folders(struct buf *path, struct arena *a, const struct sandbox *s)
{
	static const char *const part[] = { "usr/bin", "usr/sbin", "bin", "sbin" };

	for (int i = 0; s->bin != NULL && s->bin[i] != NULL; i++)
		for (size_t k = 0; k < COUNT_OF(part); k++)
			if (fs_exists(AT_FDCWD, arena_printf(a, "%s/%s", s->bin[i], part[k])))
				buf_printf(path, ":/kiln/need/%d/%s", i, part[k]);
}

/* The value's name with its "=" is there already. */
static bool
is_set(const char *const *env, const char *line)
{
	size_t n = strcspn(line, "=") + 1;

	for (int i = 0; env != NULL && env[i] != NULL; i++)
		if (strncmp(env[i], line, n) == 0)
			return true;
	return false;
}

const char *const *
layout_env(struct arena *a, const struct sandbox *s)
{
	struct buf path = { .a = a };
	VEC(const char *) env = { 0 };

	buf_add_z(&path, "PATH=/kiln/bin");
	add_need_folders(&path, a, s);
	buf_add_z(&path, ":/usr/bin");
	const char *const ours[] = { path.p, "LC_ALL=C", "TZ=UTC", "TERM=dumb" };
	for (int i = 0; s->env != NULL && s->env[i] != NULL; i++)
		VEC_ADD(a, &env, arena_printf(a, "%s", s->env[i]));
	for (size_t i = 0; i < COUNT_OF(ours); i++)
		if (!is_set(s->env, ours[i]))
			VEC_ADD(a, &env, ours[i]);
	VEC_ADD(a, &env, NULL);
	return env.v;
}
