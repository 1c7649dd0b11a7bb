/* SPDX-License-Identifier: MPL-2.0
 *
 * fmgrep: print the lines of files that contain a string, as `grep -F` does.
 *
 *     cc fmgrep.c $(pkg-config --cflags --libs fmmap) -o fmgrep
 *     fmgrep [-c] STRING FILE...
 *
 * -c counts occurrences instead. Exit status: 0 something was found, 1 nothing, 2 an error. */
#include <fmmap.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Say what went wrong with the file, and answer true for "an error". */
static bool complain(const char *path, fm_status status) {
    fprintf(stderr, "fmgrep: %s: %s\n", path,
            status == FM_OS ? strerror(errno) : fm_message(status));
    return true;
}

static fm_status print_range(const fm_map *map, ptrdiff_t start, ptrdiff_t end) {
    char piece[4096];
    while (start < end) {
        size_t n = (size_t)(end - start) < sizeof(piece) ? (size_t)(end - start) : sizeof(piece);
        fm_range range = {(size_t)start, 1, n};
        fm_status status = fm_get_slice(map, range, piece);
        if (status != FM_OK) {
            return status;
        }
        fwrite(piece, 1, n, stdout);
        start += (ptrdiff_t)n;
    }
    return FM_OK;
}

/* Print the line that the byte at `at` belongs to, which begins at `*next` or later; `*next`
 * becomes the start of the line after it. */
static fm_status print_line(const fm_map *map, ptrdiff_t at, ptrdiff_t *next) {
    size_t length;
    ptrdiff_t before, end;
    fm_status status = fm_length(map, &length);
    if (status != FM_OK || (status = fm_rfind(map, "\n", 1, *next, at, &before)) != FM_OK ||
        (status = fm_find(map, "\n", 1, at, FM_UNBOUNDED, &end)) != FM_OK) {
        return status;
    }
    ptrdiff_t start = before == -1 ? *next : before + 1;
    *next = end == -1 ? (ptrdiff_t)length : end + 1;
    status = print_range(map, start, *next);
    if (end == -1) {
        putchar('\n'); /* the last line of a file may have none */
    }
    return status;
}

/* Print each line with an occurrence once; *found becomes true if there is any. */
static fm_status print_lines(const fm_map *map, const fm_finder *finder, const char *label,
                             bool *found) {
    size_t length;
    ptrdiff_t at, next = 0; /* next: start of the first line not yet looked at */
    fm_status status = fm_length(map, &length);
    while (status == FM_OK && (size_t)next < length) {
        status = fm_find_with(map, finder, next, FM_UNBOUNDED, &at);
        if (status != FM_OK || at == -1) {
            break;
        }
        *found = true;
        fputs(label, stdout);
        status = print_line(map, at, &next);
    }
    return status;
}

/* Search one file; true after an error. */
static bool search_file(const char *path, const fm_finder *finder, bool counts, bool is_one_of_many,
                        bool *found) {
    char label[4096] = "";
    if (is_one_of_many) {
        snprintf(label, sizeof(label), "%s:", path);
    }
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        return complain(path, FM_OS);
    }
    fm_options options = fm_options_default();
    options.access = FM_ACCESS_READ;
    fm_map *map;
    fm_status status = fm_open(fd, 0, &options, &map);
    if (status == FM_OK) {
        size_t count = 0;
        if (!counts) {
            status = print_lines(map, finder, label, found);
        } else if ((status = fm_count_with(map, finder, 0, FM_UNBOUNDED, &count)) == FM_OK) {
            printf("%s%zu\n", label, count);
            *found |= count > 0;
        }
        fm_free(map);
    } else if (status == FM_EMPTY_FILE) { /* cannot be mapped, and holds nothing to find */
        status = FM_OK;
        if (counts) {
            printf("%s0\n", label);
        }
    }
    bool failed = status != FM_OK && complain(path, status);
    close(fd);
    return failed;
}

int main(int argc, char **argv) {
    bool counts = argc > 1 && strcmp(argv[1], "-c") == 0;
    int first = counts ? 2 : 1;
    if (argc < first + 2) {
        fputs("usage: fmgrep [-c] STRING FILE...\n", stderr);
        return 2;
    }
    fm_finder *finder;
    fm_status status = fm_finder_new(argv[first], strlen(argv[first]), &finder);
    if (status != FM_OK) {
        fprintf(stderr, "fmgrep: %s\n", fm_message(status));
        return 2;
    }
    bool found = false, failed = false;
    for (int i = first + 1; i < argc; i++) {
        failed |= search_file(argv[i], finder, counts, argc > first + 2, &found);
    }
    fm_finder_free(finder);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("fmgrep: standard output");
        failed = true;
    }
    return failed ? 2 : !found;
}
