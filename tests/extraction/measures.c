/* The measures themselves: what counts as equal. */
#include "tests/extraction/dated.h"
#include "tests/extraction/runs.h"
#include "tests/extraction/stated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

/* ---- what a page states ----------------------------------------------------------------------------- */

static const char sample[] =
    "<!DOCTYPE html><html><head><title>The sea at Skerrin - Harbour News</title>"
    "<meta property='og:title' content='The sea at Skerrin'>"
    "<script type='application/ld+json'>{\"author\":\"Jos\\u00e9 Veld\",\"x\":\"20210405\"}</script></head>"
    "<body><h1>The <em>s</em>ea at Sker&shy;rin</h1><p>By Ada Oke</p><p>of 3rd of April, 2021</p>"
    "<p>9. M\xC3\xA4rz 2019</p><time datetime='2020-12-24T10:00'>at last</time><p>7/8/18</p></body></html>";

static struct page page_of(const char *html)
{
    char name[] = "/tmp/docmill-page-XXXXXX";
    const int fd = mkstemp(name);
    assert_true(fd >= 0);
    FILE *const f = fdopen(fd, "wb");
    assert_non_null(f);
    fputs(html, f);
    fclose(f);
    const struct page p = page_read(name);
    remove(name);
    return p;
}

static void test_page(void **state)
{
    (void)state;
    struct page p = page_of(sample), none = page_read("/nonexistent");
    assert_string_equal(p.title, "The sea at Skerrin - Harbour News");
    assert_int_equal(p.headline_count, 2);
    assert_true(stated_has_title(&p, "THE SEA at Skerrin"));
    assert_true(stated_has_title(&p, "The sea at Skerrin | Harbour News"));
    assert_false(stated_has_title(&p, "The sea at Skerr"));
    assert_true(stated_has_author(&p, "Ada Oke and José Veld"));
    assert_false(stated_has_author(&p, "Ada Oke and Jan Veld"));
    assert_false(stated_has_title(&none, "The sea"));
    page_free(&p);
    page_free(&none);
}

static void test_days(void **state)
{
    (void)state;
    static const char *const there[] = {"2021-04-03", "2021-04-05", "2019-03-09", "2020-12-24",
                                        "2018-07-08", "2018-08-07", "2020-12"};
    static const char *const not_there[] = {"2021-04-04", "2019-09-03", "2021-03-09", "2020-11", ""};
    struct page p = page_of(sample);
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        assert_true(stated_has_date(&p, there[i]));
    for (size_t i = 0; i < sizeof not_there / sizeof *not_there; i++)
        assert_false(stated_has_date(&p, not_there[i]));
    page_free(&p);
}

static void test_right_titles(void **state)
{
    (void)state;
    struct page p = page_of(sample);
    assert_true(stated_is_title(&p, "The sea at Skerrin", "The Sea at Skerrin - Harbour News"));
    assert_true(stated_is_title(&p, "The sea at Skerrin | Harbour News", "The sea at Skerrin"));
    assert_true(stated_is_title(&p, "Sea \xE2\x80\x93 air", "sea - air"));
    assert_false(stated_is_title(&p, "The sea at Skerrin", "The sea at Skerrin - a voyage"));
    assert_false(stated_is_title(&p, "The sea", "The sea at Skerrin"));
    assert_false(stated_is_title(&p, "Harbour News", "The sea at Skerrin - Harbour News"));
    assert_false(stated_is_title(&p, "", ""));
    page_free(&p);
}

/* What stands behind a dash is no site's name where no headline does without it. */
static void test_titles_of_two_parts(void **state)
{
    (void)state;
    struct page p = page_of("<title>Boats - a guide</title><h1>Boats - a guide</h1>");
    assert_false(stated_is_title(&p, "Boats", "Boats - a guide"));
    page_free(&p);
}

static void test_right_authors(void **state)
{
    (void)state;
    const struct page p = {0};
    assert_true(stated_is_author(&p, "Ada Oke", "By Ada Oke, Staff Writer"));
    assert_true(stated_is_author(&p, "Ada Oke", "Dr. Ada Oke, MD, PhD"));
    assert_true(stated_is_author(&p, "Ada Oke; Jan Veld", "Jan Veld & Ada Oke."));
    assert_true(stated_is_author(&p, "Editor", "editor"));
    assert_false(stated_is_author(&p, "Ada", "Ada Oke"));
    assert_false(stated_is_author(&p, "Ada Oke; Jan Veld", "Ada Oke"));
    assert_false(stated_is_author(&p, "", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),          cmocka_unit_test(test_titles),
        cmocka_unit_test(test_dates),         cmocka_unit_test(test_authors),
        cmocka_unit_test(test_page),          cmocka_unit_test(test_days),
        cmocka_unit_test(test_right_titles),  cmocka_unit_test(test_titles_of_two_parts),
        cmocka_unit_test(test_right_authors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
