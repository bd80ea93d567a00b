/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "recipe/field.h"

/* The places in the order they are shown, each with its own heading. */
static const struct {
	enum field_place place;
	const char *heading;
} section[] = {
	{ IN_PACKAGE, "recipes/packages/NAME" },
	{ IN_SOURCE, "source FILE { ... }" },
	{ IN_EDIT, "edit PATH { ... }" },
	{ IN_WAIVE, "waive RULE TEXT... { ... }" },
	{ IN_TARGET, "recipes/targets/NAME" },
	{ IN_STYLE, "recipes/styles/NAME" },
	{ IN_TOOL, "recipes/tools/NAME" },
	{ IN_MIRRORS, "recipes/mirrors" },
	{ IN_MIRROR, "mirror NAME { ... }" },
	{ IN_BUNDLE, "recipes/bundles/NAME" },
	{ IN_PART, "package NAME { ... }" },
};

/* What the bodies of phases and tests may use; kiln-recipe(5) says more of each. */
static const struct {
	const char *name, *help;
} body_word[] = {
	{ "NAME VERSION TARGET TRIPLE", "as the recipe and the target say" },
	{ "CC CXX LD AR RANLIB NM STRIP", "for the target, one word each; also cc, c++, ld" },
	{ "CFLAGS CXXFLAGS LDFLAGS", "the target's" },
	{ "CONFIGURE_ARGS MAKE_ARGS INSTALL_ARGS", "the words of configure, make and install" },
	{ "JOBS", "how many jobs to start: make -j\"$JOBS\"" },
	{ "DESTDIR PREFIX", "install puts a program into \"$DESTDIR$PREFIX/bin\"" },
	{ "SYSROOT PKG_CONFIG", "what the needs bring, and who tells of it" },
	{ "CC_FOR_BUILD", "for what runs while it is built: `need sysroot for build`" },
	{ "run PROG ARG...", "tests: a program of the package, on the target" },
	{ "run-children PROG ARG...", "tests: the same for one that starts programs" },
	{ "skip REASON", "tests: end as skipped" },
	{ "TARGET_TMP",
	    "tests: what the target sees as /tmp; what is compiled for it goes there:" },
	{ "", "cc -o \"$TARGET_TMP/t\" t.c -lz, and then: run /tmp/t" },
};

static const char *
opening(const struct field *f)
{
	switch (f->shape) {
	case SHAPE_GROUP:
	case SHAPE_BODY:
		return " {";
	case SHAPE_MAYBE_GROUP:
		return " [{]";
	case SHAPE_LINE:
		break;
	}
	return "";
}

static void
add_marks(struct buf *out, const struct field *f)
{
	const char *key = f->key == KEY_TEXT ? "in the key" :
			  f->key == KEY_EDGE ? "in the key by what it stands for" :
					       "not in the key";
	const char *must = f->must == MUST_BE   ? "must be there" :
			   f->must == LINT_ASKS ? "lint asks for it" :
						  "may be left out";

	buf_printf(out, "%s, %s%s%s", must, key,
	    f->times == TIMES_MANY ? ", repeated ones append" : "",
	    f->dollar == DOLLAR_FILLED ? ", $ is filled in" : "");
}

static void
add_section(struct buf *out, enum field_place place)
{
	const struct field *f;

	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		if ((f->where & place) == 0)
			continue;
		buf_printf(out, "  %s%s%s%s\n        %s\n        (", f->name,
		    f->args[0] == '\0' ? "" : " ", f->args, opening(f), f->help);
		add_marks(out, f);
		buf_add_z(out, ")\n");
	}
}

static void
add_body_words(struct buf *out)
{
	buf_add_z(out, "\nin bodies, which are sh -eu in the folder of the stage\n");
	for (size_t i = 0; i < COUNT_OF(body_word); i++)
		buf_printf(out, "  %s%s        %s\n", body_word[i].name,
		    body_word[i].name[0] == '\0' ? "" : "\n", body_word[i].help);
	buf_add_z(out, "  A style's bodies are in recipes/styles; a phase of the recipe takes the "
		       "place of the style's.\n  $name, $version, $target and $triple are filled "
		       "in where a field says so.\n");
}

void
recipe_help(struct buf *out)
{
	const struct kind *k;
	const struct field *f;

	for (size_t i = 0; i < COUNT_OF(section); i++) {
		buf_printf(out, "%s%s\n", i == 0 ? "" : "\n", section[i].heading);
		add_section(out, section[i].place);
	}
	buf_add_z(out, "\nwhen target|option|no-option NAME... { ... } may hold\n ");
	for (int i = 0; (f = field_row(i)) != NULL; i++)
		if ((f->where & IN_WHEN) != 0)
			buf_printf(out, " %s", f->name);
	buf_add_z(out, "\n\nkinds of words\n");
	for (int i = 0; (k = field_kind_row(i)) != NULL; i++)
		buf_printf(out, "  %-11s %s\n", k->name, k->expected);
	add_body_words(out);
}

/* "NAME... [for build|run]" with its kinds marked as arguments. */
static void
add_mdoc_args(struct buf *out, const char *args)
{
	struct str rest = str_of(args), token;

	while (str_cut(&rest, ' ', &token)) {
		bool opens = token.p[0] == '[', closes = token.p[token.n - 1] == ']';
		if (opens)
			buf_add_z(out, " Oo");
		token = str_skip(token, opens);
		token.n -= closes;
		buf_printf(out, " %s " STR_FMT,
		    token.p[0] >= 'A' && token.p[0] <= 'Z' ? "Ar" : "Cm", STR_ARG(token));
		if (closes)
			buf_add_z(out, " Oc");
	}
}

static void
add_mdoc_section(struct buf *out, enum field_place place)
{
	const struct field *f;

	buf_add_z(out, ".Bl -tag -width Ds\n");
	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		if ((f->where & place) == 0)
			continue;
		buf_printf(out, ".It Ic %s", f->name);
		add_mdoc_args(out, f->args);
		buf_printf(out, "%s\n",
		    f->shape == SHAPE_LINE        ? "" :
		    f->shape == SHAPE_MAYBE_GROUP ? " Op Brq ..." :
						    " Brq ...");
		for (const char *c = f->help; *c != '\0'; c++)
			buf_add_z(out, *c == '\\' ? "\\e" : (char[]){ *c, '\0' });
		buf_add_z(out, "\n.Pq ");
		add_marks(out, f);
		buf_add_char(out, '\n');
	}
	buf_add_z(out, ".El\n");
}

void
recipe_help_mdoc(struct buf *out)
{
	const struct kind *k;
	const struct field *f;

	for (size_t i = 0; i < COUNT_OF(section); i++) {
		buf_printf(out, ".Ss %s\n", section[i].heading);
		add_mdoc_section(out, section[i].place);
	}
	buf_add_z(out, ".Ss when target|option|no-option NAME... { ... }\nMay hold\n");
	for (int i = 0; (f = field_row(i)) != NULL; i++)
		if ((f->where & IN_WHEN) != 0)
			buf_printf(out, ".Ic %s\n", f->name);
	buf_add_z(out, ".Ss Kinds of words\n.Bl -tag -width REPLACEMENT\n");
	for (int i = 0; (k = field_kind_row(i)) != NULL; i++)
		buf_printf(out, ".It Ar %s\n%s\n", k->name, k->expected);
	buf_add_z(out, ".El\n");
}
