/* What every cleaner must keep, whatever the text: it does not fail, edits do not overlap and lead back to the text,
 * the result is UTF-8, and cleaning it again changes nothing in the end. */
#ifndef DOCMILL_FUZZ_CLEANER_H
#define DOCMILL_FUZZ_CLEANER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/bench/bench.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

/* A stage of the plugin that is linked with the fuzzer; with: its options, or NULL. */
static inline struct dm_bench *open_stage(const char *name, const char *with)
{
    static struct dm_bench *bench;
    static struct dm_arena arena;
    struct dm_outcome why;
    if (bench != NULL)
        return bench;
    dm__arena_init(&arena, 0);
    bench = dm__bench_open_linked(&arena, &docmill_plugin_v1, name, with, &why);
    if (bench == NULL)
        abort();
    return bench;
}

/* What came out, copied: it goes with the document. */
struct result {
    char *text;
    size_t len;
    dm_mark marks[1];
    size_t mark_count, edits; /* of the text: the next pass gets no metadata, and one mark at most */
};

static inline void keep(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    (void)rendered;
    struct result *const r = owner;
    if (status != DM_OK || dm__bench_fault(d) != NULL)
        abort();
    r->text = malloc(d->text.len + 1);
    if (r->text == NULL)
        abort();
    memcpy(r->text, d->text.ptr, d->text.len);
    r->len = d->text.len;
    for (size_t i = 0; i < d->edit_count; i++)
        r->edits += d->edits[i].target == DM_CHANGE_TEXT && !(d->edits[i].flags & DM_EDIT_FLAGGED);
    for (size_t i = 0; i < d->mark_count && r->mark_count == 0; i++)
        if (d->marks[i].kind == DM_CODE)
            r->marks[r->mark_count++] = (dm_mark){.kind = DM_CODE, .at = d->marks[i].at};
}

static inline struct result clean(const char *stage, dm_str text, const dm_mark *marks, size_t mark_count)
{
    struct result r = {0};
    struct dm_outcome out;
    const struct dm_bench_document in = {
        .source = DM_LIT("fuzz.txt"), .text = text, .marks = marks, .mark_count = mark_count};
    dm__bench_run(open_stage(stage, NULL), &in, keep, &r, &out);
    if (out.status != DM_OK)
        abort();
    return r;
}

/* Each byte that belongs to no character becomes a space. */
static inline char *make_utf8(const uint8_t *data, size_t size)
{
    char *const text = malloc(size + 1);
    if (text == NULL)
        abort();
    memcpy(text, data, size);
    dm__utf8_blank(text, size);
    return text;
}

/* Repairs may wait for one another: a tag within a broken tag hides it, a joined line makes the next look wrapped.  Such
 * nests can be as deep as a text is long, so what is asked of these cleaners is that they settle; fuzz_chain.c asks for
 * three passes. */
enum { FUZZ_SETTLES = 0 }; /* in no more passes than the text has bytes */

/* data    its first byte says how much of the text is marked as code
 * passes  after so many, another one changes nothing */
static inline void fuzz_cleaner(const char *stage, const uint8_t *data, size_t size, unsigned passes)
{
    if (size == 0)
        return;
    char *const text = make_utf8(data + 1, size - 1);
    const dm_str s = {text, size - 1};
    const size_t end = dm__utf8_boundary_before(s, s.len * (data[0] & 3) / 4);
    const dm_mark code = {.kind = DM_CODE, .at = {0, end}};

    struct result r = clean(stage, s, &code, end > 0);
    free(text);
    for (size_t edits = 1, i = 1; edits != 0; i++) {
        const struct result next = clean(stage, (dm_str){r.text, r.len}, r.marks, r.mark_count);
        edits = next.edits;
        if (i == (passes > 0 ? passes : size + 3) && edits != 0)
            abort();
        free(r.text);
        r = next;
    }
    free(r.text);
}

#endif
