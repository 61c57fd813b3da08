#include "folders.h"
#include "names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, PART_MAX = 255 };

/* ---- opening -------------------------------------------------------------------------------- */

static int open_one(int above, const char *name, bool *made)
{
    const int fd = openat(above, name, FOLDER_FLAGS);
    if (fd >= 0 || errno != ENOENT || !made)
        return fd;
    if (mkdirat(above, name, 0777) && errno != EEXIST)
        return -1;
    *made = true;
    return openat(above, name, FOLDER_FLAGS);
}

int folders_open(int root, dm_str path, bool *made)
{
    int folder = openat(root, ".", FOLDER_FLAGS); /* not dup(): that would share the place of readdir() */
    for (size_t from = 0; folder >= 0 && from < path.len;) {
        char name[PART_MAX + 1];
        const char *const slash = memchr(path.ptr + from, '/', path.len - from);
        const size_t len = (slash ? (size_t)(slash - path.ptr) : path.len) - from;
        int next = -1;
        errno = ENAMETOOLONG;
        if (len < sizeof name) {
            memcpy(name, path.ptr + from, len);
            name[len] = 0;
            next = open_one(folder, name, made);
        }
        const int why = errno;
        close(folder);
        errno = why;
        folder = next;
        from += len + 1;
    }
    return folder;
}

static bool sync_folder(const char *path)
{
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return false;
    const bool synced = !fsync(folder);
    close(folder);
    return synced;
}

/* Make one folder, whose name ends at `end` of `path`.  The name of one that is there may not be durable yet,
 * if a run was killed that made it; but then the folder that it lies in may be nobody's to open. */
static bool make_one(char *path, size_t end, bool durable)
{
    const char saved = path[end];
    path[end] = 0;
    const bool made = !mkdir(path, 0777);
    bool good = made || errno == EEXIST;
    if (good && durable) {
        char *const slash = strrchr(path, '/');
        if (slash)
            *slash = 0;
        good = sync_folder(!slash ? "." : slash == path ? "/" : path) || !made;
        if (slash)
            *slash = '/';
    }
    path[end] = saved;
    return good;
}

bool folders_make_all(const char *path, bool durable)
{
    char *copy = strdup(path);
    bool good = copy;
    for (size_t i = 1; good && path[i - 1]; i++)
        if ((path[i] == '/' || !path[i]) && path[i - 1] != '/')
            good = make_one(copy, i, durable);
    const int why = errno;
    free(copy);
    errno = why;
    return good;
}

/* ---- temporary files ------------------------------------------------------------------------ */

static const char suffix[] = ".new";
enum { DIGITS = 16, PREFIX = sizeof NAMES_RESERVED - 1 };

void folders_temporary(char name[FOLDERS_TEMPORARY_SIZE], uint64_t number)
{
    snprintf(name, FOLDERS_TEMPORARY_SIZE, NAMES_RESERVED "%016" PRIx64 "%s", number, suffix);
}

static bool is_temporary(const char *name)
{
    return strlen(name) == PREFIX + DIGITS + sizeof suffix - 1 && !memcmp(name, NAMES_RESERVED, PREFIX) &&
           strspn(name + PREFIX, "0123456789abcdef") == DIGITS && !strcmp(name + PREFIX + DIGITS, suffix);
}

/* ---- the sweep ------------------------------------------------------------------------------ */

/* Folders that are still to be looked at: paths below the root, each with its NUL, last in first out. */
struct agenda {
    char *paths;
    size_t len, cap;
};

static bool agenda_add(struct agenda *a, dm_str above, const char *name)
{
    const size_t more = above.len + 1 + strlen(name) + 1;
    if (a->len + more > a->cap) {
        const size_t cap = (a->len + more) * 2;
        char *const paths = realloc(a->paths, cap);
        if (!paths)
            return false;
        a->paths = paths;
        a->cap = cap;
    }
    char *to = a->paths + a->len;
    if (above.len) {
        memcpy(to, above.ptr, above.len);
        to[above.len] = '/';
        to += above.len + 1;
    }
    strcpy(to, name);
    a->len = (size_t)(to + strlen(name) + 1 - a->paths);
    return true;
}

/* Take the last path off; the caller frees it. */
static char *agenda_take(struct agenda *a)
{
    size_t from = a->len - 1;
    while (from && a->paths[from - 1])
        from--;
    a->len = from;
    return strdup(a->paths + from);
}

static bool is_folder(int folder, const struct dirent *e)
{
    struct stat st;
    if (e->d_type != DT_UNKNOWN)
        return e->d_type == DT_DIR;
    return !fstatat(folder, e->d_name, &st, AT_SYMLINK_NOFOLLOW) && S_ISDIR(st.st_mode);
}

static bool sweep_entry(struct agenda *a, int folder, dm_str path, const struct dirent *e, bool *holds_files)
{
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
        return true;
    if (is_folder(folder, e)) /* the state of a run may be below, in .docmill */
        return !strcmp(e->d_name, ".docmill") || agenda_add(a, path, e->d_name);
    if (is_temporary(e->d_name))
        return !unlinkat(folder, e->d_name, 0) || errno == ENOENT;
    if (holds_files && strncmp(e->d_name, NAMES_RESERVED, PREFIX))
        *holds_files = true;
    return true;
}

static bool sweep_folder(struct agenda *a, int root, const char *path, bool *holds_files)
{
    const dm_str name = {path, strlen(path)};
    const int fd = folders_open(root, name, NULL);
    DIR *const folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) {
        if (fd >= 0)
            close(fd);
        return errno == EACCES; /* such as lost+found: then nothing of ours is there */
    }
    bool good = true;
    while (good && !(holds_files && *holds_files)) {
        errno = 0;
        const struct dirent *const e = readdir(folder);
        good = e ? sweep_entry(a, fd, name, e, holds_files) : !errno;
        if (!e)
            break;
    }
    const int why = errno;
    closedir(folder);
    errno = why;
    return good;
}

bool folders_sweep(int root, bool *holds_files)
{
    struct agenda a = {NULL, 0, 0};
    bool good = agenda_add(&a, (dm_str){NULL, 0}, "");
    if (holds_files)
        *holds_files = false;
    while (good && a.len && !(holds_files && *holds_files)) {
        char *const path = agenda_take(&a);
        good = path && sweep_folder(&a, root, path, holds_files);
        free(path);
    }
    const int why = errno;
    free(a.paths);
    errno = why;
    return good;
}
