/*
 * apt.h - the package mirrors that this machine's apt is configured with.
 *
 * Reads sources.list, *.list (one line a source) and *.sources (deb822) as
 * sources.list(5) describes them; nothing of apt is run.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_APT_H
#define MAKE_APT_H

#include "base/err.h"
#include "base/str.h"

struct apt_places {
	struct str *v; /* http and https URIs without a "/" at the end, each once */
	int n, cap;
};

/* Add the URIs of archive kind "deb" in text that end in "/<archive>": "debian" leaves
 * out security archives and other people's. Pure. */
void apt_add_list(struct arena *a, struct str text, struct str archive, struct apt_places *out);
void apt_add_deb822(struct arena *a, struct str text, struct str archive, struct apt_places *out);

/* The same for every file of a folder like /etc/apt, in apt's order. What cannot be read
 * is passed over. */
void apt_places(struct arena *a, const char *folder, struct str archive, struct apt_places *out);

#endif
