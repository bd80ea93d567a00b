/* SPDX-License-Identifier: ISC */
#include "make/program.h"

#include "base/map.h"
#include "base/vec.h"
#include "lib/elf.h"
#include "sys/fs.h"
#include "sys/mapping.h"

bool
program_find(struct arena *a, int dir, const struct object_file *f, struct program *out)
{
	CLEANUP(mapping_close) struct mapping m = { 0 };
	struct err ignored = { 0 };
	const char *path = arena_printf(a, "%s/" STR_FMT, class_name(f->class), STR_ARG(f->path));
	struct elf elf;

	if (f->type != 'f' || f->mode != 0755 || (f->class != CLASS_BIN && f->class != CLASS_DATA))
		return false;
	if (mapping_open_beneath(dir, path, &m, &ignored) == -1 || !elf_is(m.bytes) ||
	    elf_parse(a, m.bytes, &elf, &ignored) == -1)
		return false;
	*out = (struct program){ .path = f->path,
		.build_id = elf_build_id(a, &elf),
		.size_bytes = f->size_bytes,
		.loaded_bytes = elf.loaded_bytes };
	out->is_go = elf.is_go && gobuild_parse(a, m.bytes, &out->go);
	return out->build_id.n != 0;
}

int
programs_find(struct arena *a, int dir, const struct object *o, struct program **out)
{
	VEC(struct program) v = { 0 };
	struct map seen = { .a = a };
	struct program p;

	for (int i = 0; i < o->nfile; i++) {
		if (!program_find(a, dir, &o->file[i], &p) || map_get(&seen, p.build_id) != -1)
			continue;
		map_put(&seen, p.build_id, v.n);
		VEC_ADD(a, &v, p);
	}
	*out = v.v;
	return v.n;
}

int
program_link(struct arena *a, int dir, const struct program *p, struct str *record, struct str *map,
    bool *is_kept, struct err *e)
{
	const char *start = arena_printf(a, "map/" STR_FMT, STR_ARG(p->build_id));
	const char *record_path = arena_printf(a, "%s.link", start);
	const char *map_path = arena_printf(a, "%s.map", start);

	*record = *map = STR("");
	*is_kept = fs_exists(dir, record_path);
	if (!*is_kept)
		return 0;
	if (fs_read(a, dir, record_path, FS_READ_MAX, record, e) == -1)
		return -1;
	return fs_exists(dir, map_path) ? fs_read(a, dir, map_path, FS_READ_MAX, map, e) : 0;
}
