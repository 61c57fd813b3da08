/* Variables: replacing, escaping, what the command line sets, what is refused, the bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pipeline/vars.h"
#include "fixture_pipeline.h"

#include <cmocka.h>

/* What `v: VALUE` becomes behind `vars: VARS`. */
static const char *replace(const char *vars, const char *value, const struct dm_pipeline_args *args)
{
    dm__report_init(&report, &arena);
    const dm_str text = dm__arena_printf(&arena, "vars: %s\nv: %s\n", vars, value);
    struct dm_yaml *const root = dm__yaml_read(&report, DM_LIT("a.yaml"), text);
    const struct dm_reader r = {
        .arena = &arena, .report = &report, .file = DM_LIT("a.yaml"), .what = "the file"};
    struct dm_vars v;
    if (root == NULL)
        return fixture_report_text(&arena, &report);
    const bool good = dm__vars_read(&r, dm__yaml_find(root, "vars"), args, &v);
    struct dm_yaml *const node = dm__yaml_find(root, "v");
    const bool replaced = dm__vars_replace(&r, &v, node);
    dm__report_sort(&report, 0);
    if (!good || !replaced)
        return fixture_report_text(&arena, &report);
    return report.errors == 0 ? node->value.ptr : "reported, but not said";
}

static void test_replaces(void **unused)
{
    (void)unused;
    static const char *const cases[][3] = {
        {"{a: x}", "${a}", "x"},
        {"{a: x}", "1${a}2${a}3", "1x2x3"},
        {"{a: x}", "'${a}'", "x"},
        {"{a: x}", "\"${a}\\t${a}\"", "x\tx"},
        {"{a: ''}", "b${a}", "b"},
        {"{a: x, b: '${a}y', c: '${b}${a}'}", "${c}", "xyx"},
        {"{a: x}", "$${a}", "${a}"},
        {"{a: x}", "$$${a}", "$${a}"},
        {"{a: x}", "$a $ {a} $$ a$", "$a $ {a} $$ a$"},
        {"{a: '$${b}'}", "${a}", "${b}"}, /* what was put in is not looked at again */
        {"{a-b_1: 8}", "${a-b_1}", "8"},
        {"", "plain", "plain"},
        {"{a: x}", "no variable in here", "no variable in here"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(replace(cases[i][0], cases[i][1], NULL), cases[i][2]);
}

static void test_refuses(void **unused)
{
    (void)unused;
    static const char *const cases[][3] = {
        {"{out: x}", "a/${uot}/b", "2:6 no variable 'uot' in 'vars'; did you mean 'out'?"},
        {"{out: x}", "'a/${uot}'", "2:4 no variable 'uot' in 'vars'; did you mean 'out'?"},
        {"", "${out}", "2:4 no variable 'out' in 'vars'"},
        {"{out: x}", "${}", "2:4 no variable '' in 'vars'"},
        {"{out: x}", "a${out", "2:5 '${' without '}'; write '$${' for a '${' that is meant so"},
        {"{a: '${b}', b: x}", "y", "1:11 no variable 'b' in 'vars'"},
        {"{a: '${a}'}", "y", "1:11 no variable 'a' in 'vars'"},
        {"[a]", "y", "1:7 expected a mapping of names to texts for 'vars', found a list"},
        {"{a: [x]}", "y", "1:11 expected a text for the variable 'a', found a list"},
        {"{1a: x}", "y",
         "1:8 '1a' cannot name a variable; use letters, digits, '-' and '_', with a letter first"},
        {"{a: }", "y", "1:8 the variable 'a' has no value; give one here or with --set a=..."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(replace(cases[i][0], cases[i][1], NULL), cases[i][2]);
}

static void test_sets(void **unused)
{
    (void)unused;
    const struct dm_override sets[] = {
        {DM_LIT("out"), DM_LIT("first")}, {DM_LIT("out"), DM_LIT("${x}")}, {DM_LIT("must"), DM_LIT("given")}};
    const struct dm_pipeline_args args = {.sets = sets, .set_count = 3};
    assert_string_equal(replace("{out: x, must: }", "${out} ${must}", &args), "${x} given");
    assert_string_equal(replace("{ouy: x, must: }", "a", &args),
                        "0:0 --set out: the pipeline declares no such variable; did you mean 'ouy'?\n"
                        "0:0 --set out: the pipeline declares no such variable; did you mean 'ouy'?");
    const struct dm_pipeline_args one = {.sets = sets, .set_count = 1};
    assert_string_equal(replace("", "a", &one), "0:0 --set out: the pipeline declares no such variable");
    assert_int_equal(report.items[0].file.len, 0);
}

/* A number from a variable is one, in quotes too; a text stays a text. */
static void test_types(void **unused)
{
    (void)unused;
    assert_string_equal(
        problems_of(HEAD "vars: {n: 4, t: 30s}\n"
                         "run: { workers: \"${n}\", attempts: \"${n}\", timeout: \"${t}\" }\n" STAGES,
                    NULL),
        "");
    assert_string_equal(problems_of(HEAD "vars: {n: x}\nrun: { attempts: \"${n}\" }\n" STAGES, NULL),
                        "3:18 expected a whole number for 'attempts', found 'x'");
}

/* What follows from a variable that is not there is not reported as well. */
static void test_no_follow_up(void **unused)
{
    (void)unused;
    assert_string_equal(problems_of(HEAD "run: { attempts: '${n}' }\n" STAGES, NULL),
                        "2:18 no variable 'n' in 'vars'");
}

/* Doubling with each variable would be 2^40 bytes. */
static void test_bounded(void **unused)
{
    (void)unused;
    dm_str vars = DM_LIT("{a0: 0123456789");
    for (int i = 1; i < 40; i++)
        vars =
            dm__arena_printf(&arena, "%.*s, a%d: '${a%d}${a%d}'", (int)vars.len, vars.ptr, i, i - 1, i - 1);
    const dm_str all = dm__arena_printf(&arena, "%.*s}", (int)vars.len, vars.ptr);
    const char *const problems = replace(all.ptr, "x", NULL);
    assert_non_null(strstr(problems, "with its variables replaced the file is larger than 1 MiB"));
    assert_true(arena.used < 8 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_replaces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_types, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_follow_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bounded, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
