/* Names in bytewise order, however many there are: sorted in memory, in runs that spill to an unlinked
 * file once they outgrow it, and merged when read. */
#ifndef DOCMILL_CORE_SORTER_H
#define DOCMILL_CORE_SORTER_H

#include <docmill/plugin.h>

struct dm_sorter;

/* limit  bytes of names held in memory before they spill; 0: the usual 4 MiB
 * return NULL: no memory */
struct dm_sorter *dm__sorter_new(size_t limit);
void dm__sorter_drop(struct dm_sorter *s);

/* Names may hold any byte.  return  false: no memory, or the spill file failed (errno) */
bool dm__sorter_add(struct dm_sorter *s, dm_str name);

/* Nothing more will be added; next() may be called.  false: as add() */
bool dm__sorter_finish(struct dm_sorter *s);

/* The next name in order; equal names come as often as they were added.  Borrowed until the next
 * call.
 * return  1: a name, 0: no more, -1: the spill file failed (errno) */
int dm__sorter_next(struct dm_sorter *s, dm_str *name);

#endif
