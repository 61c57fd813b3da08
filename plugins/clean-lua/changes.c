#include "changes.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *x, const void *y)
{
    const dm_span *const a = x, *const b = y;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

bool changes_add(struct changes *c, dm_task *t, dm_span at)
{
    if (c->count == c->cap) {
        const size_t cap = c->cap != 0 ? 2 * c->cap : 32;
        dm_span *const items = dm_alloc(t, cap * sizeof *items);
        if (items == NULL)
            return false;
        if (c->count != 0)
            memcpy(items, c->items, c->count * sizeof *items);
        c->items = items;
        c->cap = cap;
    }
    c->in_order = c->count == 0 || (c->in_order && compare(&c->items[c->count - 1], &at) <= 0);
    c->items[c->count++] = at;
    return true;
}

bool changes_overlap(struct changes *c, dm_span *one, dm_span *other)
{
    if (!c->in_order && c->count != 0)
        qsort(c->items, c->count, sizeof *c->items, compare);
    c->in_order = true;
    for (size_t i = 1; i < c->count; i++) {
        *one = c->items[i - 1];
        *other = c->items[i];
        if (other->begin < one->end || (one->begin == other->begin && other->begin == other->end))
            return true;
    }
    return false;
}
