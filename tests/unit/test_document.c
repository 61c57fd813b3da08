/* Building a document: text that is referred to or copied, marks and their order, metadata, and what is
 * left where memory runs out in the middle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/document.h"
#include "core/text/str.h"

#include <cmocka.h>

static struct dm_arena arena;
static struct dm_doc doc;

static void begin(dm_str bytes)
{
    const dm_identity who = {.size = sizeof who, .source = DM_LIT("a.txt")};
    dm__arena_reset(&arena);
    dm__doc_begin(&doc, &arena, &who, bytes);
}

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    begin(DM_LIT(""));
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

static void assert_text(dm_str found, const char *expected)
{
    assert_non_null(found.ptr);
    assert_int_equal(found.len, strlen(expected));
    assert_memory_equal(found.ptr, expected, found.len);
}

/* ---- text ----------------------------------------------------------------------------------- */

static void test_empty(void **unused)
{
    (void)unused;
    begin(DM_LIT(""));
    assert_non_null(doc.text.ptr);
    assert_int_equal(doc.text.len, 0);
    assert_int_equal(dm__doc_append(&doc, DM_LIT(""), (dm_span){0, 0}), DM_OK);
    assert_int_equal(doc.origin_count, 0);
    assert_true(dm__doc_span_ok(&doc, (dm_span){0, 0}));
}

/* A stretch of the input that starts the text is no copy; what follows makes it one. */
static void test_slice(void **unused)
{
    (void)unused;
    const dm_str bytes = DM_LIT("HEAD the text TAIL");
    begin(bytes);
    assert_int_equal(dm__doc_append(&doc, (dm_str){bytes.ptr + 5, 8}, (dm_span){5, 13}), DM_OK);
    assert_ptr_equal(doc.text.ptr, bytes.ptr + 5);
    assert_int_equal(dm__doc_append(&doc, DM_LIT("!"), (dm_span){0, 0}), DM_OK);
    assert_text(doc.text, "the text!");
    assert_text(doc.extracted, "the text!");
    assert_true(doc.text.ptr != bytes.ptr + 5);
    assert_memory_equal(bytes.ptr, "HEAD the text TAIL", 18);
    assert_int_equal(doc.origin_count, 2);
    assert_int_equal(doc.origins[0].bytes.begin, 5);
    assert_int_equal(doc.origins[1].text.begin, 8);
    assert_int_equal(doc.origins[1].text.end, 9);
}

static void test_copies(void **unused)
{
    (void)unused;
    begin(DM_LIT("other"));
    char piece[] = "one ";
    for (int i = 0; i < 3000; i++)
        assert_int_equal(dm__doc_append(&doc, dm__str(piece), (dm_span){0, 0}), DM_OK);
    piece[0] = '?';
    assert_int_equal(doc.text.len, 12000);
    assert_memory_equal(doc.text.ptr, "one one one ", 12);
    /* the document's own text may be added to it */
    const dm_str own = doc.text;
    assert_int_equal(dm__doc_append(&doc, own, (dm_span){0, 0}), DM_OK);
    assert_int_equal(doc.text.len, 24000);
    assert_memory_equal(doc.text.ptr + 12000, "one one one ", 12);
}

static void test_bad_text(void **unused)
{
    (void)unused;
    begin(DM_LIT(""));
    assert_int_equal(dm__doc_append(&doc, DM_LIT("good"), (dm_span){0, 0}), DM_OK);
    assert_int_equal(dm__doc_append(&doc, DM_LIT("bad \xFF"), (dm_span){0, 0}), DM_EBUG);
    assert_int_equal(dm__doc_append(&doc, DM_LIT("\xE4\xB8"), (dm_span){0, 0}), DM_EBUG);
    assert_text(doc.text, "good");
    assert_int_equal(doc.origin_count, 1);
}

/* ---- marks ---------------------------------------------------------------------------------- */

static dm_status mark(uint32_t kind, uint32_t level, size_t from, size_t to, const char *value)
{
    const dm_mark m = {kind, level, {from, to}, dm__str(value)};
    return dm__doc_add_mark(&doc, &m);
}

static void test_mark_bounds(void **unused)
{
    (void)unused;
    begin(DM_LIT(""));
    dm__doc_append(&doc, DM_LIT("a\xC3\xA9z"), (dm_span){0, 0});
    assert_int_equal(mark(DM_PARAGRAPH, 0, 0, 4, NULL), DM_OK);
    assert_int_equal(mark(DM_PARAGRAPH, 0, 4, 4, NULL), DM_OK);
    assert_int_equal(mark(DM_PARAGRAPH, 0, 0, 5, NULL), DM_EBUG);
    assert_int_equal(mark(DM_PARAGRAPH, 0, 3, 1, NULL), DM_EBUG);
    assert_int_equal(mark(DM_PARAGRAPH, 0, 0, 2, NULL), DM_EBUG);
    assert_int_equal(mark(DM_PARAGRAPH, 0, 2, 3, NULL), DM_EBUG);
    assert_int_equal(mark(DM_PARAGRAPH, 0, SIZE_MAX, SIZE_MAX, NULL), DM_EBUG);
    assert_int_equal(mark(DM_LINK, 0, 0, 1, "\xFF"), DM_EBUG);
    assert_int_equal(doc.mark_count, 2);
    assert_non_null(doc.marks[0].value.ptr); /* never NULL */
    char value[] = "target";
    assert_int_equal(mark(DM_LINK, 0, 0, 1, value), DM_OK);
    value[0] = '?';
    assert_text(doc.marks[2].value, "target");
}

/* The outer one first, whatever the order in which they come. */
static void test_mark_order(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t kind, level;
        size_t from, to;
    } expected[] = {{DM_QUOTE, 0, 0, 9},     {DM_PARAGRAPH, 0, 0, 9}, {DM_LINK, 0, 0, 9},
                    {DM_TITLE, 0, 0, 3},     {DM_TABLE, 0, 3, 9},     {DM_ROW, 0, 3, 9},
                    {DM_CELL, 0, 3, 9},      {DM_PARAGRAPH, 0, 3, 9}, {DM_LINK, 0, 3, 9},
                    {DM_PROTECTED, 0, 3, 9}, {DM_LIST_ITEM, 1, 4, 8}, {DM_LIST_ITEM, 2, 4, 8},
                    {DM_HEADING, 2, 5, 5}};
    enum { COUNT = sizeof expected / sizeof expected[0] };
    for (size_t shift = 0; shift < COUNT; shift++) {
        for (size_t stride = 1; stride < COUNT; stride++) { /* COUNT is prime: each stride is an order */
            begin(DM_LIT(""));
            dm__doc_append(&doc, DM_LIT("123456789"), (dm_span){0, 0});
            for (size_t i = 0; i < COUNT; i++) {
                const size_t k = (shift + i * stride) % COUNT;
                assert_int_equal(
                    mark(expected[k].kind, expected[k].level, expected[k].from, expected[k].to, NULL), DM_OK);
            }
            assert_true(dm__doc_sort_marks(&doc));
            for (size_t i = 0; i < COUNT; i++) {
                assert_int_equal(doc.marks[i].kind, expected[i].kind);
                assert_int_equal(doc.marks[i].level, expected[i].level);
                assert_int_equal(doc.marks[i].at.begin, expected[i].from);
                assert_int_equal(doc.marks[i].at.end, expected[i].to);
            }
        }
    }
}

/* ---- metadata ------------------------------------------------------------------------------- */

static void test_metas(void **unused)
{
    (void)unused;
    begin(DM_LIT(""));
    assert_null(dm__doc_meta(&doc, "title").ptr);
    static const char *const keys[] = {"title", "author", "b", "a", "aa", "title2", "\xC3\xBC"};
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(dm__doc_set_meta(&doc, keys[i], dm__str(keys[i])), DM_OK);
    static const char *const sorted[] = {"a", "aa", "author", "b", "title", "title2", "\xC3\xBC"};
    assert_int_equal(doc.meta_count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_text(doc.metas[i].key, sorted[i]);
        assert_text(doc.metas[i].value, sorted[i]);
    }
    assert_int_equal(dm__doc_set_meta(&doc, "b", DM_LIT("")), DM_OK);
    assert_non_null(dm__doc_meta(&doc, "b").ptr); /* empty is not absent */
    assert_int_equal(doc.meta_count, 7);
    assert_int_equal(dm__doc_set_meta(&doc, "b", (dm_str){NULL, 0}), DM_OK);
    assert_int_equal(dm__doc_set_meta(&doc, "b", (dm_str){NULL, 0}), DM_OK);
    assert_null(dm__doc_meta(&doc, "b").ptr);
    assert_int_equal(doc.meta_count, 6);
    assert_text(dm__doc_meta(&doc, "title"), "title");
    assert_int_equal(dm__doc_set_meta(&doc, "", DM_LIT("x")), DM_EBUG);
    assert_int_equal(dm__doc_set_meta(&doc, "x", DM_LIT("\xFF")), DM_EBUG);
    assert_int_equal(dm__doc_set_meta(&doc, "\xFF", DM_LIT("x")), DM_EBUG);
    assert_int_equal(doc.meta_count, 6);
}

static void test_many_metas(void **unused)
{
    (void)unused;
    begin(DM_LIT(""));
    char key[16];
    for (unsigned i = 0; i < 500; i++) {
        snprintf(key, sizeof key, "%03u", i * 7 % 500);
        assert_int_equal(dm__doc_set_meta(&doc, key, dm__str(key)), DM_OK);
    }
    assert_int_equal(doc.meta_count, 500);
    for (unsigned i = 0; i < 500; i++) {
        snprintf(key, sizeof key, "%03u", i);
        assert_text(doc.metas[i].key, key);
    }
}

/* ---- no memory ------------------------------------------------------------------------------ */

/* Build a document; return the first failure, go on come what may: a plugin may do that too. */
static dm_status build(void)
{
    dm_status first = DM_OK;
    char name[16];
    for (unsigned i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "%u", i);
        const dm_status did[] = {
            dm__doc_append(&doc, DM_LIT("0123456789"), (dm_span){0, 0}),
            mark(DM_LINK, 0, 0, doc.text.len, name),
            dm__doc_set_meta(&doc, name, dm__str(name)),
        };
        for (size_t k = 0; k < 3; k++)
            first = first == DM_OK ? did[k] : first;
    }
    return first;
}

static void assert_sound(void)
{
    assert_int_equal(doc.text.len % 10, 0);
    for (size_t i = 0; i < doc.text.len; i++)
        assert_int_equal(doc.text.ptr[i], '0' + (int)(i % 10));
    size_t at = 0;
    for (size_t i = 0; i < doc.origin_count; i++) {
        assert_int_equal(doc.origins[i].text.begin, at);
        at = doc.origins[i].text.end;
    }
    assert_int_equal(at, doc.text.len);
    for (size_t i = 0; i < doc.mark_count; i++) {
        assert_true(dm__doc_span_ok(&doc, doc.marks[i].at));
        assert_true(atoi(doc.marks[i].value.ptr) < 40);
    }
    for (size_t i = 0; i < doc.meta_count; i++)
        assert_true(dm__str_eq(doc.metas[i].key, doc.metas[i].value));
}

static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    for (size_t n = 1;; n++) {
        assert_in_range(n, 1, 10000);
        begin(DM_LIT(""));
        arena.fail_after = n;
        const dm_status status = build();
        assert_sound();
        if (arena.fail_after != 0) { /* it was not reached */
            assert_int_equal(status, DM_OK);
            break;
        }
        assert_int_equal(status, DM_ELIMIT);
    }
    arena.fail_after = 0;
}

/* With a limit, smaller pieces succeed after a larger one has failed. */
static void test_limits(void **unused)
{
    (void)unused;
    for (size_t limit = 1; limit < 20000; limit += 37) {
        begin(DM_LIT(""));
        arena.limit = limit;
        build();
        assert_sound();
    }
    arena.limit = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_slice),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_bad_text),
        cmocka_unit_test(test_mark_bounds),
        cmocka_unit_test(test_mark_order),
        cmocka_unit_test(test_metas),
        cmocka_unit_test(test_many_metas),
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests_name("document", tests, set_up, tear_down);
}
