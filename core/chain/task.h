/* One call of one stage: what the host remembers while a plugin works, and the host table itself. */
#ifndef DOCMILL_CORE_TASK_H
#define DOCMILL_CORE_TASK_H

#include "core/chain/chain.h"

/* Which services a call may use; others are the plugin's bug. */
enum dm_phase {
    DM_PHASE_OPEN,
    DM_PHASE_EXTRACT,
    DM_PHASE_CLEAN,
    DM_PHASE_RENDER,
    DM_PHASE_WRITE,
    DM_PHASE_COMMIT,
    DM_PHASE_RECALL
};

/* Bytes that a call puts; kept from call to call. */
struct dm_buffer {
    char *ptr;
    size_t len, cap;
};

struct dm_call {
    dm_task task; /* first: what the plugin sees */
    enum dm_phase phase;
    dm_status status; /* the first failure; DM_OK: none */
    struct dm_arena *scratch;
    const dm_stage *stage;
    const struct dm_instance *instance;       /* NULL: it can start no program */
    const struct dm_stage_programs *programs; /* of its pipeline */
    struct dm_doc *doc;
    struct dm_edit_batch *batch; /* CLEAN */
    struct dm_buffer *out;       /* for dm_put(); NULL: it does not belong here */
    size_t out_max;              /* bytes; 0: no bound */
    uint64_t *metrics;           /* NULL: not counted */
    size_t fail_nth;             /* tests: this service call fails for lack of memory; 0: none */
    void (*log)(void *owner, int32_t step, int32_t level, dm_str line); /* NULL: nobody listens */
    void *log_owner;
    int32_t step;
    char why[DM_WHY_MAX]; /* last: only its first byte is cleared for each call */
};

/* Start a call; the rest of the struct is set by the caller before or after. */
void dm__call_begin(struct dm_call *c, enum dm_phase phase, const dm_stage *stage, struct dm_arena *scratch);

/* What the call comes to: the first failure outranks what the plugin returned.  Unknown codes, and a
 * DM_DROP where nothing can be dropped, are the plugin's bug. */
dm_status dm__call_end(struct dm_call *c, dm_status returned);

/* Record a failure of the host's own; the first one stays. */
dm_status dm__call_fail(struct dm_call *c, dm_status code, const char *why);

/* The outcome of a call that has ended. */
void dm__call_outcome(const struct dm_call *c, int32_t step, struct dm_outcome *out);

bool dm__buffer_add(struct dm_buffer *b, dm_str bytes);

#endif
