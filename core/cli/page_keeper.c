/* The child reads the length and then the page; what ends before that is no page. */
#include "core/cli/page_keeper.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

/* return  bytes read, less than `len` at the end of what is sent */
static size_t read_all(int fd, void *into, size_t len)
{
    size_t got = 0;
    while (got < len) {
        const ssize_t n = read(fd, (char *)into + got, len - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    return got;
}

/* return  false: the sender ended early; *error: of the file */
static bool receive(int from, int to, int *error)
{
    static char buffer[1 << 16];
    uint64_t left;
    if (read_all(from, &left, sizeof left) != sizeof left)
        return false;
    while (left > 0) {
        const size_t want = left < sizeof buffer ? (size_t)left : sizeof buffer;
        if (read_all(from, buffer, want) != want)
            return false;
        if (*error == 0)
            *error = write_all(to, buffer, want);
        left -= want;
    }
    return true;
}

static void keep(int from, int to, const char *temporary, const char *path)
{
    int error = 0;
    signal(SIGINT, SIG_IGN); /* the sender's end is ours */
    signal(SIGPIPE, SIG_IGN);
    const bool whole = receive(from, to, &error);
    if (error == 0 && whole && (fsync(to) != 0 || rename(temporary, path) != 0))
        error = errno;
    if (!whole || error != 0)
        unlink(temporary);
    if (whole)
        write_all(from, (const char *)&error, sizeof error);
}

static bool may_replace(const char *path, const char *input)
{
    struct stat old, read;
    if (stat(path, &old) != 0)
        return true;
    const bool is_input = strcmp(input, "-") != 0 && stat(input, &read) == 0 && read.st_dev == old.st_dev &&
                          read.st_ino == old.st_ino;
    return S_ISREG(old.st_mode) && !is_input;
}

/* Beside the target, with the rights that a new file has. */
static int make_temporary(const char *path, char **name)
{
    if (asprintf(name, "%s.XXXXXX", path) < 0) {
        *name = NULL;
        errno = ENOMEM;
        return -1;
    }
    const int fd = mkstemp(*name);
    const mode_t mask = umask(0);
    umask(mask);
    if (fd >= 0 && fchmod(fd, 0666 & ~mask) != 0)
        return close(fd), unlink(*name), -1;
    return fd;
}

int dm__page_keeper_start(struct dm_page_keeper *k, const char *path, const char *input)
{
    int ends[2];
    char *temporary = NULL;
    k->fd = -1;
    if (!may_replace(path, input))
        return EEXIST;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return errno;
    const int file = make_temporary(path, &temporary);
    int error = file < 0 ? errno : 0;
    const pid_t child = file < 0 ? -1 : fork();
    if (child == 0) {
        close(ends[0]);
        keep(ends[1], file, temporary, path);
        _exit(0);
    }
    if (file >= 0 && child < 0) {
        error = errno;
        unlink(temporary);
    }
    if (file >= 0)
        close(file);
    close(ends[1]);
    free(temporary);
    if (error == 0)
        k->fd = ends[0];
    else
        close(ends[0]);
    return error;
}

int dm__page_keeper_commit(struct dm_page_keeper *k, dm_str page)
{
    const uint64_t len = page.len;
    int error = write_all(k->fd, (const char *)&len, sizeof len), answer = 0;
    if (error == 0)
        error = write_all(k->fd, page.ptr, page.len);
    if (error == 0)
        error = read_all(k->fd, &answer, sizeof answer) == sizeof answer ? answer : EIO;
    dm__page_keeper_close(k);
    return error;
}

void dm__page_keeper_close(struct dm_page_keeper *k)
{
    if (k->fd >= 0)
        close(k->fd);
    k->fd = -1;
}
