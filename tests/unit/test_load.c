/* What commands start from: the plugins, and a pipeline file with what the command line replaces. */
#include "core/cli/load.h"
#include "fixture_command.h"

static const char text[] = "docmill: 1\n"
                           "vars: { out: there }\n"
                           "input: { paths: [in] }\n"
                           "stages:\n"
                           "  - extract: text\n"
                           "  - output: jsonl\n"
                           "    with: { path: \"${out}/a.jsonl\" }\n"
                           "  - output: jsonl\n"
                           "    with: { path: \"${out}/b.jsonl\" }\n"
                           "run: { state: none }\n";

static struct dm_loaded loaded;

static bool load(const struct dm_inputs *inputs)
{
    command_write("a.yaml", text);
    command_write("in/a.txt", "text\n");
    return dm__load_pipeline(&command.cli, "a.yaml", inputs, &loaded);
}

static void set(const char *word)
{
    assert_true(dm__words_add(&command.arena, &command.cli.sets, word));
}

static void test_sets_without_a_name(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"out", "=x", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        command.cli.sets = (struct dm_words){.items = (const char *[]){bad[i]}, .count = 1};
        assert_false(dm__load_pipeline(&command.cli, "a.yaml", &(struct dm_inputs){0}, &loaded));
        char want[80];
        snprintf(want, sizeof want, "docmill: error: --set takes NAME=VALUE, not \"%s\"\n", bad[i]);
        assert_string_equal(command_said(), want);
    }
}

/* A value may hold `=`, or nothing. */
static void test_sets(void **unused)
{
    (void)unused;
    command_needs_plugins();
    set("out=x=y");
    assert_true(load(&(struct dm_inputs){0}));
    assert_string_equal(command_said(), "");
    assert_int_equal(loaded.args.set_count, 1);
    assert_true(dm__str_eq(loaded.args.sets[0].name, DM_LIT("out")));
    assert_true(dm__str_eq(loaded.args.sets[0].value, DM_LIT("x=y")));
    const dm_str *const path = loaded.pipeline->steps[1].instances[0].state;
    assert_true(memmem(path->ptr, path->len, "x=y/a.jsonl", 11) != NULL);

    set("nothing=");
    assert_false(load(&(struct dm_inputs){0}));
    assert_has(command_said(), "nothing");
}

static void test_inputs(void **unused)
{
    (void)unused;
    command_needs_plugins();
    const struct dm_words none = {0}, words = {.items = (const char *[]){"in/a.txt"}, .count = 1};
    assert_true(load(&(struct dm_inputs){.paths = &none}));
    assert_int_equal(loaded.pipeline->input.path_count, 1);
    assert_false(loaded.pipeline->input.literal);
    assert_true(load(&(struct dm_inputs){.paths = &words}));
    assert_int_equal(loaded.pipeline->input.path_count, 1);
    assert_true(loaded.pipeline->input.literal);
    assert_true(dm__str_eq(loaded.pipeline->input.paths[0], DM_LIT("in/a.txt")));
}

static void test_no_file(void **unused)
{
    (void)unused;
    assert_false(dm__load_pipeline(&command.cli, "none.yaml", &(struct dm_inputs){0}, &loaded));
    assert_has(command_said(), "none.yaml: error: ");
    assert_null(strstr(command.errors, "left out"));
    assert_null(loaded.pipeline);
}

/* A folder that cannot be read is an error, a plugin that cannot be used is none. */
static void test_folders(void **unused)
{
    (void)unused;
    struct dm_registry registry;
    command_write("broken/broken.so", "no shared object\n");
    command.cli.common.plugin_dirs = (struct dm_words){.items = (const char *[]){"broken"}, .count = 1};
    assert_true(dm__load_registry(&command.cli, &registry));
    assert_string_equal(command_said(), "");
    assert_true(registry.count >= 1);
    dm__load_mention_left_out(&command.cli, &registry);
    assert_has(command_said(), "docmill: note: the plugin ");
    assert_has(command.errors, "broken/broken.so is left out: not a shared object\n");

    command.cli.common.plugin_dirs = (struct dm_words){.items = (const char *[]){"nowhere"}, .count = 1};
    assert_false(dm__load_registry(&command.cli, &registry));
    assert_has(command_said(), "nowhere: error: plugin folder cannot be read: No such file or directory");
}

static void test_left_out(void **unused)
{
    (void)unused;
    struct dm_plugin_file files[] = {
        {.path = DM_LIT("/p/good.so")},
        {.path = DM_LIT("/p/\033[31m.so"), .problem = DM_LIT("it said \033]0;x")},
        {.path = DM_LIT("/p/same.so"), .shadowed = true},
    };
    const struct dm_registry registry = {.arena = &command.arena, .files = files, .count = 3};
    dm__load_mention_left_out(&command.cli, &registry);
    assert_string_equal(command_said(),
                        "docmill: note: the plugin /p/\\x1B[31m.so is left out: it said \\x1B]0;x\n");
}

/* Only the plugins of the pipeline come into this process, and the one that is asked for, once. */
static void test_here(void **unused)
{
    (void)unused;
    command_needs_plugins();
    struct dm_loaded here;
    assert_true(load(&(struct dm_inputs){0}));
    assert_true(dm__load_here(&command.cli, &loaded, NULL, &here));
    assert_int_equal(here.registry.count, 2);
    assert_int_equal(here.pipeline->step_count, 3);
    for (size_t i = 0; i < 2; i++)
        assert_true(here.registry.files[i].loaded);
    assert_non_null(here.pipeline->steps[0].instances[0].stage->ops.any);

    assert_true(dm__load_here(&command.cli, &loaded, loaded.pipeline->steps[1].instances[0].file, &here));
    assert_int_equal(here.registry.count, 2);
    const struct dm_stage_ref other = dm__registry_find(&loaded.registry, DM_OUTPUT, DM_LIT("text"));
    assert_non_null(other.stage);
    assert_true(dm__load_here(&command.cli, &loaded, other.file, &here));
    assert_int_equal(here.registry.count, 3);
    assert_non_null(dm__registry_find(&here.registry, DM_OUTPUT, DM_LIT("text")).stage);
    assert_string_equal(command_said(), "");
}

int main(int argc, char **argv)
{
    const int status = command_child(argc, argv);
    if (status >= 0)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sets_without_a_name, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_sets, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_inputs, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_no_file, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_folders, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_left_out, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_here, command_set_up, command_tear_down),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
