/* Changes in words: what each line says, and where the word around a change comes from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/causes.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

static struct dm_arena arena;
static struct fixture_stream stream;
static struct dm_cause_list list;
static const struct dm_style plain;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&stream);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    fixture_stream_close(&stream);
    dm__arena_fini(&arena);
    return 0;
}

static dm_edit_record record(uint32_t stage, const char *name, const char *rule)
{
    return (dm_edit_record){.size = sizeof(dm_edit_record),
                            .target = DM_CHANGE_TEXT,
                            .stage = stage,
                            .stage_name = dm__str(name),
                            .rule = dm__str(rule),
                            .key = DM_LIT(""),
                            .confidence = 1,
                            .evidence = DM_LIT("")};
}

/* A change of `before` at a place of the text that the stage received, and where it went. */
static dm_edit_record change(uint32_t stage, size_t at, size_t to, const char *before, const char *after)
{
    dm_edit_record r = record(stage, stage == 1 ? "clean-a" : "clean-bb", "rule");
    r.before = dm__str(before);
    r.after = dm__str(after);
    r.at = (dm_span){at, at + strlen(before)};
    r.to = (dm_span){to, to + strlen(after)};
    return r;
}

static const char *lines_of(const dm_edit_record *r)
{
    dm__causes_add(&list, &(struct dm_cause){.edit = r});
    dm__causes_write(&list, stream.to, &plain);
    return fixture_stream_take(&stream);
}

static void test_received(void **unused)
{
    (void)unused;
    /* "ab cd" -> "xb cd" -> "xb yd": stage 2 changed nothing */
    const dm_edit_record edits[] = {change(1, 0, 0, "a", "x"), change(3, 3, 3, "c", "y")};
    const struct dm_diff diff = {DM_LIT("ab cd"), DM_LIT("xb yd"), edits, 2, 80};
    assert_true(dm__causes_init(&list, &arena, &diff));
    assert_int_equal(list.stages, 4);
    assert_true(dm__str_eq(list.received[1], DM_LIT("ab cd")));
    assert_null(list.received[2].ptr);
    assert_true(dm__str_eq(list.received[3], DM_LIT("xb cd")));
    /* the word around each, as its stage saw it */
    assert_string_equal(lines_of(&edits[0]), "         clean-a/rule  \"ab\" -> \"xb\"\n");
    assert_string_equal(lines_of(&edits[1]), "         clean-bb/rule  \"cd\" -> \"yd\"\n");
}

/* Records that do not fit the text are no reason to read behind it. */
static void test_misfit(void **unused)
{
    (void)unused;
    const dm_edit_record edits[] = {change(1, 90, 90, "a", "x")};
    const struct dm_diff diff = {DM_LIT("ab"), DM_LIT("xb"), edits, 1, 80};
    assert_false(dm__causes_init(&list, &arena, &diff));
}

static void test_words_around(void **unused)
{
    (void)unused;
    const dm_edit_record edits[] = {change(1, 16, 16, "-", "+")};
    const struct dm_diff diff = {DM_LIT("aaaaaaaaaaaa\xC3\xA9\xC3\xA9-bbbbbbbbbbbbbb c"),
                                 DM_LIT("aaaaaaaaaaaa\xC3\xA9\xC3\xA9+bbbbbbbbbbbbbb c"), edits, 1, 80};
    assert_true(dm__causes_init(&list, &arena, &diff));
    /* 12 code points on each side */
    assert_string_equal(lines_of(&edits[0]),
                        "         clean-a/rule  \"aaaaaaaaaa\xC3\xA9\xC3\xA9-bbbbbbbbbbbb\" -> "
                        "\"aaaaaaaaaa\xC3\xA9\xC3\xA9+bbbbbbbbbbbb\"\n");
}

/* What can be seen well enough stands alone. */
static void test_enough(void **unused)
{
    (void)unused;
    const dm_edit_record edits[] = {change(1, 1, 1, "abc", "")};
    const struct dm_diff diff = {DM_LIT("xabcx"), DM_LIT("xx"), edits, 1, 80};
    assert_true(dm__causes_init(&list, &arena, &diff));
    assert_string_equal(lines_of(&edits[0]), "         clean-a/rule  \"abc\" -> \"\"\n");
}

/* Names are padded to the widest; what was written is forgotten. */
static void test_write(void **unused)
{
    (void)unused;
    dm_edit_record edits[] = {change(1, 0, 0, "abc", "xyz"), change(2, 4, 4, "def", "uvw")};
    edits[0].flags = DM_EDIT_FLAGGED;
    edits[0].to = (dm_span){0, 3};
    edits[0].confidence = 0.5;
    edits[0].evidence = DM_LIT("a\nb");
    edits[1].evidence = DM_LIT("list 3");
    const struct dm_diff diff = {DM_LIT("abc def"), DM_LIT("abc uvw"), edits, 2, 80};
    assert_true(dm__causes_init(&list, &arena, &diff));
    struct dm_cause second = {.edit = &edits[1]}, first = {.edit = &edits[0], .next = &second};
    dm__causes_add(&list, &first);
    dm__causes_write(&list, stream.to, &plain);
    assert_string_equal(fixture_stream_take(&stream),
                        "         clean-a/rule   \"abc\" -> \"xyz\" (only flagged, confidence 0.50, a\\nb)\n"
                        "         clean-bb/rule  \"def\" -> \"uvw\" (list 3)\n");
    dm__causes_write(&list, stream.to, &plain);
    assert_string_equal(fixture_stream_take(&stream), "");
    dm__causes_summary(&list, stream.to, &plain);
    assert_string_equal(fixture_stream_take(&stream), "1 change: clean-bb 1; 1 only flagged\n");
}

static void test_others(void **unused)
{
    (void)unused;
    dm_edit_record edits[] = {record(1, "clean-a", "r"), record(1, "clean-a", "r")};
    edits[0].target = DM_CHANGE_META;
    edits[0].key = DM_LIT("ti\033tle");
    edits[0].before = DM_LIT("");
    edits[1].target = DM_CHANGE_META + 1;
    edits[1].before = DM_LIT("heading 1");
    edits[1].after = DM_LIT("heading 2");
    const struct dm_diff diff = {DM_LIT("ab"), DM_LIT("ab"), edits, 2, 80};
    assert_true(dm__causes_init(&list, &arena, &diff));
    dm__causes_others(&list, stream.to, &plain);
    /* an empty value is not the same as none */
    assert_string_equal(fixture_stream_take(&stream),
                        "metadata and marks\n"
                        "         clean-a/r  ti\\x1Btle: \"\" -> nothing\n"
                        "         clean-a/r  mark: \"heading 1\" -> \"heading 2\"\n");
}

static void test_nothing(void **unused)
{
    (void)unused;
    const struct dm_diff diff = {DM_LIT("ab"), DM_LIT("ab"), NULL, 0, 80};
    assert_true(dm__causes_init(&list, &arena, &diff));
    dm__causes_others(&list, stream.to, &plain);
    assert_string_equal(fixture_stream_take(&stream), "");
    dm__causes_summary(&list, stream.to, &plain);
    assert_string_equal(fixture_stream_take(&stream), "no changes\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_received, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_misfit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_around, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_enough, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
