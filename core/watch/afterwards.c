#include "core/watch/afterwards.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text/hash.h"
#include "core/text/str.h"
#include "core/watch/complete.h"

const char dm__claim_folder[] = ".docmill-claim";

enum { NUMBER_MAX = 100000, PATHS = PATH_MAX * 2, COPY_BYTES = 64 * 1024 };

static enum dm_afterwards fail(char why[DM_WHY_MAX], const char *what, const char *path)
{
    snprintf(why, DM_WHY_MAX, "%s %.400s: %s", what, path, strerror(errno));
    return DM_AFTERWARDS_FAILED;
}

/* ---- names ---------------------------------------------------------------------------------- */

/* Where the last name of a path begins. */
static size_t name_at(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* "a.txt" with number 2 is "a.2.txt". */
static bool number(const char *path, unsigned n, char out[PATHS])
{
    const char *const name = path + name_at(path), *const dot = strrchr(name, '.');
    const size_t stem = dot != NULL && dot != name ? (size_t)(dot - path) : strlen(path);
    const int len = n == 1 ? snprintf(out, PATHS, "%s", path)
                           : snprintf(out, PATHS, "%.*s.%u%s", (int)stem, path, n, path + stem);
    return len > 0 && len < PATH_MAX;
}

static bool make_folders_of(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool good = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!good)
            return false;
    }
    return true;
}

/* Make the names in a file's folder durable. */
static void sync_folder_of(const char *path)
{
    char folder[PATHS];
    snprintf(folder, sizeof folder, "%.*s.", (int)name_at(path), path);
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* ---- moving --------------------------------------------------------------------------------- */

static bool copy_bytes(int from, int to)
{
    char buffer[COPY_BYTES];
    ssize_t n;
    while ((n = read(from, buffer, sizeof buffer)) > 0)
        for (ssize_t at = 0; at < n;) {
            const ssize_t w = write(to, buffer + at, (size_t)(n - at));
            if (w < 0 && errno != EINTR)
                return false;
            at += w > 0 ? w : 0;
        }
    return n == 0 && fsync(to) == 0;
}

/* To another file system: copy, and then delete.  The name must be free. */
static bool copy_over(const char *from, const char *to)
{
    struct stat st;
    const int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const int out = in >= 0 ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    bool good =
        out >= 0 && fstat(in, &st) == 0 && copy_bytes(in, out) && fchmod(out, st.st_mode & 07777) == 0;
    if (good) {
        const struct timespec times[2] = {st.st_atim, st.st_mtim};
        futimens(out, times);
    }
    const int error = errno;
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    if (good) {
        sync_folder_of(to);
        good = unlink(from) == 0;
    } else if (out >= 0) {
        unlink(to);
    }
    errno = error;
    return good;
}

/* Give a file another name, which must be free.  false: errno */
static bool rename_free(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EXDEV)
        return copy_over(from, to);
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    return link(from, to) == 0 && unlink(from) == 0; /* a file system without the flag */
}

/* The same with the first number that is free.  false: errno */
static bool rename_numbered(const char *from, const char *to, char taken[PATHS])
{
    for (unsigned n = 1; n < NUMBER_MAX; n++) {
        if (!number(to, n, taken)) {
            errno = ENAMETOOLONG;
            return false;
        }
        if (rename_free(from, taken))
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

/* ---- claiming ------------------------------------------------------------------------------- */

static bool has_hash(const char *path, const unsigned char expected[DM_LEDGER_HASH])
{
    unsigned char hash[DM_HASH_SIZE];
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const bool same = fd >= 0 && dm__hash_fd_value(fd, hash) && memcmp(hash, expected, sizeof hash) == 0;
    if (fd >= 0)
        close(fd);
    return same;
}

/* Whether a file is the version that was processed, and nobody is writing a newer one. */
static bool is_processed(const char *path, const struct dm_processed *v)
{
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size != v->size ||
        dm__lease_test(path) == DM_LEASE_BUSY)
        return false;
    const int64_t modified = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    return (v->modified != DM_LEDGER_UNSURE && v->modified == modified) || has_hash(path, v->hash);
}

static enum dm_afterwards put_back(const char *claimed, const char *path, char why[DM_WHY_MAX])
{
    char taken[PATHS];
    return rename_numbered(claimed, path, taken) ? DM_AFTERWARDS_NEWER
                                                 : fail(why, "cannot be put back:", claimed);
}

static enum dm_afterwards move_to_done(const struct dm_watch_settings *settings, const char *claimed,
                                       const char *path, dm_str source, char why[DM_WHY_MAX])
{
    char to[PATHS], taken[PATHS];
    const int len = snprintf(to, sizeof to, "%.*s/%.*s", (int)settings->done.len, settings->done.ptr,
                             (int)source.len, source.ptr);
    if (len < 0 || len >= PATH_MAX)
        errno = ENAMETOOLONG;
    else if (make_folders_of(to) && rename_numbered(claimed, to, taken))
        return DM_AFTERWARDS_DONE;
    fail(why, "cannot be moved to", to);
    char ignored[DM_WHY_MAX];
    put_back(claimed, path, ignored);
    return DM_AFTERWARDS_FAILED;
}

/* A folder without a name of its own for what is claimed in it. */
static bool claim(const char *path, char folder[PATHS], char claimed[PATHS])
{
    const int at = (int)name_at(path);
    snprintf(folder, PATHS, "%.*s%s", at, path, dm__claim_folder);
    snprintf(claimed, PATHS, "%.*s%s/%s", at, path, dm__claim_folder, path + at);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return false;
    return renameat2(AT_FDCWD, path, AT_FDCWD, claimed, RENAME_NOREPLACE) == 0 ||
           ((errno == EINVAL || errno == ENOSYS) && link(path, claimed) == 0 && unlink(path) == 0);
}

enum dm_afterwards dm__afterwards(const struct dm_watch_settings *settings, dm_str path, dm_str source,
                                  const struct dm_processed *version, char why[DM_WHY_MAX])
{
    char folder[PATHS], claimed[PATHS];
    struct stat st;
    if (settings->after == DM_WATCH_LEAVE)
        return DM_AFTERWARDS_DONE;
    if (lstat(path.ptr, &st) != 0)
        return DM_AFTERWARDS_GONE;
    if (!claim(path.ptr, folder, claimed)) {
        const enum dm_afterwards outcome =
            errno == ENOENT ? DM_AFTERWARDS_GONE : fail(why, "cannot be claimed:", path.ptr);
        rmdir(folder);
        return outcome;
    }
    enum dm_afterwards outcome = DM_AFTERWARDS_DONE;
    if (!is_processed(claimed, version))
        outcome = put_back(claimed, path.ptr, why);
    else if (settings->after == DM_WATCH_MOVE)
        outcome = move_to_done(settings, claimed, path.ptr, source, why);
    else if (unlink(claimed) != 0)
        outcome = fail(why, "cannot be deleted:", claimed);
    rmdir(folder);
    if (outcome == DM_AFTERWARDS_DONE && settings->marker.len != 0) {
        snprintf(claimed, sizeof claimed, "%s%.*s", path.ptr, (int)settings->marker.len,
                 settings->marker.ptr);
        unlink(claimed);
    }
    return outcome;
}

unsigned dm__afterwards_recover(const char *folder)
{
    char claims[PATHS], from[PATHS], to[PATHS], taken[PATHS];
    unsigned back = 0;
    snprintf(claims, sizeof claims, "%.*s%s", PATH_MAX, folder, dm__claim_folder);
    DIR *const dir = opendir(claims);
    if (dir == NULL)
        return 0;
    const struct dirent *e;
    while ((e = readdir(dir)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        const int n = snprintf(from, sizeof from, "%.*s/%s", PATH_MAX + 32, claims, e->d_name);
        const int m = snprintf(to, sizeof to, "%.*s%s", PATH_MAX, folder, e->d_name);
        back += n > 0 && m > 0 && rename_numbered(from, to, taken);
    }
    closedir(dir);
    rmdir(claims);
    return back;
}
