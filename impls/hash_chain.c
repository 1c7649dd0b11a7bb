/* SPDX-License-Identifier: MPL-2.0
 *
 * HashChain: the window is read from its end in pieces of q bytes. A table tells, for the hash of a
 * piece, whether the needle has it and which hashes the piece in front of it may have there: a set
 * of 32 residues, one bit each. The chain of pieces breaks at the first piece that the needle lacks
 * or that cannot stand in front of the one behind it; no occurrence contains the pair, so the next
 * window starts behind the first byte of that piece. A chain that reaches the window's start is
 * verified.
 *
 * Mostly one look at q bytes passes m - q + 1; pairs of pieces make false chains rare, which is
 * what plain q-gram filters lack on long needles. */
#include "strategy.h"

#include <string.h>

#include "common/table.h"

enum {
    Q = 3,             /* bytes in a piece */
    BUCKETS = 1 << 12, /* 16 KiB, half a first-level cache */
};

struct table {
    uint32_t before[BUCKETS]; /* residues that may stand in front; 0: no such piece */
};

/* Of the piece of Q bytes that ends at `last`. */
FM_INLINE size_t hash(struct fm_word word, size_t last) {
    size_t value = fm_at(word, last - 2);
    value = value * 16 + fm_at(word, last - 1);
    return (value * 16 + fm_at(word, last)) % BUCKETS;
}

FM_INLINE uint32_t residue(size_t bucket) {
    return (uint32_t)1 << bucket % 32;
}

FM_INLINE void fill(struct table *table, const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word pattern = fm_word(needle, m, step);
    memset(table, 0, sizeof *table);
    for (size_t last = Q - 1; last < m; last++) {
        /* A piece without room for another in front still has to be known: any bit will do. */
        table->before[hash(pattern, last)] |=
            last >= 2 * Q - 1 ? residue(hash(pattern, last - Q)) : 1;
    }
}

/* For Q <= m <= n. */
FM_INLINE size_t follow(const struct table *table, const unsigned char *haystack, size_t n,
                        const unsigned char *needle, size_t m, ptrdiff_t step) {
    const struct fm_word text = fm_word(haystack, n, step);
    for (size_t position = 0; position <= n - m;) {
        size_t last = m - 1; /* of the piece, in the window */
        uint32_t before = table->before[hash(text, position + last)];
        if (before == 0) {
            position += m - Q + 1;
            continue;
        }
        bool broken = false;
        while (last >= 2 * Q - 1) {
            last -= Q;
            size_t bucket = hash(text, position + last);
            broken = (before & residue(bucket)) == 0 || table->before[bucket] == 0;
            if (broken) {
                break;
            }
            before = table->before[bucket];
        }
        if (broken) {
            position += last - Q + 2;
            continue;
        }
        size_t offset = fm_offset(position, n, m, step);
        if (memcmp(haystack + offset, needle, m) == 0) {
            return offset;
        }
        position++;
    }
    return FM_ABSENT;
}

FM_TABLE_SEARCH(Q, fill, follow)

FM_STRATEGY(
        .summary = "chains of hashed q-grams from the window's end, each naming its predecessors",
        .source = "M. N. Palmer, S. Faro & S. Scafiti, Efficient exact string matching based on "
                  "fingerprints (Hash Chain), 2023",
        .worst_case = "n*m: a^n with needle b a^(m-1)", FM_TABLE_MEMBERS);
