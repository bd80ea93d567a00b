/* main.h - what the program kiln-fetch does. SPDX-License-Identifier: ISC */
#ifndef FETCH_MAIN_H
#define FETCH_MAIN_H

/* The exit status: the kind of the error, whose sentence is the last line on stderr. */
int fetch_main(int argc, char **argv);

#endif
