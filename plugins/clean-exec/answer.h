/* What a program answers, made into changes of the document. */
#ifndef EXEC_ANSWER_H
#define EXEC_ANSWER_H

#include "positions.h"

/* Check all of an answer, then ask the host for its changes.
 * rules   of the stage, the declared ones among them
 * errors  DM_EDOC: the answer is not as docs/reference/exec-protocol.md has it, or the program says that the document is
 *         bad; DM_ERETRY, DM_DROP: it says so */
dm_status answer_apply(dm_task *t, dm_doc *d, dm_str line, const struct positions *positions, dm_array rules);

#endif
