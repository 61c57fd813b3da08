/* docmill run, called as a function: what it refuses before anything starts, what is written, and what the
 * status says. */
#include "fixture_command.h"

static void write_pipeline(void)
{
    command_needs_plugins();
    command_write("a.yaml", "docmill: 1\n"
                            "input: { paths: [in] }\n"
                            "stages:\n"
                            "  - extract: text\n"
                            "  - clean: unicode\n"
                            "  - output: text\n"
                            "    with: { directory: out }\n"
                            "run: { state: none, workers: 1 }\n");
    command_write("in/a.txt", "The min\xE2\x80\x8Bister.\n");
    command_write("in/b.txt", "More.\n");
}

static void assert_file(const char *path, const char *want)
{
    char got[256];
    FILE *const file = fopen(path, "r");
    if (file == NULL)
        fail_msg("%s is not there", path);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(got, want);
}

static void test_refused(void **unused)
{
    (void)unused;
    write_pipeline();
    assert_int_equal(CALL(dm__command_run, "--from0", "list", "a.yaml", "in"), 2);
    assert_string_equal(command.errors,
                        "docmill: error: inputs come from --from0 or from PATH, not from both\n");
    assert_int_equal(CALL(dm__command_run, "--workers", "4294967296", "a.yaml"), 2);
    assert_has(command.errors, "--workers: that many processes will not do");
    assert_int_equal(CALL(dm__command_run, "a.yaml", "nowhere"), 2);
    assert_has(command.errors, "nowhere");
    assert_int_equal(CALL(dm__command_run, "none.yaml"), 2);
    assert_string_equal(command.out, "");
    assert_int_not_equal(access("out", F_OK), 0);
}

static void test_written(void **unused)
{
    (void)unused;
    write_pipeline();
    command.cli.common.quiet = true;
    command.cli.log.least = DM_LOG_ERROR;
    assert_int_equal(CALL(dm__command_run, "a.yaml"), 0);
    assert_string_equal(command.out, "");
    assert_string_equal(command.errors, "");
    assert_file("out/a.txt.txt", "The minister.\n");
    assert_file("out/b.txt.txt", "More.\n");
}

/* A path on the command line is a name, not a pattern, and --limit counts documents, in the order
 * of their names. */
static void test_limits(void **unused)
{
    (void)unused;
    write_pipeline();
    command_write("in/[b].txt", "A name.\n");
    assert_int_equal(CALL(dm__command_run, "a.yaml", "in/[b].txt"), 0);
    assert_file("out/[b].txt.txt", "A name.\n");
    assert_int_not_equal(access("out/b.txt.txt", F_OK), 0);
    assert_int_equal(CALL(dm__command_run, "--overwrite", "--limit", "1", "--workers", "auto", "a.yaml",
                          "in/b.txt", "in/a.txt"),
                     0);
    assert_int_equal(access("out/a.txt.txt", F_OK), 0);
    assert_int_not_equal(access("out/b.txt.txt", F_OK), 0);
}

/* One document that fails costs no other, and the status says so. */
static void test_failed(void **unused)
{
    (void)unused;
    write_pipeline();
    folder_write("in/c.bin", "PK\3\4\0\0\0\0\0\1\2\3", 12);
    assert_int_equal(CALL(dm__command_run, "a.yaml"), 1);
    assert_has(command.errors, "failed: in/c.bin: extract-text: ");
    assert_has(command.out, "extract-text");
    assert_file("out/a.txt.txt", "The minister.\n");
    assert_file("out/b.txt.txt", "More.\n");
}

static void test_json(void **unused)
{
    (void)unused;
    write_pipeline();
    command.cli.log.json = true;
    assert_int_equal(CALL(dm__command_run, "a.yaml"), 0);
    assert_has(command.errors, "\"event\":\"start\",\"pipeline\":\"a.yaml\","
                               "\"stages\":[\"extract-text\",\"clean-unicode\",\"output-text\"]}\n");
    assert_has(command.errors, "\"event\":\"end\",\"status\":0,\"stopped\":null,\"done\":2,\"failed\":0,"
                               "\"dropped\":0,\"pending\":0}\n");
    assert_int_equal(command.out[0], '{');
    assert_ptr_equal(strchr(command.out, '\n'), command.out + strlen(command.out) - 1);
}

static void test_dry_run(void **unused)
{
    (void)unused;
    write_pipeline();
    assert_int_equal(CALL(dm__command_run, "--dry-run", "a.yaml"), 0);
    assert_has(command.out, "2 documents (");
    assert_int_not_equal(access("out", F_OK), 0);
}

int main(int argc, char **argv)
{
    const int status = command_child(argc, argv);
    if (status >= 0)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_refused, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_written, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_limits, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_failed, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_json, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_dry_run, command_set_up, command_tear_down),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
