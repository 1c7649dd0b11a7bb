/* SPDX-License-Identifier: MPL-2.0
 *
 * The contract every search strategy keeps.
 *
 * A strategy is one file, `impls/NAME.c` or `impls/ARCH/NAME.c` (or `impls/simd/ARCH/ISA.c`, whose
 * strategy is called `simd_ISA`). The file's name is the strategy's name everywhere: the build
 * passes it as FM_STRATEGY_NAME and writes the registry from the file names, so a copy of a file
 * under a new name is a new strategy. Everything in the file is static but the descriptor that
 * FM_STRATEGY defines.
 *
 *     FM_STRATEGY(.summary = "one line",
 *                 .source = "paper or origin",
 *                 .worst_case = "linear",
 *                 .find = find, .rfind = rfind);
 */
#ifndef FM_STRATEGY_H
#define FM_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The answer "the needle does not occur". Never an offset: an object has at most PTRDIFF_MAX bytes.
 */
#define FM_ABSENT SIZE_MAX

/* Search `haystack[0, n)` for `needle[0, m)`, bytes compared as unsigned values.
 *
 * Returns the offset of the leftmost (find) or rightmost (rfind) occurrence, or FM_ABSENT.
 * An empty needle is found at 0 by find and at n by rfind. n < m is FM_ABSENT.
 * Reads nothing outside the two ranges; with n == 0 or m == 0 the pointer of that range is not
 * touched and may be invalid. The bytes of the haystack may change during the call (another
 * process writes to the mapped file): the answer is then any offset at which an occurrence could
 * have started, or FM_ABSENT, but never out of range.
 * Cannot fail, allocates nothing, keeps no state, may be called from any thread. */
typedef size_t fm_search_fn(const unsigned char *haystack, size_t n, const unsigned char *needle,
                            size_t m);

/* Build a searcher for `needle[0, m)` in `searcher`, which has `searcher_size` bytes and the
 * alignment of max_align_t. The searcher points into the needle, which must outlive it. */
typedef void fm_prepare_fn(void *searcher, const unsigned char *needle, size_t m);

/* As fm_search_fn for the needle the searcher was built for. Many threads may share a searcher. */
typedef size_t fm_prepared_fn(const void *searcher, const unsigned char *haystack, size_t n);

struct fm_strategy {
    const char *name;       /* set by FM_STRATEGY */
    const char *summary;    /* one line: the idea */
    const char *source;     /* paper, manual section or origin */
    const char *worst_case; /* "linear", or the input that makes it worse */

    /* Whether this CPU and system can run it; NULL means always. See fm_strategy_available. */
    bool (*available)(void);

    fm_search_fn *find;
    fm_search_fn *rfind;

    /* Prepared search; all four set, or searcher_size 0 and the rest NULL. */
    size_t searcher_size;
    fm_prepare_fn *prepare;
    fm_prepared_fn *prepared_find;
    fm_prepared_fn *prepared_rfind;

    const struct fm_kernel *kernel; /* vector strategies only: what `auto` makes of them */

    /* A strategy that only passes calls on (`auto`): to whom, so that the library can call it
     * directly. NULL for the others. */
    const struct fm_kernel *(*choose)(void);
};

/* The same vector search with a bound on its work: linear in n + m. Uses the searcher that the
 * strategy's `prepare` builds. The widest one that the CPU can run is taken. */
struct fm_kernel {
    size_t width; /* bytes of a vector */
    fm_search_fn *find;
    fm_search_fn *rfind;
    fm_prepared_fn *prepared_find;
    fm_prepared_fn *prepared_rfind;
};

#define FM_PASTE_(a, b) a##b
#define FM_PASTE(a, b) FM_PASTE_(a, b)
#define FM_STRING_(a) #a
#define FM_STRING(a) FM_STRING_(a)

#define FM_STRATEGY(...)                                                                           \
    extern const struct fm_strategy FM_PASTE(fm_strategy_, FM_STRATEGY_NAME);                      \
    const struct fm_strategy FM_PASTE(fm_strategy_, FM_STRATEGY_NAME) = {                          \
        .name = FM_STRING(FM_STRATEGY_NAME), __VA_ARGS__}

/* Every strategy that was built, sorted by name and ended by NULL, whether available here or not.
 */
extern const struct fm_strategy *const fm_strategies[];

/* The strategy of that name, or NULL if none was built. */
const struct fm_strategy *fm_strategy_by_name(const char *name);

/* Whether this machine can run the strategy. */
bool fm_strategy_available(const struct fm_strategy *strategy);

#endif
