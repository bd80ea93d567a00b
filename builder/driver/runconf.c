/* SPDX-License-Identifier: ISC */
#include "driver/runconf.h"

#include "base/buf.h"

const char *
runconf_text(struct arena *a, const struct target *t)
{
	struct buf b = { .a = a };

	buf_printf(&b, "kiln-run 1\nmachine %llu\nbits %llu\n", (unsigned long long)t->elf_machine,
	    (unsigned long long)t->elf_bits);
	for (int i = 1; i < t->nemulator; i++)
		buf_printf(&b, "arg " STR_FMT "\n", STR_ARG(t->emulator[i]));
	return b.p;
}

/* ELF header, gABI chapter 4: class, little endian, version 1, any OS ABI; a program or a
 * static PIE (types 2 and 3) of that machine. */
const char *
runconf_binfmt(struct arena *a, const struct runconf *c)
{
	struct buf b = { .a = a };

	buf_printf(&b, ":kiln:M::\\x7fELF\\x0%d\\x01\\x01", c->bits == 64 ? 2 : 1);
	for (int i = 0; i < 9; i++)
		buf_add_z(&b, "\\x00");
	buf_printf(&b, "\\x02\\x00\\x%02x\\x%02x:", (unsigned)(c->machine & 0xff),
	    (unsigned)(c->machine >> 8 & 0xff));
	for (int i = 0; i < 20; i++)
		buf_add_z(&b, i == 7 ? "\\x00" : i == 16 ? "\\xfe" : "\\xff");
	/* F: opened now, so it works in every root; P: programs keep their argv[0]. */
	buf_add_z(&b, ":" RUN_ROOT RUN_EMULATOR ":FP");
	return b.p;
}

static int
take_line(struct arena *a, struct str line, struct runconf *c)
{
	if (str_starts(line, STR("machine ")))
		return str_u64(str_skip(line, 8), &c->machine);
	if (str_starts(line, STR("bits ")))
		return str_u64(str_skip(line, 5), &c->bits);
	if (!str_starts(line, STR("arg ")))
		return -1;
	VEC_ADD(a, &c->arg, str_z(a, str_skip(line, 4)));
	return 0;
}

int
runconf_parse(struct arena *a, struct str text, struct runconf *out, struct err *e)
{
	struct str line;

	*out = (struct runconf){ 0 };
	if (!str_cut(&text, '\n', &line) || !str_is(line, "kiln-run 1"))
		return err_set(
		    e, ERR_MACHINE, "%s does not start with \"kiln-run 1\"", RUN_CONF_PATH);
	while (str_cut(&text, '\n', &line))
		if (take_line(a, line, out) == -1)
			return err_set(e, ERR_MACHINE, "%s: \"" STR_FMT "\" is no line of it",
			    RUN_CONF_PATH, STR_ARG(line));
	return 0;
}
