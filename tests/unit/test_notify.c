/* What the service manager hears. */
#include "fixture_folder.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "core/cli/notify.h"

static void test_messages(void **unused)
{
    (void)unused;
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = ""};
    char got[128] = "";
    snprintf(at.sun_path, sizeof at.sun_path, "%.90s/s", folder);
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    dm__notify("READY=1");
    setenv("NOTIFY_SOCKET", at.sun_path, 1);
    dm__notify("STATUS=%d done", 3);
    assert_true(recv(fd, got, sizeof got - 1, MSG_DONTWAIT) > 0);
    assert_string_equal(got, "STATUS=3 done");
    assert_int_equal(recv(fd, got, sizeof got - 1, MSG_DONTWAIT), -1);
    unsetenv("NOTIFY_SOCKET");
    close(fd);
}

static void test_watchdog(void **unused)
{
    (void)unused;
    char pid[32];
    assert_int_equal(dm__notify_watchdog(), 0);
    setenv("WATCHDOG_USEC", "2000", 1);
    assert_int_equal(dm__notify_watchdog(), 2000000);
    setenv("WATCHDOG_PID", "1", 1); /* meant for another process */
    assert_int_equal(dm__notify_watchdog(), 0);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    setenv("WATCHDOG_PID", pid, 1);
    assert_int_equal(dm__notify_watchdog(), 2000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_messages, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_watchdog, folder_enter, folder_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
