/* SPDX-License-Identifier: ISC */
#include "driver/args.h"

#include <string.h>

#include "base/buf.h"
#include "driver/option.h"

struct args_reader {
	struct arena *a;
	const struct cc_rules *rules;
	struct cc_args *out;
	const struct cc_option *open; /* of the linker: its value is still to come */
	bool open_stays;
	bool only_files; /* behind -- */
};

static void
pass(struct args_reader *r, const char *word)
{
	VEC_ADD(r->a, &r->out->word, word);
}

static void
leave_out(struct args_reader *r, const char *word, const char *why)
{
	VEC_ADD(r->a, &r->out->note, arena_printf(r->a, "left out %s: %s", word, why));
}

static void
no_pie(struct args_reader *r)
{
	r->out->no_pie = r->out->no_pie || r->rules->may_no_pie;
}

/* A file that the caller wants as well; lld would print a map instead of writing ours. */
static bool
take_wanted(struct link_files *wanted, enum option_effect effect, const char *value)
{
	if (effect == EFFECT_MAP)
		wanted->map = value;
	else if (effect == EFFECT_INPUTS)
		wanted->inputs = value;
	else if (effect == EFFECT_TAKEN)
		wanted->taken = value;
	else
		wanted->map = "-";
	return effect != EFFECT_PRINT_MAP;
}

/* Take the meaning of an option; false when its words are not passed on. value may be
 * NULL for a linker's option whose value comes in a later word. */
static bool
take(struct args_reader *r, const struct cc_option *o, const char *word, const char *value)
{
	struct cc_args *out = r->out;

	switch (o->effect) {
	case EFFECT_NO_LINK:
		out->is_partial = true;
		return true;
	case EFFECT_INFORM:
		out->informs = true;
		return true;
	case EFFECT_SHARED:
		out->is_shared = true;
		return true;
	case EFFECT_RELOCATABLE:
		out->is_relocatable = true;
		return true;
	case EFFECT_NO_START:
		out->no_start = true;
		return false;
	case EFFECT_NO_LIBS:
		out->no_libs = true;
		return false;
	case EFFECT_NO_BOTH:
		out->no_start = out->no_libs = true;
		return false;
	case EFFECT_NO_CXX:
		out->no_cxx = true;
		return true;
	case EFFECT_OUTPUT:
		out->output = value;
		return true;
	case EFFECT_MAP:
	case EFFECT_PRINT_MAP:
	case EFFECT_INPUTS:
	case EFFECT_TAKEN:
		return take_wanted(&out->wanted, o->effect, value);
	case EFFECT_LIBRARY:
		out->has_input = true;
		return true;
	case EFFECT_NO_PIE:
		no_pie(r);
		if (!r->rules->may_no_pie)
			leave_out(r, word, o->why);
		return false;
	case EFFECT_NO_PIC:
		if (!r->rules->may_no_pie)
			leave_out(r, word, o->why);
		return r->rules->may_no_pie;
	case EFFECT_LEAVE_OUT:
		leave_out(r, word, o->why);
		return false;
	case EFFECT_DROP:
		return false;
	default:
		return true;
	}
}

/* ---- the linker's words ---- */

static bool
is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

static bool
names_a_file(enum option_effect effect)
{
	return effect == EFFECT_OUTPUT || effect == EFFECT_MAP || effect == EFFECT_INPUTS;
}

/* True when the word is to be passed on. */
static bool
take_linker_word(struct args_reader *r, const char *word)
{
	const struct cc_option *o = r->open;
	const char *value;

	if (o != NULL) {
		r->open = NULL;
		if (names_a_file(o->effect))
			take(r, o, word, word);
		return r->open_stays;
	}
	if (!is_option(word)) {
		r->out->has_input = true;
		return true;
	}
	o = option_of_linker(word, &value);
	if (o == NULL)
		return true;
	r->open_stays = take(r, o, word, value) || r->rules->is_bare;
	if (option_wants_next(o, value))
		r->open = o;
	return r->open_stays;
}

/* -Wl,a,b: the words that stay, joined again. */
static void
take_linker_list(struct args_reader *r, const char *list)
{
	struct buf b = { .a = r->a };
	struct str rest = str_of(list), piece;

	buf_add_z(&b, "-Wl");
	while (str_cut(&rest, ',', &piece)) {
		const char *word = str_z(r->a, piece);
		if (take_linker_word(r, word))
			buf_printf(&b, ",%s", word);
	}
	if (strcmp(b.p, "-Wl") != 0)
		pass(r, b.p);
}

static void
take_linker_single(struct args_reader *r, const char *word)
{
	if (!take_linker_word(r, word))
		return;
	pass(r, "-Xlinker");
	pass(r, word);
}

void
args_read_linker(
    struct arena *a, const char *const *argv, const struct cc_rules *rules, struct cc_args *out)
{
	struct args_reader r = { .a = a, .rules = rules, .out = out };

	*out = (struct cc_args){ 0 };
	for (; *argv != NULL; argv++)
		if (take_linker_word(&r, *argv))
			pass(&r, *argv);
	if (out->output == NULL)
		out->output = "a.out";
}

/* ---- the compiler's words ---- */

static void
take_file(struct args_reader *r, const char *word)
{
	r->out->has_input = true;
	pass(r, is_option(word) ? arena_printf(r->a, "./%s", word) : word);
}

/* By whatever name, with what it needs itself. */
static void
pass_libcxx(struct args_reader *r)
{
	r->out->has_input = true;
	pass(r, "-lc++");
	pass(r, "-lc++abi");
	pass(r, "-lunwind");
}

/* An option and its value; how many words it was. */
static int
take_option(
    struct args_reader *r, const struct cc_option *o, const char *const *argv, const char *value)
{
	bool has_next = option_wants_next(o, value) && argv[1] != NULL;

	if (has_next)
		value = argv[1];
	if (o->effect == EFFECT_LINKER) {
		take_linker_list(r, value != NULL ? value : "");
	} else if (o->effect == EFFECT_LINKER_WORD) {
		take_linker_single(r, value != NULL ? value : "");
	} else if (o->effect == EFFECT_LIBCXX) {
		pass_libcxx(r);
	} else if (o->effect == EFFECT_END) {
		r->only_files = true;
	} else if (take(r, o, argv[0], value) || r->rules->is_bare) {
		pass(r, argv[0]);
		if (has_next)
			pass(r, argv[1]);
	}
	return has_next ? 2 : 1;
}

static int
take_compiler_word(struct args_reader *r, const char *const *argv)
{
	const char *value;
	const struct cc_option *o;

	if (r->only_files || !is_option(argv[0])) {
		take_file(r, argv[0]);
		return 1;
	}
	o = option_of_compiler(argv[0], &value);
	if (o != NULL)
		return take_option(r, o, argv, value);
	pass(r, argv[0]);
	return 1;
}

void
args_read_compiler(
    struct arena *a, const char *const *argv, const struct cc_rules *rules, struct cc_args *out)
{
	struct args_reader r = { .a = a, .rules = rules, .out = out };

	*out = (struct cc_args){ 0 };
	out->is_partial = rules->is_preprocessor;
	while (*argv != NULL)
		argv += take_compiler_word(&r, argv);
	if (rules->is_preprocessor && !out->has_input && !out->informs)
		take_file(&r, "-");
	if (out->output == NULL)
		out->output = "a.out";
	if (rules->is_bare)
		out->note.n = 0;
}

bool
args_links(const struct cc_args *args)
{
	return args->has_input && !args->is_partial && !args->informs;
}
