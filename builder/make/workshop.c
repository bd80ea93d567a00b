/* SPDX-License-Identifier: ISC */
#include "make/workshop.h"

#include <fcntl.h>
#include <string.h>

#include "base/vec.h"
#include "driver/conf.h"
#include "make/environ.h"
#include "make/overlap.h"
#include "make/toolroot.h"
#include "sys/fs.h"

enum { JOBS_LEAST = 8 };

char *
workshop_build_path(struct arena *a, const struct workshop *w, const struct package *p)
{
	return arena_printf(a, "%s/build/" STR_FMT "/" STR_FMT, w->out_path,
	    STR_ARG(p->target->name), STR_ARG(p->name));
}

char *
workshop_log_path(struct arena *a, const struct workshop *w, const struct package *p)
{
	return arena_printf(a, "%s/log/" STR_FMT "/" STR_FMT ".log", w->out_path,
	    STR_ARG(p->target->name), STR_ARG(p->name));
}

int
workshop_log_open(const struct workshop *w, const char *path, struct err *e)
{
	struct arena tmp = { 0 };
	struct str name = str_base(str_of(path));
	char *folder = str_z(&tmp, (struct str){ path, strlen(path) - name.n - 1 });
	int rc = fs_mkdirs(w->out_dir, folder, e);

	arena_free(&tmp);
	if (rc == -1)
		return -1;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	return fd != -1 ? fd : err_sys(e, "open the log %s", path);
}

struct digest
workshop_label(const struct package *p)
{
	struct digest_ctx c;

	digest_init(&c);
	digest_field(&c, "name", p->name);
	digest_field(&c, "target", p->target->name);
	return digest_end(&c);
}

int
workshop_class_path(struct arena *a, const struct workshop *w, const struct digest *object,
    enum class class, const char **out, struct err *e)
{
	struct object o;

	if (store_object(w->store, a, object, false, &o, e) == -1)
		return -1;
	*out = !o.has_class[class] ? NULL :
				     arena_printf(a, "%s/%s/%s", store_path(w->store),
					 digest_hex(a, object), class_name(class));
	return 0;
}

int
workshop_tools(struct arena *a, const struct workshop *w, const struct package *p,
    const struct tool *const **out, struct err *e)
{
	const struct tool **tool = ARENA_NEW(a, const struct tool *, (size_t)p->ntool + 1);

	for (int i = 0; i < p->ntool; i++)
		if (tree_tool(w->tree, p->tool[i], &tool[i], e) == -1)
			return -1;
	*out = tool;
	return 0;
}

struct origin_list {
	struct origin *v;
	int n, cap;
};

/* Of each of n nodes the folder that is merged into one place of the sandbox. */
static int
add_origins(struct arena *a, const struct workshop *w, const int *node, int n, const char *inside,
    struct origin_list *out, struct err *e)
{
	for (int k = 0; k < n; k++) {
		struct origin new = { w->plan->graph->node[node[k]].package->name, inside, NULL };
		if (workshop_class_path(
			a, w, &w->plan->outcome[node[k]].object, CLASS_DEV, &new.folder, e) == -1)
			return -1;
		if (new.folder != NULL)
			VEC_ADD(a, out, new);
	}
	return 0;
}

int
workshop_origins(
    struct arena *a, const struct workshop *w, int i, struct origin **out, int *n, struct err *e)
{
	const struct graph *g = w->plan->graph;
	int *node = ARENA_NEW(a, int, (size_t)g->n);
	struct origin_list v = { 0 };

	if (add_origins(a, w, node, graph_link_view(g, i, node), LAYOUT_SYSROOT, &v, e) == -1 ||
	    add_origins(
		a, w, node, graph_build_link_view(g, i, node), DRIVER_BUILD_SYSROOT, &v, e) == -1)
		return -1;
	*out = v.v;
	*n = v.n;
	return 0;
}

/* The folders of one class of each of n nodes, NULL-ended, which are to be merged. */
static int
class_folders(struct overlap *v, const struct workshop *w, const int *node, int n,
    const char *const **out, struct err *e)
{
	VEC(const char *) folder = { 0 };
	struct arena *a = v->a;

	v->owner.a = a;
	for (int k = 0; k < n; k++) {
		const struct digest *object = &w->plan->outcome[node[k]].object;
		struct object *o = ARENA_NEW(a, struct object, 1);
		if (store_use(w->store, object, e) == -1 ||
		    store_object(w->store, a, object, false, o, e) == -1 ||
		    overlap_take(v, o, e) == -1)
			return -1;
		if (o->has_class[v->class])
			VEC_ADD(a, &folder,
			    arena_printf(a, "%s/%s/%s", store_path(w->store), digest_hex(a, object),
				class_name(v->class)));
	}
	VEC_ADD(a, &folder, NULL);
	*out = folder.v;
	return 0;
}

/* The compiler for programs of the build machine, when the package needs one. */
static int
add_build_compiler(
    struct arena *a, const struct workshop *w, int i, struct sandbox *out, struct err *e)
{
	const struct graph *g = w->plan->graph;
	struct overlap dev = {
		.a = a, .of = g->node[i].package, .kind = NEED_BUILD_LINK, .class = CLASS_DEV
	};
	int *node = ARENA_NEW(a, int, (size_t)g->n);
	int n = graph_build_link_view(g, i, node);

	if (n == 0)
		return 0;
	out->build_conf = driver_build_conf_text(a, g->node[node[0]].package->target);
	return class_folders(&dev, w, node, n, &out->build_sysroot, e);
}

int
workshop_sandbox(
    struct arena *a, const struct workshop *w, int i, struct sandbox *out, struct err *e)
{
	const struct graph *g = w->plan->graph;
	const struct package *p = g->node[i].package;
	struct overlap dev = { .a = a, .of = p, .kind = NEED_LINK, .class = CLASS_DEV };
	struct overlap bin = { .a = a, .of = p, .kind = NEED_BUILD, .class = CLASS_BIN };
	const struct tool *const *tool;
	int *node = ARENA_NEW(a, int, (size_t)g->n);
	char *toolroot;

	if (workshop_tools(a, w, p, &tool, e) == -1 ||
	    toolroot_get(a, w->out_dir, tool, p->ntool, &toolroot, e) == -1)
		return -1;
	int n = graph_link_view(g, i, node);
	if (class_folders(&dev, w, node, n, &out->sysroot, e) == -1)
		return -1;
	n = graph_build_view(g, i, node);
	if (class_folders(&bin, w, node, n, &out->bin, e) == -1 ||
	    add_build_compiler(a, w, i, out, e) == -1)
		return -1;
	out->level = w->level;
	out->toolroot = toolroot;
	out->driver = w->driver;
	out->driver_name = driver_names(a, p->target->triple, out->build_conf != NULL);
	out->driver_conf = driver_conf_text(a, p);
	out->env = environ_make(a, p, w->jobs > JOBS_LEAST ? w->jobs : JOBS_LEAST);
	return 0;
}
