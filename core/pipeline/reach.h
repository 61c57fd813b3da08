/* Which files and folders a pipeline's processes reach, and what its stages may do: the sandbox of each. */
#ifndef DOCMILL_CORE_REACH_H
#define DOCMILL_CORE_REACH_H

#include "core/pipeline/pipeline.h"
#include "core/sandbox/sandbox.h"

/* A worker reads the inputs, the data files that options name, and the folders of the plugins; it writes
 * nothing unless a stage that may write names an output path.
 * return  false: no memory */
bool dm__reach_worker(struct dm_arena *arena, const struct dm_pipeline *p, struct dm_sandbox *out);

/* The writer reads no inputs, and writes the folders that its targets stand in. */
bool dm__reach_writer(struct dm_arena *arena, const struct dm_pipeline *p, struct dm_sandbox *out);

/* Whoever describes a plugin reads the folder that it lies in. */
bool dm__reach_plugin(struct dm_arena *arena, const char *path, struct dm_sandbox *out);

/* The files that stages read for their work: data files of options, scripts and programs that commands name.
 * return  false: no memory */
bool dm__reach_data(struct dm_arena *arena, const struct dm_pipeline *p, struct dm_sandbox_paths *out);

/* One more file or folder that can be read. */
bool dm__reach_add(struct dm_arena *arena, struct dm_sandbox_paths *paths, dm_str path);

/* What the stages of a pipeline need and may have: DM_NEEDS_... */
uint32_t dm__reach_needs(const struct dm_pipeline *p);

/* The folders that are written, made if need be, so that they can be allowed.  What cannot be made will
 * be told by the output that wants it. */
void dm__reach_make(const struct dm_sandbox_paths *writes);

#endif
