/* SPDX-License-Identifier: MPL-2.0
 *
 * Facts about the system. */
#include "../os/os.h"

size_t fm_page_size(void) {
    return fm_os_page_size();
}

size_t fm_granularity(void) {
    return fm_os_granularity();
}

bool fm_constant_at(size_t n, fm_constant *constant) {
    for (size_t i = 0; fm_os_constants[i].name; i++) {
        if (i == n) {
            *constant = fm_os_constants[i];
            return true;
        }
    }
    return false;
}
