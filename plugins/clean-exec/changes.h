/* The changes of text that one answer asks for: two that overlap are the program's mistake about this document, and
 * told before the host sees them. */
#ifndef EXEC_CHANGES_H
#define EXEC_CHANGES_H

#include <docmill/plugin.h>

/* Find two that overlap, or insert at the same place.
 * items   [count] put into order
 * return  false: there are none */
bool changes_overlap(dm_span *items, size_t count, dm_span *one, dm_span *other);

#endif
