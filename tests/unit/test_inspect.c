/* Describing in a child process: whatever a constructor does, the parent learns of it in one line.
 * This program is its own child: see main(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/pipeline/inspect.h"
#include "core/text/str.h"

#include <cmocka.h>

/* A sound plugin is never cut short; one that hangs needs no longer than this to be found out. */
enum { AMPLE_MS = 120000, SHORT_MS = 300 };

static struct dm_arena arena;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    return getenv("DOCMILL_BUILD") != NULL ? 0 : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

static struct dm_plugin_file inspect(const char *name, int timeout_ms, dm_str *text)
{
    struct dm_plugin_file file = {
        .path = dm__arena_printf(&arena, "%s/tests/abi/%s.so", getenv("DOCMILL_BUILD"), name)};
    const bool ok = dm__inspect(&arena, &file, timeout_ms, text);
    assert_int_equal(ok, file.problem.len == 0);
    assert_false(file.loaded);
    return file;
}

static void assert_described(const char *name, const char *stage)
{
    dm_str text;
    const struct dm_plugin_file file = inspect(name, AMPLE_MS, &text);
    assert_string_equal(file.problem.ptr != NULL ? file.problem.ptr : "", "");
    assert_string_equal(file.about.stages[0]->name, stage);
    assert_null(file.about.stages[0]->ops.any);
    assert_true(text.len > 0);
}

static void assert_left_out(const char *name, int timeout_ms, const char *problem, bool kept)
{
    dm_str text;
    const struct dm_plugin_file file = inspect(name, timeout_ms, &text);
    assert_string_equal(file.problem.ptr != NULL ? file.problem.ptr : "it was described", problem);
    assert_int_equal(text.len > 0, kept);
}

static void test_described(void **unused)
{
    (void)unused;
    assert_described("plain", "plain");
    assert_described("older", "older");
    assert_described("newer", "newer");
    assert_described("header-c11", "all");
}

/* Neither what a constructor prints, nor what it wants to leave running, nor how the process ends, is of any
 * matter to the description. */
static void test_odd_constructors(void **unused)
{
    (void)unused;
    assert_described("at-load-chatter", "constructor");
    assert_described("at-load-orphan", "constructor");
    assert_described("at-load-crash-at-exit", "constructor");
}

static void test_crash(void **unused)
{
    (void)unused;
    assert_left_out("at-load-crash", AMPLE_MS, "crashes while it is loaded: SIGSEGV; it wrote: it ?[31mhurts",
                    false);
}

static void test_exit(void **unused)
{
    (void)unused;
    assert_left_out("at-load-leave", AMPLE_MS, "ends the program while it is loaded: exit status 0", false);
}

static void test_hang(void **unused)
{
    (void)unused;
    assert_left_out("at-load-hang", SHORT_MS, "hangs while it is loaded", false);
}

/* All of it is read, so that the child never waits for us, and next to nothing is kept. */
static void test_flood(void **unused)
{
    (void)unused;
    assert_left_out("at-load-flood", AMPLE_MS,
                    "ends the program while it is loaded: exit status 7; it wrote: and on and on", false);
}

/* Only what the file itself decides may be kept. */
static void test_refusals(void **unused)
{
    (void)unused;
    assert_left_out("bad-ops", AMPLE_MS, "bad table: stage 'bad': ops is NULL", true);
    assert_left_out("abi-v2", AMPLE_MS, "built for docmill ABI v2, this is v1", true);
    assert_left_out("unresolved", AMPLE_MS,
                    "cannot be loaded: undefined symbol: docmill_test_nobody_has_this", false);
    assert_left_out("is-not-there", AMPLE_MS, "cannot be read: No such file or directory", false);
}

/* The sandbox lets a constructor start nothing; whatever else holds the pipes open is not waited for. */
static void test_orphan(void **unused)
{
    (void)unused;
    char self[4096], script[] = "/tmp/docmill-test-XXXXXX";
    const ssize_t len = readlink("/proc/self/exe", self, sizeof self);
    const int fd = mkstemp(script);
    assert_true(len > 0 && (size_t)len < sizeof self && fd >= 0);
    dprintf(fd, "#!/bin/sh\nsleep 60 &\nexec '%.*s' \"$@\"\n", (int)len, self);
    fchmod(fd, 0700);
    close(fd);
    setenv("DOCMILL_DESCRIBE_EXE", script, 1);
    assert_described("plain", "plain");
    unsetenv("DOCMILL_DESCRIBE_EXE");
    unlink(script);
}

static void test_other_programs(void **unused)
{
    (void)unused;
    static const struct {
        const char *program, *problem;
    } cases[] = {
        {"/is/not/there", "cannot be described: No such file or directory"},
        {"/bin/false", "ends the program while it is loaded: exit status 1"},
        {"/bin/echo", "its description cannot be read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(setenv("DOCMILL_DESCRIBE_EXE", cases[i].program, 1), 0);
        assert_left_out("plain", AMPLE_MS, cases[i].problem, false);
    }
    assert_int_equal(unsetenv("DOCMILL_DESCRIBE_EXE"), 0);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "__describe") == 0)
        return dm__describe_child(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_described), cmocka_unit_test(test_odd_constructors),
        cmocka_unit_test(test_crash),     cmocka_unit_test(test_exit),
        cmocka_unit_test(test_hang),      cmocka_unit_test(test_flood),
        cmocka_unit_test(test_refusals),  cmocka_unit_test(test_other_programs),
        cmocka_unit_test(test_orphan),
    };
    return cmocka_run_group_tests_name("inspect", tests, set_up, tear_down);
}
