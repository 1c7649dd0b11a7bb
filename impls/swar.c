/* SPDX-License-Identifier: MPL-2.0
 *
 * The vector search in plain C, on 64-bit words ("SIMD within a register"): what `auto` runs where
 * no instruction set of the CPU is known. */
#include "simd/word.h"

#include "simd/kernel.h"

FM_STRATEGY(.summary = "one to eight probe bytes, 8 starts at a time, no vector instructions",
            .source = "bytes in words: L. Lamport, Multiple byte processing, CACM 18(8), 1975",
            .worst_case = KERNEL_WORST_CASE, .find = find, .rfind = rfind,
            FM_KERNEL_STRATEGY_MEMBERS);
