/*
 * device.h - what is done on a device to put a bundle there, as commands of its shell.
 *
 *	FOLDER/versions/ID/        a bundle, unpacked; ID is the start of its bare tar's digest
 *	FOLDER/versions/ID.part/   one on its way
 *	FOLDER/current             a link to the version in use
 *	FOLDER/previous            a link to the one before it
 *
 * A version gets its name when all of it was checked, and is in use by the rename of one link:
 * cut off anywhere, the device has the old version or the new one.
 *
 * The shell is POSIX, and of programs these have to be there: tar, gzip, sha256sum, readlink,
 * and a mv that knows -T, as those of busybox and coreutils do.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_DEVICE_H
#define SHIP_DEVICE_H

#include "base/buf.h"
#include "base/err.h"

struct device {
	struct arena *a;
	const char *host;    /* as ssh takes it: "root@board" */
	const char *folder;  /* "/opt/kiln/minimal" */
	const char *version; /* ID */
};

/* "HOST[:FOLDER]"; an address of IPv6 stands in brackets, which ssh does not get. Without a
 * folder it is /opt/kiln/PROFILE. ERR_USAGE for what a shell could take for something else. */
MUST_USE int device_parse(
    struct arena *a, struct str text, struct str profile, struct device *out, struct err *e);

/* Says what is there; see device_told. */
const char *device_probe(const struct device *d);

/* An empty folder for the version, unless it is there. */
const char *device_prepare(const struct device *d);
/* stdin: the tar.gz. */
const char *device_unpack(const struct device *d);
/* stdin: "<sha256>  <path>" of each file. It says what differs, then "ok" and how many do not. */
const char *device_check_files(const struct device *d);
/* stdin: path and target of each link with a tab between, a line each. It says the same. */
const char *device_check_links(const struct device *d);
/* The version's name, and the link to it. */
const char *device_switch(const struct device *d);
/* What is neither current nor previous goes. */
const char *device_prune(const struct device *d);

/* The previous version is the current one, and the other way round. */
const char *device_rollback(const struct device *d);

/* What a probe said, a word and a value on each line. */
struct device_told {
	struct str machine;           /* of uname -m */
	uint64_t free_bytes;          /* where the folder is, or is to be */
	struct str current, previous; /* IDs, or "" */
	bool has_version;             /* the version is there, whole */
	struct str lacks;             /* programs, by blanks */
	struct str not_writable;      /* a folder, or "" */
};

/* ERR_MACHINE when it is not what a probe says. */
MUST_USE int device_read(struct str text, struct device_told *out, struct err *e);

#endif
