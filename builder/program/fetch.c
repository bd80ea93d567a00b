/* kiln-fetch has the network, and reads what comes from it. SPDX-License-Identifier: ISC */
#include "fetch/main.h"

int
main(int argc, char **argv)
{
	return fetch_main(argc, argv);
}
