/* SPDX-License-Identifier: MPL-2.0
 *
 * Leaps for long needles: most of the haystack is never looked at. See leap.c. */
#ifndef FM_LEAP_H
#define FM_LEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FM_LEAP_SLOTS 2048
#define FM_LEAP_LONGEST 4096 /* starts; so many grams of the needle are looked at, at most */

struct fm_leap {
    const unsigned char *needle; /* not owned */
    size_t m;
    uint16_t shift[FM_LEAP_SLOTS]; /* by hash of the window's leading gram: starts to pass over */
    uint16_t retry;                /* the same after a window whose gram was the needle's own */
};

/* Build the table for one direction: O(FM_LEAP_LONGEST). m >= 8. */
void fm_leap_prepare(struct fm_leap *leap, const unsigned char *needle, size_t m, bool reverse);

/* The first occurrence, in the direction of the search, among the starts [*from, *to), or
 * FM_ABSENT: then the range is empty, or the leaps were too short to pay and the range says what is
 * left. */
size_t fm_leap_find(const struct fm_leap *leap, const unsigned char *haystack, size_t *from,
                    size_t *to);
size_t fm_leap_rfind(const struct fm_leap *leap, const unsigned char *haystack, size_t *from,
                     size_t *to);

#endif
