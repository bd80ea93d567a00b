/* main.h - what the program kiln does, from its command line on. SPDX-License-Identifier: ISC */
#ifndef CMD_MAIN_H
#define CMD_MAIN_H

#include "base/base.h"

/* The exit status. is_all: the program is kiln-fetch and kiln-cc as well, by the name it is
 * called. */
int cmd_main(int argc, char **argv, bool is_all);

#endif
