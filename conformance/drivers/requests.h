/* SPDX-License-Identifier: MPL-2.0
 *
 * Serving requests: what the C driver reads from a pipe and level 0 from a table.
 */
#ifndef REQUESTS_H
#define REQUESTS_H

#include <stdbool.h>

/* Temporary files go to the folder. */
void prepare_requests(const char *folder);

/* The lines that introduce the library, each with its newline. Valid until the next call. */
const char *greeting(void);

/* The answer to one request, without a newline. Cuts the request into pieces. Valid until the
 * next call. */
const char *serve_request(char *request);

/* Close all maps, remove all files. */
void reset_requests(void);

#endif
