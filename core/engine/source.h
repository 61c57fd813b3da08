/* Where documents come from: files, folders and lists, as one sequence in bytewise path order, each path
 * once, in memory that does not grow with their number. */
#ifndef DOCMILL_CORE_SOURCE_H
#define DOCMILL_CORE_SOURCE_H

#include "core/pipeline/pipeline.h"

struct dm_source_item {
    dm_str path;         /* as to be opened; NUL-terminated; borrowed until the next call */
    dm_str source;       /* the end of path: relative to the base folder */
    const char *refused; /* why it is not read: "is a FIFO"; NULL: it may be */
};

struct dm_source;

/* from0  file with NUL-separated paths ("-": standard input) that replaces input.paths; NULL: none
 * why    out, when it fails: one line
 * return NULL: an input cannot be had */
struct dm_source *dm__source_open(const struct dm_input_settings *input, const char *from0,
                                  char why[DM_WHY_MAX]);
void dm__source_close(struct dm_source *s);

/* The next input.  Blocks on the file system.
 * return  1: an item, 0: no more, -1: `why` */
int dm__source_next(struct dm_source *s, struct dm_source_item *item, char why[DM_WHY_MAX]);

/* The next file or folder that was asked for, in order, instead of what lies in it; not to be mixed with next().
 * item    a folder's path has its `/`; the source is empty
 * return  as next() */
int dm__source_next_asked(struct dm_source *s, struct dm_source_item *item, bool *folder,
                          char why[DM_WHY_MAX]);

/* Whether a file, or what lies in a folder, is taken: by `include` and `exclude`.
 * rel  the path below the folder that was asked for */
bool dm__source_takes_file(const struct dm_input_settings *input, dm_str rel);
bool dm__source_takes_folder(const struct dm_input_settings *input, dm_str rel);

#endif
