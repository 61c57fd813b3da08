/* Which changes made which stretch of a text.
 *
 * The stages are taken in turn.  Before each, the stretches lie in the text that it received; its
 * changes lie there too.  Both lists are in text order, so one pass merges what overlaps into a
 * cluster, whose end in the old text and in the new follows from the gaps before it:
 *
 *     extracted   ....oooo......ooo....
 *     received    ....nn........nnnnn..     stretches so far (now)
 *     changes     .....cc....c.........     of this stage (at)
 *     clusters    ....[--]...[].[---]..
 */
#include "core/cli/provenance.h"

/* Where the two lists stand, and how far positions have moved so far. */
struct merge {
    struct dm_arena *arena;
    const struct dm_stretches *stretches;
    const dm_edit_record *records;
    size_t stretch, record, record_end;
    size_t old_end, now_end; /* of the last stretch that was passed: the gap behind it is unchanged */
    size_t grown, shrunk;    /* by the changes of this stage that were passed */
};

static bool is_text(const dm_edit_record *r)
{
    return r->target == DM_CHANGE_TEXT;
}

static bool is_made(const dm_edit_record *r)
{
    return !(r->flags & DM_EDIT_FLAGGED);
}

static void skip_others(struct merge *m)
{
    while (m->record < m->record_end && !is_text(&m->records[m->record]))
        m->record++;
}

/* What comes next in the received text, and from which list. */
static bool peek(const struct merge *m, dm_span *at, bool *is_stretch)
{
    const bool has_stretch = m->stretch < m->stretches->count, has_record = m->record < m->record_end;
    if (!has_stretch && !has_record)
        return false;
    const dm_span none = {SIZE_MAX, SIZE_MAX};
    const dm_span s = has_stretch ? m->stretches->items[m->stretch].now : none;
    const dm_span r = has_record ? m->records[m->record].at : none;
    *is_stretch = has_stretch && (s.begin < r.begin || (s.begin == r.begin && s.end <= r.end));
    *at = *is_stretch ? s : r;
    return true;
}

static bool overlaps(dm_span cluster, dm_span next)
{
    if (next.begin < cluster.end)
        return true;
    return cluster.begin == cluster.end && next.begin == next.end && next.begin == cluster.begin;
}

/* The position in the extracted text of one in the received text, behind all stretches passed. */
static size_t old_position(const struct merge *m, size_t at)
{
    return m->old_end + (at - m->now_end);
}

static bool add_cause(struct dm_arena *arena, struct dm_stretch *s, const dm_edit_record *edit)
{
    struct dm_cause *cause = dm__arena_alloc(arena, sizeof *cause, sizeof(void *));
    if (!cause)
        return false;
    cause->edit = edit;
    if (s->last)
        s->last->next = cause;
    else
        s->first = cause;
    s->last = cause;
    return true;
}

static void add_causes(struct dm_stretch *s, const struct dm_stretch *from)
{
    if (!from->first)
        return;
    if (s->last)
        s->last->next = from->first;
    else
        s->first = from->first;
    s->last = from->last;
}

static void take_stretch(struct merge *m, struct dm_stretch *cluster)
{
    const struct dm_stretch *s = &m->stretches->items[m->stretch++];
    add_causes(cluster, s);
    cluster->made = cluster->made || s->made;
    m->old_end = s->old.end;
    m->now_end = s->now.end;
}

static bool take_record(struct merge *m, struct dm_stretch *cluster)
{
    const dm_edit_record *r = &m->records[m->record++];
    skip_others(m);
    if (is_made(r)) {
        m->grown += r->after.len;
        m->shrunk += r->before.len;
        cluster->made = true;
    }
    return add_cause(m->arena, cluster, r);
}

/* Gather what overlaps from here on into one stretch, in the coordinates of the text that this stage
 * leaves. */
static bool next_cluster(struct merge *m, struct dm_stretch *out)
{
    dm_span at, next;
    bool is_stretch;
    peek(m, &at, &is_stretch);
    /* the causes of this stage go behind those of the stages before */
    struct dm_stretch own = {0};
    *out = (struct dm_stretch){0};
    out->old.begin = is_stretch ? m->stretches->items[m->stretch].old.begin : old_position(m, at.begin);
    out->now.begin = at.begin + m->grown - m->shrunk;
    next = at;
    do {
        if (next.end > at.end)
            at.end = next.end;
        if (is_stretch)
            take_stretch(m, out);
        else if (!take_record(m, &own))
            return false;
    } while (peek(m, &next, &is_stretch) && overlaps(at, next));
    add_causes(out, &own);
    out->made = out->made || own.made;
    out->old.end = old_position(m, at.end);
    out->now.end = at.end + m->grown - m->shrunk;
    return true;
}

static bool merge_stage(struct dm_arena *arena, const dm_edit_record *records, size_t begin, size_t end,
                        struct dm_stretches *stretches)
{
    struct merge m = {
        .arena = arena, .stretches = stretches, .records = records, .record = begin, .record_end = end};
    struct dm_stretches merged = {0};
    dm_span at;
    bool is_stretch;
    skip_others(&m);
    while (peek(&m, &at, &is_stretch)) {
        struct dm_stretch *items =
            dm__arena_grow(arena, merged.items, merged.count, &merged.cap, sizeof *items);
        if (!items)
            return false;
        merged.items = items;
        if (!next_cluster(&m, &merged.items[merged.count++]))
            return false;
    }
    *stretches = merged;
    return true;
}

bool dm__provenance_trace(struct dm_arena *arena, const dm_edit_record *records, size_t count,
                          struct dm_stretches *out)
{
    *out = (struct dm_stretches){0};
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = begin + 1;
        while (end < count && records[end].stage == records[begin].stage)
            end++;
        if (!merge_stage(arena, records, begin, end, out))
            return false;
    }
    return true;
}
