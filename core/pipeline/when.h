/* `when:` of a stage. */
#ifndef DOCMILL_CORE_WHEN_H
#define DOCMILL_CORE_WHEN_H

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"

/* node    NULL or null: no condition
 * return  false: reported */
bool dm__conditions_read(const struct dm_reader *r, const struct dm_yaml *node, struct dm_condition **out,
                         size_t *count);

#endif
