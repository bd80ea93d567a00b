/*
 * oldkernel.c - start a program as if the kernel were Linux 4.14.
 *
 *	oldkernel PROGRAM [ARGUMENT...]
 *	oldkernel --probe
 *
 * A filter answers ENOSYS to every system call whose number is above the last one of
 * 4.14; it holds for PROGRAM and all that it starts.  statx, of 4.11, is that last one
 * on each of our machines: the next came with 4.18.  Machines that number their calls
 * otherwise are refused when this is compiled.
 *
 * --probe tells whether that is so here: 0 when the calls of 4.14 are there and later
 * ones are not, 1 when later ones are there as well.
 *
 * SPDX-License-Identifier: ISC
 */
#include <asm/unistd.h>
#include <errno.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* PRIVATE: where calls begin that are the machine's own, and as old as it; set_tls is one. */
#if defined(__arm__)
#define MACHINE AUDIT_ARCH_ARM
enum { LAST = 397, PRIVATE = __ARM_NR_BASE };
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
enum { LAST = 291, PRIVATE = INT_MAX };
#elif defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
enum { LAST = 332, PRIVATE = INT_MAX };
#else
#error "which is the last system call of Linux 4.14 here?"
#endif

_Static_assert(__NR_statx == LAST, "the headers have another number");
_Static_assert(__NR_io_pgetevents > LAST && __NR_rseq > LAST, "these came with 4.18");

#define FETCH(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, (what))

static int
forget_new_calls(void)
{
	struct sock_filter code[] = {
		FETCH(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
		ANSWER(SECCOMP_RET_KILL_PROCESS),
		FETCH(nr),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LAST, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, PRIVATE, 1, 0),
		ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
		ANSWER(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

/* Nothing in its arguments is right, so it does nothing either way. */
static int
is_known(long number)
{
	return syscall(number, -1L, 0L, 0L, 0L, 0L, 0L) != -1 || errno != ENOSYS;
}

static int
probe(void)
{
	static const struct {
		const char *name;
		long number;
		int is_old;
	} calls[] = {
		{ "getrandom", __NR_getrandom, 1 },
		{ "statx", __NR_statx, 1 },
		{ "io_pgetevents", __NR_io_pgetevents, 0 },
		{ "rseq", __NR_rseq, 0 },
		{ "clone3", __NR_clone3, 0 },
		{ "faccessat2", __NR_faccessat2, 0 },
	};
	int nnew = 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int known = is_known(calls[i].number);

		printf("%s %ld: %s\n", calls[i].name, calls[i].number, known ? "there" : "ENOSYS");
		if (calls[i].is_old && !known)
			return 2;
		nnew += !calls[i].is_old && known;
	}
	return nnew != 0;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--probe") == 0)
		return probe();
	if (argc < 2) {
		fputs("usage: oldkernel PROGRAM [ARGUMENT...] | --probe\n", stderr);
		return 125;
	}
	if (forget_new_calls() == -1) {
		perror("oldkernel: install the filter");
		return 125;
	}
	execvp(argv[1], argv + 1);
	int missing = errno == ENOENT;
	fprintf(stderr, "oldkernel: start %s: %s\n", argv[1], strerror(errno));
	return missing ? 127 : 126;
}
