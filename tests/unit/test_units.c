/* Numbers with units: what is taken, what is refused and what was meant by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "core/pipeline/units.h"
#include "core/text/str.h"

#include <cmocka.h>

static const char *or_none(const char *s)
{
    return s != NULL ? s : "none";
}

static void test_bools(void **unused)
{
    (void)unused;
    static const char *const yes[] = {"true", "yes", "on", "True", "YES"};
    static const char *const no[] = {"false", "no", "off", "FALSE", "Off"};
    static const char *const neither[] = {"", "y", "1", "truee", "nope"};
    struct dm_value_fault fault;
    for (size_t i = 0; i < 5; i++) {
        bool b = false;
        assert_true(dm__value_bool(dm__str(yes[i]), &b, &fault) && b);
        assert_true(dm__value_bool(dm__str(no[i]), &b, &fault) && !b);
        assert_false(dm__value_bool(dm__str(neither[i]), &b, &fault));
        assert_string_equal(fault.expected, "true or false");
    }
}

static void test_ints(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int64_t n;
    } good[] = {{"0", 0}, {"42", 42}, {"-7", -7}, {"+7", 7}, {"007", 7}, {"9223372036854775807", INT64_MAX}};
    static const char *const bad[] = {"", "-", "1.0", "1e3", "0x10", "1 ", " 1", "a", "9223372036854775808"};
    struct dm_value_fault fault;
    int64_t n;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(dm__value_int(dm__str(good[i].text), &n, &fault));
        assert_int_equal(n, good[i].n);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(dm__value_int(dm__str(bad[i]), &n, &fault));
    assert_string_equal(fault.why, "it is too large");
}

static void test_reals(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        double n;
    } good[] = {{"0", 0}, {"0.5", 0.5}, {"-1.25", -1.25}, {"1e3", 1000}, {"2.5E-1", 0.25}, {"+1", 1}};
    static const char *const bad[] = {"", ".5", "1.", "1,5", "nan", "inf", "1e", "0x1p3", "1e999", "1 "};
    struct dm_value_fault fault;
    double n;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(dm__value_real(dm__str(good[i].text), &n, &fault));
        assert_true(n - good[i].n < 1e-15 && good[i].n - n < 1e-15);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(dm__value_real(dm__str(bad[i]), &n, &fault));
    assert_false(dm__value_real(DM_LIT("20%"), &n, &fault));
    assert_string_equal(fault.meant, "0.2");
}

struct quantity {
    const char *text;
    int64_t n;               /* -1: refused */
    const char *why, *meant; /* then; NULL: nothing is said */
};

static void check(const struct quantity *cases, size_t count,
                  bool (*read)(dm_str, int64_t *, struct dm_value_fault *))
{
    for (size_t i = 0; i < count; i++) {
        struct dm_value_fault fault = {.expected = NULL};
        int64_t n = -1;
        const bool good = read(dm__str(cases[i].text), &n, &fault);
        if (good != (cases[i].n >= 0))
            fail_msg("'%s' is %s", cases[i].text, good ? "taken" : "refused");
        if (good) {
            assert_int_equal(n, cases[i].n);
            continue;
        }
        assert_string_equal(or_none(fault.why), or_none(cases[i].why));
        assert_string_equal(fault.meant, cases[i].meant != NULL ? cases[i].meant : "");
    }
}

static void test_sizes(void **unused)
{
    (void)unused;
    static const struct quantity cases[] = {
        {"0", 0, NULL, NULL},
        {"100", 100, NULL, NULL},
        {"100B", 100, NULL, NULL},
        {"64KiB", 65536, NULL, NULL},
        {"2MB", 2000000, NULL, NULL},
        {"1GiB", 1073741824, NULL, NULL},
        {"1.5GiB", 1610612736, NULL, NULL},
        {"1TiB", 1099511627776, NULL, NULL},
        {"0.3KB", 300, NULL, NULL},
        {"1 gb", -1, NULL, "1GB"},
        {"1gib", -1, NULL, "1GiB"},
        {"1 GiB", -1, NULL, "1GiB"},
        {"10k", -1, NULL, "10KB"},
        {"10M", -1, NULL, "10MB"},
        {"3 megabytes", -1, NULL, "3MB"},
        {"5 parsecs", -1, NULL, NULL},
        {"1kB", -1, NULL, "1KB"},
        {"0.3", -1, "it has too many decimals", NULL},
        {"99999999TB", -1, "it is too large", NULL},
        {"-1", -1, NULL, NULL},
        {"GB", -1, NULL, NULL},
        {"", -1, NULL, NULL},
        {"1GB2", -1, NULL, NULL},
    };
    check(cases, sizeof cases / sizeof cases[0], dm__value_size);
}

static void test_times(void **unused)
{
    (void)unused;
    static const struct quantity cases[] = {
        {"200ms", 200, NULL, NULL},
        {"30s", 30000, NULL, NULL},
        {"5m", 300000, NULL, NULL},
        {"1h", 3600000, NULL, NULL},
        {"1.5s", 1500, NULL, NULL},
        {"0.3s", 300, NULL, NULL},
        {"0s", 0, NULL, NULL},
        {"30", -1, "the unit is missing", "30s"},
        {"30 sec", -1, NULL, "30s"},
        {"30 s", -1, NULL, "30s"},
        {"30S", -1, NULL, "30s"},
        {"5 min", -1, NULL, "5m"},
        {"2 hours", -1, NULL, "2h"},
        {"100 milliseconds", -1, NULL, "100ms"},
        {"3 weeks", -1, NULL, NULL},
        {"0.0001s", -1, "it has too many decimals", NULL},
        {"9999999999999h", -1, "it is too large", NULL},
        {"soon", -1, NULL, NULL},
    };
    check(cases, sizeof cases / sizeof cases[0], dm__value_time);
}

static void test_show(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t type;
        double n;
        const char *text;
    } cases[] = {
        {DM_SIZE, 0, "0B"},
        {DM_SIZE, 1000, "1KB"},
        {DM_SIZE, 65536, "64KiB"},
        {DM_SIZE, 1073741824, "1GiB"},
        {DM_SIZE, 1000001, "1000001B"},
        {DM_SIZE, 1099511627776, "1TiB"},
        {DM_TIME, 0, "0ms"},
        {DM_TIME, 1, "1ms"},
        {DM_TIME, 1500, "1500ms"},
        {DM_TIME, 30000, "30s"},
        {DM_TIME, 86400000, "24h"},
        {DM_INT, 64, "64"},
        {DM_INT, -3, "-3"},
        {DM_REAL, 0.5, "0.5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DM_VALUE_TEXT];
        dm__value_show(cases[i].type, cases[i].n, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bools), cmocka_unit_test(test_ints),  cmocka_unit_test(test_reals),
        cmocka_unit_test(test_sizes), cmocka_unit_test(test_times), cmocka_unit_test(test_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
