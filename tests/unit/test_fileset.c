/* What is in a bundle, and what is refused. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ship/fileset.h"

static struct arena arena;

static const struct str package[] = { { "busybox", 7 }, { "dropbear", 8 } };

static struct bundle *
profile(const char *lines)
{
	struct parse ps = {
		.run = &arena, .tmp = &arena, .packages = { package, COUNT_OF(package) }
	};
	struct bundle *b = ARENA_NEW(&arena, struct bundle, 1);
	struct syntax_file *f = NULL;
	struct err e = { 0 };
	char *text = arena_printf(&arena, "name x\nsummary s\nformat cpio\n%s", lines);

	if (syntax_parse(&arena, STR("d/x"), str_of(text), field_is_body, &f, &e) == -1 ||
	    parse_bundle(&ps, f, b, &e) == -1)
		fail_msg("%s", e.text);
	return b;
}

/* An object of the files in a list: "bin usr/bin/x 100" or "bin usr/bin/y -> x". */
static struct object
object_of(const char *name, const char *const *line)
{
	struct object o = { .name = str_of(name), .target = STR("armv7") };

	o.file = ARENA_NEW(&arena, struct object_file, 16);
	for (; *line != NULL; line++) {
		struct object_file *f = &o.file[o.nfile++];
		struct str rest = str_of(*line), word;
		assert_true(str_cut(&rest, ' ', &word));
		f->class = (enum class)class_find(word);
		assert_true(str_cut(&rest, ' ', &f->path));
		f->type = str_starts(rest, STR("-> ")) ? 'l' : 'f';
		f->mode = f->class == CLASS_BIN ? 0755 : 0644;
		if (f->type == 'l')
			f->target = str_skip(rest, 3);
		else
			assert_int_equal(str_u64(rest, &f->size_bytes), 0);
	}
	return o;
}

static const char *const busybox[] = { "bin usr/bin/busybox 1000",
	"data usr/share/udhcpc/default.script 10", "doc usr/share/man/man1/busybox.1 50",
	"debug usr/lib/debug/x 99", NULL };
static const char *const dropbear[] = { "bin usr/sbin/dropbear 300",
	"bin usr/bin/scp -> ../sbin/dropbear", "bin usr/bin/dbclient 200", "bin usr/libexec/part 5",
	"dev usr/lib/libd.a 7", "data etc/dropbear.conf 3", NULL };

/* The files, a line each; or the error. */
static const char *
files_of(const char *lines, bool with_overlay)
{
	struct fileset fs = { .a = &arena, .bundle = profile(lines), .taken = { .a = &arena } };
	struct buf out = { .a = &arena };
	struct err e = { 0 };
	int rc = 0;

	for (int i = 0; i < fs.bundle->npart && rc == 0; i++) {
		const struct bundle_part *p = &fs.bundle->part[i];
		bool is_busybox = str_is(p->package, "busybox");
		struct object o =
		    object_of(is_busybox ? "busybox" : "dropbear", is_busybox ? busybox : dropbear);
		rc = fileset_add(&fs, p, &o, is_busybox ? "/s/b" : "/s/d", &e);
	}
	struct fileset_entry own = { .path = STR("etc/dropbear.conf"),
		.type = 'f',
		.mode = 0644,
		.size_bytes = 4,
		.from = "/o/etc/dropbear.conf",
		.package = STR("") };
	if (rc == 0 && with_overlay)
		rc = fileset_overlay(&fs, &own, &e);
	if (rc == 0)
		rc = fileset_finish(&fs, &e);
	if (rc == -1) {
		assert_int_equal(e.kind, ERR_RECIPE);
		struct str line, text = str_of(e.text);
		return str_cut(&text, '\n', &line) ? str_z(&arena, line) : "";
	}
	for (int i = 0; i < fs.entry.n; i++) {
		const struct fileset_entry *f = &fs.entry.v[i];
		if (f->type == 'l')
			buf_printf(&out, STR_FMT " -> " STR_FMT "\n", STR_ARG(f->path),
			    STR_ARG(f->target));
		else
			buf_printf(&out, STR_FMT " %o %s\n", STR_ARG(f->path), f->mode, f->from);
	}
	buf_printf(&out, "%d", (int)fs.size_bytes);
	return out.p;
}

static void
programs_and_data_are_in_it(void **state)
{
	(void)state;
	assert_string_equal(files_of("package busybox\npackage dropbear\n", false),
	    "etc/dropbear.conf 644 /s/d/data/etc/dropbear.conf\n"
	    "usr/bin/busybox 755 /s/b/bin/usr/bin/busybox\n"
	    "usr/bin/dbclient 755 /s/d/bin/usr/bin/dbclient\n"
	    "usr/bin/scp -> ../sbin/dropbear\n"
	    "usr/libexec/part 755 /s/d/bin/usr/libexec/part\n"
	    "usr/sbin/dropbear 755 /s/d/bin/usr/sbin/dropbear\n"
	    "usr/share/udhcpc/default.script 644 /s/b/data/usr/share/udhcpc/default.script\n"
	    "1518");
}

static void
the_profile_chooses_moves_leaves_out_and_links(void **state)
{
	(void)state;
	assert_string_equal(files_of("package busybox\n"
				     "package dropbear {\n\tprogram dropbear scp\n}\n"
				     "rename usr/sbin sbin\n"
				     "without usr/share/* usr/libexec/part\n"
				     "link bin/sh usr/bin/busybox\n"
				     "link usr/bin/vi usr/bin/busybox\n"
				     "link opt/tools usr/bin\n"
				     "cap 1304\n",
				true),
	    "bin/sh -> ../usr/bin/busybox\n"
	    "etc/dropbear.conf 644 /o/etc/dropbear.conf\n"
	    "opt/tools -> ../usr/bin\n"
	    "sbin/dropbear 755 /s/d/bin/usr/sbin/dropbear\n"
	    "usr/bin/busybox 755 /s/b/bin/usr/bin/busybox\n"
	    "usr/bin/scp -> ../../sbin/dropbear\n"
	    "usr/bin/vi -> busybox\n"
	    "1304");
}

static void
what_does_not_fit_is_located(void **state)
{
	static const struct {
		const char *lines, *want;
	} row[] = {
		{ "package dropbear {\n\tprogram dropbaer\n}\n",
		    "d/x:5:10: 'dropbear' for armv7 has no program `dropbaer`; did you mean "
		    "`dropbear`?" },
		{ "package dropbear {\n\tprogram part\n}\n",
		    "d/x:5:10: 'dropbear' for armv7 has no program `part`" },
		{ "package busybox\npackage dropbear\nrename usr/sbin/dropbear usr/bin/busybox\n",
		    "d/x:5:9: 'busybox' and 'dropbear' both have usr/bin/busybox: say `without "
		    "usr/bin/busybox` in the group of one of them, or `rename` it" },
		{ "package busybox\npackage dropbear\nrename usr/sbin/dropbear usr/bin/busybox/x\n",
		    "d/x:4:9: 'busybox' has the file usr/bin/busybox, and 'dropbear' has "
		    "usr/bin/busybox/x below it" },
		{ "package busybox\nlink bin/sh usr/bin/bash\n",
		    "d/x:5:6: the link bin/sh leads to usr/bin/bash, which is not in the bundle" },
		{ "package dropbear {\n\tprogram scp\n}\n",
		    "d/x:4:9: the link usr/bin/scp leads to usr/sbin/dropbear, which is not in the "
		    "bundle" },
		{ "package busybox\nlink usr/bin/busybox usr/bin\n",
		    "d/x:5:6: 'busybox' has usr/bin/busybox already" },
		{ "package busybox\nwithout usr/share/*\nrename usr/share/x y\n",
		    "d/x:6:8: no package has usr/share/x" },
		{ "package busybox\nwithout usr/bin/vi\n", "d/x:5:9: no package has usr/bin/vi" },
		{ "package busybox {\n\twithout usr/sbin/dropbear\n}\npackage dropbear\n",
		    "d/x:5:10: 'busybox' has no usr/sbin/dropbear" },
		{ "package busybox\npackage dropbear\ncap 1000\n",
		    "d/x:6:5: its files have 1518 bytes, 518 more than the cap; the largest: "
		    "busybox 1010, dropbear 508" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		assert_string_equal(files_of(row[i].lines, false), row[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_and_data_are_in_it),
		cmocka_unit_test(the_profile_chooses_moves_leaves_out_and_links),
		cmocka_unit_test(what_does_not_fit_is_located),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
