/*
 * Every call that changes the disk fails once: first the first, then the second,
 * until the whole passes. These definitions stand in front of the C library's.
 *
 * SPDX-License-Identifier: ISC
 */
#include "store_fixture.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/syscall.h>

/* The words by which a sentence may name each call. */
static const struct call {
	const char *name, *words[6];
} calls[] = {
	{ "write", { "write" } },
	{ "fsync", { "fsync" } },
	{ "fdatasync", { "fdatasync" } },
	{ "syncfs", { "syncfs" } },
	{ "close", { "close" } },
	{ "openat", { "open", "make", "lock", "rename", "list" } },
	{ "mkdirat", { "make" } },
	{ "renameat", { "rename" } },
	{ "syscall", { "rename", "take" } },
	{ "fchmod", { "mode", "chmod" } },
	{ "fchmodat", { "chmod" } },
	{ "futimens", { "time" } },
	{ "utimensat", { "time" } },
	{ "unlinkat", { "remove" } },
	{ "ftruncate", { "cut" } },
	{ "flock", { "lock", "vanishes" } },
	{ "lseek", { "seek" } },
	{ "fcntl", { "lock" } },
};

static struct {
	bool armed;
	int left; /* calls until one fails; below 0: it has failed */
	int errnum;
	const char *failed;
	struct buf seen; /* every call that came, when it has an arena */
} fault;

/* Whether this call is the one. */
static bool
is_hit(const char *name)
{
	if (fault.armed && fault.seen.a != NULL)
		buf_printf(&fault.seen, "%s ", name);
	if (!fault.armed || fault.left-- != 0)
		return false;
	fault.failed = name;
	errno = fault.errnum;
	return true;
}

#define REAL(type, name, params, ...)                                                              \
	type name params;                                                                          \
	type name params                                                                           \
	{                                                                                          \
		static type(*real) params;                                                         \
		if (real == NULL)                                                                  \
			*(void **)&real = dlsym(RTLD_NEXT, #name);                                 \
		return is_hit(#name) ? -1 : real(__VA_ARGS__);                                     \
	}

REAL(int, fsync, (int fd), fd)
REAL(int, fdatasync, (int fd), fd)
REAL(int, syncfs, (int fd), fd)
REAL(int, mkdirat, (int fd, const char *path, mode_t mode), fd, path, mode)
REAL(int, renameat, (int a, const char *p, int b, const char *q), a, p, b, q)
REAL(int, fchmod, (int fd, mode_t mode), fd, mode)
REAL(int, fchmodat, (int fd, const char *path, mode_t mode, int flags), fd, path, mode, flags)
REAL(int, futimens, (int fd, const struct timespec times[2]), fd, times)
REAL(
    int, utimensat, (int fd, const char *p, const struct timespec t[2], int flags), fd, p, t, flags)
REAL(int, unlinkat, (int fd, const char *path, int flags), fd, path, flags)
REAL(int, ftruncate, (int fd, off_t size), fd, size)
REAL(int, flock, (int fd, int how), fd, how)
REAL(off_t, lseek, (int fd, off_t to, int whence), fd, to, whence)

/* A full disk takes a part first. */
ssize_t
write(int fd, const void *p, size_t n)
{
	if (is_hit("write"))
		return -1;
	if (fault.armed && fault.left == 0 && n > 1)
		n /= 2;
	return syscall(SYS_write, fd, p, n);
}

/* The descriptor is gone all the same, as Linux has it. */
int
close(int fd)
{
	bool hit = is_hit("close");
	int result = (int)syscall(SYS_close, fd);

	if (hit)
		errno = fault.errnum;
	return hit ? -1 : result;
}

int
openat(int dir, const char *path, int flags, ...)
{
	va_list ap;

	va_start(ap, flags);
	mode_t mode = (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return is_hit("openat") ? -1 : (int)syscall(SYS_openat, dir, path, flags, mode);
}

int
fcntl(int fd, int command, ...)
{
	va_list ap;

	va_start(ap, command);
	void *argument = va_arg(ap, void *);
	va_end(ap);
	return is_hit("fcntl") ? -1 : (int)syscall(SYS_fcntl, fd, command, argument);
}

/* Only renameat2 comes this way. */
long
syscall(long number, ...)
{
	static long (*real)(long, ...);
	va_list ap;
	long a[5];

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	va_start(ap, number);
	for (int i = 0; i < 5; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_renameat2 && is_hit("syscall"))
		return -1;
	return real(number, a[0], a[1], a[2], a[3], a[4]);
}

static void
assert_names_the_call(const char *sentence)
{
	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		if (strcmp(calls[i].name, fault.failed) != 0)
			continue;
		for (size_t k = 0; k < COUNT_OF(calls[i].words) && calls[i].words[k] != NULL; k++)
			if (strstr(sentence, calls[i].words[k]) != NULL)
				return;
	}
	fail_msg("%s failed, the sentence is: %s", fault.failed, sentence);
}

/* Closing what was only read, sweeping, and looking whether an object is there
 * already may fail in silence; a step on the way to the disk may not. */
static void
assert_may_be_silent(void)
{
	static const char *const loud[] = { "write", "fsync", "fdatasync", "syncfs", "renameat",
		"syscall", "fchmod", "futimens", "utimensat", "ftruncate", "lseek" };

	for (size_t i = 0; i < COUNT_OF(loud); i++)
		if (strcmp(loud[i], fault.failed) == 0)
			fail_msg("%s failed in silence", fault.failed);
}

/* What happens under faults, on a store that was closed before. */
typedef int deed(struct place *at, struct err *e);

static int
publish_two(struct place *at, struct err *e)
{
	struct store *s;
	struct digest d;

	if (store_open(&at->a, at->dir, &s, e) == -1)
		return -1;
	int result = sample_publish(s, "zlib", zlib_files, COUNT_OF(zlib_files), &d, e);
	if (result == 0)
		result = sample_publish(s, "other", zlib_files, 2, &d, e);
	store_close(s);
	return result;
}

static int
collect_all(struct place *at, struct err *e)
{
	struct store *s;
	uint64_t bytes;
	int n;

	if (store_open(&at->a, at->dir, &s, e) == -1)
		return -1;
	int result = store_collect(s, NULL, 0, false, &bytes, &n, e);
	store_close(s);
	return result;
}

/* Nothing that stands in the store is half; what the journal knows was published. */
static void
assert_sound(struct place *at)
{
	struct store *s;
	struct str value;
	struct digest key = key_of("zlib"), object;

	OK(store_open(&at->a, at->dir, &s, e));
	assert_clean(s);
	if (journal_get(store_journal(s), "built", &key, &value))
		assert_int_equal(digest_parse(value, &object), 0);
	store_close(s);
}

static void
finish(struct place *at)
{
	struct store *s;
	struct str value;
	struct digest key = key_of("other"), object;

	OK(publish_two(at, e));
	OK(store_open(&at->a, at->dir, &s, e));
	assert_true(journal_get(store_journal(s), "built", &key, &value));
	assert_int_equal(digest_parse(value, &object), 0);
	assert_true(store_has(s, &object));
	store_close(s);
}

enum { MOST_CALLS = 2000 };

/* Fail the n-th call of a deed in a new place, for every n. */
static void
fail_each_call(deed *prepare, deed *act, int errnum)
{
	int n = 0;

	for (; n < MOST_CALLS; n++) {
		struct err why = { 0 };
		struct place at;
		place_make(&at);
		if (prepare != NULL)
			OK(prepare(&at, e));
		fault.armed = true;
		fault.left = n;
		fault.errnum = errnum;
		fault.failed = NULL;
		int result = act(&at, &why);
		fault.armed = false;
		if (result == -1 && why.kind != ERR_NONE)
			assert_names_the_call(why.text);
		if (result == 0 && fault.failed != NULL)
			assert_may_be_silent();
		assert_sound(&at);
		finish(&at);
		place_remove(&at);
		if (fault.failed == NULL) {
			assert_int_equal(result, 0);
			break;
		}
	}
	assert_in_range(n, 30, MOST_CALLS - 1);
}

static void
a_publication_survives_each_call_that_fails(void **state)
{
	(void)state;
	fail_each_call(NULL, publish_two, ENOSPC);
	fail_each_call(NULL, publish_two, EIO);
}

static void
publishing_again_survives_each_call_that_fails(void **state)
{
	(void)state;
	fail_each_call(publish_two, publish_two, EIO);
}

static void
a_collection_survives_each_call_that_fails(void **state)
{
	(void)state;
	fail_each_call(publish_two, collect_all, EIO);
}

/* A power cut keeps what was synced before, and any part of the rest. */
static void
a_name_exists_after_its_bytes_and_its_record_after_the_name(void **state)
{
	static const char *const order[] = { "futimens ", "syncfs ", "fsync ", "syscall ", "fsync ",
		"write ", "fdatasync " };
	static struct arena a;
	struct digest d;
	struct place at;
	struct store *s;

	(void)state;
	place_make(&at);
	OK(store_open(&at.a, at.dir, &s, e));
	fault.seen = (struct buf){ .a = &a };
	fault.left = -1;
	fault.armed = true;
	OK(sample_publish(s, "zlib", zlib_files, COUNT_OF(zlib_files), &d, e));
	fault.armed = false;
	const char *rest = strstr(fault.seen.p, "futimens syncfs");
	assert_non_null(rest);
	for (size_t i = 0; i < COUNT_OF(order); i++) {
		const char *found = strstr(rest, order[i]);
		if (found == NULL)
			fail_msg("no %sin \"%s\" of \"%s\"", order[i], rest, fault.seen.p);
		rest = found + strlen(order[i]);
	}
	/* Once each: nothing is renamed or changed behind the sync. */
	assert_null(strstr(rest, "syscall "));
	assert_null(strstr(rest, "renameat "));
	fault.seen = (struct buf){ 0 };
	store_close(s);
	place_remove(&at);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_exists_after_its_bytes_and_its_record_after_the_name),
		cmocka_unit_test(a_publication_survives_each_call_that_fails),
		cmocka_unit_test(publishing_again_survives_each_call_that_fails),
		cmocka_unit_test(a_collection_survives_each_call_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
