/* What comes from files, made fit for a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/printable.h"
#include "core/cli/rune.h"
#include "core/text/str.h"

#include <cmocka.h>

static void assert_str(dm_str got, const char *expected)
{
    char text[512];
    snprintf(text, sizeof text, "%.*s", (int)got.len, got.ptr);
    assert_string_equal(text, expected);
}

static void test_plain(void **unused)
{
    (void)unused;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"samples/a b.txt", "samples/a b.txt"},
        {"caf\xC3\xA9", "caf\xC3\xA9"},
        {"a\033[31mb", "a\\x1B[31mb"},
        {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
        {"\xFF\xC3", "\\xFF\\xC3"},
        {"a\xE2\x80\x8B"
         "b",
         "a\\u200Bb"},
        {"\xE2\x80\xAEtxt\xE2\x80\xAC", "\\u202Etxt\\u202C"},
        {"\xC2\x9B"
         "31m",
         "\\u009B31m"},
        {"\xF3\xA0\x81\x81", "\\U000E0041"},
        {"back\\slash \"q\"", "back\\slash \"q\""},
    };
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_str(dm__printable(&arena, dm__str(cases[i].in)), cases[i].out);
    assert_str(dm__printable(&arena, (dm_str){"a\0b", 3}), "a\\x00b");
    dm__arena_fini(&arena);
}

static void test_clean_text_is_not_copied(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    const dm_str s = dm__str("clean");
    assert_ptr_equal(dm__printable(&arena, s).ptr, s.ptr);
    dm__arena_fini(&arena);
}

static void test_quoted(void **unused)
{
    (void)unused;
    static const struct {
        const char *in;
        size_t most;
        const char *out;
    } cases[] = {
        {"", 10, "\"\""},
        {"abc", 10, "\"abc\""},
        {"a\"b\\c", 10, "\"a\\\"b\\\\c\""},
        {"a\xE2\x80\x8B"
         "b",
         20, "\"a\\u200Bb\""},
        {"abcdefghijklmnopqrstuvwxyz", 26, "\"abcdefghijklmnopqrstuvwxyz\""},
        {"abcdefghijklmnopqrstuvwxyz", 12, "\"abcdefgh\xE2\x80\xA6wxyz\""},
        {"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 6,
         "\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xE2\x80\xA6\xC3\xA9\""},
    };
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_str(dm__printable_quoted(&arena, dm__str(cases[i].in), cases[i].most), cases[i].out);
    dm__arena_fini(&arena);
}

/* Whatever the bytes are, nothing that comes out moves the cursor. */
static void test_any_bytes(void **unused)
{
    (void)unused;
    uint32_t seed = 12345;
    for (int round = 0; round < 2000; round++) {
        char bytes[40];
        const size_t len = seed % sizeof bytes;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (char)(seed >> 24);
        }
        struct dm_arena arena;
        dm__arena_init(&arena, 0);
        const dm_str s = {bytes, len};
        const dm_str outs[] = {dm__printable(&arena, s), dm__printable_quoted(&arena, s, 12)};
        for (size_t k = 0; k < 2; k++) {
            for (size_t at = 0; at < outs[k].len;) {
                uint32_t rune;
                assert_true(dm__rune_next(outs[k], &at, &rune));
                assert_true(dm__rune_visible(rune));
            }
        }
        dm__arena_fini(&arena);
    }
}

static void test_names(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t rune;
        const char *name;
    } cases[] = {
        {'\t', "‹TAB›"}, {'\r', "‹CR›"}, {0x200B, "‹U+200B›"}, {0x1F, "‹U+001F›"}, {0xE0041, "‹U+E0041›"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[DM_RUNE_NAME_MAX];
        dm__rune_name(cases[i].rune, name);
        assert_string_equal(name, cases[i].name);
    }
}

static void test_no_memory(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    dm__arena_init(&arena, 1);
    assert_str(dm__printable(&arena, dm__str("\033")), "?");
    assert_str(dm__printable_quoted(&arena, dm__str("abc"), 9), "?");
    dm__arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),  cmocka_unit_test(test_clean_text_is_not_copied),
        cmocka_unit_test(test_quoted), cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_names),  cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
