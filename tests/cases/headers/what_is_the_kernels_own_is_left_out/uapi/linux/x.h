/* SPDX-License-Identifier: MIT */
#ifndef _UAPI_LINUX_X_H
#define _UAPI_LINUX_X_H
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/compiler_types.h>	/* marks */

/* An #ifdef __KERNEL__ in a comment is none:
#ifdef __KERNEL__
*/
struct x {
	void __user *p;
	int (__force __iomem *q);
	char c[3];
} __packed;
struct y { int n; } __packed
;
int __packed_by_name;
static inline __attribute_const__ int f(volatile int *n) { asm volatile("" : : "r"(*n)); return 1; }
int asmlinkage, inlined;

#ifdef __KERNEL__
int kernel;
# ifdef OTHER
int kernel_and_other;
# elif defined(__KERNEL__)
int never_mind;
# else
int kernel_else;
# endif
#else
int program;
# if OTHER == 2
int program_and_other;
# endif
#endif /* __KERNEL__ */

#ifndef __KERNEL__
int not_kernel;
#else
int kernel_again;
#endif

#if !defined(__KERNEL__) || defined(OTHER)
int decided_by_one;
#endif
#if defined(OTHER) && defined __KERNEL__ /* and more */
int decided_by_the_other;
#endif
#if defined(OTHER) || defined(__KERNEL__)
int undecided;
#else
int undecided_else;
#endif
#if (OTHER(1, 2) > 3 || !defined(__EXPORTED_HEADERS__)) && !(defined(__KERNEL__))
int open;
#endif
#if !(defined(__KERNEL__) || !defined(__EXPORTED_HEADERS__))
int twice_negated;
#endif

#if defined(__KERNEL__)
int first;
#elif defined(__linux__)
int second;
#elif defined(__bsd__)
int third;
#else
int last;
#endif
#if !defined(__KERNEL__)
int a;
#elif defined(__linux__)
int b;
#else
int c;
#endif
#if defined(__KERNEL__)
int d;
#elif !defined(__KERNEL__)
int e;
#else
int g;
#endif
#endif	/* _UAPI_LINUX_X_H */
