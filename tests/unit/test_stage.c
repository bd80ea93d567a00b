/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/folder.h"
#include "make/stage.h"
#include "sys/clock.h"
#include "sys/fs.h"

/* A tree with one package, a folder of distfiles, an out folder. */
struct place {
	struct arena a;
	char *path;
	int top, out;
	struct source source[4];
	struct package package;
	struct patch patch;
	struct edit edit;
	struct source_opts opts;
	struct tree *tree;
	char phases[16];
	char *notes;
};

static struct syntax_file recipe = {
	.path = { "recipes/packages/pkg", 20 },
	.text = { "name pkg\nsource a.tar\n", 22 },
};

static void
must(int result, struct err *e)
{
	if (result == -1)
		fail_msg("%s", e->text);
}

static void
put(int dir, const char *path, struct str text)
{
	struct err e = { 0 };

	must(fs_write(dir, path, text, 0644, &e), &e);
}

/* One member of an uncompressed ustar: enough to need no tar program. */
static void
add_member(struct buf *b, const char *name, char type, const char *text)
{
	char h[512] = { 0 };
	unsigned sum = 0;

	snprintf(h, 100, "%s", name);
	snprintf(h + 100, 8, "0000755");
	snprintf(h + 108, 8, "0000000");
	snprintf(h + 116, 8, "0000000");
	snprintf(h + 124, 12, "%011o", type == '0' ? (unsigned)strlen(text) : 0);
	snprintf(h + 136, 12, "%011o", 1000000000);
	memset(h + 148, ' ', 8);
	h[156] = type;
	if (type == '2')
		snprintf(h + 157, 100, "%s", text);
	memcpy(h + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	buf_add(b, (struct str){ h, sizeof(h) });
	if (type != '0')
		return;
	buf_add_z(b, text);
	while (b->n % 512 != 0)
		buf_add_char(b, '\0');
}

static struct str
make_tar(struct arena *a)
{
	struct buf b = { .a = a };

	add_member(&b, "p/", '5', "");
	add_member(&b, "p/f", '0', "one\ntwo\n");
	add_member(&b, "p/sub/g", '0', "CC = gcc\n");
	add_member(&b, "p/sub/l", '2', "../f");
	for (int i = 0; i < 1024; i++)
		buf_add_char(&b, '\0');
	return buf_str(&b);
}

static struct source
source_of(const char *file, struct str bytes)
{
	return (struct source){ .file = str_of(file),
		.sha256 = digest_of(bytes),
		.has_sha256 = true,
		.size_bytes = bytes.n,
		.strip = 1,
		.at = { &recipe, 2, 8 } };
}

static void
begin(void *ctx, enum phase phase)
{
	struct place *p = ctx;
	size_t n = strlen(p->phases);

	if (n + 1 < sizeof(p->phases))
		p->phases[n] = "fup"[phase];
}

static void
note(void *ctx, const char *sentence)
{
	struct place *p = ctx;

	p->notes = arena_printf(&p->a, "%s%s\n", p->notes, sentence);
}

/* Beside the folder of the tests. */
static const char *
fetch_program(struct arena *a)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n < 0 ? 0 : n] = '\0';
	for (int i = 0; i < 2; i++)
		if (strrchr(self, '/') != NULL)
			*strrchr(self, '/') = '\0';
	return arena_printf(a, "%s/kiln-fetch", self);
}

static void
write_tree(struct place *p)
{
	struct err e = { 0 };
	struct str tar = make_tar(&p->a);

	must(fs_mkdirs(p->top, "tree/recipes/packages", &e), &e);
	must(fs_mkdirs(p->top, "tree/patches/pkg", &e), &e);
	must(fs_mkdirs(p->top, "dist", &e), &e);
	put(p->top, "tree/recipes/packages/pkg", recipe.text);
	put(p->top, "tree/patches/pkg/extra.conf", STR("local\n"));
	put(p->top, "dist/a.tar", tar);
	put(p->top, "dist/notes.txt", STR("kept\n"));
	p->source[0] = source_of("a.tar", tar);
	p->source[1] = source_of("notes.txt", STR("kept\n"));
	p->source[1].keep = true;
	p->source[1].dir = STR("doc/x");
	p->source[2] = source_of("extra.conf", STR("local\n"));
	p->source[2].keep = p->source[2].is_local = true;
	p->source[2].path = arena_printf(&p->a, "%s/tree/patches/pkg/extra.conf", p->path);
	p->patch = (struct patch){ .name = STR("0001-x.patch"),
		.text = STR("--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n") };
	p->edit = (struct edit){ STR("sub/g"), STR("gcc"), STR("cc"), 1, { &recipe, 1, 1 } };
}

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err e = { 0 };
	const char *top = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";

	p->path = arena_printf(&p->a, "%s/kiln-stage.XXXXXX", top);
	assert_non_null(mkdtemp(p->path));
	p->top = fs_open_dir(AT_FDCWD, p->path, &e);
	write_tree(p);
	must(fs_mkdirs(p->top, "out", &e), &e);
	p->out = fs_open_dir(p->top, "out", &e);
	const char *root = arena_printf(&p->a, "%s/tree", p->path);
	must(tree_open(&p->a, &root, 1, &p->tree, &e), &e);
	p->package = (struct package){ .name = STR("pkg"),
		.source = p->source,
		.nsource = 3,
		.patch = &p->patch,
		.npatch = 1,
		.edit = &p->edit,
		.nedit = 1 };
	p->notes = arena_printf(&p->a, "%s", "");
	p->opts = (struct source_opts){ .out_dir = p->out,
		.distfiles = arena_printf(&p->a, "%s/dist", p->path),
		.fetch_program = fetch_program(&p->a),
		.offline = true,
		.note = note,
		.ctx = p };
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };

	close(p->out);
	close(p->top);
	must(fs_remove(AT_FDCWD, p->path, &e), &e);
	arena_free(&p->a);
	free(p);
	return 0;
}

static int
stage(struct place *p, char **path, struct err *e)
{
	struct stage s = { 0 };

	*e = (struct err){ 0 };
	memset(p->phases, 0, sizeof(p->phases));
	int rc = stage_make(&p->a, p->tree, &p->package, &p->opts, begin, &s, e);
	*path = (char *)s.path;
	stage_drop(&s);
	return rc;
}

static const char *
text_of(struct place *p, const char *path)
{
	struct err e = { 0 };
	struct str s;

	if (fs_read(&p->a, AT_FDCWD, path, 4096, &s, &e) == -1)
		return e.text[0] ? "(not there)" : "";
	return str_z(&p->a, s);
}

static const char *
staged_text(struct place *p, const char *stage_path, const char *path)
{
	return text_of(p, arena_printf(&p->a, "%s/%s", stage_path, path));
}

static int
has_fixed_time(void *ctx, const struct fs_entry *entry, struct err *e)
{
	int *n = ctx;

	++*n;
	if (entry->st.st_mtime != CLOCK_FIXED_MTIME)
		return err_set(e, ERR_CHECK, STR_FMT, STR_ARG(entry->path));
	return 0;
}

static void
need_fetch(struct place *p)
{
	if (access(p->opts.fetch_program, X_OK) == 0)
		return;
	print_message("%s is not there\n", p->opts.fetch_program);
	skip();
}

static void
a_stage_is_unpacked_patched_edited_and_completed_once(void **state)
{
	struct place *p = *state;
	char *path, *again;
	struct err e;
	struct stat st;
	int n = 0;

	need_fetch(p);
	must(stage(p, &path, &e), &e);
	assert_string_equal(p->phases, "fup");
	assert_string_equal(staged_text(p, path, "f"), "one\nTWO\n");
	assert_string_equal(staged_text(p, path, "sub/g"), "CC = cc\n");
	assert_string_equal(staged_text(p, path, "sub/l"), "one\nTWO\n");
	assert_string_equal(staged_text(p, path, "doc/x/notes.txt"), "kept\n");
	assert_string_equal(staged_text(p, path, "extra.conf"), "local\n");
	must(fs_walk(&p->a, AT_FDCWD, path, has_fixed_time, &n, &e), &e);
	assert_int_equal(n, 8);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mtime, CLOCK_FIXED_MTIME);
	struct digest id = stage_id(&p->package);
	assert_true(stage_exists(p->out, &id));
	must(stage(p, &again, &e), &e);
	assert_string_equal(again, path);
	assert_string_equal(p->phases, "");
}

static void
a_stage_that_fails_leaves_nothing_and_says_why(void **state)
{
	struct place *p = *state;
	char *path;
	struct err e;
	struct digest id;

	need_fetch(p);
	p->patch.text = STR("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-eins\n+zwei\n");
	assert_int_equal(stage(p, &path, &e), -1);
	assert_int_equal(e.kind, ERR_PACKAGE);
	assert_non_null(strstr(e.text, "patch 0001-x.patch: hunk 1 of f does not fit at line 1"));
	id = stage_id(&p->package);
	assert_false(stage_exists(p->out, &id));
	assert_false(
	    fs_exists(p->out, arena_printf(&p->a, "stage/.tmp/%s", digest_hex(&p->a, &id))));

	p->source[0].only = (struct str[]){ STR("nothing") };
	p->source[0].nonly = 1;
	assert_int_equal(stage(p, &path, &e), -1);
	assert_int_equal(e.kind, ERR_RECIPE);
	assert_int_equal(strncmp(e.text, "recipes/packages/pkg:2:8: the archive ", 38), 0);
}

static void
two_processes_make_one_stage(void **state)
{
	struct place *p = *state;
	char *path;
	struct err e;
	int status;

	need_fetch(p);
	pid_t child = fork();
	if (child == 0)
		_exit(stage(p, &path, &e) == 0 ? 0 : 1);
	must(stage(p, &path, &e), &e);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_string_equal(staged_text(p, path, "f"), "one\nTWO\n");
}

static void
what_makes_another_stage_gives_another_id(void **state)
{
	struct place *p = *state;
	struct digest first = stage_id(&p->package), other, third;
	struct source kept = p->source[0];
	struct str only[] = { STR("x") };

	/* where it comes from does not */
	p->source[0].url = only;
	p->source[0].nurl = 1;
	p->source[0].file = STR("other-name.tar");
	p->patch.name = STR("0002-x.patch");
	other = stage_id(&p->package);
	assert_true(digest_eq(&first, &other));
	/* nor whose it is, as long as its bytes are known: else one's fault would be another's */
	p->package.name = STR("other");
	other = stage_id(&p->package);
	assert_true(digest_eq(&first, &other));
	p->source[0].has_sha256 = false;
	other = stage_id(&p->package);
	p->package.name = STR("third");
	third = stage_id(&p->package);
	assert_false(digest_eq(&third, &other));
	for (int i = 0; i < 9; i++) {
		p->source[0] = kept;
		p->package.nsource = 3;
		p->package.npatch = p->package.nedit = 1;
		p->edit.times = 1;
		switch (i) {
		case 0:
			p->source[0].strip = 2;
			break;
		case 1:
			p->source[0].dir = STR("d");
			break;
		case 2:
			p->source[0].only = only, p->source[0].nonly = 1;
			break;
		case 3:
			p->source[0].keep = true;
			break;
		case 4:
			p->source[0].sha256.byte[0] ^= 1;
			break;
		case 5:
			p->package.nsource = 2;
			break;
		case 6:
			p->package.npatch = 0;
			break;
		case 7:
			p->package.nedit = 0;
			break;
		case 8:
			p->edit.times = 2;
			break;
		}
		other = stage_id(&p->package);
		if (digest_eq(&first, &other))
			fail_msg("change %d makes no difference", i);
	}
}

/* A folder of the tree as the last source of the package. */
static void
add_from_tree(struct place *p)
{
	struct err e = { 0 };
	struct folder list;
	char *lib = arena_printf(&p->a, "%s/tree/lib", p->path);

	must(fs_mkdirs(p->top, "tree/lib/deep", &e), &e);
	put(p->top, "tree/lib/deep/a.c", STR("one\ntwo\n"));
	must(fs_write(p->top, "tree/lib/run.sh", STR("#!\n"), 0700, &e), &e);
	must(folder_read(&p->a, lib, FOLDER_PLAIN, -1, &list, &e), &e);
	p->source[3] = (struct source){ .file = STR("lib"),
		.sha256 = list.digest,
		.has_sha256 = true,
		.size_bytes = list.size_bytes,
		.is_local = true,
		.is_from_tree = true,
		.path = lib,
		.folder = lib,
		.at = { &recipe, 2, 8 } };
	p->package.nsource = 4;
}

static void
what_is_from_the_tree_is_staged_at_its_path_and_patched(void **state)
{
	struct place *p = *state;
	struct err e;
	struct stat st;
	char *path;

	need_fetch(p);
	add_from_tree(p);
	p->patch.text = STR("--- a/lib/deep/a.c\n+++ b/lib/deep/a.c\n@@ -1,2 +1,2 @@\n"
			    " one\n-two\n+TWO\n");
	must(stage(p, &path, &e), &e);
	assert_string_equal(staged_text(p, path, "lib/deep/a.c"), "one\nTWO\n");
	assert_int_equal(stat(arena_printf(&p->a, "%s/lib/deep/a.c", path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_mtime, CLOCK_FIXED_MTIME);
	assert_int_equal(stat(arena_printf(&p->a, "%s/lib/run.sh", path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	/* the tree keeps what it has */
	assert_string_equal(
	    text_of(p, arena_printf(&p->a, "%s/tree/lib/deep/a.c", p->path)), "one\ntwo\n");
}

static void
what_changed_since_its_digest_was_taken_is_not_staged(void **state)
{
	struct place *p = *state;
	struct err e;
	char *path;

	need_fetch(p);
	add_from_tree(p);
	put(p->top, "tree/lib/deep/a.c", STR("one\nTwo\n"));
	assert_int_equal(stage(p, &path, &e), -1);
	assert_int_equal(e.kind, ERR_FETCH);
	assert_non_null(strstr(e.text, "tree/lib changed while it was copied; run again"));
	p->source[3].has_sha256 = false;
	assert_int_equal(stage(p, &path, &e), -1);
	assert_int_equal(e.kind, ERR_FETCH);
	assert_int_equal(strncmp(e.text, "no-source: lib: not in the tree", 31), 0);
}

static int
get(struct place *p, char **path, struct err *e)
{
	*e = (struct err){ 0 };
	return source_get(&p->a, p->tree, &p->source[0], &p->opts, path, e);
}

static void
a_given_folder_is_looked_through_by_name_and_by_the_urls_last_part(void **state)
{
	struct place *p = *state;
	struct str url[] = { STR("https://upstream.example/x/mirror-name.tar") };
	char *path;
	struct err e;

	must(get(p, &path, &e), &e);
	assert_string_equal(path, arena_printf(&p->a, "%s/dist/a.tar", p->path));
	assert_int_equal(renameat(p->top, "dist/a.tar", p->top, "dist/mirror-name.tar"), 0);
	assert_int_equal(get(p, &path, &e), -1);
	p->source[0].url = url;
	p->source[0].nurl = 1;
	must(get(p, &path, &e), &e);
	assert_string_equal(path, arena_printf(&p->a, "%s/dist/mirror-name.tar", p->path));
}

static void
offline_names_the_file_and_where_it_was_looked_for(void **state)
{
	struct place *p = *state;
	struct str url[] = { STR("https://upstream.example/a.tar") };
	char *path;
	struct err e;

	put(p->top, "dist/a.tar", STR("other"));
	p->source[0].url = url;
	p->source[0].nurl = 1;
	assert_int_equal(get(p, &path, &e), -1);
	assert_int_equal(e.kind, ERR_FETCH);
	assert_non_null(strstr(e.text, "a.tar: not on this machine, and --offline"));
	assert_non_null(strstr(e.text, "dist/a.tar: other bytes than were declared"));
	assert_non_null(strstr(e.text, "https://upstream.example/a.tar: not asked"));
}

static void
a_source_without_a_place_is_no_source(void **state)
{
	struct place *p = *state;
	char *path;
	struct err e;

	p->opts.distfiles = NULL;
	p->opts.offline = false;
	assert_int_equal(get(p, &path, &e), -1);
	assert_int_equal(e.kind, ERR_FETCH);
	assert_int_equal(strncmp(e.text, "no-source: a.tar: ", 18), 0);
	p->source[0].has_sha256 = false;
	assert_int_equal(get(p, &path, &e), -1);
	assert_int_equal(e.kind, ERR_RECIPE);
	assert_non_null(strstr(e.text, "has no sha256"));
}

static void
a_damaged_file_of_the_cache_is_found_out_and_removed(void **state)
{
	struct place *p = *state;
	const char *hex = digest_hex(&p->a, &p->source[0].sha256);
	const char *name = arena_printf(&p->a, "out/distfiles/%s-a.tar", hex);
	struct str tar = make_tar(&p->a);
	struct stat st;
	char *path;
	struct err e = { 0 };

	must(fs_mkdirs(p->top, "out/distfiles", &e), &e);
	put(p->top, name, tar);
	p->opts.distfiles = NULL;
	must(get(p, &path, &e), &e);
	assert_string_equal(path, arena_printf(&p->a, "%s/%s", p->path, name));
	/* of the same size, and with the old mtime: only the ctime can tell */
	assert_int_equal(fstatat(p->top, name, &st, 0), 0);
	char *damaged = str_z(&p->a, tar);
	damaged[600] ^= 1;
	int fd = openat(p->top, name, O_WRONLY);
	assert_int_equal(write(fd, damaged, tar.n), tar.n);
	assert_int_equal(futimens(fd, (struct timespec[]){ st.st_atim, st.st_mtim }), 0);
	close(fd);
	assert_int_equal(get(p, &path, &e), -1);
	assert_non_null(strstr(p->notes, "has other bytes than its name says; removed"));
	assert_false(fs_exists(p->top, name));
}

static void
upstream_comes_first_then_groups_as_the_environment_says(void **state)
{
	struct place *p = *state;
	struct str url[] = { STR("debian:pool/a.tar"), STR("https://up.example/a.tar"),
		STR("other:a.tar") };
	struct str *places;
	struct err e = { 0 };
	int n;

	put(p->top, "tree/recipes/mirrors",
	    STR("mirror debian {\n\tenv KILN_TEST_MIRROR\n\tapt no\n\turl "
		"https://m.example/debian\n}\n"
		"mirror other {\n\turl https://o.example/1\n\turl https://o.example/2/\n}\n"));
	p->source[0].url = url;
	p->source[0].nurl = 3;
	unsetenv("KILN_TEST_MIRROR");
	must(source_places(&p->a, p->tree, &p->source[0], &places, &n, &e), &e);
	assert_int_equal(n, 4);
	assert_true(str_is(places[0], "https://up.example/a.tar"));
	assert_true(str_is(places[1], "https://m.example/debian/pool/a.tar"));
	assert_true(str_is(places[2], "https://o.example/1/a.tar"));
	assert_true(str_is(places[3], "https://o.example/2/a.tar"));
	setenv("KILN_TEST_MIRROR", "http://x.example/d/  http://y.example/d", 1);
	must(source_places(&p->a, p->tree, &p->source[0], &places, &n, &e), &e);
	assert_int_equal(n, 5);
	assert_true(str_is(places[1], "http://x.example/d/pool/a.tar"));
	assert_true(str_is(places[2], "http://y.example/d/pool/a.tar"));
	url[0] = STR("nobody:pool/a.tar");
	assert_int_equal(source_places(&p->a, p->tree, &p->source[0], &places, &n, &e), -1);
	assert_int_equal(e.kind, ERR_RECIPE);
	assert_non_null(strstr(e.text, "no mirror nobody in recipes/mirrors"));
}

static void
a_file_is_measured_for_its_digest(void **state)
{
	struct place *p = *state;
	struct digest d, want = p->source[0].sha256;
	struct err e = { 0 };
	uint64_t size;

	p->source[0].has_sha256 = false;
	must(source_measure(&p->a, p->tree, &p->source[0], &p->opts, &d, &size, &e), &e);
	assert_true(digest_eq(&d, &want));
	assert_int_equal(size, p->source[0].size_bytes);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stage_is_unpacked_patched_edited_and_completed_once),
		TEST(a_stage_that_fails_leaves_nothing_and_says_why),
		TEST(two_processes_make_one_stage),
		TEST(what_makes_another_stage_gives_another_id),
		TEST(what_is_from_the_tree_is_staged_at_its_path_and_patched),
		TEST(what_changed_since_its_digest_was_taken_is_not_staged),
		TEST(a_given_folder_is_looked_through_by_name_and_by_the_urls_last_part),
		TEST(offline_names_the_file_and_where_it_was_looked_for),
		TEST(a_source_without_a_place_is_no_source),
		TEST(a_damaged_file_of_the_cache_is_found_out_and_removed),
		TEST(upstream_comes_first_then_groups_as_the_environment_says),
		TEST(a_file_is_measured_for_its_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
