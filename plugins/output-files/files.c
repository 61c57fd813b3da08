#include "files.h"
#include "folders.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FEW = 4 /* files for which one sync each costs less than one of the file system */, TOKEN_MAX = 80 };

/* There while a run is under way, so that the next one knows whether to look for what is left of it. */
static const char at_work[] = NAMES_RESERVED "open";

static dm_status fail_at(dm_task *t, const struct files *f, const char *what, const char *path)
{
    return dm_fail(t, DM_ERETRY, "cannot %s %s%s%s: %s", what, f->directory_name, *path ? "/" : "", path,
                   strerror(errno));
}

/* A failure that may be the name's fault. */
static dm_status fail_to_write(dm_task *t, const struct files *f, const char *path)
{
    switch (errno) {
    case EEXIST:
    case EISDIR:
    case ENOTDIR:
    case ELOOP:
        return dm_fail(t, DM_EDOC, "name taken: a part of %s/%s is there and is not a folder",
                       f->directory_name, path);
    case ENAMETOOLONG:
    case EILSEQ:
    case EINVAL:
        return dm_fail(t, DM_EDOC, "the file system refuses the name %s/%s: %s", f->directory_name, path,
                       strerror(errno));
    default:
        return fail_at(t, f, "write", path);
    }
}

/* ---- open and close ------------------------------------------------------------------------- */

dm_status files_open(dm_task *t, struct files *f)
{
    f->root = f->folder = f->taken.file = -1;
    if (!f->directory.len || memchr(f->directory.ptr, 0, f->directory.len))
        return dm_fail(t, DM_ECONFIG, "directory is not the name of a folder");
    char *const name = dm_alloc(t, f->directory.len + 1);
    if (!name)
        return DM_ELIMIT;
    memcpy(name, f->directory.ptr, f->directory.len);
    f->directory_name = name;
    return names_open(t, &f->names, f->template);
}

static void forget_folder(struct files *f)
{
    if (f->folder >= 0)
        close(f->folder);
    free(f->folder_path);
    f->folder = -1;
    f->folder_path = NULL;
}

/* Use the folder `path` below the root from now on.  made: see folders_open() */
static bool enter_folder(struct files *f, dm_str path, bool *made)
{
    struct stat st;
    if (f->folder >= 0 && path.len == f->folder_length && !memcmp(path.ptr, f->folder_path, path.len))
        return true;
    forget_folder(f);
    f->folder_path = strndup(path.ptr, path.len);
    if (!f->folder_path)
        return false;
    f->folder_length = path.len;
    f->folder = folders_open(f->root, path, made);
    if (f->folder < 0 || fstat(f->folder, &st))
        return false;
    f->foreign |= st.st_dev != f->device;
    return true;
}

static dm_str folder_of(const struct files_waiting *w)
{
    return (dm_str){w->path, w->folder};
}

static const char *last_part(const char *path, size_t folder)
{
    return folder ? path + folder + 1 : path;
}

/* Forget the first `count` of those that wait. */
static void drop_waiting(struct files *f, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(f->waiting[i].path);
    f->waiting_count -= count;
    if (f->waiting_count)
        memmove(f->waiting, f->waiting + count, f->waiting_count * sizeof *f->waiting);
}

static void let_go(struct files *f)
{
    char temporary[FOLDERS_TEMPORARY_SIZE];
    bool clean = true;
    for (size_t i = 0; i < f->waiting_count; i++) {
        if (f->waiting[i].named)
            continue;
        folders_temporary(temporary, f->waiting[i].temporary);
        clean &= enter_folder(f, folder_of(&f->waiting[i]), NULL) && !unlinkat(f->folder, temporary, 0);
    }
    drop_waiting(f, f->waiting_count);
    forget_folder(f);
    taken_close(&f->taken);
    if (f->root < 0)
        return;
    if (clean && f->working)
        unlinkat(f->root, at_work, 0);
    close(f->root);
    f->root = -1;
    f->working = false;
}

void files_close(struct files *f)
{
    let_go(f);
    free(f->waiting);
    f->waiting = NULL;
    f->waiting_cap = 0;
}

/* ---- resume --------------------------------------------------------------------------------- */

static dm_status read_token(dm_task *t, const struct files *f, dm_str token, uint64_t *count,
                            uint64_t *length)
{
    char text[TOKEN_MAX];
    int used = 0;
    *count = *length = 0;
    if (!token.len)
        return DM_OK;
    if (token.len < sizeof text) {
        memcpy(text, token.ptr, token.len);
        text[token.len] = 0;
        if (sscanf(text, "files %" SCNu64 " %" SCNu64 "%n", count, length, &used) == 2 &&
            (size_t)used == token.len)
            return DM_OK;
    }
    return dm_fail(t, DM_ECONFIG, "the record of %s is not one of this output", f->directory_name);
}

/* A holder may be a killed writer that is on its way out.  Some network file systems know no locks; they are
 * used without. */
static bool lock_folder(int root)
{
    enum { WAIT_MS = 100, PAUSE_MS = 10 };
    for (int waited = 0; flock(root, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK; waited += PAUSE_MS) {
        if (waited >= WAIT_MS)
            return false;
        nanosleep(&(struct timespec){0, PAUSE_MS * 1000000L}, NULL);
    }
    return true;
}

static dm_status open_root(dm_task *t, struct files *f)
{
    struct stat st;
    if (!f->count && !folders_make_all(f->directory_name, !f->is_volatile))
        return fail_at(t, f, "make the folder", "");
    const int root = open(f->directory_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0 && errno == ENOENT)
        return dm_fail(t, DM_ECONFIG, "%s is gone, although %" PRIu64 " files are on record",
                       f->directory_name, f->count);
    if (root < 0 && errno == ENOTDIR)
        return dm_fail(t, DM_ECONFIG, "%s is not a folder", f->directory_name);
    if (root < 0)
        return fail_at(t, f, "open", "");
    if (!lock_folder(root)) {
        close(root);
        return dm_fail(t, DM_ERETRY, "%s is being written by another process", f->directory_name);
    }
    f->root = root;
    if (fstat(root, &st))
        return fail_at(t, f, "look at", "");
    f->device = st.st_dev;
    return DM_OK;
}

static dm_status check_content(dm_task *t, const struct files *f, const dm_resume *r)
{
    struct stat st;
    bool holds_files;
    const bool killed = !fstatat(f->root, at_work, &st, AT_SYMLINK_NOFOLLOW);
    if (killed && !folders_sweep(f->root, NULL))
        return fail_at(t, f, "remove what a killed run left in", "");
    if (killed && !f->is_volatile && syncfs(f->root)) /* the folders that it made, which nobody makes again */
        return fail_at(t, f, "sync", "");
    if (!r->token.len && (r->flags & DM_RESUME_REPLACE))
        return DM_OK;
    if (!folders_sweep(f->root, &holds_files))
        return fail_at(t, f, "look at", "");
    if (!r->token.len && holds_files)
        return dm_fail(t, DM_ECONFIG, "%s is not empty and docmill has no record of writing it",
                       f->directory_name);
    if (f->count && !holds_files)
        return dm_fail(t, DM_ECONFIG, "%s is empty, although %" PRIu64 " files are on record",
                       f->directory_name, f->count);
    return DM_OK;
}

static dm_status start_work(dm_task *t, struct files *f)
{
    const int marker = openat(f->root, at_work, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (marker < 0)
        return fail_at(t, f, "write", at_work);
    close(marker);
    f->working = true;
    return DM_OK;
}

dm_status files_resume(dm_task *t, struct files *f, const dm_resume *r)
{
    uint64_t length;
    let_go(f);
    f->is_volatile = r->flags & DM_RESUME_VOLATILE;
    f->made = f->foreign = false;
    f->next_temporary = 0;
    dm_status status = read_token(t, f, r->token, &f->count, &length);
    if (!status)
        status = open_root(t, f);
    if (!status)
        status = check_content(t, f, r);
    if (!status)
        status = taken_resume(t, &f->taken, f->root, length);
    return status ? status : start_work(t, f);
}

/* ---- write ---------------------------------------------------------------------------------- */

/* Whether a file that waits for its name would get one that is needed for a folder. */
static bool is_promised(const struct files *f, dm_str folder)
{
    for (size_t i = 0; i < f->waiting_count; i++) {
        const size_t len = strlen(f->waiting[i].path);
        if (len <= folder.len && !memcmp(f->waiting[i].path, folder.ptr, len) &&
            (len == folder.len || folder.ptr[len] == '/'))
            return true;
    }
    return false;
}

static dm_status enter_or_make(dm_task *t, struct files *f, const struct name *name)
{
    const dm_str folder = {name->path.ptr, name->folder};
    if (enter_folder(f, folder, NULL))
        return DM_OK;
    if (errno != ENOENT)
        return fail_to_write(t, f, name->path.ptr);
    if (is_promised(f, folder))
        errno = ENOTDIR;
    else if (enter_folder(f, folder, &f->made))
        return DM_OK;
    return fail_to_write(t, f, name->path.ptr);
}

static bool write_whole(int fd, dm_str bytes)
{
    while (bytes.len) {
        const ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENOSPC;
        if (n <= 0)
            return false;
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

static int make_temporary(struct files *f, uint64_t *number)
{
    char name[FOLDERS_TEMPORARY_SIZE];
    int fd;
    do {
        *number = f->next_temporary++;
        folders_temporary(name, *number);
        fd = openat(f->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    } while (fd < 0 && errno == EEXIST);
    return fd;
}

static void remove_temporary(const struct files *f, uint64_t number)
{
    char name[FOLDERS_TEMPORARY_SIZE];
    const int why = errno;
    folders_temporary(name, number);
    unlinkat(f->folder, name, 0);
    errno = why;
}

/* Write the bytes to a temporary file in the folder that was entered. */
static bool write_temporary(struct files *f, dm_str bytes, uint64_t *number)
{
    const int fd = make_temporary(f, number);
    if (fd < 0)
        return false;
    const bool written = write_whole(fd, bytes);
    const int why = errno;
    const bool closed = !close(fd);
    if (written && closed)
        return true;
    if (!written)
        errno = why;
    remove_temporary(f, *number);
    return false;
}

static bool give_name(struct files *f, const char *name, uint64_t temporary)
{
    char from[FOLDERS_TEMPORARY_SIZE];
    folders_temporary(from, temporary);
    return !renameat(f->folder, from, f->folder, name);
}

/* Whether every file system takes the name. */
static bool is_portable(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=,~()";
    const size_t len = strlen(name);
    return strspn(name, letters) == len && name[len - 1] != '.';
}

static bool queue(struct files *f, const struct name *name, uint64_t temporary, bool named)
{
    if (f->waiting_count == f->waiting_cap) {
        const size_t cap = f->waiting_cap ? f->waiting_cap * 2 : 64;
        struct files_waiting *const larger = realloc(f->waiting, cap * sizeof *larger);
        if (!larger)
            return false;
        f->waiting = larger;
        f->waiting_cap = cap;
    }
    char *const path = strdup(name->path.ptr);
    if (path)
        f->waiting[f->waiting_count++] = (struct files_waiting){path, name->folder, temporary, named};
    return path;
}

static dm_status check_free(dm_task *t, struct files *f, const struct name *name, const dm_record *r)
{
    struct stat st;
    if (!fstatat(f->folder, last_part(name->path.ptr, name->folder), &st, AT_SYMLINK_NOFOLLOW) &&
        S_ISDIR(st.st_mode))
        return dm_fail(t, DM_EDOC, "name taken: %s/%s is a folder", f->directory_name, name->path.ptr);
    if (f->names.injective && !name->shortened)
        return DM_OK;
    return taken_add(t, &f->taken, f->root, name->path, r);
}

dm_status files_write(dm_task *t, struct files *f, const dm_record *r)
{
    struct name name;
    uint64_t temporary;
    dm_status status = names_make(t, &f->names, r, &name);
    if (!status)
        status = enter_or_make(t, f, &name);
    if (!status)
        status = check_free(t, f, &name, r);
    if (status)
        return status;
    if (!write_temporary(f, r->bytes, &temporary))
        return fail_to_write(t, f, name.path.ptr);
    const char *const last = last_part(name.path.ptr, name.folder);
    const bool at_once = f->is_volatile || !is_portable(last);
    if ((at_once && !give_name(f, last, temporary)) ||
        (!f->is_volatile && !queue(f, &name, temporary, at_once))) {
        remove_temporary(f, temporary);
        return fail_to_write(t, f, name.path.ptr);
    }
    f->count++;
    return dm_put(t, name.path);
}

/* ---- commit --------------------------------------------------------------------------------- */

static bool sync_file(int folder, const char *name)
{
    const int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool synced = !fsync(fd);
    close(fd);
    return synced;
}

/* Sync a folder and, if some were made, those that it is in. */
static bool sync_folder_of(struct files *f, const struct files_waiting *w)
{
    dm_str path = folder_of(w);
    if (!enter_folder(f, path, NULL) || fsync(f->folder))
        return false;
    while (f->made && path.len) {
        const char *const slash = memrchr(path.ptr, '/', path.len);
        path.len = slash ? (size_t)(slash - path.ptr) : 0;
        if (!enter_folder(f, path, NULL) || fsync(f->folder))
            return false;
    }
    return true;
}

static bool in_same_folder(const struct files_waiting *a, const struct files_waiting *b)
{
    return a->folder == b->folder && !memcmp(a->path, b->path, a->folder);
}

/* syncfs() covers all that was written, as long as it is on one file system. */
static bool syncs_as_group(const struct files *f)
{
    return f->waiting_count > FEW && !f->foreign;
}

static dm_status sync_contents(dm_task *t, struct files *f)
{
    char temporary[FOLDERS_TEMPORARY_SIZE];
    if (syncs_as_group(f))
        return syncfs(f->root) ? fail_at(t, f, "sync", "") : DM_OK;
    for (size_t i = 0; i < f->waiting_count; i++) {
        const struct files_waiting *const w = &f->waiting[i];
        folders_temporary(temporary, w->temporary);
        if (!enter_folder(f, folder_of(w), NULL) ||
            !sync_file(f->folder, w->named ? last_part(w->path, w->folder) : temporary))
            return fail_at(t, f, "sync", w->path);
    }
    return DM_OK;
}

static dm_status sync_names(dm_task *t, struct files *f)
{
    if (syncs_as_group(f))
        return syncfs(f->root) ? fail_at(t, f, "sync", "") : DM_OK;
    for (size_t i = 0; i < f->waiting_count; i++) {
        if (i && in_same_folder(&f->waiting[i], &f->waiting[i - 1]))
            continue;
        if (!sync_folder_of(f, &f->waiting[i]))
            return fail_at(t, f, "sync the folder of", f->waiting[i].path);
    }
    return DM_OK;
}

static dm_status give_names(dm_task *t, struct files *f)
{
    for (size_t i = 0; i < f->waiting_count; i++) {
        struct files_waiting *const w = &f->waiting[i];
        if (w->named)
            continue;
        if (!enter_folder(f, folder_of(w), NULL) ||
            !give_name(f, last_part(w->path, w->folder), w->temporary))
            return fail_at(t, f, "give its name to", w->path);
        w->named = true;
    }
    return DM_OK;
}

dm_status files_commit(dm_task *t, struct files *f)
{
    char token[TOKEN_MAX];
    dm_status status = DM_OK;
    if (f->waiting_count) {
        status = sync_contents(t, f);
        if (!status)
            status = give_names(t, f);
        if (!status)
            status = sync_names(t, f);
    }
    if (!status && !f->is_volatile)
        status = taken_sync(t, &f->taken);
    if (status)
        return status;
    drop_waiting(f, f->waiting_count);
    f->made = f->foreign = false;
    const int n = snprintf(token, sizeof token, "files %" PRIu64 " %" PRIu64, f->count, f->taken.length);
    return dm_put(t, (dm_str){token, (size_t)n});
}

/* ---- recall --------------------------------------------------------------------------------- */

static dm_status put_file(dm_task *t, const struct files *f, int fd, const char *path)
{
    char piece[64 * 1024];
    for (;;) {
        const ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_at(t, f, "read", path);
        const dm_status status = n ? dm_put(t, (dm_str){piece, (size_t)n}) : DM_OK;
        if (!n || status)
            return status;
    }
}

/* Open the file at `path` below the folder, none of whose parts may be a link. */
static int open_placed(const struct files *f, dm_str path)
{
    const int root = open(f->directory_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char *const slash = memrchr(path.ptr, '/', path.len);
    const dm_str folder_path = {path.ptr, slash ? (size_t)(slash - path.ptr) : 0};
    const int folder = root < 0 ? -1 : folders_open(root, folder_path, NULL);
    const int fd = folder < 0 ? -1
                              : openat(folder, slash ? slash + 1 : path.ptr,
                                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    const int why = errno;
    if (folder >= 0)
        close(folder);
    if (root >= 0)
        close(root);
    errno = why;
    return fd;
}

dm_status files_recall(dm_task *t, struct files *f, dm_str place)
{
    char *const path = dm_alloc(t, place.len + 1);
    if (!path)
        return DM_ELIMIT;
    memcpy(path, place.ptr, place.len);
    const int fd = open_placed(f, (dm_str){path, place.len});
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP
                   ? dm_fail(t, DM_EDOC, "%s/%s is gone", f->directory_name, path)
                   : fail_at(t, f, "open", path);
    const dm_status status = put_file(t, f, fd, path);
    close(fd);
    return status;
}
