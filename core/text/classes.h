/* Classes of bytes: letters, digits, spaces, 64 bytes at a time. */
#ifndef DOCMILL_CORE_CLASSES_H
#define DOCMILL_CORE_CLASSES_H

#include <docmill/plugin.h>

enum { DM_CLASSES_BYTES = 64 };

/* out    [s.len / DM_CLASSES_BYTES + 1]
 * cost   some 10 GB/s where the processor has wide vectors, 0.5 GB/s elsewhere */
void dm__classify(dm_str s, dm_classes *out);

/* The same on any processor, for its tests. */
void dm__classify_portable(dm_str s, dm_classes *out);

#endif
