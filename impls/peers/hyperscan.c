/* SPDX-License-Identifier: MPL-2.0
 *
 * Hyperscan's literal patterns. It compiles a needle to a database, which takes far longer than a
 * short search: one-shot numbers are those of the compiler. It reports matches by their end and
 * only forwards, so backwards it has to be asked for all of them.
 *
 * Unlike other strategies this one allocates: while it compiles, and a scratch space for each
 * thread, kept for the life of the process. Needles longer than MOST_KNOWN go to Hyperscan with
 * their first bytes, to keep databases small enough for a prepared searcher; the rest is compared.
 */
#include "strategy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hs/hs.h>

enum {
    MOST_KNOWN = 256,
    MOST_DATABASE = 32 << 10, /* bytes; literals of MOST_KNOWN need about a quarter */
    BLOCK = 1 << 30,          /* bytes in one scan, which counts them in an unsigned int */
};

static _Thread_local hs_scratch_t *scratch;

static void must(hs_error_t error, const char *call) {
    if (error != HS_SUCCESS) {
        fprintf(stderr, "peer_hyperscan: %s: error %d\n", call, error);
        abort();
    }
}

static size_t known_of(size_t m) {
    return m < MOST_KNOWN ? m : MOST_KNOWN;
}

static hs_database_t *compile(const unsigned char *needle, size_t m) {
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    must(hs_compile_lit((const char *)needle, 0, known_of(m), HS_MODE_BLOCK, NULL, &database,
                        &error),
         "hs_compile_lit");
    return database;
}

struct search {
    const unsigned char *block;
    size_t left; /* bytes from the block's start to the haystack's end */
    const unsigned char *needle;
    size_t m;
    bool last;
    size_t found; /* in the block, or FM_ABSENT */
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *context) {
    struct search *search = context;
    (void)id;
    (void)from;
    (void)flags;
    size_t start = (size_t)to - known_of(search->m);
    if (search->left - start < search->m ||
        memcmp(search->block + start, search->needle, search->m) != 0) {
        return 0;
    }
    search->found = start;
    return !search->last; /* not 0: stop */
}

static size_t scan(const hs_database_t *database, const unsigned char *haystack, size_t n,
                   const unsigned char *needle, size_t m, bool last) {
    size_t found = FM_ABSENT;
    must(hs_alloc_scratch(database, &scratch), "hs_alloc_scratch");
    for (size_t start = 0; start + m <= n; start += BLOCK) {
        /* The start of an occurrence is in this block; its known bytes may lie in the next. */
        size_t length = n - start < BLOCK + known_of(m) - 1 ? n - start : BLOCK + known_of(m) - 1;
        struct search search = {haystack + start, n - start, needle, m, last, FM_ABSENT};
        hs_error_t error = hs_scan(database, (const char *)haystack + start, (unsigned)length, 0,
                                   scratch, on_match, &search);
        must(error == HS_SCAN_TERMINATED ? HS_SUCCESS : error, "hs_scan");
        if (search.found != FM_ABSENT) {
            found = start + search.found;
            if (!last) {
                return found;
            }
        }
    }
    return found;
}

static size_t once(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m,
                   bool last) {
    if (m == 0) {
        return last ? n : 0;
    }
    if (m > n) {
        return FM_ABSENT;
    }
    hs_database_t *database = compile(needle, m);
    size_t found = scan(database, haystack, n, needle, m, last);
    hs_free_database(database);
    return found;
}

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    return once(haystack, n, needle, m, false);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    return once(haystack, n, needle, m, true);
}

/* The database is moved into the searcher, so that there is nothing to release. */
struct searcher {
    const unsigned char *needle;
    size_t m;
    _Alignas(max_align_t) unsigned char database[MOST_DATABASE];
};

static void prepare(void *memory, const unsigned char *needle, size_t m) {
    struct searcher *searcher = memory;
    searcher->needle = needle;
    searcher->m = m;
    if (m == 0) {
        return;
    }
    hs_database_t *database = compile(needle, m);
    char *bytes = NULL;
    size_t length = 0;
    size_t size = 0;
    must(hs_serialize_database(database, &bytes, &length), "hs_serialize_database");
    must(hs_serialized_database_size(bytes, length, &size), "hs_serialized_database_size");
    must(size <= sizeof searcher->database ? HS_SUCCESS : HS_NOMEM, "MOST_DATABASE");
    must(hs_deserialize_database_at(bytes, length, (hs_database_t *)searcher->database),
         "hs_deserialize_database_at");
    free(bytes);
    hs_free_database(database);
}

static size_t prepared(const struct searcher *searcher, const unsigned char *haystack, size_t n,
                       bool last) {
    if (searcher->m == 0) {
        return last ? n : 0;
    }
    return scan((const hs_database_t *)searcher->database, haystack, n, searcher->needle,
                searcher->m, last);
}

static size_t prepared_find(const void *memory, const unsigned char *haystack, size_t n) {
    return prepared(memory, haystack, n, false);
}

static size_t prepared_rfind(const void *memory, const unsigned char *haystack, size_t n) {
    return prepared(memory, haystack, n, true);
}

static bool available(void) {
    return hs_valid_platform() == HS_SUCCESS;
}

FM_STRATEGY(.summary = "a pattern compiler's literal matcher; backwards it must report all matches",
            .source = "Hyperscan " FM_STRING(HS_MAJOR) "." FM_STRING(HS_MINOR) "." FM_STRING(
                HS_PATCH) ", hs_compile_lit in block mode",
            .worst_case = "linear up to 256 bytes, as Hyperscan says; beyond n*m: a^n with needle "
                          "a^(m-1) b",
            .available = available, .find = find, .rfind = rfind,
            .searcher_size = sizeof(struct searcher), .prepare = prepare,
            .prepared_find = prepared_find, .prepared_rfind = prepared_rfind);
