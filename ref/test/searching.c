/* SPDX-License-Identifier: MPL-2.0
 *
 * find, rfind and the prepared forms on a map: windows, positions, empty needles; and the choice
 * of a strategy. What a strategy finds is tested with the strategies. */
#include "check.h"

enum { N = 24 };
static const char text[N + 1] = "abcabcab\0\xff\xfexabcabcabcabc";

/* The plainest search inside bounds as Python resolves them; -1 if there is none. */
static ptrdiff_t model_find(const char *needle, size_t m, ptrdiff_t start, ptrdiff_t end,
                            bool is_last, ptrdiff_t position) {
    ptrdiff_t found = -1;
    start = start == FM_UNBOUNDED ? position : start < -N ? 0 : start < 0 ? start + N : start;
    end = end == FM_UNBOUNDED || end > N ? N : end < -N ? 0 : end < 0 ? end + N : end;
    for (ptrdiff_t i = start; i <= N && i + (ptrdiff_t)m <= end; i++) {
        if (memcmp(text + i, needle, m) == 0) {
            found = i;
            if (!is_last) {
                break;
            }
        }
    }
    return found;
}

static void windows(void) {
    fm_map *map = map_of(text, N);
    const struct {
        const char *bytes;
        size_t m;
    } needles[] = {{"", 0},     {"a", 1},  {"abc", 3},   {"cab", 3},    {"\0\xff", 2},
                   {"\xfe", 1}, {"q", 1},  {"bc", 2},    {"abcabc", 6}, {text, N},
                   {text, 12},  {"cq", 2}, {text, N + 1}};
    const ptrdiff_t bounds[] = {
        FM_UNBOUNDED, PTRDIFF_MIN + 1, -N - 1, -N, -N + 1, -3, -1, 0, 1, 9, N - 1, N,
        N + 1,        PTRDIFF_MAX};
    enum { NEEDLES = sizeof(needles) / sizeof(needles[0]) };
    enum { BOUNDS = sizeof(bounds) / sizeof(bounds[0]) };
    for (ptrdiff_t position = 0; position <= N; position += 8) {
        OK(fm_seek(map, position, 0, NULL));
        for (size_t i = 0; i < NEEDLES; i++) {
            fm_finder *finder;
            OK(fm_finder_new(needles[i].bytes, needles[i].m, &finder));
            for (size_t a = 0; a < BOUNDS; a++) {
                for (size_t b = 0; b < BOUNDS; b++) {
                    const char *needle = needles[i].bytes;
                    size_t m = needles[i].m;
                    ptrdiff_t start = bounds[a], end = bounds[b], got = 77;
                    ptrdiff_t first = model_find(needle, m, start, end, false, position);
                    ptrdiff_t last = model_find(needle, m, start, end, true, position);
                    OK(fm_find(map, needle, m, start, end, &got));
                    CHECK(got == first);
                    OK(fm_rfind(map, needle, m, start, end, &got));
                    CHECK(got == last);
                    OK(fm_find_with(map, finder, start, end, &got));
                    CHECK(got == first);
                    OK(fm_rfind_with(map, finder, start, end, &got));
                    CHECK(got == last);
                }
            }
            fm_finder_free(finder);
        }
        CHECK(position_of(map) == (size_t)position);
    }
    fm_free(map);
}

static void counting(void) {
    fm_map *map = map_of("aaaaa ab", 8);
    fm_finder *finder;
    size_t count = 77;
    OK(fm_finder_new("aa", 2, &finder));
    OK(fm_count_with(map, finder, FM_UNBOUNDED, FM_UNBOUNDED, &count));
    CHECK(count == 2);
    OK(fm_count_with(map, finder, 1, 4, &count));
    CHECK(count == 1);
    OK(fm_count_with(map, finder, 4, 1, &count));
    CHECK(count == 0);
    fm_finder_free(finder);
    OK(fm_finder_new("", 0, &finder));
    OK(fm_count_with(map, finder, FM_UNBOUNDED, FM_UNBOUNDED, &count));
    CHECK(count == 9);
    fm_finder_free(finder);
    fm_free(map);
}

static void memory(void) {
    const char text_twice[] = "needle in a needle";
    CHECK(fm_memmem(text_twice, 18, "needle", 6) == text_twice);
    CHECK(fm_memrmem(text_twice, 18, "needle", 6) == text_twice + 12);
    CHECK(fm_memmem(text_twice, 17, "needles", 7) == NULL);
    CHECK(fm_memmem(text_twice, 18, "", 0) == text_twice);
    CHECK(fm_memrmem(text_twice, 18, "", 0) == text_twice + 18);
    CHECK(fm_memmem(text_twice, 3, "needle", SIZE_MAX) == NULL);
    CHECK(fm_memrmem(text_twice, 3, "needle", SIZE_MAX) == NULL);

    fm_finder *finder = NULL;
    STATUS(FM_NO_MEMORY, fm_finder_new("x", SIZE_MAX, &finder));
    STATUS(FM_NO_MEMORY, fm_finder_new("x", PTRDIFF_MAX, &finder));
    CHECK(finder == NULL);
    char needle[] = "need";
    OK(fm_finder_new(needle, 4, &finder));
    needle[0] = 'X'; /* the finder has its own copy */
    CHECK(fm_finder_find(finder, text_twice, 18) == 0);
    CHECK(fm_finder_rfind(finder, text_twice, 18) == 12);
    CHECK(fm_finder_rfind(finder, text_twice, 3) == FM_NPOS);
    CHECK(fm_finder_find(finder, NULL, 0) == FM_NPOS);
    CHECK(fm_finder_count(finder, text_twice, 18) == 2);
    fm_matches matches = fm_matches_of(finder, text_twice, 18);
    CHECK(fm_matches_next(&matches) == 0 && fm_matches_next(&matches) == 12);
    CHECK(fm_matches_next(&matches) == FM_NPOS && fm_matches_next(&matches) == FM_NPOS);
    fm_finder_free(finder);
    fm_finder_free(NULL);

    OK(fm_finder_new("", 0, &finder));
    matches = fm_matches_of(finder, "ab", 2);
    CHECK(fm_matches_next(&matches) == 0 && fm_matches_next(&matches) == 1);
    CHECK(fm_matches_next(&matches) == 2 && fm_matches_next(&matches) == FM_NPOS);
    CHECK(fm_finder_count(finder, NULL, 0) == 1);
    fm_finder_free(finder);
}

static void every_strategy_can_be_used(void) {
    const char *name;
    size_t strategies = 0;
    for (; (name = fm_strategy_at(strategies)); strategies++) {
        fm_finder *finder;
        OK(fm_use_strategy(name));
        CHECK(strcmp(fm_strategy_in_use(), name) == 0);
        CHECK(fm_memmem("hay needle hay", 14, "needle", 6) != NULL);
        CHECK(fm_memrmem("hay needle hay", 14, "needles", 7) == NULL);
        OK(fm_finder_new("hay", 3, &finder));
        STATUS(FM_STRATEGY_UNKNOWN, fm_use_strategy("no such thing"));
        CHECK(strcmp(fm_strategy_in_use(), name) == 0);
        CHECK(fm_finder_rfind(finder, "hay needle hay", 14) == 11);
        fm_finder_free(finder);
    }
    CHECK(strategies >= 2);
    CHECK(fm_strategy_at(SIZE_MAX) == NULL);
    for (size_t i = 0; i + 1 < strategies; i++) {
        CHECK(strcmp(fm_strategy_at(i), fm_strategy_at(i + 1)) < 0);
    }
    OK(fm_use_strategy("auto"));
}

/* In a process of its own, since the variable is read once, at the first search: the strategy's
 * name and whatever is printed on stderr, both in `out`. */
static void environment(const char *value, char *out, size_t size) {
    int ends[2];
    NEED(pipe(ends) == 0);
    fflush(stdout);
    pid_t child = fork();
    NEED(child >= 0);
    if (child == 0) {
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        setenv("FM_STRATEGY", value, 1);
        (void)fm_memmem("ab", 2, "b", 1);
        (void)fm_memrmem("ab", 2, "b", 1);
        puts(fm_strategy_in_use());
        fflush(stdout);
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    ssize_t got;
    while ((got = read(ends[0], out + n, size - 1 - n)) > 0) {
        n += (size_t)got;
    }
    out[n] = '\0';
    close(ends[0]);
    waitpid(child, NULL, 0);
}

static void strategy_of_environment(void) {
    char out[400];
    environment("naive", out, sizeof(out));
    CHECK(strcmp(out, "naive\n") == 0);
    environment("", out, sizeof(out));
    CHECK(strcmp(out, "auto\n") == 0);
    environment("nope", out, sizeof(out));
    CHECK(strstr(out, "FM_STRATEGY=nope") && strstr(out, "auto\n"));
    size_t lines = 0;
    for (const char *at = out; (at = strchr(at, '\n')); at++) {
        lines++;
    }
    CHECK(lines == 2); /* one complaint, however often it is asked, and the name */
}

int main(void) {
    TEST(strategy_of_environment); /* before any search of this process */
    TEST(windows);
    TEST(counting);
    TEST(memory);
    TEST(every_strategy_can_be_used);
    return report();
}
