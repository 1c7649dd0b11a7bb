/* SPDX-License-Identifier: MPL-2.0
 *
 * Whether this CPU counts zeros as the kernels on AVX do: by BMI1 and LZCNT. Every CPU with AVX2
 * that was sold has both, but emulators and virtual machines may lack them; LZCNT then is BSR,
 * which answers something else. */
#ifndef FM_LZCNT_H
#define FM_LZCNT_H

#include <cpuid.h>
#include <stdbool.h>

static inline bool has_lzcnt(void) {
    unsigned a;
    unsigned b;
    unsigned c = 0;
    unsigned d;
    bool lzcnt = __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT);
    return lzcnt && __builtin_cpu_supports("bmi");
}

#endif
