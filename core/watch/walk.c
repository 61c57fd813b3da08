#include "core/watch/walk.h"

#include <stdlib.h>
#include <string.h>

bool dm__walk_add(struct dm_walk *w, dm_str path, uint32_t root)
{
    struct dm_walk_folder *const f = malloc(sizeof *f + path.len + 1);
    if (f == NULL)
        return false;
    *f = (struct dm_walk_folder){.next = w->waiting, .root = root, .path_len = (uint32_t)path.len};
    memcpy(f->path, path.ptr, path.len);
    f->path[path.len] = '\0';
    w->waiting = f;
    return true;
}

struct dm_walk_folder *dm__walk_next(struct dm_walk *w)
{
    w->now = w->waiting;
    if (w->now != NULL)
        w->waiting = w->now->next;
    return w->now;
}

bool dm__walk_open(struct dm_walk *w)
{
    w->dir = opendir(w->now->path_len != 0 ? w->now->path : ".");
    return w->dir != NULL;
}

const struct dirent *dm__walk_read(struct dm_walk *w)
{
    const struct dirent *e = NULL;
    do
        e = readdir(w->dir);
    while (e != NULL && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0));
    if (e == NULL)
        dm__walk_leave(w);
    return e;
}

void dm__walk_leave(struct dm_walk *w)
{
    if (w->dir != NULL)
        closedir(w->dir);
    free(w->now);
    w->dir = NULL;
    w->now = NULL;
}

void dm__walk_fini(struct dm_walk *w)
{
    do
        dm__walk_leave(w);
    while (dm__walk_next(w) != NULL);
}
