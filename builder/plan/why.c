/* SPDX-License-Identifier: ISC */
#include "plan/why.h"

#include <assert.h>

#include "base/map.h"
#include "base/vec.h"

enum { SHORT_BYTES = 200 };

static void
add_line(void *ctx, const char *tag, struct str value)
{
	struct buf *b = ctx;
	bool is_short =
	    value.n <= SHORT_BYTES && !str_has(value, STR("\n")) && !str_has(value, STR("\t"));
	struct digest d = digest_of(value);

	if (is_short)
		buf_printf(b, "%s\t" STR_FMT "\n", tag, STR_ARG(value));
	else
		buf_printf(b, "%s\tsha256:%s\n", tag, digest_hex(b->a, &d));
}

struct str
why_inputs(struct arena *a, const struct plan *p, int i)
{
	struct buf b = { .a = a };
	int *node = ARENA_NEW(a, int, (size_t)p->graph->n);
	int n = graph_link_view(p->graph, i, node);

	key_each_input(p->graph, i, p->outcome, &p->env, add_line, &b);
	for (int k = 0; k < n; k++)
		buf_printf(&b, "via " STR_FMT "\t%s\n",
		    STR_ARG(p->graph->node[node[k]].package->name),
		    digest_hex(a, &p->outcome[node[k]].key));
	return buf_str(&b);
}

struct line {
	struct str tag, value;
};

static int
split(struct arena *a, struct str list, struct line **out, struct map *index)
{
	VEC(struct line) lines = { 0 };
	struct str row, tag;

	while (str_cut(&list, '\n', &row)) {
		if (!str_cut(&row, '\t', &tag))
			continue;
		map_put(index, tag, lines.n);
		VEC_ADD(a, &lines, (struct line){ tag, row });
	}
	*out = lines.v;
	return lines.n;
}

int
why_compare(struct arena *a, struct str old_list, struct str new_list, struct why **out)
{
	VEC(struct why) found = { 0 };
	struct map old_index = { .a = a }, new_index = { .a = a };
	struct line *old_line, *new_line;
	int nold = split(a, old_list, &old_line, &old_index);
	int nnew = split(a, new_list, &new_line, &new_index);

	for (int i = 0; i < nnew; i++) {
		int at = map_get(&old_index, new_line[i].tag);
		assert(at == -1 || old_line != NULL);
		if (at == -1)
			VEC_ADD(a, &found,
			    (struct why){ WHY_ADDED, new_line[i].tag, STR(""), new_line[i].value });
		else if (!str_eq(old_line[at].value, new_line[i].value))
			VEC_ADD(a, &found,
			    (struct why){ WHY_CHANGED, new_line[i].tag, old_line[at].value,
				new_line[i].value });
	}
	for (int i = 0; i < nold; i++)
		if (map_get(&new_index, old_line[i].tag) == -1)
			VEC_ADD(a, &found,
			    (struct why){
				WHY_REMOVED, old_line[i].tag, old_line[i].value, STR("") });
	*out = found.v;
	return found.n;
}

/* Digests are told apart by their beginnings. */
static struct str
shortened(struct str value)
{
	struct digest d;
	struct str hex = str_starts(value, STR("sha256:")) ? str_skip(value, 7) : value;

	if (digest_parse(hex, &d) == 0)
		return (struct str){ hex.p, 12 };
	return value;
}

void
why_print(struct buf *out, const struct why *w)
{
	struct str old = shortened(w->old), new = shortened(w->new);

	buf_printf(out, STR_FMT ": ", STR_ARG(w->tag));
	if (w->kind == WHY_ADDED)
		buf_printf(out, "added, " STR_FMT "\n", STR_ARG(new));
	else if (w->kind == WHY_REMOVED)
		buf_printf(out, "gone, was " STR_FMT "\n", STR_ARG(old));
	else
		buf_printf(out, STR_FMT " -> " STR_FMT "\n", STR_ARG(old), STR_ARG(new));
}
