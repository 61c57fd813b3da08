/* Numbers as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cli/figure.h"

#include <cmocka.h>

static void test_counts(void **unused)
{
    (void)unused;
    static const struct {
        uint64_t n;
        const char *text;
    } cases[] = {{0, "0"},
                 {7, "7"},
                 {999, "999"},
                 {1000, "1,000"},
                 {12345, "12,345"},
                 {999999, "999,999"},
                 {1234567, "1,234,567"},
                 {UINT64_MAX, "18,446,744,073,709,551,615"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(dm__figure_count(cases[i].n).text, cases[i].text);
}

static void test_bytes(void **unused)
{
    (void)unused;
    static const struct {
        double n;
        const char *text;
    } cases[] = {{0, "0 B"},         {512, "512 B"},    {999, "999 B"},  {1000, "1.0 kB"},
                 {1234, "1.2 kB"},   {9949, "9.9 kB"},  {9960, "10 kB"}, {999499, "999 kB"},
                 {999500, "1.0 MB"}, {5.2e6, "5.2 MB"}, {34e9, "34 GB"}, {1e18, "1000 PB"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(dm__figure_bytes(cases[i].n).text, cases[i].text);
}

static void test_times(void **unused)
{
    (void)unused;
    static const struct {
        uint64_t n;
        const char *text;
    } cases[] = {{0, "0 µs"},
                 {350000, "350 µs"},
                 {12500000, "12.5 ms"},
                 {3200000000, "3.20 s"},
                 {59990000000, "59.99 s"},
                 {59996000000, "1 min 00 s"},
                 {125000000000, "2 min 05 s"},
                 {7380000000000, "2 h 03 min"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(dm__figure_time(cases[i].n).text, cases[i].text);
}

static void test_clocks_rates_shares(void **unused)
{
    (void)unused;
    assert_string_equal(dm__figure_clock(7).text, "0:07");
    assert_string_equal(dm__figure_clock(725).text, "12:05");
    assert_string_equal(dm__figure_clock(10800).text, "3:00:00");
    assert_string_equal(dm__figure_rate(0.25).text, "0.2");
    assert_string_equal(dm__figure_rate(9.5).text, "10");
    assert_string_equal(dm__figure_rate(1234.4).text, "1,234");
    assert_string_equal(dm__figure_share(1, 3).text, "33%");
    assert_string_equal(dm__figure_share(1, 0).text, "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_clocks_rates_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
