/* Writes the chosen blocks into the document, with their marks. */
#ifndef CONTENT_EMIT_H
#define CONTENT_EMIT_H

#include "choice.h"

/* Append the blocks that were chosen.  Each text node is written once at most.
 *
 * origin   as in content_extract()
 * written  blocks that were written
 * errors   those of dm_append() */
dm_status content_emit(dm_task *t, dm_doc *d, const struct content_choice *c, const struct content_options *o,
                       size_t origin, uint32_t *written);

#endif
