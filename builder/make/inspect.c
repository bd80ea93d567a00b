/* SPDX-License-Identifier: ISC */
#include "make/inspect.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "base/vec.h"
#include "lib/ar.h"
#include "lib/elf.h"
#include "make/inspect_archive.h"
#include "make/inspect_elf.h"
#include "make/inspect_link.h"
#include "make/inspect_text.h"
#include "make/leak.h"
#include "store/class.h"
#include "sys/fs.h"
#include "sys/mapping.h"

enum { LINK_DEPTH_MAX = 40 };

struct entry {
	struct str path;  /* with the class in front */
	struct str inner; /* without */
	int class;        /* an enum class, or -1 */
	mode_t mode;
	struct str target; /* of a link */
};

struct judge {
	struct arena run; /* of what is known of this object */
	struct findings findings;
	struct leaks leaks;
	int dir;
	VEC(struct entry) entry;
	struct map by_inner;    /* inner path to entry: what the classes are when put together */
	struct map by_build_id; /* hexadecimal, to the first program that has it */
	struct origins origins;
	int nfile[CLASS_COUNT];
};

static int
read_link(struct judge *j, const struct fs_entry *entry, struct str *target, struct err *e)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(entry->dir, entry->name, text, sizeof(text));

	if (n == -1)
		return err_sys(e, "read the link %s", entry->name);
	*target = str_copy(&j->run, (struct str){ text, (size_t)n });
	return 0;
}

static int
take_entry(void *ctx, const struct fs_entry *found, struct err *e)
{
	struct judge *j = ctx;
	struct entry entry = { .path = str_copy(&j->run, found->path), .mode = found->st.st_mode };
	struct str class = { 0 };

	entry.inner = entry.path;
	(void)str_cut(&entry.inner, '/', &class);
	entry.class = class_find(class);
	if (S_ISLNK(entry.mode) && read_link(j, found, &entry.target, e) == -1)
		return -1;
	if (entry.class != -1 && !S_ISDIR(entry.mode))
		j->nfile[entry.class]++;
	if (entry.inner.n != 0 && entry.class != -1)
		map_put(&j->by_inner, entry.inner, j->entry.n);
	VEC_ADD(&j->run, &j->entry, entry);
	return 0;
}

static const struct entry *
find_inner(const struct judge *j, struct str inner)
{
	int i = map_get(&j->by_inner, inner);

	return i == -1 ? NULL : &j->entry.v[i];
}

/* The folder part of an inner path. */
static struct str
folder_of(struct str inner)
{
	while (inner.n != 0 && inner.p[inner.n - 1] != '/')
		inner.n--;
	if (inner.n != 0)
		inner.n--;
	return inner;
}

/* Go from folder `at` along the path `along`, through links; false when it leads out of
 * the object, or to nothing in it. */
static bool
leads_somewhere(struct judge *j, struct str at, struct str along, int depth)
{
	struct str part;

	if (depth == LINK_DEPTH_MAX || str_starts(along, STR("/")))
		return false;
	while (str_cut(&along, '/', &part)) {
		if (part.n == 0 || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			if (at.n == 0)
				return false;
			at = folder_of(at);
			continue;
		}
		struct str next = str_printf(&j->run, STR_FMT "%s" STR_FMT, STR_ARG(at),
		    at.n == 0 ? "" : "/", STR_ARG(part));
		const struct entry *entry = find_inner(j, next);
		if (entry == NULL)
			return false;
		if (!S_ISLNK(entry->mode)) {
			at = next;
			continue;
		}
		struct str rest = entry->target;
		if (along.n != 0)
			rest =
			    str_printf(&j->run, STR_FMT "/" STR_FMT, STR_ARG(rest), STR_ARG(along));
		return leads_somewhere(j, at, rest, depth + 1);
	}
	return true;
}

static void
judge_link(struct judge *j, const struct entry *entry)
{
	struct place at = { .path = entry->path };

	if (str_starts(entry->target, STR("/")))
		findings_add(&j->findings, RULE_BROKEN_LINK, at,
		    "leads to " STR_FMT ", which is absolute", STR_ARG(entry->target));
	else if (!leads_somewhere(j, folder_of(entry->inner), entry->target, 0))
		findings_add(&j->findings, RULE_BROKEN_LINK, at,
		    "leads to " STR_FMT ", which is not in the object", STR_ARG(entry->target));
}

static void
judge_place(struct judge *j, const struct entry *entry)
{
	static const char *const top[] = { "usr", "etc", "var", "bin", "sbin", "opt" };
	struct place at = { .path = entry->path };
	struct str rest = entry->inner, first;

	if (entry->class == -1) {
		findings_add(
		    &j->findings, RULE_PATH_OUTSIDE_PREFIX, at, "is in no class of the object");
		return;
	}
	if (entry->class == CLASS_DEBUG || entry->class == CLASS_MAP ||
	    !str_cut(&rest, '/', &first))
		return;
	for (size_t i = 0; i < COUNT_OF(top); i++)
		if (str_is(first, top[i]))
			return;
	findings_add(
	    &j->findings, RULE_PATH_OUTSIDE_PREFIX, at, "is below /" STR_FMT, STR_ARG(first));
}

static void
judge_mode(struct judge *j, const struct entry *entry)
{
	struct place at = { .path = entry->path };
	unsigned bits = entry->mode & 07777;

	if (S_ISLNK(entry->mode))
		return;
	if (entry->mode & (S_ISUID | S_ISGID))
		findings_add(&j->findings, RULE_SET_ID, at, "has mode %o", bits);
	if (entry->mode & S_IWOTH)
		findings_add(&j->findings, RULE_WORLD_WRITABLE, at, "has mode %o", bits);
	if (!S_ISREG(entry->mode) && !S_ISDIR(entry->mode))
		findings_add(
		    &j->findings, RULE_SPECIAL_FILE, at, "is neither file, folder nor link");
}

static void
judge_interpreter(struct judge *j, const struct entry *entry, struct str bytes)
{
	static const char *const always_there[] = { "", "/bin/sh", "/bin/bash", "sh", "bash" };
	struct str name = inspect_text_interpreter(bytes);

	for (size_t i = 0; i < COUNT_OF(always_there); i++)
		if (str_is(name, always_there[i]))
			return;
	if (find_inner(j, str_skip(name, 1)) == NULL)
		findings_add(&j->findings, RULE_SHEBANG, (struct place){ .path = entry->path },
		    "needs the interpreter " STR_FMT, STR_ARG(name));
}

static bool
is_judged_by_contents(const struct entry *entry)
{
	return entry->class == CLASS_DEV || entry->class == CLASS_BIN || entry->class == CLASS_DATA;
}

static void
judge_program(struct judge *j, struct arena *tmp, const struct entry *entry, struct str bytes)
{
	struct str id =
	    inspect_program(&j->findings, tmp, (struct place){ .path = entry->path }, bytes);

	if (id.n != 0 && map_get(&j->by_build_id, id) == -1)
		map_put(&j->by_build_id, str_copy(&j->run, id), (int)(entry - j->entry.v));
}

static void
judge_contents(struct judge *j, struct arena *tmp, const struct entry *entry, struct str bytes)
{
	struct findings *f = &j->findings;
	struct place at = { .path = entry->path };

	if (ar_is(bytes) || str_ends(entry->path, STR(".a"))) {
		inspect_archive(f, tmp, entry->path, bytes, &j->leaks);
		return;
	}
	if (str_ends(entry->path, STR(".o")))
		inspect_object(f, tmp, at, bytes);
	else if (elf_is(bytes))
		judge_program(j, tmp, entry, bytes);
	else
		inspect_text(f, entry->path, bytes);
	if (str_ends(entry->path, STR(".la")))
		findings_add(f, RULE_LIBTOOL_ARCHIVE, at, "is a libtool archive");
	if (entry->class == CLASS_BIN)
		judge_interpreter(j, entry, bytes);
	leak_search(&j->leaks, f, at, bytes, !inspect_text_has_rule(entry->path, bytes));
}

static int
judge_file(struct judge *j, const struct entry *entry, struct err *e)
{
	CLEANUP(arena_free) struct arena tmp = { 0 };
	CLEANUP(mapping_close) struct mapping m = { 0 };

	if (mapping_open(j->dir, str_z(&tmp, entry->path), &m, e) == -1)
		return -1;
	if (is_judged_by_contents(entry))
		judge_contents(j, &tmp, entry, m.bytes);
	else
		leak_search(
		    &j->leaks, &j->findings, (struct place){ .path = entry->path }, m.bytes, false);
	return 0;
}

static int
judge_entry(struct judge *j, const struct entry *entry, struct err *e)
{
	if (entry->inner.n == 0 && entry->class != -1)
		return 0;
	if (!S_ISDIR(entry->mode))
		judge_place(j, entry);
	judge_mode(j, entry);
	if (S_ISLNK(entry->mode))
		judge_link(j, entry);
	return S_ISREG(entry->mode) ? judge_file(j, entry, e) : 0;
}

/* The program of a record "map/BUILD-ID.link", NULL when it has none here. */
static const struct entry *
program_of(const struct judge *j, const struct entry *entry)
{
	struct str end = STR(".link"), id = entry->inner;

	if (entry->class != CLASS_MAP || !S_ISREG(entry->mode) || !str_ends(id, end))
		return NULL;
	id.n -= end.n;
	int i = map_get(&j->by_build_id, id);
	return i == -1 ? NULL : &j->entry.v[i];
}

static int
judge_link_record(
    struct judge *j, const struct entry *entry, const struct entry *program, struct err *e)
{
	CLEANUP(arena_free) struct arena tmp = { 0 };
	CLEANUP(mapping_close) struct mapping record = { 0 }, map = { 0 };
	const char *path = str_z(&tmp, entry->path);
	size_t id = entry->path.n - STR(".link").n;
	const char *map_path = arena_printf(&tmp, "%.*s.map", (int)id, path);

	if (mapping_open(j->dir, path, &record, e) == -1)
		return -1;
	if (fs_exists(j->dir, map_path) && mapping_open(j->dir, map_path, &map, e) == -1)
		return -1;
	struct inspect_linked linked = { program->path, record.bytes, map.bytes };
	inspect_link(&j->findings, &tmp, &linked, j->origins);
	return 0;
}

static int
judge_links(struct judge *j, struct err *e)
{
	for (int i = 0; i < j->entry.n; i++) {
		const struct entry *program = program_of(j, &j->entry.v[i]);
		if (program != NULL && judge_link_record(j, &j->entry.v[i], program, e) == -1)
			return -1;
	}
	return 0;
}

static void
judge_whole(struct judge *j)
{
	static const enum class content[] = { CLASS_DEV, CLASS_BIN, CLASS_DATA, CLASS_DOC };
	int n = 0;

	for (size_t i = 0; i < COUNT_OF(content); i++)
		n += j->nfile[content[i]];
	if (n == 0)
		findings_add(&j->findings, RULE_EMPTY_OBJECT,
		    (struct place){ .path = STR("object") }, "holds no file");
	if (j->nfile[CLASS_LICENCE] == 0)
		findings_add(&j->findings, RULE_LICENCE_MISSING,
		    (struct place){ .path = STR("licence") }, "holds no file");
}

static int
judge_object(struct judge *j, const char *object, struct err *e)
{
	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, object, e);

	if (dir == -1 || fs_walk(&j->run, dir, ".", take_entry, j, e) == -1)
		return -1;
	j->dir = dir;
	for (int i = 0; i < j->entry.n; i++)
		if (judge_entry(j, &j->entry.v[i], e) == -1)
			return -1;
	if (judge_links(j, e) == -1)
		return -1;
	judge_whole(j);
	return 0;
}

int
inspect(struct arena *a, const struct package *p, const char *object,
    const struct inspect_facts *facts, struct finding **out, int *n, struct err *e)
{
	struct judge j = { .findings = { .a = a, .package = p } };

	j.by_inner.a = &j.run;
	j.by_build_id.a = &j.run;
	j.origins = facts->origins;
	j.leaks = leak_prepare(&j.run, facts->leak, facts->nleak);
	int result = judge_object(&j, object, e);
	findings_end(&j.findings);
	arena_free(&j.run);
	*out = j.findings.v;
	*n = j.findings.n;
	return result == -1 ? err_wrap(e, "judge %s", object) : 0;
}

int
inspect_faults(const struct finding *v, int n)
{
	int faults = 0;

	for (int i = 0; i < n; i++)
		faults += v[i].waived.n == 0;
	return faults;
}
