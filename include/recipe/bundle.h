/*
 * bundle.h - a profile: which programs of which packages a device gets, and where they go.
 *
 * It is data in the language of recipes, recipes/bundles/NAME.  What is said here holds for
 * each target alike.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_BUNDLE_H
#define RECIPE_BUNDLE_H

#include "recipe/parse.h"

enum bundle_format { BUNDLE_TAR_GZ, BUNDLE_TAR_ZST, BUNDLE_CPIO, BUNDLE_OCI, BUNDLE_FORMATS };

/* "cpio", as profiles and --format say it; "cpio.gz", how its file's name ends. That of oci is
 * one file for all targets, the others are one for each. */
const char *bundle_format_name(enum bundle_format f);
const char *bundle_format_suffix(enum bundle_format f);

/* One package of it. */
struct bundle_part {
	struct str package;
	struct str *option; /* to build it with: "http2", "-idn" */
	int noption;
	struct str *program; /* base names, in the profile's order; none: all of its programs */
	int nprogram;
	struct loc *program_at; /* of each */
	struct str optional;    /* why it may be missing where its source cannot be had; or "" */
	struct loc at;
};

/* Two paths below the bundle: of a link and what it leads to, or an old and a new one. */
struct bundle_pair {
	struct str one, two;
	struct loc at;
};

struct bundle {
	struct str name, summary;
	struct bundle_part *part;
	int npart;
	struct bundle_pair *rename; /* from, to; a folder's name goes for all below it */
	int nrename;
	struct bundle_pair *link; /* the link, what it leads to */
	int nlink;
	/* Paths that are left out, and of which package, or "" for all of them; a last * stands
	 * for any rest. */
	struct bundle_pair *without;
	int nwithout;
	struct str overlay; /* folder of the tree whose files are put on top; "" for none */
	struct loc overlay_at;
	uint64_t cap_bytes; /* that its files may have in all; 0: no cap */
	struct loc cap_at;
	bool has_format[BUNDLE_FORMATS]; /* what is written when nothing is asked for */
};

MUST_USE int parse_bundle(
    const struct parse *ps, const struct syntax_file *f, struct bundle *out, struct err *e);

#endif
