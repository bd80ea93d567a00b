/* SPDX-License-Identifier: ISC */
#include "ship/sbom.h"

#include <string.h>

#include "base/json.h"
#include "ship/spdx.h"

struct sbom {
	struct arena *a;
	const struct bill *bill;
	const struct inventory *v;
	struct json json;
};

static const char bundle_ref[] = "bundle";

/* ---- names ---- */

/* What a purl keeps as it is; ":" and "/" are for the caller. */
static void
add_escaped(struct buf *out, struct str s, const char *keep)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
		if (is_plain || strchr(keep, c) != NULL)
			buf_add_char(out, c);
		else
			buf_printf(out, "%%%02X", (unsigned char)c);
	}
}

static struct str
purl_start(struct arena *a, const struct package *p)
{
	struct buf out = { .a = a };

	buf_add_z(&out, "pkg:generic/");
	add_escaped(&out, p->name, "");
	buf_add_char(&out, '@');
	add_escaped(&out, p->version, "");
	return buf_str(&out);
}

static bool
is_url(struct str place)
{
	return str_starts(place, STR("https://")) || str_starts(place, STR("http://"));
}

/* Upstream's, where the recipe names it; "" when the file is in a mirror group only. */
static struct str
upstream(const struct source *s)
{
	for (int i = 0; i < s->nurl; i++)
		if (is_url(s->url[i]))
			return s->url[i];
	return STR("");
}

/* The first file that is downloaded: what the package is made of. */
static const struct source *
main_source(const struct package *p)
{
	for (int i = 0; i < p->nsource; i++)
		if (!p->source[i].is_local)
			return &p->source[i];
	return NULL;
}

static struct str
purl(struct arena *a, const struct package *p)
{
	const struct source *s = main_source(p);
	struct buf out = { .a = a };

	buf_add(&out, purl_start(a, p));
	if (s == NULL || !s->has_sha256)
		return buf_str(&out);
	buf_printf(&out, "?checksum=sha256:%s", digest_hex(a, &s->sha256));
	if (upstream(s).n != 0) {
		buf_add_z(&out, "&download_url=");
		add_escaped(&out, upstream(s), ":");
	}
	return buf_str(&out);
}

/* A formatted string of CPE 2.3, in which other characters than these are escaped. */
static struct str
cpe(struct arena *a, const struct package *p)
{
	struct buf out = { .a = a };

	buf_printf(&out, "cpe:2.3:a:" STR_FMT ":", STR_ARG(p->cpe));
	for (size_t i = 0; i < p->version.n; i++) {
		char c = p->version.p[i];
		if (strchr("+~", c) != NULL)
			buf_add_char(&out, '\\');
		buf_add_char(&out, c);
	}
	buf_add_z(&out, ":*:*:*:*:*:*:*");
	return buf_str(&out);
}

static struct str
program_ref(const struct sbom *s, const struct inventory_program *p)
{
	return str_printf(s->a, "file:" STR_FMT, STR_ARG(p->path));
}

/* ---- packages ---- */

static void
put_property(struct json *j, const char *name, struct str value)
{
	json_open(j, NULL, '{');
	json_str(j, "name", str_of(name));
	json_str(j, "value", value);
	json_close(j, '}');
}

static void
put_bytes(struct sbom *s, const char *name, uint64_t value)
{
	put_property(&s->json, name, str_printf(s->a, "%llu", (unsigned long long)value));
}

static void
put_hashes(struct sbom *s, const struct digest *d)
{
	struct json *j = &s->json;

	json_open(j, "hashes", '[');
	json_open(j, NULL, '{');
	json_str(j, "alg", STR("SHA-256"));
	json_str(j, "content", str_of(digest_hex(s->a, d)));
	json_close(j, '}');
	json_close(j, ']');
}

static void
put_licences(struct sbom *s, const struct package *p)
{
	struct json *j = &s->json;
	struct buf text = { .a = s->a };

	spdx_expression(&text, p->licence, p->nlicence);
	json_open(j, "licenses", '[');
	json_open(j, NULL, '{');
	json_str(j, "expression", buf_str(&text));
	json_str(j, "acknowledgement", STR("declared"));
	json_close(j, '}');
	json_close(j, ']');
}

static void
put_sources(struct sbom *s, const struct package *p)
{
	struct json *j = &s->json;

	json_open(j, "externalReferences", '[');
	json_open(j, NULL, '{');
	json_str(j, "type", STR("website"));
	json_str(j, "url", p->home);
	json_close(j, '}');
	for (int i = 0; i < p->nsource; i++) {
		const struct source *source = &p->source[i];
		if (source->nurl == 0)
			continue;
		json_open(j, NULL, '{');
		json_str(j, "type", STR("source-distribution"));
		json_str(j, "url", upstream(source).n != 0 ? upstream(source) : source->url[0]);
		if (source->has_sha256)
			put_hashes(s, &source->sha256);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
put_patches(struct sbom *s, const struct package *p)
{
	struct json *j = &s->json;

	if (p->npatch == 0)
		return;
	json_open(j, "pedigree", '{');
	json_open(j, "patches", '[');
	for (int i = 0; i < p->npatch; i++) {
		json_open(j, NULL, '{');
		json_str(j, "type", STR("unofficial"));
		json_open(j, "diff", '{');
		json_open(j, "text", '{');
		json_str(j, "contentType", STR("text/x-diff"));
		json_str(j, "content", p->patch[i].text);
		json_close(j, '}');
		json_str(j, "url",
		    str_printf(s->a, "patches/" STR_FMT "/" STR_FMT, STR_ARG(p->name),
			STR_ARG(p->patch[i].name)));
		json_close(j, '}');
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void
put_package(struct sbom *s, const struct inventory_part *part)
{
	const struct package *p = part->package;
	struct json *j = &s->json;

	json_open(j, NULL, '{');
	json_str(j, "type", part->is_shipped ? STR("application") : STR("library"));
	json_str(j, "bom-ref", purl_start(s->a, p));
	json_str(j, "name", p->name);
	json_str(j, "version", p->version);
	json_str(j, "description", p->summary);
	put_licences(s, p);
	if (p->cpe.n != 0)
		json_str(j, "cpe", cpe(s->a, p));
	json_str(j, "purl", purl(s->a, p));
	put_patches(s, p);
	put_sources(s, p);
	json_open(j, "properties", '[');
	put_property(j, "kiln:object", str_of(digest_hex(s->a, &part->object)));
	put_bytes(s, "kiln:files-bytes", part->files_bytes);
	put_bytes(s, "kiln:linked-bytes", part->linked_bytes);
	for (int i = 0; i < p->noption; i++)
		if (p->option[i].on)
			put_property(j, "kiln:option", p->option[i].name);
	json_close(j, ']');
	json_close(j, '}');
}

/* ---- programs ---- */

static void
put_program(struct sbom *s, const struct inventory_program *p)
{
	struct json *j = &s->json;

	json_open(j, NULL, '{');
	json_str(j, "type", STR("file"));
	json_str(j, "bom-ref", program_ref(s, p));
	json_str(j, "name", p->path);
	put_hashes(s, &p->digest);
	json_open(j, "properties", '[');
	put_property(j, "kiln:build-id", p->build_id);
	put_bytes(s, "kiln:loaded-bytes", p->loaded_bytes);
	for (int i = 0; i < p->nshare; i++) {
		const struct inventory_share *share = &p->share[i];
		if (share->part != -1)
			put_bytes(s,
			    arena_printf(s->a, "kiln:linked-bytes:" STR_FMT,
				STR_ARG(s->v->part.v[share->part].package->name)),
			    share->file_bytes);
	}
	json_close(j, ']');
	json_close(j, '}');
}

/* ---- what Go's programs say of themselves ---- */

static struct str
module_ref(const struct sbom *s, struct str path, struct str version)
{
	struct buf out = { .a = s->a };

	buf_add_z(&out, "pkg:golang/");
	add_escaped(&out, path, "/");
	buf_add_char(&out, '@');
	add_escaped(&out, version, "");
	return buf_str(&out);
}

/* Go's own library, by the name that databases of faults have for it. */
static struct str
library_ref(const struct sbom *s, const struct gobuild *go)
{
	return module_ref(s, STR("std"), go->go);
}

static void
put_module(struct sbom *s, struct map *seen, struct str path, struct str version)
{
	struct json *j = &s->json;
	struct str ref = module_ref(s, path, version);

	if (map_get(seen, ref) != -1)
		return;
	map_put(seen, ref, 0);
	json_open(j, NULL, '{');
	json_str(j, "type", STR("library"));
	json_str(j, "bom-ref", ref);
	json_str(j, "name", path);
	json_str(j, "version", version);
	json_str(j, "purl", ref);
	json_close(j, '}');
}

static void
put_modules(struct sbom *s)
{
	struct map seen = { .a = s->a };

	for (int i = 0; i < s->v->program.n; i++) {
		const struct inventory_program *p = &s->v->program.v[i];
		if (p->is_go)
			put_module(s, &seen, STR("std"), p->go.go);
		for (int k = 0; k < p->go.nmodule; k++)
			put_module(s, &seen, p->go.module[k].path, p->go.module[k].version);
	}
}

/* ---- who depends on what ---- */

/* What is linked into a program. */
static void
put_linked(struct sbom *s, const struct inventory_program *p)
{
	struct json *j = &s->json;

	for (int k = 0; k < p->nshare; k++)
		if (p->share[k].part != -1)
			json_str(j, NULL, purl_start(s->a, s->v->part.v[p->share[k].part].package));
	if (!p->is_go)
		return;
	json_str(j, NULL, purl_start(s->a, s->v->part.v[p->part].package));
	json_str(j, NULL, library_ref(s, &p->go));
	for (int k = 0; k < p->go.nmodule; k++)
		json_str(j, NULL, module_ref(s, p->go.module[k].path, p->go.module[k].version));
}

static void
put_dependencies(struct sbom *s)
{
	struct json *j = &s->json;

	json_open(j, "dependencies", '[');
	json_open(j, NULL, '{');
	json_str(j, "ref", str_of(bundle_ref));
	json_open(j, "dependsOn", '[');
	for (int i = 0; i < s->v->part.n && s->v->part.v[i].is_shipped; i++)
		json_str(j, NULL, purl_start(s->a, s->v->part.v[i].package));
	for (int i = 0; i < s->v->program.n; i++)
		json_str(j, NULL, program_ref(s, &s->v->program.v[i]));
	json_close(j, ']');
	json_close(j, '}');
	for (int i = 0; i < s->v->program.n; i++) {
		const struct inventory_program *p = &s->v->program.v[i];
		json_open(j, NULL, '{');
		json_str(j, "ref", program_ref(s, p));
		json_open(j, "dependsOn", '[');
		put_linked(s, p);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* Does the document say all that is in it? */
static bool
is_told(const struct inventory_program *p)
{
	return p->is_known || p->is_go;
}

/* Programs whose link is known, or those of which it is not. */
static void
put_composition(struct sbom *s, bool is_known)
{
	struct json *j = &s->json;
	int n = 0;

	for (int i = 0; i < s->v->program.n; i++)
		n += is_told(&s->v->program.v[i]) == is_known;
	if (n == 0)
		return;
	json_open(j, NULL, '{');
	json_str(j, "aggregate", is_known ? STR("complete") : STR("unknown"));
	json_open(j, "dependencies", '[');
	for (int i = 0; i < s->v->program.n; i++)
		if (is_told(&s->v->program.v[i]) == is_known)
			json_str(j, NULL, program_ref(s, &s->v->program.v[i]));
	json_close(j, ']');
	json_close(j, '}');
}

/* ---- the document ---- */

/* A version 8 UUID (RFC 9562), whose bits are the maker's choice: the bare tar's digest. */
static struct str
serial_number(struct arena *a, const struct digest *d)
{
	const unsigned char *b = d->byte;
	struct buf out = { .a = a };

	buf_add_z(&out, "urn:uuid:");
	for (int i = 0; i < 16; i++) {
		unsigned char byte = b[i];
		if (i == 6)
			byte = (unsigned char)(0x80 | (byte & 0x0f));
		if (i == 8)
			byte = (unsigned char)(0x80 | (byte & 0x3f));
		buf_printf(&out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", byte);
	}
	return buf_str(&out);
}

static void
put_metadata(struct sbom *s)
{
	struct json *j = &s->json;

	json_open(j, "metadata", '{');
	json_open(j, "lifecycles", '[');
	json_open(j, NULL, '{');
	json_str(j, "phase", STR("build"));
	json_close(j, '}');
	json_close(j, ']');
	json_open(j, "tools", '{');
	json_open(j, "components", '[');
	json_open(j, NULL, '{');
	json_str(j, "type", STR("application"));
	json_str(j, "name", STR("kiln"));
	json_str(j, "version", STR(KILN_VERSION));
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
	json_open(j, "component", '{');
	json_str(j, "type", STR("firmware"));
	json_str(j, "bom-ref", str_of(bundle_ref));
	json_str(j, "name", s->bill->bundle->name);
	json_str(j, "description", s->bill->bundle->summary);
	put_hashes(s, &s->bill->tar);
	json_open(j, "properties", '[');
	put_property(j, "kiln:target", s->bill->target->name);
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, '}');
}

void
sbom_print(struct buf *out, const struct bill *b)
{
	struct sbom s = { .a = out->a, .bill = b, .v = b->inventory, .json = { .out = out } };
	struct json *j = &s.json;

	json_open(j, NULL, '{');
	json_str(j, "bomFormat", STR("CycloneDX"));
	json_str(j, "specVersion", STR("1.6"));
	json_str(j, "serialNumber", serial_number(s.a, &b->tar));
	json_int(j, "version", 1);
	put_metadata(&s);
	json_open(j, "components", '[');
	for (int i = 0; i < s.v->part.n; i++)
		put_package(&s, &s.v->part.v[i]);
	put_modules(&s);
	for (int i = 0; i < s.v->program.n; i++)
		put_program(&s, &s.v->program.v[i]);
	json_close(j, ']');
	put_dependencies(&s);
	json_open(j, "compositions", '[');
	put_composition(&s, true);
	put_composition(&s, false);
	json_close(j, ']');
	json_close(j, '}');
	buf_add_char(out, '\n');
}
