/* SPDX-License-Identifier: MPL-2.0
 *
 * Two-way search (Crochemore and Perrin, Journal of the ACM 38(3), 1991).
 *
 * Definitions, for a word w of m bytes
 *   period             p in [1, m] with w[i] == w[i + p] for every i in [0, m - p); *the* period of
 *                      w is the smallest one.
 *   local period       of a cut c in [0, m]: the smallest r >= 1 such that w[i] == w[i + r] for
 *                      every i in [c - r, c) for which both sides lie in w. Never larger than the
 *                      period.
 *   critical position  a cut whose local period is the period. Every word has one that is smaller
 *                      than the period (the critical factorization theorem).
 *   maximal suffix     the suffix that is last in lexicographic order. One is taken by the order of
 *                      bytes and one by its inverse; the shorter of the two begins at a critical
 *                      position smaller than the period.
 *
 * The search cuts the needle at a critical position and slides a window of m bytes over the
 * haystack. In each window it compares the right part from left to right, then the left part from
 * right to left (hence "two-way"):
 *
 *     right part differs at needle[i]     shift by i - cut + 1. A smaller shift r would bring
 *                                         matched bytes of the right part over bytes left of the
 *                                         cut, making r a local period smaller than the period.
 *     right part matches, left does not   shift by the period; no smaller shift agrees with the
 *                                         right part on both sides of the cut.
 *
 * After a shift by the needle's own period the first m - period bytes of the new window are known
 * to match. This length is the `memory`; comparing starts behind it.
 *
 * Where the needle is not known to have a small period, max(cut, m - cut) + 1 is a lower bound of
 * its period that costs nothing to compute. It is the shift then, without memory.
 *
 * Invariants at the head of the search loop
 *     0 <= cut < period <= m                        where periodic
 *     cut < period, and period <= the true period   where not
 *     no occurrence starts in [start, position)
 *     window[0, memory) equals needle[0, memory)
 *     memory == 0, or periodic and memory == m - period
 *
 * Worked alignment: needle `abaab`. Its maximal suffixes are `baab` (byte order, start 1) and `aab`
 * (inverse order, start 2), so cut = 2. The period of `aab` is 3, and the left part `ab` equals
 * needle[3, 5), so 3 is the needle's own period.
 *
 *     haystack     a b a b b a a b a a b
 *     position 0   a b|a a b                  right part differs at i = 3: shift by 3 - 2 + 1 = 2
 *     position 2       a b|a a b              last byte is `a`: one step brings an `a` there
 *     position 3         a b|a a b            right part matches, left differs: shift by period 3
 *     position 6               a b|a a b      memory 2 covers `ab`; right part matches: found
 *
 * Comparisons: those of right parts never touch a haystack byte twice, since each shift moves the
 * cut or the memory past the bytes compared; those of left parts neither, since every shift after
 * one is by period > cut. So at most 2n, plus one look-up of a last byte for each window.
 *
 * Departures from the paper
 *   1. Before a window is compared, its last byte is looked up in a table that tells how far the
 *      needle must move to bring an equal byte there (R. N. Horspool, Software: Practice and
 *      Experience 10, 1980). Entries are capped at 255 to keep the table at 256 bytes: a smaller
 *      shift is always safe. With a memory the shift is at least `memory`:
 *          let the last byte be c != needle[m - 1], and an occurrence start at window + t with
 *          0 < t < memory = m - period. It overlaps the known prefix in its last m - period - t =
 *          o >= 1 bytes, so needle[o - 1] == needle[m - period - 1] == needle[m - 1]. It also has
 *          c == needle[m - 1 - t] == needle[period + o - 1] == needle[o - 1]. So c is equal to
 *          needle[m - 1], against the assumption.
 *      The bound stays: the right part of the next window starts behind all that was compared.
 *   2. The reverse search is the same text over mirrored words: see mirror.h. */
#include "two_way.h"

#include <string.h>

#include "mirror.h"

FM_INLINE size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* Start of the maximal suffix of the needle, in the order of bytes or in its inverse, and that
 * suffix's own period. At most 2m comparisons.
 *
 * Invariants: needle[suffix, candidate + k) has period `period`; needle[suffix + i] ==
 * needle[candidate + i] for i < k < period; the maximal suffix of needle[0, candidate + k) starts
 * at `suffix`; suffix < candidate. */
FM_INLINE size_t maximal_suffix(struct fm_word needle, size_t m, bool inverse,
                                size_t *suffix_period) {
    size_t suffix = 0;
    size_t candidate = 1;
    size_t k = 0;
    size_t period = 1;
    while (candidate + k < m) {
        unsigned char old = fm_at(needle, suffix + k);
        unsigned char new = fm_at(needle, candidate + k);
        if (new == old) {
            if (k + 1 == period) {
                candidate += period;
                k = 0;
            } else {
                k++;
            }
        } else if ((new < old) != inverse) {
            candidate += k + 1;
            k = 0;
            period = candidate - suffix;
        } else {
            suffix = candidate;
            candidate = suffix + 1;
            k = 0;
            period = 1;
        }
    }
    *suffix_period = period;
    return suffix;
}

FM_INLINE void prepare(struct fm_two_way *searcher, const unsigned char *bytes, size_t m,
                       ptrdiff_t step) {
    struct fm_word needle = fm_word(bytes, m, step);
    size_t period;
    size_t inverse_period;
    size_t cut = maximal_suffix(needle, m, false, &period);
    size_t inverse_cut = maximal_suffix(needle, m, true, &inverse_period);
    if (inverse_cut > cut) {
        cut = inverse_cut;
        period = inverse_period;
    }
    /* `period` is the right part's. It is the needle's if the left part repeats after it; that the
     * two ranges lie inside the needle follows from period <= m - cut. */
    bool periodic = true;
    for (size_t i = 0; i < cut && periodic; i++) {
        periodic = fm_at(needle, i) == fm_at(needle, i + period);
    }
    searcher->needle = bytes;
    searcher->m = m;
    searcher->cut = cut;
    searcher->period = periodic ? period : larger(cut, m - cut) + 1;
    searcher->periodic = periodic;

    memset(searcher->skip, m < UINT8_MAX ? (int)m : UINT8_MAX, sizeof searcher->skip);
    for (size_t i = m > UINT8_MAX ? m - UINT8_MAX : 0; i < m; i++) {
        searcher->skip[fm_at(needle, i)] = (uint8_t)(m - 1 - i);
    }
}

/* The first occurrence in `haystack`, in reading order, at `position` or behind it. */
FM_INLINE size_t search(const struct fm_two_way *searcher, struct fm_word haystack, size_t n,
                        size_t position, ptrdiff_t step) {
    const size_t m = searcher->m;
    const size_t cut = searcher->cut;
    const struct fm_word needle = fm_word(searcher->needle, m, step);
    size_t memory = 0;
    while (position <= n - m) {
        size_t skip = searcher->skip[fm_at(haystack, position + m - 1)];
        if (skip > 0) {
            position += larger(skip, memory);
            memory = 0;
            continue;
        }
        size_t i = larger(cut, memory);
        while (i < m && fm_at(needle, i) == fm_at(haystack, position + i)) {
            i++;
        }
        if (i < m) {
            position += i - cut + 1;
            memory = 0;
            continue;
        }
        i = cut;
        while (i > memory && fm_at(needle, i - 1) == fm_at(haystack, position + i - 1)) {
            i--;
        }
        if (i <= memory) {
            return position;
        }
        position += searcher->period;
        memory = searcher->periodic ? m - searcher->period : 0;
    }
    return FM_ABSENT;
}

void fm_two_way_prepare(struct fm_two_way *searcher, const unsigned char *needle, size_t m) {
    prepare(searcher, needle, m, 1);
}

void fm_two_way_prepare_reverse(struct fm_two_way *searcher, const unsigned char *needle,
                                size_t m) {
    prepare(searcher, needle, m, -1);
}

size_t fm_two_way_find(const struct fm_two_way *searcher, const unsigned char *haystack, size_t n,
                       size_t start) {
    if (n < searcher->m || start > n - searcher->m) {
        return FM_ABSENT;
    }
    return search(searcher, fm_word(haystack, n, 1), n, start, 1);
}

size_t fm_two_way_rfind(const struct fm_two_way *searcher, const unsigned char *haystack,
                        size_t end) {
    if (end < searcher->m) {
        return FM_ABSENT;
    }
    size_t position = search(searcher, fm_word(haystack, end, -1), end, 0, -1);
    return position == FM_ABSENT ? FM_ABSENT : end - searcher->m - position;
}
