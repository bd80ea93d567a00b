/* SPDX-License-Identifier: ISC */
#include "make/toolfile.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

bool
toolfile_look(const char *path, struct toolfile_stamp *out)
{
	const uint64_t second = 1000000000;
	struct stat st;

	if (lstat(path, &st) == -1)
		return false;
	*out = (struct toolfile_stamp){
		.dev = st.st_dev,
		.ino = st.st_ino,
		.size = (uint64_t)st.st_size,
		.mtime_ns = (uint64_t)st.st_mtim.tv_sec * second + (uint64_t)st.st_mtim.tv_nsec,
		.ctime_ns = (uint64_t)st.st_ctim.tv_sec * second + (uint64_t)st.st_ctim.tv_nsec,
	};
	return true;
}

struct digest
toolfile_description(const struct tool *t)
{
	struct digest_ctx c;

	digest_init(&c);
	digest_field(&c, "name", t->name);
	for (int i = 0; i < t->nprogram; i++) {
		digest_field(&c, "program", t->program[i].path);
		digest_field(&c, "as", t->program[i].as);
	}
	for (int i = 0; i < t->ndata; i++)
		digest_field(&c, "data", t->data[i]);
	for (int i = 0; i < t->ndebian; i++)
		digest_field(&c, "debian", t->debian[i]);
	return digest_end(&c);
}

bool
toolfile_is_link(const struct toolfile *f)
{
	return f->type == TOOLFILE_LINK || f->type == TOOLFILE_NAME;
}

bool
toolfile_is_file(const struct toolfile *f)
{
	return f->type == TOOLFILE_PLAIN || f->type == TOOLFILE_PROGRAM;
}

void
toolfile_print(struct buf *b, const struct toolfile *f)
{
	struct arena tmp = { 0 };

	buf_printf(b, "%c\t", (char)f->type);
	if (toolfile_is_link(f))
		buf_add(b, f->target);
	else
		buf_add_z(b, toolfile_is_file(f) ? digest_hex(&tmp, &f->digest) : "-");
	buf_printf(b, "\t%llu\t%llu\t%llu\t%llu\t%llu\t" STR_FMT "\n",
	    (unsigned long long)f->stamp.dev, (unsigned long long)f->stamp.ino,
	    (unsigned long long)f->stamp.size, (unsigned long long)f->stamp.mtime_ns,
	    (unsigned long long)f->stamp.ctime_ns, STR_ARG(f->path));
	arena_free(&tmp);
}

int
toolfile_parse(struct str line, struct toolfile *f)
{
	struct str type, what, number;
	uint64_t *stamp[] = { &f->stamp.dev, &f->stamp.ino, &f->stamp.size, &f->stamp.mtime_ns,
		&f->stamp.ctime_ns };

	if (memchr(line.p, '\0', line.n) != NULL || !str_cut(&line, '\t', &type) || type.n != 1 ||
	    !str_has(STR("fxlnd"), type) || !str_cut(&line, '\t', &what))
		return -1;
	f->type = (enum toolfile_type)type.p[0];
	for (size_t i = 0; i < COUNT_OF(stamp); i++)
		if (!str_cut(&line, '\t', &number) || str_u64(number, stamp[i]) == -1)
			return -1;
	if (!str_starts(line, STR("/")))
		return -1;
	f->path = line;
	if (toolfile_is_link(f))
		f->target = what;
	else if (toolfile_is_file(f))
		return digest_parse(what, &f->digest);
	return 0;
}

bool
toolfile_is_unchanged(const struct toolfile *f)
{
	struct toolfile_stamp now;

	char path[PATH_MAX];
	if (f->type == TOOLFILE_NAME)
		return true;
	if (f->path.n >= sizeof(path))
		return false;
	memcpy(path, f->path.p, f->path.n);
	path[f->path.n] = '\0';
	return toolfile_look(path, &now) && memcmp(&now, &f->stamp, sizeof(now)) == 0;
}

int
toolfile_by_path(const void *a, const void *b)
{
	const struct toolfile *x = a, *y = b;

	return str_cmp(x->path, y->path);
}
