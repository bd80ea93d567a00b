/*
 * A store on a disk that is full: a tiny file system in memory, which needs a mount
 * namespace.
 *
 * SPDX-License-Identifier: ISC
 */
#include "store_fixture.h"

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

static struct place at;
static const char *refused;

static void
write_once(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		refused = path;
	close(fd);
}

/* Be root in namespaces of our own, unless we are root already. */
static void
enter_namespaces(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWNS | (uid == 0 ? 0 : CLONE_NEWUSER)) == -1) {
		refused = "unshare";
		return;
	}
	if (uid != 0) {
		write_once("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", (unsigned)uid);
		write_once("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", (unsigned)gid);
		write_once("/proc/self/gid_map", map);
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		refused = "make mounts private";
}

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	enter_namespaces();
	if (refused == NULL && mount("none", at.path, "tmpfs", 0, "size=256k,nr_inodes=60") == -1)
		refused = "mount a tmpfs";
	if (refused != NULL)
		return 0;
	close(at.dir);
	at.dir = open(at.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return at.dir == -1 ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (refused == NULL) {
		close(at.dir);
		umount2(at.path, MNT_DETACH);
		at.dir = open(at.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	place_remove(&at);
	return 0;
}

/* Take the disk but for so many blocks and inodes. */
static void
fill(unsigned long nblock, unsigned long ninode)
{
	static const char block[4096];
	struct statvfs v;
	struct arena a = { 0 };

	OK(fs_mkdirs(at.dir, "fill", e));
	int fd = openat(at.dir, "fill/blocks", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	for (;;) {
		assert_int_equal(fstatvfs(fd, &v), 0);
		if (v.f_bfree <= nblock || write(fd, block, sizeof(block)) <= 0)
			break;
	}
	close(fd);
	for (int i = 0;; i++) {
		assert_int_equal(statvfs(at.path, &v), 0);
		if (v.f_ffree <= ninode)
			break;
		assert_int_equal(mknodat(at.dir, arena_printf(&a, "fill/%d", i), S_IFREG, 0), 0);
	}
	arena_free(&a);
}

/* Publish one of 20 kB; whether it went, and if not, that the sentence says why. */
static bool
publish(struct store *s)
{
	static char text[20000];
	struct err why = { 0 };
	struct digest d;

	memset(text, 'x', sizeof(text) - 1);
	const struct sample file[] = {
		{ "bin/usr/bin/large", text, 0755 },
		{ "dev/usr/lib/libz.a", "!<arch>\n", 0644 },
	};
	int result = sample_publish(s, "large", file, COUNT_OF(file), &d, &why);
	if (result == -1 && strstr(why.text, strerror(ENOSPC)) == NULL)
		fail_msg("%s", why.text);
	if (result == 0)
		assert_true(store_has(s, &d));
	return result == 0;
}

static void
publish_on(unsigned long nblock, unsigned long ninode, int *npublished, int *nrefused)
{
	struct arena a = { 0 };
	struct err why = { 0 };
	struct store *s;

	fill(nblock, ninode);
	if (store_open(&a, at.dir, &s, &why) == -1) {
		assert_non_null(strstr(why.text, strerror(ENOSPC)));
		++*nrefused;
		OK(fs_remove(at.dir, "fill", e));
		OK(store_open(&a, at.dir, &s, e));
	} else {
		bool is_published = publish(s);
		*npublished += is_published;
		*nrefused += !is_published;
		assert_clean(s);
		OK(fs_remove(at.dir, "fill", e));
	}
	assert_true(publish(s));
	assert_clean(s);
	store_close(s);
	OK(fs_remove(at.dir, "store", e));
	OK(fs_remove(at.dir, "journal", e));
	arena_free(&a);
}

static void
a_full_disk_is_an_error_and_no_damage(void **state)
{
	int npublished = 0, nrefused = 0;

	(void)state;
	if (refused != NULL) {
		print_message("SKIP: this machine refuses to %s\n", refused);
		skip();
	}
	for (unsigned long nblock = 0; nblock < 16; nblock++)
		publish_on(nblock, 50, &npublished, &nrefused);
	for (unsigned long ninode = 0; ninode < 24; ninode++)
		publish_on(40, ninode, &npublished, &nrefused);
	/* Both ends were met. */
	assert_in_range(npublished, 2, 38);
	assert_in_range(nrefused, 10, 38);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_full_disk_is_an_error_and_no_damage, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
