/*
 * kiln builds fully static Linux programs for small machines.
 *
 * SPDX-License-Identifier: ISC
 */
#include "cmd/main.h"

int
main(int argc, char **argv)
{
	return cmd_main(argc, argv, false);
}
