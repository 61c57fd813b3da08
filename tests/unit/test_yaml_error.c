/* What is wrong with a file that is no YAML: places, and complaints that no file brings about at will. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pipeline/yaml_error.h"
#include "core/text/str.h"
#include "fixture_report.h"

#include <cmocka.h>

static struct dm_arena arena;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

static const char *explain(const char *bytes, struct dm_yaml_error e)
{
    static struct dm_report report;
    dm__report_init(&report, &arena);
    dm__yaml_explain(&report, DM_LIT("a.yaml"), dm__str(bytes), &e);
    assert_int_equal(report.errors, 1);
    assert_string_equal(report.items[0].file.ptr, "a.yaml");
    return fixture_report_text(&arena, &report);
}

static void test_places(void **unused)
{
    (void)unused;
    /* a, e acute, LF, b, CR LF, c, CR, d */
    const dm_str text = DM_LIT("a\xC3\xA9\nb\r\nc\rd");
    static const struct {
        size_t offset;
        unsigned line, column;
    } cases[] = {{0, 1, 1}, {1, 1, 2}, {3, 1, 3}, {4, 2, 1},  {5, 2, 2},
                 {7, 3, 1}, {8, 3, 2}, {9, 4, 1}, {10, 4, 2}, {99, 4, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned line = 0, column = 0;
        dm__yaml_place(text, cases[i].offset, &line, &column);
        assert_int_equal(line, cases[i].line);
        assert_int_equal(column, cases[i].column);
    }
}

static void test_memory(void **unused)
{
    (void)unused;
    const struct dm_yaml_error e = {.memory = true, .reader = true, .problem = "x", .line = 3, .column = 4};
    assert_string_equal(explain("a: 1\n", e), "0:0 out of memory");
}

static void test_bytes(void **unused)
{
    (void)unused;
    assert_string_equal(explain("a: 1\nb\x7F\n", (struct dm_yaml_error){.reader = true, .offset = 6}),
                        "2:2 a control character (0x7F) cannot stand in the file");
    assert_string_equal(explain("a: \xEF\xBF\xBE", (struct dm_yaml_error){.reader = true, .offset = 3}),
                        "1:4 a character that YAML does not allow (it starts with 0xEF)");
    /* an offset behind the end reads nothing */
    assert_string_equal(explain("ab", (struct dm_yaml_error){.reader = true, .offset = 2}),
                        "1:3 a control character (0x00) cannot stand in the file");
}

static void test_words(void **unused)
{
    (void)unused;
    assert_string_equal(explain("a", (struct dm_yaml_error){.line = 1, .column = 2}),
                        "1:2 the file is no YAML");
    assert_string_equal(explain("a", (struct dm_yaml_error){.problem = "100%s new", .line = 7, .column = 9}),
                        "7:9 100%s new");
    assert_string_equal(explain("a", (struct dm_yaml_error){.problem = "found unexpected document indicator",
                                                            .line = 5,
                                                            .column = 1,
                                                            .context_line = 3}),
                        "5:1 the quotes that open in line 3 are not closed");
}

/* The place counts code points, the file has bytes. */
static void test_characters(void **unused)
{
    (void)unused;
    static const char problem[] = "found character that cannot start any token";
    assert_string_equal(
        explain("\xC3\xA9: @b", (struct dm_yaml_error){.problem = problem, .at = 3, .line = 1, .column = 4}),
        "1:4 a value cannot start with '@'; put it in quotes");
    assert_string_equal(explain("\xC3\xA9:\n\tb",
                                (struct dm_yaml_error){.problem = problem, .at = 3, .line = 2, .column = 1}),
                        "2:1 a tab cannot indent a line; use spaces");
    assert_string_equal(
        explain("ab", (struct dm_yaml_error){.problem = problem, .at = 2, .line = 1, .column = 3}),
        "1:3 a value cannot start with ' '; put it in quotes");
}

/* The hint on variables is only for those of the same line. */
static void test_variables(void **unused)
{
    (void)unused;
    const struct dm_yaml_error e = {
        .problem = "did not find expected ',' or '}'", .at = 11, .line = 2, .column = 3, .context_line = 1};
    assert_string_equal(explain("{b: ${o}\n, x", e),
                        "2:3 expected ',' or '}' in the mapping that starts in line 1");
    assert_string_equal(
        explain("{b:\n, ${o}/x", e),
        "2:3 expected ',' or '}' in the mapping that starts in line 1; between '{' and '}' put "
        "a value that holds '${...}' in quotes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_variables, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("yaml-error", tests, NULL, NULL);
}
