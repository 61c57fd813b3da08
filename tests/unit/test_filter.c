/* The filter of system calls: each way of the table that only a part of a call may go. */
#include "fixture_confined.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static int enter(const struct dm_sandbox *s)
{
    return dm__filter_enter(s, false);
}

static int enter_ruled(const struct dm_sandbox *s)
{
    return dm__filter_enter(s, true);
}

static int try_socket(void)
{
    return socket(AF_INET, SOCK_DGRAM, 0) < 0 ? errno : 0;
}

static int try_fork(void)
{
    const pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid < 0 ? errno : 0;
}

static int try_reading(void)
{
    return confined_open("file", O_RDONLY);
}

static int try_writing(void)
{
    return confined_open("file", O_WRONLY);
}

static int try_truncating(void)
{
    return truncate("file", 0) < 0 ? errno : 0;
}

static int try_creating(void)
{
    return confined_open("new", O_RDONLY | O_CREAT);
}

static int try_own_signal(void)
{
    return raise(0) != 0 ? errno : 0;
}

static int try_other_signal(void)
{
    return kill(getppid(), 0) != 0 ? errno : 0;
}

static int try_young_call(void)
{
    return syscall(500) < 0 ? errno : 0;
}

static int try_limits(void)
{
    struct rlimit now;
    if (getrlimit(RLIMIT_AS, &now) != 0 || setrlimit(RLIMIT_AS, &now) != 0)
        return errno;
    return setrlimit(RLIMIT_NOFILE, &now) == 0 ? 0 : errno;
}

static void *nothing(void *arg)
{
    return arg;
}

static int try_thread(void)
{
    pthread_t thread;
    const int error = pthread_create(&thread, NULL, nothing, NULL);
    return error != 0 ? error : pthread_join(thread, NULL);
}

static int set_up(void **state)
{
    if (folder_enter(state) != 0 || dm__filter_ask() != 0)
        return -1;
    return confined_open("file", O_WRONLY | O_CREAT);
}

static void test_default(void **unused)
{
    (void)unused;
    static const struct {
        int (*act)(void);
        int error;
    } cases[] = {
        {try_socket, EPERM},       {try_fork, EPERM},        {try_reading, 0},    {try_writing, EPERM},
        {try_truncating, EPERM},   {try_creating, EPERM},    {try_thread, 0},     {try_own_signal, 0},
        {try_other_signal, EPERM}, {try_young_call, ENOSYS}, {try_limits, EPERM},
    };
    const struct dm_sandbox s = {.needs = 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(confined(&s, enter, cases[i].act), cases[i].error);
}

static void test_needs(void **unused)
{
    (void)unused;
    const struct dm_sandbox network = {.needs = DM_NEEDS_NETWORK}, exec = {.needs = DM_NEEDS_EXEC},
                            write = {.needs = DM_NEEDS_WRITE};
    assert_int_equal(confined(&network, enter, try_socket), 0);
    assert_int_equal(confined(&network, enter, try_fork), EPERM);
    assert_int_equal(confined(&exec, enter, try_fork), 0);
    assert_int_equal(confined(&exec, enter, try_socket), EPERM);
    assert_int_equal(confined(&exec, enter, try_truncating), EPERM);
    assert_int_equal(confined(&write, enter, try_writing), 0);
    assert_int_equal(confined(&write, enter, try_creating), 0);
    assert_int_equal(confined(&write, enter, try_socket), EPERM);
}

/* Programs want to write to /dev/null; which file it is, only Landlock can tell. */
static void test_exec_and_files(void **unused)
{
    (void)unused;
    const struct dm_sandbox exec = {.needs = DM_NEEDS_EXEC};
    assert_int_equal(confined(&exec, enter, try_writing), EPERM);
    assert_int_equal(confined(&exec, enter_ruled, try_writing), 0);
}

static void test_writer(void **unused)
{
    (void)unused;
    const char *out = "out";
    const struct dm_sandbox writer = {.writes = confined_path(&out)};
    assert_int_equal(confined(&writer, enter, try_writing), 0);
    assert_int_equal(confined(&writer, enter, try_truncating), 0);
    assert_int_equal(confined(&writer, enter, try_fork), EPERM);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_default),
        IN_FOLDER(test_needs),
        IN_FOLDER(test_exec_and_files),
        IN_FOLDER(test_writer),
    };
    return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
