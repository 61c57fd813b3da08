/* Whether a file is being written.  An event may say that it is complete; where none does, the kernel can be asked
 * for a lease, which it refuses while anybody has the file open for writing. */
#ifndef DOCMILL_CORE_WATCH_COMPLETE_H
#define DOCMILL_CORE_WATCH_COMPLETE_H

#include <stdbool.h>

enum dm_lease {
    DM_LEASE_FREE,   /* nobody has it open for writing */
    DM_LEASE_BUSY,   /* somebody has */
    DM_LEASE_UNKNOWN /* no lease is to be had: another's file without CAP_LEASE, a file system without leases */
};

/* Ask for a read lease and give it back at once.  Costs 2 microseconds; a writer that opens the file in between
 * waits for us, which is as long.  The process must ignore SIGIO, which tells of such a writer.
 * path    of a regular file; links are not followed */
enum dm_lease dm__lease_test(const char *path);

#endif
