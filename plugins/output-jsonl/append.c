/* All writing is by position (pwrite), so that what is in the file beyond `length` never matters: a
 * failed write is cut off, and resume starts by cutting. */
#include "append.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 20, TOKEN_MAX = 80, PLACE_MAX = 48 };

static const char *current_name(const struct append *a)
{
    return a->replacing ? a->hidden : a->target;
}

static dm_status fail_at(dm_task *t, const char *what, const char *path)
{
    return dm_fail(t, DM_ERETRY, "cannot %s %s: %s", what, path, strerror(errno));
}

/* ---- names ---------------------------------------------------------------------------------- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static char *hidden_beside(dm_task *t, const char *target)
{
    const char *const name = last_part(target);
    const size_t size = strlen(target) + sizeof "..docmill-new";
    char *hidden = dm_alloc(t, size);
    if (hidden)
        snprintf(hidden, size, "%.*s.%s.docmill-new", (int)(name - target), target, name);
    return hidden;
}

dm_status append_open(dm_task *t, struct append *a, dm_str path)
{
    a->file = a->old = -1;
    if (!path.len || memchr(path.ptr, 0, path.len))
        return dm_fail(t, DM_ECONFIG, "path is not the name of a file");
    char *target = dm_alloc(t, path.len + 1);
    if (!target)
        return DM_ELIMIT;
    memcpy(target, path.ptr, path.len);
    const char *const name = last_part(target);
    if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
        return dm_fail(t, DM_ECONFIG, "path %s names a folder, not a file", target);
    a->target = target;
    a->hidden = hidden_beside(t, target);
    return a->hidden ? DM_OK : DM_ELIMIT;
}

/* ---- folders -------------------------------------------------------------------------------- */

/* Make the folder entry of `path` durable. */
static bool sync_name(const struct append *a, char *path)
{
    if (a->is_volatile)
        return true;
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = 0;
    const int folder = open(!slash ? "." : slash == path ? "/" : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && !fsync(folder);
    const int why = errno;
    if (folder >= 0)
        close(folder);
    if (slash)
        *slash = '/';
    errno = why;
    return synced;
}

static char *copy_of(dm_task *t, const char *path)
{
    char *copy = dm_alloc(t, strlen(path) + 1);
    return copy ? strcpy(copy, path) : NULL;
}

static dm_status sync_entry(dm_task *t, const struct append *a)
{
    char *path = copy_of(t, a->target);
    if (!path)
        return DM_ELIMIT;
    return sync_name(a, path) ? DM_OK : fail_at(t, "sync the folder of", path);
}

/* The names of folders that are there may not be durable yet, if a run was killed that made them; but then the
 * folder that they lie in may be nobody's to open. */
static dm_status make_folders(dm_task *t, const struct append *a)
{
    char *path = copy_of(t, a->target);
    if (!path)
        return DM_ELIMIT;
    dm_status status = DM_OK;
    for (char *slash = strchr(path + 1, '/'); slash && !status; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        const bool made = !mkdir(path, 0777);
        if (!made && errno != EEXIST)
            status = fail_at(t, "make the folder", path);
        else if (!sync_name(a, path) && made)
            status = fail_at(t, "sync the folder of", path);
        *slash = '/';
    }
    return status;
}

/* ---- resume --------------------------------------------------------------------------------- */

/* A holder may be a killed writer that is on its way out.  Some network file systems know no locks; they are
 * used without. */
static bool lock_file(int fd)
{
    enum { WAIT_MS = 100, PAUSE_MS = 10 };
    for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK; waited += PAUSE_MS) {
        if (waited >= WAIT_MS)
            return false;
        nanosleep(&(struct timespec){0, PAUSE_MS * 1000000L}, NULL);
    }
    return true;
}

/* Open and lock a regular file; *out is -1 if it is missing and `flags` do not make it. */
static dm_status open_locked(dm_task *t, const char *path, int flags, int *out, struct stat *st)
{
    const int fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
    struct stat named;
    *out = fd;
    if (fd < 0 && errno == ENOENT && !(flags & O_CREAT))
        return DM_OK;
    if (fd < 0 && (errno == ELOOP || errno == EISDIR || errno == ENXIO))
        return dm_fail(t, DM_ECONFIG, "%s is not a regular file", path);
    if (fd < 0)
        return fail_at(t, "open", path);
    if (!lock_file(fd))
        return dm_fail(t, DM_ERETRY, "%s is being written by another process", path);
    if (fstat(fd, st))
        return fail_at(t, "open", path);
    if (!S_ISREG(st->st_mode))
        return dm_fail(t, DM_ECONFIG, "%s is not a regular file", path);
    /* Whoever held the lock before may have renamed another file over this one. */
    if (stat(path, &named) || named.st_ino != st->st_ino || named.st_dev != st->st_dev)
        return dm_fail(t, DM_ERETRY, "%s is being replaced by another process", path);
    return DM_OK;
}

static dm_status start_at(dm_task *t, struct append *a, uint64_t length)
{
    if (ftruncate(a->file, (off_t)length))
        return fail_at(t, "cut", current_name(a));
    a->length = a->committed = length;
    a->unsynced = true;
    return DM_OK;
}

static dm_status start_new(dm_task *t, struct append *a)
{
    struct stat st = {0};
    const dm_status status = open_locked(t, a->target, O_RDWR | O_CREAT, &a->file, &st);
    if (status)
        return status;
    if (st.st_size)
        return dm_fail(t, DM_ECONFIG, "%s exists and docmill has no record of writing it", a->target);
    return start_at(t, a, 0);
}

static dm_status start_replacement(dm_task *t, struct append *a)
{
    struct stat old = {0}, st = {0};
    dm_status status = open_locked(t, a->target, O_RDONLY, &a->old, &old);
    if (status)
        return status;
    status = open_locked(t, a->hidden, O_RDWR | O_CREAT, &a->file, &st);
    if (status)
        return status;
    a->replacing = true;
    /* What was kept from other users stays so. */
    if (a->old >= 0 && fchmod(a->file, old.st_mode & 0777))
        return fail_at(t, "set the mode of", a->hidden);
    return start_at(t, a, 0);
}

static dm_status go_on(dm_task *t, struct append *a, uint64_t length, const struct stat *st)
{
    if ((uint64_t)st->st_size < length)
        return dm_fail(t, DM_ECONFIG, "%s holds %" PRIu64 " bytes, fewer than the %" PRIu64 " on record",
                       current_name(a), (uint64_t)st->st_size, length);
    return start_at(t, a, length);
}

static dm_status go_on_appending(dm_task *t, struct append *a, uint64_t length)
{
    struct stat st = {0};
    const int make = length ? 0 : O_CREAT;
    const dm_status status = open_locked(t, a->target, O_RDWR | make, &a->file, &st);
    if (status)
        return status;
    if (a->file < 0)
        return dm_fail(t, DM_ECONFIG, "%s is gone, although %" PRIu64 " bytes are on record", a->target,
                       length);
    return go_on(t, a, length, &st);
}

static dm_status go_on_replacing(dm_task *t, struct append *a, uint64_t length, uint64_t inode)
{
    struct stat old = {0}, st = {0};
    dm_status status = open_locked(t, a->hidden, O_RDWR, &a->file, &st);
    if (status)
        return status;
    if (a->file >= 0) {
        a->replacing = true;
        status = open_locked(t, a->target, O_RDONLY, &a->old, &old);
        return status ? status : go_on(t, a, length, &st);
    }
    status = open_locked(t, a->target, O_RDWR, &a->file, &st);
    if (status)
        return status;
    if (a->file < 0 || (uint64_t)st.st_ino != inode)
        return dm_fail(t, DM_ECONFIG, "%s, which was to replace %s, is gone", a->hidden, a->target);
    return go_on(t, a, length, &st);
}

static dm_status go_on_from(dm_task *t, struct append *a, dm_str token)
{
    char text[TOKEN_MAX];
    uint64_t length, inode;
    int used = 0;
    if (token.len >= sizeof text)
        return dm_fail(t, DM_ECONFIG, "the record of %s is not one of this output", a->target);
    memcpy(text, token.ptr, token.len);
    text[token.len] = 0;
    if (sscanf(text, "append %" SCNu64 "%n", &length, &used) == 1 && (size_t)used == token.len)
        return go_on_appending(t, a, length);
    if (sscanf(text, "replace %" SCNu64 " %" SCNu64 "%n", &length, &inode, &used) == 2 &&
        (size_t)used == token.len)
        return go_on_replacing(t, a, length, inode);
    return dm_fail(t, DM_ECONFIG, "the record of %s is not one of this output", a->target);
}

static void let_go(struct append *a)
{
    if (a->file >= 0)
        close(a->file);
    if (a->old >= 0)
        close(a->old);
    a->file = a->old = -1;
    a->used = 0;
    a->replacing = a->broken = false;
}

dm_status append_resume(dm_task *t, struct append *a, const dm_resume *r)
{
    let_go(a);
    a->is_volatile = r->flags & DM_RESUME_VOLATILE;
    if (!a->buffer && !(a->buffer = malloc(BUFFER)))
        return dm_fail(t, DM_ELIMIT, "no memory for a buffer of 1 MiB");
    dm_status status = make_folders(t, a);
    if (!status && r->token.len)
        status = go_on_from(t, a, r->token);
    else if (!status)
        status = r->flags & DM_RESUME_REPLACE ? start_replacement(t, a) : start_new(t, a);
    return status ? status : sync_entry(t, a);
}

/* ---- write ---------------------------------------------------------------------------------- */

/* After this nothing is in the file that the last token does not cover, and only resume() helps. */
static dm_status give_up(dm_task *t, struct append *a, const char *what)
{
    const dm_status status = fail_at(t, what, current_name(a));
    if (ftruncate(a->file, (off_t)a->committed))
        dm_log(t, DM_LOG_WARNING, DM_LIT("what was written last could not be cut off; the next run will"));
    a->length = a->committed;
    a->used = 0;
    a->broken = true;
    return status;
}

static dm_status check_usable(dm_task *t, const struct append *a)
{
    if (a->broken || a->file < 0)
        return dm_fail(t, DM_ERETRY, "%s cannot be written since an earlier failure", a->target);
    return DM_OK;
}

static dm_status write_through(dm_task *t, struct append *a, const char *bytes, size_t len)
{
    while (len) {
        const ssize_t n = pwrite(a->file, bytes, len, (off_t)a->length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENOSPC;
        if (n <= 0)
            return give_up(t, a, "write to");
        bytes += n;
        len -= (size_t)n;
        a->length += (uint64_t)n;
        a->unsynced = true;
    }
    return DM_OK;
}

static dm_status flush(dm_task *t, struct append *a)
{
    const size_t len = a->used;
    a->used = 0;
    return write_through(t, a, a->buffer, len);
}

dm_status append_write(dm_task *t, struct append *a, dm_str bytes)
{
    dm_status status = check_usable(t, a);
    if (!status && bytes.len > BUFFER - a->used)
        status = flush(t, a);
    if (status)
        return status;
    char place[PLACE_MAX];
    const int n = snprintf(place, sizeof place, "%" PRIu64 "+%zu", a->length + a->used, bytes.len);
    status = dm_put(t, (dm_str){place, (size_t)n});
    if (status)
        return status;
    if (bytes.len > BUFFER)
        return write_through(t, a, bytes.ptr, bytes.len);
    if (bytes.len)
        memcpy(a->buffer + a->used, bytes.ptr, bytes.len);
    a->used += bytes.len;
    return DM_OK;
}

/* ---- commit --------------------------------------------------------------------------------- */

static dm_status make_durable(dm_task *t, struct append *a)
{
    const dm_status status = flush(t, a);
    if (status || a->is_volatile || !a->unsynced)
        return status;
    if (fdatasync(a->file))
        return give_up(t, a, "sync");
    a->unsynced = false;
    return DM_OK;
}

dm_status append_commit(dm_task *t, struct append *a)
{
    struct stat st;
    char token[TOKEN_MAX];
    dm_status status = check_usable(t, a);
    if (!status)
        status = make_durable(t, a);
    if (status)
        return status;
    if (fstat(a->file, &st))
        return give_up(t, a, "look at");
    if (!st.st_nlink) {
        a->broken = true;
        return dm_fail(t, DM_ERETRY, "%s was removed while it was written", current_name(a));
    }
    a->committed = a->length;
    const int n = a->replacing ? snprintf(token, sizeof token, "replace %" PRIu64 " %" PRIu64, a->length,
                                          (uint64_t)st.st_ino)
                               : snprintf(token, sizeof token, "append %" PRIu64, a->length);
    return dm_put(t, (dm_str){token, (size_t)n});
}

dm_status append_finish(dm_task *t, struct append *a)
{
    dm_status status = check_usable(t, a);
    if (!status)
        status = make_durable(t, a);
    if (status || !a->replacing)
        return status;
    if (rename(a->hidden, a->target))
        return fail_at(t, "give its name to", a->target);
    a->replacing = false;
    return sync_entry(t, a);
}

/* ---- recall --------------------------------------------------------------------------------- */

/* The file that is being written: a target that is built anew is beside its old one until then. */
static int open_current(const struct append *a)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    const int fd = open(a->hidden, flags);
    return fd >= 0 || errno != ENOENT ? fd : open(a->target, flags);
}

static dm_status put_range(dm_task *t, int fd, const char *path, uint64_t at, uint64_t length)
{
    char piece[64 * 1024];
    while (length) {
        const ssize_t n = pread(fd, piece, length < sizeof piece ? length : sizeof piece, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_at(t, "read", path);
        if (n == 0)
            return dm_fail(t, DM_EDOC, "%s ends before it", path);
        const dm_status status = dm_put(t, (dm_str){piece, (size_t)n});
        if (status)
            return status;
        at += (uint64_t)n;
        length -= (uint64_t)n;
    }
    return DM_OK;
}

dm_status append_recall(dm_task *t, const struct append *a, dm_str place)
{
    char text[PLACE_MAX];
    uint64_t at, length;
    int used = 0;
    if (place.len >= sizeof text)
        return dm_fail(t, DM_EDOC, "this is no place in %s", a->target);
    memcpy(text, place.ptr, place.len);
    text[place.len] = 0;
    if (sscanf(text, "%" SCNu64 "+%" SCNu64 "%n", &at, &length, &used) != 2 || (size_t)used != place.len)
        return dm_fail(t, DM_EDOC, "this is no place in %s", a->target);
    const int fd = open_current(a);
    if (fd < 0)
        return errno == ENOENT ? dm_fail(t, DM_EDOC, "%s is gone", a->target) : fail_at(t, "open", a->target);
    const dm_status status = put_range(t, fd, a->target, at, length);
    close(fd);
    return status;
}

/* --------------------------------------------------------------------------------------------- */

void append_close(struct append *a)
{
    /* No ledger will ever ask for it again. */
    if (a->replacing && a->is_volatile)
        unlink(a->hidden);
    let_go(a);
    free(a->buffer);
    a->buffer = NULL;
}
