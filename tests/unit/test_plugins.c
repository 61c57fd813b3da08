/* docmill plugins, called as a function: what it lists, and which mistakes it refuses. */
#include "core/pipeline/yaml.h"
#include "fixture_command.h"

/* JSON is read by the YAML reader. */
static const struct dm_yaml *read_out(void)
{
    struct dm_report report;
    dm__report_init(&report, &command.arena);
    const struct dm_yaml *const root = dm__yaml_read(&report, DM_LIT("out"), dm__str(command.out));
    if (root == NULL || report.errors != 0)
        fail_msg("no JSON: %s", command.out);
    return root;
}

static void test_path(void **unused)
{
    (void)unused;
    command.cli.common.plugin_dirs =
        (struct dm_words){.items = (const char *[]){"b", "a\033[31m"}, .count = 2};
    setenv("DOCMILL_PLUGIN_PATH", "/", 1);
    const int status = CALL(dm__command_plugins, "--path");
    unsetenv("DOCMILL_PLUGIN_PATH");
    assert_int_equal(status, 0);
    assert_int_equal(strncmp(command.out, "b\na\\x1B[31m\n/\n", 14), 0);
    assert_string_equal(command.errors, "");
}

/* What is left out is listed with its reason, and changes no status. */
static void test_left_out(void **unused)
{
    (void)unused;
    command_write("broken/\033x.so", "no shared object\n");
    assert_true(dm__words_add(&command.arena, &command.cli.common.plugin_dirs, "broken"));
    assert_int_equal(CALL(dm__command_plugins, "--json"), 0);
    const struct dm_yaml *const left_out = dm__yaml_find(read_out(), "left_out");
    assert_non_null(left_out);
    assert_int_equal(left_out->count, 1);
    assert_string_equal(dm__yaml_find(left_out->items[0], "problem")->value.ptr, "not a shared object");
    assert_int_equal(command_call(&dm__command_plugins, (const char *const[]){NULL}), 0);
    assert_has(command.out, "\nleft out ");
    assert_has(command.out, "broken/\\x1Bx.so  not a shared object\n");
    assert_null(strchr(command.out, '\033'));

    /* the stage that is sought may be in there */
    assert_int_equal(CALL(dm__command_plugins, "xyzzy"), 2);
    assert_has(command.errors, "docmill: error: no stage \"xyzzy\"");
    assert_has(command.errors, "broken/\\x1Bx.so is left out: not a shared object\n");
    assert_string_equal(command.out, "");
}

/* The second of two equal plugins is there and not used. */
static void test_shadowed(void **unused)
{
    (void)unused;
    command_needs_plugins();
    const char *const from = dm__arena_printf(&command.arena, "%s/tests/abi", getenv("DOCMILL_BUILD")).ptr;
    assert_int_equal(mkdir("one", 0755) | mkdir("two", 0755), 0);
    assert_int_equal(symlink(dm__arena_printf(&command.arena, "%s/plain.so", from).ptr, "one/p.so"), 0);
    assert_int_equal(symlink(dm__arena_printf(&command.arena, "%s/plain-changed.so", from).ptr, "two/p.so"),
                     0);
    assert_true(dm__words_add(&command.arena, &command.cli.common.plugin_dirs, "one"));
    assert_true(dm__words_add(&command.arena, &command.cli.common.plugin_dirs, "two"));
    assert_int_equal(command_call(&dm__command_plugins, (const char *const[]){NULL}), 0);
    assert_has(command.out, "two/p.so  an earlier plugin has the same stages\n");
    assert_has(command.out, "Do nothing.\n");
    assert_null(strstr(command.out, "Do nothing, in another file."));
}

static void test_one_plugin(void **unused)
{
    (void)unused;
    command_needs_plugins();
    assert_int_equal(CALL(dm__command_plugins, "output-files", "--json"), 0);
    const struct dm_yaml *const stages = dm__yaml_find(read_out(), "stages");
    assert_non_null(stages);
    assert_true(stages->count >= 2);
    for (size_t i = 0; i < stages->count; i++)
        assert_string_equal(dm__yaml_find(stages->items[i], "plugin")->value.ptr, "output-files");
}

static void test_one_stage(void **unused)
{
    (void)unused;
    command_needs_plugins();
    assert_int_equal(CALL(dm__command_plugins, "--json", "jsonl"), 0);
    assert_string_equal(dm__yaml_find(read_out(), "stage")->value.ptr, "output-jsonl");
    assert_int_equal(CALL(dm__command_plugins, "--markdown", "jsonl"), 0);
    assert_has(command.out, "\n# output-jsonl\n");
    assert_null(strstr(command.out, command.plugins));
    assert_int_equal(CALL(dm__command_plugins, "jsonl"), 0);
    assert_has(command.out, command.plugins);
}

/* A page is that of one stage. */
static void test_markdown_of_many(void **unused)
{
    (void)unused;
    command_needs_plugins();
    assert_int_equal(CALL(dm__command_plugins, "--markdown"), 2);
    assert_has(command.errors, "--markdown writes the page of one stage");
    assert_int_equal(CALL(dm__command_plugins, "--markdown", "output-files"), 2);
    assert_has(command.errors, "--markdown writes the page of one stage");
    assert_string_equal(command.out, "");
}

static void test_no_folder(void **unused)
{
    (void)unused;
    assert_true(dm__words_add(&command.arena, &command.cli.common.plugin_dirs, "nowhere"));
    assert_int_equal(command_call(&dm__command_plugins, (const char *const[]){NULL}), 2);
    assert_has(command.errors, "nowhere: error: plugin folder cannot be read");
    assert_string_equal(command.out, "");
}

int main(int argc, char **argv)
{
    const int status = command_child(argc, argv);
    if (status >= 0)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_path, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_left_out, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_shadowed, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_one_plugin, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_one_stage, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_markdown_of_many, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_no_folder, command_set_up, command_tear_down),
    };
    return cmocka_run_group_tests_name("plugins", tests, NULL, NULL);
}
