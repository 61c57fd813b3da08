/* The folders that are watched, as a tree, and the kernel's numbers for them. */
#ifndef DOCMILL_CORE_WATCH_FOLDERS_H
#define DOCMILL_CORE_WATCH_FOLDERS_H

#include <stddef.h>
#include <stdint.h>

#include <docmill/plugin.h>

struct dm_folder {
    struct dm_folder *parent, *child, *before, *after; /* before, after: children of the same parent */
    struct dm_folder *next_by_path, *next_by_wd;
    int wd; /* -1: it is not watched */
    uint32_t root, path_len;
    char path[]; /* with its `/`, NUL-terminated; empty: the current folder */
};

struct dm_folders {
    int fd;                              /* inotify */
    struct dm_folder **by_path, **by_wd; /* [chain_count], a power of two */
    size_t chain_count, count;
    size_t unwatched; /* folders without a watch */
    bool refused;     /* the kernel had no watch for one of them */
};

/* fd  an inotify descriptor, borrowed.  false: no memory */
bool dm__folders_init(struct dm_folders *f, int fd);
void dm__folders_fini(struct dm_folders *f);

struct dm_folder *dm__folders_find(const struct dm_folders *f, dm_str path);
struct dm_folder *dm__folders_find_wd(const struct dm_folders *f, int wd);

/* Watch a folder, if it is not watched yet; it is remembered even if the kernel has no more watches.
 * parent  NULL: a root
 * watch   false: remember it only
 * return  NULL: errno; it is gone, cannot be read, or there is no memory */
struct dm_folder *dm__folders_add(struct dm_folders *f, struct dm_folder *parent, dm_str path, uint32_t root,
                                  bool watch);

/* Forget a folder and all below it. */
void dm__folders_remove(struct dm_folders *f, struct dm_folder *folder);

/* The kernel let go of a watch by itself. */
void dm__folders_forget_wd(struct dm_folders *f, struct dm_folder *folder);

/* The next folder in some order, NULL at the end; for whoever asks for one without a watch.
 * at  in: 0 for the first; out: to be handed in again */
struct dm_folder *dm__folders_next(const struct dm_folders *f, size_t *at, struct dm_folder *before);

#endif
