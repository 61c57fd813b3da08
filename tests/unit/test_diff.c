/* The view of `try --explain`, as it stands on the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/diff.h"
#include "core/document/edit.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

static const dm_rule rules[] = {
    {"zero-width", "", DM_FIX, 0}, {"word", "", DM_FIX, 0.5}, {"maybe", "", DM_FLAG, 0}};
static const struct dm_rule_mode modes[] = {{DM_FIX, 0}, {DM_FIX, 0.5}, {DM_FLAG, 0}};

struct ask {
    const char *what, *with; /* the first place where `what` stands is replaced */
    uint32_t rule;
    double confidence;
    const char *evidence;
};

/* Run one stage over the text; the last change has `what` NULL. */
static void run_stage(struct dm_doc *doc, uint32_t stage, const char *name, const struct ask *asks)
{
    static const dm_array all = DM_ARRAY(rules);
    struct dm_edit_batch batch;
    const char *why = NULL;
    dm__edit_begin(&batch, doc->arena, stage, dm__str(name), DM_LIT("1"), all, modes);
    for (; asks->what; asks++) {
        const char *found = memmem(doc->text.ptr, doc->text.len, asks->what, strlen(asks->what));
        assert_non_null(found);
        const size_t at = (size_t)(found - doc->text.ptr);
        const dm_change c = {.size = sizeof c,
                             .rule = asks->rule,
                             .at = {at, at + strlen(asks->what)},
                             .with = dm__str(asks->with),
                             .confidence = asks->confidence,
                             .evidence = dm__str(asks->evidence ? asks->evidence : "")};
        assert_int_equal(dm__edit_add(&batch, doc, &c, &why), DM_OK);
    }
    assert_int_equal(dm__edit_apply(&batch, doc, &why), DM_OK);
}

static void begin(struct dm_doc *doc, struct dm_arena *arena, const char *text)
{
    static const dm_identity identity = {.size = sizeof identity, .revision = 1};
    dm__arena_init(arena, 0);
    dm__doc_begin(doc, arena, &identity, dm__str(text));
    assert_int_equal(dm__doc_append(doc, dm__str(text), (dm_span){0, strlen(text)}), DM_OK);
    doc->extracted = doc->text;
}

static void assert_view(struct dm_doc *doc, bool colour, const char *expected)
{
    struct fixture_stream s;
    const struct dm_style style = {.colour = colour};
    const struct dm_diff diff = {doc->extracted, doc->text, doc->edits, doc->edit_count, 100};
    fixture_stream_open(&s);
    assert_true(dm__diff_write(s.to, &style, doc->arena, &diff));
    assert_string_equal(fixture_stream_take(&s), expected);
    fixture_stream_close(&s);
    dm__arena_fini(doc->arena);
}

static void test_no_changes(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct dm_doc doc;
    begin(&doc, &arena, "nothing\n");
    assert_view(&doc, false, "no changes\n");
}

static void test_two_stages(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct dm_doc doc;
    begin(&doc, &arena, "Title\n\nThe min\xE2\x80\x8Bister said so.\n\na\nb\nc\nd\nlast line\n");
    run_stage(&doc, 1, "clean-unicode",
              (struct ask[]){{"\xE2\x80\x8B", "", 0, 1, NULL}, {NULL, NULL, 0, 0, NULL}});
    run_stage(&doc, 2, "clean-words",
              (struct ask[]){{"minister", "secretary", 1, 0.75, "line 3"},
                             {"last", "first", 2, 1, NULL},
                             {NULL, NULL, 0, 0, NULL}});
    assert_view(&doc, false,
                "2 changes: clean-unicode 1, clean-words 1; 1 only flagged\n"
                "     1 │ Title\n"
                "     2 │\n"
                "     3 │ The [-min‹U+200B›ister-]{+secretary+} said so.\n"
                "         clean-unicode/zero-width  \"min\\u200Bister\" -> \"minister\"\n"
                "         clean-words/word          \"minister\" -> \"secretary\" (confidence 0.75, line 3)\n"
                "     4 │\n"
                "     5 │ a\n"
                "       ⋮\n"
                "     7 │ c\n"
                "     8 │ d\n"
                "     9 │ [?last?] line\n"
                "         clean-words/maybe  \"last\" -> \"first\" (only flagged)\n");
}

static void test_colour_needs_no_markers(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct dm_doc doc;
    begin(&doc, &arena, "a minister");
    run_stage(&doc, 1, "clean-words",
              (struct ask[]){{"minister", "secretary", 1, 1, NULL}, {NULL, NULL, 0, 0, NULL}});
    assert_view(&doc, true,
                "\033[1m1 change\033[0m: clean-words 1\n"
                "\033[2m     1 │\033[0m a \033[9;31mminister\033[0m\033[32msecretary\033[0m\n"
                "         \033[36mclean-words/word\033[0m  \"minister\" -> \"secretary\"\n");
}

static void test_line_breaks(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct dm_doc doc;
    begin(&doc, &arena, "one\r\ntwo\nthree");
    run_stage(
        &doc, 1, "clean-lines",
        (struct ask[]){{"two\n", "", 1, 1, NULL}, {"three", "3\n4", 1, 1, NULL}, {NULL, NULL, 0, 0, NULL}});
    assert_view(&doc, false,
                "2 changes: clean-lines 2\n"
                "     1 │ one\n"
                "     2 │ [-two↵-]\n"
                "     3 │ [-three-]{+3↵+}\n"
                "     3 │ {+4+}\n"
                "         clean-lines/word  \"two\\n\" -> \"\"\n"
                "         clean-lines/word  \"three\" -> \"3\\n4\"\n");
}

static void test_what_looks_alike_is_named(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct dm_doc doc;
    begin(&doc, &arena, "cafe\xCC\x81 a\xC2\xA0kept\xC2\xA0space  two\033[31m");
    run_stage(&doc, 1, "clean-unicode",
              (struct ask[]){{"e\xCC\x81", "\xC3\xA9", 1, 1, NULL},
                             {"a\xC2\xA0", "a ", 1, 1, NULL},
                             {"  ", " ", 1, 1, NULL},
                             {NULL, NULL, 0, 0, NULL}});
    assert_view(&doc, false,
                "3 changes: clean-unicode 3\n"
                "     1 │ caf[-e‹U+0301›-]{+\xC3\xA9+} [-a‹U+00A0›-]{+a "
                "+}kept\xC2\xA0space[-··-]{+·+}two‹U+001B›[31m\n"
                "         clean-unicode/word  \"cafe\\u0301\" -> \"caf\xC3\xA9\"\n"
                "         clean-unicode/word  \"a\\u00A0kept\\u00A0space\" -> \"a kept\\u00A0space\"\n"
                "         clean-unicode/word  \"a\\u00A0kept\\u00A0space  two\\x1B[31m\" -> "
                "\"a\\u00A0kept\\u00A0space two\\x1B[31m\"\n");
}

static void test_long_lines_are_cut(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct dm_doc doc;
    char text[4096] = "";
    for (int i = 0; i < 40; i++)
        strcat(text, "some words go here ");
    strcat(text, "TARGET");
    for (int i = 0; i < 40; i++)
        strcat(text, " and more come now");
    begin(&doc, &arena, text);
    run_stage(&doc, 1, "clean-words",
              (struct ask[]){{"TARGET", "target", 1, 1, NULL}, {NULL, NULL, 0, 0, NULL}});
    assert_view(&doc, false,
                "1 change: clean-words 1\n"
                "     1 │ …some words go here some words go here [-TARGET-]{+target+}"
                " and more come now and more come now…\n"
                "         clean-words/word  \"TARGET\" -> \"target\"\n");
}

static void test_metadata(void **unused)
{
    (void)unused;
    static const dm_array all = DM_ARRAY(rules);
    struct dm_arena arena;
    struct dm_doc doc;
    struct dm_edit_batch batch;
    const char *why = NULL;
    begin(&doc, &arena, "text\n");
    dm__edit_begin(&batch, &arena, 1, DM_LIT("clean-x"), DM_LIT("1"), all, modes);
    const dm_change c = {.size = sizeof c,
                         .rule = 1,
                         .target = DM_CHANGE_META,
                         .key = "language",
                         .with = DM_LIT("en"),
                         .confidence = 1};
    assert_int_equal(dm__edit_add(&batch, &doc, &c, &why), DM_OK);
    assert_int_equal(dm__edit_apply(&batch, &doc, &why), DM_OK);
    assert_view(&doc, false,
                "1 change: clean-x 1\n"
                "metadata and marks\n"
                "         clean-x/word  language: nothing -> \"en\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_changes),
        cmocka_unit_test(test_two_stages),
        cmocka_unit_test(test_colour_needs_no_markers),
        cmocka_unit_test(test_line_breaks),
        cmocka_unit_test(test_what_looks_alike_is_named),
        cmocka_unit_test(test_long_lines_are_cut),
        cmocka_unit_test(test_metadata),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
