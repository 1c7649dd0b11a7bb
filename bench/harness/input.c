/* SPDX-License-Identifier: MPL-2.0
 *
 * Reading prepared workloads: a sequence of records `key:length:bytes\n`, the length in decimal. */
#include "input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const fmb_model_names[FMB_MODEL_COUNT] = {
    "first", "absent", "all", "tiny", "prepared", "streaming",
};

/* The page size of most systems: the largest alignment that the speed of a search depends on. */
#define ALIGNMENT 4096

/* Filler behind what has memory of its own, so that a strategy that reads on past the end meets
 * bytes of no use to it in place of zeros. */
#define SLACK 64
#define FILLER 0xa5

struct reader {
    const char *path;
    unsigned char *bytes;
    size_t size;
    size_t at;
};

/* One record; its value points into the file's bytes and is followed by a newline. */
struct record {
    char key[16];
    const unsigned char *value;
    size_t length;
};

static bool complain(const char *path, const char *problem) {
    fprintf(stderr, "fmmap-bench: %s: %s\n", path, problem);
    return false;
}

static bool read_whole(struct reader *reader) {
    FILE *file = fopen(reader->path, "rb");
    if (!file) {
        return complain(reader->path, strerror(errno));
    }
    size_t room = 1 << 16;
    reader->bytes = malloc(room);
    while (reader->bytes) {
        reader->size += fread(reader->bytes + reader->size, 1, room - reader->size, file);
        if (reader->size < room) {
            break;
        }
        room *= 2;
        unsigned char *larger = realloc(reader->bytes, room);
        if (!larger) {
            free(reader->bytes);
        }
        reader->bytes = larger;
    }
    bool good = reader->bytes && !ferror(file);
    fclose(file);
    return good || complain(reader->path, "cannot be read into memory");
}

/* The next record; false at the end of the file and where a record is broken. */
static bool next(struct reader *reader, struct record *record, bool *broken) {
    const unsigned char *bytes = reader->bytes + reader->at;
    size_t left = reader->size - reader->at;
    if (left == 0) {
        return false;
    }
    *broken = true;
    const unsigned char *colon =
        memchr(bytes, ':', left < sizeof record->key ? left : sizeof record->key);
    if (!colon) {
        return false;
    }
    size_t key_length = (size_t)(colon - bytes);
    memcpy(record->key, bytes, key_length);
    record->key[key_length] = '\0';
    size_t length = 0;
    size_t at = key_length + 1;
    while (at < left && bytes[at] >= '0' && bytes[at] <= '9' && length <= reader->size) {
        length = length * 10 + (size_t)(bytes[at++] - '0');
    }
    /* a second colon, the value and a newline have to fit */
    if (at >= left || bytes[at] != ':' || left - at < 2 || length > left - at - 2 ||
        bytes[at + 1 + length] != '\n') {
        return false;
    }
    record->value = bytes + at + 1;
    record->length = length;
    reader->at += at + 1 + length + 1;
    *broken = false;
    return true;
}

static bool is(const struct record *record, const char *text) {
    return strlen(text) == record->length && memcmp(text, record->value, record->length) == 0;
}

static bool set_text(char **text, const struct record *record) {
    free(*text);
    *text = strndup((const char *)record->value, record->length);
    return *text != NULL;
}

/* The array, moved if it had to be to have room for one more element, or NULL: then it is as it
 * was. Room doubles: it is used up whenever the count is a power of two. */
static void *grown(void *array, size_t count, size_t element) {
    bool room = count & (count - 1);
    return room ? array : realloc(array, (count ? 2 * count : 1) * element);
}

/* Short strings lie in a buffer as its fields do, at any alignment. If each began a page, all would
 * share a few sets of the caches and drive each other out. */
static bool pool_bytes(fmb_input *input, const struct record *record, fmb_bytes *bytes) {
    if (!input->pool) {
        input->pool = aligned_alloc(ALIGNMENT, input->pool_size);
        if (!input->pool) {
            return false;
        }
        memset(input->pool, FILLER, input->pool_size);
    }
    *bytes = (fmb_bytes){.at = input->pool + input->pool_used, .length = record->length};
    input->pool_used += record->length;
    return true;
}

/* Memory of its own, the bytes `align` above a multiple of ALIGNMENT. */
static bool own_bytes(const struct record *record, size_t align, fmb_bytes *bytes) {
    size_t size = (align + record->length + SLACK + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    unsigned char *base = aligned_alloc(ALIGNMENT, size);
    if (!base) {
        return false;
    }
    memset(base, FILLER, size);
    *bytes = (fmb_bytes){.base = base, .at = base + align, .length = record->length};
    return true;
}

/* Copy a value to where such a string would lie. */
static bool add_bytes(fmb_input *input, fmb_bytes **all, size_t *count, const struct record *record,
                      size_t align) {
    fmb_bytes *array = grown(*all, *count, sizeof **all);
    if (!array) {
        return false;
    }
    *all = array;
    fmb_bytes *bytes = &array[*count];
    bool is_short = record->length < ALIGNMENT && align == 0;
    if (!(is_short ? pool_bytes(input, record, bytes) : own_bytes(record, align, bytes))) {
        return false;
    }
    memcpy(bytes->at, record->value, record->length);
    ++*count;
    return true;
}

/* "haystack needle count sum looked", the first two as indices. */
static bool add_case(fmb_input *input, const struct record *record) {
    size_t haystack, needle;
    fmb_answer expected;
    uint64_t looked;
    char *text = NULL;
    int fields = 0;
    if (set_text(&text, record)) {
        fields = sscanf(text, "%zu %zu %" SCNu64 " %" SCNu64 " %" SCNu64, &haystack, &needle,
                        &expected.count, &expected.sum, &looked);
        free(text);
    }
    if (fields != 5 || haystack >= input->haystack_count || needle >= input->needle_count) {
        return false;
    }
    fmb_case *cases = grown(input->cases, input->case_count, sizeof *cases);
    if (!cases) {
        return false;
    }
    input->cases = cases;
    cases[input->case_count++] = (fmb_case){
        .haystack = input->haystacks[haystack].at,
        .n = input->haystacks[haystack].length,
        .needle = input->needles[needle].at,
        .m = input->needles[needle].length,
        .expected = expected,
        .looked = looked,
    };
    return true;
}

static bool set_model(fmb_input *input, const struct record *record) {
    for (int model = 0; model < FMB_MODEL_COUNT; model++) {
        if (is(record, fmb_model_names[model])) {
            input->model = (fmb_model)model;
            return true;
        }
    }
    return false;
}

static bool take(fmb_input *input, const struct record *record) {
    if (strcmp(record->key, "name") == 0) {
        return set_text(&input->name, record);
    }
    if (strcmp(record->key, "model") == 0) {
        return set_model(input, record);
    }
    if (strcmp(record->key, "direction") == 0) {
        input->reverse = is(record, "reverse");
        return input->reverse || is(record, "forward");
    }
    if (strcmp(record->key, "align") == 0) {
        input->align = strtoul((const char *)record->value, NULL, 10);
        return input->align < ALIGNMENT;
    }
    if (strcmp(record->key, "advice") == 0) {
        return set_text(&input->advice, record);
    }
    if (strcmp(record->key, "haystack") == 0) {
        return add_bytes(input, &input->haystacks, &input->haystack_count, record, input->align);
    }
    if (strcmp(record->key, "needle") == 0) {
        return add_bytes(input, &input->needles, &input->needle_count, record, 0);
    }
    return strcmp(record->key, "case") == 0 && add_case(input, record);
}

fmb_input *fmb_input_read(const char *path) {
    struct reader reader = {.path = path};
    fmb_input *input = calloc(1, sizeof *input);
    bool good = input && read_whole(&reader);
    if (good) {
        input->pool_size = (reader.size + SLACK + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    bool broken = false;
    struct record record;
    while (good && next(&reader, &record, &broken)) {
        if (!take(input, &record)) {
            char problem[64];
            snprintf(problem, sizeof problem, "record \"%s\" is wrong, or memory is short",
                     record.key);
            good = complain(path, problem);
        }
    }
    if (good && (broken || !input->name || !input->case_count)) {
        good = complain(path, "not a prepared workload, or cut short");
    }
    free(reader.bytes);
    if (!good) {
        fmb_input_free(input);
        return NULL;
    }
    return input;
}

void fmb_input_free(fmb_input *input) {
    if (!input) {
        return;
    }
    for (size_t i = 0; i < input->haystack_count; i++) {
        free(input->haystacks[i].base);
    }
    for (size_t i = 0; i < input->needle_count; i++) {
        free(input->needles[i].base);
    }
    free(input->pool);
    free(input->haystacks);
    free(input->needles);
    free(input->cases);
    free(input->advice);
    free(input->name);
    free(input);
}
