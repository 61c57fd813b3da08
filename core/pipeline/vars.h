/* `vars:` of a pipeline file, and `${name}` in its values. */
#ifndef DOCMILL_CORE_VARS_H
#define DOCMILL_CORE_VARS_H

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"

struct dm_vars {
    const char **names; /* [count] */
    dm_str *values;     /* [count] */
    size_t count;
    size_t written; /* bytes that replacing has made so far; bounded */
};

/* Read the mapping; a value may use the variables above it.  What the command line sets wins, and is
 * taken as it is.
 * node    NULL: absent
 * return  false: reported */
bool dm__vars_read(const struct dm_reader *r, const struct dm_yaml *node, const struct dm_pipeline_args *args,
                   struct dm_vars *out);

/* Replace `${name}` in all values below `node`, and `$${` by `${`.
 * return  false: reported */
bool dm__vars_replace(const struct dm_reader *r, struct dm_vars *vars, struct dm_yaml *node);

#endif
