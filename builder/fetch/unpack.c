/* SPDX-License-Identifier: ISC */
#include "fetch/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "base/vec.h"
#include "fetch/member.h"
#include "lib/archive.h"
#include "sys/beneath.h"
#include "sys/clock.h"
#include "sys/fs.h"

/* One run of unpack(). */
struct run {
	const struct unpack *u;
	struct archive_reader *reader;
	struct arena arena;
	struct map folder; /* every folder that a member stands in or is */
	VEC(const char *) link;
	bool *found; /* which of `only` were seen */
	bool took;   /* anything at all */
	uint64_t nentry, nbyte;
	/* The member at hand. */
	struct archive_member member;
	struct member_path path;
	/* The folder of the last member: the next one mostly stands in the same. */
	int parent;
	char parent_path[MEMBER_NAME_MAX + 1];
};

static const struct timespec fixed_times[2] = {
	{ .tv_sec = CLOCK_FIXED_MTIME },
	{ .tv_sec = CLOCK_FIXED_MTIME },
};

static int
refuse(struct run *r, const char *why, struct err *e)
{
	char name[256];
	size_t n = r->member.name.n < sizeof(name) - 1 ? r->member.name.n : sizeof(name) - 1;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)r->member.name.p[i];
		name[i] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
	}
	name[n] = '\0';
	return err_set(
	    e, ERR_FETCH, "%s in the archive %s is refused: %s", name, r->u->archive, why);
}

/* Remember the folder and those above it, up to one that is known. */
static void
note_folders(struct run *r, const char *path, size_t n)
{
	while (n != 0 && map_get(&r->folder, (struct str){ path, n }) == -1) {
		map_put(&r->folder, str_copy(&r->arena, (struct str){ path, n }), 0);
		const char *slash = memrchr(path, '/', n);
		n = slash == NULL ? 0 : (size_t)(slash - path);
	}
}

/* A descriptor of the folder that path stands in, and path's last part. It stays r's. */
static int
open_parent(struct run *r, const char *path, const char **name, struct err *e)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	*name = slash == NULL ? path : slash + 1;
	if (r->parent != -1 && strlen(r->parent_path) == n && memcmp(path, r->parent_path, n) == 0)
		return r->parent;
	fs_close(&r->parent);
	r->parent = beneath_parent(r->u->dir, path, name, e);
	if (r->parent == -1)
		return -1;
	memcpy(r->parent_path, path, n);
	r->parent_path[n] = '\0';
	note_folders(r, path, n);
	return r->parent;
}

/* What stands in the way is the archive's own fault, a full disk is not. */
static int
not_there(struct run *r, const struct err *why, struct err *e)
{
	if (why->kind == ERR_PACKAGE)
		return refuse(r, why->text, e);
	*e = *why;
	return err_wrap(e, "unpack %s of the archive %s", r->path.z, r->u->archive);
}

/* Where the member at hand goes. */
static int
place(struct run *r, const char **name, struct err *e)
{
	struct err why = { 0 };
	int dir = open_parent(r, r->path.z, name, &why);

	return dir == -1 ? not_there(r, &why, e) : dir;
}

static int
cannot_make(struct run *r, struct err *e)
{
	if (errno == EISDIR || errno == ENOTEMPTY)
		return refuse(r, "an earlier member of that name is a folder", e);
	if (errno == EFBIG)
		return refuse(r, "it is larger than may be unpacked", e);
	return err_sys(e, "unpack %s of the archive %s", r->path.z, r->u->archive);
}

static int
make_file(struct run *r, int dir, const char *name, struct err *e)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	mode_t mode = r->member.is_program ? 0755 : 0644;
	int fd = openat(dir, name, flags, mode);

	if (fd == -1 && errno == EEXIST && unlinkat(dir, name, 0) == 0)
		fd = openat(dir, name, flags, mode);
	return fd == -1 ? cannot_make(r, e) : fd;
}

static int
write_at(struct run *r, int fd, struct str bytes, uint64_t offset, struct err *e)
{
	while (bytes.n != 0) {
		ssize_t n = pwrite(fd, bytes.p, bytes.n, (off_t)offset);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return cannot_make(r, e);
		bytes = str_skip(bytes, (size_t)n);
		offset += (uint64_t)n;
	}
	return 0;
}

/* Bytes and holes alike count: a hole is read as zeros by whoever comes next. */
static int
has_room(struct run *r, uint64_t size_bytes, struct err *e)
{
	if (size_bytes <= r->u->max_bytes && r->nbyte <= r->u->max_bytes - size_bytes)
		return 0;
	return refuse(r, "with it more bytes would be unpacked than are allowed", e);
}

static int
write_data(struct run *r, int fd, struct err *e)
{
	uint64_t offset, end = 0;
	struct str bytes;
	int more;

	while ((more = archive_data(r->reader, &bytes, &offset, e)) == 1) {
		if (has_room(r, offset + bytes.n, e) == -1 ||
		    write_at(r, fd, bytes, offset, e) == -1)
			return -1;
		end = offset + bytes.n;
	}
	if (more == -1)
		return -1;
	if (end < r->member.size_bytes) {
		end = r->member.size_bytes;
		if (has_room(r, end, e) == -1)
			return -1;
		if (ftruncate(fd, (off_t)end) == -1)
			return cannot_make(r, e);
	}
	r->nbyte += end;
	return 0;
}

static int
take_file(struct run *r, struct err *e)
{
	const char *name;
	int dir = place(r, &name, e);

	if (dir == -1)
		return -1;
	int fd = make_file(r, dir, name, e);
	if (fd == -1)
		return -1;
	int result = write_data(r, fd, e);
	if (result == 0 && futimens(fd, fixed_times) == -1)
		result = cannot_make(r, e);
	if (close(fd) == -1 && result == 0)
		result = cannot_make(r, e);
	return result;
}

static int
take_folder(struct run *r, struct err *e)
{
	const char *name;
	struct stat st;
	int dir = place(r, &name, e);

	if (dir == -1)
		return -1;
	note_folders(r, r->path.z, r->path.n);
	if (mkdirat(dir, name, 0755) == 0)
		return 0;
	if (errno != EEXIST || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return cannot_make(r, e);
	if (S_ISDIR(st.st_mode))
		return 0;
	if (unlinkat(dir, name, 0) == 0 && mkdirat(dir, name, 0755) == 0)
		return 0;
	return cannot_make(r, e);
}

static int
take_symlink(struct run *r, struct err *e)
{
	const char *name, *target, *why = member_link_fault(&r->path, r->member.link);

	if (why != NULL)
		return refuse(r, why, e);
	int dir = place(r, &name, e);
	if (dir == -1)
		return -1;
	target = str_z(&r->arena, r->member.link);
	if (symlinkat(target, dir, name) == -1 &&
	    (errno != EEXIST || unlinkat(dir, name, 0) == -1 || symlinkat(target, dir, name) == -1))
		return cannot_make(r, e);
	if (utimensat(dir, name, fixed_times, AT_SYMLINK_NOFOLLOW) == -1)
		return cannot_make(r, e);
	VEC_ADD(&r->arena, &r->link, str_z(&r->arena, str_of(r->path.z)));
	return 0;
}

/* Only regular files get another name: a symlink's would point somewhere else. */
static int
link_to(struct run *r, const struct member_path *target, int dir, const char *name, struct err *e)
{
	const char *target_name;
	struct stat st;
	struct err why = { 0 };
	CLEANUP(fs_close) int from = beneath_parent(r->u->dir, target->z, &target_name, &why);

	if (from == -1)
		return not_there(r, &why, e);
	if (fstatat(from, target_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return refuse(r, "a hard link to a member that is not there", e);
	if (!S_ISREG(st.st_mode))
		return refuse(r, "a hard link to something that is not a file", e);
	if (linkat(from, target_name, dir, name, 0) == 0)
		return 0;
	if (errno != EEXIST)
		return cannot_make(r, e);
	struct stat there;
	if (fstatat(dir, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_ino == st.st_ino)
		return 0;
	if (unlinkat(dir, name, 0) == -1 || linkat(from, target_name, dir, name, 0) == -1)
		return cannot_make(r, e);
	return 0;
}

static int
take_hardlink(struct run *r, struct err *e)
{
	struct member_path target;
	const char *name, *why;

	if (r->member.has_data)
		return take_file(r, e);
	why = member_path(r->member.link, r->u->strip, &target);
	if (why != NULL || target.n == 0)
		return refuse(r, "a hard link that leads out of the folder", e);
	int dir = place(r, &name, e);
	return dir == -1 ? -1 : link_to(r, &target, dir, name, e);
}

static int
take(struct run *r, struct err *e)
{
	r->took = true;
	switch (r->member.kind) {
	case ARCHIVE_FILE:
		return take_file(r, e);
	case ARCHIVE_FOLDER:
		return take_folder(r, e);
	case ARCHIVE_SYMLINK:
		return take_symlink(r, e);
	case ARCHIVE_HARDLINK:
		return take_hardlink(r, e);
	case ARCHIVE_DEVICE:
		return refuse(r, "a device", e);
	case ARCHIVE_FIFO:
		return refuse(r, "a FIFO", e);
	case ARCHIVE_SOCKET:
		return refuse(r, "a socket", e);
	case ARCHIVE_STRANGE:
		break;
	}
	return refuse(r, "neither a file, a folder nor a link", e);
}

/* Does `only` ask for the member? */
static bool
is_wanted(struct run *r)
{
	bool wanted = r->u->nonly == 0;

	for (int i = 0; i < r->u->nonly; i++)
		if (member_is_below(&r->path, r->u->only[i]))
			wanted = r->found[i] = true;
	return wanted;
}

static int
one_member(struct run *r, struct err *e)
{
	const char *why;

	if (++r->nentry > r->u->max_entries)
		return refuse(r, "the archive has more members than are allowed", e);
	if (archive_unpacked_bytes(r->reader) > r->u->max_bytes)
		return refuse(r, "the archive has more bytes than are allowed", e);
	why = member_path(r->member.name, r->u->strip, &r->path);
	/* Elsewhere names are no concern of ours: nothing of that is made. */
	if (r->u->nonly != 0 && (why != NULL || !is_wanted(r)))
		return 0;
	if (why != NULL)
		return refuse(r, why, e);
	if (r->path.n == 0)
		return 0;
	if ((uint64_t)r->path.nfolder >= r->u->max_depth)
		return refuse(r, "its folders are nested deeper than is allowed", e);
	return take(r, e);
}

/* Links are in place now, so a chain of them can be followed to where it ends. */
static int
check_links(struct run *r, struct err *e)
{
	for (int i = 0; i < r->link.n; i++)
		if (beneath_leaves(r->u->dir, r->link.v[i]))
			return err_set(e, ERR_FETCH,
			    "%s in the archive %s is refused: a link that leads out of the folder "
			    "by way of others",
			    r->link.v[i], r->u->archive);
	return 0;
}

static int
settle_folders(struct run *r, struct err *e)
{
	for (int i = 0; i < r->folder.n; i++) {
		const char *path = r->folder.entry[i].key.p;
		if (utimensat(r->u->dir, path, fixed_times, AT_SYMLINK_NOFOLLOW) == -1)
			return err_sys(e, "set the time of %s of %s", path, r->u->archive);
	}
	return futimens(r->u->dir, fixed_times) == -1 ? err_sys(e, "set a folder's time") : 0;
}

static int
check_found(const struct run *r, struct err *e)
{
	for (int i = 0; i < r->u->nonly; i++)
		if (!r->found[i])
			return err_set(e, ERR_RECIPE,
			    "the archive %s has no " STR_FMT " after strip %d, and `only` names it",
			    r->u->archive, STR_ARG(r->u->only[i]), r->u->strip);
	if (!r->took)
		return err_set(e, ERR_RECIPE, "nothing is left of the archive %s after strip %d",
		    r->u->archive, r->u->strip);
	return 0;
}

static int
all_members(struct run *r, struct err *e)
{
	int more;

	while ((more = archive_next(r->reader, &r->member, e)) == 1)
		if (one_member(r, e) == -1)
			return -1;
	if (more == -1 || check_found(r, e) == -1 || check_links(r, e) == -1)
		return -1;
	return settle_folders(r, e);
}

int
unpack(const struct unpack *u, struct err *e)
{
	struct run r = { .u = u, .parent = -1 };
	int result = -1;

	r.folder.a = &r.arena;
	r.found = ARENA_NEW(&r.arena, bool, (size_t)u->nonly + 1);
	if (archive_open(u->fd, u->archive, &r.reader, e) == 0)
		result = all_members(&r, e);
	archive_close(&r.reader);
	fs_close(&r.parent);
	arena_free(&r.arena);
	return result;
}
