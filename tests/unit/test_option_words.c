/* Options in words: types, ranges, defaults, values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/option_words.h"
#include "core/pipeline/pipeline.h"
#include "core/text/str.h"
#include "fixture_stages.h"

#include <cmocka.h>

static void assert_str(dm_str got, const char *expected)
{
    char text[256];
    snprintf(text, sizeof text, "%.*s", (int)got.len, got.ptr ? got.ptr : "");
    assert_string_equal(text, expected);
}

static const struct {
    const char *name, *type, *range, *def;
} words[] = {
    {"flag", "yes or no", "", "true"},
    {"count", "integer", "1 to 64", "3"},
    {"size", "size", "1024 to 1048576 bytes", "64KiB"},
    {"time", "time", "1 to 3600000 ms", "30s"},
    {"ratio", "number", "0 to 1", "0.5"},
    {"text", "text", "0 to 8 bytes", "abc"},
    {"words", "input path", "", "\"\""},
    {"log", "output path", "", "\"\""},
    {"choice", "choice", "straight, curly, none", "curly"},
    {"list", "list", "0 to 3 entries", "[a, 'b c']"},
    {"map", "mapping", "", "{ one: eins }"},
    {"pattern", "regular expression", "", "\"\""},
};

static const dm_option *find(const char *name)
{
    for (size_t i = 0; i < sizeof fixture_all_options / sizeof fixture_all_options[0]; i++) {
        if (strcmp(fixture_all_options[i].name, name) == 0)
            return &fixture_all_options[i];
    }
    fail_msg("no option %s", name);
    return NULL;
}

static void test_declared(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const dm_option *o = find(words[i].name);
        assert_string_equal(dm__option_words_type(o), words[i].type);
        assert_str(dm__option_words_range(&arena, o), words[i].range);
        assert_str(dm__option_words_default(&arena, o), words[i].def);
    }
    assert_str(dm__option_words_default(&arena, &fixture_jsonl_options[0]), "required");
    const dm_option secret = {.name = "key", .type = DM_TEXT, .flags = DM_SECRET, .def = "hush"};
    assert_str(dm__option_words_default(&arena, &secret), "(secret)");
    dm__arena_fini(&arena);
}

static void test_values(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *value;
    } cases[] = {
        {"flag", "false"},
        {"count", "7"},
        {"size", "2048B"},
        {"time", "1500ms"},
        {"ratio", "0.25"},
        {"text", "\"a\\\"b\""},
        {"key", "(secret)"},
        {"choice", "straight"},
        {"list", "[\"x\", \"y z\"]"},
        {"map", "{\"k\": \"v\", \"l\": \"w\"}"},
        {"pattern", "\"a+\\\\.\""},
    };
    struct dm_arena arena;
    struct dm_report report;
    struct dm_instance instance;
    dm__arena_init(&arena, 0);
    dm__report_init(&report, &arena);
    const struct dm_yaml *with = dm__yaml_read(
        &report, DM_LIT("test"),
        dm__str("{ flag: false, count: 7, size: 2KiB, time: 1500ms, ratio: 0.25, text: 'a\"b', key: hush,"
                " choice: straight, list: [x, y z], map: { k: v, l: w }, pattern: 'a+\\.' }"));
    assert_non_null(with);
    const struct dm_stage_ref ref = {&fixture_files[0], &fixture_all_stage};
    assert_true(dm__instance_make(&arena, ref, with, DM_LIT("test"), &report, &instance));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_str(dm__option_words_value(&arena, find(cases[i].name), instance.state), cases[i].value);
    dm__arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_declared),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
