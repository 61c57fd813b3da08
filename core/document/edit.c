/* Changes: checked when they are asked for, applied together.
 *
 * The records of one stage are kept in text order.  Each holds its place in the text before (`at`) and
 * after (`to`), so that both directions, and any position between, follow from the records alone. */
#include "core/document/edit.h"

#include <stdlib.h>
#include <string.h>

#include "core/document/marks.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

void dm__edit_begin(struct dm_edit_batch *b, struct dm_arena *arena, uint32_t stage, dm_str stage_name,
                    dm_str version, dm_array rules, const struct dm_rule_mode *modes)
{
    *b = (struct dm_edit_batch){.arena = arena,
                                .stage = stage,
                                .stage_name = stage_name,
                                .version = version,
                                .rules = rules,
                                .modes = modes};
}

/* ---- taking a change -------------------------------------------------------------------------- */

/* The stretches that no change may touch, merged; the marks are in order of their beginnings. */
static bool scan_protected(struct dm_edit_batch *b, const struct dm_doc *d)
{
    size_t cap = 0;
    for (size_t i = 0; i < d->mark_count; i++) {
        if (d->marks[i].kind != DM_PROTECTED)
            continue;
        dm_span *const last = b->protected_count != 0 ? &b->protected_spans[b->protected_count - 1] : NULL;
        if (last != NULL && d->marks[i].at.begin <= last->end) {
            if (d->marks[i].at.end > last->end)
                last->end = d->marks[i].at.end;
            continue;
        }
        dm_span *const spans = dm__arena_grow(b->arena, b->protected_spans, b->protected_count, &cap,
                                              sizeof *b->protected_spans);
        if (spans == NULL)
            return false;
        b->protected_spans = spans;
        b->protected_spans[b->protected_count++] = d->marks[i].at;
    }
    b->scanned = true;
    return true;
}

/* Whether a removal takes the stretch with all that is around it, as that of a line with a number in it does: that
 * spoils nothing. */
static bool is_removed_whole(const struct dm_edit_batch *b, size_t first, dm_span at)
{
    size_t last = first;
    while (last + 1 < b->protected_count && b->protected_spans[last + 1].begin < at.end)
        last++;
    const dm_span from = b->protected_spans[first], to = b->protected_spans[last];
    return at.begin <= from.begin && to.end <= at.end &&
           (at.begin < from.begin || to.end < at.end || last > first);
}

/* An insertion at the edge of a protected stretch does not touch it. */
static bool is_protected(const struct dm_edit_batch *b, dm_span at, bool removes)
{
    size_t low = 0, high = b->protected_count;
    while (low < high) { /* the first stretch that ends behind `at` begins */
        const size_t mid = low + (high - low) / 2;
        if (b->protected_spans[mid].end <= at.begin)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == b->protected_count)
        return false;
    const dm_span p = b->protected_spans[low];
    return at.begin == at.end ? p.begin < at.begin
                              : p.begin < at.end && !(removes && is_removed_whole(b, low, at));
}

/* NULL: the change is well formed. */
static const char *find_fault(const struct dm_edit_batch *b, const struct dm_doc *d, const dm_change *c)
{
    if (c->rule >= b->rules.count)
        return "a change names a rule that the stage does not declare";
    if (!(c->confidence >= 0 && c->confidence <= 1))
        return "a change has a confidence outside 0 to 1";
    if (dm__utf8_check(c->evidence) != c->evidence.len)
        return "the evidence of a change is not UTF-8";
    switch (c->target) {
    case DM_CHANGE_TEXT:
        if (!dm__doc_span_ok(d, c->at))
            return "a change lies outside the text or splits a code point";
        return dm__utf8_check(c->with) != c->with.len ? "the replacement of a change is not UTF-8" : NULL;
    case DM_CHANGE_META:
        if (c->key == NULL || c->key[0] == '\0')
            return "a metadata change has no key";
        if (dm__utf8_check(dm__str(c->key)) != strlen(c->key))
            return "the key of a metadata change is not UTF-8";
        return dm__utf8_check(c->with) != c->with.len ? "the value of a metadata change is not UTF-8" : NULL;
    case DM_CHANGE_MARK_DROP:
    case DM_CHANGE_MARK_SET:
        if (c->index >= d->mark_count)
            return "a change names a mark that is not there";
        if (c->target == DM_CHANGE_MARK_DROP)
            return NULL;
        break;
    case DM_CHANGE_MARK_ADD:
        break;
    default:
        return "a change has an unknown target";
    }
    if (c->mark == NULL)
        return "a change of a mark holds no mark";
    if (!dm__doc_span_ok(d, c->mark->at))
        return "a mark lies outside the text or splits a code point";
    return dm__utf8_check(c->mark->value) != c->mark->value.len ? "the value of a mark is not UTF-8" : NULL;
}

static bool changes_nothing(const struct dm_doc *d, const dm_change *c)
{
    if (c->target == DM_CHANGE_TEXT)
        return dm__str_eq(dm__str_slice(d->text, c->at), c->with);
    if (c->target == DM_CHANGE_META) {
        const dm_str now = dm__doc_meta(d, c->key);
        return (now.ptr == NULL) == (c->with.ptr == NULL) && dm__str_eq(now, c->with);
    }
    return false;
}

static bool copy_str(struct dm_arena *a, dm_str *s)
{
    if (s->ptr == NULL || s->len == 0) {
        s->ptr = s->ptr != NULL ? "" : NULL;
        s->len = 0;
        return true;
    }
    *s = dm__arena_str(a, *s);
    return s->ptr != NULL;
}

static bool copy_change(struct dm_arena *a, dm_change *c)
{
    if (!copy_str(a, &c->with) || !copy_str(a, &c->evidence))
        return false;
    if (c->target == DM_CHANGE_META) {
        c->key = dm__arena_str(a, dm__str(c->key)).ptr;
        return c->key != NULL;
    }
    if (c->target == DM_CHANGE_MARK_ADD || c->target == DM_CHANGE_MARK_SET) {
        dm_mark *const m = dm__arena_raw(a, sizeof *m);
        if (m == NULL)
            return false;
        *m = *c->mark;
        if (m->value.ptr == NULL)
            m->value = DM_LIT("");
        c->mark = m;
        return copy_str(a, &m->value);
    }
    return true;
}

dm_status dm__edit_add(struct dm_edit_batch *b, const struct dm_doc *d, const dm_change *c, const char **why)
{
    dm_change own = {0};
    memcpy(&own, c, c->size < sizeof own ? c->size : sizeof own);
    own.size = sizeof own;
    *why = find_fault(b, d, &own);
    if (*why != NULL)
        return DM_EBUG;
    *why = "no memory for the change";
    if (!b->scanned && !scan_protected(b, d))
        return DM_ELIMIT;
    if (b->modes[own.rule].mode == DM_OFF || changes_nothing(d, &own) ||
        (own.target == DM_CHANGE_TEXT && is_protected(b, own.at, own.with.len == 0)))
        return DM_OK;
    dm_change *const items = dm__arena_grow(b->arena, b->items, b->count, &b->cap, sizeof *b->items);
    if (items == NULL)
        return DM_ELIMIT;
    b->items = items;
    if (!copy_change(b->arena, &own))
        return DM_ELIMIT;
    b->items[b->count++] = own;
    return DM_OK;
}

/* ---- applying a batch ------------------------------------------------------------------------- */

static bool is_flagged(const struct dm_edit_batch *b, const dm_change *c)
{
    return b->modes[c->rule].mode == DM_FLAG || c->confidence < b->modes[c->rule].threshold;
}

/* Text changes first and in text order, an insertion before what begins at the same place; the
 * others stay as they came, which their address tells. */
static int compare_changes(const void *x, const void *y)
{
    const dm_change *const a = *(const dm_change *const *)x, *const b = *(const dm_change *const *)y;
    if ((a->target == DM_CHANGE_TEXT) != (b->target == DM_CHANGE_TEXT))
        return a->target == DM_CHANGE_TEXT ? -1 : 1;
    if (a->target == DM_CHANGE_TEXT) {
        if (a->at.begin != b->at.begin)
            return a->at.begin < b->at.begin ? -1 : 1;
        if (a->at.end != b->at.end)
            return a->at.end < b->at.end ? -1 : 1;
    }
    return a < b ? -1 : a > b;
}

static const dm_change **order_changes(const struct dm_edit_batch *b)
{
    const dm_change **const order = dm__arena_raw(b->arena, b->count * sizeof *order);
    if (order == NULL)
        return NULL;
    bool in_order = true;
    for (size_t i = 0; i < b->count; i++) {
        order[i] = &b->items[i];
        in_order = in_order && (i == 0 || compare_changes(&order[i - 1], &order[i]) < 0);
    }
    if (!in_order)
        qsort(order, b->count, sizeof *order, compare_changes);
    return order;
}

static dm_str rule_id(const struct dm_edit_batch *b, uint32_t rule)
{
    return dm__str(DM_AT(dm_rule, b->rules, rule)->id);
}

static dm_edit_record record_of(const struct dm_edit_batch *b, const dm_change *c)
{
    return (dm_edit_record){.size = sizeof(dm_edit_record),
                            .target = c->target,
                            .stage = b->stage,
                            .flags = is_flagged(b, c) ? DM_EDIT_FLAGGED : 0,
                            .stage_name = b->stage_name,
                            .version = b->version,
                            .rule = rule_id(b, c->rule),
                            .at = c->at,
                            .to = c->at,
                            .before = DM_LIT(""),
                            .after = c->with,
                            .key = DM_LIT(""),
                            .confidence = c->confidence,
                            .evidence = c->evidence.ptr != NULL ? c->evidence : DM_LIT("")};
}

/* Fill in the records of the text changes and build the new text.  records holds one for each of the
 * first `count` changes of `order`, all of them text changes. */
static dm_status apply_text(const struct dm_edit_batch *b, const dm_change **order, size_t count,
                            const struct dm_doc *d, dm_edit_record *records, dm_str *text, const char **why)
{
    size_t size = d->text.len, end = 0;
    const dm_change *last = NULL; /* that is made */
    for (size_t i = 0; i < count; i++) {
        const dm_change *const c = order[i];
        records[i] = record_of(b, c);
        records[i].before = dm__str_slice(d->text, c->at);
        if (records[i].flags & DM_EDIT_FLAGGED)
            continue;
        const bool same_place = last != NULL && last->at.begin == last->at.end && c->at.begin == c->at.end &&
                                last->at.begin == c->at.begin;
        if (c->at.begin < end || same_place) {
            *why = "two changes of one call overlap";
            return DM_EBUG;
        }
        end = c->at.end;
        last = c;
        size += c->with.len - (c->at.end - c->at.begin);
    }
    if (count == 0) { /* the text stays where it is, and what is known of it true */
        *text = d->text;
        return DM_OK;
    }
    char *const out = dm__arena_raw(b->arena, size + 1);
    if (out == NULL) {
        *why = "no memory for the changed text";
        return DM_ELIMIT;
    }
    size_t from = 0, n = 0;
    for (size_t i = 0; i < count; i++) {
        dm_edit_record *const r = &records[i];
        /* A flagged change may begin before where the last made one ended. */
        const size_t upto = r->at.begin > from ? r->at.begin : from;
        memcpy(out + n, d->text.ptr + from, upto - from);
        n += upto - from;
        from = upto;
        r->to.begin = n;
        if (r->flags & DM_EDIT_FLAGGED) {
            r->to.end = n; /* a place, not a stretch: nothing was put there */
            continue;
        }
        if (r->after.len != 0)
            memcpy(out + n, r->after.ptr, r->after.len);
        r->after.ptr = out + n;
        n += r->after.len;
        r->to.end = n;
        from = r->at.end;
    }
    memcpy(out + n, d->text.ptr + from, d->text.len - from);
    out[size] = '\0';
    *text = (dm_str){out, size};
    return DM_OK;
}

/* The metadata changes, on a copy that the document takes over only when all went well. */
static dm_status apply_metas(const struct dm_edit_batch *b, struct dm_doc *d, const dm_change **order,
                             size_t text_count, dm_edit_record *records)
{
    for (size_t i = text_count; i < b->count; i++) {
        const dm_change *const c = order[i];
        if (c->target != DM_CHANGE_META)
            continue;
        records[i].key = dm__str(c->key);
        records[i].before = dm__doc_meta(d, c->key);
        records[i].after = c->with;
        if (records[i].flags & DM_EDIT_FLAGGED)
            continue;
        const dm_status status = dm__doc_set_meta(d, c->key, c->with);
        if (status != DM_OK)
            return status;
    }
    return DM_OK;
}

/* Room for `more` records behind those of the document, which stay as they are.  NULL: no memory */
static dm_edit_record *reserve(struct dm_doc *d, size_t more)
{
    const size_t total = d->edit_count + more;
    if (total > d->edit_cap) {
        const size_t cap = total + total / 2;
        dm_edit_record *const all = dm__arena_raw(d->arena, cap * sizeof *all);
        if (all == NULL)
            return NULL;
        if (d->edit_count != 0)
            memcpy(all, d->edits, d->edit_count * sizeof *all);
        d->edits = all;
        d->edit_cap = cap;
    }
    return d->edits + d->edit_count;
}

/* A copy of the metadata's table, so that a failing batch leaves the old one as it was. */
static bool fork_metas(struct dm_doc *d)
{
    if (d->meta_count == 0)
        return true;
    dm_pair *const copy = dm__arena_raw(d->arena, d->meta_count * sizeof *copy);
    if (copy == NULL)
        return false;
    memcpy(copy, d->metas, d->meta_count * sizeof *copy);
    d->metas = copy;
    d->meta_cap = d->meta_count;
    return true;
}

static size_t count_text(const struct dm_edit_batch *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        n += b->items[i].target == DM_CHANGE_TEXT;
    return n;
}

/* The records of changes that were made: these themselves, if all were.  NULL: no memory */
static const dm_edit_record *leave_flagged_out(struct dm_arena *a, const dm_edit_record *records,
                                               size_t count, size_t *made_count)
{
    size_t flagged = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        flagged += (records[i].flags & DM_EDIT_FLAGGED) != 0;
    *made_count = count - flagged;
    if (flagged == 0)
        return records;
    dm_edit_record *const made = dm__arena_raw(a, (*made_count + 1) * sizeof *made);
    for (size_t i = 0; made != NULL && i < count; i++)
        if (!(records[i].flags & DM_EDIT_FLAGGED))
            made[n++] = records[i];
    return made;
}

dm_status dm__edit_apply(struct dm_edit_batch *b, struct dm_doc *d, const char **why)
{
    if (b->count == 0)
        return DM_OK;
    *why = "no memory for the changes";
    const size_t text_count = count_text(b);
    const dm_change **const order = order_changes(b);
    dm_edit_record *const records = reserve(d, b->count);
    if (order == NULL || records == NULL)
        return DM_ELIMIT;

    struct dm_doc next = *d;
    const dm_status status = apply_text(b, order, text_count, d, records, &next.text, why);
    if (status != DM_OK)
        return status;
    next.text_cap = 0;
    size_t made_count;
    const dm_edit_record *const made = leave_flagged_out(b->arena, records, text_count, &made_count);
    if (made == NULL)
        return DM_ELIMIT;
    for (size_t i = text_count; i < b->count; i++)
        records[i] = record_of(b, order[i]);
    const struct dm_mark_changes changes = {made, made_count, order + text_count, records + text_count,
                                            b->count - text_count};
    if (!dm__marks_apply(d, &changes, &next.marks, &next.mark_count) || !fork_metas(&next) ||
        apply_metas(b, &next, order, text_count, records) != DM_OK)
        return DM_ELIMIT;
    next.mark_cap = next.mark_count;
    next.edit_count += b->count;
    if (!dm__doc_sort_marks(&next))
        return DM_ELIMIT;
    *d = next;
    return DM_OK;
}

void dm__edit_count(const struct dm_edit_batch *b, uint64_t *made, uint64_t *flagged)
{
    for (size_t i = 0; i < b->count; i++)
        (is_flagged(b, &b->items[i]) ? flagged : made)[b->items[i].rule]++;
}
