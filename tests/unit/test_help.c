/* Help pages come from the tables of the commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/help.h"
#include "fixture_stream.h"

#include <cmocka.h>

static const struct dm_style plain = {0};

static void test_wraps(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        unsigned column, indent, columns;
        const char *out;
    } cases[] = {
        {"", 0, 0, 20, "\n"},
        {"one two three", 0, 0, 20, "one two three\n"},
        {"one two three", 0, 2, 7, "one two\n  three\n"},
        {"one two three", 5, 5, 13, "one two\n     three\n"},
        {"unbreakable", 0, 0, 5, "unbreakable\n"},
        {"a unbreakable b", 0, 1, 5, "a\n unbreakable\n b\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture_stream s;
        fixture_stream_open(&s);
        dm__help_wrap(s.to, cases[i].text, cases[i].column, cases[i].indent, cases[i].columns);
        assert_string_equal(fixture_stream_take(&s), cases[i].out);
        fixture_stream_close(&s);
    }
}

static const struct dm_arg args[] = {
    {"keep", 'k', DM_ARG_COUNT, 0, "N", NULL, "how many"},
    {"a-rather-long-option", 0, DM_ARG_TEXT, 0, "WORD", NULL, "what for"},
    {"force", 0, DM_ARG_FLAG, 0, NULL, NULL, "even so"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
static const struct dm_arg none[] = {{NULL, 0, 0, 0, NULL, NULL, NULL}};
static const struct dm_example examples[] = {{"docmill sift x", "sift x"}, {NULL, NULL}};
static const struct dm_exit exits[] = {{0, "it was sifted"}, {2, "it was not"}, {0, NULL}};
static const struct dm_command command = {.name = "sift",
                                          .operands = "FILE",
                                          .summary = "sift a file",
                                          .about = "One paragraph.\n\nAnother.",
                                          .args = args,
                                          .examples = examples,
                                          .exits = exits};

static void test_command(void **unused)
{
    (void)unused;
    const struct dm_arg_group groups[] = {{"Options", args, NULL}, {"None", none, NULL}};
    struct fixture_stream s;
    fixture_stream_open(&s);
    dm__help_command(s.to, &plain, &command, groups, 2);
    assert_string_equal(fixture_stream_take(&s), "docmill sift: sift a file\n"
                                                 "\n"
                                                 "usage: docmill sift [OPTION...] FILE\n"
                                                 "\n"
                                                 "One paragraph.\n"
                                                 "\n"
                                                 "Another.\n"
                                                 "\n"
                                                 "Options\n"
                                                 "  -k, --keep N              how many\n"
                                                 "      --a-rather-long-option WORD\n"
                                                 "                            what for\n"
                                                 "      --force               even so\n"
                                                 "\n"
                                                 "Examples\n"
                                                 "  docmill sift x\n"
                                                 "      sift x\n"
                                                 "\n"
                                                 "Exit status\n"
                                                 "    0  it was sifted\n"
                                                 "    2  it was not\n");
    fixture_stream_close(&s);
}

static void test_program_lists_commands(void **unused)
{
    (void)unused;
    static const struct dm_command *const commands[] = {&command, NULL};
    const struct dm_arg_group groups[] = {{"Common options", args, NULL}};
    struct fixture_stream s;
    fixture_stream_open(&s);
    dm__help_program(s.to, &plain, commands, groups, 1);
    const char *page = fixture_stream_take(&s);
    assert_non_null(strstr(page, "\nCommands\n  sift      sift a file\n"));
    assert_non_null(strstr(page, "\nCommon options\n  -k, --keep N"));
    fixture_stream_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wraps),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_program_lists_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
