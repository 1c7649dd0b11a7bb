/* SPDX-License-Identifier: MPL-2.0
 *
 * The first process of the machine that bochs.sh starts: runs /program with the lines of /arguments
 * and /environment, tells how it ended, and switches the machine off. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { MOST = 64, LONGEST = 1024 };

/* The lines of a file, at most MOST - 1, behind those that are there. */
static void read_lines(const char *path, char *lines[MOST], int count) {
    FILE *file = fopen(path, "r");
    char line[LONGEST];
    while (file != NULL && count < MOST - 1 && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        lines[count++] = strdup(line);
    }
    lines[count] = NULL;
}

static void switch_off(void) {
    tcdrain(STDOUT_FILENO);
    sleep(3); /* the emulated line is slow; what it holds would be lost */
    if (iopl(3) == 0) {
        for (const char *letter = "Shutdown"; *letter != '\0'; letter++) {
            outb((unsigned char)*letter, 0x8900); /* Bochs' port for this */
        }
    }
    for (;;) {
        pause();
    }
}

int main(void) {
    char *arguments[MOST] = {"/program"};
    char *environment[MOST];
    mount("proc", "/proc", "proc", 0, NULL);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    int line = open("/dev/ttyS0", O_RDWR);
    if (line >= 0) {
        dup2(line, STDIN_FILENO);
        dup2(line, STDOUT_FILENO);
        dup2(line, STDERR_FILENO);
    }
    read_lines("/arguments", arguments, 1);
    read_lines("/environment", environment, 0);
    printf("##BEGIN\n");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execve(arguments[0], arguments, environment);
        perror(arguments[0]);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    printf("\n##END %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    fflush(stdout);
    switch_off();
}
