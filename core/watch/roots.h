/* The folders that a watcher was asked for: where they are, whether they are there, and whether their file system
 * tells events. */
#ifndef DOCMILL_CORE_WATCH_ROOTS_H
#define DOCMILL_CORE_WATCH_ROOTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/pipeline/pipeline.h"

struct dm_root {
    char *path; /* with its `/`, as inputs are named by a run; empty: the current folder */
    size_t path_len;
    size_t source_at; /* where the source of an input begins in its path */
    bool there, polled;
    dev_t device; /* of the folder when it was seen last */
    ino_t inode;
};

struct dm_roots {
    struct dm_root *items;
    size_t count;
};

/* The roots that the input settings name.  One that lies in another is left out.
 * return  false: `why`; dm__roots_fini() is owed either way */
bool dm__roots_init(struct dm_roots *r, const struct dm_input_settings *input, char why[DM_WHY_MAX]);
void dm__roots_fini(struct dm_roots *r);

enum dm_root_news { DM_ROOT_SAME, DM_ROOT_GONE, DM_ROOT_NEW };

/* Look whether a root is still the folder that it was; root->there and the rest are set. */
enum dm_root_news dm__root_look(struct dm_root *root, enum dm_watch_poll poll);

/* The name of a file system that tells no events of what others do: "nfs"; NULL: it tells.
 * type  f_type of statfs() */
const char *dm__root_deaf(int64_t type);

#endif
