/* Content hashes: XXH3-128, as 32 lower-case hexadecimal digits.  hash.c alone knows xxHash. */
#ifndef DOCMILL_CORE_HASH_H
#define DOCMILL_CORE_HASH_H

#include <docmill/plugin.h>

enum { DM_HASH_DIGITS = 32 };

/* Hash bytes in memory.
 * hex  out: the digits and a NUL */
void dm__hash_bytes(dm_str bytes, char hex[DM_HASH_DIGITS + 1]);

/* Hash a file from its present position to its end, with reads of 64 KiB.
 * return  false: a read failed, errno says why */
bool dm__hash_fd(int fd, char hex[DM_HASH_DIGITS + 1]);

/* The same hash as numbers, the high half first. */
void dm__hash_value(dm_str bytes, uint64_t value[2]);

#endif
