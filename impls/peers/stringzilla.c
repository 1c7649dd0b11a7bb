/* SPDX-License-Identifier: MPL-2.0
 *
 * StringZilla's sz_find and sz_rfind. They call an empty needle absent, so it does not get there.
 */
#include "strategy.h"

#include <stringzilla/stringzilla.h>

#define VERSION                                                                                    \
    FM_STRING(STRINGZILLA_H_VERSION_MAJOR)                                                         \
    "." FM_STRING(STRINGZILLA_H_VERSION_MINOR) "." FM_STRING(STRINGZILLA_H_VERSION_PATCH)

static size_t find(const unsigned char *haystack, size_t n, const unsigned char *needle, size_t m) {
    if (m == 0) {
        return 0;
    }
    const char *found = sz_find((const char *)haystack, n, (const char *)needle, m);
    return found == NULL ? FM_ABSENT : (size_t)(found - (const char *)haystack);
}

static size_t rfind(const unsigned char *haystack, size_t n, const unsigned char *needle,
                    size_t m) {
    if (m == 0) {
        return n;
    }
    const char *found = sz_rfind((const char *)haystack, n, (const char *)needle, m);
    return found == NULL ? FM_ABSENT : (size_t)(found - (const char *)haystack);
}

FM_STRATEGY(.summary = "three probe bytes in vectors, then compare",
            .source = "StringZilla " VERSION ", its own choice of instruction set at run time",
            .worst_case = "n*m: haystack that agrees with the needle at its probes everywhere",
            .find = find, .rfind = rfind);
