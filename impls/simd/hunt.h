/* SPDX-License-Identifier: MPL-2.0
 *
 * Part of simd/kernel.h: long haystacks, where the way of searching follows what it meets. */
#ifndef FM_HUNT_H
#define FM_HUNT_H

#include "common/two_way.h"
#include "simd/sweep.h"

/* A hit for every 2^BUSY_RATE starts costs more than another probe; fewer than one for every
 * 2^CALM_RATE cost less than the probe that prevents them. Few starts do not pay for many trials.
 */
#define BUSY_ALLOWANCE(starts) lesser(16, 2 + (starts) / 4096)
#define BUSY_RATE 10
#define CALM_RATE 13
/* Starts before the number of probes is thought over for the first time. */
#define STRETCH 2048

/* More than one hit for every 2^LINEAR_RATE starts with all probes there are, and two-way is as
 * fast. It takes over for SEGMENT starts, twice as many each time; then this file has another try,
 * as one hostile stretch does not make a hostile haystack. */
#define LINEAR_ALLOWANCE(starts) lesser(64, (starts) / 256)
#define LINEAR_RATE 3
#define SEGMENT 16384

/* More hits than this, or than one for every 2^BRIEF_RATE starts, and a brief search leaves the
 * rest to two-way: its needle is long for so few starts, and two-way may pass over most of them. */
#define BRIEF_ALLOWANCE 6
#define BRIEF_RATE 6

/* The `length` starts of the range that come first. */
KERNEL struct range first_part(struct range range, size_t length, bool reverse) {
    if (length >= range.to - range.from) {
        return range;
    }
    return reverse ? (struct range){range.to - length, range.to}
                   : (struct range){range.from, range.from + length};
}

/* Two-way for the starts of `part`. */
OUTLINE size_t linear(const unsigned char *haystack, const struct fm_two_way *two_way,
                      struct range part, bool reverse) {
    size_t n = part.to + two_way->m - 1;
    if (!reverse) {
        return fm_two_way_find(two_way, haystack, n, part.from);
    }
    size_t found = fm_two_way_rfind(two_way, haystack + part.from, n - part.from);
    return found == FM_ABSENT ? FM_ABSENT : part.from + found;
}

/* The first occurrence that starts in `range`.
 *
 * It is swept over in stretches. Between them the number of probes follows what the last one saw:
 * one less where hits were few, one more where they were many, chosen by the candidates that were
 * false: the pattern is changed. If that does not help and `bounded`, two-way goes on from there
 * for a while. A `brief` search, which is bounded, goes over to it before any probe is chosen by
 * false candidates. */
KERNEL size_t hunt(const unsigned char *haystack, struct fm_pattern *pattern, bool brief,
                   bool reverse, bool bounded, struct range range) {
    struct fm_two_way two_way;
    size_t stretch = STRETCH;
    size_t segment = 0;
    bool settled = false; /* there is no probe left that would help */
    const size_t busy = BUSY_ALLOWANCE(range.to - range.from);
    const size_t hopeless = LINEAR_ALLOWANCE(range.to - range.from);
    for (;;) {
        struct range part = first_part(range, stretch, reverse);
        const size_t length = part.to - part.from;
        struct work work;
        work.spent = 0;
        work.failed = 0;
        work.allowance = brief      ? BRIEF_ALLOWANCE
                         : !settled ? busy
                         : bounded  ? hopeless
                                    : SIZE_MAX / 2;
        work.rate = brief ? BRIEF_RATE : !settled ? BUSY_RATE : LINEAR_RATE;
        size_t found = sweep_pattern(haystack, pattern, reverse, &part, &work);
        range = reverse ? (struct range){range.from, part.to} : (struct range){part.from, range.to};
        if (found != FM_ABSENT || range.from == range.to) {
            return found;
        }
        if (part.from == part.to) {
            if (pattern->probes > 1 && work.spent <= length >> CALM_RATE) {
                pattern->probes--;
            } else {
                stretch += stretch < SIZE_MAX / 2 ? stretch : 0;
            }
            continue;
        }
        if (pattern->probes < pattern->known) {
            pattern->probes++;
            stretch += stretch < SIZE_MAX / 2 ? stretch : 0; /* a mistake: make fewer of them */
        } else if (!settled && !brief) {
            size_t failures = lesser(work.failed, FM_FAILURES);
            settled = pattern->known == FM_PROBES ||
                      !fm_pattern_learn(pattern, haystack, work.failures, failures);
        } else {
            if (segment == 0) {
                (reverse ? fm_two_way_prepare_reverse
                         : fm_two_way_prepare)(&two_way, pattern->needle, pattern->m);
                segment = SEGMENT + 4 * pattern->m;
            }
            part = first_part(range, segment, reverse);
            found = linear(haystack, &two_way, part, reverse);
            range =
                reverse ? (struct range){range.from, part.from} : (struct range){part.to, range.to};
            if (found != FM_ABSENT || range.from == range.to) {
                return found;
            }
            segment += segment < SIZE_MAX / 2 ? segment : 0;
        }
    }
}

#endif
