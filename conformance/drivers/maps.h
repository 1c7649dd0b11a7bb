/* SPDX-License-Identifier: MPL-2.0
 *
 * Maps of cases, by number.
 */
#ifndef MAPS_H
#define MAPS_H

#include <stdbool.h>

/* Performs and answers the request; false if its verb is not about maps. */
bool serve_map_request(const char *verb);

/* Close all. */
void reset_maps(void);

#endif
