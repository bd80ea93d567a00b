/* cmd.h - one function a verb; each is a file of its own. SPDX-License-Identifier: ISC */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "cmd/args.h"

/* 0, or -1 with e; *status may be set to another exit status than 0 on success, where a
 * command's answer is one (a failed build whose failures were shown already). */
typedef int cmd_fn(const struct args *args, int *status, struct err *e);

cmd_fn cmd_build, cmd_bundle, cmd_legal, cmd_deploy, cmd_key, cmd_fetch, cmd_list, cmd_show,
    cmd_graph, cmd_why, cmd_size, cmd_log, cmd_shell, cmd_lint, cmd_fmt, cmd_checksum, cmd_verify,
    cmd_gc, cmd_doctor, cmd_explain, cmd_complete, cmd_help, cmd_version;

/* Write an answer to standard output; ERR_MACHINE when it cannot be written. */
MUST_USE int cmd_answer(struct str text, struct err *e);

#endif
