/* Preloaded into a process, writes down in order what it does to files below $TRACE_ROOT, into $TRACE_LOG: opens, writes with
   their bytes, truncations, syncs, names made, changed and removed. One lock over each call and its line, so that the order is
   the true one. A line: u8 what, i32 descriptor, i64 value, i64 length, then so many bytes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 65536
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char traced[MOST];
static int out = -1;
static const char *root;
static size_t length;

static void begin(void) {
    if (root) return;
    root = getenv("TRACE_ROOT");
    if (!root) root = "";
    length = strlen(root);
    const char *log = getenv("TRACE_LOG");
    if (log && length) out = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int inside(const char *path) {
    begin();
    if (out < 0 || !path || strncmp(path, root, length) || path[length] != '/') return 0;
    size_t size = strlen(path);
    return size < 4 || strcmp(path + size - 4, "-shm");
}

static void raw(const void *data, size_t size) {
    const char *at = data;
    while (size) {
        long done = syscall(SYS_write, out, at, size);
        if (done <= 0) abort();
        at += done;
        size -= done;
    }
}

static void line(char what, int fd, int64_t value, const void *data, int64_t size) {
    char head[21];
    int32_t descriptor = fd;
    head[0] = what;
    memcpy(head + 1, &descriptor, 4);
    memcpy(head + 5, &value, 8);
    memcpy(head + 13, &size, 8);
    raw(head, sizeof head);
    if (size) raw(data, size);
}

static void two(char what, const char *a, const char *b) {
    char both[8192];
    int size = snprintf(both, sizeof both, "%s%c%s", a, 0, b);
    line(what, -1, 0, both, size);
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)
#define IS(fd) ((fd) >= 0 && (fd) < MOST && traced[fd])

static void opened(int fd, const char *path, int flags) {
    if (fd < 0 || fd >= MOST) return;
    traced[fd] = inside(path);
    if (traced[fd]) line('O', fd, flags & O_TRUNC ? 1 : 0, path, strlen(path));
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        pthread_mutex_lock(&lock); \
        int fd = real(path, flags, mode); opened(fd, path, flags); \
        pthread_mutex_unlock(&lock); return fd; }
#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        pthread_mutex_lock(&lock); \
        int fd = real(at, path, flags, mode); opened(fd, path, flags); \
        pthread_mutex_unlock(&lock); return fd; }
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (!IS(fd)) return real(fd, data, size);
    pthread_mutex_lock(&lock);
    off_t end = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    ssize_t done = real(fd, data, size);
    if (done > 0) line('W', fd, end, data, done);
    pthread_mutex_unlock(&lock);
    return done;
}

#define PWRITE(name) \
    ssize_t name(int fd, const void *data, size_t size, off_t at) { \
        REAL(ssize_t, name, int, const void *, size_t, off_t); \
        if (!IS(fd)) return real(fd, data, size, at); \
        pthread_mutex_lock(&lock); \
        ssize_t done = real(fd, data, size, at); if (done > 0) line('W', fd, at, data, done); \
        pthread_mutex_unlock(&lock); return done; }
PWRITE(pwrite) PWRITE(pwrite64)

#define TRUNCATE(name) \
    int name(int fd, off_t size) { \
        REAL(int, name, int, off_t); \
        if (!IS(fd)) return real(fd, size); \
        pthread_mutex_lock(&lock); \
        int code = real(fd, size); if (!code) line('T', fd, size, NULL, 0); \
        pthread_mutex_unlock(&lock); return code; }
TRUNCATE(ftruncate) TRUNCATE(ftruncate64)

#define SYNC(name) \
    int name(int fd) { \
        REAL(int, name, int); \
        if (!IS(fd)) return real(fd); \
        pthread_mutex_lock(&lock); \
        int code = real(fd); if (!code) line('S', fd, 0, NULL, 0); \
        pthread_mutex_unlock(&lock); return code; }
SYNC(fsync) SYNC(fdatasync)

int close(int fd) {
    REAL(int, close, int);
    if (!IS(fd)) return real(fd);
    pthread_mutex_lock(&lock);
    traced[fd] = 0;
    line('C', fd, 0, NULL, 0);
    int code = real(fd);
    pthread_mutex_unlock(&lock);
    return code;
}

int rename(const char *a, const char *b) {
    REAL(int, rename, const char *, const char *);
    pthread_mutex_lock(&lock);
    int code = real(a, b);
    if (!code && inside(b)) two('R', a, b);
    pthread_mutex_unlock(&lock);
    return code;
}

int renameat(int at, const char *a, int to, const char *b) {
    REAL(int, renameat, int, const char *, int, const char *);
    pthread_mutex_lock(&lock);
    int code = real(at, a, to, b);
    if (!code && inside(b)) two('R', a, b);
    pthread_mutex_unlock(&lock);
    return code;
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    pthread_mutex_lock(&lock);
    int code = real(path);
    if (!code && inside(path)) line('U', -1, 0, path, strlen(path));
    pthread_mutex_unlock(&lock);
    return code;
}

int unlinkat(int at, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    pthread_mutex_lock(&lock);
    int code = real(at, path, flags);
    if (!code && inside(path)) line('U', -1, 0, path, strlen(path));
    pthread_mutex_unlock(&lock);
    return code;
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    pthread_mutex_lock(&lock);
    int code = real(path, mode);
    if (!code && inside(path)) line('M', -1, 0, path, strlen(path));
    pthread_mutex_unlock(&lock);
    return code;
}
