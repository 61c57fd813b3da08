/* One file that records are appended to, so that a killed run can go back to any moment that it
 * recorded.
 *
 * A token is `append LENGTH`, or, while the target is being built anew, `replace LENGTH INODE`: the
 * records are then in a hidden file beside the target until append_finish() gives it the target's
 * name.  By the inode resume knows a file that has taken its name already from an old one that has
 * not been replaced.  A token always decides; DM_RESUME_REPLACE asks for a new file only where there
 * is no token yet.
 *
 * A record's place is `OFFSET+LENGTH`, in bytes of the file. */
#ifndef OUTPUT_JSONL_APPEND_H
#define OUTPUT_JSONL_APPEND_H

#include <docmill/plugin.h>

struct append {
    const char *target; /* as the pipeline names it */
    const char *hidden; /* beside it, for a target that is built anew */
    int file;           /* what is written; -1: nothing yet */
    int old;            /* the target that will be replaced, held for its lock; -1: none */
    char *buffer;
    size_t used;
    uint64_t length, committed; /* bytes in the file; how many of them the last token covers */
    bool replacing, is_volatile, broken, unsynced;
};

/* Check and keep the path.  Touches nothing outside the process.  errors  DM_ECONFIG */
dm_status append_open(dm_task *t, struct append *a, dm_str path);
void append_close(struct append *a);

/* The calls of dm_output_ops. */
dm_status append_resume(dm_task *t, struct append *a, const dm_resume *r);
dm_status append_write(dm_task *t, struct append *a, dm_str bytes);
dm_status append_commit(dm_task *t, struct append *a);
dm_status append_finish(dm_task *t, struct append *a);
dm_status append_recall(dm_task *t, const struct append *a, dm_str place);

#endif
