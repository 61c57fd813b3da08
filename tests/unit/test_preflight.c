/* All stages are opened once, in a child: what goes wrong there is told, and stays there. */
#include "core/cli/preflight.h"
#include "core/text/hash.h"
#include "fixture_command.h"

static const char text[] = "docmill: 1\n"
                           "stages:\n"
                           "  - extract: text\n"
                           "  - output: jsonl\n"
                           "    with: { path: out/a.jsonl }\n"
                           "run: { state: none }\n";

static struct dm_loaded loaded;

static void load(void)
{
    const struct dm_inputs elsewhere = {.elsewhere = true};
    command_needs_plugins();
    command_write("a.yaml", text);
    assert_true(dm__load_pipeline(&command.cli, "a.yaml", &elsewhere, &loaded));
    assert_string_equal(command_said(), "");
}

static void test_good(void **unused)
{
    (void)unused;
    load();
    assert_true(dm__preflight(&command.cli, &loaded));
    assert_string_equal(command_said(), "");
    assert_int_not_equal(access("out", F_OK), 0);
    /* the plugins were loaded elsewhere */
    assert_false(loaded.pipeline->steps[0].instances[0].file->loaded);
}

/* What stands in the buffers is not written by the child once more. */
static void test_buffers(void **unused)
{
    (void)unused;
    load();
    FILE *const file = command_file();
    const int before = command_take(file);
    printf("once\n");
    const bool good = dm__preflight(&command.cli, &loaded);
    command_give_back(file, before);
    assert_true(good);
    assert_string_equal(command.out, "once\n");
}

/* Let the first step be of another plugin than it was described to be. */
static void replace(const char *path, const char *hash)
{
    static struct dm_plugin_file file;
    file = *loaded.pipeline->steps[0].instances[0].file;
    if (path != NULL)
        file.path = dm__str(path);
    file.hash = dm__str(hash);
    loaded.pipeline->steps[0].instances[0].file = &file;
}

static void test_replaced(void **unused)
{
    (void)unused;
    load();
    replace(NULL, "00112233445566778899aabbccddeeff");
    assert_false(dm__preflight(&command.cli, &loaded));
    assert_has(command_said(), "was replaced since it was described");
    assert_null(strstr(command.errors, "ended the process"));
}

/* A constructor that ends the process: this one goes on, and knows when it happened. */
static void test_leaves_when_loaded(void **unused)
{
    (void)unused;
    load();
    const char *const path =
        dm__arena_printf(&command.arena, "%s/tests/abi/at-load-leave.so", getenv("DOCMILL_BUILD")).ptr;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    char hash[DM_HASH_DIGITS + 1];
    assert_true(fd >= 0);
    assert_true(dm__hash_fd(fd, hash));
    close(fd);
    replace(path, hash);
    assert_false(dm__preflight(&command.cli, &loaded));
    assert_has(command_said(), "a.yaml: error: the plugin ended the process with status ");
    assert_has(command.errors, " when it was loaded\n");
}

/* Every step that refuses is told, each with its place. */
static void test_refused(void **unused)
{
    (void)unused;
    load();
    command_write("a.yaml", "docmill: 1\n"
                            "stages:\n"
                            "  - extract: text\n"
                            "  - output: jsonl\n"
                            "    with: { path: b/.. }\n"
                            "  - output: jsonl\n"
                            "    with: { path: c/d/.. }\n"
                            "run: { state: none }\n");
    const struct dm_inputs elsewhere = {.elsewhere = true};
    assert_true(dm__load_pipeline(&command.cli, "a.yaml", &elsewhere, &loaded));
    assert_false(dm__preflight(&command.cli, &loaded));
    assert_has(command_said(), "a.yaml:4:5: error: output-jsonl: path b/.. names a folder");
    assert_has(command.errors, "a.yaml:6:5: error: output-jsonl: path c/d/.. names a folder");
    assert_has(command.errors, "    4 |   - output: jsonl\n");
}

int main(int argc, char **argv)
{
    const int status = command_child(argc, argv);
    if (status >= 0)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_buffers, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_replaced, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_leaves_when_loaded, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_refused, command_set_up, command_tear_down),
    };
    return cmocka_run_group_tests_name("preflight", tests, NULL, NULL);
}
