/* Content hashes: XXH3-128, as 32 lower-case hexadecimal digits.  hash.c alone knows xxHash. */
#ifndef DOCMILL_CORE_HASH_H
#define DOCMILL_CORE_HASH_H

#include <docmill/plugin.h>

enum { DM_HASH_DIGITS = 32, DM_HASH_SIZE = 16 };

/* Hash bytes in memory.
 * hex  out: the digits and a NUL */
void dm__hash_bytes(dm_str bytes, char hex[DM_HASH_DIGITS + 1]);

/* Hash a file from its present position to its end, with reads of 64 KiB.
 * return  false: a read failed, errno says why */
bool dm__hash_fd(int fd, char hex[DM_HASH_DIGITS + 1]);

/* The same as bytes, in the order of the digits. */
void dm__hash_value(dm_str bytes, unsigned char value[DM_HASH_SIZE]);
bool dm__hash_fd_value(int fd, unsigned char value[DM_HASH_SIZE]);

#endif
