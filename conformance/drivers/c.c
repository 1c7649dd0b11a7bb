/* SPDX-License-Identifier: MPL-2.0
 *
 * The C driver: serves libfmmap over standard input and output, one request and one answer a
 * line, so that the conformance cases can run from another machine. It needs a libc and libfmmap;
 * where the system can fork, a case may watch the process die.
 *
 *     driver-c [FOLDER]    temporary files go to FOLDER, else $TMPDIR, else /tmp
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "requests.h"

static char *line;
static size_t line_space;

/* The next line, of any length, without its end; false at the end of input. */
static bool read_line(void) {
    size_t used = 0;
    int c;
    while ((c = getchar()) != EOF && c != '\n') {
        if (used + 2 > line_space) {
            size_t space = line_space ? 2 * line_space : 4096;
            char *grown = realloc(line, space);
            if (grown == NULL)
                return false;
            line = grown;
            line_space = space;
        }
        line[used++] = (char)c;
    }
    if (used > 0)
        line[used] = '\0';
    else if (line != NULL)
        line[0] = '\0';
    return used > 0 || c != EOF;
}

/* ---- Processes that may be lost -------------------------------------------------------------- */

#ifdef _WIN32

static bool can_fork(void) {
    return false;
}
static bool is_child(void) {
    return false;
}
static bool serve_fork(void) {
    return false;
}

#else

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int depth; /* forks between the first process and this one */

static bool can_fork(void) {
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0 && waitpid(child, NULL, 0) == child;
}

static bool is_child(void) {
    return depth > 0;
}

static const char *signal_name(int number) {
    return number == SIGSEGV   ? "SIGSEGV"
           : number == SIGBUS  ? "SIGBUS"
           : number == SIGABRT ? "SIGABRT"
           : number == SIGILL  ? "SIGILL"
           : number == SIGFPE  ? "SIGFPE"
           : number == SIGKILL ? "SIGKILL"
                               : "another signal";
}

/* "fork": a child serves from now on, and answers. When it ends, by "end" or by dying, this
 * process answers in its stead and serves again. "end" is false for all but a child. */
static bool serve_fork(void) {
    if (strcmp(line, "end") == 0 && depth > 0)
        _exit(0);
    if (strcmp(line, "fork") != 0)
        return false;
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        depth++;
        puts("ok");
    } else if (child < 0 || waitpid(child, &status, 0) != child) {
        puts("bad fork failed");
    } else if (WIFSIGNALED(status)) {
        printf("died %s\n", signal_name(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != 0) {
        printf("died exit:%d\n", WEXITSTATUS(status));
    } else {
        puts("ok");
    }
    return true;
}

#endif

int main(int argc, char **argv) {
    const char *environment = getenv("TMPDIR");
    prepare_requests(argc > 1 ? argv[1] : environment != NULL ? environment : "/tmp");
    fputs(greeting(), stdout);
    if (can_fork())
        puts("capability fork\ncapability sacrifice");
    puts("ready");
    fflush(stdout);
    while (read_line()) {
        if (line == NULL || line[0] == '\0')
            continue;
        if (!serve_fork())
            puts(serve_request(line));
        fflush(stdout);
    }
    if (!is_child())
        reset_requests();
    free(line);
    return 0;
}
