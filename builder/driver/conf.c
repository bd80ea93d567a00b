/* SPDX-License-Identifier: ISC */
#include "driver/conf.h"

#include <string.h>

static const char version_line[] = "kiln-cc 1";

/* The keys that hold one text each. */
static const struct {
	const char *key;
	size_t offset;
} texts[] = {
	{ "triple", offsetof(struct driver_conf, triple) },
	{ "emulation", offsetof(struct driver_conf, emulation) },
	{ "llvm", offsetof(struct driver_conf, llvm) },
	{ "resource", offsetof(struct driver_conf, resource) },
	{ "sysroot", offsetof(struct driver_conf, sysroot) },
	{ "maps", offsetof(struct driver_conf, maps) },
	{ "slot", offsetof(struct driver_conf, slot) },
};

/* The keys that hold one of two words; the first is false. */
static const struct {
	const char *key, *word[2];
	size_t offset;
} choices[] = {
	{ "mode", { "normal", "bare" }, offsetof(struct driver_conf, is_bare) },
	{ "pie", { "always", "may-not" }, offsetof(struct driver_conf, may_no_pie) },
};

#define TEXT(c, i)   ((const char **)(void *)((char *)(c) + texts[i].offset))
#define CHOICE(c, i) ((bool *)(void *)((char *)(c) + choices[i].offset))

void
driver_conf_print(struct buf *out, const struct driver_conf *c)
{
	struct driver_conf copy = *c;

	buf_printf(out, "%s\n", version_line);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		buf_printf(out, "%s %s\n", texts[i].key, *TEXT(&copy, i));
	for (size_t i = 0; i < COUNT_OF(choices); i++)
		buf_printf(out, "%s %s\n", choices[i].key, choices[i].word[*CHOICE(&copy, i)]);
	for (int i = 0; i < c->arch.n; i++)
		buf_printf(out, "arch %s\n", c->arch.v[i]);
	for (int i = 0; i < c->prefix.n; i++)
		buf_printf(out, "prefix %s\n", c->prefix.v[i]);
}

/* Does one of the keys with one value take this line? */
static bool
set_single(struct driver_conf *c, struct str key, const char *value)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (str_is(key, texts[i].key)) {
			*TEXT(c, i) = value;
			return true;
		}
	for (size_t i = 0; i < COUNT_OF(choices); i++)
		for (int k = 0; k < 2; k++)
			if (str_is(key, choices[i].key) && strcmp(value, choices[i].word[k]) == 0) {
				*CHOICE(c, i) = k == 1;
				return true;
			}
	return false;
}

static int
parse_line(struct arena *a, struct str line, struct driver_conf *c, struct err *e)
{
	struct str rest = line, key;
	const char *value;

	if (!str_cut(&rest, ' ', &key))
		return 0;
	value = str_z(a, rest);
	if (str_is(key, "arch"))
		VEC_ADD(a, &c->arch, value);
	else if (str_is(key, "prefix"))
		VEC_ADD(a, &c->prefix, value);
	else if (!set_single(c, key, value))
		return err_set(e, ERR_MACHINE, "the driver does not know the line \"" STR_FMT "\"",
		    STR_ARG(line));
	return 0;
}

static int
check_complete(const struct driver_conf *c, struct err *e)
{
	struct driver_conf copy = *c;

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (*TEXT(&copy, i) == NULL)
			return err_set(e, ERR_MACHINE, "the line \"%s\" is missing", texts[i].key);
	return 0;
}

int
driver_conf_parse(struct arena *a, struct str text, struct driver_conf *out, struct err *e)
{
	struct str line;

	*out = (struct driver_conf){ 0 };
	if (!str_cut(&text, '\n', &line) || !str_is(line, version_line))
		return err_set(e, ERR_MACHINE, "the first line is not \"%s\"", version_line);
	while (str_cut(&text, '\n', &line))
		if (parse_line(a, line, out, e) == -1)
			return -1;
	return check_complete(out, e);
}

static bool
may_no_pie(const struct package *p)
{
	bool may = false;

	for (int i = 0; i < p->nsetting; i++)
		if (str_is(p->setting[i].name, "NO_PIE"))
			may = str_is(p->setting[i].value, "allowed");
	return may;
}

/* What is the same in every sandbox, and the target's part. */
static struct driver_conf
conf_for(struct arena *a, const struct target *t)
{
	struct driver_conf c = { .triple = str_z(a, t->triple),
		.emulation = str_z(a, t->emulation),
		.llvm = "/usr/lib/llvm-19/bin",
		.resource = "/usr/lib/llvm-19/lib/clang/19",
		.sysroot = "/sysroot",
		.maps = "/maps",
		.slot = "/run/kiln/slot" };

	for (int i = 0; i < t->narch_flag; i++)
		VEC_ADD(a, &c.arch, str_z(a, t->arch_flag[i]));
	VEC_ADD(a, &c.prefix, "/build=.");
	return c;
}

static const char *
conf_text(struct arena *a, const struct driver_conf *c)
{
	struct buf b = { .a = a };

	driver_conf_print(&b, c);
	return b.p;
}

const char *
driver_conf_text(struct arena *a, const struct package *p)
{
	struct driver_conf c = conf_for(a, p->target);

	c.is_bare = p->is_sysroot;
	c.may_no_pie = may_no_pie(p);
	return conf_text(a, &c);
}

const char *
driver_build_conf_text(struct arena *a, const struct target *t)
{
	struct driver_conf c = conf_for(a, t);

	c.sysroot = DRIVER_BUILD_SYSROOT;
	return conf_text(a, &c);
}
