/* SPDX-License-Identifier: ISC */
#include "fetch/jail.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers of Landlock that are the same everywhere; older headers lack some. */
enum {
	SYS_CREATE_RULESET = 444,
	SYS_ADD_RULE = 445,
	SYS_RESTRICT_SELF = 446,
	ABI_REFER = 2, /* before it, no hard link to another folder is possible */
	ABI_TRUNCATE = 3,
	ABI_NET = 4,
	ABI_IOCTL = 5,
	ABI_SCOPE = 6,
};

enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_CHANGE = 0x3ff << 4, /* remove, make of any kind, refer: bits 4 to 13 */
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL = 1 << 15,
	NET_TCP = 3,   /* bind and connect */
	SCOPE_ALL = 3, /* abstract sockets and signals */
};

/* struct landlock_ruleset_attr as of ABI 6; older kernels take it when the rest is 0. */
struct rules {
	uint64_t fs, net, scope;
};

enum { MEMORY_MAX_BYTES = 2 << 29, CPU_MAX_S = 3600, FILES_MAX = 256 };

static void
limit(int what, uint64_t max)
{
	struct rlimit r;

	if (getrlimit(what, &r) == -1)
		return;
	if (r.rlim_max == RLIM_INFINITY || r.rlim_max > max)
		r.rlim_max = max;
	r.rlim_cur = r.rlim_max;
	setrlimit(what, &r);
}

/* From here on the process may use the filesystem below the folders alone. */
static void
landlock(struct rules rules, uint64_t allow, const int *dir, int n)
{
	int fd = (int)syscall(SYS_CREATE_RULESET, &rules, sizeof(rules), 0);

	if (fd == -1)
		return;
	for (int i = 0; i < n; i++) {
		struct landlock_path_beneath_attr below = {
			.allowed_access = allow & rules.fs,
			.parent_fd = dir[i],
		};
		syscall(SYS_ADD_RULE, fd, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	}
	syscall(SYS_RESTRICT_SELF, fd, 0);
	close(fd);
}

static long
landlock_abi(void)
{
	return syscall(SYS_CREATE_RULESET, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static void
no_privileges(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	limit(RLIMIT_CORE, 0);
}

void
jail_fetch(const int *dir, int n)
{
	long abi = landlock_abi();
	uint64_t writing = FS_WRITE_FILE | FS_CHANGE;

	no_privileges();
	if (abi >= ABI_TRUNCATE)
		writing |= FS_TRUNCATE;
	if (abi >= ABI_REFER)
		landlock((struct rules){ .fs = writing }, writing, dir, n);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SHADOW 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW 1
#endif

/* AddressSanitizer's shadow takes more than any limit of memory, and its search for
 * leaks wants /proc, at an end that comes in the jail. */
#ifdef HAS_SHADOW
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static void
limit_memory(void)
{
#ifndef HAS_SHADOW
	limit(RLIMIT_AS, MEMORY_MAX_BYTES);
#endif
}

/* No network, and below the n folders nothing of what rules.fs has but what is allowed. */
static void
isolate(struct rules rules, uint64_t allow, const int *dir, int n)
{
	long abi = landlock_abi();

	no_privileges();
	/* Root needs no user namespace for it, others are refused without one. */
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == -1)
		unshare(CLONE_NEWNET);
	if (abi >= ABI_TRUNCATE)
		rules.fs |= FS_TRUNCATE;
	if (abi >= ABI_NET)
		rules.net = NET_TCP;
	if (abi >= ABI_IOCTL)
		rules.fs |= FS_IOCTL;
	if (abi >= ABI_SCOPE)
		rules.scope = SCOPE_ALL;
	if (abi >= ABI_REFER)
		landlock(rules, allow, dir, n);
	limit(RLIMIT_CPU, CPU_MAX_S);
	limit(RLIMIT_NOFILE, FILES_MAX);
}

void
jail_unpack(int dir, uint64_t max_bytes)
{
	uint64_t below = FS_WRITE_FILE | FS_READ_FILE | FS_READ_DIR | FS_CHANGE;

	isolate((struct rules){ .fs = below | FS_EXECUTE }, below | FS_TRUNCATE, &dir, 1);
	limit_memory();
	limit(RLIMIT_FSIZE, max_bytes);
	/* So that the limit is an error of write, with a sentence. */
	signal(SIGXFSZ, SIG_IGN);
}

void
jail_pack(void)
{
	isolate((struct rules){ .fs = FS_WRITE_FILE | FS_CHANGE | FS_EXECUTE }, 0, NULL, 0);
}
