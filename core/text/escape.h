/* Bytes as people write them: \n \r \t \\ \xHH \u{HEX}, read and shown. */
#ifndef DOCMILL_CORE_ESCAPE_H
#define DOCMILL_CORE_ESCAPE_H

#include <stdio.h>

#include "core/document/arena.h"

/* Put in what the escapes of `s` stand for.
 * return  ptr NULL: one of them is none; *bad is its offset */
dm_str dm__escape_decode(struct dm_arena *arena, dm_str s, size_t *bad);

/* The other way: backslashes, line breaks, tabs and bytes that are no UTF-8; all else stays. */
dm_str dm__escape_encode(struct dm_arena *arena, dm_str s);

/* Print bytes so that each can be told, invisible characters by number. */
void dm__escape_print(FILE *to, dm_str s);

/* Print two values that differ, the surroundings of their first difference only, with a mark below it. */
void dm__escape_print_difference(FILE *to, const char *indent, dm_str expected, dm_str found);

#endif
