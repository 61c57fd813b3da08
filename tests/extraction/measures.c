/* The measures themselves: what counts as equal. */
#include "tests/extraction/runs.h"
#include "tests/extraction/stated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_runs(const char *out, const char *truth, size_t both, size_t in_out, size_t in_truth)
{
    const struct runs_match m = runs_compare(out, strlen(out), truth, strlen(truth));
    assert_int_equal(m.both, both);
    assert_int_equal(m.out, in_out);
    assert_int_equal(m.truth, in_truth);
}

static void test_runs(void **state)
{
    (void)state;
    assert_runs("", "", 0, 0, 0);
    assert_runs("a b c", "a b c", 1, 1, 1);
    assert_runs("a b c d e", "a, b; c - d!", 1, 2, 1);
    assert_runs("a b c d", "A b c d", 0, 1, 1);
    assert_runs("x x x x x x", "x x x x x", 2, 3, 2);
    assert_runs("Żółć łódź świt dąb", "Żółć… łódź «świt» dąb", 1, 1, 1);
}

static void test_titles(void **state)
{
    (void)state;
    assert_true(stated_same_title(" The  “Sea” ", "the \"sea\""));
    assert_true(stated_same_title("Élan\xC2\xA0vital", "élan vital"));
    assert_false(stated_same_title("The Sea | Harbour News", "The Sea"));
    assert_false(stated_same_title("", "The Sea"));
}

static void test_dates(void **state)
{
    (void)state;
    assert_true(stated_same_date("2021-04-03T10:00:00+02:00", "2021-04-03"));
    assert_true(stated_same_date("2021-04-03", "2021-4-3"));
    assert_true(stated_same_date("2021-04-03", "2021-04"));
    assert_false(stated_same_date("2021-04-04", "2021-04-03"));
    assert_false(stated_same_date("", "2021-04-03"));
}

static void test_authors(void **state)
{
    (void)state;
    assert_true(stated_same_author("Ada Oke; Jan Veld", "By Jan Veld and Ada Oke"));
    assert_true(stated_same_author("ada oke", "Ada Oke"));
    assert_false(stated_same_author("Ada Oke", "Ada Oke, Jan Veld"));
    assert_false(stated_same_author("", "Ada Oke"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_authors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
