/* SPDX-License-Identifier: MPL-2.0 */
#include "constants.h"

#include <string.h>

static const fm_constant access_modes[] = {{"ACCESS_DEFAULT", FM_ACCESS_DEFAULT},
                                           {"ACCESS_READ", FM_ACCESS_READ},
                                           {"ACCESS_WRITE", FM_ACCESS_WRITE},
                                           {"ACCESS_COPY", FM_ACCESS_COPY}};
enum { MODES = sizeof access_modes / sizeof *access_modes };

bool constant_at(size_t i, fm_constant *constant) {
    if (i >= MODES)
        return fm_constant_at(i - MODES, constant);
    *constant = access_modes[i];
    return true;
}

int constant_named(const char *name, size_t length) {
    fm_constant one;
    for (size_t i = 0; constant_at(i, &one); i++)
        if (strncmp(one.name, name, length) == 0 && one.name[length] == '\0')
            return one.value;
    return -1;
}
