/* run --dry-run: every input with its fate, what would be written, and that nothing is. */
#include "core/cli/dry_run.h"
#include "core/cli/load.h"
#include "fixture_command.h"

static struct dm_loaded loaded;

/* Three inputs: two are taken, one is too large. */
static void load(const char *outputs)
{
    command_needs_plugins();
    const dm_str text = dm__arena_printf(&command.arena,
                                         "docmill: 1\n"
                                         "input: { paths: [in], max-size: 100B }\n"
                                         "stages:\n"
                                         "  - extract: text\n"
                                         "%s"
                                         "run: { state: none }\n",
                                         outputs);
    char large[101];
    memset(large, 'x', sizeof large);
    command_write("a.yaml", text.ptr);
    command_write("in/a\033.txt", "12345\n");
    folder_write("in/b.txt", large, 100);
    folder_write("in/c.txt", large, 101);
    assert_true(dm__load_pipeline(&command.cli, "a.yaml", &(struct dm_inputs){0}, &loaded));
}

static const char outputs[] = "  - output: jsonl\n    with: { path: out/a.jsonl }\n";

static int dry_run(uint64_t limit, const char *from0)
{
    const struct dm_engine_options options = {.pipeline = loaded.pipeline,
                                              .registry = &loaded.registry,
                                              .args = &loaded.args,
                                              .limit = limit,
                                              .from0 = from0};
    FILE *const file = command_file();
    const int before = command_take(file);
    const int status = dm__dry_run(&command.cli, &options);
    command_give_back(file, before);
    command_said();
    return status;
}

static void test_text(void **unused)
{
    (void)unused;
    load(outputs);
    assert_int_equal(dry_run(0, NULL), 0);
    assert_has(command.out, "stages\n    1  extract-text\n");
    assert_has(command.out, "\noutputs\n  output-jsonl: out/a.jsonl\n"
                            "inputs\n"
                            "  process  in/a\\x1B.txt  6 B, new\n"
                            "  process  in/b.txt  100 B, new\n"
                            "  refuse   in/c.txt: ");
    assert_has(command.out, "\n2 documents (106 B) would be processed, 1 refused; nothing was written\n");
    assert_string_equal(command.errors, "");
    assert_int_not_equal(access("out", F_OK), 0);
}

static void test_json(void **unused)
{
    (void)unused;
    load(outputs);
    command.cli.log.json = true;
    assert_int_equal(dry_run(0, NULL), 0);
    assert_has(command.out, "{\"kind\":\"output\",\"stage\":\"output-jsonl\",\"path\":\"out/a.jsonl\"}\n");
    assert_has(command.out, "{\"kind\":\"input\",\"path\":\"in/b.txt\",\"source\":\"b.txt\",\"bytes\":100,"
                            "\"process\":true,\"why\":\"new\"}\n");
    assert_has(command.out, "{\"kind\":\"input\",\"path\":\"in/c.txt\",\"source\":\"c.txt\",\"bytes\":101,"
                            "\"process\":false,\"why\":\"");
    assert_has(command.out, "}\n{\"kind\":\"total\",\"process\":2,\"refuse\":1,\"leave\":0,\"bytes\":106}\n");
    /* each line is an object */
    for (const char *line = command.out; *line != '\0'; line = strchr(line, '\n') + 1)
        assert_int_equal(strncmp(line, "{\"kind\":\"", 9), 0);
}

static void test_limit(void **unused)
{
    (void)unused;
    load("");
    assert_int_equal(dry_run(1, NULL), 0);
    assert_has(command.out, "\noutputs: none\n");
    assert_has(command.out, "\n1 document (6 B) would be processed; nothing was written\n");
    assert_null(strstr(command.out, "b.txt"));
}

static void test_listed(void **unused)
{
    (void)unused;
    load("");
    folder_write("list", "in/b.txt\0in/c.txt\0", 18);
    assert_int_equal(dry_run(0, "list"), 0);
    assert_has(command.out, "  process  in/b.txt  100 B, new\n  refuse   in/c.txt: ");
    assert_null(strstr(command.out, "in/a"));
    assert_int_not_equal(dry_run(0, "no-list"), 0);
    assert_has(command.errors, "docmill: error: ");
    assert_null(strstr(command.out, "would be processed"));
}

int main(int argc, char **argv)
{
    const int status = command_child(argc, argv);
    if (status >= 0)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_json, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_limit, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_listed, command_set_up, command_tear_down),
    };
    return cmocka_run_group_tests_name("dry-run", tests, NULL, NULL);
}
