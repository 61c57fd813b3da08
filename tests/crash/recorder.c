/* A library for LD_PRELOAD that writes down what a process does to the files of one device (disk_log.h), and has
 * all processes stand still at a given operation, as they would when the power fails.
 *
 * It stands in front of the calls that docmill, its plugins and SQLite use.  One that it does not know would show:
 * crash-power compares the files as they are with the files as they were recorded. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "disk_log.h"

enum { PATH_SIZE = 4096 };

static struct disk_log *shared;

/* The next definition of a function, looked up once, as dlsym() allocates. */
#define NEXT(name) static __typeof__(name) *next_##name
NEXT(open);
NEXT(openat);
NEXT(write);
NEXT(pwrite);
NEXT(writev);
NEXT(ftruncate);
NEXT(renameat);
NEXT(linkat);
NEXT(unlinkat);
NEXT(symlinkat);
NEXT(mkdirat);
NEXT(fsync);
NEXT(fdatasync);
NEXT(syncfs);
#undef NEXT

static void look_up(void)
{
#define LOOK_UP(name) *(void **)&next_##name = dlsym(RTLD_NEXT, #name)
    LOOK_UP(open);
    LOOK_UP(openat);
    LOOK_UP(write);
    LOOK_UP(pwrite);
    LOOK_UP(writev);
    LOOK_UP(ftruncate);
    LOOK_UP(renameat);
    LOOK_UP(linkat);
    LOOK_UP(unlinkat);
    LOOK_UP(symlinkat);
    LOOK_UP(mkdirat);
    LOOK_UP(fsync);
    LOOK_UP(fdatasync);
    LOOK_UP(syncfs);
#undef LOOK_UP
}

/* Before main(), while the process may still open files. */
__attribute__((constructor)) static void start(void)
{
    Dl_info self;
    char path[PATH_SIZE];
    look_up();
    if (dladdr((void *)&shared, &self) == 0 || self.dli_fname == NULL)
        return;
    const char *const slash = strrchr(self.dli_fname, '/');
    const int len = slash != NULL ? (int)(slash - self.dli_fname) : 0;
    snprintf(path, sizeof path, "%.*s/%s", len, self.dli_fname, DISK_LOG_NAME);
    const int fd = next_open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return;
    void *const map = mmap(NULL, disk_log_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    shared = map != MAP_FAILED ? map : NULL;
    close(fd);
}

/* ---- the log ------------------------------------------------------------------------------------ */

static void stand_still(void)
{
    for (;;)
        pause();
}

static void lock(void)
{
    if (pthread_mutex_lock(&shared->lock) == EOWNERDEAD)
        pthread_mutex_consistent(&shared->lock);
    if (shared->count < shared->stop_at && shared->made < shared->stop_at_made)
        return;
    shared->stopped = 1;
    pthread_mutex_unlock(&shared->lock);
    stand_still();
}

static void unlock(void)
{
    pthread_mutex_unlock(&shared->lock);
}

static void add(struct disk_op op, const char *name, const void *data, size_t data_len)
{
    enum { ALIGNMENT = 8 };
    op.name_len = name != NULL ? (uint32_t)strlen(name) : 0;
    op.data_len = (uint32_t)data_len;
    const uint64_t size = (sizeof op + op.name_len + data_len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    op.size = (uint32_t)size;
    if (sizeof *shared + shared->used + size > disk_log_size) {
        shared->overflowed = 1;
        return;
    }
    char *p = mempcpy((char *)(shared + 1) + shared->used, &op, sizeof op);
    if (name != NULL)
        p = mempcpy(p, name, op.name_len);
    if (data_len != 0)
        memcpy(p, data, data_len);
    shared->used += size;
    shared->count++;
    shared->made += op.type == DISK_MAKE_FILE || op.type == DISK_MAKE_FOLDER;
}

/* ---- what is meant ------------------------------------------------------------------------------ */

struct place {
    uint64_t folder;
    const char *name;
};

/* The folder and the last part of a path.  false: it is not on the device */
static bool find(int at, const char *path, struct place *out)
{
    char folder[PATH_SIZE];
    struct stat st;
    const char *const slash = strrchr(path, '/');
    const size_t len = slash == path ? 1 : slash != NULL ? (size_t)(slash - path) : 0;
    if (len >= sizeof folder)
        return false;
    memcpy(folder, path, len);
    folder[len] = '\0';
    if (fstatat(at, len != 0 ? folder : ".", &st, 0) != 0 || st.st_dev != shared->device)
        return false;
    *out = (struct place){st.st_ino, slash != NULL ? slash + 1 : path};
    return true;
}

static bool is_recorded(int fd, struct stat *st)
{
    return shared != NULL && fstat(fd, st) == 0 && st->st_dev == shared->device && S_ISREG(st->st_mode);
}

static uint64_t inode_at(int at, const char *path)
{
    struct stat st;
    return fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
}

/* ---- opening ------------------------------------------------------------------------------------ */

static int open_recorded(int at, const char *path, int flags, mode_t mode)
{
    struct place p;
    struct stat before, after;
    if (shared == NULL || !(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE ||
        !find(at, path, &p))
        return next_openat(at, path, flags, mode);
    lock();
    const bool was_there = fstatat(at, path, &before, 0) == 0;
    const int fd = next_openat(at, path, flags, mode);
    if (fd >= 0 && fstat(fd, &after) == 0) {
        if (!was_there)
            add((struct disk_op){.type = DISK_MAKE_FILE, .file = after.st_ino, .folder = p.folder}, p.name,
                NULL, 0);
        else if (flags & O_TRUNC)
            add((struct disk_op){.type = DISK_TRUNCATE, .file = after.st_ino}, NULL, NULL, 0);
    }
    unlock();
    return fd;
}

static mode_t mode_of(int flags, va_list more)
{
    return flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)) ? va_arg(more, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return open_recorded(AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return open_recorded(at, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int openat64(int at, const char *path, int flags, ...) __attribute__((alias("openat")));

/* ---- content ------------------------------------------------------------------------------------ */

/* `n` bytes were written through fd, up to where it stands now. */
static void add_written(int fd, const struct stat *st, const struct iovec *parts, int count, ssize_t n)
{
    const off_t end = n > 0 ? lseek(fd, 0, SEEK_CUR) : -1;
    uint64_t at = (uint64_t)(end - n), left = (uint64_t)n;
    for (int i = 0; end >= 0 && i < count && left != 0; i++) {
        const uint64_t len = parts[i].iov_len < left ? parts[i].iov_len : left;
        add((struct disk_op){.type = DISK_WRITE, .file = st->st_ino, .at = at}, NULL, parts[i].iov_base, len);
        at += len;
        left -= len;
    }
}

ssize_t write(int fd, const void *data, size_t len)
{
    struct stat st;
    if (!is_recorded(fd, &st))
        return next_write(fd, data, len);
    lock();
    const ssize_t n = next_write(fd, data, len);
    const int why = errno;
    add_written(fd, &st, &(struct iovec){(void *)(uintptr_t)data, len}, 1, n);
    unlock();
    errno = why;
    return n;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    struct stat st;
    if (!is_recorded(fd, &st))
        return next_writev(fd, parts, count);
    lock();
    const ssize_t n = next_writev(fd, parts, count);
    const int why = errno;
    add_written(fd, &st, parts, count, n);
    unlock();
    errno = why;
    return n;
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
    struct stat st;
    if (!is_recorded(fd, &st))
        return next_pwrite(fd, data, len, at);
    lock();
    const ssize_t n = next_pwrite(fd, data, len, at);
    if (n > 0)
        add((struct disk_op){.type = DISK_WRITE, .file = st.st_ino, .at = (uint64_t)at}, NULL, data,
            (size_t)n);
    unlock();
    return n;
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t at) __attribute__((alias("pwrite")));

int ftruncate(int fd, off_t length)
{
    struct stat st;
    if (!is_recorded(fd, &st))
        return next_ftruncate(fd, length);
    lock();
    const int failed = next_ftruncate(fd, length);
    if (failed == 0)
        add((struct disk_op){.type = DISK_TRUNCATE, .file = st.st_ino, .at = (uint64_t)length}, NULL, NULL,
            0);
    unlock();
    return failed;
}

int ftruncate64(int fd, off_t length) __attribute__((alias("ftruncate")));

/* ---- names -------------------------------------------------------------------------------------- */

int renameat(int from_at, const char *from, int to_at, const char *to)
{
    struct place a, b;
    if (shared == NULL || !find(from_at, from, &a) || !find(to_at, to, &b))
        return next_renameat(from_at, from, to_at, to);
    lock();
    const int failed = next_renameat(from_at, from, to_at, to);
    if (failed == 0)
        add((struct disk_op){.type = DISK_RENAME, .folder = a.folder, .to_folder = b.folder}, a.name, b.name,
            strlen(b.name));
    unlock();
    return failed;
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
    struct place p;
    if (shared == NULL || !find(to_at, to, &p))
        return next_linkat(from_at, from, to_at, to, flags);
    lock();
    const int failed = next_linkat(from_at, from, to_at, to, flags);
    if (failed == 0)
        add((struct disk_op){.type = DISK_LINK, .file = inode_at(to_at, to), .folder = p.folder}, p.name,
            NULL, 0);
    unlock();
    return failed;
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int symlinkat(const char *target, int at, const char *path)
{
    struct place p;
    if (shared == NULL || !find(at, path, &p))
        return next_symlinkat(target, at, path);
    lock();
    const int failed = next_symlinkat(target, at, path);
    if (failed == 0)
        add((struct disk_op){.type = DISK_MAKE_LINK, .file = inode_at(at, path), .folder = p.folder}, p.name,
            target, strlen(target));
    unlock();
    return failed;
}

int symlink(const char *target, const char *path)
{
    return symlinkat(target, AT_FDCWD, path);
}

int mkdirat(int at, const char *path, mode_t mode)
{
    struct place p;
    if (shared == NULL || !find(at, path, &p))
        return next_mkdirat(at, path, mode);
    lock();
    const int failed = next_mkdirat(at, path, mode);
    if (failed == 0)
        add((struct disk_op){.type = DISK_MAKE_FOLDER, .file = inode_at(at, path), .folder = p.folder},
            p.name, NULL, 0);
    unlock();
    return failed;
}

int mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}

int unlinkat(int at, const char *path, int flags)
{
    struct place p;
    if (shared == NULL || !find(at, path, &p))
        return next_unlinkat(at, path, flags);
    lock();
    const int failed = next_unlinkat(at, path, flags);
    if (failed == 0)
        add((struct disk_op){.type = DISK_REMOVE, .folder = p.folder}, p.name, NULL, 0);
    unlock();
    return failed;
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

/* ---- durability --------------------------------------------------------------------------------- */

static int sync_recorded(int fd, enum disk_op_type type, int (*sync)(int))
{
    struct stat st;
    if (shared == NULL || fstat(fd, &st) != 0 || st.st_dev != shared->device)
        return sync(fd);
    lock();
    const int failed = sync(fd);
    if (failed == 0)
        add((struct disk_op){.type = type, .file = st.st_ino}, NULL, NULL, 0);
    unlock();
    return failed;
}

int fsync(int fd)
{
    return sync_recorded(fd, DISK_SYNC, next_fsync);
}

int fdatasync(int fd)
{
    return sync_recorded(fd, DISK_SYNC, next_fdatasync);
}

int syncfs(int fd)
{
    return sync_recorded(fd, DISK_SYNC_ALL, next_syncfs);
}
