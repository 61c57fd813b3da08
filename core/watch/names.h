/* The files that a watcher has in mind: each path once, in one of three states.  How many there may be is bounded;
 * who has no room for one more looks through the folders again later.
 *
 *   waiting  perhaps it is still being written: looked at again when `due` has come
 *   ready    complete, to be handed out
 *   at work  handed out; if it is told of again meanwhile, it is looked at again afterwards */
#ifndef DOCMILL_CORE_WATCH_NAMES_H
#define DOCMILL_CORE_WATCH_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include <docmill/plugin.h>

enum dm_name_state { DM_NAME_SOON, DM_NAME_LATER, DM_NAME_READY, DM_NAME_AT_WORK, DM_NAME_STATES };

struct dm_name {
    struct dm_name *next_in_chain;
    struct dm_name *before, *after; /* in the list of its state */
    enum dm_name_state state;
    bool again;          /* at work, and told of since */
    bool told;           /* an event said that it is complete */
    bool seen;           /* size and time were looked at */
    uint64_t size, due;  /* due: ns */
    int64_t modified;    /* ns since 1970 */
    uint64_t since;      /* ns: when size and time were seen like that first */
    const char *refused; /* why it is not to be read; NULL: it may be */
    uint32_t root, path_len;
    char path[]; /* NUL-terminated */
};

struct dm_name_list {
    struct dm_name *first, *last;
    size_t count;
};

struct dm_names {
    struct dm_name **chains; /* [chain_count], a power of two */
    size_t chain_count, count, max;
    struct dm_name_list lists[DM_NAME_STATES];
};

/* max  names that there may be.  false: no memory */
bool dm__names_init(struct dm_names *n, size_t max);
void dm__names_fini(struct dm_names *n);

/* NULL: it is not there. */
struct dm_name *dm__names_find(const struct dm_names *n, dm_str path);

/* Add a path that is not there yet, in state `soon`.  NULL: no room, or no memory */
struct dm_name *dm__names_add(struct dm_names *n, dm_str path, uint32_t root);

/* Put a name at the end of the list of a state. */
void dm__names_move(struct dm_names *n, struct dm_name *name, enum dm_name_state state);
void dm__names_remove(struct dm_names *n, struct dm_name *name);

#endif
