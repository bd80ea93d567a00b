/* SPDX-License-Identifier: ISC */
#include "make/toolscan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/elf.h"
#include "sys/fs.h"

enum { LINKS_MAX = 40 };

static int scan_path(struct toolscan *s, struct str path, struct str *real, struct err *e);

/* Where the loader looks, by machine (Debian's multiarch tuples). */
static const struct {
	unsigned machine; /* e_machine */
	const char *folder;
} multiarch[] = {
	{ 40, "arm-linux-gnueabihf" },
	{ 62, "x86_64-linux-gnu" },
	{ 183, "aarch64-linux-gnu" },
};

/* Remember it; false when it was there already. */
static bool
add(struct toolscan *s, struct toolfile f)
{
	if (map_get(&s->seen, f.path) != -1)
		return false;
	f.path = str_copy(s->a, f.path);
	map_put(&s->seen, f.path, s->file.n);
	VEC_ADD(s->a, &s->file, f);
	return true;
}

static int
stamp(struct str path, struct toolfile_stamp *out, struct err *e)
{
	struct arena tmp = { 0 };
	const char *z = str_z(&tmp, path);
	int rc = 0;

	if (!toolfile_look(z, out))
		rc = err_sys(e, "look at %s", z);
	arena_free(&tmp);
	return rc;
}

static int
read_link(struct toolscan *s, struct str path, struct str *target, struct err *e)
{
	char text[PATH_MAX];
	ssize_t n = readlink(str_z(s->a, path), text, sizeof(text));

	*target = STR("");
	if (n == -1)
		return err_sys(e, "read the link " STR_FMT, STR_ARG(path));
	*target = str_copy(s->a, (struct str){ text, (size_t)n });
	return 0;
}

static int
add_link(struct toolscan *s, struct str path, struct str *target, struct err *e)
{
	struct toolfile f = { .type = TOOLFILE_LINK, .path = path };

	if (read_link(s, path, target, e) == -1)
		return -1;
	if (str_starts(*target, STR("/etc/alternatives/")))
		return err_set(e, ERR_MACHINE,
		    STR_FMT " leads to " STR_FMT
			    ", a choice of this machine's; name the real program",
		    STR_ARG(path), STR_ARG(*target));
	f.target = *target;
	if (stamp(path, &f.stamp, e) == -1)
		return -1;
	add(s, f);
	return 0;
}

static struct str
parent_of(struct str path)
{
	while (path.n > 0 && path.p[path.n - 1] != '/')
		path.n--;
	while (path.n > 0 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

/* Walk down as the kernel does, and remember every link on the way. */
static int
resolve(struct toolscan *s, struct str path, struct str *real, struct stat *st, struct err *e)
{
	struct str at = STR(""), rest = path, part, target = STR("");
	int nlink = 0;

	while (str_cut(&rest, '/', &part)) {
		if (part.n == 0 || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			at = parent_of(at);
			continue;
		}
		struct str next = str_printf(s->a, STR_FMT "/" STR_FMT, STR_ARG(at), STR_ARG(part));
		if (lstat(next.p, st) == -1)
			return err_sys(e, "find " STR_FMT, STR_ARG(path));
		if (!S_ISLNK(st->st_mode)) {
			at = next;
			continue;
		}
		if (nlink++ == LINKS_MAX) {
			errno = ELOOP;
			return err_sys(e, "find " STR_FMT, STR_ARG(path));
		}
		if (add_link(s, next, &target, e) == -1)
			return -1;
		if (str_starts(target, STR("/")))
			at = STR("");
		rest = str_printf(s->a, STR_FMT "/" STR_FMT, STR_ARG(target), STR_ARG(rest));
	}
	*real = at;
	/* The last part may have been "..", or a link. */
	if (lstat(at.n == 0 ? "/" : str_z(s->a, at), st) == -1)
		return err_sys(e, "find " STR_FMT, STR_ARG(path));
	return 0;
}

static struct str
origin(struct toolscan *s, struct str folder, struct str object)
{
	static const char *const word[] = { "$ORIGIN", "${ORIGIN}" };
	struct str own = parent_of(object);

	for (size_t i = 0; i < COUNT_OF(word); i++)
		if (str_starts(folder, str_of(word[i])))
			return str_printf(s->a, STR_FMT STR_FMT, STR_ARG(own),
			    STR_ARG(str_skip(folder, strlen(word[i]))));
	return folder;
}

/* Is there a library of that machine? */
static bool
is_library(const char *path, unsigned machine)
{
	unsigned char head[20];
	CLEANUP(fs_close) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 || read(fd, head, sizeof(head)) != sizeof(head))
		return false;
	return elf_is((struct str){ (const char *)head, sizeof(head) }) &&
	       (head[18] | (unsigned)head[19] << 8) == machine;
}

static void
search_folders(
    struct toolscan *s, struct str object, const struct elf *f, struct str *folder, int *n, int max)
{
	static const char *const root[] = { "/lib", "/usr/lib" };
	static const char *const plain[] = { "/lib64", "/usr/lib64", "/lib", "/usr/lib" };
	struct str rest = f->runpath, part;

	while (*n < max - (int)COUNT_OF(plain) - 2 && str_cut(&rest, ':', &part))
		folder[(*n)++] = origin(s, part, object);
	for (size_t i = 0; i < COUNT_OF(multiarch); i++)
		for (size_t k = 0; multiarch[i].machine == f->machine && k < COUNT_OF(root); k++)
			folder[(*n)++] = str_printf(s->a, "%s/%s", root[k], multiarch[i].folder);
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		folder[(*n)++] = str_of(plain[i]);
}

static int
add_library(
    struct toolscan *s, struct str object, const struct elf *f, struct str name, struct err *e)
{
	struct str folder[64];
	int n = 0;

	if (memchr(name.p, '/', name.n) != NULL)
		return scan_path(s, name, NULL, e);
	search_folders(s, object, f, folder, &n, COUNT_OF(folder));
	for (int i = 0; i < n; i++) {
		struct str path =
		    str_printf(s->a, STR_FMT "/" STR_FMT, STR_ARG(folder[i]), STR_ARG(name));
		if (is_library(path.p, f->machine))
			return scan_path(s, path, NULL, e);
	}
	return err_set(e, ERR_MACHINE,
	    STR_FMT " loads " STR_FMT ", which this machine does not have", STR_ARG(object),
	    STR_ARG(name));
}

static int
add_what_it_loads(struct toolscan *s, struct str object, struct str bytes, struct err *e)
{
	struct elf f;

	if (!elf_is(bytes))
		return 0;
	if (elf_parse(s->a, bytes, &f, e) == -1)
		return err_wrap(e, STR_FMT, STR_ARG(object));
	if (f.interp.n != 0 && scan_path(s, str_copy(s->a, f.interp), NULL, e) == -1)
		return -1;
	for (int i = 0; i < f.nneeded; i++)
		if (add_library(s, object, &f, f.needed[i], e) == -1)
			return -1;
	return 0;
}

/* A file's bytes without a copy: a compiler's libraries have 100 MiB and more. */
static int
map_file(const char *path, struct str *bytes, struct err *e)
{
	CLEANUP(fs_close) int fd = fs_open(AT_FDCWD, path, e);
	struct stat st;

	*bytes = STR("");
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		return err_sys(e, "look at %s", path);
	if (st.st_size == 0)
		return 0;
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "map %s", path);
	*bytes = (struct str){ p, (size_t)st.st_size };
	return 0;
}

static int
add_file(struct toolscan *s, struct str path, const struct stat *st, struct err *e)
{
	struct toolfile f = { .path = path };
	struct str bytes;

	if (map_get(&s->seen, path) != -1)
		return 0;
	f.type = (st->st_mode & 0111) != 0 ? TOOLFILE_PROGRAM : TOOLFILE_PLAIN;
	if (stamp(path, &f.stamp, e) == -1 || map_file(str_z(s->a, path), &bytes, e) == -1)
		return -1;
	f.digest = digest_of(bytes);
	add(s, f);
	int rc = s->is_named_only ? 0 : add_what_it_loads(s, path, bytes, e);
	if (bytes.n != 0)
		munmap((void *)bytes.p, bytes.n);
	return rc;
}

struct folder {
	struct toolscan *s;
	struct str path;
};

/* A link out of the folder to a file takes the file along. /etc is the sandbox's own. */
static int
add_inner_link(struct toolscan *s, struct str path, struct err *e)
{
	struct str target;
	struct stat st;
	char real[PATH_MAX];

	if (add_link(s, path, &target, e) == -1)
		return -1;
	if (realpath(str_z(s->a, path), real) == NULL || stat(real, &st) == -1)
		return 0;
	if (!S_ISREG(st.st_mode) || str_starts(str_of(real), STR("/etc/")))
		return 0;
	return scan_path(s, path, NULL, e);
}

static int
add_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	const struct folder *f = ctx;
	struct str path =
	    str_printf(f->s->a, STR_FMT "/" STR_FMT, STR_ARG(f->path), STR_ARG(entry->path));
	struct toolfile folder = { .type = TOOLFILE_FOLDER, .path = path };

	if (S_ISREG(entry->st.st_mode))
		return add_file(f->s, path, &entry->st, e);
	if (S_ISLNK(entry->st.st_mode))
		return add_inner_link(f->s, path, e);
	if (!S_ISDIR(entry->st.st_mode))
		return 0;
	if (stamp(path, &folder.stamp, e) == -1)
		return -1;
	add(f->s, folder);
	return 0;
}

static int
add_folder(struct toolscan *s, struct str path, struct err *e)
{
	struct toolfile self = { .type = TOOLFILE_FOLDER, .path = path };
	struct folder f = { s, path };

	if (stamp(path, &self.stamp, e) == -1)
		return -1;
	if (!add(s, self))
		return 0;
	return fs_walk(s->a, AT_FDCWD, str_z(s->a, path), add_entry, &f, e);
}

static int
scan_path(struct toolscan *s, struct str path, struct str *real, struct err *e)
{
	struct str at = STR("");
	struct stat st = { 0 };

	if (resolve(s, path, &at, &st, e) == -1)
		return -1;
	if (real != NULL)
		*real = at;
	if (S_ISDIR(st.st_mode))
		return add_folder(s, at, e);
	return add_file(s, at, &st, e);
}

static int
scan_name(struct toolscan *s, struct str path, struct str target, struct err *e)
{
	struct toolfile f = { .type = TOOLFILE_NAME, .path = path, .target = target };
	int i = map_get(&s->seen, path);

	if (add(s, f) || str_eq(s->file.v[i].target, target))
		return 0;
	return err_set(e, ERR_MACHINE,
	    STR_FMT " cannot be a name of " STR_FMT ": it is a file itself", STR_ARG(path),
	    STR_ARG(target));
}

int
toolscan_tool(struct toolscan *s, const struct tool *t, struct err *e)
{
	struct str real;

	for (int i = 0; i < t->nprogram; i++) {
		const struct tool_program *p = &t->program[i];
		if (scan_path(s, p->path, &real, e) == -1)
			return -1;
		if (p->as.n == 0)
			continue;
		struct str name = str_printf(s->a, "/usr/bin/" STR_FMT, STR_ARG(p->as));
		if (scan_name(s, name, p->path, e) == -1)
			return -1;
	}
	for (int i = 0; i < t->ndata; i++)
		if (scan_path(s, t->data[i], NULL, e) == -1)
			return -1;
	return 0;
}
