/* Which files can be reached, in every version of Landlock that this kernel can be asked for. */
#include "fixture_confined.h"

#include <sys/prctl.h>

static int version; /* to be asked for */

static int enter(const struct dm_sandbox *s)
{
    const char *path;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ? errno : dm__landlock_enter(s, version, &path);
}

static int read_in(void)
{
    return confined_open("in/file", O_RDONLY);
}

static int read_through_link(void)
{
    return confined_open("in/link", O_RDONLY);
}

static int read_elsewhere(void)
{
    return confined_open("elsewhere/file", O_RDONLY);
}

static int write_in(void)
{
    return confined_open("in/file", O_WRONLY);
}

static int make_in(void)
{
    return mkdir("in/new", 0777) != 0 ? errno : 0;
}

static int rename_in(void)
{
    if (mkdir("in/a", 0777) != 0 || mkdir("in/b", 0777) != 0 ||
        confined_open("in/a/x", O_WRONLY | O_CREAT) != 0)
        return errno;
    return rename("in/a/x", "in/b/x") != 0 ? errno : 0;
}

static int read_libraries(void)
{
    return confined_open("/usr/lib", O_RDONLY | O_DIRECTORY);
}

static int set_up(void **state)
{
    if (folder_enter(state) != 0 || mkdir("in", 0777) != 0 || mkdir("elsewhere", 0777) != 0 ||
        symlink("../elsewhere/file", "in/link") != 0)
        return -1;
    return confined_open("in/file", O_WRONLY | O_CREAT) | confined_open("elsewhere/file", O_WRONLY | O_CREAT);
}

/* An older kernel is one of whose rules fewer are asked for. */
static void each_version(void (*test)(void))
{
    const int newest = dm__landlock_ask();
    if (newest == 0)
        skip();
    for (version = 1; version <= newest; version++)
        test();
}

static void try_reader(void)
{
    const char *in = "in";
    const struct dm_sandbox s = {.reads = confined_path(&in)};
    assert_int_equal(confined(&s, enter, read_in), 0);
    assert_int_equal(confined(&s, enter, read_libraries), 0);
    assert_int_equal(confined(&s, enter, read_through_link), EACCES);
    assert_int_equal(confined(&s, enter, read_elsewhere), EACCES);
    assert_int_equal(confined(&s, enter, write_in), EACCES);
    assert_int_equal(confined(&s, enter, make_in), EACCES);
}

static void test_reader(void **unused)
{
    (void)unused;
    each_version(try_reader);
}

static void try_writer(void)
{
    const char *in = "in";
    const struct dm_sandbox s = {.writes = confined_path(&in)};
    assert_int_equal(confined(&s, enter, read_in), 0);
    assert_int_equal(confined(&s, enter, write_in), 0);
    assert_int_equal(confined(&s, enter, make_in), 0);
    assert_int_equal(confined(&s, enter, read_elsewhere), EACCES);
    assert_int_equal(confined(&s, enter, rename_in), version == 1 ? EXDEV : 0);
    folder_remove("in/new");
    folder_remove("in/a");
    folder_remove("in/b");
}

static void test_writer(void **unused)
{
    (void)unused;
    each_version(try_writer);
}

static void try_file(void)
{
    const char *file = "in/file", *missing = "in/missing";
    const struct dm_sandbox one = {.reads = confined_path(&file)}, none = {.reads = confined_path(&missing)};
    assert_int_equal(confined(&one, enter, read_in), 0);
    assert_int_equal(confined(&one, enter, read_elsewhere), EACCES);
    assert_int_equal(confined(&none, enter, read_in), EACCES);
}

static void test_file(void **unused)
{
    (void)unused;
    each_version(try_file);
}

static void test_versions(void **unused)
{
    (void)unused;
    assert_false(dm__landlock_rules_files(0));
    assert_false(dm__landlock_rules_files(2)); /* cannot tell truncating from looking */
    assert_true(dm__landlock_rules_files(3));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_reader),
        IN_FOLDER(test_writer),
        IN_FOLDER(test_file),
        cmocka_unit_test(test_versions),
    };
    return cmocka_run_group_tests_name("landlock", tests, NULL, NULL);
}
