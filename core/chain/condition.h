/* `when:`, asked of a document. */
#ifndef DOCMILL_CORE_CONDITION_H
#define DOCMILL_CORE_CONDITION_H

#include "core/pipeline/pipeline.h"

/* Whether all conditions of a step hold for the document as it stands. */
bool dm__condition_holds(const struct dm_step *step, const struct dm_doc *d);

#endif
