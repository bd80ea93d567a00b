/* What a call of the compiler or the linker asks for. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "driver/args.h"
#include "driver/response.h"

enum { WORDS_MAX = 32 };

/* The words of a text, by blanks. */
struct words {
	struct arena a;
	const char *v[WORDS_MAX];
	int n;
};

static void
add_word(void *ctx, const char *word)
{
	struct words *w = ctx;

	assert_true(w->n < WORDS_MAX - 1);
	w->v[w->n++] = word;
}

static const char *const *
words_of(struct words *w, const char *text)
{
	*w = (struct words){ 0 };
	response_split(&w->a, str_of(text), add_word, w);
	return w->v;
}

static const char *
joined(struct arena *a, const struct cc_args *args)
{
	struct buf b = { .a = a };

	buf_add_z(&b, "");
	for (int i = 0; i < args->word.n; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : " ", args->word.v[i]);
	return b.n == 0 ? "" : b.p;
}

/* What is passed on, and facts by letters: l links, i informs, p partial, s shared,
 * r relocatable, S no start files, L no libraries, X no C++ library, P no pie; n notes. */
struct row {
	const char *in, *out, *facts;
};

static void
facts_of(const struct cc_args *args, bool links, char out[16])
{
	const struct {
		bool holds;
		char letter;
	} fact[] = {
		{ links, 'l' },
		{ args->informs, 'i' },
		{ args->is_partial, 'p' },
		{ args->is_shared, 's' },
		{ args->is_relocatable, 'r' },
		{ args->no_start, 'S' },
		{ args->no_libs, 'L' },
		{ args->no_cxx, 'X' },
		{ args->no_pie, 'P' },
		{ args->note.n > 0, 'n' },
	};
	int n = 0;

	for (size_t i = 0; i < COUNT_OF(fact); i++)
		if (fact[i].holds)
			out[n++] = fact[i].letter;
	out[n] = '\0';
}

typedef void read_fn(
    struct arena *a, const char *const *argv, const struct cc_rules *rules, struct cc_args *out);

static void
check(read_fn *read, const struct cc_rules *rules, const struct row *row)
{
	struct words w;
	struct cc_args args;
	char facts[16];

	read(&w.a, words_of(&w, row->in), rules, &args);
	facts_of(&args, args_links(&args), facts);
	if (strcmp(joined(&w.a, &args), row->out) != 0 || strcmp(facts, row->facts) != 0)
		fail_msg("\"%s\" became \"%s\" [%s], wanted \"%s\" [%s]", row->in,
		    joined(&w.a, &args), facts, row->out, row->facts);
	arena_free(&w.a);
}

static const struct row compiler_row[] = {
	{ "a.c", "a.c", "l" },
	{ "-o a a.o -lfoo", "-o a a.o -lfoo", "l" },
	{ "-lfoo", "-lfoo", "l" },
	{ "-xc -", "-xc -", "l" },
	{ "-x c - -E", "-x c - -E", "p" },
	{ "-c a.c b.c", "-c a.c b.c", "p" },
	{ "-S a.c", "-S a.c", "p" },
	{ "-M a.c", "-M a.c", "p" },
	{ "-MM a.c", "-MM a.c", "p" },
	{ "-MMD -MF a.d a.c", "-MMD -MF a.d a.c", "l" },
	{ "-fsyntax-only a.c", "-fsyntax-only a.c", "p" },
	{ "", "", "" },
	{ "-v", "-v", "" },
	{ "-v a.c", "-v a.c", "l" },
	{ "--version", "--version", "i" },
	{ "-dumpmachine", "-dumpmachine", "i" },
	{ "-print-search-dirs a.c", "-print-search-dirs a.c", "i" },
	{ "-### a.c", "-### a.c", "i" },
	/* The value of an option is no input and no option. */
	{ "-include -c", "-include -c", "" },
	{ "-I dir -D X -U Y -MT t", "-I dir -D X -U Y -MT t", "" },
	{ "-Xclang -shared a.c", "-Xclang -shared a.c", "l" },
	{ "-o -shared a.c", "-o -shared a.c", "l" },
	{ "-DX=-shared a.c", "-DX=-shared a.c", "l" },
	/* What holds anyway is dropped in silence. */
	{ "-static a.c", "a.c", "l" },
	{ "-static-pie -static-libgcc a.c -s", "a.c", "l" },
	{ "a.c -lgcc -lgcc_s -lgcc_eh -lm", "a.c -lm", "l" },
	{ "-fuse-ld=gold a.c --ld-path=/bin/ld", "a.c", "l" },
	{ "a.o -lstdc++", "a.o -lc++ -lc++abi -lunwind", "l" },
	{ "a.o -lc++", "a.o -lc++ -lc++abi -lunwind", "l" },
	{ "a.o -lc++abi -lunwind", "a.o -lc++abi -lunwind", "l" },
	/* What stands against a static program is left out with a note. */
	{ "-rdynamic a.c", "a.c", "ln" },
	{ "-pie a.c", "a.c", "ln" },
	{ "-no-pie a.c", "a.c", "ln" },
	{ "-fno-pic -c a.c", "-c a.c", "pn" },
	{ "-fno-PIE -c a.c", "-c a.c", "pn" },
	{ "-fPIC -c a.c", "-fPIC -c a.c", "p" },
	{ "-rpath /x a.c", "a.c", "ln" },
	/* Words for the linker. */
	{ "a.c -Wl,-rpath,/x", "a.c", "ln" },
	{ "a.c -Wl,-rpath -Wl,/x -Wl,--gc-sections", "a.c -Wl,--gc-sections", "ln" },
	{ "a.c -Wl,-O1,-rpath=/x,--as-needed", "a.c -Wl,-O1,--as-needed", "ln" },
	{ "a.c -Xlinker -rpath -Xlinker /x", "a.c", "ln" },
	{ "a.c -Xlinker --gc-sections", "a.c -Xlinker --gc-sections", "l" },
	{ "a.c -Wl,--export-dynamic,-E", "a.c", "ln" },
	{ "a.c -Wl,-Bstatic -lx -Wl,-Bdynamic", "a.c -lx", "l" },
	{ "a.c -Wl,-s,-S,--strip-all", "a.c", "l" },
	{ "a.c -Wl,-soname,libx.so", "a.c -Wl,-soname,libx.so", "l" },
	{ "a.c -Wl,-Map,x.map", "a.c -Wl,-Map,x.map", "l" },
	{ "a.c -Wl,-M", "a.c", "l" },
	{ "a.c -Wl,-z,now,--print-map", "a.c -Wl,-z,now", "l" },
	{ "a.c -Wl,--omagic", "a.c -Wl,--omagic", "l" },
	{ "-Wl,a.o", "-Wl,a.o", "l" },
	/* Shared libraries, however they are asked for. */
	{ "-shared a.o -o libx.so", "-shared a.o -o libx.so", "ls" },
	{ "a.o -Wl,-shared", "a.o -Wl,-shared", "ls" },
	{ "a.o -Wl,-Bshareable", "a.o -Wl,-Bshareable", "ls" },
	{ "-shared-libgcc a.o", "a.o", "l" },
	{ "-r a.o -o b.o", "-r a.o -o b.o", "lr" },
	{ "-nostdlib -Wl,-r a.o", "-Wl,-r a.o", "lrSL" },
	{ "-nostdlib a.c", "a.c", "lSL" },
	{ "-nostartfiles a.c", "a.c", "lS" },
	{ "-nodefaultlibs a.c", "a.c", "lL" },
	{ "-nostdlib++ a.cc", "-nostdlib++ a.cc", "lX" },
	/* Behind -- stand files only. */
	{ "-c -- -shared", "-c ./-shared", "p" },
};

static void
each_call_of_the_compiler_is_known_for_what_it_is(void **state)
{
	const struct cc_rules rules = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(compiler_row); i++)
		check(args_read_compiler, &rules, &compiler_row[i]);
}

static void
no_pie_stays_where_the_recipe_allows_it(void **state)
{
	const struct cc_rules rules = { .may_no_pie = true };
	static const struct row row[] = {
		{ "-no-pie a.c", "a.c", "lP" },
		{ "a.c -Wl,-no-pie", "a.c", "lP" },
		{ "-fno-pic -c a.c", "-fno-pic -c a.c", "p" },
		{ "-rdynamic a.c", "a.c", "ln" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		check(args_read_compiler, &rules, &row[i]);
}

static void
part_of_a_sysroot_is_passed_on_as_it_is(void **state)
{
	const struct cc_rules rules = { .is_bare = true };
	static const struct row row[] = {
		{ "-shared -nostdlib a.o -Wl,-rpath,/x -rdynamic",
		    "-shared -nostdlib a.o -Wl,-rpath,/x -rdynamic", "lsSL" },
		{ "a.o -Wl,-rpath -Wl,/x -lgcc", "a.o -Wl,-rpath -Wl,/x -lgcc", "l" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		check(args_read_compiler, &rules, &row[i]);
}

static const struct row linker_row[] = {
	{ "-r a.o -o b.o", "-r a.o -o b.o", "lr" },
	{ "--relocatable a.o", "--relocatable a.o", "lr" },
	{ "-shared a.o", "-shared a.o", "ls" },
	{ "--shared a.o", "--shared a.o", "ls" },
	{ "-soname -shared a.o", "-soname -shared a.o", "l" },
	{ "-v", "-v", "i" },
	{ "--version", "--version", "i" },
	{ "--help", "--help", "i" },
	{ "-pie a.o", "a.o", "ln" },
	{ "-static --rpath /x -rpath=/y -R /z a.o", "a.o", "ln" },
	{ "-dynamic-linker /lib/ld.so a.o", "a.o", "ln" },
	{ "--orphan-handling=warn a.o", "--orphan-handling=warn a.o", "l" },
	{ "-m elf_x86_64 -z now a.o", "-m elf_x86_64 -z now a.o", "l" },
};

static void
each_call_of_the_linker_is_known_for_what_it_is(void **state)
{
	const struct cc_rules rules = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(linker_row); i++)
		check(args_read_linker, &rules, &linker_row[i]);
}

/* Two texts, each of which may be NULL. */
static void
assert_same(const char *a, const char *b)
{
	assert_string_equal(a == NULL ? "none" : a, b == NULL ? "none" : b);
}

static void
output_and_the_linkers_files_are_found_wherever_they_stand(void **state)
{
	static const struct {
		const char *in, *output, *map, *inputs, *taken;
	} row[] = {
		{ "a.c", "a.out", NULL, NULL, NULL },
		{ "a.c -o x", "x", NULL, NULL, NULL },
		{ "a.c -ox", "x", NULL, NULL, NULL },
		{ "a.c -Wl,-o,x", "x", NULL, NULL, NULL },
		{ "a.c -Wl,-Map,m", "a.out", "m", NULL, NULL },
		{ "a.c -Wl,-M", "a.out", "-", NULL, NULL },
		{ "a.c -Wl,--print-map,-z,now", "a.out", "-", NULL, NULL },
		{ "a.c -Wl,-Map=m", "a.out", "m", NULL, NULL },
		{ "a.c -Wl,--Map=m", "a.out", "m", NULL, NULL },
		{ "a.c -Xlinker -Map=m", "a.out", "m", NULL, NULL },
		{ "a.c -Wl,-Map -Wl,m", "a.out", "m", NULL, NULL },
		{ "a.c -Wl,--dependency-file=d", "a.out", NULL, "d", NULL },
		{ "a.c -Wl,--dependency-file -Wl,d", "a.out", NULL, "d", NULL },
		{ "a.c -Wl,--why-extract=w,-Map=m", "a.out", "m", NULL, "w" },
	};
	const struct cc_rules rules = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct words w;
		struct cc_args args;
		args_read_compiler(&w.a, words_of(&w, row[i].in), &rules, &args);
		assert_string_equal(args.output, row[i].output);
		assert_same(args.wanted.map, row[i].map);
		assert_same(args.wanted.inputs, row[i].inputs);
		assert_same(args.wanted.taken, row[i].taken);
		arena_free(&w.a);
	}
}

static void
a_note_names_the_word_and_says_why(void **state)
{
	const struct cc_rules rules = { 0 };
	struct words w;
	struct cc_args args;

	(void)state;
	args_read_compiler(&w.a, words_of(&w, "a.c -rdynamic"), &rules, &args);
	assert_int_equal(args.note.n, 1);
	assert_string_equal(
	    args.note.v[0], "left out -rdynamic: a static program shows no symbols to others");
	arena_free(&w.a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_of_the_compiler_is_known_for_what_it_is),
		cmocka_unit_test(no_pie_stays_where_the_recipe_allows_it),
		cmocka_unit_test(part_of_a_sysroot_is_passed_on_as_it_is),
		cmocka_unit_test(each_call_of_the_linker_is_known_for_what_it_is),
		cmocka_unit_test(output_and_the_linkers_files_are_found_wherever_they_stand),
		cmocka_unit_test(a_note_names_the_word_and_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
