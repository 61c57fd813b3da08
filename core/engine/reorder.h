/* Documents that came before their turn: kept by number, in memory up to a bound and in an unlinked file
 * beyond it. */
#ifndef DOCMILL_CORE_REORDER_H
#define DOCMILL_CORE_REORDER_H

#include <docmill/plugin.h>

struct dm_reorder;

/* memory  bytes kept before documents spill; 0: the usual 32 MiB
 * spill   the file for those, from dm__spill_open(), taken come what may; -1: none could be had, and it is
 *         tried again when it is needed
 * return  NULL: no memory */
struct dm_reorder *dm__reorder_new(size_t memory, int spill);
void dm__reorder_drop(struct dm_reorder *r);

/* Whether the document is here. */
bool dm__reorder_has(const struct dm_reorder *r, uint64_t number);

/* Keep a copy of a document's bytes.  Numbers that are held lie close together (within the supervisor's
 * window).  false: no memory, or the spill file failed (errno) */
bool dm__reorder_put(struct dm_reorder *r, uint64_t number, dm_str bytes);

/* Take a document out.  The bytes are the caller's until the next take().
 * return  1: taken, 0: it is not here, -1: the spill file failed (errno) */
int dm__reorder_take(struct dm_reorder *r, uint64_t number, dm_str *bytes);

/* Bytes that are held, in memory and in the file. */
uint64_t dm__reorder_held(const struct dm_reorder *r);

#endif
