/* Going back: over one stage and over several, to any of them, and from records that do not fit. */
#include "fixture_edits.h"

/* Three stages with edits, one that only flags between them. */
static void make_history(void)
{
    start("The  quick  brown  fox");
    edit(3, 5, " ");
    edit(10, 12, " ");
    edit(17, 19, " ");
    assert_int_equal(apply(), DM_OK); /* stage 1 */
    assert_str(doc.text, "The quick brown fox");
    dm_change c = text_change(4, 9, "slow");
    c.rule = FLAG;
    assert_int_equal(ask(c), DM_OK);
    assert_int_equal(apply(), DM_OK); /* stage 2 */
    edit(4, 9, "");
    edit(0, 0, "\xC2\xAB");
    edit(19, 19, "\xC2\xBB");
    c = (dm_change){.target = DM_CHANGE_META, .key = "title", .with = DM_LIT("x"), .confidence = 1};
    assert_int_equal(ask(c), DM_OK);
    const dm_mark m = {DM_PARAGRAPH, 0, {0, 3}, DM_LIT("")};
    c = (dm_change){.target = DM_CHANGE_MARK_ADD, .mark = &m, .confidence = 1};
    assert_int_equal(ask(c), DM_OK);
    assert_int_equal(apply(), DM_OK); /* stage 3 */
    assert_str(doc.text, "\xC2\xABThe  brown fox\xC2\xBB");
    edit(5, 7, " ");
    assert_int_equal(apply(), DM_OK); /* stage 4 */
}

static void test_each_stage(void **unused)
{
    (void)unused;
    make_history();
    static const char *const received[] = {
        "The  quick  brown  fox", "The  quick  brown  fox",         "The quick brown fox",
        "The quick brown fox",    "\xC2\xABThe  brown fox\xC2\xBB", "\xC2\xABThe brown fox\xC2\xBB"};
    for (uint32_t stage = 0; stage <= 5; stage++)
        assert_str(dm__edit_undo(&arena, doc.text, doc.edits, doc.edit_count, stage), received[stage]);
}

static void test_nothing_to_undo(void **unused)
{
    (void)unused;
    start("text");
    const dm_str back = dm__edit_undo(&arena, doc.text, NULL, 0, 0);
    assert_true(dm__str_eq(back, doc.text));
    const dm_str empty = dm__edit_undo(&arena, DM_LIT(""), NULL, 0, 0);
    assert_non_null(empty.ptr);
    assert_int_equal(empty.len, 0);
}

/* All of a text that is removed comes back. */
static void test_from_nothing(void **unused)
{
    (void)unused;
    start("text\n");
    edit(0, 5, "");
    assert_becomes("");
    assert_str(dm__edit_undo(&arena, doc.text, doc.edits, doc.edit_count, 1), "text\n");
}

static void assert_no_way_back(dm_str text, const dm_edit_record *records, size_t count)
{
    assert_null(dm__edit_undo(&arena, text, records, count, 0).ptr);
}

/* Records that do not belong to the text are found out, and nothing beyond it is read. */
static void test_foreign_records(void **unused)
{
    (void)unused;
    make_history();
    dm_edit_record records[16];
    assert_in_range(doc.edit_count, 5, 16);
    const size_t count = doc.edit_count, last = count - 1;
    memcpy(records, doc.edits, count * sizeof *records);
    assert_no_way_back(DM_LIT(""), records, count);
    assert_no_way_back(DM_LIT("another text altogether"), records, count);
    records[last].to.end = doc.text.len + 1;
    assert_no_way_back(doc.text, records, count);
    records[last].to = (dm_span){6, 5};
    assert_no_way_back(doc.text, records, count);
    records[last].to = (dm_span){SIZE_MAX - 1, SIZE_MAX};
    assert_no_way_back(doc.text, records, count);
    records[last] = doc.edits[last];
    records[last].after = DM_LIT("?");
    assert_no_way_back(doc.text, records, count);
    records[last] = doc.edits[last];
    const dm_edit_record first = records[0];
    records[0] = records[2]; /* out of order within a stage */
    records[2] = first;
    assert_no_way_back(doc.text, records, count);
    records[2] = records[0];
    records[0] = first;
    assert_non_null(dm__edit_undo(&arena, doc.text, records, count, 0).ptr);
}

static void test_no_memory(void **unused)
{
    (void)unused;
    for (size_t n = 1;; n++) {
        assert_in_range(n, 1, 100);
        make_history();
        arena.fail_after = n;
        const dm_str back = dm__edit_undo(&arena, doc.text, doc.edits, doc.edit_count, 0);
        const bool reached = arena.fail_after == 0;
        arena.fail_after = 0;
        if (!reached) {
            assert_true(dm__str_eq(back, doc.extracted));
            assert_in_range(n, 4, 100); /* one allocation for each stage at least */
            return;
        }
        assert_null(back.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_stage),   cmocka_unit_test(test_nothing_to_undo),
        cmocka_unit_test(test_from_nothing), cmocka_unit_test(test_foreign_records),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests_name("undo", tests, set_up, tear_down);
}
