/* SPDX-License-Identifier: ISC */
#include "ship/oci.h"

#include <stdlib.h>

#include "base/json.h"

#define MEDIA "application/vnd.oci.image."

static void
put_digest(struct json *j, const char *name, const struct digest *d)
{
	json_str(j, name, str_printf(j->out->a, "sha256:%s", digest_hex(j->out->a, d)));
}

static void
put_descriptor(struct json *j, const char *name, const char *type, const struct oci_file *f)
{
	json_open(j, name, '{');
	json_str(j, "mediaType", str_of(type));
	put_digest(j, "digest", &f->digest);
	json_int(j, "size", (int64_t)f->size_bytes);
}

static void
put_platform(struct json *j, struct str platform)
{
	static const char *const key[] = { "os", "architecture", "variant" };
	struct str part;

	for (size_t i = 0; i < COUNT_OF(key) && str_cut(&platform, '/', &part); i++)
		json_str(j, key[i], part);
}

static struct str
blob_path(struct arena *a, const struct digest *d)
{
	return str_printf(a, "blobs/sha256/%s", digest_hex(a, d));
}

/* Two images may have the same bytes. */
static void
add_file(struct oci *o, const struct oci_file *f)
{
	for (int i = 0; i < o->file.n; i++)
		if (str_eq(o->file.v[i].path, f->path))
			return;
	VEC_ADD(o->a, &o->file, *f);
}

static struct oci_file
add_text(struct oci *o, struct str path, struct str text)
{
	struct oci_file f = {
		.path = path, .digest = digest_of(text), .size_bytes = text.n, .text = text
	};

	if (f.path.n == 0)
		f.path = blob_path(o->a, &f.digest);
	add_file(o, &f);
	return f;
}

static struct str
config(struct arena *a, const struct oci_image *image)
{
	struct buf out = { .a = a };
	struct json j = { .out = &out };

	json_open(&j, NULL, '{');
	put_platform(&j, image->platform);
	json_open(&j, "config", '{');
	json_open(&j, "Env", '[');
	json_str(&j, NULL, STR("PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
	json_close(&j, ']');
	if (image->entry.n != 0) {
		json_open(&j, "Cmd", '[');
		json_str(&j, NULL, str_printf(a, "/" STR_FMT, STR_ARG(image->entry)));
		json_close(&j, ']');
	}
	json_close(&j, '}');
	json_open(&j, "rootfs", '{');
	json_str(&j, "type", STR("layers"));
	json_open(&j, "diff_ids", '[');
	put_digest(&j, NULL, &image->bare);
	json_close(&j, ']');
	json_close(&j, '}');
	json_close(&j, '}');
	return buf_str(&out);
}

static void
open_document(struct json *j, const char *type)
{
	json_open(j, NULL, '{');
	json_int(j, "schemaVersion", 2);
	json_str(j, "mediaType", str_of(type));
}

static struct str
manifest(struct arena *a, const struct oci_file *conf, const struct oci_file *layer)
{
	struct buf out = { .a = a };
	struct json j = { .out = &out };

	open_document(&j, MEDIA "manifest.v1+json");
	put_descriptor(&j, "config", MEDIA "config.v1+json", conf);
	json_close(&j, '}');
	json_open(&j, "layers", '[');
	put_descriptor(&j, NULL, MEDIA "layer.v1.tar+gzip", layer);
	json_close(&j, '}');
	json_close(&j, ']');
	json_close(&j, '}');
	return buf_str(&out);
}

void
oci_add(struct oci *o, const struct oci_image *image)
{
	struct oci_file layer = image->layer;

	layer.path = blob_path(o->a, &layer.digest);
	add_file(o, &layer);
	struct oci_file conf = add_text(o, STR(""), config(o->a, image));
	struct oci_file own = add_text(o, STR(""), manifest(o->a, &conf, &layer));
	VEC_ADD(o->a, &o->manifest, own);
	VEC_ADD(o->a, &o->platform, image->platform);
}

/* All images, by their platforms. */
static struct str
index_of_images(struct oci *o)
{
	struct buf out = { .a = o->a };
	struct json j = { .out = &out };

	open_document(&j, MEDIA "index.v1+json");
	json_open(&j, "manifests", '[');
	for (int i = 0; i < o->manifest.n; i++) {
		put_descriptor(&j, NULL, MEDIA "manifest.v1+json", &o->manifest.v[i]);
		json_open(&j, "platform", '{');
		put_platform(&j, o->platform.v[i]);
		json_close(&j, '}');
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_open(&j, "annotations", '{');
	json_str(&j, "org.opencontainers.image.title", o->name);
	json_str(&j, "org.opencontainers.image.description", o->summary);
	json_close(&j, '}');
	json_close(&j, '}');
	return buf_str(&out);
}

/* What a reader of the layout looks at first: one image of this name, which is the index. */
static struct str
entry_point(struct oci *o, const struct oci_file *all)
{
	struct buf out = { .a = o->a };
	struct json j = { .out = &out };

	open_document(&j, MEDIA "index.v1+json");
	json_open(&j, "manifests", '[');
	put_descriptor(&j, NULL, MEDIA "index.v1+json", all);
	json_open(&j, "annotations", '{');
	json_str(&j, "org.opencontainers.image.ref.name", o->name);
	json_close(&j, '}');
	json_close(&j, '}');
	json_close(&j, ']');
	json_close(&j, '}');
	return buf_str(&out);
}

static int
compare(const void *one, const void *two)
{
	const struct oci_file *a = one, *b = two;

	return str_cmp(a->path, b->path);
}

void
oci_finish(struct oci *o)
{
	struct oci_file all = add_text(o, STR(""), index_of_images(o));

	(void)add_text(o, STR("index.json"), entry_point(o, &all));
	(void)add_text(o, STR("oci-layout"), STR("{\"imageLayoutVersion\":\"1.0.0\"}"));
	qsort(o->file.v, (size_t)o->file.n, sizeof(*o->file.v), compare);
}
