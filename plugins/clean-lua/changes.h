/* The changes of text that one call has asked for: two that overlap are the script's mistake about this document,
 * and told before the host sees them. */
#ifndef LUA_CHANGES_H
#define LUA_CHANGES_H

#include <docmill/plugin.h>

struct changes {
    dm_span *items;
    size_t count, cap;
    bool in_order;
};

/* false: no memory, and the task has failed */
bool changes_add(struct changes *c, dm_task *t, dm_span at);

/* Find two that overlap, or insert at the same place.
 * return  false: there are none */
bool changes_overlap(struct changes *c, dm_span *one, dm_span *other);

#endif
