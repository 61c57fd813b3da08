/* What a run writes must be neither written twice nor read by it. */
#ifndef DOCMILL_CORE_OVERLAP_H
#define DOCMILL_CORE_OVERLAP_H

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"

/* A file or folder that is written. */
struct dm_target {
    dm_str path;
    const char *what;           /* "output 'jsonl'", "the run's state" */
    const struct dm_yaml *node; /* where to complain; NULL: the file does not name it */
};

/* Report targets at the same place, and targets that are inputs or lie in the folder of one. */
bool dm__overlaps_check(const struct dm_reader *r, const struct dm_target *targets, size_t count,
                        const struct dm_input_settings *input);

/* What an input lies in or is: the path, or the leading names of a glob without wildcards, which may be
 * none.  Borrowed from `path`. */
dm_str dm__input_folder(dm_str path, const struct dm_input_settings *input);

/* The absolute path without links, `.` and `..`; what does not exist yet is taken as it is written.
 * return  ptr NULL: no memory */
dm_str dm__path_resolve(struct dm_arena *arena, dm_str path);

/* Whether `path` is `folder` or lies below it; both resolved. */
bool dm__path_is_below(dm_str path, dm_str folder);

#endif
