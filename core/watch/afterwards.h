/* What becomes of a file when all that was made of it is durable. */
#ifndef DOCMILL_CORE_WATCH_AFTERWARDS_H
#define DOCMILL_CORE_WATCH_AFTERWARDS_H

#include "core/ledger/ledger.h"
#include "core/pipeline/pipeline.h"

/* The version of a file that was processed. */
struct dm_processed {
    uint64_t size;
    int64_t modified; /* ns since 1970; DM_LEDGER_UNSURE: the hash tells */
    unsigned char hash[DM_LEDGER_HASH];
};

enum dm_afterwards {
    DM_AFTERWARDS_DONE,  /* moved, deleted, or left as is asked */
    DM_AFTERWARDS_NEWER, /* it is another version now, and stays to be processed */
    DM_AFTERWARDS_GONE,  /* somebody else took it */
    DM_AFTERWARDS_FAILED /* `why`; it stays */
};

/* Move or delete a processed file.  It is claimed by a rename into a hidden folder beside it, and compared there, so
 * that what is written to its name meanwhile is another file; a newer version goes back to its name.
 * path    NUL-terminated
 * source  its end, which is its path below the folder `done` */
enum dm_afterwards dm__afterwards(const struct dm_watch_settings *settings, dm_str path, dm_str source,
                                  const struct dm_processed *version, char why[DM_WHY_MAX]);

/* Put back what was claimed in a folder when a process was killed.
 * folder  with its `/`; empty: the current one
 * return  files that are back */
unsigned dm__afterwards_recover(const char *folder);

/* The name of the folder for what is claimed. */
extern const char dm__claim_folder[];

#endif
