/* SPDX-License-Identifier: MPL-2.0
 *
 * OpenBSD: nothing beyond posix.c; no mremap(2), so no resize. */
#include "posix.h"

const struct fm_posix_system fm_posix_system = {0};
