/* The sandbox, told to people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/cli/confinement.h"
#include "core/sandbox/sandbox.h"
#include "fixture_pipeline.h"
#include "fixture_stream.h"

#include <cmocka.h>

static void assert_row(const char *text, const char *row)
{
    if (strstr(text, row) == NULL)
        fail_msg("no row \"%s\" in\n%s", row, text);
}

static const char *tell(const char *pipeline)
{
    const struct dm_style plain = {0};
    struct fixture_stream s;
    const struct dm_pipeline *const p = read_with(pipeline, NULL);
    if (p == NULL)
        fail_msg("%s", fixture_report_text(&arena, &report));
    fixture_stream_open(&s);
    dm__confinement_text(s.to, &plain, &arena, p);
    const dm_str told = dm__arena_str(&arena, dm__str(fixture_stream_take(&s)));
    fixture_stream_close(&s);
    return told.ptr;
}

static void test_pipeline(void **unused)
{
    (void)unused;
    const char *const text = tell(HEAD "input: { paths: [in] }\nrun: { state: none }\n" STAGES);
    assert_row(text, "sandbox\n  privileges      none can be gained\n");
    assert_row(text, "  allowed         nothing else\n");
    assert_row(text, "in, the system's libraries\n");
    assert_row(text, "  workers write   nothing\n");
    assert_row(text, "  writer writes   out\n");
}

static void test_allowed(void **unused)
{
    (void)unused;
    const char *const text = tell(
        HEAD "run: { state: none }\nstages: [{extract: text}, {output: search, allow: [network, write]}]\n");
    assert_row(text, "  allowed         network, for output-search\n");
    assert_row(text, "  writer writes   nothing\n");
}

static void test_kernel(void **unused)
{
    (void)unused;
    struct dm_sandbox_kernel kernel;
    dm__sandbox_ask(&kernel);
    const char *const text = tell(HEAD "run: { state: none }\n" STAGES);
    assert_row(text, kernel.filter_error == 0 ? "only what documents need (seccomp)" : "not filtered: ");
    assert_row(text, kernel.landlock != 0
                         ? dm__arena_printf(&arena, "(Landlock, version %d)\n", kernel.landlock).ptr
                         : "no Landlock: ");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_pipeline),
        IN_FOLDER(test_allowed),
        IN_FOLDER(test_kernel),
    };
    return cmocka_run_group_tests_name("confinement", tests, NULL, NULL);
}
