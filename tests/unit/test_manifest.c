/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/crc.h"
#include "store/manifest.h"

static struct arena a;

#define ZEROS  "0000000000000000000000000000000000000000000000000000000000000000"
#define HEAD   "kiln-object 1\nname zlib\nversion 1.3.1\ntarget armv7\nkey " ZEROS "\n"
#define CLASS  "class dev " ZEROS
#define FILE_Z "file dev 644 3 " ZEROS " usr/lib/libz.a\n"

static struct object
sample(void)
{
	struct object o = { .name = STR("zlib"), .version = STR("1.3.1"), .target = STR("armv7") };
	const struct object_file file[] = {
		{ .type = 'l', .class = CLASS_BIN, .path = STR("usr/bin/x"), .target = STR("a b") },
		{ .type = 'f',
		    .class = CLASS_DEV,
		    .mode = 0644,
		    .size_bytes = 3,
		    .path = STR("b") },
		{ .type = 'f',
		    .class = CLASS_DEV,
		    .mode = 0755,
		    .size_bytes = 0,
		    .path = STR("a b") },
		{ .type = 'f',
		    .class = CLASS_DEV,
		    .mode = 0644,
		    .size_bytes = 7,
		    .path = STR("a.c") },
		{ .type = 'f',
		    .class = CLASS_DEV,
		    .mode = 0644,
		    .size_bytes = 7,
		    .path = STR("a/c") },
	};

	o.file = ARENA_NEW(&a, struct object_file, COUNT_OF(file));
	memcpy(o.file, file, sizeof(file));
	o.nfile = COUNT_OF(file);
	return o;
}

static struct str
print(const struct object *o)
{
	struct buf b = { .a = &a };

	manifest_print(&b, o);
	return buf_str(&b);
}

static void
what_is_printed_is_read_back(void **state)
{
	struct object o = sample(), back;
	struct err e = { 0 };

	(void)state;
	manifest_seal(&o);
	struct str text = print(&o);
	if (manifest_parse(&a, text, &back, &e) == -1)
		fail_msg("%s", e.text);
	assert_true(digest_eq(&back.digest, &o.digest));
	assert_int_equal(back.nfile, o.nfile);
	assert_true(back.has_class[CLASS_DEV] && back.has_class[CLASS_BIN]);
	assert_false(back.has_class[CLASS_DATA]);
	assert_true(digest_eq(&back.class_digest[CLASS_DATA], &o.class_digest[CLASS_DATA]));
	assert_true(str_is(back.file[1].path, "a.c"));
	assert_true(str_is(back.file[4].target, "a b"));
	assert_true(str_eq(print(&back), text));
	assert_int_equal(manifest_check(&back, &e), 0);
	back.file[0].mode = 0644;
	assert_int_equal(manifest_check(&back, &e), -1);
}

/* Each changes one thing of the sample. */
static void
every_part_but_the_key_is_in_the_digest(void **state)
{
	struct object o = sample();

	(void)state;
	manifest_seal(&o);
	struct digest first = o.digest;
	for (int i = 0; i < 9; i++) {
		struct object other = sample();
		switch (i) {
		case 0:
			other.name = STR("zlib2");
			break;
		case 1:
			other.version = STR("1.3.2");
			break;
		case 2:
			other.target = STR("aarch64");
			break;
		case 3:
			other.file[1].mode = 0755;
			break;
		case 4:
			other.file[1].size_bytes = 4;
			break;
		case 5:
			other.file[1].digest.byte[31] = 1;
			break;
		case 6:
			other.file[0].target = STR("a c");
			break;
		case 7:
			other.file[1].path = STR("c");
			break;
		case 8:
			other.file[1].class = CLASS_DATA;
			break;
		}
		manifest_seal(&other);
		if (digest_eq(&other.digest, &first))
			fail_msg("change %d is not in the digest", i);
	}
	o = sample();
	o.key.byte[0] = 1;
	manifest_seal(&o);
	assert_true(digest_eq(&o.digest, &first));
}

static void
texts_that_no_printer_made_are_refused(void **state)
{
	static const struct {
		const char *body, *want;
	} row[] = {
		{ "", "line 1: \"kiln-object 1\" is expected" },
		{ "kiln-object 2\n", "line 1: \"kiln-object 1\" is expected" },
		{ "kiln-object 1\n", "line 2: \"name\" is missing" },
		{ "kiln-object 1\nversion 1\n", "line 2: \"name\" is expected" },
		{ "kiln-object 1\nname ../x\nversion 1\ntarget a\nkey " ZEROS "\n",
		    "line 5: a name" },
		{ HEAD "\n", "line 6: it is empty" },
		{ HEAD "what\n", "line 6: it starts with no known word" },
		{ HEAD FILE_Z, "line 6: a file is not" },
		{ HEAD "class lib " ZEROS " 3 1\n", "line 6: a class is unknown" },
		{ HEAD CLASS " 3\n", "line 6: a class is not" },
		{ HEAD CLASS " 3 1 \n", "line 6: a class is not" },
		{ HEAD CLASS " 03 1\n", "line 6: a class is not" },
		{ HEAD CLASS " 0 0\n", "line 6: a class is not" },
		{ HEAD CLASS " 3 1\n", "line 6: the class before does not have" },
		{ HEAD CLASS " 4 1\n" FILE_Z, "line 7: the class before does not have" },
		{ HEAD CLASS " 2 1\n" FILE_Z, "line 7: the class has more" },
		{ HEAD CLASS " 6 1\n" FILE_Z FILE_Z, "line 8: entries are not sorted" },
		{ HEAD CLASS " 6 2\n" FILE_Z FILE_Z, "line 8: entries are not sorted" },
		{ HEAD CLASS " 3 1\n" FILE_Z CLASS " 3 1\n" FILE_Z, "line 8: a class is unknown" },
		{ HEAD CLASS " 3 1\nfile bin 644 3 " ZEROS " a\n", "line 7: a file is not" },
		{ HEAD CLASS " 3 1\nfile dev 600 3 " ZEROS " a\n", "line 7: a file is not" },
		{ HEAD CLASS " 3 1\nfile dev 644 3 " ZEROS " ../a\n", "line 7: a path leaves" },
		{ HEAD CLASS " 3 1\nfile dev 644 3 " ZEROS "\n", "line 7: a path leaves" },
		{ HEAD CLASS " 0 1\nlink dev a\n", "line 7: a link is not" },
		{ HEAD CLASS " 0 1\nlink dev a\tb\tc\n", "line 7: a link is not" },
		{ HEAD CLASS " 0 1\nlink dev /a\tb\n", "line 7: a path leaves" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct err e = { 0 };
		struct object o;
		struct str body = str_of(row[i].body);
		/* An empty body has no line before its end. */
		struct str text = str_printf(&a, "%s" STR_FMT "end %08x\n", body.n == 0 ? "\n" : "",
		    STR_ARG(body), (unsigned)crc32_of(body.n == 0 ? STR("\n") : body));
		assert_int_equal(manifest_parse(&a, text, &o, &e), -1);
		if (strstr(e.text, row[i].want) == NULL)
			fail_msg("row %zu: %s", i, e.text);
	}
}

static void
a_text_that_was_cut_or_changed_is_refused(void **state)
{
	struct object o = sample(), back;

	(void)state;
	manifest_seal(&o);
	struct str text = print(&o);
	for (size_t n = 0; n < text.n; n++) {
		struct err e = { 0 };
		assert_int_equal(manifest_parse(&a, (struct str){ text.p, n }, &back, &e), -1);
	}
	for (size_t i = 0; i < text.n; i++) {
		struct err e = { 0 };
		char *changed = str_z(&a, text);
		changed[i] ^= 1;
		assert_int_equal(
		    manifest_parse(&a, (struct str){ changed, text.n }, &back, &e), -1);
	}
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read_back),
		cmocka_unit_test(every_part_but_the_key_is_in_the_digest),
		cmocka_unit_test(texts_that_no_printer_made_are_refused),
		cmocka_unit_test(a_text_that_was_cut_or_changed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
