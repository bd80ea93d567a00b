/*
 * oci.h - a bundle as an OCI image layout (image-spec 1.1): an image for each target, and one
 * index that names them all by their platforms.
 *
 *	oci-layout                    says the version
 *	index.json                    leads to the index
 *	blobs/sha256/HEX              the index; for each image a manifest, a configuration, and
 *	                              its only layer, which is the bundle's tar.gz
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_OCI_H
#define SHIP_OCI_H

#include "base/vec.h"
#include "lib/digest.h"

/* A file of the layout. */
struct oci_file {
	struct str path;
	struct digest digest;
	uint64_t size_bytes;
	struct str text;  /* what is in it; or */
	const char *from; /* absolute: the file that it is */
};

struct oci_image {
	struct str platform;   /* "linux/arm/v7": OS, architecture, perhaps its variant */
	struct str entry;      /* what is started when nothing is said: "bin/sh", or "" */
	struct oci_file layer; /* without its path */
	struct digest bare;    /* of the layer as a bare tar */
};

struct oci {
	struct arena *a;
	struct str name, summary; /* of the bundle */
	VEC(struct oci_file) file;
	VEC(struct oci_file) manifest; /* of the images, with their platforms */
	VEC(struct str) platform;
};

/* Initialise with .a, name, summary; add each image; finish. Files stand by path then. */
void oci_add(struct oci *o, const struct oci_image *image);
void oci_finish(struct oci *o);

#endif
