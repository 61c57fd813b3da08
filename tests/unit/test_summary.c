/* What a run ends with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cli/summary.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

static const struct dm_engine_rule_total rules[] = {
    {{"clean-unicode", 13}, {"zero-width", 10}, 12345, 0},
    {{"clean-unicode", 13}, {"ligature", 8}, 0, 0},
    {{"clean-unicode", 13}, {"control", 7}, 2, 3},
};
static const struct dm_engine_stage_total stages[] = {
    {{"read", 4}, 1000, 25000000},
    {{"clean-unicode", 13}, 1000, 75000000},
    {{"clean-idle", 10}, 0, 0},
};
static const struct dm_engine_metric_total metrics[] = {
    {{"clean-unicode", 13}, {"lines", 5}, {"lines", 5}, 4321},
    {{"clean-idle", 10}, {"found", 5}, {"", 0}, 0},
};
static dm_str written[] = {{"out/news.jsonl", 14}, {"out/m\033d", 7}};

static const struct dm_engine_summary summary = {.found = 1002,
                                                 .done = 1000,
                                                 .failed = 1,
                                                 .dropped = 1,
                                                 .bytes = 5000000,
                                                 .nanoseconds = 2000000000,
                                                 .workers = 2,
                                                 .rules = rules,
                                                 .rule_count = 3,
                                                 .metrics = metrics,
                                                 .metric_count = 2,
                                                 .stages = stages,
                                                 .stage_count = 3,
                                                 .dead_letters = {"out/dead", 8},
                                                 .written = written,
                                                 .written_count = 2};

static void test_text(void **unused)
{
    (void)unused;
    const struct dm_style plain = {0};
    struct dm_arena arena;
    struct fixture_stream s;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__summary_text(s.to, &plain, &arena, &summary);
    assert_string_equal(fixture_stream_take(&s),
                        "1,000 done, 1 failed, 1 dropped, 0 pending\n"
                        "5.0 MB read in 2.00 s: 501 documents/s, 2.5 MB/s with 2 workers\n"
                        "\n"
                        "edits by rule\n"
                        "  stage          rule          made  flagged\n"
                        "  clean-unicode  zero-width  12,345        0\n"
                        "  clean-unicode  control          2        3\n"
                        "\n"
                        "counted by stage\n"
                        "  stage          metric  unit   total\n"
                        "  clean-unicode  lines   lines  4,321\n"
                        "  clean-idle     found              0\n"
                        "\n"
                        "time by stage\n"
                        "  stage          calls    total     mean  share\n"
                        "  read           1,000  25.0 ms  25.0 µs    25%\n"
                        "  clean-unicode  1,000  75.0 ms  75.0 µs    75%\n"
                        "\n"
                        "written       out/news.jsonl\n"
                        "written       out/m\\x1Bd\n"
                        "dead letters  out/dead\n");
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

static void test_nothing_done(void **unused)
{
    (void)unused;
    const struct dm_style plain = {0};
    const struct dm_engine_summary nothing = {.workers = 1};
    struct dm_arena arena;
    struct fixture_stream s;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__summary_text(s.to, &plain, &arena, &nothing);
    assert_string_equal(fixture_stream_take(&s), "0 done, 0 failed, 0 dropped, 0 pending\n"
                                                 "0 B read in 0 µs: 0.0 documents/s, 0 B/s with 1 worker\n");
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

static void test_json(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct fixture_stream s;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__summary_json(s.to, &arena, &summary, 1);
    assert_string_equal(
        fixture_stream_take(&s),
        "{\"status\":1,\"stopped\":null,\"found\":1002,\"done\":1000,\"failed\":1,\"dropped\":1,\"pending\":"
        "0,\"unchanged\":0,\"new\":0,\"changed\":0,\"outdated\":0,\"failed_before\":0,\"left_behind\":0,"
        "\"bytes\":5000000,\"workers\":2,\"seconds\":2,"
        "\"rules\":[{\"stage\":\"clean-unicode\",\"rule\":\"zero-width\",\"made\":12345,\"flagged\":0},"
        "{\"stage\":\"clean-unicode\",\"rule\":\"ligature\",\"made\":0,\"flagged\":0},"
        "{\"stage\":\"clean-unicode\",\"rule\":\"control\",\"made\":2,\"flagged\":3}],"
        "\"metrics\":[{\"stage\":\"clean-unicode\",\"metric\":\"lines\",\"total\":4321,\"unit\":\"lines\"},"
        "{\"stage\":\"clean-idle\",\"metric\":\"found\",\"total\":0,\"unit\":\"\"}],"
        "\"stages\":[{\"stage\":\"read\",\"calls\":1000,\"nanoseconds\":25000000},"
        "{\"stage\":\"clean-unicode\",\"calls\":1000,\"nanoseconds\":75000000},"
        "{\"stage\":\"clean-idle\",\"calls\":0,\"nanoseconds\":0}],"
        "\"written\":[\"out/news.jsonl\",\"out/m\\u001bd\"],\"dead_letters\":\"out/dead\"}\n");
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_nothing_done),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
