/* Writing JSON: structure, strings of any bytes, numbers that read back the same, no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/json.h"

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

static const char *text_of(const struct dm_json *j)
{
    const dm_str s = dm__json_text(j);
    return s.ptr != NULL ? dm__arena_str(&arena, s).ptr : "no memory";
}

static void write_sample(struct dm_json *j)
{
    dm__json_open(j, '{');
    dm__json_key(j, "list");
    dm__json_open(j, '[');
    dm__json_uint(j, UINT64_MAX);
    dm__json_int(j, INT64_MIN);
    dm__json_bool(j, true);
    dm__json_null(j);
    dm__json_cstr(j, NULL);
    dm__json_close(j, ']');
    dm__json_key(j, "empty");
    dm__json_open(j, '{');
    dm__json_close(j, '}');
    dm__json_key_str(j, DM_LIT("none"));
    dm__json_open(j, '[');
    dm__json_close(j, ']');
    dm__json_close(j, '}');
}

static void test_structure(void **unused)
{
    (void)unused;
    struct dm_json j;
    dm__json_init(&j, &arena, 0);
    write_sample(&j);
    assert_string_equal(text_of(&j), "{\"list\":[18446744073709551615,-9223372036854775808,true,null,null],"
                                     "\"empty\":{},\"none\":[]}");
    dm__json_init(&j, &arena, 2);
    write_sample(&j);
    assert_string_equal(text_of(&j), "{\n"
                                     "  \"list\": [\n"
                                     "    18446744073709551615,\n"
                                     "    -9223372036854775808,\n"
                                     "    true,\n"
                                     "    null,\n"
                                     "    null\n"
                                     "  ],\n"
                                     "  \"empty\": {},\n"
                                     "  \"none\": []\n"
                                     "}");
}

static void test_strings(void **unused)
{
    (void)unused;
#define BYTES(s)                                                                                             \
    {                                                                                                        \
        s, sizeof(s) - 1                                                                                     \
    }
    static const struct {
        dm_str in;
        const char *out;
    } cases[] = {
        {{"", 0}, "\"\""},
        {{NULL, 0}, "\"\""},
        {BYTES("plain"), "\"plain\""},
        {BYTES("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
        {BYTES("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {BYTES("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\\u007f\""},
        {BYTES("h\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8C\xBE"), "\"h\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8C\xBE\""},
        {BYTES("\xFF"), "\"\xEF\xBF\xBD\""},
        {BYTES("a\xC3"), "\"a\xEF\xBF\xBD\""},
        {BYTES("\xE2\x82 b"), "\"\xEF\xBF\xBD\xEF\xBF\xBD b\""},
        {BYTES("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* a surrogate */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_json j;
        dm__json_init(&j, &arena, 0);
        dm__json_str(&j, cases[i].in);
        assert_string_equal(text_of(&j), cases[i].out);
    }
}

static void test_bytes(void **unused)
{
    (void)unused;
    struct dm_json j;
    dm__json_init(&j, &arena, 0);
    dm__json_open(&j, '{');
    dm__json_bytes(&j, "good", DM_LIT("caf\xC3\xA9"));
    dm__json_bytes(&j, "bad", DM_LIT("caf\xE9\n"));
    dm__json_close(&j, '}');
    assert_string_equal(
        text_of(&j), "{\"good\":\"caf\xC3\xA9\",\"bad\":\"caf\xEF\xBF\xBD\\n\",\"bad_hex\":\"636166e90a\"}");
}

static void test_reals(void **unused)
{
    (void)unused;
    static const struct {
        double in;
        const char *out;
    } cases[] = {
        {0, "0"},
        {1, "1"},
        {10, "10"},
        {123456789012, "123456789012"},
        {-0.5, "-0.5"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {1e21, "1e+21"},
        {5e-324, "5e-324"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {NAN, "null"},
        {INFINITY, "null"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_json j;
        dm__json_init(&j, &arena, 0);
        dm__json_real(&j, cases[i].in);
        assert_string_equal(text_of(&j), cases[i].out);
    }
}

static void test_reals_read_back(void **unused)
{
    (void)unused;
    uint64_t bits = 0x9E3779B97F4A7C15;
    for (int i = 0; i < 20000; i++) {
        double in;
        memcpy(&in, &bits, sizeof in);
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        if (!isfinite(in))
            continue;
        dm__arena_reset(&arena);
        struct dm_json j;
        dm__json_init(&j, &arena, 0);
        dm__json_real(&j, in);
        const double out = strtod(text_of(&j), NULL);
        assert_memory_equal(&in, &out, sizeof in);
    }
}

static void test_no_memory(void **unused)
{
    (void)unused;
    for (size_t n = 1;; n++) {
        dm__arena_reset(&arena);
        arena.fail_after = n;
        struct dm_json j;
        dm__json_init(&j, &arena, 0);
        dm__json_open(&j, '[');
        for (int i = 0; i < 1000; i++)
            dm__json_cstr(&j, "text");
        dm__json_close(&j, ']');
        if (!j.failed) {
            arena.fail_after = 0;
            assert_true(n > 1);
            assert_int_equal(dm__json_text(&j).len, 1000 * 7 + 1);
            return;
        }
        assert_null(dm__json_text(&j).ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_structure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_strings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reals_read_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
