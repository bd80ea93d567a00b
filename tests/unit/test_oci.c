/* The layout of images. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ship/oci.h"

static struct arena arena;

static struct oci
layout(const char *const platform[], int n, const char *layer)
{
	struct oci o = { .a = &arena, .name = STR("tools"), .summary = STR("a few") };

	for (int i = 0; i < n; i++) {
		struct oci_image image = { .platform = str_of(platform[i]),
			.entry = i == 0 ? STR("bin/sh") : STR(""),
			.layer = { .digest = digest_of(str_of(layer)),
			    .size_bytes = 5,
			    .from = "/x" },
			.bare = digest_of(STR("bare")) };
		oci_add(&o, &image);
	}
	oci_finish(&o);
	return o;
}

static const struct oci_file *
file_of(const struct oci *o, struct str path)
{
	for (int i = 0; i < o->file.n; i++)
		if (str_eq(o->file.v[i].path, path))
			return &o->file.v[i];
	fail_msg("no file %.*s", STR_ARG(path));
	return NULL;
}

/* The file that the n-th "digest" of a text names. */
static const struct oci_file *
named(const struct oci *o, struct str text, int n)
{
	static const char key[] = "\"digest\":\"sha256:";
	const char *p = str_z(&arena, text);

	for (; n >= 0; n--) {
		p = strstr(p, key);
		assert_non_null(p);
		p += sizeof(key) - 1;
	}
	return file_of(o, str_printf(&arena, "blobs/sha256/%.64s", p));
}

static void
each_image_is_found_from_the_index_and_has_its_layer(void **state)
{
	static const char *const platform[] = { "linux/arm/v7", "linux/amd64" };
	struct oci o = layout(platform, 2, "layer");
	const struct oci_file *all = named(&o, file_of(&o, STR("index.json"))->text, 0);

	(void)state;
	assert_true(str_has(
	    all->text, STR("\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}")));
	assert_true(str_has(all->text, STR("\"os\":\"linux\",\"architecture\":\"amd64\"}")));
	for (int i = 0; i < 2; i++) {
		const struct oci_file *manifest = named(&o, all->text, i);
		const struct oci_file *config = named(&o, manifest->text, 0);
		const struct oci_file *layer = named(&o, manifest->text, 1);
		assert_string_equal(layer->from, "/x");
		assert_int_equal(layer->size_bytes, 5);
		struct digest bare = digest_of(STR("bare"));
		assert_true(str_has(config->text,
		    str_printf(&arena, "\"diff_ids\":[\"sha256:%s\"]", digest_hex(&arena, &bare))));
		assert_int_equal(str_has(config->text, STR("\"Cmd\":[\"/bin/sh\"]")), i == 0);
	}
	/* One layer, two configurations, two manifests, the index; and what leads to it. */
	assert_int_equal(o.file.n, 8);
}

static void
texts_have_the_digests_that_their_names_say_and_stand_in_order(void **state)
{
	static const char *const platform[] = { "linux/arm64" };
	struct oci o = layout(platform, 1, "layer");

	(void)state;
	for (int i = 0; i < o.file.n; i++) {
		const struct oci_file *f = &o.file.v[i];
		struct digest d = digest_of(f->text);
		assert_true(i == 0 || str_cmp(o.file.v[i - 1].path, f->path) < 0);
		if (f->from != NULL)
			continue;
		assert_true(digest_eq(&d, &f->digest));
		assert_int_equal(f->size_bytes, f->text.n);
		if (str_starts(f->path, STR("blobs/")))
			assert_true(str_ends(f->path, str_of(digest_hex(&arena, &d))));
	}
	assert_true(
	    str_is(file_of(&o, STR("oci-layout"))->text, "{\"imageLayoutVersion\":\"1.0.0\"}"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_image_is_found_from_the_index_and_has_its_layer),
		cmocka_unit_test(texts_have_the_digests_that_their_names_say_and_stand_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
