/* SPDX-License-Identifier: MPL-2.0
 *
 * Temporary files of cases, by number.
 */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifndef O_BINARY
#define O_BINARY 0
#endif

enum { PATH_SIZE = 1024 };

/* Files go to the folder. */
void prepare_files(const char *folder);

/* Performs and answers the request; false if its verb is not about files. */
bool serve_file_request(const char *verb);

/* Close and remove all. */
void reset_files(void);

/* The descriptor of the file, or -1. */
int descriptor_of(int file);

/* A name in the folder that no file has. */
void temporary_path(char path[PATH_SIZE]);

/* Writes all n bytes at the offset; false with errno. */
bool write_all(int fd, off_t offset, const unsigned char *data, size_t n);

#endif
