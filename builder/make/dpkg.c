/* SPDX-License-Identifier: ISC */
#include "make/dpkg.h"

struct paragraph {
	struct str package, version;
	bool is_installed;
};

static struct str
value_of(struct str line, struct str field)
{
	line = str_skip(line, field.n);
	while (line.n > 0 && line.p[0] == ' ')
		line = str_skip(line, 1);
	return line;
}

static void
take_line(struct paragraph *p, struct str line)
{
	if (str_starts(line, STR("Package:")))
		p->package = value_of(line, STR("Package:"));
	else if (str_starts(line, STR("Version:")))
		p->version = value_of(line, STR("Version:"));
	else if (str_starts(line, STR("Status:")))
		p->is_installed = str_ends(line, STR(" installed"));
}

static void
take_paragraph(const struct paragraph *p, const struct str *package, int n, struct str *version)
{
	if (!p->is_installed)
		return;
	for (int i = 0; i < n; i++)
		if (version[i].n == 0 && str_eq(package[i], p->package))
			version[i] = p->version;
}

void
dpkg_versions(struct str status, const struct str *package, int n, struct str *version)
{
	struct paragraph p = { 0 };
	struct str line;

	for (int i = 0; i < n; i++)
		version[i] = STR("");
	while (str_cut(&status, '\n', &line)) {
		if (line.n != 0) {
			take_line(&p, line);
			continue;
		}
		take_paragraph(&p, package, n, version);
		p = (struct paragraph){ 0 };
	}
	take_paragraph(&p, package, n, version);
}
