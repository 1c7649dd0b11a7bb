// SPDX-License-Identifier: MPL-2.0
//
// std::boyer_moore_horspool_searcher of the C++ library this is built with. For bytes its shift
// table is an array, so it allocates nothing. Backwards it runs over reverse iterators.
#include <functional>
#include <iterator>
#include <new>

extern "C" {
#include "strategy.h"
}

namespace {

using bytes = const unsigned char *;
using reversed = std::reverse_iterator<bytes>;
using forward_searcher = std::boyer_moore_horspool_searcher<bytes>;
using reverse_searcher = std::boyer_moore_horspool_searcher<reversed>;

struct searcher {
    forward_searcher forward;
    reverse_searcher reverse;
    size_t m;
};

forward_searcher make_forward(bytes needle, size_t m) {
    return forward_searcher(needle, needle + m);
}

reverse_searcher make_reverse(bytes needle, size_t m) {
    return reverse_searcher(reversed(needle + m), reversed(needle));
}

size_t first(const forward_searcher &search, bytes haystack, size_t n, size_t m) {
    bytes found = search(haystack, haystack + n).first;
    return found == haystack + n && m > 0 ? FM_ABSENT : static_cast<size_t>(found - haystack);
}

size_t last(const reverse_searcher &search, bytes haystack, size_t n, size_t m) {
    reversed end(haystack);
    reversed found = search(reversed(haystack + n), end).first;
    return found == end && m > 0 ? FM_ABSENT : static_cast<size_t>(found.base() - haystack) - m;
}

size_t find(bytes haystack, size_t n, bytes needle, size_t m) {
    return m == 0 ? 0 : m > n ? FM_ABSENT : first(make_forward(needle, m), haystack, n, m);
}

size_t rfind(bytes haystack, size_t n, bytes needle, size_t m) {
    return m == 0 ? n : m > n ? FM_ABSENT : last(make_reverse(needle, m), haystack, n, m);
}

void prepare(void *memory, bytes needle, size_t m) {
    new (memory) searcher{make_forward(needle, m), make_reverse(needle, m), m};
}

size_t prepared_find(const void *memory, bytes haystack, size_t n) {
    const auto *search = static_cast<const searcher *>(memory);
    return search->m == 0 ? 0 : first(search->forward, haystack, n, search->m);
}

size_t prepared_rfind(const void *memory, bytes haystack, size_t n) {
    const auto *search = static_cast<const searcher *>(memory);
    return search->m == 0 ? n : last(search->reverse, haystack, n, search->m);
}

} // namespace

extern "C" {
extern const struct fm_strategy FM_PASTE(fm_strategy_, FM_STRATEGY_NAME);
}

// C++17 has no designated initializers, which FM_STRATEGY is made of.
const struct fm_strategy FM_PASTE(fm_strategy_, FM_STRATEGY_NAME) = [] {
    struct fm_strategy strategy = {};
    strategy.name = FM_STRING(FM_STRATEGY_NAME);
    strategy.summary = "Horspool's shift table, windows compared from the right";
    strategy.source = "boyer_moore_horspool_searcher of libstdc++ " FM_STRING(_GLIBCXX_RELEASE);
    strategy.worst_case = "n*m: a^n with needle b a^(m-1)";
    strategy.find = find;
    strategy.rfind = rfind;
    strategy.searcher_size = sizeof(searcher);
    strategy.prepare = prepare;
    strategy.prepared_find = prepared_find;
    strategy.prepared_rfind = prepared_rfind;
    return strategy;
}();
