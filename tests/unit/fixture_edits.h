/* A document and batches of changes to it, for the tests of what becomes of them. */
#ifndef DOCMILL_TESTS_FIXTURE_EDITS_H
#define DOCMILL_TESTS_FIXTURE_EDITS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/edit.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

#include <cmocka.h>

enum { FIX, FLAG, OFF, DOUBTFUL, RULES };

static const dm_rule rules[RULES] = {
    [FIX] = {.id = "fix", .help = "Made."},
    [FLAG] = {.id = "flag", .help = "Recorded only.", .mode = DM_FLAG},
    [OFF] = {.id = "off", .help = "Neither.", .mode = DM_OFF},
    [DOUBTFUL] = {.id = "doubtful", .help = "Made if it is sure.", .threshold = 0.5},
};
static const struct dm_rule_mode modes[RULES] = {
    [FIX] = {DM_FIX, 0}, [FLAG] = {DM_FLAG, 0}, [OFF] = {DM_OFF, 0}, [DOUBTFUL] = {DM_FIX, 0.5}};

static struct dm_arena arena;
static struct dm_doc doc;
static struct dm_edit_batch batch;
static const char *why;

static inline void next_stage(uint32_t stage)
{
    dm__edit_begin(&batch, &arena, stage, DM_LIT("clean-test"), DM_LIT("1"), (dm_array)DM_ARRAY(rules),
                   modes);
}

/* A fresh document of that text, and a batch of stage 1. */
static inline void start(const char *text)
{
    const dm_identity who = {.size = sizeof who, .source = DM_LIT("a.txt")};
    dm__arena_reset(&arena);
    dm__doc_begin(&doc, &arena, &who, DM_LIT(""));
    assert_int_equal(dm__doc_append(&doc, dm__str(text), (dm_span){0, 0}), DM_OK);
    next_stage(1);
}

static inline void add_mark(uint32_t kind, size_t begin, size_t end)
{
    const dm_mark m = {kind, 0, {begin, end}, DM_LIT("")};
    assert_int_equal(dm__doc_add_mark(&doc, &m), DM_OK);
    assert_true(dm__doc_sort_marks(&doc));
}

static inline dm_status ask(dm_change c)
{
    c.size = sizeof c;
    return dm__edit_add(&batch, &doc, &c, &why);
}

static inline dm_change text_change(size_t begin, size_t end, const char *with)
{
    return (dm_change){.rule = FIX, .at = {begin, end}, .with = dm__str(with), .confidence = 1};
}

static inline void edit(size_t begin, size_t end, const char *with)
{
    assert_int_equal(ask(text_change(begin, end, with)), DM_OK);
}

static inline dm_status apply(void)
{
    const dm_status status = dm__edit_apply(&batch, &doc, &why);
    next_stage(batch.stage + 1);
    return status;
}

static inline void assert_str(dm_str found, const char *expected)
{
    assert_non_null(found.ptr);
    assert_int_equal(found.len, strlen(expected));
    assert_memory_equal(found.ptr, expected, found.len);
}

/* The promise: back to what was extracted. */
static inline void assert_undoes(void)
{
    const dm_str back = dm__edit_undo(&arena, doc.text, doc.edits, doc.edit_count, 0);
    assert_non_null(back.ptr);
    assert_true(dm__str_eq(back, doc.extracted));
    assert_int_equal(dm__utf8_check(doc.text), doc.text.len);
}

static inline void assert_becomes(const char *expected)
{
    assert_int_equal(apply(), DM_OK);
    assert_str(doc.text, expected);
    assert_undoes();
}

static inline void assert_span(dm_span found, size_t begin, size_t end)
{
    assert_int_equal(found.begin, begin);
    assert_int_equal(found.end, end);
}

static inline int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    return 0;
}

static inline int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

#endif
