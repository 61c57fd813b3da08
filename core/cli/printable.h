/* What comes from files and plugins, made fit for a terminal: nothing in it can move the cursor, set a
 * colour, hide itself or reverse the line.  What cannot be seen is spelled out. */
#ifndef DOCMILL_CLI_PRINTABLE_H
#define DOCMILL_CLI_PRINTABLE_H

#include "core/document/arena.h"

/* On one line: line breaks are written \n, other controls \x1B, bytes that are no UTF-8 \xFF, invisible
 * characters \u200B.  A backslash stands for itself.
 * return  `s` itself where nothing had to be changed; "?" without memory */
dm_str dm__printable(struct dm_arena *arena, dm_str s);

/* The same in double quotes, with `"` and `\` escaped, and what is easily mistaken, such as a no-break
 * space, too; at most `most` columns of it: the middle of what is longer becomes an ellipsis. */
dm_str dm__printable_quoted(struct dm_arena *arena, dm_str s, size_t most);

/* The name of a code point as `try --explain` shows it: ‹U+200B›, ‹TAB›. */
enum { DM_RUNE_NAME_MAX = 24 };
void dm__rune_name(uint32_t rune, char name[DM_RUNE_NAME_MAX]);

#endif
