/* Building a document: what an extractor may do, and the small readers that everyone needs. */
#include "core/document/document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/classes.h"
#include "core/text/utf8.h"

void dm__doc_begin(struct dm_doc *d, struct dm_arena *arena, const dm_identity *identity, dm_str bytes)
{
    *d = (struct dm_doc){.arena = arena, .identity = *identity, .bytes = bytes, .text = DM_LIT("")};
    d->extracted = d->text;
}

bool dm__doc_span_ok(const struct dm_doc *d, dm_span at)
{
    return at.begin <= at.end && at.end <= d->text.len && dm__utf8_is_boundary(d->text, at.begin) &&
           dm__utf8_is_boundary(d->text, at.end);
}

const dm_classes *dm__doc_classify(struct dm_doc *d)
{
    struct dm_classification *const c = &d->classes;
    if (c->of.ptr == d->text.ptr && c->of.len == d->text.len)
        return c->all;
    const size_t count = d->text.len / DM_CLASSES_BYTES + 1;
    if (count > c->cap) {
        dm_classes *const all = dm__arena_raw(d->arena, count * sizeof *all);
        if (all == NULL)
            return NULL;
        c->all = all;
        c->cap = count;
    }
    dm__classify(d->text, c->all);
    c->of = d->text;
    return c->all;
}

static dm_status add_origin(struct dm_doc *d, size_t len, dm_span from)
{
    struct dm_origin *const o =
        dm__arena_grow(d->arena, d->origins, d->origin_count, &d->origin_cap, sizeof *d->origins);
    if (o == NULL)
        return DM_ELIMIT;
    d->origins = o;
    d->origins[d->origin_count++] = (struct dm_origin){{d->text.len, d->text.len + len}, from};
    return DM_OK;
}

/* Room for `more` bytes behind the text, which is moved into memory of its own for that. */
static char *reserve(struct dm_doc *d, size_t more)
{
    const size_t need = d->text.len + more;
    if (need <= d->text_cap)
        return (char *)(uintptr_t)d->text.ptr; /* ours since text_cap is not 0 */
    size_t cap = d->text_cap != 0 ? d->text_cap * 2 : 4096;
    if (cap < need || d->arena->pieces) /* nothing to spare where reads beyond the text are to be found */
        cap = need;
    char *const p = dm__arena_raw(d->arena, cap);
    if (p == NULL)
        return NULL;
    memcpy(p, d->text.ptr, d->text.len);
    d->text.ptr = p;
    d->text_cap = cap;
    return p;
}

static bool is_slice(dm_str s, dm_str of)
{
    const uintptr_t begin = (uintptr_t)s.ptr, whole = (uintptr_t)of.ptr;
    return of.ptr != NULL && begin >= whole && begin - whole <= of.len && s.len <= of.len - (begin - whole);
}

dm_status dm__doc_append(struct dm_doc *d, dm_str text, dm_span from)
{
    if (text.len == 0)
        return DM_OK;
    const bool known = text.ptr == d->valid.ptr && text.len == d->valid.len && is_slice(text, d->bytes);
    if (!known && dm__utf8_check(text) != text.len)
        return DM_EBUG;
    if (add_origin(d, text.len, from) != DM_OK)
        return DM_ELIMIT;
    if (d->text.len == 0 && d->text_cap == 0 && is_slice(text, d->bytes)) {
        d->text = text;
    } else {
        char *const p = reserve(d, text.len);
        if (p == NULL) {
            d->origin_count--;
            return DM_ELIMIT;
        }
        memcpy(p + d->text.len, text.ptr, text.len);
        d->text.len += text.len;
    }
    d->extracted = d->text;
    return DM_OK;
}

dm_status dm__doc_add_mark(struct dm_doc *d, const dm_mark *m)
{
    if (!dm__doc_span_ok(d, m->at) || dm__utf8_check(m->value) != m->value.len)
        return DM_EBUG;
    dm_mark *const marks = dm__arena_grow(d->arena, d->marks, d->mark_count, &d->mark_cap, sizeof *d->marks);
    if (marks == NULL)
        return DM_ELIMIT;
    d->marks = marks;
    dm_mark copy = *m;
    if (m->value.len != 0) {
        copy.value = dm__arena_str(d->arena, m->value);
        if (copy.value.ptr == NULL)
            return DM_ELIMIT;
    } else {
        copy.value = DM_LIT("");
    }
    d->marks[d->mark_count++] = copy;
    return DM_OK;
}

/* What holds what, where marks cover the same place: a list item or a quotation may be one paragraph, a
 * table one row, a row one cell; inline marks stand in all of them. */
static unsigned rank(uint32_t kind)
{
    switch (kind) {
    case DM_LIST_ITEM:
    case DM_QUOTE:
    case DM_TABLE:
        return 0;
    case DM_ROW:
        return 1;
    case DM_CELL:
        return 2;
    default:
        return kind < DM_LINK ? 3 : 4;
    }
}

/* Outer marks first. */
static int compare_marks(const void *x, const void *y)
{
    const dm_mark *const a = x, *const b = y;
    if (a->at.begin != b->at.begin)
        return a->at.begin < b->at.begin ? -1 : 1;
    if (a->at.end != b->at.end)
        return a->at.end > b->at.end ? -1 : 1;
    if (rank(a->kind) != rank(b->kind))
        return rank(a->kind) < rank(b->kind) ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->level < b->level ? -1 : a->level > b->level;
}

/* How many of the marks from `first` on are in order. */
static size_t in_order(const dm_mark *marks, size_t first, size_t count)
{
    size_t n = first + (first < count);
    while (n < count && compare_marks(&marks[n - 1], &marks[n]) <= 0)
        n++;
    return n;
}

/* Two runs that follow each other become one.  room  [second] */
static void merge(dm_mark *marks, size_t second, size_t count, dm_mark *room)
{
    size_t a = second, b = count - second, to = count;
    memcpy(room, marks + second, b * sizeof *room);
    while (b > 0)
        marks[--to] = a > 0 && compare_marks(&marks[a - 1], &room[b - 1]) > 0 ? marks[--a] : room[--b];
}

bool dm__doc_sort_marks(struct dm_doc *d)
{
    const size_t n = d->mark_count, second = in_order(d->marks, 0, n);
    if (second == n)
        return true;
    if (in_order(d->marks, second, n) < n) {
        qsort(d->marks, n, sizeof *d->marks, compare_marks);
        return true;
    }
    /* What a cleaner adds is in order mostly, behind what was there. */
    dm_mark *const room = dm__arena_raw(d->arena, (n - second) * sizeof *room);
    if (room != NULL)
        merge(d->marks, second, n, room);
    return room != NULL;
}

static int compare_str(dm_str a, dm_str b)
{
    const int c = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return c != 0 ? c : a.len < b.len ? -1 : a.len > b.len;
}

/* Where `key` stands or would stand; true: it is there. */
static bool find_meta(const struct dm_doc *d, dm_str key, size_t *at)
{
    for (*at = 0; *at < d->meta_count; (*at)++) {
        const int c = compare_str(d->metas[*at].key, key);
        if (c >= 0)
            return c == 0;
    }
    return false;
}

dm_status dm__doc_set_meta(struct dm_doc *d, const char *key, dm_str value)
{
    const dm_str k = {key, strlen(key)};
    size_t at;
    const bool there = find_meta(d, k, &at);
    if (value.ptr == NULL) {
        if (there)
            memmove(&d->metas[at], &d->metas[at + 1], (--d->meta_count - at) * sizeof *d->metas);
        return DM_OK;
    }
    if (k.len == 0 || dm__utf8_check(value) != value.len || dm__utf8_check(k) != k.len)
        return DM_EBUG;
    dm_pair *const metas = dm__arena_grow(d->arena, d->metas, d->meta_count, &d->meta_cap, sizeof *d->metas);
    if (metas == NULL)
        return DM_ELIMIT;
    d->metas = metas; /* at once: its capacity is that of the new table */
    const dm_pair copy = {there ? d->metas[at].key : dm__arena_str(d->arena, k),
                          dm__arena_str(d->arena, value)};
    if (copy.key.ptr == NULL || copy.value.ptr == NULL)
        return DM_ELIMIT;
    if (!there)
        memmove(&d->metas[at + 1], &d->metas[at], (d->meta_count++ - at) * sizeof *d->metas);
    d->metas[at] = copy;
    return DM_OK;
}

dm_str dm__doc_meta(const struct dm_doc *d, const char *key)
{
    size_t at;
    return find_meta(d, (dm_str){key, strlen(key)}, &at) ? d->metas[at].value : (dm_str){NULL, 0};
}
