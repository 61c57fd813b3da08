/* Run a case: put its input through the stage or the pipeline that it names, and compare. */
#ifndef DOCMILL_CORE_CASE_RUN_H
#define DOCMILL_CORE_CASE_RUN_H

#include "core/cases/case.h"

/* Loads plugins into this process: for child processes only. */
struct dm_case_run {
    const struct dm_registry *registry; /* what can be had, described */
    struct dm_registry *loaded;         /* what is in this process so far; with an arena that lives as long */
    const char *path;                   /* of the case */
    const char *pipeline;               /* for a case that names neither stage nor pipeline; NULL: none */
    bool update;                        /* write expectations anew */
};

/* What it came to. */
struct dm_case_verdict {
    bool passed;
    dm_str problems; /* lines for people, each with its newline; empty: it passed */
    dm_str updated;  /* the file with its expectations written anew; ptr NULL: nothing is to be written */
    dm_str diff; /* how the file would have to change, lines that begin with `-` or `+`; empty: not at all, or
                        nothing can mend it */
};

void dm__case_run(struct dm_arena *arena, const struct dm_case_run *order, struct dm_case_verdict *out);

#endif
