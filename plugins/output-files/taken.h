/* Which file was written for which document, where the name alone does not tell: the record behind
 * "name taken".  It is a file of its own in the output folder, so that a run that goes on after a
 * crash refuses what an undisturbed one would have refused, and holds, one behind the other, `name NUL
 * source NUL part NUL`.  In memory are 16 bytes for each name. */
#ifndef OUTPUT_FILES_TAKEN_H
#define OUTPUT_FILES_TAKEN_H

#include "names.h"

struct taken_slot {
    uint64_t hash, at; /* at: where the record starts, plus one; 0: the slot is free */
};

struct taken {
    int file; /* -1: none yet; made when the first name is added */
    uint64_t length;
    bool unsynced;
    struct taken_slot *slots;
    size_t count, cap;
};

/* Go back to where the record had `length` bytes; 0: drop it.
 * folder  where the file is
 * errors  DM_ECONFIG: it is shorter; DM_ERETRY; DM_ELIMIT */
dm_status taken_resume(dm_task *t, struct taken *k, int folder, uint64_t length);

/* Take a name for a document, or find that it is that document's already.
 * errors  DM_EDOC: it is another's */
dm_status taken_add(dm_task *t, struct taken *k, int folder, dm_str name, const dm_record *r);

/* Make what was added durable. */
dm_status taken_sync(dm_task *t, struct taken *k);

void taken_close(struct taken *k);

#endif
