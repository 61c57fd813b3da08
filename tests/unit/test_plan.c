/* The stages of a pipeline as they were understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cli/plan.h"
#include "fixture_pipeline.h"
#include "fixture_stream.h"

#include <cmocka.h>

static const char text[] = "docmill: 1\n"
                           "stages:\n"
                           "  - extract: auto\n"
                           "    allow: exec\n"
                           "    with: { command: { program: pdftotext } }\n"
                           "  - clean: quotes\n"
                           "    with: { list: [\"a\\e\"], rules: { wrong-side: off } }\n"
                           "    when: { language: [en, fr], metadata: { url: { present: true } } }\n"
                           "  - output: jsonl\n"
                           "    with: { path: out/a.jsonl }\n"
                           "run: { state: none }\n";

static const struct dm_pipeline *read_pipeline(void)
{
    const struct dm_pipeline *const p = read_with(text, NULL);
    if (p == NULL)
        fail_msg("%s", fixture_report_text(&arena, &report));
    return p;
}

static void test_text(void **unused)
{
    (void)unused;
    const struct dm_style plain = {0};
    struct fixture_stream s;
    fixture_stream_open(&s);
    dm__plan_text(s.to, &plain, &arena, read_pipeline());
    assert_string_equal(fixture_stream_take(&s), "stages\n"
                                                 "    1  extract-auto\n"
                                                 "       the surest of extract-text\n"
                                                 "                       encoding: \"auto\"\n"
                                                 "                  or extract-command\n"
                                                 "                       program: \"pdftotext\"\n"
                                                 "    2  clean-quotes\n"
                                                 "       when language is en or fr\n"
                                                 "       when url is there\n"
                                                 "       flag: true\n"
                                                 "       count: 3\n"
                                                 "       size: 65536B\n"
                                                 "       time: 30000ms\n"
                                                 "       ratio: 0.5\n"
                                                 "       text: \"abc\"\n"
                                                 "       words: \"\"\n"
                                                 "       log: \"\"\n"
                                                 "       key: (secret)\n"
                                                 "       choice: curly\n"
                                                 "       list: [\"a\\x1B\"]\n"
                                                 "       map: {\"one\": \"eins\"}\n"
                                                 "       pattern: none\n"
                                                 "       rule wrong-side: off\n"
                                                 "    3  output-jsonl\n"
                                                 "       path: \"out/a.jsonl\"\n"
                                                 "       edits: summary\n");
    fixture_stream_close(&s);
}

static void test_json(void **unused)
{
    (void)unused;
    struct fixture_stream s;
    fixture_stream_open(&s);
    const struct dm_pipeline *const p = read_pipeline();
    const struct dm_pipeline ends = {.steps = (struct dm_step[]){p->steps[0], p->steps[2]}, .step_count = 2};
    dm__plan_json(s.to, &arena, &ends);
    assert_string_equal(
        fixture_stream_take(&s),
        "{\"kind\":\"stage\",\"stage\":\"extract-auto\",\"candidates\":{\"extract-text\":"
        "{\"encoding\":\"\\\"auto\\\"\"},\"extract-command\":{\"program\":\"\\\"pdftotext\\\"\"}}}\n"
        "{\"kind\":\"stage\",\"stage\":\"output-jsonl\",\"options\":"
        "{\"path\":\"\\\"out/a.jsonl\\\"\",\"edits\":\"summary\"}}\n");
    fixture_stream_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
