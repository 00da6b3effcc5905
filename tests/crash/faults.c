/* Preloaded into a test process: at the n-th change of a file whose path holds a given part, the process is killed
 * or the call fails. Nothing happens until faults_arm() is called; forked children arm themselves.
 *
 * POWER is a cut of the current as it hurts the record most: what was written to files under warc/ and not fsynced is
 * lost, names there that the folder was not fsynced for are lost or are the old ones again, and the database keeps
 * every byte. POWER_LOG loses what was appended to the database's log and not fsynced, too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { COUNT, KILL_BEFORE, KILL_HALFWAY, KILL_AFTER, FULL, BROKEN, SHORT, POWER, POWER_LOG };

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

/* What the disk was not yet told to keep. */
enum { MANY = 64, LONG = 1024 };
static struct written { char path[LONG]; off_t kept; } writtens[MANY];
static struct name { char now[LONG], before[LONG]; } names[MANY]; /* `before` is empty for a new file */
static int n_writtens = 0, n_names = 0;

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, LONG - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

static int is_lost_with_power(const char *path) {
    if (kind < POWER || !strstr(path, part)) return 0;
    size_t length = strlen(path);
    return strstr(path, "/warc/") || (kind == POWER_LOG && length > 4 && !strcmp(path + length - 4, "-wal"));
}

static void note_write(int fd) {
    char path[LONG];
    struct stat now;
    if (!*part || kind < POWER || !path_of(fd, path) || !is_lost_with_power(path) || fstat(fd, &now)) return;
    for (int i = 0; i < n_writtens; i++)
        if (!strcmp(writtens[i].path, path)) {
            if (now.st_size < writtens[i].kept) writtens[i].kept = now.st_size;
            return;
        }
    strcpy(writtens[n_writtens].path, path);
    writtens[n_writtens++].kept = now.st_size;
}

static void note_name(const char *now, const char *before) {
    if (!*part || !is_lost_with_power(now) || !strstr(now, "/warc/")) return;
    strcpy(names[n_names].now, now);
    strcpy(names[n_names++].before, before);
    for (int i = 0; i < n_writtens; i++)
        if (!strcmp(writtens[i].path, before)) strcpy(writtens[i].path, now);
}

/* An fsync of a file keeps its bytes, one of a folder the names in it. */
static void note_sync(int fd) {
    char path[LONG];
    if (!*part || kind < POWER || !path_of(fd, path)) return;
    for (int i = 0; i < n_writtens; i++)
        if (!strcmp(writtens[i].path, path)) writtens[i--] = writtens[--n_writtens];
    size_t length = strlen(path);
    for (int i = 0; i < n_names; i++)
        if (!strncmp(names[i].now, path, length) && names[i].now[length] == '/') names[i].now[0] = 0;
}

static void lose(void) {
    for (int i = 0; i < n_writtens; i++) truncate(writtens[i].path, writtens[i].kept);
    while (n_names--) {
        struct name *one = &names[n_names];
        if (!*one->now) continue;
        if (*one->before) renameat(AT_FDCWD, one->now, AT_FDCWD, one->before);
        else unlinkat(AT_FDCWD, one->now, 0);
    }
}

static void die(void) {
    if (kind >= POWER) lose();
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
    char path[LONG];
    return *part && path_of(fd, path) && is_due(path);
}

#define REAL(name, type, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

#define WRITE(...)                                                                          \
    int is_now = is_due_fd(fd);                                                             \
    note_write(fd);                                                                         \
    if (!is_now || kind == COUNT) return real(fd, data, size __VA_ARGS__);                  \
    switch (kind) {                                                                         \
    case KILL_BEFORE: case POWER: case POWER_LOG: die(); return -1;                                                     \
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

static int synced(int fd, int result) {
    if (!result) note_sync(fd);
    return result;
}

int fsync(int fd) {
    REAL("fsync", int, int);
    CHANGE(is_due_fd(fd), synced(fd, real(fd)))
}

int fdatasync(int fd) {
    REAL("fdatasync", int, int);
    CHANGE(is_due_fd(fd), synced(fd, real(fd)))
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

static int renamed(const char *from, const char *to, int result) {
    if (!result) note_name(to, from);
    return result;
}

int rename(const char *from, const char *to) {
    REAL("rename", int, const char *, const char *);
    CHANGE(is_due(to), renamed(from, to, real(from, to)))
}

#define OPEN(symbol)                                                                        \
    int symbol(const char *path, int flags, ...) {                                          \
        REAL(#symbol, int, const char *, int, ...);                                         \
        va_list more;                                                                       \
        va_start(more, flags);                                                              \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;                           \
        va_end(more);                                                                       \
        int is_new = *part && kind >= POWER && (flags & O_CREAT) && access(path, F_OK);     \
        int fd = real(path, flags, mode);                                                   \
        if (fd >= 0 && is_new) note_name(path, "");                                         \
        return fd;                                                                          \
    }
OPEN(open)
OPEN(open64)
