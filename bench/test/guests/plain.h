/* SPDX-License-Identifier: MPL-2.0
 *
 * A search that is right, for guests that are wrong or slow in other ways. */
#ifndef PLAIN_H
#define PLAIN_H

#include "strategy.h"

fm_search_fn plain_find, plain_rfind;

#endif
