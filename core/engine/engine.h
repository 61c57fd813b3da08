/* The engine: a supervisor that finds inputs and hands them out, workers that run the chain, a writer
 * that holds the outputs.  One call runs a pipeline over its inputs. */
#ifndef DOCMILL_CORE_ENGINE_H
#define DOCMILL_CORE_ENGINE_H

#include <sys/stat.h>

#include "core/chain/chain.h"
#include "core/watch/watcher.h"

enum { DM_EXIT_OK = 0, DM_EXIT_FAILED = 1, DM_EXIT_REFUSED = 2, DM_EXIT_SIGINT = 130, DM_EXIT_SIGTERM = 143 };

/* Which failures of earlier runs to run again. */
struct dm_engine_retry {
    dm_str stage, reason;  /* empty: any; reason: a part of it */
    const dm_str *sources; /* [source_count] or paths; none: all */
    size_t source_count;
};

struct dm_engine_options {
    const struct dm_pipeline *pipeline;
    const struct dm_registry *registry;
    const struct dm_pipeline_args *args; /* what the pipeline was read with; workers read it again */
    uint32_t workers;                    /* 0: as the pipeline says */
    uint64_t limit;                      /* documents; 0: all */
    bool count_ahead;  /* count the inputs beside the run, so that progress() soon knows their number */
    const char *from0; /* file with NUL-separated paths, "-": standard input; NULL: none */
    bool force;        /* unchanged inputs are processed again too */
    bool overwrite;    /* all is processed again, and the outputs replace whatever lies where they go */
    bool watch;        /* wait for inputs, in the folders of the pipeline, until told to stop */
    const struct dm_engine_retry *retry; /* inputs come from the ledger's failures; NULL: a usual run */
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
struct dm_engine_metric_total {
    dm_str stage, metric, unit; /* unit: may be empty */
    uint64_t n;
};
struct dm_engine_stage_total {
    dm_str stage;
    uint64_t calls, nanoseconds;
};

struct dm_engine_summary {
    uint64_t found, done, failed, dropped, pending; /* documents; failed: now or, unchanged, before */
    uint64_t fresh, changed, outdated;              /* of those that were to be done: why they were */
    uint64_t unchanged, failed_before;              /* left alone: done, failed in an earlier run */
    uint64_t left_behind; /* documents of earlier runs that rebuilt outputs lack, as they were no input */
    uint64_t bytes;       /* read */
    uint64_t nanoseconds; /* wall time */
    uint32_t workers;
    const struct dm_engine_rule_total
        *rules; /* [rule_count] in pipeline order; owned by the summary's arena */
    size_t rule_count;
    const struct dm_engine_metric_total
        *metrics; /* [metric_count] as the rules; of all that stages declare */
    size_t metric_count;
    const struct dm_engine_stage_total *stages; /* [stage_count], "read" first */
    size_t stage_count;
    int signal;          /* that asked for the end; 0: none */
    bool reload;         /* it ended so that a changed pipeline can be taken up */
    bool bereaved;       /* it ended because somebody killed its processes */
    const char *stopped; /* why the run ended early; NULL: it did not */
    dm_str dead_letters; /* folder; empty: none is kept */
    dm_str *written;     /* [written_count] targets of the outputs */
    size_t written_count;
};

/* Figures of a run under way, told about ten times a second. */
struct dm_engine_progress {
    uint64_t done, failed, dropped, found; /* found: to be done */
    uint64_t unchanged;                    /* left alone, as they were processed before */
    bool found_all;                        /* `found` is final: the scan has ended */
    uint64_t bytes, nanoseconds;
    bool watch_ready;     /* of a watch: workers and writer are, and all folders are watched */
    uint64_t watch_moved; /* processed files that were moved or deleted */
    struct dm_watcher_counts watch;
};

struct dm_engine_events {
    void *owner;
    void (*document)(void *owner, const struct dm_engine_document *d);
    void (*progress)(void *owner, const struct dm_engine_progress *p);
    /* A line from a stage, a worker's standard error, or the engine itself; level DM_LOG_... */
    void (*log)(void *owner, int32_t level, dm_str source, dm_str stage, dm_str line);
    /* Of a watch: whether a changed pipeline is to be taken up, which ends the call after what is at work.
     * asked  SIGHUP came; else: look whether there is a change */
    bool (*reload)(void *owner, bool asked);
    bool every_document; /* false: document() hears of failures only, which is cheaper */
};

/* Run.  Installs handlers for SIGINT and SIGTERM: the first drains, the second stops at once; a
 * watch has one for SIGHUP too.
 * arena    holds the summary
 * return   exit status, see DM_EXIT_... */
int dm__engine_run(struct dm_arena *arena, const struct dm_engine_options *options,
                   const struct dm_engine_events *events, struct dm_engine_summary *summary);

/* An input as a run would find it. */
struct dm_engine_input {
    dm_str path, source;
    uint64_t size;
    bool due;       /* it would be processed */
    dm_str because; /* why it would, or would not */
    dm_str refused; /* why it would be a dead letter unread (a FIFO, too large); empty: it would be read */
};

/* What a run would do: each input in order, until the limit is reached.  found() returns false to stop.
 * return   exit status */
int dm__engine_list(const struct dm_engine_options *options, void *owner,
                    bool (*found)(void *owner, const struct dm_engine_input *in), dm_str *why);

/* Whether an input can be read, without reading it.
 * why     out: empty if it can
 * return  its size in bytes */
uint64_t dm__engine_look(const char *path, uint64_t max_size, char why[DM_WHY_MAX]);

/* Which version of an input was read, or looked at. */
struct dm_input_version {
    uint64_t size;
    int64_t modified; /* ns since 1970, or DM_LEDGER_UNSURE; 0: it could not be opened */
};

/* Read one input as a worker would: regular files of at most max_size bytes.
 * at       where a relative path starts: a folder's descriptor, or AT_FDCWD
 * buffer   grown with realloc; the caller frees it
 * version  out, as far as it was found out
 * return   DM_OK, or DM_EDOC / DM_ERETRY with `why` */
dm_status dm__engine_read(int at, const char *path, uint64_t max_size, char **buffer, size_t *cap,
                          dm_str *out, struct dm_input_version *version, char why[DM_WHY_MAX]);

/* The version that stat() or fstat() told of. */
struct dm_input_version dm__engine_version(const struct stat *st);

/* `docmill __worker` and `docmill __writer`, started by the supervisor.  return  exit status */
int dm__worker_main(void);
int dm__writer_main(void);

#endif
