/* Options by tables: what is taken, and what is said about the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/args.h"

#include <cmocka.h>

struct fields {
    bool force, loud;
    const char *file;
    int form;
    uint64_t limit, workers;
    struct dm_words sets;
};

#define AT(f) (uint32_t) offsetof(struct fields, f)
static const char *const forms[] = {"text", "json", "yaml", NULL};
static const char *const autos[] = {"auto", NULL};
static const struct dm_arg first[] = {
    {"force", 'f', DM_ARG_FLAG, AT(force), NULL, NULL, ""},
    {"file", 0, DM_ARG_TEXT, AT(file), "FILE", NULL, ""},
    {"form", 0, DM_ARG_CHOICE, AT(form), "FORM", forms, ""},
    {"limit", 'n', DM_ARG_COUNT, AT(limit), "N", NULL, ""},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
static const struct dm_arg second[] = {
    {"workers", 0, DM_ARG_COUNT, AT(workers), "N", autos, ""},
    {"set", 0, DM_ARG_LIST, AT(sets), "NAME=VALUE", NULL, ""},
    {"loud", 'l', DM_ARG_FLAG, AT(loud), NULL, NULL, ""},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

struct fixture {
    struct dm_arena arena;
    struct fields fields;
    struct dm_arg_group groups[2];
    char line[256];
    char *words[16];
    struct dm_args args;
};

static int setup(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    dm__arena_init(&f.arena, 0);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    dm__arena_fini(&f->arena);
    return 0;
}

/* Parse words that are separated by blanks. */
static bool parse(struct fixture *f, const char *line)
{
    memset(&f->fields, 0, sizeof f->fields);
    f->groups[0] = (struct dm_arg_group){"one", first, &f->fields};
    f->groups[1] = (struct dm_arg_group){"two", second, &f->fields};
    snprintf(f->line, sizeof f->line, "%s", line);
    size_t count = 0;
    for (char *word = strtok(f->line, " "); word; word = strtok(NULL, " "))
        f->words[count++] = word;
    f->args = (struct dm_args){
        .arena = &f->arena, .groups = f->groups, .group_count = 2, .argv = f->words, .argc = count};
    return dm__args_all(&f->args);
}

static void test_takes(void **state)
{
    struct fixture *f = *state;
    assert_true(parse(f, "a --force --file=x b --form json --limit 12 --set a=1 - --set=b=2 -l"));
    assert_true(f->fields.force);
    assert_true(f->fields.loud);
    assert_string_equal(f->fields.file, "x");
    assert_int_equal(f->fields.form, 1);
    assert_int_equal(f->fields.limit, 12);
    assert_int_equal(f->fields.sets.count, 2);
    assert_string_equal(f->fields.sets.items[0], "a=1");
    assert_string_equal(f->fields.sets.items[1], "b=2");
    assert_int_equal(f->args.operands.count, 3);
    assert_string_equal(f->args.operands.items[0], "a");
    assert_string_equal(f->args.operands.items[1], "b");
    assert_string_equal(f->args.operands.items[2], "-");
}

static void test_letters(void **state)
{
    struct fixture *f = *state;
    assert_true(parse(f, "-fn7 x"));
    assert_true(f->fields.force);
    assert_int_equal(f->fields.limit, 7);
    assert_true(parse(f, "-lfn 8"));
    assert_true(f->fields.loud && f->fields.force);
    assert_int_equal(f->fields.limit, 8);
}

static void test_words_for_counts(void **state)
{
    struct fixture *f = *state;
    assert_true(parse(f, "--workers auto"));
    assert_true(f->fields.workers == UINT64_MAX);
    assert_true(parse(f, "--workers 3"));
    assert_int_equal(f->fields.workers, 3);
}

static void test_everything_behind_two_dashes_is_an_operand(void **state)
{
    struct fixture *f = *state;
    assert_true(parse(f, "-- --force -- x"));
    assert_false(f->fields.force);
    assert_int_equal(f->args.operands.count, 3);
    assert_string_equal(f->args.operands.items[0], "--force");
    assert_string_equal(f->args.operands.items[1], "--");
}

static void test_stops_at_the_first_operand(void **state)
{
    struct fixture *f = *state;
    parse(f, "");
    char *words[] = {(char[]){"--force"}, (char[]){"run"}, (char[]){"--loud"}};
    f->args.argv = words;
    f->args.argc = 3;
    f->args.next = 0;
    assert_true(dm__args_options(&f->args));
    assert_int_equal(f->args.next, 1);
    assert_true(f->fields.force);
    assert_false(f->fields.loud);
}

static void test_refuses(void **state)
{
    static const struct {
        const char *line, *problem, *hint;
    } cases[] = {
        {"--forse", "unknown option --forse", "did you mean --force?"},
        {"--worker=2", "unknown option --worker", "did you mean --workers?"},
        {"--xyzzy", "unknown option --xyzzy", ""},
        {"-x", "unknown option -x", ""},
        {"-fx", "unknown option -x", ""},
        {"--force=yes", "--force takes no value", ""},
        {"--file", "--file needs a value: --file FILE", ""},
        {"-n", "--limit needs a value: --limit N", ""},
        {"--form jso", "--form takes text, json or yaml, not 'jso'", "did you mean json?"},
        {"--limit 0", "--limit takes a number from 1, not '0'", ""},
        {"--limit -1", "--limit takes a number from 1, not '-1'", ""},
        {"--limit 1k", "--limit takes a number from 1, not '1k'", ""},
        {"--limit 99999999999999999999", "--limit takes a number from 1, not '99999999999999999999'", ""},
        {"--workers many", "--workers takes a number from 1 or auto, not 'many'", ""},
        {"--\033[31m", "unknown option --\\x1B[31m", ""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_false(parse(f, cases[i].line));
        char problem[200], hint[200];
        snprintf(problem, sizeof problem, "%.*s", (int)f->args.problem.len, f->args.problem.ptr);
        snprintf(hint, sizeof hint, "%.*s", (int)f->args.hint.len, f->args.hint.ptr ? f->args.hint.ptr : "");
        assert_string_equal(problem, cases[i].problem);
        assert_string_equal(hint, cases[i].hint);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_takes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_letters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_words_for_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_everything_behind_two_dashes_is_an_operand, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stops_at_the_first_operand, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refuses, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
