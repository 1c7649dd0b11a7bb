/* SPDX-License-Identifier: MPL-2.0
 *
 * Items, slices, reading, writing and moving, against a plain array that models the map; and
 * their extreme arguments. */
#include "check.h"

enum { N = 40 };
static unsigned char model[N];

static void fill_model(void) {
    for (size_t i = 0; i < N; i++) {
        model[i] = (unsigned char)(i * 7 + (i % 5 == 0 ? 128 : 0));
    }
}

static void items(void) {
    fm_map *map = map_of(model, N);
    unsigned char byte = 77;
    for (ptrdiff_t i = -N; i < N; i++) {
        OK(fm_get(map, i, &byte));
        CHECK(byte == model[i < 0 ? i + N : i]);
    }
    const ptrdiff_t outside[] = {N, -N - 1, PTRDIFF_MAX, PTRDIFF_MIN, PTRDIFF_MAX - N, N + 1};
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        byte = 77;
        STATUS(FM_INDEX, fm_get(map, outside[i], &byte));
        CHECK(byte == 77);
        STATUS(FM_INDEX, fm_set(map, outside[i], 1));
    }
    STATUS(FM_BYTE_VALUE, fm_set(map, 0, 256));
    STATUS(FM_BYTE_VALUE, fm_set(map, 0, -1));
    OK(fm_set(map, -1, 255));
    OK(fm_get(map, N - 1, &byte));
    CHECK(byte == 255 && position_of(map) == 0);
    fm_free(map);
}

/* Python's slice rules, stated as a loop over all indices there are. */
static size_t model_slice(ptrdiff_t start, ptrdiff_t stop, ptrdiff_t step, unsigned char *out) {
    size_t count = 0;
    ptrdiff_t first = start == FM_UNBOUNDED ? (step > 0 ? 0 : N - 1)
                      : start < 0           ? start + N
                                            : start;
    ptrdiff_t end = stop == FM_UNBOUNDED ? (step > 0 ? N : -1) : stop < 0 ? stop + N : stop;
    if (stop != FM_UNBOUNDED && end < 0) {
        end = step > 0 ? 0 : -1;
    }
    if (first < 0) {
        first = step > 0 ? 0 : -1;
    } else if (first >= N) {
        first = step > 0 ? N : N - 1;
    }
    for (ptrdiff_t i = first; i >= 0 && i < N && (step > 0 ? i < end : i > end); i += step) {
        out[count++] = model[i];
        if (step > N || step < -N) {
            break;
        }
    }
    return count;
}

static void slices(void) {
    fm_map *map = map_of(model, N);
    const ptrdiff_t bounds[] = {
        FM_UNBOUNDED, PTRDIFF_MIN + 1, -N - 1, -N, -N + 1, -7, -1, 0, 1, 5, N - 1, N,
        N + 1,        PTRDIFF_MAX};
    const ptrdiff_t steps[] = {1,  2,  3,      N - 1, N,      N + 1,           PTRDIFF_MAX, -1,
                               -2, -3, -N + 1, -N,    -N - 1, PTRDIFF_MIN + 1, PTRDIFF_MIN};
    enum { BOUNDS = sizeof(bounds) / sizeof(bounds[0]), STEPS = sizeof(steps) / sizeof(steps[0]) };
    unsigned char expected[N], got[N];
    fm_range range;
    for (size_t a = 0; a < BOUNDS; a++) {
        for (size_t b = 0; b < BOUNDS; b++) {
            for (size_t s = 0; s < STEPS; s++) {
                size_t count = model_slice(bounds[a], bounds[b], steps[s], expected);
                OK(fm_slice(map, bounds[a], bounds[b], steps[s], &range));
                CHECK(range.count == count);
                if (range.count == count) {
                    OK(fm_get_slice(map, range, got));
                    CHECK(memcmp(expected, got, count) == 0);
                    OK(fm_set_slice(map, range, got, count));
                    STATUS(FM_SLICE_SIZE, fm_set_slice(map, range, got, count + 1));
                }
            }
        }
    }
    CHECK(holds(map, 0, model, N));
    STATUS(FM_SLICE_STEP, fm_slice(map, 0, 1, 0, &range));
    const fm_range empty = {0, 1, 0};
    OK(fm_get_slice(map, empty, NULL));
    OK(fm_set_slice(map, empty, NULL, 0));
    const fm_range outside[] = {
        {0, 1, N + 1},      {N, 1, 1},         {1, 1, N},           {0, -1, 2},
        {N - 1, -1, N + 1}, {0, 2, N / 2 + 1}, {1, PTRDIFF_MAX, 2}, {1, PTRDIFF_MIN, 2},
        {0, 1, SIZE_MAX},   {SIZE_MAX, 1, 1},  {SIZE_MAX, -1, 2},   {0, PTRDIFF_MAX, SIZE_MAX}};
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        STATUS(FM_INDEX, fm_get_slice(map, outside[i], got));
        STATUS(FM_INDEX, fm_set_slice(map, outside[i], got, outside[i].count));
    }
    fm_free(map);
}

/* Data out of the map itself is stored as it was before the call. */
static void overlapping_slices(void) {
    const char digits[] = "0123456789";
    fm_map *map = map_of(digits, 10);
    void *data;
    size_t n;
    fm_range range;
    OK(fm_borrow(map, &data, &n, NULL));
    OK(fm_slice(map, FM_UNBOUNDED, FM_UNBOUNDED, -1, &range));
    OK(fm_set_slice(map, range, data, n));
    CHECK(holds(map, 0, "9876543210", 10));
    OK(fm_slice(map, 2, FM_UNBOUNDED, 1, &range));
    OK(fm_set_slice(map, range, data, 8));
    CHECK(holds(map, 0, "9898765432", 10));
    OK(fm_slice(map, FM_UNBOUNDED, FM_UNBOUNDED, 2, &range));
    OK(fm_set_slice(map, range, (char *)data + 5, 5));
    CHECK(holds(map, 0, "6858463422", 10));
    fm_release(map);
    fm_free(map);
}

static void random_calls(void) {
    unsigned char data[N], got[N];
    fm_map *map = map_of(model, N);
    size_t position = 0;
    for (int round = 0; round < 20000; round++) {
        size_t a = random_below(N + 3), b = random_below(N + 3), n = random_below(N + 3);
        size_t rest = N - position, count = 0;
        switch (random_below(7)) {
        case 0:
            OK(fm_read(map, got, a > N ? SIZE_MAX : a, &count));
            CHECK(count == (a > N || a > rest ? rest : a));
            CHECK(memcmp(got, model + position, count) == 0);
            position += count;
            break;
        case 1: {
            unsigned char *newline = memchr(model + position, '\n', rest);
            size_t length = newline ? (size_t)(newline - model) + 1 - position : rest;
            OK(fm_readline(map, got, a < N ? a : N, &count));
            CHECK(count == (a < length && a < N ? a : length));
            CHECK(memcmp(got, model + position, count) == 0);
            position += count;
            break;
        }
        case 2:
            for (size_t i = 0; i < n && i < N; i++) {
                data[i] = (unsigned char)(random_below(8) ? random_below(256) : '\n');
            }
            if (n > rest || n > N) {
                STATUS(FM_WRITE_RANGE, fm_write(map, data, n));
            } else {
                OK(fm_write(map, data, n));
                memcpy(model + position, data, n);
                position += n;
            }
            break;
        case 3:
            if (a > N) {
                STATUS(FM_SEEK_RANGE, fm_seek(map, (ptrdiff_t)a, 0, NULL));
            } else {
                OK(fm_seek(map, (ptrdiff_t)a, 0, &count));
                CHECK(count == a);
                position = a;
            }
            break;
        case 4:
            if (a + n > N || b + n > N) {
                STATUS(FM_MOVE_RANGE, fm_move(map, (ptrdiff_t)a, (ptrdiff_t)b, (ptrdiff_t)n));
            } else {
                OK(fm_move(map, (ptrdiff_t)a, (ptrdiff_t)b, (ptrdiff_t)n));
                memmove(model + a, model + b, n);
            }
            break;
        case 5:
            STATUS(rest ? FM_OK : FM_READ_RANGE, fm_read_byte(map, got));
            CHECK(!rest || got[0] == model[position]);
            position += rest > 0;
            break;
        default:
            STATUS(rest ? FM_OK : FM_WRITE_BYTE_RANGE, fm_write_byte(map, (unsigned char)a));
            if (rest) {
                model[position++] = (unsigned char)a;
            }
        }
        CHECK(position_of(map) == position);
    }
    CHECK(holds(map, 0, model, N));
    fm_free(map);
}

static void seeking(void) {
    fm_map *map = anonymous(N);
    size_t at = 77;
    const ptrdiff_t far[] = {PTRDIFF_MAX, PTRDIFF_MAX - N, N + 1, -N - 1, PTRDIFF_MIN};
    OK(fm_seek(map, 5, 0, NULL));
    for (int whence = 0; whence < 3; whence++) {
        for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
            STATUS(FM_SEEK_RANGE, fm_seek(map, far[i], whence, &at));
        }
    }
    STATUS(FM_SEEK_RANGE, fm_seek(map, -6, 1, &at));
    STATUS(FM_SEEK_RANGE, fm_seek(map, N - 4, 1, &at));
    STATUS(FM_SEEK_RANGE, fm_seek(map, 1, 2, &at));
    STATUS(FM_SEEK_WHENCE, fm_seek(map, 0, 3, &at));
    STATUS(FM_SEEK_WHENCE, fm_seek(map, 0, -1, &at));
    CHECK(at == 77 && position_of(map) == 5);
    OK(fm_seek(map, -5, 1, &at));
    CHECK(at == 0);
    OK(fm_seek(map, -N, 2, &at));
    CHECK(at == 0);
    OK(fm_seek(map, 0, 2, &at));
    CHECK(at == N);
    fm_free(map);
}

static void extreme_ranges(void) {
    fm_map *map = anonymous(N);
    const ptrdiff_t values[] = {PTRDIFF_MIN, -1, N + 1, PTRDIFF_MAX - 1, PTRDIFF_MAX};
    for (size_t i = 0; i < 5; i++) {
        STATUS(FM_MOVE_RANGE, fm_move(map, values[i], 0, 0));
        STATUS(FM_MOVE_RANGE, fm_move(map, 0, values[i], 0));
        STATUS(FM_MOVE_RANGE, fm_move(map, 0, 0, values[i]));
        STATUS(FM_MOVE_RANGE, fm_move(map, 1, 1, values[i]));
    }
    OK(fm_move(map, N, N, 0));
    OK(fm_seek(map, 1, 0, NULL));
    STATUS(FM_WRITE_RANGE, fm_write(map, "", SIZE_MAX));
    STATUS(FM_WRITE_RANGE, fm_write(map, "", N));
    OK(fm_seek(map, 0, 2, NULL));
    OK(fm_write(map, NULL, 0));
    fm_free(map);
}

int main(void) {
    random_seed();
    fill_model();
    TEST(items);
    TEST(slices);
    TEST(overlapping_slices);
    TEST(random_calls);
    TEST(seeking);
    TEST(extreme_ranges);
    return report();
}
