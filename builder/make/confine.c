/* SPDX-License-Identifier: ISC */
#include "make/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/fs.h"

enum { KEPT_FD = 3 };

int
confine_fds(int *keep, struct err *e)
{
	int null = open("/dev/null", O_RDWR);

	if (null == -1)
		return err_sys(e, "open /dev/null");
	/* Out of the way first: either may be one of 0 to 3. */
	null = fcntl(null, F_DUPFD, KEPT_FD + 1);
	*keep = fcntl(*keep, F_DUPFD, KEPT_FD + 1);
	if (null == -1 || *keep == -1 || dup3(*keep, KEPT_FD, O_CLOEXEC) == -1)
		return err_sys(e, "put descriptors in their place");
	for (int i = 0; i < KEPT_FD; i++)
		if (dup2(null, i) == -1)
			return err_sys(e, "put descriptors in their place");
	if (syscall(SYS_close_range, KEPT_FD + 1, ~0U, 0) == -1)
		for (int i = KEPT_FD + 1; i < CONFINE_OPEN_FILES; i++)
			close(i);
	*keep = KEPT_FD;
	return 0;
}

/* Fields 48 and 49 of /proc/self/stat, proc(5), counted behind the command's ")". */
static int
arguments_span(uint64_t *start, uint64_t *end, struct err *e)
{
	char stat[4096];
	CLEANUP(fs_close) int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, stat, sizeof(stat) - 1);
	uint64_t value[50] = { 0 };
	struct str rest, word;

	if (n <= 0)
		return err_sys(e, "read /proc/self/stat");
	stat[n] = '\0';
	const char *p = strrchr(stat, ')');
	if (p == NULL)
		return err_set(e, ERR_MACHINE, "read /proc/self/stat: it names no command");
	rest = str_of(p + 2);
	for (int i = 3; i < 50 && str_cut(&rest, ' ', &word); i++)
		if (str_u64(word, &value[i]) == -1)
			value[i] = 0;
	*start = value[48];
	*end = value[49];
	return 0;
}

/* Through /proc: these are addresses, not objects of the language. The memory is a copy of
 * the parent's, so nobody else sees the change. */
static int
overwrite(uint64_t start, uint64_t end, const char *text, struct err *e)
{
	char page[4096] = { 0 };
	CLEANUP(fs_close) int fd = open("/proc/self/mem", O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "open /proc/self/mem");
	memcpy(page, text, strnlen(text, sizeof(page) - 1));
	while (start < end) {
		size_t n = end - start < sizeof(page) ? (size_t)(end - start) : sizeof(page);
		if (pwrite(fd, page, n, (off_t)start) != (ssize_t)n)
			return err_sys(e, "change the command line of this process");
		start += n;
		memset(page, 0, sizeof(page));
	}
	return 0;
}

int
confine_title(const char *name, struct err *e)
{
	uint64_t start = 0, end = 0;

	if (arguments_span(&start, &end, e) == -1 || overwrite(start, end, name, e) == -1)
		return -1;
	if (prctl(PR_SET_NAME, name, 0, 0, 0) == -1)
		return err_sys(e, "name this process");
	return 0;
}

/* These files take one write, whole. */
static int
write_proc(const char *path, const char *text, struct err *e)
{
	CLEANUP(fs_close) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		return err_sys(e, "write %s", path);
	return 0;
}

int
confine_ids(unsigned id, uid_t uid, gid_t gid, struct err *e)
{
	char map[64];

	if (write_proc("/proc/self/setgroups", "deny", e) == -1)
		return -1;
	snprintf(map, sizeof(map), "%u %lu 1\n", id, (unsigned long)uid);
	if (write_proc("/proc/self/uid_map", map, e) == -1)
		return -1;
	snprintf(map, sizeof(map), "%u %lu 1\n", id, (unsigned long)gid);
	return write_proc("/proc/self/gid_map", map, e);
}

static int
loopback_up(struct err *e)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	CLEANUP(fs_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* A kernel without IPv4 has nothing to bring up. */
	if (fd == -1 && errno == EAFNOSUPPORT)
		return 0;
	if (fd == -1 || ioctl(fd, SIOCSIFFLAGS, &r) == -1)
		return err_sys(e, "bring the loopback interface up");
	return 0;
}

int
confine_names(const char *host, struct err *e)
{
	if (sethostname(host, strlen(host)) == -1 || setdomainname("(none)", 6) == -1)
		return err_sys(e, "set the host name");
	return loopback_up(e);
}

/* Limits go down freely, up only to what was allowed before. The hard limit stays for what
 * bodies may raise. */
static const struct {
	int which;
	rlim_t soft;
	bool is_hard;
	const char *name;
} limits[] = {
	{ RLIMIT_CORE, 0, true, "core dumps" },
	{ RLIMIT_NOFILE, CONFINE_OPEN_FILES, true, "open files" },
	{ RLIMIT_STACK, CONFINE_STACK_BYTES, false, "the stack" },
};

int
confine_limits(struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct rlimit r;
		if (getrlimit(limits[i].which, &r) == -1)
			return err_sys(e, "read the limit of %s", limits[i].name);
		r.rlim_cur = limits[i].soft < r.rlim_max ? limits[i].soft : r.rlim_max;
		if (limits[i].is_hard)
			r.rlim_max = r.rlim_cur;
		if (setrlimit(limits[i].which, &r) == -1)
			return err_sys(e, "set the limit of %s", limits[i].name);
	}
	return 0;
}

int
confine_nesting(struct err *e)
{
	return write_proc("/proc/sys/user/max_user_namespaces", "0", e);
}

/* The bounding set ends where the kernel knows no more capabilities. */
static int
drop_bounding(struct err *e)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1)
			return err_sys(e, "drop capability %lu", cap);
	return 0;
}

int
confine_rights(struct err *e)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_sys(e, "give up new privileges");
	if (drop_bounding(e) == -1)
		return -1;
	if (syscall(SYS_capset, &header, none) == -1)
		return err_sys(e, "drop all capabilities");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return err_sys(e, "close this process to others");
	return 0;
}
