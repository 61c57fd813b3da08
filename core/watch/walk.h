/* Looking through folders a stretch at a time, so that whoever looks can hear events in between. */
#ifndef DOCMILL_CORE_WATCH_WALK_H
#define DOCMILL_CORE_WATCH_WALK_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>

#include <docmill/plugin.h>

struct dm_walk_folder {
    struct dm_walk_folder *next;
    uint32_t root, path_len;
    char path[]; /* with its `/`, NUL-terminated */
};

struct dm_walk {
    struct dm_walk_folder *waiting; /* the last that was added comes first */
    struct dm_walk_folder *now;     /* being read; NULL: none */
    DIR *dir;
};

/* false: no memory */
bool dm__walk_add(struct dm_walk *w, dm_str path, uint32_t root);

/* Whether there is something to be read. */
static inline bool dm__walk_is_busy(const struct dm_walk *w)
{
    return w->now != NULL || w->waiting != NULL;
}

/* Take the next folder, w->now, which open() reads from its beginning.  NULL: there is none */
struct dm_walk_folder *dm__walk_next(struct dm_walk *w);
/* false: errno */
bool dm__walk_open(struct dm_walk *w);

/* The next entry of w->now but `.` and `..`; NULL: no more, and w->now is done with. */
const struct dirent *dm__walk_read(struct dm_walk *w);

void dm__walk_leave(struct dm_walk *w); /* be done with w->now */
void dm__walk_fini(struct dm_walk *w);

#endif
