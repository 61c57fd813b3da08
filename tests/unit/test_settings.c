/* `input:` and `run:`: values, defaults, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pipeline/settings.h"
#include "fixture_pipeline.h"

#include <cmocka.h>

static const char *problems_with(const char *settings)
{
    return problems_of(dm__arena_printf(&arena, HEAD STAGES "%s", settings).ptr, NULL);
}

static void test_defaults(void **unused)
{
    (void)unused;
    const struct dm_pipeline *const p = read_with(HEAD STAGES, NULL);
    assert_non_null(p);
    assert_int_equal(p->input.path_count, 0);
    assert_int_equal(p->input.include_count, 0);
    assert_int_equal(p->input.max_size, 268435456);
    assert_int_equal(p->input.base.len, 0);
    assert_int_equal(p->run.workers, 0);
    assert_int_equal(p->run.timeout, 30000);
    assert_int_equal(p->run.memory, 1073741824);
    assert_int_equal(p->run.attempts, 2);
    assert_string_equal(p->run.state.ptr, ".docmill/a");
}

static void test_values(void **unused)
{
    (void)unused;
    const struct dm_pipeline *const p =
        read_with(HEAD "input:\n  paths: [in, 'in/*.txt']\n  include: '*.txt'\n  exclude: ['b*', 'deep/**']\n"
                       "  max-size: 1MB\n  base: in\n"
                       "run: { workers: 3, timeout: 1m, memory: 64MiB, attempts: 10, state: kept }\n" STAGES,
                  NULL);
    if (p == NULL) {
        fail_msg("%s", fixture_report_text(&arena, &report));
        return;
    }
    assert_int_equal(p->input.path_count, 2);
    assert_string_equal(p->input.paths[1].ptr, "in/*.txt");
    assert_false(p->input.literal);
    assert_int_equal(p->input.include_count, 1);
    assert_string_equal(p->input.include[0].ptr, "*.txt");
    assert_int_equal(p->input.exclude_count, 2);
    assert_int_equal(p->input.max_size, 1000000);
    assert_string_equal(p->input.base.ptr, "in");
    assert_int_equal(p->run.workers, 3);
    assert_int_equal(p->run.timeout, 60000);
    assert_int_equal(p->run.memory, 67108864);
    assert_int_equal(p->run.attempts, 10);
    assert_string_equal(p->run.state.ptr, "kept");
}

static void test_state(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"a.yaml", ".docmill/a"},     {"b/news.v2.yaml", ".docmill/news.v2"},
        {"/x/news", ".docmill/news"}, {".hidden", ".docmill/.hidden"},
        {"-", ".docmill/pipeline"},   {"b/", ".docmill/pipeline"},
    };
    const struct dm_reader r = {
        .arena = &arena, .report = &report, .file = DM_LIT("a.yaml"), .what = "the file"};
    dm__report_init(&report, &arena);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_run_settings run;
        assert_true(dm__run_read(&r, NULL, dm__str(cases[i][0]), &run));
        assert_string_equal(run.state.ptr, cases[i][1]);
    }
    const struct dm_pipeline *const p = read_with(HEAD STAGES "run: { workers: auto, state: none }", NULL);
    assert_int_equal(p->run.state.len, 0);
    assert_int_equal(p->run.workers, 0);
}

static void test_refusals(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"run: 3", "3:6 expected a mapping of options for 'run', found '3'"},
        {"run: { worker: 3 }", "3:8 unknown key 'worker' in 'run'; did you mean 'workers'?"},
        {"run: { workers: 0 }", "3:17 expected 1 to 256 for 'workers', found '0'"},
        {"run: { workers: 257 }", "3:17 expected 1 to 256 for 'workers', found '257'"},
        {"run: { workers: many }", "3:17 expected 1 to 256 or auto for 'workers', found 'many'"},
        {"run: { workers: [1] }", "3:17 expected a text for 'workers', found a list"},
        {"run: { timeout: 30 }",
         "3:17 expected a time such as 200ms, 30s, 5m or 1h for 'timeout', found '30'; the "
         "unit is missing: did you mean '30s'?"},
        {"run: { memory: 1KiB }", "3:16 expected 1MiB to 1TiB for 'memory', found '1KiB'"},
        {"run: { attempts: 11 }", "3:18 expected 1 to 10 for 'attempts', found '11'"},
        {"run: { state: '' }", "3:15 the path for 'state' is empty"},
        {"input: { path: [in] }", "3:10 unknown key 'path' in 'input'; did you mean 'paths'?"},
        {"input: { paths: {a: b} }", "3:17 expected a list for 'paths', found a mapping"},
        {"input: { paths: [nowhere, in, 'in/['] }",
         "3:18 the input 'nowhere' cannot be read: no such file or directory\n"
         "3:31 'in/[' is no pattern: '[' without ']'"},
        {"input: { paths: [''] }", "3:18 the path of an input is empty"},
        {"input: { paths: [\"a\\0b\"] }", "3:18 the path of an input holds a NUL character"},
        {"input: { paths: nowhere }", "3:17 the input 'nowhere' cannot be read: no such file or directory"},
        {"input: { include: ['*.{txt'], exclude: ['', '['] }",
         "3:20 '*.{txt' is no pattern: '{' without '}'\n"
         "3:41 the pattern is empty\n"
         "3:45 '[' is no pattern: '[' without ']'"},
        {"input: { max-size: 1 gb }",
         "3:20 expected a size such as 64KiB, 2MB or 1GiB for 'max-size', found '1 gb'; "
         "did you mean '1GB'?"},
        {"input: { base: in/a.txt }", "3:16 'in/a.txt' for 'base' is no folder"},
        {"input: { base: nowhere }", "3:16 the input 'nowhere' cannot be read: no such file or directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(problems_with(cases[i][0]), cases[i][1]);
}

static void test_command_line_paths(void **unused)
{
    (void)unused;
    const dm_str paths[] = {DM_LIT("in/a.txt"), DM_LIT("in/deep")}, bad[] = {DM_LIT("in/*.txt"), DM_LIT("")};
    struct dm_pipeline_args args = {.paths = paths, .path_count = 2};
    const struct dm_pipeline *p = read_with(HEAD STAGES "input: { paths: [nowhere], include: ['*'] }", &args);
    assert_non_null(p);
    assert_true(p->input.literal);
    assert_int_equal(p->input.path_count, 2);
    assert_string_equal(p->input.paths[1].ptr, "in/deep");
    assert_int_equal(p->input.include_count, 1);
    args.paths = bad;
    assert_string_equal(problems_of(HEAD STAGES, &args),
                        "0:0 the input 'in/*.txt' cannot be read: no such file or directory\n"
                        "0:0 the path of an input is empty");
    assert_int_equal(report.items[0].file.len, 0);
    const struct dm_pipeline_args elsewhere = {.inputs_elsewhere = true};
    p = read_with(HEAD STAGES "input: { paths: [nowhere] }", &elsewhere);
    assert_non_null(p);
    assert_int_equal(p->input.path_count, 0);
}

/* A file that has the name of a pattern is that file. */
static void test_names_like_patterns(void **unused)
{
    (void)unused;
    FILE *const f = fopen("in/x[1].txt", "w");
    assert_non_null(f);
    fclose(f);
    assert_string_equal(problems_with("input: { paths: ['in/x[1].txt'] }"), "");
    assert_string_equal(problems_with("input: { paths: ['in/x[2].txt'] }"),
                        ""); /* a pattern that matches nothing */
    remove("in/x[1].txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_state, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_command_line_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_like_patterns, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
