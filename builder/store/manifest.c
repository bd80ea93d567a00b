/* SPDX-License-Identifier: ISC */
#include "store/manifest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "base/vec.h"

enum { TARGET_MAX = 4096, VERSION_MAX = 128, SUM_HEX = 8 };

static const char first_line[] = "kiln-object 1";

static int
by_class_and_path(const void *a, const void *b)
{
	const struct object_file *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return str_cmp(x->path, y->path);
}

static void
digest_add_entry(struct digest_ctx *c, const struct object_file *f)
{
	char size[24];

	if (f->type == 'l') {
		digest_field(c, "link", f->path);
		digest_field(c, "target", f->target);
		return;
	}
	int n = snprintf(size, sizeof(size), "%llu", (unsigned long long)f->size_bytes);
	digest_field(c, "file", f->path);
	digest_field(c, "mode", f->mode == 0755 ? STR("755") : STR("644"));
	digest_field(c, "size", (struct str){ size, (size_t)n });
	digest_field(c, "digest", (struct str){ (const char *)f->digest.byte, DIGEST_BYTES });
}

static struct digest
class_digest(const struct object *o, enum class class)
{
	struct digest_ctx c;

	digest_init(&c);
	for (int i = 0; i < o->nfile; i++)
		if (o->file[i].class == class)
			digest_add_entry(&c, &o->file[i]);
	return digest_end(&c);
}

static struct digest
object_digest(const struct object *o)
{
	struct digest_ctx c;

	digest_init(&c);
	digest_field(&c, "name", o->name);
	digest_field(&c, "version", o->version);
	digest_field(&c, "target", o->target);
	for (int i = 0; i < CLASS_COUNT; i++)
		digest_field(&c, class_name((enum class)i),
		    (struct str){ (const char *)o->class_digest[i].byte, DIGEST_BYTES });
	return digest_end(&c);
}

void
manifest_seal(struct object *o)
{
	if (o->nfile > 1)
		qsort(o->file, (size_t)o->nfile, sizeof(o->file[0]), by_class_and_path);
	for (int i = 0; i < CLASS_COUNT; i++) {
		o->class_digest[i] = class_digest(o, (enum class)i);
		o->has_class[i] = false;
	}
	for (int i = 0; i < o->nfile; i++)
		o->has_class[o->file[i].class] = true;
	o->digest = object_digest(o);
}

int
manifest_check(const struct object *o, struct err *e)
{
	for (int i = 0; i < CLASS_COUNT; i++) {
		struct digest d = class_digest(o, (enum class)i);
		if (!digest_eq(&d, &o->class_digest[i]))
			return err_set(e, ERR_MACHINE,
			    "manifest: the digest of class %s is not that of its entries",
			    class_name((enum class)i));
	}
	return 0;
}

static bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	return false;
}

bool
manifest_is_command_path(struct str path)
{
	static const char *const folder[] = { "usr/bin/", "usr/sbin/", "bin/", "sbin/" };
	struct str base = str_base(path), below = { path.p, path.n - base.n };

	for (size_t i = 0; i < COUNT_OF(folder); i++)
		if (str_is(below, folder[i]))
			return true;
	return false;
}

bool
manifest_is_command(const struct object_file *f)
{
	return f->class == CLASS_BIN && manifest_is_command_path(f->path);
}

bool
manifest_is_target(struct str target)
{
	return target.n != 0 && target.n <= TARGET_MAX && !has_control(target);
}

static bool
is_version(struct str s)
{
	return s.n != 0 && s.n <= VERSION_MAX && !has_control(s) && memchr(s.p, ' ', s.n) == NULL;
}

struct sum {
	uint64_t bytes;
	int n;
};

static struct sum
class_sum(const struct object *o, enum class class)
{
	struct sum sum = { 0 };

	for (int i = 0; i < o->nfile; i++)
		if (o->file[i].class == class) {
			sum.bytes += o->file[i].size_bytes;
			sum.n++;
		}
	return sum;
}

static void
print_class(struct arena *tmp, struct buf *out, const struct object *o, enum class class)
{
	struct sum sum = class_sum(o, class);

	buf_printf(out, "class %s %s %llu %d\n", class_name(class),
	    digest_hex(tmp, &o->class_digest[class]), (unsigned long long)sum.bytes, sum.n);
	for (int i = 0; i < o->nfile; i++) {
		const struct object_file *f = &o->file[i];
		if (f->class != class)
			continue;
		if (f->type == 'l')
			buf_printf(out, "link %s " STR_FMT "\t" STR_FMT "\n", class_name(class),
			    STR_ARG(f->path), STR_ARG(f->target));
		else
			buf_printf(out, "file %s %o %llu %s " STR_FMT "\n", class_name(class),
			    f->mode, (unsigned long long)f->size_bytes, digest_hex(tmp, &f->digest),
			    STR_ARG(f->path));
	}
}

void
manifest_print(struct buf *out, const struct object *o)
{
	struct arena tmp = { 0 };
	size_t start = out->n;

	buf_printf(out, "%s\nname " STR_FMT "\nversion " STR_FMT "\ntarget " STR_FMT "\nkey %s\n",
	    first_line, STR_ARG(o->name), STR_ARG(o->version), STR_ARG(o->target),
	    digest_hex(&tmp, &o->key));
	for (int i = 0; i < CLASS_COUNT; i++)
		if (o->has_class[i])
			print_class(&tmp, out, o, (enum class)i);
	buf_printf(out, "end %08x\n", (unsigned)crc32_of(str_skip(buf_str(out), start)));
	arena_free(&tmp);
}

/* Where the parser stands: between lines. */
struct reader {
	struct arena *a;
	struct str rest;
	int line;
	int class; /* whose entries come now, -1 before the first */
	struct sum stated;
	VEC(struct object_file) file;
};

static PRINTF(3, 4) int wrong(const struct reader *r, struct err *e, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_MACHINE, "manifest: line %d: %s", r->line, what);
}

/* The value of the next line, which starts with word and a blank. */
static int
take_value(struct reader *r, const char *word, struct str *value, struct err *e)
{
	struct str line, got;

	r->line++;
	if (!str_cut(&r->rest, '\n', &line))
		return wrong(r, e, "\"%s\" is missing", word);
	*value = line;
	if (!str_cut(value, ' ', &got) || !str_is(got, word))
		return wrong(r, e, "\"%s\" is expected", word);
	return 0;
}

static int
take_head(struct reader *r, struct object *o, struct err *e)
{
	struct str line, key = { 0 };

	r->line++;
	if (!str_cut(&r->rest, '\n', &line) || !str_is(line, first_line))
		return wrong(r, e, "\"%s\" is expected", first_line);
	if (take_value(r, "name", &o->name, e) == -1 ||
	    take_value(r, "version", &o->version, e) == -1 ||
	    take_value(r, "target", &o->target, e) == -1 || take_value(r, "key", &key, e) == -1)
		return -1;
	if (!str_is_name(o->name) || !is_version(o->version) || !str_is_name(o->target) ||
	    digest_parse(key, &o->key) == -1)
		return wrong(r, e, "a name, version, target or key is malformed");
	return 0;
}

/* Decimal, and the only way to write that number. */
static bool
is_number(struct str word, uint64_t *out)
{
	return str_u64(word, out) == 0 && (word.n == 1 || word.p[0] != '0');
}

static bool
take_number(struct str *rest, uint64_t *out)
{
	struct str word;

	return str_cut(rest, ' ', &word) && is_number(word, out);
}

static bool
take_digest(struct str *rest, struct digest *out)
{
	struct str word;

	return str_cut(rest, ' ', &word) && digest_parse(word, out) == 0;
}

/* The class whose entries came has as many as it said. */
static int
end_class(struct reader *r, struct err *e)
{
	if (r->stated.n != 0 || r->stated.bytes != 0)
		return wrong(
		    r, e, "the class before does not have the bytes and entries it states");
	return 0;
}

static int
take_class(struct reader *r, struct str rest, struct object *o, struct err *e)
{
	struct str word;
	uint64_t n;

	if (end_class(r, e) == -1)
		return -1;
	int class = str_cut(&rest, ' ', &word) ? class_find(word) : -1;
	if (class <= r->class)
		return wrong(r, e, "a class is unknown or in the wrong place");
	if (!take_digest(&rest, &o->class_digest[class]) || !take_number(&rest, &r->stated.bytes) ||
	    !is_number(rest, &n) || n == 0 || n > INT32_MAX)
		return wrong(r, e, "a class is not \"class NAME DIGEST BYTES ENTRIES\"");
	r->stated.n = (int)n;
	r->class = class;
	o->has_class[class] = true;
	return 0;
}

static int
add_entry(struct reader *r, struct object_file f, struct err *e)
{
	if (!str_is_inner_path(f.path))
		return wrong(r, e, "a path leaves its folder or is malformed");
	if (r->file.n != 0) {
		const struct object_file *before = &r->file.v[r->file.n - 1];
		if (by_class_and_path(before, &f) >= 0)
			return wrong(r, e, "entries are not sorted");
	}
	if (r->stated.n == 0 || f.size_bytes > r->stated.bytes)
		return wrong(r, e, "the class has more bytes or entries than it states");
	r->stated.n--;
	r->stated.bytes -= f.size_bytes;
	VEC_ADD(r->a, &r->file, f);
	return 0;
}

static bool
take_entry_class(struct reader *r, struct str *rest)
{
	struct str word;

	return str_cut(rest, ' ', &word) && r->class >= 0 &&
	       str_is(word, class_name((enum class)r->class));
}

static int
take_file(struct reader *r, struct str rest, struct err *e)
{
	struct object_file f = { .type = 'f', .class = (enum class)r->class };
	struct str mode = { 0 };

	if (!take_entry_class(r, &rest) || !str_cut(&rest, ' ', &mode) ||
	    !(str_is(mode, "644") || str_is(mode, "755")) || !take_number(&rest, &f.size_bytes) ||
	    !take_digest(&rest, &f.digest))
		return wrong(r, e, "a file is not \"file CLASS 644|755 SIZE DIGEST PATH\"");
	f.mode = mode.p[0] == '7' ? 0755 : 0644;
	f.path = rest;
	return add_entry(r, f, e);
}

static int
take_link(struct reader *r, struct str rest, struct err *e)
{
	struct object_file f = { .type = 'l', .class = (enum class)r->class };

	if (!take_entry_class(r, &rest) || !str_cut(&rest, '\t', &f.path) ||
	    !manifest_is_target(rest))
		return wrong(r, e, "a link is not \"link CLASS PATH<tab>TARGET\"");
	f.target = rest;
	return add_entry(r, f, e);
}

static int
take_line(struct reader *r, struct str line, struct object *o, struct err *e)
{
	struct str word = { 0 };

	if (!str_cut(&line, ' ', &word))
		return wrong(r, e, "it is empty");
	if (str_is(word, "class"))
		return take_class(r, line, o, e);
	if (str_is(word, "file"))
		return take_file(r, line, e);
	if (str_is(word, "link"))
		return take_link(r, line, e);
	return wrong(r, e, "it starts with no known word");
}

/* Cut "end SUM\n" off, which vouches for all before it. */
static int
take_end(struct str *text, struct err *e)
{
	static const struct str word = { "\nend ", 5 };
	size_t n = word.n + SUM_HEX + 1;
	char sum[SUM_HEX + 2];

	if (text->n < n || !str_starts(str_skip(*text, text->n - n), word))
		return err_set(
		    e, ERR_MACHINE, "manifest: its last line is missing, it is cut short");
	struct str body = { text->p, text->n - n + 1 };
	snprintf(sum, sizeof(sum), "%08x\n", (unsigned)crc32_of(body));
	if (!str_ends(*text, str_of(sum)))
		return err_set(
		    e, ERR_MACHINE, "manifest: its sum is wrong, bytes in it were changed");
	*text = body;
	return 0;
}

int
manifest_parse(struct arena *a, struct str text, struct object *out, struct err *e)
{
	struct reader r = { .a = a, .class = -1 };
	struct str line;

	*out = (struct object){ 0 };
	if (take_end(&text, e) == -1)
		return -1;
	for (int i = 0; i < CLASS_COUNT; i++)
		out->class_digest[i] = class_digest(out, (enum class)i);
	r.rest = text;
	if (take_head(&r, out, e) == -1)
		return -1;
	while (str_cut(&r.rest, '\n', &line)) {
		r.line++;
		if (take_line(&r, line, out, e) == -1)
			return -1;
	}
	if (end_class(&r, e) == -1)
		return -1;
	out->file = r.file.v;
	out->nfile = r.file.n;
	out->digest = object_digest(out);
	return 0;
}
