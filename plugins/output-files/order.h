/* Marks in the order in which Markdown opens them. */
#ifndef OUTPUT_FILES_ORDER_H
#define OUTPUT_FILES_ORDER_H

#include <docmill/plugin.h>

struct marks {
    const dm_mark *const *items;
    size_t count;
};

/* By where they begin, the longer first; of those that cover the same text, what holds others first.
 * items are in the task's memory.
 * return  false: there is none left */
bool marks_order(dm_task *t, dm_array marks, struct marks *out);

#endif
