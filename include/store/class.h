/* class.h - the parts of an object. SPDX-License-Identifier: ISC */
#ifndef STORE_CLASS_H
#define STORE_CLASS_H

#include "base/str.h"

enum class {
	CLASS_DEV,     /* headers, archives, crt objects, .pc, .cmake */
	CLASS_BIN,     /* programs and scripts */
	CLASS_DATA,    /* what programs read: etc, share */
	CLASS_DOC,     /* manuals */
	CLASS_LICENCE, /* licence texts, usr/share/licenses/<package>/ */
	CLASS_DEBUG,   /* debug information by build-id */
	CLASS_MAP,     /* link maps and records by build-id */
	CLASS_COUNT
};

const char *class_name(enum class c);
int class_find(struct str name); /* an enum class, or -1 */

/* The class that an installed inner path belongs to ("usr/lib/libz.a" is dev). */
enum class class_of_path(struct str path);

#endif
