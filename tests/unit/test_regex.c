/* Regular expressions: matching, groups, what does not compile, bytes that are no UTF-8, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "core/pipeline/regex.h"
#include "core/text/str.h"

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

static const dm_regex *compile(const char *pattern)
{
    dm_str why = {NULL, 0};
    size_t offset;
    const dm_regex *const re = dm__regex_compile(&arena, dm__str(pattern), &why, &offset);
    if (re == NULL)
        fail_msg("%s: %s", pattern, why.ptr);
    return re;
}

static void test_matches(void **unused)
{
    (void)unused;
    static const struct {
        const char *pattern, *subject;
        size_t from, begin, end; /* SIZE_MAX: no match */
    } cases[] = {
        {"b+", "abbc", 0, 1, 3},
        {"b+", "abbc", 2, 2, 3},
        {"b+", "abbc", 3, SIZE_MAX, 0},
        {"^b", "ab", 1, SIZE_MAX, 0}, /* the subject begins at its first byte */
        {"(?<=a)b", "ab", 1, 1, 2},
        {"\\w+", "\xC3\xA9t\xC3\xA9 x", 0, 0, 5},
        {"(?i)\xC3\x89", "x\xC3\xA9", 0, 1, 3},
        {".", "\xE2\x82\xAC", 0, 0, 3},
        {"\\d", "\xD9\xA3", 0, 0, 2}, /* an Arabic digit */
        {"(?m)a$", "a\r\nb", 0, 0, 1},
        {"a.b", "a\rb", 0, SIZE_MAX, 0},
        {"", "", 0, 0, 0},
        {"x*", "abc", 3, 3, 3},
        {"x", "abc", 4, SIZE_MAX, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dm_span at = {0, 0};
        const int32_t found =
            dm__regex_match(compile(cases[i].pattern), dm__str(cases[i].subject), cases[i].from, &at, 1);
        assert_int_equal(found, cases[i].begin != SIZE_MAX);
        if (found == 0)
            continue;
        assert_int_equal(at.begin, cases[i].begin);
        assert_int_equal(at.end, cases[i].end);
    }
}

static void test_groups(void **unused)
{
    (void)unused;
    const dm_regex *const re = compile("(a)|(b)(c)?");
    dm_span at[6];
    assert_int_equal(dm__regex_match(re, DM_LIT("xbc"), 0, at, 6), 4);
    assert_int_equal(at[0].begin, 1);
    assert_int_equal(at[0].end, 3);
    assert_int_equal(at[1].begin, SIZE_MAX);
    assert_int_equal(at[2].begin, 1);
    assert_int_equal(at[3].begin, 2);
    assert_int_equal(at[4].begin, SIZE_MAX);
    assert_int_equal(at[5].end, SIZE_MAX);
    assert_int_equal(dm__regex_match(re, DM_LIT("a"), 0, at, 6), 2);
    assert_int_equal(at[3].begin, SIZE_MAX);
    assert_int_equal(dm__regex_match(re, DM_LIT("bc"), 0, NULL, 0), 4);
}

static void test_does_not_compile(void **unused)
{
    (void)unused;
    static const struct {
        const char *pattern, *why;
        size_t offset;
    } cases[] = {
        {"a(b", "missing closing parenthesis", 3},
        {"a[b", "missing terminating ] for character class", 3},
        {"a**", "quantifier does not follow a repeatable item", 2},
        {"\\C", "using \\C is disabled by the application", 2},
        {"a{2,1}", "numbers out of order in {} quantifier", 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dm_str why;
        size_t offset;
        assert_null(dm__regex_compile(&arena, dm__str(cases[i].pattern), &why, &offset));
        assert_string_equal(why.ptr, cases[i].why);
        assert_int_equal(offset, cases[i].offset);
    }
}

static void test_same_pattern_same_expression(void **unused)
{
    (void)unused;
    assert_ptr_equal(compile("a|b"), compile("a|b"));
    assert_ptr_not_equal(compile("a|b"), compile("a|c"));
}

static void test_bad_bytes_match_nothing(void **unused)
{
    (void)unused;
    dm_span at;
    assert_int_equal(dm__regex_match(compile("."), DM_LIT("\xFF\xFE"), 0, &at, 1), 0);
    assert_int_equal(dm__regex_match(compile("b"),
                                     DM_LIT("\xC3"
                                            "b\xFF"),
                                     0, &at, 1),
                     1);
    assert_int_equal(at.begin, 1);
    /* from the middle of a code point, and with its end cut off */
    assert_int_equal(dm__regex_match(compile("\\w"), DM_LIT("\xC3\xA9x"), 1, &at, 1), 1);
    assert_int_equal(at.begin, 2);
    assert_int_equal(dm__regex_match(compile("\\w"), (dm_str){"\xC3\xA9", 1}, 0, &at, 1), 0);
}

/* Backtracking without end, and nesting without end. */
static void test_limits(void **unused)
{
    (void)unused;
    char text[4096];
    memset(text, 'a', sizeof text);
    dm_span at;
    assert_int_equal(dm__regex_match(compile("(a|aa|aaa)+$(?<!a)x"), (dm_str){text, 60}, 0, &at, 1), 0);
    assert_int_equal(dm__regex_match(compile("^(\\w+\\s?)*$(?<=x)"), (dm_str){text, sizeof text}, 0, &at, 1),
                     DM_ELIMIT);
}

static void test_no_memory(void **unused)
{
    (void)unused;
    dm_str why = DM_LIT("x");
    size_t offset;
    arena.fail_after = 1;
    assert_null(dm__regex_compile(&arena, DM_LIT("("), &why, &offset));
    arena.fail_after = 0;
    assert_null(why.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_matches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_does_not_compile, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_same_pattern_same_expression, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_bytes_match_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
