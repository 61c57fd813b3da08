/* `stages:`: which stage a word means, order, permissions, `extract: auto`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pipeline/stages.h"
#include "fixture_pipeline.h"

#include <cmocka.h>

static struct dm_pipeline *read_stages(const char *stages)
{
    struct dm_pipeline *const p = read_with(dm__arena_printf(&arena, HEAD "%s", stages).ptr, NULL);
    if (p == NULL)
        fail_msg("%s: %s", stages, fixture_report_text(&arena, &report));
    return p;
}

static void test_steps(void **unused)
{
    (void)unused;
    const struct dm_pipeline *const p = read_stages("stages:\n"
                                                    "  - extract: text\n"
                                                    "    with: { encoding: latin1 }\n"
                                                    "  - output: jsonl\n"
                                                    "    with: { path: out/a.jsonl, edits: full }\n"
                                                    "  - clean: quotes\n"
                                                    "    when: { language: en }\n"
                                                    "    with: { count: 5, rules: { wrong-side: off } }\n"
                                                    "  - output: search\n"
                                                    "    allow: [network, write]\n");
    assert_int_equal(p->step_count, 4);
    assert_int_equal(p->output_count, 2);
    static const char *const names[] = {"extract-text", "output-jsonl", "clean-quotes", "output-search"};
    static const unsigned lines[] = {3, 5, 7, 10};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(p->steps[i].name.ptr, names[i]);
        assert_int_equal(p->steps[i].line, lines[i]);
        assert_int_equal(p->steps[i].column, 5);
        assert_int_equal(p->steps[i].instance_count, 1);
    }
    const struct dm_instance *const quotes = &p->steps[2].instances[0];
    assert_ptr_equal(quotes->file, &fixture_files[0]);
    assert_ptr_equal(quotes->stage, &fixture_all_stage);
    assert_int_equal(((const struct fixture_all *)quotes->state)->count, 5);
    assert_int_equal(quotes->modes[1].mode, DM_OFF);
    assert_int_equal(p->steps[2].when_count, 1);
    assert_int_equal(((const struct fixture_jsonl *)p->steps[1].instances[0].state)->edits, 2);
    assert_int_equal(p->steps[1].when_count, 0);
}

/* The same stage twice has two states. */
static void test_states_are_not_shared(void **unused)
{
    (void)unused;
    const struct dm_pipeline *const p =
        read_stages("stages: [{extract: text}, {clean: quotes, with: &w {count: 1}}, "
                    "{clean: quotes, with: *w}]");
    assert_ptr_not_equal(p->steps[1].instances[0].state, p->steps[2].instances[0].state);
    assert_ptr_not_equal(p->steps[1].instances[0].modes, p->steps[2].instances[0].modes);
}

static void test_auto(void **unused)
{
    (void)unused;
    const struct dm_pipeline *p = read_stages("stages: [{extract: auto}]");
    assert_string_equal(p->steps[0].name.ptr, "extract-auto");
    assert_int_equal(p->steps[0].instance_count, 1); /* `command` needs what is not allowed */
    assert_ptr_equal(p->steps[0].instances[0].stage, &fixture_text);
    assert_int_equal(p->output_count, 0);
    p = read_stages("stages: [{extract: auto, allow: exec}]"); /* and an option that is not given */
    assert_int_equal(p->steps[0].instance_count, 1);
    p = read_stages(
        "stages: [{extract: auto, allow: exec, with: {command: {program: x}, text: {encoding: latin1}}}]");
    assert_int_equal(p->steps[0].instance_count, 2);
    assert_int_equal(((const struct fixture_text *)p->steps[0].instances[0].state)->encoding.len, 6);
}

/* Two plugins with the same stage: the first one counts. */
static void test_shadowed(void **unused)
{
    (void)unused;
    static const dm_stage *const stages[] = {&fixture_text, NULL};
    struct dm_plugin_file files[] = {
        {.path = DM_LIT("/plugins/a.so"), .about = {.stages = stages}},
        {.path = DM_LIT("/plugins/b.so"), .about = {.stages = stages}, .shadowed = true},
    };
    const struct dm_registry registry = {.arena = &arena, .files = files, .count = 2};
    dm__report_init(&report, &arena);
    const struct dm_pipeline *const p = dm__pipeline_read(
        &registry, DM_LIT("a.yaml"), DM_LIT(HEAD "stages: [{extract: auto}]"), NULL, &report);
    assert_non_null(p);
    assert_int_equal(p->steps[0].instance_count, 1);
    assert_ptr_equal(p->steps[0].instances[0].file, &files[0]);
}

static void test_nothing_installed(void **unused)
{
    (void)unused;
    const struct dm_registry registry = {.arena = &arena};
    dm__report_init(&report, &arena);
    assert_null(dm__pipeline_read(&registry, DM_LIT("a.yaml"),
                                  DM_LIT(HEAD "stages: [{extract: auto}, {clean: unicode}]"), NULL, &report));
    assert_string_equal(fixture_report_text(&arena, &report), "2:20 no extractor is installed\n"
                                                              "2:35 no cleaner 'unicode' is installed");
}

static void test_refusals(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"stages: ~", "2:9 expected a list for 'stages', found nothing"},
        {"stages: {extract: text}", "2:9 expected a list for 'stages', found a mapping"},
        {"stages: []", "2:9 expected a list for 'stages', found an empty one"},
        {"stages: [text]", "2:10 expected a stage, found 'text'; write '- clean: NAME'"},
        {"stages: [{with: {}}]",
         "2:10 the first stage must be an extractor; put '- extract: auto' before it\n"
         "2:10 a stage needs one of the keys extract, clean and output"},
        {"stages: [{extract: text, clean: unicode}]",
         "2:26 a second stage, 'clean', in one list item; begin its line "
         "with '- '"},
        {"stages: [{extract: text, rules: {}}]",
         "2:26 unknown key 'rules' in a stage; it belongs inside 'with'"},
        {"stages: [{extract: text, wiht: {}}]", "2:26 unknown key 'wiht' in a stage; did you mean 'with'?"},
        {"stages: [{extrct: text}]",
         "2:10 the first stage must be an extractor; put '- extract: auto' before it\n"
         "2:10 a stage needs one of the keys extract, clean and output\n"
         "2:11 unknown key 'extrct' in a stage; did you mean 'extract'?"},
        {"stages: [{extract: }]", "2:20 expected the name of an extractor for 'extract', found nothing"},
        {"stages: [{extract: [text]}]", "2:20 expected the name of an extractor for 'extract', found a list"},
        {"stages: [{clean: unicode}]",
         "2:10 the first stage must be an extractor; put '- extract: auto' before it"},
        {"stages: [{extract: text}, {extract: text}]", "2:27 an extractor can only be the first stage"},
        {"stages: [{extract: txt}]", "2:20 no extractor 'txt' is installed; did you mean 'text'?"},
        {"stages: [{extract: jsonl}]", "2:20 'jsonl' is an output, not an extractor; write 'output: jsonl'"},
        {"stages: [{extract: text}, {output: unicode}]",
         "2:36 'unicode' is a cleaner, not an output; write 'clean: "
         "unicode'"},
        {"stages: [{extract: text}, {clean: clean-unicode}]",
         "2:35 no cleaner 'clean-unicode' is installed; did you "
         "mean 'unicode'?"},
        {"stages: [{extract: text}, {clean: tables}]",
         "2:35 the plugin of cleaner 'tables' (/plugins/clean-tables.so) cannot be used: it crashed when it "
         "was loaded"},
        {"stages: [{extract: text}, {output: tables}]", "2:36 no output 'tables' is installed"},
        {"stages: [{extract: text}, {clean: auto}]", "2:35 no cleaner 'auto' is installed"},
        {"stages: [{extract: text, when: {language: en}}]",
         "2:32 an extractor cannot have a condition: nothing is "
         "known before it"},
        {"stages: [{extract: text}, {output: search}]",
         "2:36 output 'search' needs the network, which the pipeline does not allow; add 'allow: [network]' "
         "to this "
         "stage if you trust it"},
        {"stages: [{extract: text}, {output: search, allow: [netwrk, exec]}]",
         "2:36 output 'search' needs the network, which the pipeline does not allow; add 'allow: [network]' "
         "to this "
         "stage if you trust it\n"
         "2:52 expected network, exec or write for 'allow', found 'netwrk'; did you mean 'network'?"},
        {"stages: [{extract: text}, {output: jsonl}]",
         "2:36 output 'jsonl' needs the option 'path'; The file that is "
         "written."},
        {"stages: [{extract: auto, with: {txt: {}, text: {encodign: x}}}]",
         "2:33 unknown key 'txt' in extractor 'auto'; did you mean 'text'?\n"
         "2:49 unknown key 'encodign' in extractor 'text'; did you mean 'encoding'?"},
        {"stages: [{extract: auto, with: [a]}]",
         "2:32 expected a mapping of extractors to their options for 'with'"},
        {"stages: [{extract: auto, with: {command: {program: x}}}]",
         "2:20 extractor 'command' needs to start programs, which the pipeline does not allow; add 'allow: "
         "[exec]' to "
         "this stage if you trust it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(problems_of(dm__arena_printf(&arena, HEAD "%s", cases[i][0]).ptr, NULL),
                            cases[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_steps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_states_are_not_shared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_auto, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shadowed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_installed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
