/* Dead letters: for each document that failed, ID.json says what happened, and ID.input leads to the input.  They
 * lie in the state folder, and are a view of the ledger: what is missing is written again from it. */
#ifndef DOCMILL_CORE_DEADLETTER_H
#define DOCMILL_CORE_DEADLETTER_H

#include "core/document/document.h"
#include "core/ledger/ledger.h"

struct dm_deadletter {
    dm_str pipeline, source, path;
    dm_str stage, why;
    uint32_t attempts;
    dm_str log; /* lines; empty: none */
};

/* Make `state`/dead-letters and bring it in line with the ledger: letters of documents that have not failed are
 * removed, those that are missing are written, without the log that is lost.
 * folder  out: its path, in the arena
 * return  false: `why` */
bool dm__deadletter_open(struct dm_arena *arena, dm_str state, struct dm_ledger *ledger, dm_str *folder,
                         char why[DM_WHY_MAX]);

/* The path of a document's letter, in the arena; ptr NULL: no memory. */
dm_str dm__deadletter_path(struct dm_arena *arena, dm_str folder, dm_str source);

/* Write one letter by temporary and rename, and the link to its input.  A link that the file system does not
 * have is done without.
 * return  false: errno */
bool dm__deadletter_write(struct dm_arena *arena, dm_str folder, const struct dm_deadletter *d);

/* Remove a document's letter, if it has one. */
void dm__deadletter_remove(dm_str folder, dm_str source);

#endif
