/* What the stages did to one input, packed for its row in the ledger: the time of reading and of each
 * stage, and the edits by rule. */
#ifndef DOCMILL_CORE_WORK_H
#define DOCMILL_CORE_WORK_H

#include "core/document/document.h"

struct dm_work_count {
    uint64_t position, rule; /* of the stage in the pipeline; of the rule in the stage */
    uint64_t made, flagged;
};

struct dm_work {
    uint64_t *times; /* [time_count] ns: of reading, then of each stage */
    size_t time_count;
    struct dm_work_count *counts; /* [count_count] */
    size_t count_count;
};

/* Bytes that pack() may need. */
size_t dm__work_size(const struct dm_work *w);

/* return  bytes written to `out`, at most dm__work_size() */
size_t dm__work_pack(const struct dm_work *w, char *out);

/* return  false: no memory, or it was not packed by pack() */
bool dm__work_unpack(struct dm_arena *arena, dm_str packed, struct dm_work *out);

#endif
