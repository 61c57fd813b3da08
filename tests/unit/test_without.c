/* Taking changes back: alone, with those that build on them, all of them, and from records that do not fit. */
#include "core/document/without.h"

#include "fixture_edits.h"

enum { MOST = 64 };
static bool undo[MOST];

static dm_str without(void)
{
    assert_in_range(doc.edit_count, 0, MOST);
    return dm__edit_without(&arena, doc.text, doc.edits, doc.edit_count, undo);
}

static void select_only(size_t edit)
{
    memset(undo, 0, sizeof undo);
    undo[edit] = true;
}

/* What is undone besides `edit`, as a bit each. */
static unsigned undone(void)
{
    unsigned bits = 0;
    for (size_t i = 0; i < doc.edit_count; i++)
        bits |= (unsigned)undo[i] << i;
    return bits;
}

static void make_history(void)
{
    start("The  quick  brown  fox");
    edit(3, 5, " ");
    edit(10, 12, " ");
    edit(17, 19, " ");
    assert_int_equal(apply(), DM_OK);
    assert_str(doc.text, "The quick brown fox");
    edit(4, 9, "slow");
    edit(16, 16, "old ");
    assert_int_equal(apply(), DM_OK);
    assert_str(doc.text, "The slow brown old fox");
    edit(2, 8, "ey");
    assert_int_equal(apply(), DM_OK);
    assert_str(doc.text, "They brown old fox");
}

static void test_one_alone(void **unused)
{
    (void)unused;
    make_history();
    select_only(1);
    assert_str(without(), "They  brown old fox");
    assert_int_equal(undone(), 1u << 1);
    select_only(4);
    assert_str(without(), "They brown fox");
    assert_int_equal(undone(), 1u << 4);
}

static void test_what_builds_on_it_goes_too(void **unused)
{
    (void)unused;
    make_history();
    select_only(3);
    assert_str(without(), "The quick brown old fox");
    assert_int_equal(undone(), 1u << 3 | 1u << 5);
    select_only(0);
    assert_str(without(), "The  slow brown old fox"); /* "slow" does not build on the space */
    assert_int_equal(undone(), 1u << 0 | 1u << 5);
}

static void test_an_insertion_inside_goes_too_at_the_edge_stays(void **unused)
{
    (void)unused;
    start("ad");
    edit(1, 1, "bc");
    assert_int_equal(apply(), DM_OK);
    edit(1, 1, "<");
    edit(2, 2, "|");
    edit(3, 3, ">");
    assert_int_equal(apply(), DM_OK);
    assert_str(doc.text, "a<b|c>d");
    select_only(0);
    assert_str(without(), "a<>d");
    assert_int_equal(undone(), 1u << 0 | 1u << 2);
}

static void test_nothing_and_all(void **unused)
{
    (void)unused;
    make_history();
    memset(undo, 0, sizeof undo);
    assert_true(dm__str_eq(without(), doc.text));
    memset(undo, 1, sizeof undo);
    assert_true(dm__str_eq(without(), doc.extracted));
}

static void test_from_a_stage_on(void **unused)
{
    (void)unused;
    make_history();
    for (uint32_t stage = 0; stage < 5; stage++) {
        for (size_t i = 0; i < doc.edit_count; i++)
            undo[i] = doc.edits[i].stage >= stage;
        const dm_str back = dm__edit_undo(&arena, doc.text, doc.edits, doc.edit_count, stage);
        assert_true(dm__str_eq(without(), back));
    }
}

static void test_flagged_and_metadata_stay_out(void **unused)
{
    (void)unused;
    start("text");
    dm_change c = text_change(0, 1, "T");
    c.rule = FLAG;
    assert_int_equal(ask(c), DM_OK);
    c = (dm_change){.target = DM_CHANGE_META, .key = "title", .with = DM_LIT("x"), .confidence = 1};
    assert_int_equal(ask(c), DM_OK);
    assert_int_equal(apply(), DM_OK);
    memset(undo, 1, sizeof undo);
    assert_str(without(), "text");
    assert_int_equal(undone(), 0);
}

/* Random histories: all, none, and the stages from one on. */
static void test_random_histories(void **unused)
{
    (void)unused;
    srand(1);
    for (int round = 0; round < 3000; round++) {
        start("abcdefghijklmnop");
        for (uint32_t stage = 1; stage <= 5; stage++) {
            for (size_t at = 0; at < doc.text.len;) {
                const size_t begin = at + (size_t)rand() % 4, end = begin + (size_t)rand() % 4;
                static const char *const with[] = {"", "X", "YZ", "123"};
                if (end > doc.text.len)
                    break;
                edit(begin, end, with[rand() % 4]);
                at = end + 1;
            }
            assert_int_equal(apply(), DM_OK);
        }
        memset(undo, 0, sizeof undo);
        assert_true(dm__str_eq(without(), doc.text));
        for (uint32_t stage = 0; stage <= 6; stage++) {
            for (size_t i = 0; i < doc.edit_count; i++)
                undo[i] = doc.edits[i].stage >= stage;
            const dm_str back = dm__edit_undo(&arena, doc.text, doc.edits, doc.edit_count, stage);
            assert_true(dm__str_eq(without(), back));
        }
        for (size_t i = 0; i < doc.edit_count; i++)
            undo[i] = rand() % 4 == 0;
        assert_non_null(without().ptr);
    }
}

static void test_foreign_records(void **unused)
{
    (void)unused;
    make_history();
    memset(undo, 1, sizeof undo);
    assert_null(dm__edit_without(&arena, DM_LIT("x"), doc.edits, doc.edit_count, undo).ptr);
    dm_edit_record records[MOST];
    memcpy(records, doc.edits, doc.edit_count * sizeof *records);
    records[1].at.begin = 1;
    assert_null(dm__edit_without(&arena, doc.text, records, doc.edit_count, undo).ptr);
}

static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    make_history();
    for (size_t n = 1;; n++) {
        select_only(3);
        arena.fail_after = n;
        const dm_str got = without();
        const bool reached = arena.fail_after == 0;
        arena.fail_after = 0;
        if (!reached) {
            assert_str(got, "The quick brown old fox");
            assert_in_range(n, 4, 8);
            break;
        }
        assert_null(got.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_alone),
        cmocka_unit_test(test_what_builds_on_it_goes_too),
        cmocka_unit_test(test_an_insertion_inside_goes_too_at_the_edge_stays),
        cmocka_unit_test(test_nothing_and_all),
        cmocka_unit_test(test_from_a_stage_on),
        cmocka_unit_test(test_flagged_and_metadata_stay_out),
        cmocka_unit_test(test_random_histories),
        cmocka_unit_test(test_foreign_records),
        cmocka_unit_test(test_every_allocation_fails),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
