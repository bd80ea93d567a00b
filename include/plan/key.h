/*
 * key.h - the key of a package: a hash of everything that can change its bytes.
 *
 * SHA-256 over framed fields (digest_field: tag, length, bytes), in this order:
 *
 *	kiln-key          the encoding's version, "1"
 *	policy            KEY_POLICY: driver and sandbox; not kiln's own digest
 *	sandbox           "full" or "none"
 *	the recipe's part package_each_input: recipe, style, sources, patches, settings
 *	target FIELD      target_each_input
 *	tool NAME         identity of each tool, by name
 *	need NAME dev     class digest of each package in the link view, in order
 *	need NAME bin     class digest of each package in the build view
 *	build-target FIELD, need NAME dev for build: the same for build-cc, when it is there
 *
 * Never in it: paths of the machine, times, users, job counts, test text.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PLAN_KEY_H
#define PLAN_KEY_H

#include "plan/graph.h"

/* Raised when the driver, the sandbox, or the way an object is put together changes, so that
 * what was built before is not taken for what would be built now. */
enum { KEY_POLICY = 2 };

/* What is known of a node's result. */
struct outcome {
	bool is_known;
	struct digest object, key, dev, bin;
};

struct key_env {
	const char *sandbox; /* "full" or "none" */
	/* The identity of a tool, by name; every tool of the graph is there. */
	struct str (*tool)(void *ctx, struct str name);
	void *ctx;
};

typedef void key_each(void *ctx, const char *tag, struct str value);

/* Every input of node i, in order. All its needs' outcomes must be known. */
void key_each_input(const struct graph *g, int i, const struct outcome *outcome,
    const struct key_env *env, key_each *each, void *ctx);

/* The key itself: pure. */
struct digest graph_key(
    const struct graph *g, int i, const struct outcome *outcome, const struct key_env *env);

#endif
