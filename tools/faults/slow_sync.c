/* Preloaded into a process, makes each of its syncs take as many milliseconds as the file $SLOW_SYNC says, and adds a byte to that
   file's neighbour .count for each. No such file: as fast as the disk is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void wait_as_told(void) {
    const char *path = getenv("SLOW_SYNC");
    if (!path) return;
    char counted[4096];
    snprintf(counted, sizeof counted, "%s.count", path);
    int count = open(counted, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (count >= 0) {
        if (write(count, "x", 1) < 0) perror("slow_sync");
        close(count);
    }
    FILE *told = fopen(path, "re");
    if (!told) return;
    long milliseconds = 0;
    if (fscanf(told, "%ld", &milliseconds) == 1 && milliseconds > 0) {
        struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};
        while (nanosleep(&left, &left)) continue;
    }
    fclose(told);
}

#define SLOW(name) \
    int name(int fd) { \
        static int (*real)(int); \
        if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, #name); \
        int done = real(fd); \
        wait_as_told(); \
        return done; }
SLOW(fsync) SLOW(fdatasync)
