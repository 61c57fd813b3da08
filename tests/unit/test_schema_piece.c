/* JSON schema for options, type by type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/pipeline/schema_piece.h"
#include "core/text/str.h"
#include "fixture_stages.h"

#include <cmocka.h>

static struct dm_arena arena;
static struct dm_json json;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    dm__json_init(&json, &arena, 0);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

static const char *written(void)
{
    const dm_str text = dm__json_text(&json);
    assert_non_null(text.ptr);
    return dm__arena_str(&arena, text).ptr;
}

/* What stands in the object of an option's type. */
static const char *type_of(dm_option o)
{
    dm__json_init(&json, &arena, 0);
    dm__json_open(&json, '{');
    dm__schema_type(&json, &o);
    dm__json_close(&json, '}');
    return written();
}

#define TEXT     "{\"type\":[\"string\",\"number\",\"boolean\"]}"
#define VARIABLE "{\"$ref\":\"#/$defs/variable\"}"

static void test_numbers(void **unused)
{
    (void)unused;
    assert_string_equal(type_of((dm_option){.type = DM_INT}),
                        "{\"anyOf\":[{\"type\":\"integer\"}," VARIABLE "]}");
    assert_string_equal(type_of((dm_option){.type = DM_INT, .min = -4}),
                        "{\"anyOf\":[{\"type\":\"integer\",\"minimum\":-4,\"maximum\":0}," VARIABLE "]}");
    assert_string_equal(type_of((dm_option){.type = DM_REAL, .min = 0.25, .max = 0.75}),
                        "{\"anyOf\":[{\"type\":\"number\",\"minimum\":0.25,\"maximum\":0.75}," VARIABLE "]}");
    assert_string_equal(
        type_of((dm_option){.type = DM_SIZE, .min = 1, .max = 1024}),
        "{\"anyOf\":[{\"type\":\"integer\",\"minimum\":1,\"maximum\":1024},{\"type\":\"string\","
        "\"pattern\":\"^[0-9]+(\\\\.[0-9]+)?([KMGT]i?)?B$\"}," VARIABLE "]}");
    /* a time without a unit is none */
    assert_string_equal(
        type_of((dm_option){.type = DM_TIME, .min = 1, .max = 1000}),
        "{\"anyOf\":[{\"type\":\"string\",\"pattern\":\"^[0-9]+(\\\\.[0-9]+)?(ms|s|m|h)$\"}," VARIABLE "]}");
}

static void test_words(void **unused)
{
    (void)unused;
    static const char *const styles[] = {"straight", "curly", NULL};
    assert_string_equal(
        type_of((dm_option){.type = DM_BOOL}),
        "{\"anyOf\":[{\"type\":\"boolean\"},{\"enum\":[\"yes\",\"no\",\"on\",\"off\"]}," VARIABLE "]}");
    assert_string_equal(type_of((dm_option){.type = DM_CHOICE, .choices = styles}),
                        "{\"anyOf\":[{\"enum\":[\"straight\",\"curly\"]}," VARIABLE "]}");
    static const uint16_t texts[] = {DM_TEXT, DM_PATH_IN, DM_PATH_OUT, DM_REGEX};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_string_equal(type_of((dm_option){.type = texts[i], .max = 8}), TEXT);
}

static void test_collections(void **unused)
{
    (void)unused;
    assert_string_equal(type_of((dm_option){.type = DM_LIST, .max = 3}),
                        "{\"anyOf\":[{\"type\":\"array\",\"minItems\":0,\"maxItems\":3,\"items\":" TEXT
                        "}," TEXT "]}");
    assert_string_equal(type_of((dm_option){.type = DM_MAP, .min = 1, .max = 2}),
                        "{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":2,"
                        "\"additionalProperties\":" TEXT "}");
    dm__json_init(&json, &arena, 0);
    dm__json_open(&json, '{');
    dm__schema_list(&json, NULL);
    dm__json_close(&json, '}');
    assert_string_equal(written(), "{\"anyOf\":[{\"type\":\"array\",\"items\":" TEXT "}," TEXT "]}");
}

static void test_objects(void **unused)
{
    (void)unused;
    dm__json_open(&json, '[');
    dm__schema_object(&json);
    dm__json_close(&json, '}');
    dm__schema_optional_object(&json);
    dm__json_close(&json, '}');
    dm__json_close(&json, ']');
    assert_string_equal(written(), "[{\"type\":\"object\",\"additionalProperties\":false},"
                                   "{\"type\":[\"object\",\"null\"],\"additionalProperties\":false}]");
}

/* An empty default is no value that one would write, and a secret's is nobody's business. */
static void test_defaults(void **unused)
{
    (void)unused;
    static const dm_option options[] = {
        {.name = "none", .type = DM_TEXT, .help = "A."},
        {.name = "empty", .type = DM_TEXT, .def = "", .help = "B."},
        {.name = "secret", .type = DM_TEXT, .flags = DM_SECRET, .def = "x", .help = "C."},
        {.name = "number", .type = DM_TEXT, .def = "7", .unit = "ms", .help = "D."},
    };
    dm__json_open(&json, '{');
    dm__schema_options(&json, (dm_array)DM_ARRAY(options));
    dm__json_close(&json, '}');
#define TYPE "\"type\":[\"string\",\"number\",\"boolean\"]"
    assert_string_equal(written(), "{\"none\":{\"description\":\"A.\"," TYPE "},"
                                   "\"empty\":{\"description\":\"B.\"," TYPE "},"
                                   "\"secret\":{\"description\":\"C.\"," TYPE "},"
                                   "\"number\":{\"description\":\"D. (ms)\",\"default\":\"7\"," TYPE "}}");
}

/* Either all of it or a failure, at whichever allocation memory ends. */
static void test_no_memory(void **unused)
{
    (void)unused;
    char whole[8192];
    for (size_t n = 0; n < 10000; n++) {
        dm__arena_reset(&arena);
        dm__json_init(&json, &arena, 0);
        arena.fail_after = n;
        dm__json_open(&json, '{');
        dm__schema_reference(&json, DM_LIT("x"));
        dm__schema_options(&json, fixture_all_stage.options);
        dm__json_close(&json, '}');
        const bool failed = n > 0 && arena.fail_after == 0;
        arena.fail_after = 0;
        const dm_str text = dm__json_text(&json);
        if (n == 0)
            snprintf(whole, sizeof whole, "%.*s", (int)text.len, text.ptr);
        if (failed || n == 0)
            continue;
        assert_true(n > 10);
        assert_true(dm__str_eq(text, dm__str(whole)));
        return;
    }
    fail_msg("memory never sufficed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_collections, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_objects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("schema-piece", tests, NULL, NULL);
}
