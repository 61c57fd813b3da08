#include "changes.h"

#include <stdlib.h>

static int compare(const void *x, const void *y)
{
    const dm_span *const a = x, *const b = y;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

bool changes_overlap(dm_span *items, size_t count, dm_span *one, dm_span *other)
{
    if (count != 0)
        qsort(items, count, sizeof *items, compare);
    for (size_t i = 1; i < count; i++) {
        *one = items[i - 1];
        *other = items[i];
        if (other->begin < one->end || (one->begin == other->begin && other->begin == other->end))
            return true;
    }
    return false;
}
