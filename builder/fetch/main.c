/*
 * kiln-fetch - the program that has the network, and the one that reads what comes from it.
 *
 *	kiln-fetch get [--size N --sha256 HEX | --max N] --to FILE [--dead FILE] -- URL...
 *	kiln-fetch unpack --archive FILE --to DIR [--strip N] [--only PATH]...
 *	                  [--size N --sha256 HEX]
 *	kiln-fetch pack [--to FILE] --format tar|tar.gz|tar.zst|cpio < LIST
 *
 * kiln starts it; people need not.  It exits with the kind of its error; the last
 * line on stderr is the sentence.  The limits are options so that tests are fast.
 *
 * SPDX-License-Identifier: ISC
 */
#include "fetch/main.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "fetch/get.h"
#include "fetch/jail.h"
#include "fetch/pack.h"
#include "fetch/unpack.h"
#include "sys/fs.h"

#define MEASURE_BYTES_MAX (UINT64_C(4) << 30)

enum opt {
	OPT_TO,
	OPT_DEAD,
	OPT_ARCHIVE,
	OPT_SHA256,
	OPT_ONLY,
	OPT_FORMAT,
	OPT_FIRST_NUMBER,
	OPT_SIZE = OPT_FIRST_NUMBER,
	OPT_MAX,
	OPT_STRIP,
	OPT_CONNECT,
	OPT_STALL,
	OPT_TOTAL,
	OPT_ENTRIES,
	OPT_BYTES,
	OPT_DEPTH,
	OPT_COUNT
};

enum { GET = 1, UNPACK = 2, PACK = 4 };
enum { LIST_MAX_BYTES = 64 << 20 };

static const struct {
	const char *name;
	int verbs;
} options[] = {
	[OPT_TO] = { "--to", GET | UNPACK | PACK },
	[OPT_DEAD] = { "--dead", GET },
	[OPT_ARCHIVE] = { "--archive", UNPACK },
	[OPT_SHA256] = { "--sha256", GET | UNPACK },
	[OPT_ONLY] = { "--only", UNPACK },
	[OPT_FORMAT] = { "--format", PACK },
	[OPT_SIZE] = { "--size", GET | UNPACK },
	[OPT_MAX] = { "--max", GET },
	[OPT_STRIP] = { "--strip", UNPACK },
	[OPT_CONNECT] = { "--connect-seconds", GET },
	[OPT_STALL] = { "--stall-seconds", GET },
	[OPT_TOTAL] = { "--total-seconds", GET },
	[OPT_ENTRIES] = { "--max-entries", UNPACK },
	[OPT_BYTES] = { "--max-bytes", UNPACK },
	[OPT_DEPTH] = { "--max-depth", UNPACK },
};

/* The command line, read but not judged. */
struct args {
	const char *text[OPT_COUNT];
	uint64_t number[OPT_COUNT];
	VEC(struct str) only;
	const char *const *rest;
	int nrest;
};

static int
set_option(struct arena *a, struct args *out, int o, const char *value, struct err *e)
{
	out->text[o] = value;
	if (o == OPT_ONLY)
		VEC_ADD(a, &out->only, str_of(value));
	if (o >= OPT_FIRST_NUMBER && o < OPT_COUNT && str_u64(str_of(value), &out->number[o]) == -1)
		return err_set(e, ERR_USAGE, "%s %s: a number is wanted", options[o].name, value);
	return 0;
}

static int
find_option(int verb, const char *word)
{
	for (int o = 0; o < OPT_COUNT; o++)
		if ((options[o].verbs & verb) != 0 && strcmp(options[o].name, word) == 0)
			return o;
	return -1;
}

static int
read_args(struct arena *a, int verb, char **argv, struct args *out, struct err *e)
{
	for (; *argv != NULL; argv += 2) {
		if (strcmp(*argv, "--") == 0) {
			out->rest = (const char *const *)argv + 1;
			break;
		}
		int o = find_option(verb, *argv);
		if (o == -1)
			return err_set(e, ERR_USAGE, "%s: no such option", *argv);
		if (argv[1] == NULL)
			return err_set(e, ERR_USAGE, "%s: its value is missing", *argv);
		if (set_option(a, out, o, argv[1], e) == -1)
			return -1;
	}
	while (out->rest != NULL && out->rest[out->nrest] != NULL)
		out->nrest++;
	if (verb != PACK && out->text[OPT_TO] == NULL)
		return err_set(e, ERR_USAGE, "--to is missing");
	return 0;
}

static uint64_t
number_or(const struct args *args, enum opt o, uint64_t otherwise)
{
	return args->text[o] != NULL ? args->number[o] : otherwise;
}

static long
seconds_or(const struct args *args, enum opt o, long otherwise)
{
	uint64_t n = number_or(args, o, (uint64_t)otherwise);

	/* 0 would mean no limit to libcurl. */
	return n == 0 ? 1 : n > INT_MAX ? INT_MAX : (long)n;
}

/* A digest goes with a size: nothing is accepted on one of them alone. */
static int
read_digest(const struct args *args, bool *has, struct digest *d, struct err *e)
{
	const char *hex = args->text[OPT_SHA256];

	*has = hex != NULL;
	if (hex == NULL)
		return 0;
	if (digest_parse(str_of(hex), d) == -1)
		return err_set(
		    e, ERR_USAGE, "--sha256 %s: 64 lower-case hex digits are wanted", hex);
	if (args->text[OPT_SIZE] == NULL)
		return err_set(e, ERR_USAGE, "--sha256 needs --size as well");
	return 0;
}

/* The folder that holds path. */
static int
open_folder_of(struct arena *a, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return fs_open_dir(AT_FDCWD, ".", e);
	return fs_open_dir(AT_FDCWD, arena_printf(a, "%.*s", (int)(slash - path) + 1, path), e);
}

static int
jail_for_get(struct arena *a, const struct get *g, struct err *e)
{
	CLEANUP(fs_close) int to = open_folder_of(a, g->to, e);
	if (to == -1)
		return -1;
	CLEANUP(fs_close) int dead = open_folder_of(a, g->dead == NULL ? g->to : g->dead, e);
	if (dead == -1)
		return -1;
	jail_fetch((int[]){ to, dead }, 2);
	return 0;
}

static int
verb_get(struct arena *a, char **argv, struct err *e)
{
	struct args args = { 0 };
	struct get g = { .status = stdout };

	if (read_args(a, GET, argv, &args, e) == -1)
		return -1;
	assert(args.text[OPT_TO] != NULL);
	g.to = args.text[OPT_TO];
	g.dead = args.text[OPT_DEAD];
	g.url = args.rest;
	g.nurl = args.nrest;
	if (read_digest(&args, &g.has_digest, &g.digest, e) == -1)
		return -1;
	g.max_bytes =
	    g.has_digest ? args.number[OPT_SIZE] : number_or(&args, OPT_MAX, MEASURE_BYTES_MAX);
	g.limits.connect_s = seconds_or(&args, OPT_CONNECT, GET_CONNECT_S);
	g.limits.stall_s = seconds_or(&args, OPT_STALL, GET_STALL_S);
	g.limits.total_s = seconds_or(&args, OPT_TOTAL, GET_TOTAL_S);
	return jail_for_get(a, &g, e) == -1 ? -1 : get(&g, e);
}

/* Nothing unverified is unpacked, also when the file changed since kiln looked at it. */
static int
check_archive(const struct args *args, int fd, struct err *e)
{
	struct digest wanted, found;
	uint64_t size_bytes;
	bool is_declared;

	if (read_digest(args, &is_declared, &wanted, e) == -1)
		return -1;
	if (!is_declared)
		return 0;
	if (digest_fd(fd, &found, &size_bytes, e) == -1)
		return -1;
	if (size_bytes == args->number[OPT_SIZE] && digest_eq(&wanted, &found))
		return 0;
	return err_set(e, ERR_FETCH, "unpack %s: it has other bytes than were declared",
	    args->text[OPT_ARCHIVE]);
}

static int
unpack_in_jail(const struct args *args, struct unpack *u, struct err *e)
{
	CLEANUP(fs_close) int fd = fs_open(AT_FDCWD, u->archive, e);
	if (fd == -1 || check_archive(args, fd, e) == -1)
		return -1;
	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, args->text[OPT_TO], e);
	if (dir == -1)
		return -1;
	u->fd = fd;
	u->dir = dir;
	jail_unpack(dir, u->max_bytes);
	return unpack(u, e);
}

static int
verb_unpack(struct arena *a, char **argv, struct err *e)
{
	struct args args = { 0 };
	struct unpack u = { 0 };

	if (read_args(a, UNPACK, argv, &args, e) == -1)
		return -1;
	if (args.text[OPT_ARCHIVE] == NULL)
		return err_set(e, ERR_USAGE, "--archive is missing");
	for (int i = 0; i < args.only.n; i++)
		if (!str_is_inner_path(args.only.v[i]))
			return err_set(
			    e, ERR_USAGE, "--only %s: a path inside is wanted", args.only.v[i].p);
	u.archive = args.text[OPT_ARCHIVE];
	u.strip = (int)number_or(&args, OPT_STRIP, 1);
	u.only = args.only.v;
	u.nonly = args.only.n;
	u.max_entries = number_or(&args, OPT_ENTRIES, UNPACK_ENTRIES_MAX);
	u.max_bytes = number_or(&args, OPT_BYTES, UNPACK_BYTES_MAX);
	u.max_depth = number_or(&args, OPT_DEPTH, UNPACK_DEPTH_MAX);
	/* libarchive translates names that an archive declares as UTF-8. */
	setlocale(LC_CTYPE, "C.UTF-8");
	return unpack_in_jail(&args, &u, e);
}

static int
pack_in_jail(struct arena *a, struct pack *p, struct err *e)
{
	struct packed packed;
	struct str list;

	if (fs_read_fd(a, STDIN_FILENO, LIST_MAX_BYTES, &list, e) == -1)
		return err_wrap(e, "pack: read the list");
	jail_pack();
	if (pack(p, list, &packed, e) == -1)
		return -1;
	if (p->fd != -1 && fsync(p->fd) == -1)
		return err_sys(e, "write %s", p->path);
	return printf("%" PRIu64 " %s %s\n", packed.size_bytes, digest_hex(a, &packed.digest),
		   packer_version()) < 0 ||
		       fflush(stdout) != 0 ?
		   err_set(e, ERR_MACHINE, "pack: write what was made") :
		   0;
}

static int
verb_pack(struct arena *a, char **argv, struct err *e)
{
	struct args args = { 0 };
	struct pack p = { 0 };

	if (read_args(a, PACK, argv, &args, e) == -1)
		return -1;
	if (args.text[OPT_FORMAT] == NULL)
		return err_set(e, ERR_USAGE, "--format is missing");
	/* Names that are not ASCII are written as they are. */
	setlocale(LC_CTYPE, "C.UTF-8");
	if (pack_format(args.text[OPT_FORMAT], &p, e) == -1)
		return -1;
	p.path = args.text[OPT_TO];
	if (p.path == NULL) {
		p.path = args.text[OPT_FORMAT];
		p.fd = -1;
		return pack_in_jail(a, &p, e);
	}
	CLEANUP(fs_close)
	int fd = open(p.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd == -1)
		return err_sys(e, "write %s", p.path);
	p.fd = fd;
	return pack_in_jail(a, &p, e);
}

int
fetch_main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(struct arena *a, char **argv, struct err *e);
	} verbs[] = { { "get", verb_get }, { "unpack", verb_unpack }, { "pack", verb_pack } };
	struct arena a = { 0 };
	struct err e = { 0 };
	int result = -1;

	umask(022);
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (argc > 1 && strcmp(argv[1], verbs[i].name) == 0)
			result = verbs[i].run(&a, argv + 2, &e);
	if (result == -1 && e.kind == ERR_NONE)
		result = err_set(&e, ERR_USAGE, "kiln-fetch: get, unpack or pack is wanted first");
	if (result == -1)
		fprintf(stderr, "%s\n", e.text);
	arena_free(&a);
	return (int)e.kind;
}
