/* flock(), not fcntl(): it belongs to the open file, so that closing another descriptor of the same file
 * does not let go of it. */
#include "core/ledger/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 10 };

static long read_holder(int fd)
{
    char text[32];
    const ssize_t n = pread(fd, text, sizeof text - 1, 0);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    return strtol(text, NULL, 10);
}

static void write_holder(int fd)
{
    char text[32];
    const int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
        return; /* it is for people only */
}

int dm__lock_take(const char *path, unsigned wait, long *holder)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0666);
    *holder = 0;
    if (fd < 0)
        return -1;
    for (unsigned waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += PAUSE_MS) {
        if (errno == EINTR)
            continue;
        if (errno == EWOULDBLOCK && waited < wait) {
            nanosleep(&(struct timespec){0, PAUSE_MS * 1000000L}, NULL);
            continue;
        }
        const int why = errno;
        *holder = read_holder(fd);
        close(fd);
        errno = why;
        return -1;
    }
    write_holder(fd);
    return fd;
}
