/* Preloaded into a test process: at the n-th change of a file whose path holds a given part, the process is killed
 * or the call fails. Nothing happens until faults_arm() is called; forked children arm themselves. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { COUNT, KILL_BEFORE, KILL_HALFWAY, KILL_AFTER, FULL, BROKEN, SHORT };

static long wanted = -1, seen = 0;
static enum kind kind = COUNT;
static char part[4096] = "";

void faults_arm(long at, int what, const char *path_part) {
    strncpy(part, path_part, sizeof part - 1);
    wanted = at;
    kind = what;
    seen = 0;
}

long faults_seen(void) { return seen; }

static void die(void) {
    kill(getpid(), SIGKILL);
    pause();
}

/* Whether this change is the one; a full disk stays full. */
static int is_due(const char *path) {
    if (!*part || !strstr(path, part)) return 0;
    seen++;
    return seen == wanted || (kind == FULL && wanted > 0 && seen >= wanted);
}

static int is_due_fd(int fd) {
    char link[64], path[4096];
    if (!*part) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_due(path);
}

#define REAL(name, type, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

#define WRITE(...)                                                                          \
    if (!is_due_fd(fd) || kind == COUNT) return real(fd, data, size __VA_ARGS__);           \
    switch (kind) {                                                                         \
    case KILL_BEFORE: die(); return -1;                                                     \
    case KILL_HALFWAY: real(fd, data, size / 2 __VA_ARGS__); die(); return -1;              \
    case KILL_AFTER: real(fd, data, size __VA_ARGS__); die(); return -1;                    \
    case FULL: errno = ENOSPC; return -1;                                                   \
    case BROKEN: errno = EIO; return -1;                                                    \
    default: return real(fd, data, size > 1 ? size / 2 : size __VA_ARGS__);                 \
    }

ssize_t write(int fd, const void *data, size_t size) {
    REAL("write", ssize_t, int, const void *, size_t);
    WRITE()
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    REAL("pwrite", ssize_t, int, const void *, size_t, off_t);
    WRITE(, offset)
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    REAL("pwrite64", ssize_t, int, const void *, size_t, off64_t);
    WRITE(, offset)
}

/* Changes that are made or not made: no half of them, and a full disk lets them pass. */
#define CHANGE(due, call)                                                                   \
    if (!(due) || kind == COUNT || kind == FULL || kind == SHORT) return call;              \
    if (kind == BROKEN) { errno = EIO; return -1; }                                         \
    if (kind == KILL_AFTER) { call; }                                                       \
    die();                                                                                  \
    return -1;

int fsync(int fd) {
    REAL("fsync", int, int);
    CHANGE(is_due_fd(fd), real(fd))
}

int fdatasync(int fd) {
    REAL("fdatasync", int, int);
    CHANGE(is_due_fd(fd), real(fd))
}

int ftruncate(int fd, off_t length) {
    REAL("ftruncate", int, int, off_t);
    CHANGE(is_due_fd(fd), real(fd, length))
}

int ftruncate64(int fd, off64_t length) {
    REAL("ftruncate64", int, int, off64_t);
    CHANGE(is_due_fd(fd), real(fd, length))
}

int unlink(const char *path) {
    REAL("unlink", int, const char *);
    CHANGE(is_due(path), real(path))
}

int rename(const char *from, const char *to) {
    REAL("rename", int, const char *, const char *);
    CHANGE(is_due(to), real(from, to))
}
