/* Without: the stages are gone through from the first, with a list of the places where the real text differs
 * from the one that it would have been.
 *
 *     received   The [quick] (brown) fox      [] a difference, () a change that is not undone: moved along
 *                    (  lazy)                 a change over a difference: undone, and melts into it
 *
 * All that a melted difference covers is covered by a change or a difference before, so its other text comes
 * from these alone, and no stage's text is ever built but the last. */
#include "core/document/without.h"

#include <string.h>

#include "core/text/str.h"

/* Where the real text has [at), the other one has `other`. */
struct difference {
    dm_span at;
    dm_str other;
};

struct differences {
    struct difference *items; /* in text order, disjoint */
    size_t count;
};

/* One stage on its way. */
struct passage {
    struct dm_arena *arena;
    const dm_edit_record *records;
    bool *undo;
    size_t next, end;        /* records of the stage that are still to come */
    struct differences from; /* in the text that the stage received */
    size_t next_from;
    struct differences to; /* in the text that it left */
    size_t removed, added; /* bytes, by the changes so far */
    size_t received;       /* how far they reach */
};

/* Changes and differences that overlap. */
struct group {
    dm_span at;
    size_t first, end;           /* records */
    size_t first_from, end_from; /* differences */
};

static bool is_made_text(const dm_edit_record *r)
{
    return r->target == DM_CHANGE_TEXT && !(r->flags & DM_EDIT_FLAGGED);
}

/* To the next change that was made; those that were not cannot be undone. */
static void skip_unmade(struct passage *p)
{
    while (p->next < p->end && !is_made_text(&p->records[p->next]))
        p->undo[p->next++] = false;
}

/* What comes first; of two at one place the shorter one, so that an insertion stays in front. */
static bool comes_before(dm_span a, dm_span b)
{
    return a.begin != b.begin ? a.begin < b.begin : a.end <= b.end;
}

/* For `b` that does not begin before `a`: an insertion overlaps what it lies strictly inside. */
static bool overlaps(dm_span a, dm_span b)
{
    return b.begin < a.end && (b.begin < b.end || a.begin < b.begin);
}

/* The next of both lists.  return  false: none is left */
static bool look_ahead(struct passage *p, dm_span *at, bool *is_record)
{
    skip_unmade(p);
    const bool record = p->next < p->end, difference = p->next_from < p->from.count;
    if (!record && !difference)
        return false;
    *is_record =
        !difference || (record && !comes_before(p->from.items[p->next_from].at, p->records[p->next].at));
    *at = *is_record ? p->records[p->next].at : p->from.items[p->next_from].at;
    return true;
}

/* return  false: the change does not fit those before it */
static bool take_record(struct passage *p)
{
    const dm_edit_record *const r = &p->records[p->next++];
    if (r->at.begin < p->received || r->at.end < r->at.begin || r->before.len != r->at.end - r->at.begin ||
        r->to.begin != r->at.begin - p->removed + p->added || r->to.end - r->to.begin != r->after.len)
        return false;
    p->received = r->at.end;
    p->removed += r->before.len;
    p->added += r->after.len;
    return true;
}

/* return  false: the records do not fit */
static bool take_group(struct passage *p, struct group *g, bool is_record)
{
    *g = (struct group){g->at, p->next, p->next, p->next_from, p->next_from};
    dm_span at = g->at;
    do {
        if (is_record && !take_record(p))
            return false;
        p->next_from += !is_record;
        if (at.end > g->at.end)
            g->at.end = at.end;
        g->end = p->next;
        g->end_from = p->next_from;
    } while (look_ahead(p, &at, &is_record) && overlaps(g->at, at));
    return true;
}

/* Copy a stretch of the text that the stage received out of the changes that cover it. */
static size_t copy_covered(char *out, const struct passage *p, size_t *record, size_t end, dm_span at)
{
    size_t n = 0;
    while (at.begin < at.end && *record < end) {
        const dm_edit_record *const r = &p->records[*record];
        if (!is_made_text(r) || r->at.end <= at.begin) {
            ++*record;
            continue;
        }
        const size_t to = r->at.end < at.end ? r->at.end : at.end;
        memcpy(out + n, r->before.ptr + (at.begin - r->at.begin), to - at.begin);
        n += to - at.begin;
        at.begin = to;
    }
    return n;
}

/* What the stage would have received in place of the group. */
static dm_str melt(const struct passage *p, const struct group *g)
{
    size_t size = g->at.end - g->at.begin;
    for (size_t i = g->first_from; i < g->end_from; i++)
        size += p->from.items[i].other.len;
    char *const out = dm__arena_raw(p->arena, size + 1);
    if (out == NULL)
        return (dm_str){NULL, 0};
    size_t n = 0, from = g->at.begin, record = g->first;
    for (size_t i = g->first_from; i < g->end_from; i++) {
        const struct difference *const d = &p->from.items[i];
        n += copy_covered(out + n, p, &record, g->end, (dm_span){from, d->at.begin});
        if (d->other.len != 0)
            memcpy(out + n, d->other.ptr, d->other.len);
        n += d->other.len;
        from = d->at.end;
    }
    n += copy_covered(out + n, p, &record, g->end, (dm_span){from, g->at.end});
    return (dm_str){out, n};
}

static bool pass_group(struct passage *p, struct group *g, bool is_record)
{
    const size_t removed = p->removed, added = p->added;
    if (!take_group(p, g, is_record))
        return false;
    const bool alone = g->first_from == g->end_from;
    if (alone && !p->undo[g->first])
        return true;
    const bool melts = !alone && g->first < g->end;
    for (size_t i = g->first; i < g->end; i++)
        p->undo[i] = is_made_text(&p->records[i]);
    const dm_str other = melts   ? melt(p, g)
                         : alone ? p->records[g->first].before
                                 : p->from.items[g->first_from].other;
    if (melts && other.ptr == NULL)
        return false;
    const dm_span to = {g->at.begin - removed + added, g->at.end - p->removed + p->added};
    p->to.items[p->to.count++] = (struct difference){to, other};
    return true;
}

/* Take the differences through one stage, whose records are [begin, end). */
static bool pass_stage(struct passage *p, size_t begin, size_t end)
{
    const size_t most = p->from.count + (end - begin);
    p->next = begin;
    p->end = end;
    p->next_from = p->removed = p->added = p->received = 0;
    p->to = (struct differences){dm__arena_raw(p->arena, most * sizeof *p->to.items), 0};
    if (p->to.items == NULL)
        return false;
    struct group g;
    bool is_record;
    while (look_ahead(p, &g.at, &is_record)) {
        if (!pass_group(p, &g, is_record))
            return false;
    }
    p->from = p->to;
    return true;
}

/* The text with all differences in it. */
static dm_str apply(struct dm_arena *arena, dm_str text, const struct differences *all)
{
    size_t size = text.len, from = 0, n = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct difference *const d = &all->items[i];
        if (d->at.begin < from || d->at.end < d->at.begin || d->at.end > text.len)
            return (dm_str){NULL, 0};
        size += d->other.len;
        from = d->at.end;
    }
    char *const out = dm__arena_raw(arena, size + 1);
    if (out == NULL)
        return (dm_str){NULL, 0};
    from = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct difference *const d = &all->items[i];
        memcpy(out + n, text.ptr + from, d->at.begin - from);
        n += d->at.begin - from;
        if (d->other.len != 0)
            memcpy(out + n, d->other.ptr, d->other.len);
        n += d->other.len;
        from = d->at.end;
    }
    if (from < text.len)
        memcpy(out + n, text.ptr + from, text.len - from);
    n += text.len - from;
    out[n] = '\0';
    return (dm_str){out, n};
}

dm_str dm__edit_without(struct dm_arena *arena, dm_str text, const dm_edit_record *records, size_t count,
                        bool *undo) /* NOLINT(readability-non-const-parameter): written through `p` */
{
    struct passage p = {.arena = arena, .records = records, .undo = undo};
    for (size_t begin = 0; begin < count;) {
        size_t end = begin;
        while (end < count && records[end].stage == records[begin].stage)
            end++;
        if (!pass_stage(&p, begin, end))
            return (dm_str){NULL, 0};
        begin = end;
    }
    return apply(arena, text, &p.from);
}
