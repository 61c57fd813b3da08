/* What the writer reports is stored before it counts: reports gather while the thread pool stores those before
 * them, in one transaction, and take effect when it is done. */
#ifndef DOCMILL_CORE_BATCH_H
#define DOCMILL_CORE_BATCH_H

#include "core/engine/supervisor.h"

/* Take a report: FATE and TOKEN frames, and then `end`, which takes effect when all before it has: READY,
 * FINISHED, or 0 for none.  Without a ledger it takes effect at once. */
void dm__batch_add(struct dm_supervisor *s, dm_str frames, enum dm_frame_type end);

/* Whether nothing waits and nothing is being stored. */
bool dm__batch_is_idle(const struct dm_supervisor *s);

void dm__batch_fini(struct dm_supervisor *s);

#endif
