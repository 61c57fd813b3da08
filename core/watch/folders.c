#include "core/watch/folders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

enum { CHAINS = 1024 };

/* Close-write and moved-to tell of files that are complete, create of hard links, special files and folders. */
static const uint32_t mask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MOVED_FROM | IN_DELETE_SELF |
                             IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;

static size_t path_hash(const struct dm_folders *f, dm_str path)
{
    uint64_t h = 14695981039346656037U;
    for (size_t i = 0; i < path.len; i++)
        h = (h ^ (unsigned char)path.ptr[i]) * 1099511628211U;
    return (size_t)(h ^ h >> 32) & (f->chain_count - 1);
}

static size_t wd_hash(const struct dm_folders *f, int wd)
{
    return (size_t)wd & (f->chain_count - 1);
}

static bool make_chains(struct dm_folders *f, size_t count)
{
    f->chain_count = count;
    f->by_path = calloc(count, sizeof(struct dm_folder *));
    f->by_wd = calloc(count, sizeof(struct dm_folder *));
    return f->by_path != NULL && f->by_wd != NULL;
}

bool dm__folders_init(struct dm_folders *f, int fd)
{
    *f = (struct dm_folders){.fd = fd};
    return make_chains(f, CHAINS);
}

void dm__folders_fini(struct dm_folders *f)
{
    for (size_t i = 0; f->by_path != NULL && i < f->chain_count; i++)
        for (struct dm_folder *d = f->by_path[i], *next; d != NULL; d = next) {
            next = d->next_by_path;
            free(d);
        }
    free(f->by_path);
    free(f->by_wd);
    *f = (struct dm_folders){.fd = -1};
}

/* ---- the two tables ---------------------------------------------------------------------------- */

static void enter_path(struct dm_folders *f, struct dm_folder *d)
{
    struct dm_folder **const chain = &f->by_path[path_hash(f, (dm_str){d->path, d->path_len})];
    d->next_by_path = *chain;
    *chain = d;
}

static void enter_wd(struct dm_folders *f, struct dm_folder *d)
{
    struct dm_folder **const chain = &f->by_wd[wd_hash(f, d->wd)];
    d->next_by_wd = *chain;
    *chain = d;
}

static void leave_path(struct dm_folders *f, const struct dm_folder *d)
{
    struct dm_folder **at = &f->by_path[path_hash(f, (dm_str){d->path, d->path_len})];
    while (*at != d)
        at = &(*at)->next_by_path;
    *at = d->next_by_path;
}

void dm__folders_forget_wd(struct dm_folders *f, struct dm_folder *folder)
{
    if (folder->wd < 0)
        return;
    struct dm_folder **at = &f->by_wd[wd_hash(f, folder->wd)];
    while (*at != folder)
        at = &(*at)->next_by_wd;
    *at = folder->next_by_wd;
    folder->wd = -1;
    f->unwatched++;
}

struct dm_folder *dm__folders_find(const struct dm_folders *f, dm_str path)
{
    struct dm_folder *d = f->by_path[path_hash(f, path)];
    while (d != NULL && (d->path_len != path.len || memcmp(d->path, path.ptr, path.len) != 0))
        d = d->next_by_path;
    return d;
}

struct dm_folder *dm__folders_find_wd(const struct dm_folders *f, int wd)
{
    struct dm_folder *d = f->by_wd[wd_hash(f, wd)];
    while (d != NULL && d->wd != wd)
        d = d->next_by_wd;
    return d;
}

struct dm_folder *dm__folders_next(const struct dm_folders *f, size_t *at, struct dm_folder *before)
{
    struct dm_folder *d = before != NULL ? before->next_by_path : NULL;
    while (d == NULL && *at < f->chain_count)
        d = f->by_path[(*at)++];
    return d;
}

/* Without memory for longer tables the chains grow instead. */
static void grow(struct dm_folders *f)
{
    struct dm_folders old = *f;
    if (f->count < f->chain_count)
        return;
    if (!make_chains(f, old.chain_count * 2)) {
        free(f->by_path);
        free(f->by_wd);
        *f = old;
        return;
    }
    size_t at = 0;
    for (struct dm_folder *d = dm__folders_next(&old, &at, NULL), *next; d != NULL; d = next) {
        next = dm__folders_next(&old, &at, d);
        enter_path(f, d);
        if (d->wd >= 0)
            enter_wd(f, d);
    }
    free(old.by_path);
    free(old.by_wd);
}

/* ---- watching ----------------------------------------------------------------------------------- */

/* The kernel numbers folders, not paths: one that was moved brings its number along, and whoever had it before
 * has it no more. */
static bool watch(struct dm_folders *f, struct dm_folder *d)
{
    const int wd = inotify_add_watch(f->fd, d->path_len != 0 ? d->path : ".", mask);
    if (wd < 0 && errno != ENOSPC && errno != ENOMEM)
        return false;
    f->refused = f->refused || wd < 0;
    if (wd < 0)
        return true; /* it is scanned instead */
    if (wd == d->wd)
        return true;
    struct dm_folder *const other = dm__folders_find_wd(f, wd);
    if (other != NULL)
        dm__folders_forget_wd(f, other);
    dm__folders_forget_wd(f, d);
    d->wd = wd;
    f->unwatched--;
    enter_wd(f, d);
    return true;
}

static struct dm_folder *make(struct dm_folders *f, struct dm_folder *parent, dm_str path, uint32_t root)
{
    struct dm_folder *const d = malloc(sizeof *d + path.len + 1);
    if (d == NULL)
        return NULL;
    *d = (struct dm_folder){.parent = parent, .wd = -1, .root = root, .path_len = (uint32_t)path.len};
    memcpy(d->path, path.ptr, path.len);
    d->path[path.len] = '\0';
    if (parent != NULL) {
        d->after = parent->child;
        if (parent->child != NULL)
            parent->child->before = d;
        parent->child = d;
    }
    grow(f);
    enter_path(f, d);
    f->count++;
    f->unwatched++;
    return d;
}

struct dm_folder *dm__folders_add(struct dm_folders *f, struct dm_folder *parent, dm_str path, uint32_t root,
                                  bool watched)
{
    struct dm_folder *d = dm__folders_find(f, path);
    if (d == NULL)
        d = make(f, parent, path, root);
    if (d == NULL || !watched || watch(f, d))
        return d;
    const int error = errno;
    dm__folders_remove(f, d);
    errno = error;
    return NULL;
}

static void remove_leaf(struct dm_folders *f, struct dm_folder *folder)
{
    if (folder->wd >= 0)
        inotify_rm_watch(f->fd, folder->wd);
    dm__folders_forget_wd(f, folder);
    leave_path(f, folder);
    if (folder->before != NULL)
        folder->before->after = folder->after;
    else if (folder->parent != NULL)
        folder->parent->child = folder->after;
    if (folder->after != NULL)
        folder->after->before = folder->before;
    f->count--;
    f->unwatched--;
    free(folder);
}

void dm__folders_remove(struct dm_folders *f, struct dm_folder *folder)
{
    for (struct dm_folder *at = folder; at != NULL;) {
        struct dm_folder *const parent = at->parent;
        if (at->child != NULL) {
            at = at->child;
            continue;
        }
        const bool last = at == folder;
        remove_leaf(f, at);
        at = last ? NULL : parent;
    }
}
