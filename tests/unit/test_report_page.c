/* The page of `try --report`: every tag is closed, rows follow the lines, changes are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cli/report_page.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (; (text = strstr(text, what)) != NULL; text++)
        count++;
    return count;
}

static dm_edit_record record(uint32_t target, size_t at, size_t to, const char *before, const char *after)
{
    return (dm_edit_record){.size = sizeof(dm_edit_record),
                            .target = target,
                            .stage = 1,
                            .stage_name = DM_LIT("clean-x"),
                            .rule = DM_LIT("a\"b"),
                            .at = {at, at + strlen(before)},
                            .to = {to, to + strlen(after)},
                            .before = dm__str(before),
                            .after = dm__str(after),
                            .key = DM_LIT("title"),
                            .confidence = 0.5,
                            .evidence = DM_LIT("<why>")};
}

static void test_page(void **unused)
{
    (void)unused;
    dm_edit_record edits[] = {record(DM_CHANGE_TEXT, 0, 0, "one\n", "1\n2\n"),
                              record(DM_CHANGE_TEXT, 8, 8, "three", "3"),
                              record(DM_CHANGE_META, 0, 0, "old", "new")};
    edits[1].flags = DM_EDIT_FLAGGED;
    edits[1].to = (dm_span){8, 13};
    const struct dm_diff diff = {DM_LIT("one\ntwo\nthree"), DM_LIT("1\n2\ntwo\nthree"), edits, 3, 0};
    static const char *const tags[] = {"div", "span", "del", "ins", "mark", "a", "li", "ol", "b", "i", "bdi"};
    struct dm_arena arena;
    struct fixture_stream s;
    struct dm_report_page page;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__report_page_begin(&page, s.to, DM_LIT("<x>"));
    assert_true(dm__report_page_add(&page, &arena, &diff, 0));
    dm__report_page_end(&page);
    const char *html = fixture_stream_take(&s);
    assert_int_equal(page.changes, 2);
    assert_int_equal(page.flagged, 1);
    assert_non_null(strstr(html, "<title>&lt;x&gt;"));
    assert_non_null(strstr(html, "data-rule=\"clean-x/a&quot;b\""));
    assert_int_equal(count_of(html, "<span class=\"n\">"), 3);
    assert_int_equal(count_of(html, "<li "), 3);
    assert_non_null(strstr(html, "<i>metadata</i> title"));
    assert_null(strstr(html, "<why>"));
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        char plain[16], with[16], close[16];
        snprintf(plain, sizeof plain, "<%s>", tags[i]);
        snprintf(with, sizeof with, "<%s ", tags[i]);
        snprintf(close, sizeof close, "</%s>", tags[i]);
        assert_int_equal(count_of(html, plain) + count_of(html, with), count_of(html, close));
    }
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_page)};
    return cmocka_run_group_tests_name("report page", tests, NULL, NULL);
}
