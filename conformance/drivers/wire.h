/* SPDX-License-Identifier: MPL-2.0
 *
 * The words of a request and of an answer, as README.md describes them.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "fmmap.h"

/* Cuts the request into words, in place, and begins its answer. Returns the verb, "" for none. */
const char *begin_request(char *request);

/* Begins an answer that no request asked for. */
void begin_answer(void);

/* The answer so far; valid until the next one begins. */
const char *answer_text(void);

/* The next word, "-" where it is left out. */
const char *take(void);
int64_t take_number(int64_t absent);
unsigned char *take_bytes(size_t *n);
const char *take_text(void); /* bytes as a C string, NULL where they are left out */

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void say(const char *format, ...); /* at most 1 KiB at a time */

void answer_number(int64_t number);
void answer_bytes(const void *data, size_t n);
void answer_bad(const char *why);
void answer_errno(void);
void answer_status(fm_status status, int code); /* code: the errno of FM_OS */
void answer_done(fm_status status);             /* "ok", or the failure with errno */
void answer_value(fm_status status, int64_t number);

#endif
