/* Reading one input.  Nothing but a regular file is ever read, and no more than the limit. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/engine/engine.h"
#include "core/ledger/ledger.h"

static dm_status refuse(char why[DM_WHY_MAX], dm_status status, const char *reason)
{
    snprintf(why, DM_WHY_MAX, "%s", reason);
    return status;
}

/* Errors that may pass by themselves; all others are the document's. */
static dm_status status_of(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO || error == ESTALE
               ? DM_ERETRY
               : DM_EDOC;
}

static dm_status check_kind(const struct stat *st, uint64_t max_size, char why[DM_WHY_MAX])
{
    if (S_ISDIR(st->st_mode))
        return refuse(why, DM_EDOC, "is a folder, not a file");
    if (!S_ISREG(st->st_mode))
        return refuse(why, DM_EDOC, S_ISFIFO(st->st_mode) ? "is a FIFO" : "is no regular file");
    if ((uint64_t)st->st_size > max_size) {
        snprintf(why, DM_WHY_MAX, "is too large: %lld bytes, and input max-size is %llu",
                 (long long)st->st_size, (unsigned long long)max_size);
        return DM_EDOC;
    }
    return DM_OK;
}

static bool make_room(char **buffer, size_t *cap, size_t need)
{
    if (need <= *cap)
        return true;
    const size_t more = need < 64 * 1024 ? 64 * 1024 : need;
    char *const p = realloc(*buffer, more);
    if (p == NULL)
        return false;
    *buffer = p;
    *cap = more;
    return true;
}

/* The size is what fstat() said; a file that grows or shrinks meanwhile is being written. */
static dm_status read_whole(int fd, size_t size, char **buffer, size_t *cap, dm_str *out,
                            char why[DM_WHY_MAX])
{
    if (!make_room(buffer, cap, size + 1))
        return refuse(why, DM_ELIMIT, "does not fit into memory");
    size_t n = 0;
    while (n <= size) {
        const ssize_t got = read(fd, *buffer + n, size + 1 - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            snprintf(why, DM_WHY_MAX, "cannot be read: %s", strerror(errno));
            return status_of(errno);
        }
        n += (size_t)got;
        if (got == 0 || n == size)
            break;
    }
    if (n != size)
        return refuse(why, DM_ERETRY, "changed while it was read");
    *out = (dm_str){*buffer, n};
    return DM_OK;
}

/* File systems count time in steps, of up to two seconds (FAT).  What changed so lately may change again
 * without a sign, and a time that is yet to come says nothing. */
struct dm_input_version dm__engine_version(const struct stat *st)
{
    static const int64_t second = 1000000000, step = 2 * 1000000000LL;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    const int64_t modified = (int64_t)st->st_mtim.tv_sec * second + st->st_mtim.tv_nsec;
    const int64_t present = (int64_t)now.tv_sec * second + now.tv_nsec;
    return (struct dm_input_version){(uint64_t)st->st_size, modified != 0 && modified < present - step
                                                                ? modified
                                                                : (int64_t)DM_LEDGER_UNSURE};
}

/* Whether a file is still as it was when it was opened. */
static bool is_unchanged(int fd, const struct stat *before)
{
    struct stat st;
    return fstat(fd, &st) == 0 && st.st_size == before->st_size &&
           st.st_mtim.tv_sec == before->st_mtim.tv_sec && st.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

dm_status dm__engine_read(int at, const char *path, uint64_t max_size, char **buffer, size_t *cap,
                          dm_str *out, struct dm_input_version *version, char why[DM_WHY_MAX])
{
    *version = (struct dm_input_version){0};
    const int fd = openat(at, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        const int error = errno;
        snprintf(why, DM_WHY_MAX, "cannot be opened: %s", strerror(error));
        return status_of(error);
    }
    struct stat st;
    dm_status status = DM_OK;
    if (fstat(fd, &st) != 0) {
        status = status_of(errno);
        snprintf(why, DM_WHY_MAX, "cannot be read: %s", strerror(errno));
    } else {
        *version = dm__engine_version(&st);
        status = check_kind(&st, max_size, why);
    }
    if (status == DM_OK)
        status = read_whole(fd, (size_t)st.st_size, buffer, cap, out, why);
    if (status == DM_OK && !is_unchanged(fd, &st))
        status = refuse(why, DM_ERETRY, "changed while it was read");
    close(fd);
    return status;
}

uint64_t dm__engine_look(const char *path, uint64_t max_size, char why[DM_WHY_MAX])
{
    struct stat st;
    why[0] = '\0';
    if (stat(path, &st) != 0) {
        snprintf(why, DM_WHY_MAX, "cannot be opened: %s", strerror(errno));
        return 0;
    }
    if (check_kind(&st, max_size, why) == DM_OK && access(path, R_OK) != 0)
        snprintf(why, DM_WHY_MAX, "cannot be opened: %s", strerror(errno));
    return (uint64_t)st.st_size;
}
