/* Tables: alignment by what the terminal shows, not by bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cli/table.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

static void test_aligns(void **unused)
{
    (void)unused;
    static const char *const heads[] = {"stage", "made", "why"};
    struct dm_arena arena;
    struct dm_table t;
    struct fixture_stream s;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__table_init(&t, &arena, "lrl", heads);
    dm__table_text(&t, "clean-é");
    dm__table_text(&t, "1,234");
    dm__table_cell(&t, DM_LIT("a\033b"));
    dm__table_text(&t, "漢字");
    dm__table_text(&t, "7");
    dm__table_text(&t, "");
    const struct dm_style plain = {0};
    dm__table_write(&t, s.to, &plain, 2);
    assert_string_equal(fixture_stream_take(&s), "  stage     made  why\n"
                                                 "  clean-é  1,234  a\\x1Bb\n"
                                                 "  漢字         7  \n");
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

static void test_wraps_on_a_terminal(void **unused)
{
    (void)unused;
    static const char *const heads[] = {"a", "what it does"};
    struct dm_arena arena;
    struct dm_table t;
    struct fixture_stream s;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__table_init(&t, &arena, "ll", heads);
    dm__table_text(&t, "stage");
    dm__table_text(&t, "one two three four five six seven");
    const struct dm_style narrow = {.terminal = true, .columns = 32}, file = {.columns = 32};
    dm__table_write(&t, s.to, &narrow, 1);
    assert_string_equal(fixture_stream_take(&s), " a      what it does\n"
                                                 " stage  one two three four five\n"
                                                 "        six seven\n");
    dm__table_write(&t, s.to, &file, 1);
    assert_string_equal(fixture_stream_take(&s), " a      what it does\n"
                                                 " stage  one two three four five six seven\n");
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

static void test_colours_the_head_only(void **unused)
{
    (void)unused;
    static const char *const heads[] = {"a"};
    struct dm_arena arena;
    struct dm_table t;
    struct fixture_stream s;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__table_init(&t, &arena, "l", heads);
    dm__table_text(&t, "b");
    const struct dm_style colour = {.colour = true};
    dm__table_write(&t, s.to, &colour, 0);
    assert_string_equal(fixture_stream_take(&s), "\033[2ma\033[0m\nb\n");
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligns),
        cmocka_unit_test(test_wraps_on_a_terminal),
        cmocka_unit_test(test_colours_the_head_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
