/* SPDX-License-Identifier: ISC */
#include "recipe/lint.h"

#include <assert.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/vec.h"
#include "recipe/merge.h"

enum { SUMMARY_MAX = 80, SENTENCE_MAX = 1024 };

/* `make NAME` builds the package NAME: these mean something else there, or are kept
 * for what they mean everywhere. */
static const char *const goal[] = { "all", "bench", "bundle", "check", "check-full", "check-vm",
	"clean", "cli", "distclean", "fmt", "format", "fuzz", "help", "install", "lib", "lint",
	"nightly", "one", "order", "setup", "setup-check", "setup-lint", "setup-vm", "test",
	"uninstall", "unit" };

bool
lint_is_goal(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(goal); i++)
		if (str_is(name, goal[i]))
			return true;
	return false;
}

void
lint_say(struct lint *l, struct err *problem)
{
	struct str text = str_of(problem->text);

	if (map_get(&l->said, text) == -1) {
		map_put(&l->said, str_copy(l->a, text), 0);
		l->each(l->ctx, problem);
	}
	err_clear(problem);
}

static void PRINTF(3, 4) say(struct lint *l, struct loc at, const char *fmt, ...)
{
	char sentence[SENTENCE_MAX];
	struct err problem = { 0 };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	if (loc_err(&problem, at, "%s", sentence) == -1)
		lint_say(l, &problem);
}

static struct str
without_last_blanks(struct str s)
{
	while (s.n != 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static void
trailing_blanks(struct lint *l, const struct syntax_file *f)
{
	struct str rest = f->text, line;

	for (int n = 1; str_cut(&rest, '\n', &line); n++) {
		struct str text = without_last_blanks(line);
		if (text.n != line.n)
			say(l, (struct loc){ f, n, (int)text.n + 1 },
			    "blanks at the end of the line");
	}
}

/* Only the first line that differs: what follows is often moved by it. */
static void
unformatted(struct lint *l, const struct syntax_file *f)
{
	struct buf printed = { .a = l->a };
	struct str have = f->text, want, line = { 0 }, wanted = { 0 };
	bool more, wants_more;
	int n = 0;

	syntax_print(&printed, f);
	want = buf_str(&printed);
	if (str_eq(have, want))
		return;
	do {
		more = str_cut(&have, '\n', &line);
		wants_more = str_cut(&want, '\n', &wanted);
		n++;
	} while (
	    more && wants_more && str_eq(without_last_blanks(line), without_last_blanks(wanted)));
	if (more && wants_more)
		say(l, (struct loc){ f, n, 1 },
		    "not formatted: `kiln fmt` writes `" STR_FMT "` here", SHOWN(wanted));
	else if (more || wants_more || f->text.p[f->text.n - 1] != '\n')
		say(l, (struct loc){ f, more || wants_more ? n : n - 1, 1 },
		    "not formatted: `kiln fmt` ends the file otherwise");
}

static const struct stmt *
find_stmt(const struct syntax_file *f, const char *name)
{
	for (int i = 0; i < f->nstmt; i++)
		if (str_is(f->stmt[i].word[0].text, name) && f->stmt[i].nword > 1)
			return &f->stmt[i];
	return NULL;
}

static void
long_summary(struct lint *l, const struct syntax_file *f)
{
	const struct stmt *s = find_stmt(f, "summary");
	size_t n = 0;

	if (s == NULL)
		return;
	const struct word *last = &s->word[s->nword - 1];
	for (int i = 1; i < s->nword; i++)
		n += s->word[i].text.n + (i > 1);
	if (n > SUMMARY_MAX)
		say(l, s->word[1].at, "a summary of %zu bytes: expected at most %d", n,
		    SUMMARY_MAX);
	if (str_ends(last->text, STR(".")))
		say(l, last->at,
		    "a summary that ends in a full stop: expected a title, no sentence");
}

static void
named_like_a_goal(struct lint *l, const struct syntax_file *f)
{
	const struct stmt *s = find_stmt(f, "name");

	if (s != NULL && lint_is_goal(s->word[1].text))
		say(l, s->word[1].at,
		    "`" STR_FMT "` is a goal of the GNUmakefile: `make " STR_FMT
		    "` would not build it",
		    SHOWN(s->word[1].text), SHOWN(s->word[1].text));
}

void
lint_text(struct lint *l, const struct syntax_file *f)
{
	trailing_blanks(l, f);
	unformatted(l, f);
	long_summary(l, f);
	named_like_a_goal(l, f);
}

/* Fields that reading does without and lint does not: rows with LINT_ASKS. */
static void
asked_for(struct lint *l, const struct package *p, const struct field *f)
{
	switch (f->id) {
	case F_LICENCE_FILE:
		if (p->nlicence_file == 0 && !p->is_sysroot)
			say(l, p->at, "no `%s %s`: %s", f->name, f->args, f->help);
		return;
	case F_TEST_BODY:
		if (p->test.text.n == 0 && !p->is_sysroot)
			say(l, p->at, "no `%s {`: nothing of it would have run anywhere", f->name);
		return;
	case F_SHA256:
		for (int i = 0; i < p->nsource; i++)
			if (p->source[i].is_from_tree && !p->source[i].has_sha256)
				say(l, p->source[i].at, "`" STR_FMT "` is not in the tree",
				    SHOWN(p->source[i].file));
			else if (!p->source[i].has_sha256)
				say(l, p->source[i].at, "no `%s`: `kiln checksum` finds it",
				    f->name);
		return;
	case F_SIZE:
		for (int i = 0; i < p->nsource; i++)
			if (p->source[i].size_bytes == 0 && !p->source[i].is_local)
				say(l, p->source[i].at, "no `%s`: `kiln checksum` finds it",
				    f->name);
		return;
	default:
		assert(f->must != LINT_ASKS); /* each that lint asks for has its case here */
	}
}

static void
missing(struct lint *l, const struct package *p)
{
	const struct field *f;

	for (int i = 0; (f = field_row(i)) != NULL; i++)
		if (f->must == LINT_ASKS)
			asked_for(l, p, f);
	if (p->phase[PHASE_INSTALL].text.n == 0)
		say(l, p->at,
		    "nothing is installed for " STR_FMT
		    ": expected `phase install {` or a style that has one",
		    SHOWN(p->target->name));
}

static bool
is_listed(struct name_list all, struct str name)
{
	for (int i = 0; i < all.n; i++)
		if (str_eq(all.v[i], name))
			return true;
	return false;
}

static void
unknown(struct lint *l, struct loc at, const char *what, struct str name, struct name_list all)
{
	int near = str_nearest(name, all.v, all.n);

	if (near == -1)
		say(l, at, "unknown %s `" STR_FMT "`", what, SHOWN(name));
	else
		say(l, at, "unknown %s `" STR_FMT "`; did you mean `" STR_FMT "`?", what,
		    SHOWN(name), SHOWN(all.v[near]));
}

static void
unknown_needs(struct lint *l, const struct package *p)
{
	for (int i = 0; i < p->nneed; i++)
		if (p->need[i].kind != NEED_BUILD_LINK && !is_listed(l->packages, p->need[i].name))
			unknown(l, p->need[i].at, "package", p->need[i].name, l->packages);
}

static void
unknown_mirrors(struct lint *l, const struct source *s)
{
	for (int i = 0; i < s->nurl; i++) {
		struct str rest = s->url[i], group;
		if (str_starts(rest, STR("https:")) || str_starts(rest, STR("http:")))
			continue;
		if (str_cut(&rest, ':', &group) && !is_listed(l->mirrors, group))
			unknown(l, s->at, "mirror group", group, l->mirrors);
	}
}

static void
wrong_expressions(struct lint *l, const struct package *p)
{
	char why[128];
	regex_t re;

	for (int i = 0; i < p->nedit; i++) {
		int fault = regcomp(&re, str_z(l->a, p->edit[i].pattern), REG_EXTENDED);
		if (fault == 0) {
			regfree(&re);
			continue;
		}
		regerror(fault, &re, why, sizeof(why));
		say(l, p->edit[i].at, "`match " STR_FMT "` is no extended regular expression: %s",
		    SHOWN(p->edit[i].pattern), why);
	}
}

/* Where the hunks begin; what stands before says where the patch comes from. */
static bool
is_hunk_line(struct str line)
{
	return str_starts(line, STR("--- ")) || str_starts(line, STR("diff ")) ||
	       str_starts(line, STR("Index: "));
}

static void
headless_patch(struct lint *l, const struct patch *p)
{
	struct str rest = p->text, line;
	struct err problem = { 0 };

	while (str_cut(&rest, '\n', &line) && !is_hunk_line(line))
		if (without_last_blanks(line).n != 0)
			return;
	if (err_set(&problem, ERR_RECIPE,
		"%s:1:1: a patch without a header: expected lines above the first `--- ` that "
		"say where it comes from, why, and what upstream does about it",
		p->path) == -1)
		lint_say(l, &problem);
}

void
lint_package(struct lint *l, const struct package *p)
{
	missing(l, p);
	unknown_needs(l, p);
	for (int i = 0; i < p->nsource; i++)
		unknown_mirrors(l, &p->source[i]);
	wrong_expressions(l, p);
	for (int i = 0; i < p->npatch; i++)
		headless_patch(l, &p->patch[i]);
}

struct tools {
	struct lint *l;
	const struct style *style;
	struct str_vec named;
};

static void
check_tool(struct tools *t, const struct word *w)
{
	if (merge_has_always(w->text))
		say(t->l, w->at, "tool `" STR_FMT "` is always there: it need not be named",
		    SHOWN(w->text));
	for (int i = 0; t->style != NULL && i < t->style->ntool; i++)
		if (str_eq(t->style->tool[i], w->text))
			say(t->l, w->at,
			    "tool `" STR_FMT "` comes with the style " STR_FMT
			    ": it need not be named",
			    SHOWN(w->text), SHOWN(t->style->name));
	if (is_listed((struct name_list){ t->named.v, t->named.n }, w->text))
		say(t->l, w->at, "tool `" STR_FMT "` is named a second time", SHOWN(w->text));
	VEC_ADD(t->l->a, &t->named, w->text);
}

static void
check_tools(struct tools *t, const struct stmt *s, int n)
{
	for (int i = 0; i < n; i++) {
		bool names = str_is(s[i].word[0].text, "tool");
		for (int k = 1; names && k < s[i].nword; k++)
			check_tool(t, &s[i].word[k]);
	}
}

void
lint_tools(struct lint *l, const struct syntax_file *f, const struct style *style)
{
	struct tools t = { .l = l, .style = style };

	check_tools(&t, f->stmt, f->nstmt);
	int outer = t.named.n;
	for (int i = 0; i < f->nstmt; i++) {
		if (!str_is(f->stmt[i].word[0].text, "when"))
			continue;
		check_tools(&t, f->stmt[i].sub, f->stmt[i].nsub);
		t.named.n = outer; /* two conditions may name the same */
	}
}
