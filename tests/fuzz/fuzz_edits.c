/* Any batch of changes, sound or not, over several stages: text + edits = what was extracted, byte for
 * byte, in both directions; marks stay in the text, on characters and in order; a batch that is refused
 * leaves everything as it was.
 *
 * The input is a program.  Its first byte is how many bytes of text follow (made UTF-8), then come
 * operations of a byte and their operands. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/edit.h"
#include "core/document/without.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIX, FLAG, OFF, DOUBTFUL, RULES };
static const dm_rule rules[RULES] = {{.id = "fix"}, {.id = "flag"}, {.id = "off"}, {.id = "doubtful"}};
static const struct dm_rule_mode modes[RULES] = {
    [FIX] = {DM_FIX, 0}, [FLAG] = {DM_FLAG, 0}, [OFF] = {DM_OFF, 0}, [DOUBTFUL] = {DM_FIX, 0.5}};

struct tape {
    const uint8_t *p, *end;
};

static unsigned next(struct tape *t)
{
    return t->p < t->end ? *t->p++ : 0;
}

/* A stretch of the tape, which may hold any bytes. */
static dm_str stretch(struct tape *t, size_t len)
{
    const size_t left = (size_t)(t->end - t->p);
    const dm_str s = {(const char *)t->p, len < left ? len : left};
    t->p += s.len;
    return s;
}

/* A place in the text or a little beyond it; even numbers are moved to the next character. */
static size_t place(struct tape *t, dm_str text)
{
    const unsigned n = next(t);
    size_t at = n * (text.len + 2) / 255;
    while (n % 2 == 0 && at < text.len && !dm__utf8_is_boundary(text, at))
        at++;
    return at;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

static dm_mark read_mark(struct tape *t, dm_str text)
{
    static const uint32_t kinds[] = {DM_PARAGRAPH, DM_HEADING, DM_CELL, DM_LINK, DM_PROTECTED, 70};
    dm_mark m = {.kind = kinds[next(t) % 6], .level = next(t) % 3};
    m.at.begin = place(t, text);
    m.at.end = place(t, text);
    m.value = stretch(t, next(t) % 4);
    return m;
}

static void extract(struct tape *t, struct dm_doc *d)
{
    const dm_str bytes = stretch(t, next(t));
    for (size_t at = 0; at < bytes.len;) {
        const dm_str rest = {bytes.ptr + at, bytes.len - at};
        const size_t good = dm__utf8_check(rest);
        check(dm__doc_append(d, (dm_str){rest.ptr, good}, (dm_span){0, 0}) == DM_OK);
        if (good < rest.len)
            check(dm__doc_append(d, DM_LIT("\xEF\xBF\xBD"), (dm_span){0, 0}) == DM_OK);
        at += good + 1;
    }
    for (unsigned n = next(t) % 8; n > 0; n--) {
        const dm_mark m = read_mark(t, d->text);
        const dm_status status = dm__doc_add_mark(d, &m);
        check(status == DM_OK || status == DM_EBUG);
    }
    check(dm__doc_sort_marks(d));
}

/* Ask for one change of any kind.  return  whether it was taken or left out, not refused */
static bool ask(struct tape *t, struct dm_edit_batch *b, const struct dm_doc *d)
{
    dm_change c = {.size = sizeof c, .rule = next(t) % (RULES + 1), .target = next(t) % 6};
    dm_mark m;
    char key[2] = {0};
    c.confidence = next(t) / 200.0;
    if (c.target == DM_CHANGE_TEXT) {
        c.at.begin = place(t, d->text);
        c.at.end = place(t, d->text);
        c.with = stretch(t, next(t) % 6);
    } else if (c.target == DM_CHANGE_META) {
        key[0] = (char)(next(t) % 3 + 'a');
        c.key = key;
        c.with = stretch(t, next(t) % 3);
        if (c.with.len == 0)
            c.with.ptr = NULL;
    } else {
        c.index = next(t) % 10;
        m = read_mark(t, d->text);
        c.mark = &m;
    }
    c.evidence = stretch(t, next(t) % 3);
    const char *why = NULL;
    const dm_status status = dm__edit_add(b, d, &c, &why);
    check(status == DM_OK || (status == DM_EBUG && why != NULL));
    return status == DM_OK;
}

/* Forward, by the records alone: what the stage received gives what it left. */
static void check_forward(dm_str before, const struct dm_doc *d, size_t from, dm_str after)
{
    size_t in = 0, out = 0;
    for (size_t i = from; i < d->edit_count; i++) {
        const dm_edit_record *const e = &d->edits[i];
        if (e->target != DM_CHANGE_TEXT || (e->flags & DM_EDIT_FLAGGED) != 0)
            continue;
        check(e->at.begin >= in && e->at.begin - in == e->to.begin - out);
        check(memcmp(before.ptr + in, after.ptr + out, e->at.begin - in) == 0);
        check(dm__str_eq(dm__str_slice(before, e->at), e->before));
        check(dm__str_eq(dm__str_slice(after, e->to), e->after));
        in = e->at.end;
        out = e->to.end;
    }
    check(before.len - in == after.len - out &&
          memcmp(before.ptr + in, after.ptr + out, before.len - in) == 0);
}

static void check_document(const struct dm_doc *d)
{
    check(dm__utf8_check(d->text) == d->text.len);
    for (size_t i = 0; i < d->mark_count; i++) {
        const dm_span at = d->marks[i].at;
        check(dm__doc_span_ok(d, at));
        if (i > 0)
            check(d->marks[i - 1].at.begin < at.begin ||
                  (d->marks[i - 1].at.begin == at.begin && d->marks[i - 1].at.end >= at.end));
    }
    for (size_t i = 1; i < d->meta_count; i++)
        check(strcmp(d->metas[i - 1].key.ptr, d->metas[i].key.ptr) < 0);
    const dm_str back = dm__edit_undo(d->arena, d->text, d->edits, d->edit_count, 0);
    check(back.ptr != NULL && dm__str_eq(back, d->extracted));
}

static void check_untouched(const struct dm_doc *before, const struct dm_doc *d)
{
    check(dm__str_eq(before->text, d->text) && before->edit_count == d->edit_count);
    check(before->mark_count == d->mark_count && before->meta_count == d->meta_count);
    check(before->marks == d->marks && before->metas == d->metas);
}

/* Nothing protected was changed. */
/* A removal may take all of the stretch with more around it. */
static bool removes_whole(const dm_edit_record *e, dm_span p)
{
    return e->after.len == 0 && e->at.begin <= p.begin && p.end <= e->at.end &&
           e->at.end - e->at.begin > p.end - p.begin;
}

static void check_protected(const struct dm_doc *before, const struct dm_doc *d)
{
    for (size_t i = 0; i < before->mark_count; i++) {
        const dm_span p = before->marks[i].at;
        for (size_t k = before->edit_count; before->marks[i].kind == DM_PROTECTED && k < d->edit_count; k++) {
            const dm_edit_record *const e = &d->edits[k];
            if (e->target == DM_CHANGE_TEXT && p.begin < p.end)
                check(e->at.end <= p.begin || e->at.begin >= p.end || removes_whole(e, p));
        }
    }
}

static void run_stage(struct tape *t, struct dm_doc *d, uint32_t stage)
{
    struct dm_edit_batch batch;
    dm__edit_begin(&batch, d->arena, stage, DM_LIT("clean"), DM_LIT("1"), (dm_array)DM_ARRAY(rules), modes);
    for (unsigned n = next(t) % 12; n > 0; n--)
        if (!ask(t, &batch, d))
            return; /* the call fails, and with it the batch */
    const struct dm_doc before = *d;
    const char *why = NULL;
    const dm_status status = dm__edit_apply(&batch, d, &why);
    if (status == DM_OK) {
        check_forward(before.text, d, before.edit_count, d->text);
        check_protected(&before, d);
        const dm_str back = dm__edit_undo(d->arena, d->text, d->edits, d->edit_count, stage);
        check(back.ptr != NULL && dm__str_eq(back, before.text));
    } else {
        check(status == DM_EBUG && why != NULL);
        check_untouched(&before, d);
    }
    check_document(d);
}

/* Without the edits from each stage on, what that stage received; without none, what there is; without any
 * choice of them, UTF-8. */
static void check_without(const struct dm_doc *d, const uint8_t *data, size_t size)
{
    bool *const undo = dm__arena_alloc(d->arena, d->edit_count + 1, 1);
    check(undo != NULL);
    for (uint32_t stage = 0; stage <= 8; stage++) {
        for (size_t i = 0; i < d->edit_count; i++)
            undo[i] = d->edits[i].stage >= stage;
        const dm_str back = dm__edit_undo(d->arena, d->text, d->edits, d->edit_count, stage);
        const dm_str got = dm__edit_without(d->arena, d->text, d->edits, d->edit_count, undo);
        check(got.ptr != NULL && dm__str_eq(got, back));
    }
    for (size_t i = 0; i < d->edit_count; i++)
        undo[i] = size > 0 && data[i % size] % 3 == 0;
    const dm_str some = dm__edit_without(d->arena, d->text, d->edits, d->edit_count, undo);
    check(some.ptr != NULL && dm__utf8_check(some) == some.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tape t = {data, data + size};
    struct dm_arena arena;
    struct dm_doc d;
    const dm_identity who = {.size = sizeof who};
    dm__arena_init(&arena, 0);
    dm__doc_begin(&d, &arena, &who, DM_LIT(""));
    extract(&t, &d);
    for (uint32_t stage = 1; t.p < t.end && stage < 8; stage++)
        run_stage(&t, &d, stage);
    check_without(&d, data, size);
    dm__arena_fini(&arena);
    return 0;
}
