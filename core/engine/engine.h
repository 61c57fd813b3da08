/* The engine: a supervisor that finds inputs and hands them out, workers that run the chain, a writer
 * that holds the outputs.  One call runs a pipeline over its inputs. */
#ifndef DOCMILL_CORE_ENGINE_H
#define DOCMILL_CORE_ENGINE_H

#include "core/chain/chain.h"

enum { DM_EXIT_OK = 0, DM_EXIT_FAILED = 1, DM_EXIT_REFUSED = 2, DM_EXIT_SIGINT = 130, DM_EXIT_SIGTERM = 143 };

struct dm_engine_options {
    const struct dm_pipeline *pipeline;
    const struct dm_registry *registry;
    const struct dm_pipeline_args *args; /* what the pipeline was read with; workers read it again */
    uint32_t workers;                    /* 0: as the pipeline says */
    uint64_t limit;                      /* documents; 0: all */
    bool count_ahead;  /* count the inputs beside the run, so that progress() soon knows their number */
    const char *from0; /* file with NUL-separated paths, "-": standard input; NULL: none */
};

/* What became of one document, told in the order of the inputs. */
struct dm_engine_document {
    uint64_t number;     /* from 1 */
    dm_str source, path; /* path: as opened */
    dm_status status;    /* DM_OK, DM_DROP, or why it failed */
    dm_str stage, why;   /* of a failure */
    uint32_t attempts;
    uint64_t bytes, edits; /* read; changes made */
    dm_str dead_letter;    /* path of its file; empty: none is kept */
};

struct dm_engine_rule_total {
    dm_str stage, rule;
    uint64_t made, flagged;
};
struct dm_engine_stage_total {
    dm_str stage;
    uint64_t calls, nanoseconds;
};

struct dm_engine_summary {
    uint64_t found, done, failed, dropped, pending; /* documents */
    uint64_t bytes;                                 /* read */
    uint64_t nanoseconds;                           /* wall time */
    uint32_t workers;
    const struct dm_engine_rule_total
        *rules; /* [rule_count] in pipeline order; owned by the summary's arena */
    size_t rule_count;
    const struct dm_engine_stage_total *stages; /* [stage_count], "read" first */
    size_t stage_count;
    const char *stopped; /* why the run ended early; NULL: it did not */
    dm_str dead_letters; /* folder; empty: none is kept */
    dm_str *written;     /* [written_count] targets of the outputs */
    size_t written_count;
};

/* Figures of a run under way, told about ten times a second. */
struct dm_engine_progress {
    uint64_t done, failed, dropped, found;
    bool found_all; /* `found` is final: the scan has ended */
    uint64_t bytes, nanoseconds;
};

struct dm_engine_events {
    void *owner;
    void (*document)(void *owner, const struct dm_engine_document *d);
    void (*progress)(void *owner, const struct dm_engine_progress *p);
    /* A line from a stage, a worker's standard error, or the engine itself; level DM_LOG_... */
    void (*log)(void *owner, int32_t level, dm_str source, dm_str stage, dm_str line);
    bool every_document; /* false: document() hears of failures only, which is cheaper */
};

/* Run.  Installs handlers for SIGINT and SIGTERM: the first drains, the second stops at once.
 * arena    holds the summary
 * return   exit status, see DM_EXIT_... */
int dm__engine_run(struct dm_arena *arena, const struct dm_engine_options *options,
                   const struct dm_engine_events *events, struct dm_engine_summary *summary);

/* What a run would do: each input in order.  found() returns false to stop.
 * refused  reason why the input would be a dead letter unread (a FIFO, too large); empty: none
 * return   exit status */
int dm__engine_list(const struct dm_engine_options *options, void *owner,
                    bool (*found)(void *owner, dm_str path, dm_str source, uint64_t size, dm_str refused),
                    dm_str *why);

/* Whether an input can be read, without reading it.
 * why     out: empty if it can
 * return  its size in bytes */
uint64_t dm__engine_look(const char *path, uint64_t max_size, char why[DM_WHY_MAX]);

/* Read one input as a worker would: regular files of at most max_size bytes.
 * buffer   grown with realloc; the caller frees it
 * return   DM_OK, or DM_EDOC / DM_ERETRY with `why` */
dm_status dm__engine_read(const char *path, uint64_t max_size, char **buffer, size_t *cap, dm_str *out,
                          char why[DM_WHY_MAX]);

/* `docmill __worker` and `docmill __writer`, started by the supervisor.  return  exit status */
int dm__worker_main(void);
int dm__writer_main(void);

#endif
