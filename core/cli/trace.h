/* What each call of a chain did and how long it took: `try --trace`. */
#ifndef DOCMILL_CLI_TRACE_H
#define DOCMILL_CLI_TRACE_H

#include "core/chain/chain.h"
#include "core/cli/style.h"

struct dm_trace {
    FILE *to;
    struct dm_arena *arena;
    const struct dm_pipeline *pipeline;
    int32_t next;    /* the step that should come */
    int32_t at;      /* the step at work; -1: none */
    size_t rendered; /* bytes of the last output */
};

/* The stages were opened, which took so many nanoseconds. */
void dm__trace_opened(const struct dm_trace *t, uint64_t nanoseconds);

/* Step `step` begins; -1: the input is done, or has failed. */
void dm__trace_begin(struct dm_trace *t, int32_t step);

/* Step `step` is through.  Starts the figures of the chain anew, so that the next line has its own.
 * chain  that runs */
void dm__trace_end(struct dm_trace *t, struct dm_chain *chain, int32_t step, const struct dm_doc *d);

#endif
