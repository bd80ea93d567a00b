/*
 * proof.h - why one package is needed by another: the recipes' way to it, and what of it
 * the links took.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_PROOF_H
#define CMD_PROOF_H

#include "cmd/session.h"

/* The answer of `kiln why PACKAGE NEED` for node i of a plan, as text or JSON. ERR_USAGE
 * when nothing leads from the one to the other. */
MUST_USE int proof_answer(struct session *s, const struct plan *plan, int i, struct str need,
    bool is_json, struct buf *out, struct err *e);

#endif
