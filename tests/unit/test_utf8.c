/* UTF-8 validation, against a second opinion and by table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/str.h"
#include "core/text/utf8.h"

#include <cmocka.h>

/* The definition, letter by letter: decode, then look at the number.
 * return  bytes of the sequence; 0: ill-formed */
static size_t decode(const unsigned char *p, size_t n)
{
    const size_t len = p[0] < 0x80             ? 1
                       : (p[0] & 0xE0) == 0xC0 ? 2
                       : (p[0] & 0xF0) == 0xE0 ? 3
                       : (p[0] & 0xF8) == 0xF0 ? 4
                                               : 0;
    if (len == 0 || len > n)
        return 0;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t c = len == 1 ? p[0] : p[0] & (0x7FU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3FU);
    }
    return c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? 0 : len;
}

static size_t check_slowly(const unsigned char *p, size_t n)
{
    size_t i = 0;
    while (i < n) {
        const size_t len = decode(p + i, n - i);
        if (len == 0)
            break;
        i += len;
    }
    return i;
}

static void assert_agrees(const unsigned char *p, size_t n)
{
    char *const exact = malloc(n + 1); /* unaligned, and so that the sanitizers see a byte too many */
    assert_non_null(exact);
    char *const end = exact + 1;
    memcpy(end, p, n);
    assert_int_equal(dm__utf8_check((dm_str){end, n}), check_slowly(p, n));
    free(exact);
}

static void test_all_short_sequences(void **unused)
{
    (void)unused;
    for (uint32_t w = 0; w < 0x10000; w++) {
        const unsigned char two[] = {(unsigned char)(w >> 8), (unsigned char)w};
        assert_int_equal(dm__utf8_check((dm_str){(const char *)two, 2}), check_slowly(two, 2));
    }
    /* four bytes: each lead byte with what borders the ranges of the others */
    static const unsigned char border[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    for (unsigned lead = 0x80; lead < 0x100; lead++)
        for (size_t a = 0; a < sizeof border; a++)
            for (size_t b = 0; b < sizeof border; b++)
                for (size_t c = 0; c < sizeof border; c++) {
                    const unsigned char four[] = {(unsigned char)lead, border[a], border[b], border[c]};
                    for (size_t len = 1; len <= 4; len++)
                        assert_int_equal(dm__utf8_check((dm_str){(const char *)four, len}),
                                         check_slowly(four, len));
                }
}

/* A fault at each place of a long text: before, in and behind the wide steps. */
static void test_every_position(void **unused)
{
    (void)unused;
    unsigned char text[300];
    for (size_t mix = 0; mix < 4; mix++) {
        memset(text, 'a', sizeof text);
        for (size_t i = 0; mix != 0 && i + 4 < sizeof text; i += mix * 37)
            memcpy(text + i,
                   mix == 1   ? "\xC3\xA9"
                   : mix == 2 ? "\xE4\xB8\xAD"
                              : "\xF0\x9F\x98\x80",
                   mix == 1   ? 2
                   : mix == 2 ? 3
                              : 4);
        for (size_t n = 0; n <= sizeof text; n += n < 140 ? 1 : 9)
            assert_agrees(text, n);
        for (size_t at = 0; at < sizeof text; at++) {
            const unsigned char was = text[at];
            text[at] = 0xFF;
            assert_agrees(text, sizeof text);
            text[at] = 0x80;
            assert_agrees(text, sizeof text);
            text[at] = was;
        }
    }
}

static void test_noise(void **unused)
{
    (void)unused;
    unsigned char text[97];
    uint32_t seed = 12345;
    for (size_t round = 0; round < 20000; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525 + 1013904223;
            const unsigned char byte = (unsigned char)(seed >> 24);
            text[i] = round % 2 == 0 && byte < 200 ? byte & 0x7F : byte;
        }
        assert_int_equal(dm__utf8_check((dm_str){(const char *)text, sizeof text}),
                         check_slowly(text, sizeof text));
    }
}

static void test_table(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        size_t valid;
    } cases[] = {
        {"", 0},
        {"plain", 5},
        {"\xC3\xA9", 2},
        {"\xED\x9F\xBF", 3},         /* the last before the surrogates */
        {"\xED\xA0\x80", 0},         /* the first surrogate */
        {"\xEE\x80\x80", 3},         /* the first behind them */
        {"\xEF\xBF\xBF", 3},         /* a noncharacter is no fault */
        {"\xF4\x8F\xBF\xBF", 4},     /* U+10FFFF */
        {"\xF4\x90\x80\x80", 0},     /* one more */
        {"a\xC0\x80", 1},            /* overlong NUL */
        {"a\xE0\x9F\xBF", 1},        /* overlong */
        {"a\xF0\x8F\xBF\xBF", 1},    /* overlong */
        {"ab\xE4\xB8", 2},           /* cut off */
        {"ab\xE4\xB8z", 2},          /* interrupted */
        {"abc\x80", 3},              /* begins nowhere */
        {"\xEF\xBB\xBF", 3},         /* a byte order mark is a character */
        {"\xF8\x88\x80\x80\x80", 0}, /* five bytes were never legal */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(dm__utf8_check(dm__str(cases[i].text)), cases[i].valid);
    assert_int_equal(dm__utf8_check(DM_LIT("a\0b")), 3);
    assert_int_equal(dm__utf8_check((dm_str){NULL, 0}), 0);
}

static void test_boundaries(void **unused)
{
    (void)unused;
    const dm_str s = DM_LIT("a\xC3\xA9\xE4\xB8\xAD");
    static const bool expected[] = {true, true, false, true, false, false, true};
    for (size_t i = 0; i < sizeof expected; i++)
        assert_int_equal(dm__utf8_is_boundary(s, i), expected[i]);
    assert_true(dm__utf8_is_boundary(DM_LIT(""), 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_short_sequences),
        cmocka_unit_test(test_every_position),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_boundaries),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
