/* SPDX-License-Identifier: MPL-2.0
 *
 * The words of a request and of an answer.
 */
#include "wire.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "constants.h"
#include "files.h"

enum { MAX_ARGUMENTS = 10, LINE = PATH_SIZE + 256 };

/* ---- The answer being written --------------------------------------------------------------- */

static char *answer;
static size_t answer_length, answer_space;

static void reserve(size_t more) {
    if (answer_length + more + 1 > answer_space) {
        answer_space = 2 * (answer_length + more + 1);
        answer = realloc(answer, answer_space);
        if (answer == NULL) {
            fputs("driver-c: no memory for an answer\n", stderr);
            exit(1);
        }
    }
}

void begin_answer(void) {
    answer_length = 0;
    reserve(0);
    answer[0] = '\0';
}

const char *answer_text(void) {
    return answer;
}

void say(const char *format, ...) {
    va_list arguments;
    reserve(LINE);
    va_start(arguments, format);
    int n = vsnprintf(answer + answer_length, answer_space - answer_length, format, arguments);
    va_end(arguments);
    if (n > 0)
        answer_length += (size_t)n;
}

void answer_bad(const char *why) {
    say("bad %s", why);
}

static const struct {
    int code;
    const char *name;
} errno_names[] = {
    {EACCES, "EACCES"},         {EAGAIN, "EAGAIN"}, {EBADF, "EBADF"},   {EBUSY, "EBUSY"},
    {EEXIST, "EEXIST"},         {EFAULT, "EFAULT"}, {EFBIG, "EFBIG"},   {EINTR, "EINTR"},
    {EINVAL, "EINVAL"},         {EIO, "EIO"},       {EISDIR, "EISDIR"}, {EMFILE, "EMFILE"},
    {ENFILE, "ENFILE"},         {ENODEV, "ENODEV"}, {ENOENT, "ENOENT"}, {ENOMEM, "ENOMEM"},
    {ENOSPC, "ENOSPC"},         {ENOSYS, "ENOSYS"}, {ENXIO, "ENXIO"},   {EPERM, "EPERM"},
    {EROFS, "EROFS"},
#ifdef EOPNOTSUPP
    {EOPNOTSUPP, "EOPNOTSUPP"},
#endif
#ifdef EOVERFLOW
    {EOVERFLOW, "EOVERFLOW"},
#endif
#ifdef ETXTBSY
    {ETXTBSY, "ETXTBSY"},
#endif
};

static const char *errno_name(int code) {
    for (size_t i = 0; i < sizeof errno_names / sizeof *errno_names; i++)
        if (errno_names[i].code == code)
            return errno_names[i].name;
    return "EUNKNOWN";
}

void answer_status(fm_status status, int code) {
    const char *name = status == FM_OS ? errno_name(code) : status == FM_FAULT ? "EFAULT" : "-";
    say("raise %s %s %s %s", fm_status_name(status), fm_exception(status), name,
        status == FM_OS ? strerror(code) : fm_message(status));
}

void answer_errno(void) {
    say("raise FM_OS OSError %s %s", errno_name(errno), strerror(errno));
}

void answer_bytes(const void *data, size_t n) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = data;
    say("ok x");
    reserve(2 * n);
    for (size_t i = 0; i < n; i++) {
        answer[answer_length++] = digits[bytes[i] >> 4];
        answer[answer_length++] = digits[bytes[i] & 15];
    }
    answer[answer_length] = '\0';
}

void answer_number(int64_t number) {
    say("ok %lld", (long long)number);
}

void answer_done(fm_status status) {
    int code = errno;
    if (status == FM_OK)
        say("ok");
    else
        answer_status(status, code);
}

void answer_value(fm_status status, int64_t number) {
    int code = errno;
    if (status == FM_OK)
        answer_number(number);
    else
        answer_status(status, code);
}

/* ---- The request being served --------------------------------------------------------------- */

static char *word[MAX_ARGUMENTS];
static int words;
static int next_word;

const char *take(void) {
    return next_word < words ? word[next_word++] : "-";
}

const char *begin_request(char *request) {
    words = 0;
    for (char *at = request; *at != '\0' && words < MAX_ARGUMENTS;) {
        word[words++] = at;
        at += strcspn(at, " \r");
        while (*at == ' ' || *at == '\r')
            *at++ = '\0';
    }
    next_word = 0;
    begin_answer();
    return words > 0 ? take() : "";
}

/* A number in digits, fd:FILE for the descriptor of a file, or constants joined by |. */
int64_t take_number(int64_t absent) {
    const char *text = take();
    if (strcmp(text, "-") == 0)
        return absent;
    if (strncmp(text, "fd:", 3) == 0)
        return descriptor_of(atoi(text + 3));
    if (*text < 'A' || *text > 'Z')
        return strtoll(text, NULL, 10);
    int all = 0;
    for (size_t n; *text != '\0'; text += n + (text[n] == '|')) {
        n = strcspn(text, "|");
        all |= constant_named(text, n);
    }
    return all;
}

static int nibble(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

/* Bytes are written x and two hexadecimal digits each; they are decoded in place. */
unsigned char *take_bytes(size_t *n) {
    static char none[1];
    char *text = next_word < words ? word[next_word++] : none;
    unsigned char *bytes = (unsigned char *)text;
    size_t digits = *text == 'x' ? strlen(text + 1) : 0;
    *n = digits / 2;
    for (size_t i = 0; i < *n; i++)
        bytes[i] = (unsigned char)(nibble(text[1 + 2 * i]) << 4 | nibble(text[2 + 2 * i]));
    return bytes;
}

/* The end of the string lies where the digits were. */
const char *take_text(void) {
    size_t n;
    if (next_word == words || *word[next_word] != 'x')
        return take(), NULL;
    unsigned char *text = take_bytes(&n);
    text[n] = '\0';
    return (const char *)text;
}
