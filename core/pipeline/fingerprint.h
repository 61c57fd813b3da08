/* What decides how a document comes out: the stages with their effective options, rules and conditions, the
 * contents of their plugins and data files, and nothing else. */
#ifndef DOCMILL_CORE_FINGERPRINT_H
#define DOCMILL_CORE_FINGERPRINT_H

#include "core/pipeline/pipeline.h"
#include "core/text/hash.h"

/* How a pipeline reads (comments, order of keys, defaults written out) makes no difference; neither do
 * inputs and limits.
 * hex     out: XXH3-128, hexadecimal
 * return  false: no memory */
bool dm__fingerprint(const struct dm_pipeline *p, char hex[DM_HASH_DIGITS + 1]);

#endif
