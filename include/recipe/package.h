/*
 * package.h - what the recipe tree says, as plain structs.
 *
 * `struct package` is a recipe read for one target with one set of options:
 * conditions are decided, $name and $version are filled in, the style's phases
 * and the recipe's own are merged.  `struct target`, `style`, `tool` and `mirror`
 * are the other kinds of data file.  All are made by tree.h, are never changed
 * afterwards, and live in its arena.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_PACKAGE_H
#define RECIPE_PACKAGE_H

#include "base/str.h"
#include "lib/digest.h"
#include "recipe/syntax.h"

/* The phases of a package in their order; the first three and the last are kiln's
 * own steps, the others are shell bodies that run in the sandbox. */
enum phase {
	PHASE_FETCH,
	PHASE_UNPACK,
	PHASE_PATCH,
	PHASE_CONFIGURE,
	PHASE_BUILD,
	PHASE_CHECK, /* upstream's own suite, only with --check */
	PHASE_INSTALL,
	PHASE_PACKAGE, /* classes, strip, judge, publish */
	PHASE_TEST,    /* the recipe's commands, run on the finished object */
	PHASE_COUNT
};
const char *phase_name(enum phase p);
int phase_find(struct str name); /* an enum phase, or -1 */

/* A body with where its first line stands; text.n == 0 when there is none. One that was
 * given empty is "\n". */
struct body {
	struct str text;
	struct loc at;
};

struct source {
	struct str file; /* its name among the distfiles */
	struct str *url; /* upstream first; "group:path" names a mirror group */
	int nurl;
	struct digest sha256;
	bool has_sha256; /* false right after a version bump (`kiln checksum`), and for what is
			    not in the tree */
	uint64_t size_bytes;
	struct str dir;   /* inner path below the stage to unpack into; "" the stage itself */
	struct str *only; /* unpack nothing but these inner paths (after strip); none: all */
	int nonly;
	int strip;     /* leading path parts taken off each entry; 1 unless said otherwise */
	bool keep;     /* do not unpack: copy the file itself into dir */
	bool is_local; /* `local NAME`: a file of the tree, below patches/<package>/; no url */
	/* `from-tree PATH`, which is local as well: file is the path of a file or a folder below
	 * the tree's own. */
	bool is_from_tree;
	const char *path;   /* of a local one, absolute */
	const char *folder; /* absolute: to be copied, sha256 is that of its list; or NULL */
	struct loc at;
};

enum need_kind {
	NEED_LINK,  /* its dev class stands in the sysroot, and so on through its own needs */
	NEED_BUILD, /* its programs, built for the build machine, stand in PATH */
	NEED_RUN,   /* its programs go where this package goes */
	/* Its dev class, made for the build machine, stands in the sysroot of build-cc. Recipes
	 * say `need sysroot for build`; the graph puts the sysroot's parts in its place. */
	NEED_BUILD_LINK,
};

const char *need_kind_name(enum need_kind k); /* "link", "build", "run", "build-link" */

struct need {
	struct str name;
	enum need_kind kind;
	struct loc at;
};

/* Replace in one file of the stage, line by line. */
struct edit {
	struct str file;    /* inner path */
	struct str pattern; /* POSIX extended regular expression */
	struct str with;    /* replacement; \0 to \9 are the match and its groups */
	uint64_t times;     /* how many matches there must be, over the whole file */
	struct loc at;
};

struct patch {
	struct str name; /* NNNN-what.patch */
	struct str text;
	const char *path; /* where it stands, as errors name it */
};

struct setting { /* an environment variable of the bodies */
	struct str name, value;
};

struct waiver {
	struct str rule, reason;
	struct str path; /* of the object the waiver is for, may end in "*"; "" for all */
};

struct option {
	struct str name, help;
	bool on; /* as resolved */
};

/* One word-list each, joined by a blank in the environment of the bodies. */
enum arglist { ARGS_CONFIGURE, ARGS_MAKE, ARGS_INSTALL, ARGS_COUNT };

struct package {
	struct str name, version, summary, home;
	struct str *licence; /* SPDX identifiers */
	int nlicence;
	struct str *licence_file; /* inner paths of the stage; "#text" after one is not allowed */
	int nlicence_file;
	struct str cpe; /* "VENDOR:PRODUCT", or "" */
	const struct target *target;
	struct str style; /* "" for plain phases */
	struct source *source;
	int nsource;
	struct patch *patch; /* by name */
	int npatch;
	struct edit *edit;
	int nedit;
	struct need *need; /* the sysroot's parts included, first */
	int nneed;
	struct str *tool; /* base is always among them; by name, each once */
	int ntool;
	struct setting *setting; /* target's, style's, recipe's: the last of a name; by name */
	int nsetting;
	struct str args[ARGS_COUNT]; /* joined by blanks */
	struct body phase[PHASE_COUNT];
	struct body test; /* not in the key */
	struct waiver *waiver;
	int nwaiver;
	struct option *option;
	int noption;
	bool is_sysroot;         /* part of a sysroot: gets no sysroot by itself, builds bare */
	bool is_dirty;           /* built from a working copy: working.h */
	struct str *only_target; /* targets it is for; none: all */
	int nonly_target;
	struct loc only_at;
	uint64_t limit_total_s, limit_silent_s; /* of one phase */
	struct loc at;                          /* of the name */
};

struct target {
	struct str name, triple, summary;
	uint64_t elf_machine, elf_bits; /* e_machine; 32 or 64 */
	struct loc machine_at;          /* where the machine stands in its file */
	struct str float_abi;           /* "hard", "soft", or "" where there is one only */
	struct str arch_level;          /* for arm: the highest Tag_CPU_arch allowed, "v7"; or "" */
	uint64_t flags_mask, flags;     /* of e_flags, these bits have that value; 0, 0: any */
	struct str emulation;           /* the linker's name for it: "armelf_linux_eabi" */
	struct str platform;            /* of containers: "linux/arm/v7"; or "" */
	struct str *uname;              /* what uname -m says where it runs; none: not known */
	int nuname;
	struct str *arch_flag; /* the driver adds them to every compile and link */
	int narch_flag;
	struct str cflags, ldflags; /* defaults of CFLAGS and LDFLAGS, joined by blanks */
	struct str *emulator;       /* program and arguments; none: runs natively */
	int nemulator;
	struct str *sysroot; /* packages that make up the virtual `sysroot` */
	int nsysroot;
	struct str *sysroot_cxx; /* those that `sysroot-c++` adds to it */
	int nsysroot_cxx;
	struct setting *setting; /* TARGET_... for recipes that ask */
	int nsetting;
};

struct style {
	struct str name, summary;
	struct str *tool;
	int ntool;
	struct need *need; /* for build */
	int nneed;
	struct setting *setting;
	int nsetting;
	struct body phase[PHASE_COUNT];
};

/* A program of the build machine that may stand in a sandbox. */
struct tool {
	struct str name, summary;
	struct tool_program {
		struct str path; /* of the real program: never through /etc/alternatives */
		struct str as;   /* the name it is called by, when another one */
	} * program;
	int nprogram;
	struct str *data; /* absolute files and folders it reads */
	int ndata;
	struct str *debian; /* packages that bring it */
	int ndebian;
	bool by_bytes; /* identity by bytes, not by the package's version */
};

struct mirror {
	struct str name;
	struct str env; /* variable that overrides it: one URL, or several by blanks */
	bool from_apt;  /* the machine's apt sources come next */
	struct str *url;
	int nurl;
};

/* Can it be built for the target that it was read for? `only-target` says. */
bool package_fits(const struct package *p);

/* The targets that `only-target` names, for a sentence: "x86_64 and aarch64". */
struct str package_only(struct arena *a, const struct package *p);

/* The canonical print of the fields that are marked "in the key" in the field
 * table, framed into c in the table's order: the recipe's part of a key. */
void package_digest(struct digest_ctx *c, const struct package *p);

/* The same for what the target file adds. */
void target_digest(struct digest_ctx *c, const struct target *t);

/* The same inputs in the same order, shown: what `kiln why` compares. Tags are unique in
 * one package ("version", "phase build", "set CC_OPT", "source curl-8.tar.gz sha256",
 * "edit 2 Makefile with", "patch 0001-x.patch"); they are valid during the call only. */
void package_each_input(
    const struct package *p, void (*each)(void *ctx, const char *tag, struct str value), void *ctx);
void target_each_input(
    const struct target *t, void (*each)(void *ctx, const char *tag, struct str value), void *ctx);

#endif
