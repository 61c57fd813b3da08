#include "order.h"

#include <stdlib.h>

/* Which of the marks that cover the same text is around the others: their order says nothing. */
static int rank(uint32_t kind)
{
    static const unsigned char ranks[] = {
        [DM_QUOTE] = 0, [DM_LIST_ITEM] = 1, [DM_TABLE] = 2,   [DM_ROW] = 3,  [DM_CELL] = 4,
        [DM_TITLE] = 5, [DM_HEADING] = 6,   [DM_CAPTION] = 7, [DM_CODE] = 9, [DM_PARAGRAPH] = 10};
    if (kind < sizeof ranks)
        return ranks[kind];
    return kind == DM_LINK ? 8 : 11;
}

static int compare_marks(const void *x, const void *y)
{
    const dm_mark *const a = *(const dm_mark *const *)x, *const b = *(const dm_mark *const *)y;
    if (a->at.begin != b->at.begin)
        return a->at.begin < b->at.begin ? -1 : 1;
    if (a->at.end != b->at.end)
        return a->at.end > b->at.end ? -1 : 1;
    if (rank(a->kind) != rank(b->kind))
        return rank(a->kind) - rank(b->kind);
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    return a < b ? -1 : a > b; /* as they came */
}

bool marks_order(dm_task *t, dm_array marks, struct marks *out)
{
    const dm_mark **const items = dm_alloc(t, marks.count * sizeof *items);
    bool sorted = true;
    if (!items)
        return false;
    for (uint32_t i = 0; i < marks.count; i++) {
        items[i] = DM_AT(dm_mark, marks, i);
        sorted = sorted && (!i || compare_marks(&items[i - 1], &items[i]) < 0);
    }
    if (!sorted)
        qsort(items, marks.count, sizeof *items, compare_marks);
    *out = (struct marks){items, marks.count};
    return true;
}
