/* What a worker and the writer are told when they start: whose children they are, their sandboxes, the
 * pipeline and how it was read, the plugins and their hashes.  It travels in a memfd; the child reads the
 * pipeline again, by the same code. */
#ifndef DOCMILL_CORE_JOB_H
#define DOCMILL_CORE_JOB_H

#include "core/engine/engine.h"
#include "core/sandbox/sandbox.h"

/* Write a job into a sealed memfd.  return  the descriptor; -1: errno */
int dm__job_write(const struct dm_engine_options *o);

enum dm_role { DM_ROLE_WORKER, DM_ROLE_WRITER, DM_ROLE_COUNT };

struct dm_job {
    struct dm_arena arena; /* holds all that follows */
    int64_t supervisor;    /* its process id */
    struct dm_sandbox sandboxes[DM_ROLE_COUNT];
    struct dm_launch_orders programs; /* that a worker may have started */
    dm_str file, text;                /* of the pipeline */
    dm_str state;                     /* folder; empty: none */
    struct dm_pipeline_args args;
    struct dm_plugin_file *files;
    size_t file_count;
    struct dm_registry registry; /* from here on: filled in by load() */
    struct dm_pipeline *pipeline;
};

/* In a child: read the job.  Touches no plugin.
 * why     out, when it fails: one line
 * return  false: the child cannot work */
bool dm__job_open(struct dm_job *job, int fd, char why[DM_WHY_MAX]);

/* Load the plugins, read the pipeline.  The sandbox is to be entered before. */
bool dm__job_load(struct dm_job *job, char why[DM_WHY_MAX]);

#endif
