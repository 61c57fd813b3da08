/* Dead letters: one JSON file for each document that failed, in the state folder. */
#ifndef DOCMILL_CORE_DEADLETTER_H
#define DOCMILL_CORE_DEADLETTER_H

#include "core/document/document.h"

struct dm_deadletter {
    dm_str pipeline, source, path;
    dm_str stage, why;
    dm_status status;
    uint32_t attempts;
    dm_str log; /* lines; empty: none */
};

/* Make `state`/dead-letters and remove the letters of an earlier run, which this one replaces.
 * folder  out: its path, in the arena
 * return  false: `why` */
bool dm__deadletter_open(struct dm_arena *arena, dm_str state, dm_str *folder, char why[DM_WHY_MAX]);

/* Write one letter by temporary and rename.
 * path    out: of the file, in the arena
 * return  false: errno */
bool dm__deadletter_write(struct dm_arena *arena, dm_str folder, const struct dm_deadletter *d, dm_str *path);

#endif
