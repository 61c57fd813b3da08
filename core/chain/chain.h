/* The chain: run the stages of a pipeline over one document.  A worker and `docmill try` both call
 * it; there is no other engine. */
#ifndef DOCMILL_CORE_CHAIN_H
#define DOCMILL_CORE_CHAIN_H

#include "core/pipeline/pipeline.h"

/* What became of a document, or why something failed. */
struct dm_outcome {
    dm_status status;
    int32_t step;         /* index into the pipeline's steps; -1: before the first (reading) */
    char why[DM_WHY_MAX]; /* NUL-terminated; empty: nothing to say */
};

/* Figures of one step, summed since the chain was opened or dm__chain_stats_reset(). */
struct dm_step_stats {
    uint64_t calls, nanoseconds;
    uint64_t *rules;   /* [rules.count] changes made */
    uint64_t *flagged; /* [rules.count] changes only recorded */
    uint64_t *metrics; /* [dm__step_metrics()] */
};

/* What the chain tells its owner while it works.  Any function may be NULL. */
struct dm_chain_events {
    void *owner;
    /* Step `step` begins; -1: none is at work.  For time limits and blame. */
    void (*at_step)(void *owner, int32_t step);
    void (*log)(void *owner, int32_t step, int32_t level, dm_str line);
    /* A part has gone through a step; for `try --stage` and `--explain`.  Return false to stop there. */
    bool (*after_step)(void *owner, int32_t step, const dm_doc *d);
    /* An output rendered a part.  bytes are borrowed for the call. */
    dm_status (*rendered)(void *owner, int32_t step, const dm_doc *d, dm_str bytes);
    /* A part has come to its end.  Unless status is DM_OK, what it rendered must not be written. */
    void (*part)(void *owner, const dm_doc *d, dm_status status);
};

struct dm_chain;

/* Open every stage (outputs too).  The registry's files must be loaded in this process.
 * memory   budget of one document in bytes; 0: none
 * return   NULL: `why` says which stage refused, and its status */
struct dm_chain *dm__chain_open(const struct dm_pipeline *p, uint64_t memory,
                                const struct dm_chain_events *events, struct dm_outcome *why);
void dm__chain_close(struct dm_chain *c);

/* Run one input, all its parts, through the chain.
 * bytes    borrowed for the call
 * return   out->status: DM_OK, DM_DROP (every part was dropped), or the failure */
void dm__chain_run(struct dm_chain *c, const dm_identity *identity, dm_str bytes, struct dm_outcome *out);

/* [step_count]; borrowed.  Within dm__chain_run(), too: up to the step that has ended. */
const struct dm_step_stats *dm__chain_stats(struct dm_chain *c);

/* Start counting anew. */
void dm__chain_stats_reset(struct dm_chain *c);

/* Tests: let the nth allocation of each task fail; 0: never. */
void dm__chain_fail_alloc(struct dm_chain *c, size_t nth);

/* The writer's half of an output: the stages alone, each call as a task. */
struct dm_sink;
struct dm_sink *dm__sink_open(const struct dm_instance *instance, struct dm_outcome *why);
dm_status dm__sink_resume(struct dm_sink *s, const dm_resume *from, struct dm_outcome *why);
/* place    out: where the record is, as the output says; borrowed until the next call */
dm_status dm__sink_write(struct dm_sink *s, const dm_record *r, dm_str *place, struct dm_outcome *why);
/* token    out: borrowed until the next call */
dm_status dm__sink_commit(struct dm_sink *s, dm_str *token, struct dm_outcome *why);
dm_status dm__sink_finish(struct dm_sink *s, struct dm_outcome *why);
/* The bytes of a record that write() put at `place`; for a sink that was opened and not resumed.
 * bytes    out: borrowed until the next call
 * errors   DM_EDOC: it is not there; DM_DROP: the output cannot tell */
dm_status dm__sink_recall(struct dm_sink *s, dm_str place, dm_str *bytes, struct dm_outcome *why);
/* Hear what the output logs; log: as in dm_chain_events, step is -1. */
void dm__sink_log(struct dm_sink *s, void *owner,
                  void (*log)(void *owner, int32_t step, int32_t level, dm_str line));
/* Tests: let the nth allocation of each call fail; 0: never. */
void dm__sink_fail_alloc(struct dm_sink *s, size_t nth);
void dm__sink_close(struct dm_sink *s);

#endif
