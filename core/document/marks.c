/* How marks follow the text: moved along by the edits of a batch, dropped, set and added by it. */
#include "core/document/marks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/edit.h"

static bool comes_before(const dm_edit_record *e, size_t at, bool after_inserted)
{
    return e->at.begin < at || (e->at.begin == at && e->at.end == at && after_inserted);
}

/* How many edits begin before `at`, or insert there and come before it; the first `from` are known to.  It takes the
 * longer, the more there are behind these. */
static size_t count_before(const dm_edit_record *edits, size_t count, size_t from, size_t at,
                           bool after_inserted)
{
    size_t low = from, step = 1;
    while (step <= count - low && comes_before(&edits[low + step - 1], at, after_inserted)) {
        low += step;
        step *= 2;
    }
    for (size_t high = step <= count - low ? low + step - 1 : count; low < high;) {
        const size_t mid = low + (high - low) / 2;
        if (comes_before(&edits[mid], at, after_inserted))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Where `at` is, before which there are `before` edits. */
static size_t move_behind(const dm_edit_record *edits, size_t before, size_t at)
{
    if (before == 0)
        return at;
    const dm_edit_record *const e = &edits[before - 1];
    return at < e->at.end ? e->to.end : e->to.end + (at - e->at.end);
}

size_t dm__edit_move(const dm_edit_record *edits, size_t count, size_t at, bool after_inserted)
{
    return move_behind(edits, count_before(edits, count, 0, at, after_inserted), at);
}

static bool is_block(uint32_t kind)
{
    return kind < DM_LINK;
}

/* What moves marks: the edits, and where blocks end, in order.  An insertion there is that block's. */
struct moving {
    const dm_edit_record *edits;
    size_t count;
    size_t *ends;
    size_t end_count;
};

static int compare_sizes(const void *x, const void *y)
{
    const size_t a = *(const size_t *)x, b = *(const size_t *)y;
    return a < b ? -1 : a > b;
}

static bool has_insertions(const struct moving *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->edits[i].at.begin == m->edits[i].at.end)
            return true;
    return false;
}

/* Blocks that are empty end nothing.  false: no memory */
static bool find_ends(const struct dm_doc *d, struct moving *m)
{
    if (!has_insertions(m))
        return true;
    m->ends = dm__arena_raw(d->arena, (d->mark_count + 1) * sizeof *m->ends);
    if (m->ends == NULL)
        return false;
    for (size_t i = 0; i < d->mark_count; i++)
        if (is_block(d->marks[i].kind) && d->marks[i].at.begin < d->marks[i].at.end)
            m->ends[m->end_count++] = d->marks[i].at.end;
    qsort(m->ends, m->end_count, sizeof *m->ends, compare_sizes);
    return true;
}

/* before  in and out: how many edits begin before the mark, or before one that begins no later */
static dm_span move_span(const struct moving *all, const dm_mark *m, size_t *before)
{
    const bool inline_mark = !is_block(m->kind);
    const size_t at = m->at.begin, n = *before = count_before(all->edits, all->count, *before, at, false);
    const bool inserted = n < all->count && comes_before(&all->edits[n], at, true);
    const bool begin_after = inserted && (inline_mark || bsearch(&at, all->ends, all->end_count, sizeof at,
                                                                 compare_sizes) != NULL);
    const size_t begin = move_behind(all->edits, n + begin_after, at);
    const size_t till = count_before(all->edits, all->count, n, m->at.end, !inline_mark);
    const size_t end = move_behind(all->edits, till, m->at.end);
    return (dm_span){begin, end > begin ? end : begin};
}

static char *put_number(char *p, uint32_t n)
{
    char digits[10];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + n % 10);
    while (n /= 10);
    while (count > 0)
        *p++ = digits[--count];
    return p;
}

/* A mark in words, for the record: `heading 2 "value"`. */
static dm_str describe_mark(struct dm_arena *a, const dm_mark *m)
{
    static const char *const blocks[] = {"paragraph", "title", "heading", "list-item", "quote",
                                         "code",      "table", "row",     "cell",      "caption"};
    const char *const kind = m->kind < sizeof blocks / sizeof blocks[0] ? blocks[m->kind]
                             : m->kind == DM_LINK                       ? "link"
                             : m->kind == DM_PROTECTED                  ? "protected"
                             : m->kind == DM_SYNTAX                     ? "syntax"
                             : m->kind == DM_LANGUAGE                   ? "language"
                                                                        : "mark";
    enum { AROUND = 16 }; /* a number, a space, two quotation marks */
    const size_t len = strlen(kind);
    char *const out = dm__arena_raw(a, len + m->value.len + AROUND), *p = out;
    if (out == NULL)
        return (dm_str){NULL, 0};
    p = mempcpy(p, kind, len);
    *p++ = ' ';
    p = put_number(p, m->level);
    if (m->value.len != 0) {
        *p++ = ' ';
        *p++ = '"';
        p = mempcpy(p, m->value.ptr, m->value.len);
        *p++ = '"';
    }
    *p = '\0';
    return (dm_str){out, (size_t)(p - out)};
}

/* Whether all text of a mark went; one that was empty from the start stays. */
static bool is_gone(dm_span was, dm_span is)
{
    return is.begin == is.end && was.begin != was.end;
}

/* Carry out one change of a mark and fill in its record.  n: marks so far. */
static bool change_mark(const struct dm_doc *d, const struct moving *all, const dm_change *c,
                        dm_edit_record *r, dm_mark *marks, bool *gone, size_t *n)
{
    const dm_mark *const old = c->target != DM_CHANGE_MARK_ADD ? &d->marks[c->index] : NULL;
    const dm_mark *const new = c->target != DM_CHANGE_MARK_DROP ? c->mark : NULL;
    assert(old != NULL || new != NULL);
    r->before = old != NULL ? describe_mark(d->arena, old) : DM_LIT("");
    r->after = new != NULL ? describe_mark(d->arena, new) : DM_LIT("");
    if (r->before.ptr == NULL || r->after.ptr == NULL)
        return false;
    dm_mark moved = new != NULL ? *new : *old;
    moved.at = move_span(all, &moved, &(size_t){0});
    r->at = old != NULL ? old->at : new->at;
    r->to = moved.at;
    if (r->flags & DM_EDIT_FLAGGED)
        return true;
    const size_t place = old != NULL ? c->index : (*n)++;
    gone[place] = new == NULL || is_gone(new->at, moved.at);
    marks[place] = moved;
    return true;
}

static bool touches_marks(const struct dm_mark_changes *c)
{
    bool touched = c->text_count != 0;
    for (size_t i = 0; i < c->count && !touched; i++)
        touched = c->changes[i]->target != DM_CHANGE_META;
    return touched;
}

bool dm__marks_apply(const struct dm_doc *d, const struct dm_mark_changes *c, dm_mark **out,
                     size_t *out_count)
{
    *out = d->marks;
    *out_count = d->mark_count;
    if (!touches_marks(c))
        return true;
    dm_mark *const marks = dm__arena_raw(d->arena, (d->mark_count + c->count + 1) * sizeof *marks);
    bool *const gone = dm__arena_alloc(d->arena, d->mark_count + c->count + 1, 1);
    struct moving moving = {.edits = c->text, .count = c->text_count};
    if (marks == NULL || gone == NULL || !find_ends(d, &moving))
        return false;
    size_t n = d->mark_count, before = 0;
    for (size_t i = 0; i < n; i++) { /* in order of their beginnings */
        marks[i] = d->marks[i];
        marks[i].at = move_span(&moving, &d->marks[i], &before);
        gone[i] = is_gone(d->marks[i].at, marks[i].at);
    }
    for (size_t i = 0; i < c->count; i++)
        if (c->changes[i]->target != DM_CHANGE_META &&
            !change_mark(d, &moving, c->changes[i], &c->records[i], marks, gone, &n))
            return false;
    *out_count = 0;
    for (size_t i = 0; i < n; i++)
        if (!gone[i])
            marks[(*out_count)++] = marks[i];
    *out = marks;
    return true;
}
