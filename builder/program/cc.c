/* kiln-cc is every compiler and linker that a package sees. SPDX-License-Identifier: ISC */
#include "driver/main.h"

int
main(int argc, char **argv)
{
	return driver_main(argc, argv);
}
