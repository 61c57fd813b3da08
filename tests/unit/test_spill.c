/* A file without a name: it can be written and read, no one else sees it, and it goes with its descriptor. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/spill.h"

#include <cmocka.h>

static char folder[] = "/tmp/docmill-test-spill-XXXXXX";

static int set_up(void **unused)
{
    (void)unused;
    return mkdtemp(folder) != NULL ? setenv("TMPDIR", folder, 1) : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    return rmdir(folder); /* fails if anything was left in it */
}

static size_t count_entries(void)
{
    DIR *const dir = opendir(folder);
    assert_non_null(dir);
    size_t n = 0;
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n - 2; /* "." and ".." */
}

static void test_write_and_read(void **unused)
{
    (void)unused;
    const int fd = dm__spill_open();
    assert_true(fd >= 0);
    assert_int_equal(count_entries(), 0);
    char back[6] = "";
    assert_int_equal(pwrite(fd, "spilt", 5, 1000), 5);
    assert_int_equal(pread(fd, back, 5, 1000), 5);
    assert_string_equal(back, "spilt");
    struct stat st, at;
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_nlink, 0);
    assert_int_equal(st.st_mode & 077, 0); /* nobody else's business */
    assert_int_equal(stat(folder, &at), 0);
    assert_int_equal(st.st_dev, at.st_dev);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}

static void test_each_its_own(void **unused)
{
    (void)unused;
    const int a = dm__spill_open(), b = dm__spill_open();
    assert_true(a >= 0 && b >= 0 && a != b);
    assert_int_equal(write(a, "a", 1), 1);
    struct stat st;
    assert_int_equal(fstat(b, &st), 0);
    assert_int_equal(st.st_size, 0);
    close(a);
    close(b);
}

static void test_no_folder(void **unused)
{
    (void)unused;
    setenv("TMPDIR", "/nonexistent/folder", 1);
    assert_int_equal(dm__spill_open(), -1);
    setenv("TMPDIR", "", 1); /* as if unset */
    const int fd = dm__spill_open();
    assert_true(fd >= 0);
    close(fd);
    setenv("TMPDIR", folder, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read),
        cmocka_unit_test(test_each_its_own),
        cmocka_unit_test(test_no_folder),
    };
    return cmocka_run_group_tests_name("spill", tests, set_up, tear_down);
}
