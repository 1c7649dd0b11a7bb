/* SPDX-License-Identifier: MPL-2.0
 *
 * The constants of Python's module, by name, as far as this system has them.
 */
#ifndef CONSTANTS_H
#define CONSTANTS_H

#include <stdbool.h>
#include <stddef.h>

#include "fmmap.h"

/* The constant at that place, from 0 on; false behind the last. */
bool constant_at(size_t i, fm_constant *constant);

/* The value of the constant whose name has these characters, -1 if there is none. */
int constant_named(const char *name, size_t length);

#endif
