/* Into the sandbox: all of its parts at once, and what is left of limits. */
#include "fixture_confined.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

static int enter(const struct dm_sandbox *s)
{
    char why[DM_SANDBOX_WHY_MAX];
    return dm__sandbox_enter(s, why) ? 0 : 1;
}

static void test_ask(void **unused)
{
    (void)unused;
    struct dm_sandbox_kernel kernel;
    dm__sandbox_ask(&kernel);
    assert_int_equal(kernel.landlock == 0, kernel.landlock_error != 0);
}

/* The first thing that is wrong; 0: nothing is. */
static int look(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0)
        return 1;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
        return 2;
    if (confined_open("new", O_WRONLY | O_CREAT) == 0)
        return 3;
    return 0;
}

static int write_into_file(void)
{
    return write(100, "x", 1) < 0 ? errno : 0; /* was open before */
}

static int count_files(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 256;
}

static void test_enter(void **unused)
{
    (void)unused;
    const struct dm_sandbox s = {.needs = 0};
    if (dm__filter_ask() != 0)
        skip();
    assert_int_equal(confined(&s, enter, look), 0);
}

/* A worker's streams are pipes, so no byte of it belongs into a file; those of `try` may be files. */
static void test_streams(void **unused)
{
    (void)unused;
    const struct dm_sandbox worker = {.streams_are_pipes = true}, guest = {.needs = 0},
                            exec = {.streams_are_pipes = true, .needs = DM_NEEDS_EXEC};
    const int fd = open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    assert_int_equal(dup2(fd, 100), 100);
    assert_int_equal(confined(&worker, enter, write_into_file), EFBIG);
    assert_int_equal(confined(&guest, enter, write_into_file), 0);
    assert_int_equal(confined(&exec, enter, write_into_file), 0);
    assert_int_equal(confined(&worker, enter, count_files), 0);
    close(fd);
    close(100);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ask),
        IN_FOLDER(test_enter),
        IN_FOLDER(test_streams),
    };
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
