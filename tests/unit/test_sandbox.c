/* SPDX-License-Identifier: ISC */
#include "sandbox_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static struct yard y;

static int
set_up(void **state)
{
	(void)state;
	yard_make(&y);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	yard_remove(&y);
	return 0;
}

static void
a_body_says_what_it_finds(void **state)
{
	static const struct {
		const char *body, *want;
	} row[] = {
		{ "id", "uid=1000(kiln) gid=1000(kiln) groups=1000(kiln)" },
		{ "hostname; uname -n", "kiln\nkiln\n" },
		{ "pwd; cat src/a.c", "/build\nfrom upstream\n" },
		{ "umask; ulimit -n; ulimit -c; ulimit -s", "0022\n4096\n0\n8192\n" },
		{ "cat; tty || :", "not a tty\n" },
		{ "env | grep -c . ; echo \"$PATH|$LC_ALL|$TZ|$TERM|${HOME-none}\"",
		    "5\n/kiln/bin:/usr/bin|C|UTC|dumb|none\n" },
		{ "cat /etc/kiln-cc.conf; grep kiln /etc/hosts",
		    "conf\n127.0.0.1\tlocalhost kiln\n" },
		{ "ls /",
		    "bin\nbuild\ndev\netc\nkiln\nlib\nlib64\nmaps\nout\nproc\nrun\nsbin\nsysroot\n"
		    "target\ntmp\nusr\n" },
		{ "ls /dev",
		    "fd\nfull\nnull\nrandom\nshm\nstderr\nstdin\nstdout\nurandom\nzero\n" },
		{ "ls -A /tmp /out /maps /sysroot /target | grep -v ':$' | grep . || echo empty",
		    "empty\n" },
		{ "for d in /usr/include /usr/share /home /root /sys /var /usr/lib/*/pkgconfig; "
		  "do\n"
		  "	[ ! -e \"$d\" ] || echo \"$d\"\n"
		  "done",
		    "" },
		{ "cd /proc; set -- [0-9]*; echo $#", "2\n" },
		{ "cat /proc/1/comm; cat /proc/1/cmdline", "kiln-init\nkiln-init" },
		{ "cat /proc/1/environ 2>&1 || :", "Permission denied" },
		{ "sed -n 's/^Cap[A-Z][a-z]*://p; s/^NoNewPrivs://p' /proc/self/status",
		    "\t0000000000000000\n\t0000000000000000\n\t0000000000000000\n\t0000000000000000"
		    "\n"
		    "\t0000000000000000\n\t1\n" },
		{ "unshare -U true 2>&1 || :", "unshare failed" },
		{ "grep -c : /proc/net/dev; grep -o lo: /proc/net/dev", "1\nlo:\n" },
		{ "ls -l /proc/self/fd | grep -c -e '->'",
		    "4\n" }, /* 0, 1, 2 and the folder itself */
		{ "echo x >/dev/null; head -c 3 /dev/zero | wc -c; echo x 2>&1 >/dev/full || :",
		    "3\n/run/kiln/phase-build: 1: echo: echo: I/O error\n" },
		{ "for f in / /usr/bin /etc /dev /kiln /sysroot; do\n"
		  "	touch $f/x 2>/dev/null && echo $f\n"
		  "done; touch /tmp/x /out/x /maps/x /build/x /dev/shm/x /run/kiln/x",
		    "" },
	};

	(void)state;
	need_namespaces();
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		yard_start(&y);
		yard_run(&y, row[i].body);
		yard_stop(&y);
		if (row[i].want[0] == '\0' ? y.log[0] != '\0' : strstr(y.log, row[i].want) == NULL)
			fail_msg("%s\nwant:\n%s\ngot:\n%s", row[i].body, row[i].want, y.log);
		OK(fs_remove(y.dir, "work", e));
	}
}

/* A port that this machine listens on. */
static int
listen_here(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static void
no_body_reaches_the_network(void **state)
{
	uint16_t port;

	(void)state;
	need_namespaces();
	int fd = listen_here(&port);
	const char *connect =
	    arena_printf(&y.a, "exec 3<>/dev/tcp/127.0.0.1/%u && echo reached", port);
	char *here = arena_printf(&y.a, "/usr/bin/bash -c '%s' | grep -q reached", connect);
	assert_int_equal(access("/usr/bin/bash", X_OK), 0);
	assert_int_equal(WEXITSTATUS(system(here)), 0); /* it would work outside */
	yard_start(&y);
	yard_run(&y, arena_printf(&y.a, "bash -c '%s'", connect));
	assert_end(&y, SANDBOX_EXIT);
	assert_non_null(strstr(y.log, "Connection refused"));
	yard_run(&y, "bash -c 'exec 3<>/dev/tcp/192.0.2.1/80'");
	assert_end(&y, SANDBOX_EXIT);
	assert_non_null(strstr(y.log, "Network is unreachable"));
	close(fd);
}

static void
a_body_s_end_is_told_as_it_was(void **state)
{
	static const struct {
		const char *body;
		enum sandbox_end end;
		int status;
		const char *text;
	} row[] = {
		{ "true", SANDBOX_DONE, 0, "done" },
		{ "exit 3", SANDBOX_EXIT, 3, "exit status 3" },
		{ "false; echo not reached", SANDBOX_EXIT, 1, "exit status 1" },
		{ "echo $unset", SANDBOX_EXIT, 2, "exit status 2" },
		{ "kill -9 $$", SANDBOX_KILLED, 9, "killed by SIGKILL" },
		{ "kill -11 $$", SANDBOX_KILLED, 11, "killed by SIGSEGV" },
		{ "(sleep 0.2 &)", SANDBOX_DONE, 0, "done" }, /* within the grace */
		{ "sleep 1000 & sleep 1001 &", SANDBOX_LEFT_BEHIND, 0,
		    "left processes running: sleep, sleep" },
		{ "setsid sleep 1000 & exit 4", SANDBOX_EXIT, 4, "exit status 4" },
		{ "kill -9 1; kill -15 1; kill -2 1", SANDBOX_DONE, 0, "done" },
	};
	struct sandbox_phase phase = { .name = "build" };

	(void)state;
	need_namespaces();
	yard_start(&y);
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		yard_run(&y, row[i].body);
		const char *text = sandbox_end_text(&y.a, &phase, &y.result);
		if (y.result.end != row[i].end || y.result.status != row[i].status ||
		    strstr(text, row[i].text) == NULL)
			fail_msg(
			    "%s: %s, status %d\n%s", row[i].body, text, y.result.status, y.log);
		yard_run(&y, "cd /proc; set -- [0-9]*; echo $#");
		assert_string_equal(y.log, "2\n"); /* init and the shell */
	}
}

static void
limits_end_a_body_and_the_sandbox_goes_on(void **state)
{
	static const struct {
		const char *body;
		struct sandbox_phase limit;
		enum sandbox_end end;
	} row[] = {
		{ "sleep 1000", { .limit_silent_s = 1, .limit_total_s = 50 }, SANDBOX_SILENT },
		{ "while :; do echo; sleep 0.2; done", { .limit_silent_s = 50, .limit_total_s = 1 },
		    SANDBOX_TOO_LONG },
		{ "yes", { .log_max_bytes = 1000 }, SANDBOX_LOG_FLOOD },
		{ "setsid sleep 1000 & setsid yes >/dev/null & wait",
		    { .limit_silent_s = 1, .limit_total_s = 50 }, SANDBOX_SILENT },
	};

	(void)state;
	need_namespaces();
	yard_start(&y);
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		yard_run_limited(&y, row[i].body, row[i].limit);
		assert_end(&y, row[i].end);
		if (row[i].end == SANDBOX_LOG_FLOOD)
			assert_int_equal(strlen(y.log), 1000);
		yard_run(&y, "cd /proc; set -- [0-9]*; echo $#");
		assert_string_equal(y.log, "2\n"); /* init and the shell */
	}
}

static void
time_and_memory_of_a_body_are_measured(void **state)
{
	(void)state;
	need_namespaces();
	yard_start(&y);
	yard_run(&y, "yes | head -c 300000000 | wc -c");
	assert_end(&y, SANDBOX_DONE);
	assert_true(y.result.cpu_ms > 0);
	assert_true(y.result.peak_kb > 500);
	assert_true(y.result.ms > 0);
	/* Each body for itself. */
	int64_t before = y.result.cpu_ms;
	yard_run(&y, "true");
	assert_true(y.result.cpu_ms < before || before < 5);
}

static void
what_a_body_writes_does_not_change_the_stage(void **state)
{
	struct str text;

	(void)state;
	need_namespaces();
	yard_live(&y,
	    "echo mine >src/a.c; mkdir new; mv src/a.c new/b.c; echo x >/out/f; echo y >/tmp/g");
	assert_false(fs_exists(y.dir, "stage/new"));
	OK(fs_read(&y.a, y.dir, "stage/src/a.c", 100, &text, e));
	assert_string_equal(text.p, "from upstream\n");
	OK(fs_read(&y.a, y.dir, "work/out/f", 100, &text, e));
	assert_string_equal(text.p, "x\n");
	/* A later sandbox with the same work folder finds it as it was left. */
	assert_string_equal(yard_live(&y, "cat new/b.c /tmp/g; ls src"), "mine\ny\n");
}

static void
where_no_layer_can_be_the_stage_is_copied_once(void **state)
{
	struct str text;

	(void)state;
	need_namespaces();
	/* A layer's two folders must be of one file system: here they are not. */
	OK(fs_mkdirs(y.dir, "work", e));
	OK(fs_link(y.dir, "/dev/shm", "work/.ovl", e));
	yard_live(&y, "echo mine >src/a.c");
	OK(fs_read(&y.a, y.dir, "work/upper/src/a.c", 100, &text, e));
	assert_string_equal(text.p, "mine\n");
	OK(fs_read(&y.a, y.dir, "stage/src/a.c", 100, &text, e));
	assert_string_equal(text.p, "from upstream\n");
	assert_string_equal(yard_live(&y, "cat src/a.c"), "mine\n");
}

/* n folders with long paths, each with a file of its own and one that all have. */
static void
make_needs(int n)
{
	const char **folder = ARENA_NEW(&y.a, const char *, (size_t)n + 1);
	char part[201] = { 0 };

	memset(part, 'd', sizeof(part) - 1);
	for (int i = 0; i < n; i++) {
		char *name = arena_printf(&y.a, "needs/%s:/%s,/%d/usr/lib", part, part, i);
		OK(fs_mkdirs(y.dir, name, e));
		OK(fs_write(y.dir, arena_printf(&y.a, "%s/%d", name, i), STR("x"), 0644, e));
		OK(fs_write(y.dir, arena_printf(&y.a, "%s/all", name), str_printf(&y.a, "%d\n", i),
		    0644, e));
		name[strlen(name) - strlen("/usr/lib")] = '\0';
		folder[i] = yard_path(&y, name);
	}
	y.plan.sysroot = folder;
}

static void
sysroots_of_many_needs_with_long_paths_are_merged(void **state)
{
	static const int count[] = { 1, 2, 60, 300 };

	(void)state;
	need_namespaces();
	for (size_t i = 0; i < COUNT_OF(count); i++) {
		make_needs(count[i]);
		const char *want = arena_printf(&y.a, "%d\n0\n", count[i] + 1);
		yard_live(&y, "ls /sysroot/usr/lib | wc -l; cat /sysroot/usr/lib/all;"
			      "! touch /sysroot/usr/lib/x 2>/dev/null; ! grep needs /proc/mounts");
		assert_string_equal(y.log, want);
	}
}

static void
programs_of_needs_stand_in_the_path_behind_the_driver(void **state)
{
	const char *const bin[] = { yard_path(&y, "one"), yard_path(&y, "two"), NULL };
	const char *const name[] = { "cc", "kiln-cc", "x-cc", NULL };

	(void)state;
	need_namespaces();
	OK(fs_mkdirs(y.dir, "one/usr/bin", e));
	OK(fs_mkdirs(y.dir, "one/usr/sbin", e));
	OK(fs_mkdirs(y.dir, "two/sbin", e));
	OK(fs_write(y.dir, "two/sbin/tool", STR("#!/bin/sh\necho tool\n"), 0755, e));
	OK(fs_write(y.dir, "cc", STR("#!/bin/sh\necho \"$0\"\n"), 0755, e));
	y.plan.bin = bin;
	y.plan.driver = yard_path(&y, "cc");
	y.plan.driver_name = name;
	yard_live(&y, "echo $PATH; tool; cc; x-cc; ls /kiln/bin");
	assert_string_equal(y.log,
	    "/kiln/bin:/kiln/need/0/usr/bin:/kiln/need/0/usr/sbin:/kiln/need/1/sbin:/usr/bin\n"
	    "tool\n/kiln/bin/cc\n/kiln/bin/x-cc\ncc\nkiln-cc\nx-cc\n");
}

static void
settings_reach_a_body_and_may_replace_ours(void **state)
{
	static const char *const env[] = { "TZ=Mars", "WORDS=a b  c", NULL };

	(void)state;
	need_namespaces();
	y.plan.env = env;
	assert_string_equal(yard_live(&y, "echo \"$TZ|$WORDS|$LC_ALL\""), "Mars|a b  c|C\n");
}

static void
the_slot_socket_is_there(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	need_namespaces();
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/slot", y.path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	y.plan.slot_socket = yard_path(&y, "slot");
	yard_live(&y, "[ -S /run/kiln/slot ]");
	close(fd);
}

static void
a_body_larger_than_a_packet_runs_and_messages_name_its_line(void **state)
{
	enum { LINES = 40000 };
	char *body = arena_alloc(&y.a, LINES * 11 + 100);

	(void)state;
	need_namespaces();
	for (int i = 0; i < LINES; i++)
		memcpy(body + (size_t)i * 11, ": 45678901\n", 11);
	memcpy(body + (size_t)LINES * 11, "no-such-word\n", 14);
	yard_start(&y);
	yard_run(&y, body);
	assert_end(&y, SANDBOX_EXIT);
	assert_non_null(strstr(y.log, "/run/kiln/phase-build: 40001: no-such-word: not found"));
}

/* The last pid in the chain of first children below pid. */
static pid_t
deepest(pid_t pid)
{
	for (;;) {
		char path[64], text[64] = { 0 };
		snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof(text) - 1);
		close(fd);
		if (n <= 0)
			return pid;
		pid = (pid_t)strtol(text, NULL, 10);
	}
}

static NORETURN void
caller_that_is_killed(int report)
{
	struct sandbox_phase phase = { .name = "build",
		.body = STR("setsid sleep 1000 & sleep 1001"),
		.log = open("/dev/null", O_WRONLY) };
	struct sandbox_result result;
	struct err e = { 0 };

	/* A shell's background job is deaf to it, and so is what it starts. */
	signal(SIGINT, SIG_DFL);
	if (sandbox_start(&y.plan, &y.proc, &e) == -1 ||
	    write(report, &y.proc.init, sizeof(y.proc.init)) == -1)
		_exit(1);
	_exit(sandbox_run(&y.proc, &phase, &result, &e) == -1 ? 2 : 3);
}

static void
when_the_caller_is_killed_everything_inside_dies(void **state)
{
	static const int signals[] = { SIGKILL, SIGTERM, SIGINT };

	(void)state;
	need_namespaces();
	/* The init becomes our child when its parent dies: then its end can be waited for. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	for (size_t i = 0; i < COUNT_OF(signals); i++) {
		int report[2];
		pid_t init, body;
		assert_int_equal(pipe(report), 0);
		pid_t caller = fork();
		if (caller == 0)
			caller_that_is_killed(report[1]);
		close(report[1]);
		assert_int_equal(read(report[0], &init, sizeof(init)), sizeof(init));
		while ((body = deepest(init)) == init)
			usleep(2000);
		kill(caller, signals[i]);
		assert_int_equal(waitpid(caller, NULL, 0), caller);
		/* Only when all in its pid namespace are gone is the init itself. */
		assert_int_equal(waitpid(init, NULL, 0), init);
		assert_int_equal(kill(body, 0), -1);
		close(report[0]);
	}
}

static void
a_stopped_sandbox_leaves_no_process_and_can_be_stopped_again(void **state)
{
	(void)state;
	need_namespaces();
	yard_start(&y);
	pid_t init = y.proc.init;
	sandbox_stop(&y.proc);
	assert_int_equal(kill(init, 0), -1);
	sandbox_stop(&y.proc);
}

static void
a_dead_sandbox_is_an_error_that_says_so(void **state)
{
	struct sandbox_phase phase = { .name = "build", .body = STR("true"), .log = -1 };
	struct err e = { 0 };

	(void)state;
	need_namespaces();
	yard_start(&y);
	kill(y.proc.init, SIGKILL);
	usleep(20000);
	assert_int_equal(sandbox_run(&y.proc, &phase, &y.result, &e), -1);
	assert_int_equal(e.kind, ERR_MACHINE);
	assert_non_null(strstr(e.text, "killed by SIGKILL"));
}

static NORETURN void
life_as_nobody(void)
{
	int bad = setgid(65534) == -1 || setuid(65534) == -1;

	/* A change of user closes /proc/self to us; a program started as that user has it. */
	bad |= prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == -1;
	if (bad)
		_exit(99);
	struct err e = { 0 };
	struct sandbox_phase phase = { .name = "build",
		.body = STR(
		    "[ $(id -u) = 1000 ]; echo mine >src/a.c; mv src old; cat /sysroot/f >>/out/f;"
		    "[ $(stat -c %U /build) = kiln ]"),
		.log = 2 };
	if (sandbox_start(&y.plan, &y.proc, &e) == -1 ||
	    sandbox_run(&y.proc, &phase, &y.result, &e) == -1) {
		dprintf(2, "%s\n", e.text);
		_exit(98);
	}
	sandbox_stop(&y.proc);
	_exit(y.result.end == SANDBOX_DONE ? 0 : 1);
}

static void
another_user_has_the_same_sandbox(void **state)
{
	const char *const sysroot[] = { yard_path(&y, "s1"), yard_path(&y, "s2"), NULL };
	const char *const own[] = { "home", "home/stage", "home/stage/src", "home/stage/src/a.c" };
	int status;

	(void)state;
	need_namespaces();
	if (geteuid() != 0) {
		print_message("SKIP: only root can become another user; this user's own sandbox is "
			      "what the other tests use\n");
		skip();
	}
	OK(fs_mkdirs(y.dir, "s1", e));
	OK(fs_mkdirs(y.dir, "s2", e));
	OK(fs_write(y.dir, "s2/f", STR("x\n"), 0644, e));
	OK(fs_mkdirs(y.dir, "home/stage/src", e));
	OK(fs_write(y.dir, "home/stage/src/a.c", STR("theirs\n"), 0644, e));
	for (size_t i = 0; i < COUNT_OF(own); i++)
		assert_int_equal(chown(yard_path(&y, own[i]), 65534, 65534), 0);
	y.plan.stage = yard_path(&y, "home/stage");
	y.plan.work = yard_path(&y, "home/work");
	y.plan.sysroot = sysroot;
	pid_t pid = fork();
	if (pid == 0)
		life_as_nobody();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(fs_exists(y.dir, "home/work/out/f"));
}

static void
a_shell_has_the_place_and_the_caller_s_descriptors(void **state)
{
	int in[2], out[2], status, exit_status = -1;
	char text[256] = { 0 };
	static const char input[] = "pwd; cat src/a.c; exit 5\n";

	(void)state;
	need_namespaces();
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	assert_int_equal(write(in[1], input, sizeof(input) - 1), sizeof(input) - 1);
	close(in[1]);
	pid_t pid = fork();
	if (pid == 0) {
		struct err e = { 0 };
		dup2(in[0], 0);
		dup2(out[1], 1);
		if (sandbox_start(&y.plan, &y.proc, &e) == -1 ||
		    sandbox_shell(&y.proc, &exit_status, &e) == -1)
			_exit(98);
		_exit(exit_status);
	}
	close(out[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 5);
	assert_true(read(out[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "/build\nfrom upstream\n");
}

static void
a_place_that_cannot_be_is_an_error_that_names_it(void **state)
{
	static const char *const gone[] = { "/no/such/sysroot", "/tmp", NULL };
	const struct {
		const char *toolroot;
		const char *const *sysroot;
		enum sandbox_level level;
		const char *want;
	} row[] = {
		{ "/no/such/toolroot", y.plan.sysroot, SANDBOX_FULL, "/no/such/toolroot" },
		{ shed.root, gone, SANDBOX_FULL, "/no/such/sysroot" },
		{ shed.root, y.plan.sysroot, SANDBOX_NONE, "--sandbox=none" },
	};

	(void)state;
	need_namespaces();
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct err e = { 0 };
		y.plan.toolroot = row[i].toolroot;
		y.plan.sysroot = row[i].sysroot;
		y.plan.level = row[i].level;
		assert_int_equal(sandbox_start(&y.plan, &y.proc, &e), -1);
		assert_int_equal(e.kind, ERR_MACHINE);
		if (strstr(e.text, row[i].want) == NULL)
			fail_msg("\"%s\" is not in \"%s\"", row[i].want, e.text);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_body_says_what_it_finds),
		TEST(no_body_reaches_the_network),
		TEST(a_body_s_end_is_told_as_it_was),
		TEST(limits_end_a_body_and_the_sandbox_goes_on),
		TEST(time_and_memory_of_a_body_are_measured),
		TEST(what_a_body_writes_does_not_change_the_stage),
		TEST(where_no_layer_can_be_the_stage_is_copied_once),
		TEST(sysroots_of_many_needs_with_long_paths_are_merged),
		TEST(programs_of_needs_stand_in_the_path_behind_the_driver),
		TEST(settings_reach_a_body_and_may_replace_ours),
		TEST(the_slot_socket_is_there),
		TEST(a_body_larger_than_a_packet_runs_and_messages_name_its_line),
		TEST(when_the_caller_is_killed_everything_inside_dies),
		TEST(a_stopped_sandbox_leaves_no_process_and_can_be_stopped_again),
		TEST(a_dead_sandbox_is_an_error_that_says_so),
		TEST(another_user_has_the_same_sandbox),
		TEST(a_shell_has_the_place_and_the_caller_s_descriptors),
		TEST(a_place_that_cannot_be_is_an_error_that_names_it),
	};

	return cmocka_run_group_tests(tests, shed_make, shed_remove);
}
