/* The bar and the pace: all times are handed in, no clock is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/progress.h"
#include "core/cli/rune.h"
#include "core/text/str.h"

#include <cmocka.h>

#define SECOND 1000000000ull
static const struct dm_style plain = {0};

/* A run that has gone at an even pace. */
static void go(struct dm_pace *pace, struct dm_engine_progress *p, unsigned seconds, unsigned documents)
{
    for (unsigned i = 0; i < seconds * 10; i++) {
        p->nanoseconds += SECOND / 10;
        p->done += documents / 10;
        p->bytes += documents / 10 * 5000;
        dm__pace_update(pace, p);
    }
}

static void test_even_pace(void **unused)
{
    (void)unused;
    struct dm_pace pace = {0};
    struct dm_engine_progress p = {.found = 10000, .found_all = true};
    go(&pace, &p, 20, 100);
    assert_true(pace.documents > 99.9 && pace.documents < 100.1);
    assert_true(pace.bytes > 499000 && pace.bytes < 501000);
    assert_int_equal(dm__pace_left(&pace, &p), 80);
}

static void test_pace_follows(void **unused)
{
    (void)unused;
    struct dm_pace pace = {0};
    struct dm_engine_progress p = {.found = 1000000, .found_all = true};
    go(&pace, &p, 60, 1000);
    go(&pace, &p, 60, 100);
    assert_true(pace.documents > 99 && pace.documents < 110);
}

static void test_time_left_is_unknown(void **unused)
{
    (void)unused;
    struct dm_pace pace = {0};
    struct dm_engine_progress p = {.found = 100};
    assert_true(dm__pace_left(&pace, &p) == UINT64_MAX);
    go(&pace, &p, 1, 10);
    assert_true(dm__pace_left(&pace, &p) == UINT64_MAX); /* the scan has not ended */
    p.found_all = true;
    assert_int_equal(dm__pace_left(&pace, &p), 9);
}

static void test_the_same_moment_twice(void **unused)
{
    (void)unused;
    struct dm_pace pace = {0};
    struct dm_engine_progress p = {.found = 100};
    go(&pace, &p, 1, 10);
    const double before = pace.documents;
    dm__pace_update(&pace, &p);
    assert_true(pace.documents <= before && pace.documents >= before);
}

static void test_bar(void **unused)
{
    (void)unused;
    struct dm_pace pace = {.documents = 100, .bytes = 500000};
    const struct dm_engine_progress p = {
        .done = 490, .failed = 10, .found = 2000, .found_all = true, .bytes = 1, .nanoseconds = 1};
    static const struct {
        unsigned columns;
        const char *bar;
    } cases[] = {
        {200, " 25% ━━━━━━━━━━────────────────────────────── 500/2,000  100 docs/s  500 kB/s  0:15 left  10 "
              "failed"},
        {80, " 25% ━━━━━──────────────── 500/2,000  100 docs/s  500 kB/s  0:15 left  10 failed"},
        {64, " 25% ━━━──────────── 500/2,000  100 docs/s  0:15 left  10 failed"},
        {50, " 25% ━━━────────── 500/2,000  0:15 left  10 failed"},
        {40, " 25% ━━━─────────── 500/2,000  10 failed"},
        {12, " 25%"},
        {3, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char bar[DM_PROGRESS_MAX];
        dm__progress_bar(bar, &plain, &p, &pace, cases[i].columns);
        assert_string_equal(bar, cases[i].bar);
    }
}

/* Colours take no columns, and no line is wider than the terminal. */
static void test_bar_fits(void **unused)
{
    (void)unused;
    struct dm_pace pace = {.documents = 12345, .bytes = 5e7};
    const struct dm_engine_progress p = {
        .done = 1234567, .failed = 1234, .found = 9999999, .found_all = true, .bytes = 1, .nanoseconds = 1};
    const struct dm_style colour = {.colour = true};
    for (unsigned columns = 0; columns < 150; columns++) {
        char bar[DM_PROGRESS_MAX], coloured[DM_PROGRESS_MAX];
        dm__progress_bar(bar, &plain, &p, &pace, columns);
        assert_true(dm__text_width(dm__str(bar)) <= columns);
        dm__progress_bar(coloured, &colour, &p, &pace, columns);
        assert_true(strlen(coloured) >= strlen(bar));
    }
}

static void test_bar_before_the_scan_has_ended(void **unused)
{
    (void)unused;
    struct dm_pace pace = {.documents = 100, .bytes = 500000};
    const struct dm_engine_progress p = {.done = 30, .found = 50, .bytes = 1, .nanoseconds = 1};
    char bar[DM_PROGRESS_MAX];
    dm__progress_bar(bar, &plain, &p, &pace, 60);
    assert_string_equal(bar, "   … ────────────────────────── 30/50+  100 docs/s  500 kB/s");
}

static void test_line(void **unused)
{
    (void)unused;
    struct dm_pace pace = {.documents = 310, .bytes = 1.5e6};
    struct dm_engine_progress p = {.done = 1198, .failed = 2, .found = 29000, .found_all = true};
    char line[DM_PROGRESS_MAX];
    dm__progress_line(line, &p, &pace);
    assert_string_equal(line, "1,200 of 29,000 documents (4%), 2 failed, 310 docs/s, 1.5 MB/s, 1:30 left");
    p.found_all = false;
    p.failed = 0;
    dm__progress_line(line, &p, &pace);
    assert_string_equal(line, "1,198 documents, 310 docs/s, 1.5 MB/s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_even_pace),
        cmocka_unit_test(test_pace_follows),
        cmocka_unit_test(test_time_left_is_unknown),
        cmocka_unit_test(test_the_same_moment_twice),
        cmocka_unit_test(test_bar),
        cmocka_unit_test(test_bar_fits),
        cmocka_unit_test(test_bar_before_the_scan_has_ended),
        cmocka_unit_test(test_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
