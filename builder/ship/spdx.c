/* SPDX-License-Identifier: ISC */
#include "ship/spdx.h"

static bool
is_joint(struct str word)
{
	return str_is(word, "WITH") || str_is(word, "OR");
}

/* How many words from i on belong together, and whether there is a choice among them. */
static int
group(const struct str *word, int n, int i, bool *is_choice)
{
	int k = 1;

	*is_choice = false;
	while (i + k + 1 < n && is_joint(word[i + k])) {
		*is_choice = *is_choice || str_is(word[i + k], "OR");
		k += 2;
	}
	return k;
}

void
spdx_expression(struct buf *out, const struct str *word, int n)
{
	bool is_choice;

	for (int i = 0, k; i < n; i += k) {
		k = group(word, n, i, &is_choice);
		is_choice = is_choice && k < n;
		buf_add_z(out, i == 0 ? "" : " AND ");
		buf_add_z(out, is_choice ? "(" : "");
		for (int w = i; w < i + k; w++)
			buf_printf(out, "%s" STR_FMT, w == i ? "" : " ", STR_ARG(word[w]));
		buf_add_z(out, is_choice ? ")" : "");
	}
}

/* Of a family, by the start of its names; those that ask for files alone are among them. */
static const char *const copyleft[] = { "AGPL-", "CC-BY-SA-", "CDDL-", "CECILL-", "CPL-", "EPL-",
	"EUPL-", "GFDL-", "GPL-", "LGPL-", "LGPLLR", "MPL-", "MS-RL", "OSL-", "QPL-", "RPL-",
	"SSPL-", "Sleepycat" };

bool
spdx_is_copyleft(const struct str *word, int n)
{
	for (int i = 0; i < n; i++)
		for (size_t k = 0; k < COUNT_OF(copyleft); k++)
			if (str_starts(word[i], str_of(copyleft[k])))
				return true;
	return false;
}
