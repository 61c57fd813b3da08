/* What a run says while it runs, event by event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/live.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

#define SECOND 1000000000ull

struct fixture {
    struct fixture_stream stream;
    struct dm_cli cli;
    struct dm_live live;
    struct dm_engine_events events;
};

static int setup(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    fixture_stream_open(&f.stream);
    f.cli.log = (struct dm_log){.to = f.stream.to, .least = DM_LOG_INFO};
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    dm__live_end(&f->live);
    fixture_stream_close(&f->stream);
    return 0;
}

static const char *take(struct fixture *f)
{
    return fixture_stream_take(&f->stream);
}

static const struct dm_engine_document failed = {.number = 7,
                                                 .source = {"x\xFF.bin", 6},
                                                 .path = {"samples/x\xFF.bin", 14},
                                                 .status = DM_EDOC,
                                                 .stage = {"extract-text", 12},
                                                 .why = {"not text: NUL byte at offset 12", 31},
                                                 .attempts = 1,
                                                 .bytes = 99};

static void test_failure_is_one_line(void **state)
{
    struct fixture *f = *state;
    dm__live_begin(&f->live, &f->cli, &f->events);
    assert_false(f->events.every_document);
    f->events.document(f->events.owner, &failed);
    assert_string_equal(take(f),
                        "failed: samples/x\\xFF.bin: extract-text: not text: NUL byte at offset 12\n");
    struct dm_engine_document other = failed;
    other.why = DM_LIT("");
    other.stage = DM_LIT("");
    other.attempts = 3;
    other.status = DM_ERETRY;
    f->events.document(f->events.owner, &other);
    assert_string_equal(take(f), "failed: samples/x\\xFF.bin: out of attempts (3 attempts)\n");
}

static void test_every_document_when_verbose(void **state)
{
    struct fixture *f = *state;
    f->cli.common.verbose = true;
    dm__live_begin(&f->live, &f->cli, &f->events);
    assert_true(f->events.every_document);
    const struct dm_engine_document done = {.path = DM_LIT("a.txt"), .attempts = 1};
    f->events.document(f->events.owner, &done);
    assert_string_equal(take(f), "done: a.txt\n");
}

static void tell(struct fixture *f, uint64_t nanoseconds, uint64_t done)
{
    const struct dm_engine_progress p = {
        .done = done, .found = 1000, .found_all = true, .bytes = done * 1000, .nanoseconds = nanoseconds};
    f->events.progress(f->events.owner, &p);
}

static void test_a_line_every_ten_seconds(void **state)
{
    struct fixture *f = *state;
    dm__live_begin(&f->live, &f->cli, &f->events);
    tell(f, SECOND * 99 / 10, 99);
    assert_string_equal(take(f), "");
    tell(f, SECOND * 10, 100);
    assert_string_equal(take(f), "docmill: 100 of 1,000 documents (10%), 10 docs/s, 10 kB/s, 1:30 left\n");
    tell(f, SECOND * 19, 190);
    assert_string_equal(take(f), "");
    tell(f, SECOND * 20, 200);
    assert_string_equal(take(f), "docmill: 200 of 1,000 documents (20%), 10 docs/s, 10 kB/s, 1:20 left\n");
}

static void test_quiet(void **state)
{
    struct fixture *f = *state;
    f->cli.common.quiet = true;
    f->cli.log.least = DM_LOG_ERROR;
    f->cli.log.style.terminal = true;
    dm__live_begin(&f->live, &f->cli, &f->events);
    tell(f, SECOND * 60, 100);
    f->events.log(f->events.owner, DM_LOG_WARNING, DM_LIT("a"), DM_LIT("b"), DM_LIT("c"));
    assert_string_equal(take(f), "");
    f->events.document(f->events.owner, &failed);
    assert_non_null(strstr(take(f), "failed: "));
}

static void test_bar_on_a_terminal(void **state)
{
    struct fixture *f = *state;
    f->cli.log.style.terminal = true;
    dm__live_begin(&f->live, &f->cli, &f->events);
    tell(f, SECOND, 100);
    const char *bar = take(f);
    assert_int_equal(strncmp(bar, "\r\033[K 10% ", 9), 0);
    assert_null(strchr(bar, '\n'));
    /* a line of a stage takes the bar's place, and the bar comes back below it */
    f->events.log(f->events.owner, DM_LOG_WARNING, DM_LIT("a.txt"), DM_LIT("clean-x"), DM_LIT("odd"));
    assert_string_equal(take(f), "\r\033[Kwarning: a.txt: clean-x: odd\n");
    tell(f, SECOND * 2, 200);
    assert_int_equal(strncmp(take(f), "\r\033[K 20% ", 9), 0);
    f->events.document(f->events.owner, &failed);
    assert_int_equal(strncmp(take(f), "\r\033[Kfailed: ", 12), 0);
    tell(f, SECOND * 3, 300);
    take(f);
    dm__live_end(&f->live);
    assert_string_equal(take(f), "\r\033[K");
}

/* An event without its time, which nobody can foresee. */
static const char *without_time(const char *line)
{
    const char *event = strstr(line, "\"event\"");
    assert_non_null(event);
    return event;
}

static void test_json(void **state)
{
    struct fixture *f = *state;
    f->cli.log.json = true;
    f->cli.log.style.terminal = true;
    dm__live_begin(&f->live, &f->cli, &f->events);
    f->events.document(f->events.owner, &failed);
    assert_string_equal(
        without_time(take(f)),
        "\"event\":\"failed\",\"number\":7,\"source\":\"x\xEF\xBF\xBD.bin\",\"source_hex\":\"78ff2e62696e\","
        "\"path\":\"samples/x\xEF\xBF\xBD.bin\",\"path_hex\":\"73616d706c65732f78ff2e62696e\","
        "\"status\":\"bad document\",\"stage\":\"extract-text\","
        "\"reason\":\"not text: NUL byte at offset 12\",\"attempts\":1,\"bytes\":99,\"edits\":0}\n");
    tell(f, SECOND / 2, 12);
    assert_string_equal(take(f), "");
    tell(f, SECOND, 25);
    assert_string_equal(
        without_time(take(f)),
        "\"event\":\"progress\",\"done\":25,\"failed\":0,\"dropped\":0,\"found\":1000,\"bytes\":25000,"
        "\"found_all\":true,\"seconds\":1,\"documents_per_second\":25,\"bytes_per_second\":25000,"
        "\"seconds_left\":39}\n");
    f->events.log(f->events.owner, DM_LOG_INFO, DM_LIT("a"), DM_LIT("b"), DM_LIT("c"));
    assert_string_equal(without_time(take(f)),
                        "\"event\":\"log\",\"level\":\"info\",\"source\":\"a\",\"stage\":\"b\","
                        "\"message\":\"c\"}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_failure_is_one_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_document_when_verbose, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_line_every_ten_seconds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_quiet, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bar_on_a_terminal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
