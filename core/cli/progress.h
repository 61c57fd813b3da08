/* How far a run is: a bar on a terminal, now and then a line elsewhere. */
#ifndef DOCMILL_CLI_PROGRESS_H
#define DOCMILL_CLI_PROGRESS_H

#include "core/cli/style.h"
#include "core/document/arena.h"
#include "core/engine/engine.h"

/* Rates of late, so that the time left follows a run that slows down: each update weighs as much as the
 * time it stands for, with a memory of about ten seconds. */
struct dm_pace {
    double documents, bytes;               /* a second */
    uint64_t seen, seen_bytes, seen_nanos; /* at the last update */
};

/* No clock is read here: all times come with `p`. */
void dm__pace_update(struct dm_pace *pace, const struct dm_engine_progress *p);

/* Seconds until all is done at this pace; UINT64_MAX: nobody knows. */
uint64_t dm__pace_left(const struct dm_pace *pace, const struct dm_engine_progress *p);

enum { DM_PROGRESS_MAX = 1024 };

/* The bar as one line of at most `columns` columns; details are left out, the least first, where they
 * do not fit.
 * out  [DM_PROGRESS_MAX], NUL-terminated, without a line break */
void dm__progress_bar(char *out, const struct dm_style *style, const struct dm_engine_progress *p,
                      const struct dm_pace *pace, unsigned columns);

/* The same as a plain sentence: "1,200 of 29,000 documents (4%), 2 failed, 310 docs/s, 1.5 MB/s, 1:29 left" */
void dm__progress_line(char *out, const struct dm_engine_progress *p, const struct dm_pace *pace);

#endif
