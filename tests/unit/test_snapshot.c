/* SPDX-License-Identifier: ISC */
#include "store_fixture.h"

#include <time.h>

#include "base/vec.h"
#include "store/snapshot.h"

static struct place at;
static struct str input[4], own[1];
static int out;

static const char *
path(const char *name)
{
	return arena_printf(&at.a, "%s/%s", at.path, name);
}

/* Longer than a file's time is coarse. */
static void
let_time_pass(void)
{
	struct timespec t = { .tv_nsec = 60 * 1000 * 1000 };

	nanosleep(&t, NULL);
}

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	OK(fs_mkdirs(at.dir, "tree", e));
	OK(fs_mkdirs(at.dir, "out", e));
	OK(fs_write(at.dir, "tree/zlib", STR("one"), 0644, e));
	OK(fs_write(at.dir, "journal", STR("own"), 0644, e));
	input[0] = str_of(path("tree/zlib"));
	input[1] = str_of(path("tree"));
	input[2] = str_of(path("missing"));
	input[3] = input[0];
	own[0] = str_of(path("journal"));
	out = openat(at.dir, "out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	let_time_pass();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close(out);
	place_remove(&at);
	return 0;
}

static void
save_since(const char *request, const char *answer, int64_t since_ns)
{
	struct snapshot s = { input, COUNT_OF(input), own, COUNT_OF(own), since_ns };
	struct digest d = key_of(request);

	OK(snapshot_save(out, &s, &d, str_of(answer), e));
}

static void
save(const char *request, const char *answer)
{
	save_since(request, answer, clock_unix_ns());
}

/* The answer, NULL when there is none. */
static const char *
check(const char *request)
{
	struct digest d = key_of(request);
	struct str answer;

	return snapshot_check(&at.a, out, &d, &answer) ? str_z(&at.a, answer) : NULL;
}

static void
nothing_changed_gives_the_saved_answer(void **state)
{
	(void)state;
	assert_null(check("build zlib"));
	save("build zlib", "zlib is there\n");
	assert_string_equal(check("build zlib"), "zlib is there\n");
	assert_null(check("build curl"));
}

static void
requests_with_the_same_inputs_live_side_by_side(void **state)
{
	(void)state;
	save("a", "A");
	save("b", "B");
	save("a", "A2");
	assert_string_equal(check("a"), "A2");
	assert_string_equal(check("b"), "B");
	for (int i = 0; i < 70; i++)
		save(arena_printf(&at.a, "more %d", i), "more");
	assert_null(check("a"));
	assert_string_equal(check("more 69"), "more");
	assert_string_equal(check("more 7"), "more");
}

static void
other_inputs_forget_other_requests(void **state)
{
	(void)state;
	save("a", "A");
	OK(fs_write(at.dir, "tree/zlib", STR("two"), 0644, e));
	let_time_pass();
	save("b", "B");
	assert_null(check("a"));
	assert_string_equal(check("b"), "B");
}

static void
rewrite(void)
{
	OK(fs_write(at.dir, "tree/zlib", STR("two"), 0644, e));
}

static void
write_in_place(void)
{
	int fd = openat(at.dir, "tree/zlib", O_WRONLY | O_CLOEXEC);

	assert_int_equal(write(fd, "two", 3), 3);
	close(fd);
}

/* The same size, and an mtime that was set back. */
static void
write_and_set_back(void)
{
	struct timespec times[2] = { { 0 } };
	struct stat st;

	assert_int_equal(fstatat(at.dir, "tree/zlib", &st, 0), 0);
	write_in_place();
	times[0] = times[1] = st.st_mtim;
	assert_int_equal(utimensat(at.dir, "tree/zlib", times, 0), 0);
}

static void
add_file(void)
{
	OK(fs_write(at.dir, "tree/new", STR(""), 0644, e));
}

static void
remove_file(void)
{
	OK(fs_remove(at.dir, "tree/zlib", e));
}

static void
make_missing(void)
{
	OK(fs_write(at.dir, "missing", STR(""), 0644, e));
}

static void
write_own(void)
{
	OK(fs_write(at.dir, "journal", STR("won"), 0644, e));
}

static void
damage_snapshot(void)
{
	struct str text;

	OK(fs_read(&at.a, out, "snapshot", FS_READ_MAX, &text, e));
	char *changed = str_z(&at.a, text);
	changed[text.n / 2] ^= 1;
	OK(fs_write(out, "snapshot", (struct str){ changed, text.n }, 0644, e));
}

static void
every_change_is_seen(void **state)
{
	static const struct {
		const char *what;
		void (*change)(void);
	} row[] = {
		{ "rewrite", rewrite },
		{ "write in place", write_in_place },
		{ "write and set back", write_and_set_back },
		{ "add", add_file },
		{ "remove", remove_file },
		{ "make what was missing", make_missing },
		{ "write our own", write_own },
		{ "damage the snapshot", damage_snapshot },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		tear_down(NULL);
		set_up(NULL);
		save("a", "A");
		assert_non_null(check("a"));
		row[i].change();
		if (check("a") != NULL)
			fail_msg("not seen: %s", row[i].what);
	}
}

static void
an_input_that_changed_since_it_was_read_is_not_saved(void **state)
{
	static void (*const change[])(
	    void) = { rewrite, write_and_set_back, add_file, remove_file, make_missing };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(change); i++) {
		tear_down(NULL);
		set_up(NULL);
		int64_t since_ns = clock_unix_ns();
		change[i]();
		let_time_pass();
		save_since("a", "A", since_ns);
		if (check("a") != NULL)
			fail_msg("change %zu was saved", i);
		save("a", "A");
		assert_non_null(check("a"));
	}
}

static void
what_was_missing_and_came_and_went_is_not_saved(void **state)
{
	int64_t since_ns = clock_unix_ns();

	(void)state;
	make_missing();
	OK(fs_remove(at.dir, "missing", e));
	let_time_pass();
	save_since("a", "A", since_ns);
	assert_null(check("a"));
}

static void
files_of_our_own_may_be_written_by_the_run(void **state)
{
	int64_t since_ns = clock_unix_ns();

	(void)state;
	int fd = openat(at.dir, "journal", O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, "won", 3), 3);
	save_since("a", "A", since_ns);
	assert_non_null(check("a"));
	/* At once, with the same size: save has waited so that this shows. */
	assert_int_equal(pwrite(fd, "own", 3, 0), 3);
	close(fd);
	assert_null(check("a"));
}

static void
a_snapshot_that_was_cut_is_none(void **state)
{
	struct str text;

	(void)state;
	save("a", "A");
	OK(fs_read(&at.a, out, "snapshot", FS_READ_MAX, &text, e));
	for (size_t n = 0; n < text.n; n++) {
		OK(fs_write(out, "snapshot", (struct str){ text.p, n }, 0644, e));
		assert_null(check("a"));
	}
	OK(fs_write(out, "snapshot", text, 0644, e));
	assert_non_null(check("a"));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(nothing_changed_gives_the_saved_answer),
		WITH(requests_with_the_same_inputs_live_side_by_side),
		WITH(other_inputs_forget_other_requests),
		WITH(every_change_is_seen),
		WITH(an_input_that_changed_since_it_was_read_is_not_saved),
		WITH(what_was_missing_and_came_and_went_is_not_saved),
		WITH(files_of_our_own_may_be_written_by_the_run),
		WITH(a_snapshot_that_was_cut_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
