/* `stages:` of a pipeline file. */
#ifndef DOCMILL_CORE_STAGES_H
#define DOCMILL_CORE_STAGES_H

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"

/* Read the list into p->steps.  Steps that are wrong are reported and left out.
 * place   where to report that there is no list
 * return  false: reported */
bool dm__stages_read(const struct dm_reader *r, const struct dm_registry *registry,
                     const struct dm_yaml *list, const struct dm_yaml *place, struct dm_pipeline *p);

#endif
