/*
 * most.c - the most compilers and linkers seen at work at once below a process.
 *
 *	most PID [SECONDS]
 *
 * Looks through /proc again and again while PID lives, and prints the number; with SECONDS
 * it kills PID so long after the first compiler was seen.  Reading /proc takes a while, in
 * which one may end and the next begin: only those count that are there still when all of it
 * was read.  One that waits for the linker it started is one, not two.
 *
 * SPDX-License-Identifier: ISC
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_PROCESSES = 4096, PAUSE_US = 2000, IS_EXITING = 4 /* PF_EXITING of the kernel */ };

struct process {
	int pid, parent;
	bool is_compiler;
};

/* What /proc says of a process; false when it is gone, ends, or only waits to be buried. */
static bool
look(int pid, struct process *out)
{
	char path[32], text[512], *name, *end, state;
	unsigned flags;
	int fd, parent;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd == -1)
		return false;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	name = strchr(text, '(');
	end = strrchr(text, ')');
	if (name == NULL || end == NULL ||
	    sscanf(end + 1, " %c %d %*d %*d %*d %*d %u", &state, &parent, &flags) != 3)
		return false;
	*end = '\0';
	*out = (struct process){ pid, parent,
		strncmp(name + 1, "clang", 5) == 0 || strstr(name, "lld") != NULL };
	/* One that ends has given its slot back before it is a zombie. */
	return state != 'Z' && state != 'X' && (flags & IS_EXITING) == 0;
}

static int
list(struct process *v)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL && n < MOST_PROCESSES)
		if (atoi(entry->d_name) > 0 && look(atoi(entry->d_name), &v[n]))
			n++;
	closedir(dir);
	return n;
}

static const struct process *
find(const struct process *v, int n, int pid)
{
	for (int i = 0; i < n; i++)
		if (v[i].pid == pid)
			return &v[i];
	return NULL;
}

static bool
is_below(const struct process *v, int n, const struct process *p, int top)
{
	for (; p != NULL; p = find(v, n, p->parent))
		if (p->pid == top)
			return true;
	return false;
}

static bool
waits(const struct process *v, int n, int pid)
{
	for (int i = 0; i < n; i++)
		if (v[i].is_compiler && v[i].parent == pid)
			return true;
	return false;
}

static int
count(int top)
{
	static struct process v[MOST_PROCESSES];
	struct process now;
	int n = list(v), at_work = 0, work[MOST_PROCESSES];

	for (int i = 0; i < n; i++)
		if (v[i].is_compiler && !waits(v, n, v[i].pid) && is_below(v, n, &v[i], top))
			work[at_work++] = v[i].pid;
	n = 0;
	for (int i = 0; i < at_work; i++)
		n += look(work[i], &now) && now.is_compiler;
	return n;
}

int
main(int argc, char **argv)
{
	int top = argc > 1 ? atoi(argv[1]) : 0, most = 0;
	time_t patience = argc > 2 ? atoi(argv[2]) : 0, kill_at = 0;
	struct process p;

	while (top > 0 && look(top, &p)) {
		int n = count(top);
		most = n > most ? n : most;
		if (patience > 0 && kill_at == 0 && n > 0)
			kill_at = time(NULL) + patience;
		if (kill_at != 0 && time(NULL) >= kill_at)
			kill(top, SIGKILL);
		usleep(PAUSE_US);
	}
	return printf("%d\n", most) < 0;
}
