/* SPDX-License-Identifier: MPL-2.0
 *
 * What the program knows of itself, for the result file's context. */
#ifndef FMB_PROGRAM_H
#define FMB_PROGRAM_H

/* Name and version of the C library that was really loaded, written into `text`. */
const char *fmb_libc(char text[64]);

/* Adds to Google Benchmark's context: the C library that was really loaded and its version, the
 * compiler and flags of the build, fmmap's version, and what an empty call costs in the loop of
 * the tiny model. */
void fmb_describe_program(void);

#endif
