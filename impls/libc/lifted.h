/* SPDX-License-Identifier: MPL-2.0
 *
 * Another C library's search functions under their usual names: what includes this file calls those
 * that lift.sh took out of a static archive, in place of the ones of the library it is linked to.
 * FM_LIBC is the prefix that lift.sh gave them, FM_LIBC_VERSION names the library, FM_LIBC_CPU the
 * feature of the CPU that they need, if any. */
#ifndef FM_LIFTED_H
#define FM_LIFTED_H

#include <string.h>

#include "strategy.h"

#define LIFTED(function) FM_PASTE(FM_LIBC, _##function)

void *LIFTED(memmem)(const void *haystack, size_t n, const void *needle, size_t m);
void *LIFTED(memchr)(const void *bytes, int byte, size_t n);
void *LIFTED(memrchr)(const void *bytes, int byte, size_t n);
int LIFTED(memcmp)(const void *a, const void *b, size_t n);

#undef memmem
#undef memchr
#undef memrchr
#undef memcmp
#define memmem LIFTED(memmem)
#define memchr LIFTED(memchr)
/* As char: dietlibc compares the int with a char. All others convert it to unsigned char. */
#define memrchr(bytes, byte, n) LIFTED(memrchr)(bytes, (char)(byte), n)
#define memcmp LIFTED(memcmp)

#include "common/libc.h"

static inline bool lifted_available(void) {
#ifdef FM_LIBC_CPU
    return __builtin_cpu_supports(FM_LIBC_CPU);
#else
    return true;
#endif
}

#endif
