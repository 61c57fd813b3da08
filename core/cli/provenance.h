/* Which changes made which stretch of a text: the records of all stages, brought together in the
 * coordinates of the first text and the last. */
#ifndef DOCMILL_CLI_PROVENANCE_H
#define DOCMILL_CLI_PROVENANCE_H

#include "core/document/arena.h"

/* A change behind a stretch. */
struct dm_cause {
    const dm_edit_record *edit;
    struct dm_cause *next; /* in the order in which they were made */
};

/* A stretch that was changed, or looked at: between stretches, both texts are the same. */
struct dm_stretch {
    dm_span old, now; /* in the extracted text; in the present one */
    struct dm_cause *first, *last;
    bool made; /* false: all its changes were only recorded */
};

struct dm_stretches {
    struct dm_stretch *items; /* in text order, disjoint */
    size_t count, cap;
};

/* Bring the text changes together.  Changes of several stages that overlap share a stretch; those that
 * only touch do not.
 * records  of all stages, in the order in which they were made, each stage's in text order
 * return   false: no memory */
bool dm__provenance_trace(struct dm_arena *arena, const dm_edit_record *records, size_t count,
                          struct dm_stretches *out);

#endif
