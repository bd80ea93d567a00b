/* main.h - what the program kiln-cc does, by the name it is called. SPDX-License-Identifier: ISC */
#ifndef DRIVER_MAIN_H
#define DRIVER_MAIN_H

/* The exit status, where no other program takes this one's place. */
int driver_main(int argc, char **argv);

#endif
