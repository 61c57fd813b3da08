/* The JSON schema: what it says of the stages that exist, and that it is JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "fixture_pipeline.h"

#include <cmocka.h>

static dm_str write_schema(void)
{
    const struct dm_registry registry = fixture_registry(&arena);
    return dm__schema_write(&arena, &registry);
}

/* JSON is read by the YAML reader, which knows of duplicate keys. */
static const struct dm_yaml *read_schema(void)
{
    const dm_str schema = write_schema();
    assert_non_null(schema.ptr);
    dm__report_init(&report, &arena);
    const struct dm_yaml *const root = dm__yaml_read(&report, DM_LIT("schema"), schema);
    if (root == NULL || report.errors != 0)
        fail_msg("%s", fixture_report_text(&arena, &report));
    return root;
}

/* The node at a path of keys, separated by '/'; list items by number. */
static const struct dm_yaml *at(const struct dm_yaml *node, const char *path)
{
    char copy[128], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", path);
    for (const char *word = strtok_r(copy, "/", &rest); word != NULL && node != NULL;
         word = strtok_r(NULL, "/", &rest)) {
        const size_t i = node->kind == DM_YAML_SEQUENCE ? strtoul(word, NULL, 10) : 0;
        node = node->kind != DM_YAML_SEQUENCE ? dm__yaml_find(node, word)
               : i < node->count              ? node->items[i]
                                              : NULL;
    }
    return node;
}

static void assert_at(const struct dm_yaml *root, const char *path, const char *want)
{
    const struct dm_yaml *const node = at(root, path);
    if (node == NULL) {
        fail_msg("nothing at %s", path);
        return;
    }
    assert_string_equal(node->kind == DM_YAML_SCALAR ? node->value.ptr : "no scalar", want);
}

static void test_root(void **unused)
{
    (void)unused;
    const struct dm_yaml *const root = read_schema();
    assert_at(root, "$schema", "https://json-schema.org/draft/2020-12/schema");
    assert_at(root, "additionalProperties", "false");
    assert_at(root, "properties/docmill/const", "1");
    assert_at(root, "properties/run/properties/timeout/default", "30s");
    assert_at(root, "properties/run/properties/attempts/anyOf/0/maximum", "10");
    assert_at(root, "properties/input/properties/max-size/default", "256MiB");
    assert_at(root, "properties/stages/items/$ref", "#/$defs/stage");
}

static void test_options(void **unused)
{
    (void)unused;
    const struct dm_yaml *const root = read_schema(), *const quotes = at(root, "$defs/clean-quotes");
    assert_at(quotes, "additionalProperties", "false");
    assert_at(quotes, "properties/count/anyOf/0/type", "integer");
    assert_at(quotes, "properties/count/anyOf/0/minimum", "1");
    assert_at(quotes, "properties/count/anyOf/0/maximum", "64");
    assert_at(quotes, "properties/count/default", "3");
    assert_false(at(quotes, "properties/count/default")->kind != DM_YAML_SCALAR);
    assert_true(at(quotes, "properties/flag/default")->plain);
    assert_at(quotes, "properties/ratio/default", "0.5");
    assert_at(quotes, "properties/size/description", "A size. (bytes)");
    assert_at(quotes, "properties/choice/anyOf/0/enum/1", "curly");
    assert_at(quotes, "properties/choice/default", "curly");
    assert_at(quotes, "properties/list/default/1", "b c");
    assert_at(quotes, "properties/list/anyOf/0/maxItems", "3");
    assert_at(quotes, "properties/map/default/one", "eins");
    assert_at(quotes, "properties/rules/properties/wrong-side/default", "flag");
    assert_at(quotes, "properties/rules/properties/wrong-side/$ref", "#/$defs/rule");
    assert_null(at(quotes, "properties/words/default"));
    assert_null(at(quotes, "required"));
    assert_at(root, "$defs/output-jsonl/required/0", "path");
    assert_null(at(root, "$defs/output-jsonl/required/1"));
}

/* A secret's default is as secret as its value. */
static void test_secrets(void **unused)
{
    (void)unused;
    const dm_str schema = write_schema();
    assert_null(memmem(schema.ptr, schema.len, "hidden", 6));
    assert_non_null(memmem(schema.ptr, schema.len, "A secret.", 9));
}

static void test_stages(void **unused)
{
    (void)unused;
    const struct dm_yaml *const stage = at(read_schema(), "$defs/stage");
    assert_at(stage, "properties/extract/anyOf/0/const", "auto");
    assert_at(stage, "properties/extract/anyOf/1/const", "text");
    assert_at(stage, "properties/clean/anyOf/0/description", "Straighten quotation marks.");
    assert_at(stage, "oneOf/2/required/0", "output");
    assert_at(stage, "allOf/0/if/properties/extract/const", "auto");
    assert_at(stage, "allOf/0/then/properties/with/properties/text/$ref", "#/$defs/extract-text");
    assert_at(stage, "allOf/5/if/properties/output/const", "jsonl");
    assert_at(stage, "allOf/5/then/properties/with/$ref", "#/$defs/output-jsonl");
    assert_at(stage, "allOf/5/then/required/0", "with");
}

/* A plugin that cannot be used, and one that another shadows, are not in it. */
static void test_left_out(void **unused)
{
    (void)unused;
    static const dm_stage *const stages[] = {&fixture_unicode, NULL};
    struct dm_plugin_file files[] = {
        {.about = {.stages = stages}},
        {.about = {.stages = stages}, .shadowed = true},
        {.about = {.stages = fixture_stages}, .problem = DM_LIT("it crashed when it was loaded")},
    };
    const struct dm_registry registry = {.arena = &arena, .files = files, .count = 3};
    const dm_str schema = dm__schema_write(&arena, &registry);
    dm__report_init(&report, &arena);
    const struct dm_yaml *const root = dm__yaml_read(&report, DM_LIT("schema"), schema);
    assert_int_equal(report.errors, 0);
    assert_non_null(at(root, "$defs/clean-unicode"));
    assert_null(at(root, "$defs/clean-quotes"));
    assert_int_equal(at(root, "$defs/stage/allOf")->count, 2);
}

static void test_no_memory(void **unused)
{
    (void)unused;
    for (size_t n = 1;; n++) {
        dm__arena_reset(&arena);
        arena.fail_after = n;
        const dm_str schema = write_schema();
        const bool failed = arena.fail_after == 0;
        arena.fail_after = 0;
        if (!failed) {
            assert_non_null(schema.ptr);
            assert_true(n > 30);
            return;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_root, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_options, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_secrets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
