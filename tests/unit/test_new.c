/* docmill new: what it refuses, what it fills in, and that nothing is overwritten. */
#include "fixture_command.h"

static const char *read_file(const char *path)
{
    static char text[COMMAND_TEXT];
    FILE *const file = fopen(path, "r");
    if (file == NULL)
        fail_msg("%s is not there", path);
    command_read(file, text);
    fclose(file);
    return text;
}

static void test_files_are_filled(void **unused)
{
    (void)unused;
    assert_int_equal(CALL(dm__command_new, "cleaner", "smart-quotes"), 0);
    assert_string_equal(command.out, "smart-quotes holds the cleaner smart-quotes; next:\n"
                                     "  cd smart-quotes && make && make test\n");
    assert_string_equal(command.errors, "");
    assert_has(read_file("smart-quotes/smart-quotes.c"), ".name = \"smart-quotes\",");
    assert_has(read_file("smart-quotes/example.yaml"), "  - clean: smart-quotes\n");
    assert_has(read_file("smart-quotes/README.md"), "A cleaner for docmill.");
    assert_int_equal(strncmp(read_file("smart-quotes/cases/first.case"), "stage: clean-smart-quotes\n", 26),
                     0);
    struct stat st;
    assert_int_equal(stat("smart-quotes/Makefile", &st), 0);
    assert_true((st.st_mode & S_IXUSR) == 0);
}

static void test_into_a_folder(void **unused)
{
    (void)unused;
    assert_int_equal(mkdir("there", 0755), 0);
    command.cli.common.quiet = true;
    assert_int_equal(CALL(dm__command_new, "--dir", "there", "output", "x"), 0);
    assert_string_equal(command.out, "");
    assert_int_equal(access("there/x.c", F_OK), 0);
    assert_int_not_equal(access("x", F_OK), 0);
}

static void test_names(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"",
                                      "A",
                                      "1a",
                                      "a-",
                                      "a--b",
                                      "a_b",
                                      "../a",
                                      "a b",
                                      "\xC3\xA9",
                                      "\033[31m",
                                      "abcdefghijklmnopqrstuvwxyzabcdefghijklmno"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(CALL(dm__command_new, "output", bad[i]), 2);
        assert_has(command.errors, "is no name for a plugin");
        assert_null(strchr(command.errors, '\033'));
    }
    /* the longest */
    assert_int_equal(CALL(dm__command_new, "output", "abcdefghijklmnopqrstuvwxyzabcdefghijkl-9"), 0);
}

static void test_kinds(void **unused)
{
    (void)unused;
    assert_int_equal(CALL(dm__command_new, "claner", "a"), 2);
    assert_string_equal(command.errors,
                        "docmill: error: a plugin is a cleaner, an extractor or an output, not \"claner\"; "
                        "did you mean cleaner?\n");
    assert_int_equal(CALL(dm__command_new, "xyz", "a"), 2);
    assert_null(strstr(command.errors, "did you mean"));
    assert_int_not_equal(access("a", F_OK), 0);
}

static void test_nothing_is_overwritten(void **unused)
{
    (void)unused;
    command_write("mine/mine.c", "my work\n");
    assert_int_equal(CALL(dm__command_new, "cleaner", "mine"), 2);
    assert_has(command.errors, "docmill: error: mine/mine.c cannot be made: File exists\n");
    assert_string_equal(read_file("mine/mine.c"), "my work\n");
    assert_int_equal(CALL(dm__command_new, "cleaner", "mine"), 2);
    assert_string_equal(command.errors, "docmill: error: mine holds a plugin already: File exists\n");

    command_write("file", "x");
    assert_int_equal(CALL(dm__command_new, "cleaner", "file"), 2);
    assert_string_equal(command.errors, "docmill: error: file cannot be made: Not a directory\n");
    assert_int_equal(CALL(dm__command_new, "--dir", "none/at/all", "cleaner", "a"), 2);
    assert_string_equal(command.errors,
                        "docmill: error: none/at/all cannot be made: No such file or directory\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_are_filled, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_into_a_folder, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_names, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_kinds, command_set_up, command_tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_is_overwritten, command_set_up, command_tear_down),
    };
    return cmocka_run_group_tests_name("new", tests, NULL, NULL);
}
