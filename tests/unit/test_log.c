/* Messages: for people and as JSON, and the problems of a pipeline file with their lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/log.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

struct fixture {
    struct fixture_stream stream;
    struct dm_log log;
};

static int setup(void **state)
{
    static struct fixture f;
    fixture_stream_open(&f.stream);
    f.log = (struct dm_log){.to = f.stream.to, .least = DM_LOG_INFO};
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fixture_stream_close(&f->stream);
    return 0;
}

/* An event without its time, which nobody can foresee. */
static const char *without_time(const char *line)
{
    assert_int_equal(strncmp(line, "{\"time\":\"20", 11), 0);
    const char *event = strstr(line, "\"event\"");
    assert_non_null(event);
    return event;
}

static void test_messages(void **state)
{
    struct fixture *f = *state;
    dm__log_error(&f->log, "%d errors", 3);
    assert_string_equal(fixture_stream_take(&f->stream), "docmill: error: 3 errors\n");
    dm__log_warning(&f->log, "slow");
    assert_string_equal(fixture_stream_take(&f->stream), "docmill: warning: slow\n");
    dm__log_note(&f->log, "ready");
    assert_string_equal(fixture_stream_take(&f->stream), "docmill: ready\n");
    f->log.style.colour = true;
    dm__log_error(&f->log, "x");
    assert_string_equal(fixture_stream_take(&f->stream), "docmill: \033[1;31merror:\033[0m x\n");
}

static void test_quiet(void **state)
{
    struct fixture *f = *state;
    f->log.least = DM_LOG_ERROR;
    dm__log_note(&f->log, "a");
    dm__log_warning(&f->log, "b");
    dm__log_line(&f->log, DM_LOG_WARNING, DM_LIT("s"), DM_LIT("t"), DM_LIT("c"));
    dm__log_error(&f->log, "d");
    assert_string_equal(fixture_stream_take(&f->stream), "docmill: error: d\n");
}

static void test_lines(void **state)
{
    struct fixture *f = *state;
    dm__log_line(&f->log, DM_LOG_WARNING, DM_LIT("a\033.txt"), DM_LIT("clean-x"), DM_LIT("two\nlines"));
    assert_string_equal(fixture_stream_take(&f->stream), "warning: a\\x1B.txt: clean-x: two\\nlines\n");
    dm__log_line(&f->log, DM_LOG_INFO, DM_LIT(""), DM_LIT(""), DM_LIT("alone"));
    assert_string_equal(fixture_stream_take(&f->stream), "info: alone\n");
    dm__log_fate(&f->log, DM_TONE_BAD, "failed", DM_LIT("x.bin"), DM_LIT("extract-text"), DM_LIT("not text"));
    assert_string_equal(fixture_stream_take(&f->stream), "failed: x.bin: extract-text: not text\n");
}

static void test_json(void **state)
{
    struct fixture *f = *state;
    f->log.json = true;
    dm__log_error(&f->log, "a \"b\"");
    assert_string_equal(without_time(fixture_stream_take(&f->stream)),
                        "\"event\":\"log\",\"level\":\"error\",\"message\":\"a \\\"b\\\"\"}\n");
    dm__log_line(&f->log, DM_LOG_INFO, DM_LIT("a.txt"), DM_LIT("clean-x"), DM_LIT("\033"));
    assert_string_equal(without_time(fixture_stream_take(&f->stream)),
                        "\"event\":\"log\",\"level\":\"info\",\"source\":\"a.txt\",\"stage\":\"clean-x\","
                        "\"message\":\"\\u001b\"}\n");
}

static void test_report(void **state)
{
    struct fixture *f = *state;
    struct dm_arena arena;
    struct dm_report report;
    dm__arena_init(&arena, 0);
    dm__report_init(&report, &arena);
    const dm_str text = dm__str("docmill: 1\nname: caf\xC3\xA9 x\r\n\033[m: y\n");
    const dm_str file = DM_LIT("p.yaml");
    dm__report_error(&report, file, 2, 12, "no such thing 'x'")->hint = DM_LIT("did you mean 'y'?");
    dm__report_error(&report, file, 3, 1, "bad key '\033[m'");
    dm__report_error(&report, file, 9, 1, "behind the end");
    dm__report_error(&report, file, 0, 0, "no place");
    dm__report_error(&report, (dm_str){NULL, 0}, 0, 0, "no file")->warning = true;
    dm__log_report(&f->log, &report, text);
    assert_string_equal(fixture_stream_take(&f->stream), "p.yaml:2:12: error: no such thing 'x'\n"
                                                         "    2 | name: caf\xC3\xA9 x\n"
                                                         "      |            ^\n"
                                                         "  did you mean 'y'?\n"
                                                         "p.yaml:3:1: error: bad key '\\x1B[m'\n"
                                                         "    3 | \\x1B[m: y\n"
                                                         "      | ^\n"
                                                         "p.yaml:9:1: error: behind the end\n"
                                                         "p.yaml: error: no place\n"
                                                         "docmill: warning: no file\n");
    f->log.json = true;
    report.count = 1;
    dm__log_report(&f->log, &report, text);
    assert_string_equal(
        without_time(fixture_stream_take(&f->stream)),
        "\"event\":\"problem\",\"level\":\"error\",\"file\":\"p.yaml\",\"line\":2,\"column\":12,"
        "\"message\":\"no such thing 'x'\",\"hint\":\"did you mean 'y'?\"}\n");
    dm__arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_messages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_quiet, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_report, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
