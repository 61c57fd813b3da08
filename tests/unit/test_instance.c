/* Stages with their options: rules, what is missing, what a plugin's author got wrong, no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"
#include "core/text/str.h"
#include "fixture_report.h"
#include "fixture_stages.h"

#include <cmocka.h>

static struct dm_arena arena;
static struct dm_report report;
static const struct dm_stage_ref ref = {&fixture_files[0], &fixture_all_stage};

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

static bool make(const char *with, struct dm_instance *out)
{
    dm__report_init(&report, &arena);
    const struct dm_yaml *const node =
        with != NULL ? dm__yaml_read(&report, DM_LIT("a.yaml"), dm__str(with)) : NULL;
    assert_int_equal(report.errors, 0);
    return dm__instance_make(&arena, ref, node, DM_LIT("a.yaml"), &report, out);
}

static void assert_str(dm_str s, const char *want)
{
    assert_int_equal(s.len, strlen(want));
    assert_memory_equal(s.ptr, want, s.len);
}

static void test_rules(void **unused)
{
    (void)unused;
    struct dm_instance instance;
    assert_true(make(NULL, &instance));
    assert_int_equal(instance.modes[0].mode, DM_FIX);
    assert_int_equal(instance.modes[1].mode, DM_FLAG);
    assert_true(instance.modes[1].threshold > 0.49 && instance.modes[1].threshold < 0.51);
    assert_true(
        make("rules: { straight-quote: off, wrong-side: { mode: fix, confidence: 0.8 } }", &instance));
    assert_int_equal(instance.modes[0].mode, DM_OFF);
    assert_int_equal(instance.modes[1].mode, DM_FIX);
    assert_true(instance.modes[1].threshold > 0.79 && instance.modes[1].threshold < 0.81);
    assert_true(make("rules: { wrong-side: { confidence: 1 } }", &instance));
    assert_int_equal(instance.modes[1].mode, DM_FLAG);
    assert_true(make("rules:", &instance));
}

static void test_rule_refusals(void **unused)
{
    (void)unused;
    static const struct {
        const char *with, *problems;
    } cases[] = {
        {"rules: [a]", "1:8 expected a mapping for 'rules', found a list; write 'rules: { ID: off }'"},
        {"rules: { straight-qoute: off }", "1:10 cleaner 'quotes' has no rule 'straight-qoute'; did you mean "
                                           "'straight-quote'?"},
        {"rules: { x: off }", "1:10 cleaner 'quotes' has no rule 'x'"},
        {"rules: { wrong-side: of }",
         "1:22 expected off, flag or fix for the rule 'wrong-side', found 'of'; did you "
         "mean 'off'?"},
        {"rules: { wrong-side: 1 }", "1:22 expected off, flag or fix for the rule 'wrong-side', found '1'"},
        {"rules: { wrong-side: [off] }",
         "1:22 expected off, flag or fix for the rule 'wrong-side', found a list"},
        {"rules: { wrong-side: { mod: off } }",
         "1:24 unknown key 'mod' in the rule 'wrong-side'; did you mean 'mode'?"},
        {"rules: { wrong-side: { confidence: 2 } }", "1:36 expected 0 to 1 for 'confidence', found '2'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_instance instance;
        assert_false(make(cases[i].with, &instance));
        assert_string_equal(fixture_report_text(&arena, &report), cases[i].problems);
    }
}

/* ---- what the plugin's author may get wrong ------------------------------------------------- */

static void test_required_and_bad_defaults(void **unused)
{
    (void)unused;
    static const dm_option options[] = {
        {.name = "path", .type = DM_PATH_OUT, .help = "The file that is written."},
        {.name = "many", .type = DM_INT, .offset = sizeof(dm_str), .def = "lots", .help = "A number."},
        {.name = "broken", .type = DM_INT, .offset = sizeof(dm_str), .def = "[", .help = "A number."},
        {.name = "strange", .type = 99, .offset = sizeof(dm_str), .def = "1", .help = "A number."},
    };
    static const dm_stage stage = {.size = sizeof stage,
                                   .kind = DM_OUTPUT,
                                   .state_size = sizeof(dm_str) + sizeof(int64_t),
                                   .name = "x",
                                   .options = DM_ARRAY(options)};
    struct dm_instance instance;
    dm__report_init(&report, &arena);
    assert_false(dm__instance_make(&arena, (struct dm_stage_ref){&fixture_files[0], &stage}, NULL,
                                   DM_LIT("a.yaml"), &report, &instance));
    assert_string_equal(
        fixture_report_text(&arena, &report),
        "0:0 output 'x' needs the option 'path'; The file that is written.\n"
        "0:0 the plugin's own default for the option 'many' of output 'x' is bad: expected a whole "
        "number for 'many', found 'lots'\n"
        "0:0 the plugin's own default for the option 'broken' of output 'x' is bad: expected a value\n"
        "0:0 the plugin's own default for the option 'strange' of output 'x' is bad: 'strange' has a "
        "type that this docmill does not know");
}

static void test_path_folder(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"a.yaml", "."}, {"b/a.yaml", "b"}, {"/a.yaml", "/"}, {"/b//a", "/b"}, {"", "."}};
    for (size_t i = 0; i < 5; i++)
        assert_str(dm__path_folder(&arena, dm__str(cases[i][0])), cases[i][1]);
}

static void test_no_memory(void **unused)
{
    (void)unused;
    for (size_t n = 1;; n++) {
        dm__arena_reset(&arena);
        arena.fail_after = n;
        struct dm_instance instance;
        dm__report_init(&report, &arena);
        const struct dm_yaml *const node =
            dm__yaml_read(&report, DM_LIT("a.yaml"),
                          DM_LIT("list: [a, b]\nmap: {a: b}\nrules: {wrong-side: off}\npattern: 'a|b'\n"));
        const bool made =
            node != NULL && dm__instance_make(&arena, ref, node, DM_LIT("b/a.yaml"), &report, &instance);
        arena.fail_after = 0;
        assert_int_equal(made, report.errors == 0);
        if (made) {
            assert_true(n > 20);
            return;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rule_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_required_and_bad_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_path_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
