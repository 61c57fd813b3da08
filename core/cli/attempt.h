/* One document through the chain, in this process: what `try` and `undo` share. */
#ifndef DOCMILL_CLI_ATTEMPT_H
#define DOCMILL_CLI_ATTEMPT_H

#include "core/cli/load.h"

struct dm_attempt {
    const struct dm_cli *cli;
    const char *file, *path; /* the pipeline; the input, `-` for standard input */
    const char *as, *stage;  /* the output that renders, NULL: text; the last stage, NULL: all */
    bool no_sandbox;
    bool trace; /* print each call and its time on standard error */
    int *
        kept; /* a descriptor that stays open in the sandbox, perhaps under another number; NULL or -1: none */
    void *owner; /* for the functions below */

    /* The pipeline was read, nothing has run.  NULL: not asked.  return  false: why was printed */
    bool (*ready)(void *owner, const struct dm_pipeline *p);

    /* A part of the document has come through; all pointers are borrowed. */
    dm_status (*rendered)(void *owner, const struct dm_doc *d, dm_str bytes);
};

/* What the document is called: the last part of its path. */
dm_str dm__attempt_source(const char *path);

/* Run the document.  What goes wrong is printed.
 * return  exit status */
int dm__attempt_run(const struct dm_attempt *a);

#endif
