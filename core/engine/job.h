/* What a worker and the writer are told when they start: the pipeline and how it was read, the plugins
 * and their hashes.  It travels in a memfd; the child reads the pipeline again, by the same code. */
#ifndef DOCMILL_CORE_JOB_H
#define DOCMILL_CORE_JOB_H

#include "core/engine/engine.h"

/* Write a job into a sealed memfd.  return  the descriptor; -1: errno */
int dm__job_write(const struct dm_engine_options *o);

struct dm_job {
    struct dm_arena arena; /* holds all that follows */
    struct dm_registry registry;
    const struct dm_pipeline *pipeline;
};

/* In a child: read the job, load the plugins, read the pipeline.
 * why     out, when it fails: one line
 * return  false: the child cannot work */
bool dm__job_load(struct dm_job *job, int fd, char why[DM_WHY_MAX]);

#endif
