/* Code points: reading, widths, and what cannot be seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/rune.h"
#include "core/text/str.h"

#include <cmocka.h>

static void test_reads(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes;
        bool good;
        uint32_t rune;
        size_t len;
    } cases[] = {
        {"a", true, 'a', 1},
        {"\xC3\xA9", true, 0xE9, 2},
        {"\xE2\x80\x8B", true, 0x200B, 3},
        {"\xF0\x9F\x8C\xBE", true, 0x1F33E, 4},
        {"\xF4\x8F\xBF\xBF", true, 0x10FFFF, 4},
        {"\xFF", false, 0xFF, 1},
        {"\xC3", false, 0xC3, 1},
        {"\xC3\x28", false, 0xC3, 1},
        {"\xC0\x80", false, 0xC0, 1},
        {"\xE0\x80\x80", false, 0xE0, 1},
        {"\xED\xA0\x80", false, 0xED, 1},
        {"\xF0\x80\x80\x80", false, 0xF0, 1},
        {"\xF4\x90\x80\x80", false, 0xF4, 1},
        {"\xF5\x80\x80\x80", false, 0xF5, 1},
        {"\xE2\x80", false, 0xE2, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t at = 0;
        uint32_t rune = 0;
        assert_int_equal(dm__rune_next(dm__str(cases[i].bytes), &at, &rune), cases[i].good);
        assert_int_equal(rune, cases[i].rune);
        assert_int_equal(at, cases[i].len);
    }
}

static void test_widths(void **unused)
{
    (void)unused;
    assert_int_equal(dm__text_width(dm__str("abc")), 3);
    assert_int_equal(dm__text_width(dm__str("caf\xC3\xA9")), 4);
    assert_int_equal(dm__text_width(dm__str("cafe\xCC\x81")), 4);
    assert_int_equal(dm__text_width(dm__str("\xE6\xBC\xA2\xE5\xAD\x97")), 4);
    assert_int_equal(dm__text_width(dm__str("\xF0\x9F\x8C\xBE")), 2);
    assert_int_equal(dm__text_width(dm__str("a\xFF")), 2);
    assert_int_equal(dm__text_width(DM_LIT("")), 0);
}

static void test_visible(void **unused)
{
    (void)unused;
    static const uint32_t hidden[] = {0,      7,      0x1B,   0x7F,   0x85,   0xAD,   0x200B,
                                      0x200D, 0x202E, 0x2028, 0x2066, 0xFEFF, 0xE0041};
    static const uint32_t shown[] = {' ', 'a', '~', 0xA0, 0xE9, 0x301, 0x2014, 0x3042, 0x1F33E};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        assert_false(dm__rune_visible(hidden[i]));
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        assert_true(dm__rune_visible(shown[i]));
    assert_true(dm__rune_mistakable(0xA0));
    assert_true(dm__rune_mistakable(0x3000));
    assert_true(dm__rune_mistakable(0x301));
    assert_false(dm__rune_mistakable(' '));
    assert_false(dm__rune_mistakable(0xE9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_visible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
