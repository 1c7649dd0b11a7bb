/* SPDX-License-Identifier: MPL-2.0
 *
 * Which request is served by whom. README.md describes the protocol.
 */
#include "requests.h"

#include <errno.h>
#include <string.h>

#include "files.h"
#include "maps.h"
#include "wire.h"

void prepare_requests(const char *folder) {
    prepare_files(folder);
}

void reset_requests(void) {
    reset_maps();
    reset_files();
}

const char *serve_request(char *request) {
    const char *verb = begin_request(request);
    errno = 0;
    if (strcmp(verb, "reset") == 0) {
        reset_requests();
        say("ok");
    } else if (!serve_map_request(verb) && !serve_file_request(verb)) {
        answer_bad("no such request");
    }
    return answer_text();
}
