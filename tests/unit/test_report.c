/* Problems: their order, what memory they take, and the word that was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <string.h>

#include "core/text/str.h"
#include "fixture_report.h"

#include <cmocka.h>

static struct dm_arena arena;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

static void test_collects(void **unused)
{
    (void)unused;
    struct dm_report r;
    dm__report_init(&r, &arena);
    struct dm_problem *const p = dm__report_error(&r, DM_LIT("a.yaml"), 3, 5, "unknown key '%s'", "pathh");
    dm__report_hint(&r, p, "did you mean '%s'?", "path");
    dm__report_error(&r, DM_LIT("a.yaml"), 9, 1, "another")->warning = true;
    assert_int_equal(r.count, 2);
    assert_int_equal(r.errors, 2);
    assert_string_equal(fixture_report_text(&arena, &r),
                        "3:5 unknown key 'pathh'; did you mean 'path'?\n9:1 another");
}

static void test_sort(void **unused)
{
    (void)unused;
    struct dm_report r;
    dm__report_init(&r, &arena);
    dm__report_error(&r, DM_LIT("a"), 9, 9, "kept in front");
    dm__report_error(&r, DM_LIT("a"), 5, 1, "d");
    dm__report_error(&r, DM_LIT("a"), 2, 7, "b");
    dm__report_error(&r, DM_LIT("a"), 2, 7, "b");
    dm__report_error(&r, DM_LIT("a"), 2, 7, "c");
    dm__report_error(&r, DM_LIT(""), 0, 0, "no place");
    dm__report_error(&r, DM_LIT(""), 0, 0, "no place");
    dm__report_error(&r, DM_LIT("a"), 2, 3, "a");
    dm__report_sort(&r, 1);
    assert_string_equal(fixture_report_text(&arena, &r), "9:9 kept in front\n"
                                                         "0:0 no place\n"
                                                         "0:0 no place\n"
                                                         "2:3 a\n"
                                                         "2:7 b\n"
                                                         "2:7 c\n"
                                                         "5:1 d");
    assert_int_equal(r.errors, 7);
}

static void test_bounded(void **unused)
{
    (void)unused;
    struct dm_report r;
    dm__report_init(&r, &arena);
    for (unsigned i = 0; i < DM_REPORT_MAX + 100; i++)
        dm__report_hint(&r, dm__report_error(&r, DM_LIT("a"), i + 1, 1, "problem %u", i), "hint");
    assert_int_equal(r.count, DM_REPORT_MAX);
    assert_int_equal(r.errors, DM_REPORT_MAX + 100);
    assert_string_equal(r.items[DM_REPORT_MAX - 1].message.ptr, "problem 499");
}

static void test_no_memory(void **unused)
{
    (void)unused;
    for (size_t n = 1; n < 4; n++) {
        dm__arena_reset(&arena);
        arena.fail_after = n;
        struct dm_report r;
        dm__report_init(&r, &arena);
        struct dm_problem *const p = dm__report_error(&r, DM_LIT("a"), 1, 1, "problem");
        dm__report_hint(&r, p, "hint");
        arena.fail_after = 0;
        assert_int_equal(r.errors, 1);
        assert_int_equal(r.count, 1);
        assert_string_equal(r.items[0].message.ptr, n < 3 ? "out of memory" : "problem");
        dm__report_error(&r, DM_LIT("a"), 2, 1, "another");
        assert_int_equal(r.errors, 2);
        assert_true(r.count >= 1);
    }
}

static void test_nearest(void **unused)
{
    (void)unused;
    static const char *const names[] = {"path", "include", NULL, "exclude", "max-size", "base"};
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        {"pathh", "path"},
        {"apth", "path"},
        {"PATH", "path"},
        {"pth", "path"},
        {"inclde", "include"},
        {"eclude", "exclude"},
        {"max_size", "max-size"},
        {"maxsize", "max-size"},
        {"bsae", "base"},
        {"xyzzy", NULL},
        {"p", NULL},
        {"", NULL},
        {"includes", "include"},
        {"workers", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const found = dm__nearest(dm__str(cases[i].word), names, 6);
        assert_string_equal(found != NULL ? found : "none",
                            cases[i].nearest != NULL ? cases[i].nearest : "none");
    }
    char long_word[100];
    memset(long_word, 'a', sizeof long_word);
    assert_null(dm__nearest((dm_str){long_word, sizeof long_word}, names, 6));
}

static void test_shown(void **unused)
{
    (void)unused;
    char word[100];
    memset(word, 'a', sizeof word);
    assert_int_equal(dm__shown((dm_str){word, 60}), 60);
    assert_int_equal(dm__shown((dm_str){word, 61}), 60);
    memcpy(word + 58, "\xF0\x9F\x8C\xBE", 4);
    assert_int_equal(dm__shown((dm_str){word, 100}), 58);
}

static void test_errno_text(void **unused)
{
    (void)unused;
    char why[DM_ERRNO_MAX];
    dm__errno_text(ENOENT, why);
    assert_string_equal(why, "no such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_collects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sort, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_shown),
        cmocka_unit_test(test_errno_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
