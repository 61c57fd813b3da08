/* docmill try, called as a function: what is printed, and what a document's fate makes of the status. */
#include "fixture_command.h"

static void write_pipeline(const char *more)
{
    command_needs_plugins();
    char text[512];
    snprintf(text, sizeof text,
             "docmill: 1\nstages:\n  - extract: text\n%s"
             "  - output: jsonl\n    with: { path: out/a.jsonl }\nrun: { state: none }\n",
             more);
    command_write("a.yaml", text);
    command_write("in/a.txt", "The min\xE2\x80\x8Bister.\n");
}

static void test_text(void **unused)
{
    (void)unused;
    write_pipeline("  - clean: unicode\n");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "a.yaml", "in/a.txt"), 0);
    assert_string_equal(command.out, "The minister.\n");
    assert_string_equal(command.errors, "");
    assert_int_not_equal(access("out", F_OK), 0);
}

/* The source is the name alone; options without a default, such as the path, are not asked for. */
static void test_as(void **unused)
{
    (void)unused;
    write_pipeline("");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "--as", "jsonl", "a.yaml", "in/a.txt"), 0);
    assert_has(command.out, "\"a.txt\"");
    assert_null(strstr(command.out, "in/a.txt"));
    assert_int_not_equal(access("unused", F_OK), 0);
}

static void test_mistakes(void **unused)
{
    (void)unused;
    write_pipeline("");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "--explain", "--as", "text", "a.yaml", "in/a.txt"),
                     2);
    assert_has(command.errors, "give one of them");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "none.yaml", "in/a.txt"), 2);
    assert_has(command.errors, "none.yaml: error: ");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "--stage", "9", "a.yaml", "in/a.txt"), 2);
    assert_has(command.errors, "has no stage \"9\"");
    assert_string_equal(command.out, "");
}

/* Input that cannot be read is the document's fault, not the pipeline's. */
static void test_unreadable(void **unused)
{
    (void)unused;
    write_pipeline("");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "a.yaml", "in/none.txt"), 1);
    assert_has(command.errors, "failed: in/none.txt: ");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "a.yaml", "in"), 1);
    assert_has(command.errors, "failed: in: ");
    assert_string_equal(command.out, "");
    command.cli.log.json = true;
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "a.yaml", "in/none.txt"), 1);
    assert_has(command.errors, "\"level\":\"error\",\"source\":\"in/none.txt\"");
}

/* max-size bounds a file and standard input alike. */
static void test_too_large(void **unused)
{
    (void)unused;
    command_needs_plugins();
    command_write("a.yaml", "docmill: 1\ninput: { max-size: 8B }\nstages: [{ extract: text }]\n");
    command_write("8.txt", "1234567\n");
    command_write("9.txt", "12345678\n");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "a.yaml", "8.txt"), 0);
    assert_string_equal(command.out, "1234567\n");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "a.yaml", "9.txt"), 1);
    static const char *const names[] = {"8.txt", "9.txt"};
    for (int i = 0; i < 2; i++) {
        const int before = dup(STDIN_FILENO), fd = open(names[i], O_RDONLY | O_CLOEXEC);
        assert_true(fd >= 0 && dup2(fd, STDIN_FILENO) >= 0);
        const int status = CALL(dm__command_try, "--no-sandbox", "a.yaml", "-");
        if (before >= 0)
            dup2(before, STDIN_FILENO), close(before);
        close(fd);
        assert_int_equal(status, i);
    }
    assert_string_equal(command.errors, "failed: -: larger than input.max-size, 8 bytes\n");
    assert_string_equal(command.out, "");
}

/* A document that its stage refuses is named with the stage. */
static void test_failed(void **unused)
{
    (void)unused;
    write_pipeline("");
    folder_write("in/b.bin", "PK\3\4\0\0\0\0\0\1\2\3", 12);
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "a.yaml", "in/b.bin"), 1);
    assert_has(command.errors, "failed: in/b.bin: extract-text: ");
    assert_string_equal(command.out, "");
}

/* What stands behind the stage is not done. */
static void test_stage(void **unused)
{
    (void)unused;
    write_pipeline("  - clean: unicode\n");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "--stage", "1", "a.yaml", "in/a.txt"), 0);
    assert_string_equal(command.out, "The min\xE2\x80\x8Bister.\n");
    assert_int_equal(CALL(dm__command_try, "--no-sandbox", "--explain", "--stage", "1", "a.yaml", "in/a.txt"),
                     0);
    assert_string_equal(command.out, "no changes\n");
}

int main(int argc, char **argv)
{
    const int status = command_child(argc, argv);
    if (status >= 0)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_as, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_unreadable, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_too_large, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_failed, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_stage, command_set_up, command_tear_down),
    };
    return cmocka_run_group_tests_name("try", tests, NULL, NULL);
}
