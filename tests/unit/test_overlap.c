/* What is written twice, or read by the run that writes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pipeline/overlap.h"
#include "fixture_pipeline.h"

#include <cmocka.h>

static void test_resolve(void **unused)
{
    (void)unused;
    char real[4096];
    assert_non_null(realpath(".", real));
    static const char *const cases[][2] = {
        {"in/a.txt", "/in/a.txt"},
        {"./in//a.txt", "/in/a.txt"},
        {"link/a.txt", "/in/a.txt"},
        {"link/../in/x", "/in/x"},
        {"new/deep/x", "/new/deep/x"},
        {"new/../in/./x", "/in/x"},
        {"new/../link/x", "/in/x"},
        {"in/deep/..", "/in"},
        {"in/", "/in"},
        {"in/a.txt/x", "/in/a.txt/x"},
        {".", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const dm_str want = dm__arena_printf(&arena, "%s%s", real, cases[i][1]);
        assert_string_equal(dm__path_resolve(&arena, dm__str(cases[i][0])).ptr, want.ptr);
    }
    assert_string_equal(dm__path_resolve(&arena, DM_LIT("/")).ptr, "/");
    assert_string_equal(dm__path_resolve(&arena, DM_LIT("/../..")).ptr, "/");
    assert_string_equal(dm__path_resolve(&arena, DM_LIT("/no-such-folder/x")).ptr, "/no-such-folder/x");
}

static void test_below(void **unused)
{
    (void)unused;
    assert_true(dm__path_is_below(DM_LIT("/a/b"), DM_LIT("/a")));
    assert_true(dm__path_is_below(DM_LIT("/a"), DM_LIT("/a")));
    assert_true(dm__path_is_below(DM_LIT("/a"), DM_LIT("/")));
    assert_false(dm__path_is_below(DM_LIT("/ab"), DM_LIT("/a")));
    assert_false(dm__path_is_below(DM_LIT("/a"), DM_LIT("/a/b")));
}

/* input, target, whether it is refused */
static void test_inputs(void **unused)
{
    (void)unused;
    static const struct {
        const char *input, *target;
        bool refused;
    } cases[] = {
        {"in", "in/x.jsonl", true},
        {"in", "in", true},
        {"in", "in/deep/new/x", true},
        {"in", "out/x.jsonl", false},
        {"in", "inside.jsonl", false},
        {"in", "link/x.jsonl", true},
        {"link", "in/x.jsonl", true},
        {"in/deep", "in/x.jsonl", false},
        {"in/deep", "in", false}, /* beside the input, not in it */
        {".", "out/x.jsonl", true},
        {".", "../x.jsonl", false},
        {"in/..", "x", true},
        {"in/a.txt", "in/a.txt", true},
        {"in/a.txt", "in/b.jsonl", false},
        {"in/*.txt", "in/x.txt", true},
        {"in/*.txt", "in/x.jsonl", false},
        {"in/*.txt", "in/x.txt/deep", true},
        {"in/*.txt", "out/x.txt", false},
        {"in/*/b.txt", "in/new", true}, /* new/b.txt might be written */
        {"in/*/b.txt", "in/new/c.txt", false},
        {"*", "out/x.jsonl", true}, /* matches the folder */
        {"*.txt", "out/x.jsonl", false},
        {"**/*.txt", "out/x.jsonl", true},
        {"in/**", "out/x.jsonl", false},
        {"{in,out}/*.txt", "out/x.jsonl", true}, /* braces are not looked into */
        {"link/*.txt", "in/x.txt", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const dm_str text =
            dm__arena_printf(&arena,
                             HEAD "input: { paths: ['%s'] }\nrun: { state: none }\n"
                                  "stages: [{extract: text}, {output: jsonl, with: {path: %s}}]\n",
                             cases[i].input, cases[i].target);
        const dm_str refusal = dm__arena_printf(
            &arena,
            "4:56 output 'jsonl' would be written to '%s', inside the input '%s'; choose a place "
            "outside of it",
            cases[i].target, cases[i].input);
        assert_string_equal(problems_of(text.ptr, NULL), cases[i].refused ? refusal.ptr : "");
    }
}

/* Names from the command line are no patterns. */
static void test_literal_inputs(void **unused)
{
    (void)unused;
    assert_int_equal(mkdir("[x]", 0755), 0);
    const dm_str path = DM_LIT("[x]");
    const struct dm_pipeline_args args = {.paths = &path, .path_count = 1};
    assert_string_equal(
        problems_of(HEAD "stages: [{extract: text}, {output: jsonl, with: {path: x/a}}]", &args), "");
    assert_string_equal(
        problems_of(HEAD "stages: [{extract: text}, {output: jsonl, with: {path: '[x]/a'}}]", &args),
        "2:56 output 'jsonl' would be written to '[x]/a', inside the input '[x]'; choose a place "
        "outside of it");
    rmdir("[x]");
}

static void test_state(void **unused)
{
    (void)unused;
    assert_string_equal(
        problems_of(HEAD STAGES "input: { paths: [in] }\nrun: { state: in/.docmill }", NULL),
        "4:15 the state of the run would be written to 'in/.docmill', inside the input 'in'; choose a "
        "place outside of it");
    assert_string_equal(
        problems_of(HEAD STAGES "run: { state: out/a.jsonl }", NULL),
        "3:15 the state of the run would be written to 'out/a.jsonl', as output 'jsonl' in line 2 is");
    const dm_str here = DM_LIT(".");
    const struct dm_pipeline_args args = {.paths = &here, .path_count = 1};
    assert_string_equal(
        problems_of(HEAD "stages: [{extract: text}]", &args),
        "0:0 the state of the run would be written to '.docmill/a', inside the input '.'; set 'state' "
        "in 'run' to a folder outside of it");
}

static void test_two_outputs(void **unused)
{
    (void)unused;
    static const char *const cases[][3] = {
        {"out/a.jsonl", "out/a.jsonl", "out/a.jsonl"},
        {"out/a.jsonl", "./out//x/../a.jsonl", "./out//x/../a.jsonl"},
        {"link/a", "in/a", "in/a"},
        {"out/a.jsonl", "out", NULL}, /* a file in a folder of files */
        {"out/a.jsonl", "out/b.jsonl", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const dm_str text =
            dm__arena_printf(&arena,
                             HEAD "stages:\n- extract: text\n- output: jsonl\n  with: {path: %s}\n"
                                  "- output: markdown\n  with:\n    directory: %s\n",
                             cases[i][0], cases[i][1]);
        const dm_str refusal = dm__arena_printf(
            &arena, "8:16 output 'markdown' would be written to '%s', as output 'jsonl' in line 5 is",
            cases[i][1]);
        assert_string_equal(problems_of(text.ptr, NULL), cases[i][2] != NULL ? refusal.ptr : "");
    }
}

/* A cleaner that writes a file is no different. */
static void test_targets_of_other_stages(void **unused)
{
    (void)unused;
    assert_string_equal(problems_of(HEAD "stages: [{extract: text}, {clean: quotes, with: {log: out/a}}, "
                                         "{output: jsonl, with: {path: out/a}}]",
                                    NULL),
                        "2:93 output 'jsonl' would be written to 'out/a', as cleaner 'quotes' in line 2 is");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_resolve, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_below, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_inputs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_literal_inputs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_state, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_outputs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_targets_of_other_stages, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
