/* Rules that scripts declare: in a text, in a file, in the files of a command; and what is wrong with them. */
#include "fixture_folder.h"

#include "core/pipeline/pipeline.h"
#include "core/text/str.h"
#include "fixture_report.h"

struct scripted {
    dm_str text, file;
    dm_array command;
};

static const dm_option options[] = {
    {.name = "text", .flags = DM_SCRIPT, DM_TEXT_AT(struct scripted, text), .def = "", .help = "A script."},
    {.name = "file",
     .flags = DM_SCRIPT,
     DM_PATH_IN_AT(struct scripted, file),
     .def = "",
     .help = "Its file."},
    {.name = "command",
     .flags = DM_SCRIPT | DM_COMMAND,
     DM_LIST_AT(struct scripted, command),
     .def = "[]",
     .help = "A program."},
};
static const dm_rule rules[] = {{"script", "Of the table.", DM_FIX, 0}};
static const dm_stage stage = {.size = sizeof(dm_stage),
                               .kind = DM_CLEANER,
                               .state_size = sizeof(struct scripted),
                               .name = "scripted",
                               .summary = "A stage with scripts.",
                               .options = DM_ARRAY(options),
                               .rules = DM_ARRAY(rules)};

static struct dm_arena arena;

/* The rules of an instance, "ID:MODE " each; or what was reported. */
static const char *rules_of(const char *with)
{
    static char text[1024];
    struct dm_report report;
    struct dm_instance made;
    const struct dm_plugin_file plugin = {.about = {.name = "scripted"}};
    dm__arena_fini(&arena);
    dm__arena_init(&arena, 0);
    dm__report_init(&report, &arena);
    const struct dm_yaml *const node = dm__yaml_read(&report, DM_LIT("a.yaml"), dm__str(with));
    const struct dm_stage_ref ref = {&plugin, &stage};
    if (node == NULL || !dm__instance_make(&arena, ref, node, DM_LIT("a.yaml"), &report, &made))
        return fixture_report_text(&arena, &report);
    text[0] = '\0';
    for (uint32_t i = 0; i < made.stage->rules.count; i++) {
        const dm_rule *const r = DM_AT(dm_rule, made.stage->rules, i);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s:%u ", r->id, made.modes[i].mode);
    }
    return text;
}

static void test_text(void **unused)
{
    (void)unused;
    assert_string_equal(rules_of("{}"), "script:0 ");
    assert_string_equal(
        rules_of("text: |\n  -- docmill rule one: A.\n  x = 1 -- docmill rule two: no comment\n"
                 "  # docmill rule three (flag): B.\n  /* docmill rule four (off): C. */\n"),
        "script:0 one:0 three:1 four:2 ");
    assert_string_equal(rules_of("{ text: \"-- docmill rule one: A.\", rules: { one: off } }"),
                        "script:0 one:2 ");
}

static void test_wrong(void **unused)
{
    (void)unused;
    static const struct {
        const char *line, *problem;
    } all[] = {
        {"-- docmill rule One: A.", "a rule's id is small letters, digits and '-' between them"},
        {"-- docmill rule -: A.", "a rule's id is small letters, digits and '-' between them"},
        {"-- docmill rule one:", "say what the rule is for"},
        {"-- docmill rule script: A.", "that rule is there already"},
        {"-- docmill rule one (maybe): A.",
         "expected 'docmill rule ID: What it is for.', or 'ID (flag):', 'ID (off):'"},
        {"-- docmill rule one", "expected 'docmill rule ID: What it is for.', or 'ID (flag):', 'ID (off):'"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char with[256], expected[256];
        snprintf(with, sizeof with, "text: \"%s\"", all[i].line);
        snprintf(expected, sizeof expected, "1:7 text:1: %s", all[i].problem);
        assert_string_equal(rules_of(with), expected);
    }
}

static void test_files(void **unused)
{
    (void)unused;
    folder_write("one.lua", "-- docmill rule one: A.\n", 24);
    folder_write("two.py", "#!x\n# docmill rule two: A.\n", 27);
    folder_write("binary", "\0\n# docmill rule never: A.\n", 27);
    assert_string_equal(rules_of("file: one.lua"), "script:0 one:0 ");
    assert_string_equal(rules_of("file: none.lua"),
                        "1:7 'none.lua' for 'file' cannot be read: no such file or directory");
    assert_string_equal(rules_of("command: [python3, two.py, one.lua, -x, binary]"), "script:0 two:0 one:0 ");
    assert_string_equal(rules_of("command: [two.py]"),
                        "script:0 "); /* a plain name is the system's program */
    assert_string_equal(rules_of("command: [./two.py]"), "script:0 two:0 ");
    assert_non_null(strstr(rules_of("{ file: one.lua, command: [x, one.lua] }"),
                           "/one.lua:1: that rule is there already"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test_setup_teardown(test_files, folder_enter, folder_leave),
    };
    const int failed = cmocka_run_group_tests_name("declared", tests, NULL, NULL);
    dm__arena_fini(&arena);
    return failed;
}
