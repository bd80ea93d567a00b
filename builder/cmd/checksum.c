/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/session.h"
#include "sys/fs.h"

/* One recipe's text, rewritten line by line. */
struct rewrite {
	struct session *s;
	struct str text;
	int nchanged;
};

static bool
is_field(struct str line, const char *name)
{
	struct str n = str_of(name);

	while (line.n != 0 && (line.p[0] == '\t' || line.p[0] == ' '))
		line = str_skip(line, 1);
	return str_starts(line, n) && (line.n == n.n || line.p[n.n] == ' ' || line.p[n.n] == '\t');
}

static bool
closes(struct str line)
{
	while (line.n != 0 && (line.p[0] == '\t' || line.p[0] == ' '))
		line = str_skip(line, 1);
	return str_is(line, "}");
}

static void
put_indent(struct buf *out, struct str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '\t')
		n++;
	buf_add(out, (struct str){ line.p, n });
}

/* The source group that starts at `line`: its sha256 and size lines get these values,
 * and are added in front of its end when they are not there. */
static void
fill_in(struct rewrite *r, int line, const char *hex, uint64_t size_bytes)
{
	struct buf out = { .a = &r->s->run };
	struct str rest = r->text, row;
	bool inside = false, has_hex = false, has_size = false;

	for (int n = 1; str_cut(&rest, '\n', &row); n++) {
		if (n == line) {
			inside = true;
		} else if (inside && is_field(row, "sha256")) {
			put_indent(&out, row);
			buf_printf(&out, "sha256  %s\n", hex);
			has_hex = true;
			continue;
		} else if (inside && is_field(row, "size")) {
			put_indent(&out, row);
			buf_printf(&out, "size    %llu\n", (unsigned long long)size_bytes);
			has_size = true;
			continue;
		} else if (inside && closes(row)) {
			inside = false;
			if (!has_hex) {
				put_indent(&out, row);
				buf_printf(&out, "\tsha256  %s\n", hex);
			}
			if (!has_size) {
				put_indent(&out, row);
				buf_printf(
				    &out, "\tsize    %llu\n", (unsigned long long)size_bytes);
			}
		}
		buf_add(&out, row);
		buf_add_char(&out, '\n');
	}
	r->text = buf_str(&out);
}

static int
measure(struct rewrite *r, const struct package *p, const struct source *source, struct err *e)
{
	struct digest digest;
	uint64_t size_bytes;

	if (source_measure(&r->s->run, r->s->tree, source, &r->s->workshop.source, &digest,
		&size_bytes, e) == -1)
		return -1;
	if (source->has_sha256 && digest_eq(&digest, &source->sha256) &&
	    size_bytes == source->size_bytes)
		return 0;
	const char *hex = digest_hex(&r->s->run, &digest);
	fprintf(stderr, "kiln: " STR_FMT ": " STR_FMT " is %llu bytes, sha256 %s\n",
	    STR_ARG(p->name), STR_ARG(source->file), (unsigned long long)size_bytes, hex);
	fill_in(r, source->at.line, hex, size_bytes);
	r->nchanged++;
	return 0;
}

static int
checksum(struct session *s, struct str name, struct err *e)
{
	struct rewrite r = { .s = s };
	struct map seen = { .a = &s->run };
	struct str path, *target;
	const struct package *p;
	int n;

	if (tree_path(s->tree, TREE_PACKAGES, name, &path, e) == -1 ||
	    tree_names(s->tree, TREE_TARGETS, &target, &n, e) == -1)
		return -1;
	const char *file = str_z(&s->run, path);
	if (fs_read(&s->run, AT_FDCWD, file, SYNTAX_FILE_MAX, &r.text, e) == -1)
		return -1;
	for (int t = 0; t < n; t++) {
		if (tree_package(s->tree, name, target[t], NULL, 0, &p, e) == -1)
			return -1;
		for (int i = 0; i < p->nsource; i++) {
			const struct source *source = &p->source[i];
			if (source->is_local || map_get(&seen, source->file) != -1)
				continue;
			map_put(&seen, source->file, 1);
			if (measure(&r, p, source, e) == -1)
				return err_wrap(e, "checksum of " STR_FMT, STR_ARG(name));
		}
	}
	if (r.nchanged == 0)
		return 0;
	return fs_replace(AT_FDCWD, file, r.text, 0644, e);
}

int
cmd_checksum(const struct args *args, int *status, struct err *e)
{
	static struct session s;

	(void)status;
	if (session_open(&s, args, e) == -1)
		return -1;
	for (int i = 0; i < args->operand.n; i++)
		if (checksum(&s, args->operand.v[i], e) == -1)
			return -1;
	return 0;
}
