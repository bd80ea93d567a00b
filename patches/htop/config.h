/*
 * config.h - what htop's configure script finds out on Linux with musl.
 *
 * Debian's file is what upstream tagged: without that script, and autoconf is not here to make it.
 * No system call is newer than Linux 3.17.
 *
 * SPDX-License-Identifier: ISC
 */

/* By this name musl shows the calls that are Linux's own. */
#define _GNU_SOURCE 1
#define _XOPEN_SOURCE_EXTENDED 1

#define PACKAGE "htop"
#define CONFIGDIR "/.config"
#define OSRELEASEFILE "/etc/os-release"
#define PROCDIR "/proc"

#define HTOP_LINUX 1
/* It loads nothing: libsystemd, libsensors and libnl are not asked. */
#define BUILD_STATIC 1

#define HAVE_AFFINITY 1
#define HAVE_GETMOUSE 1
#define HAVE_LIBNCURSESW 1
#define HAVE_NCURSES_H 1
#define HAVE_SET_ESCDELAY 1
#define HAVE_TERM_H 1
#define NCURSES_ENABLE_STDBOOL_H 1

#define HAVE_ATTR_ALLOC_SIZE 1
#define HAVE_ATTR_NONNULL 1
#define HAVE_ATTR_RETNONNULL 1
#define HAVE_BUILTIN_CTZ 1

/* Not sched_setscheduler: musl's only refuses, as the kernel's is about one thread. */
#define HAVE_CLOCK_GETTIME 1
#define HAVE_FACCESSAT 1
#define HAVE_FSTATAT 1
#define HAVE_MEMFD_CREATE 1
#define HAVE_OPENAT 1
#define HAVE_READLINKAT 1
#define HAVE_STRCHRNUL 1
#define HAVE_SYS_UTSNAME_H 1
#define MAJOR_IN_SYSMACROS 1
