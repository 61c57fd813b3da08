/* Locks on files: taken, refused while another process holds them, and free when it ends. */
#include "fixture_folder.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "core/ledger/lock.h"

/* A process that holds the lock. */
struct holder {
    pid_t pid;
    int leave; /* closed: it leaves */
};

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Hold the lock until told to leave, or until `ms` have gone by. */
static void hold(int ready, int leave, long ms)
{
    long other;
    char byte = 'y';
    if (dm__lock_take("lock", 0, &other) < 0 || write(ready, &byte, 1) != 1)
        _exit(1);
    if (ms != 0)
        pause_ms(ms);
    else if (read(leave, &byte, 1) != 0)
        _exit(2);
    _exit(0);
}

static struct holder start_holder(long ms)
{
    int ready[2], leave[2];
    char byte;
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    assert_int_equal(pipe2(leave, O_CLOEXEC), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(leave[1]);
        hold(ready[1], leave[0], ms);
    }
    close(ready[1]);
    close(leave[0]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return (struct holder){pid, leave[1]};
}

static void end_holder(const struct holder *h)
{
    int status;
    close(h->leave);
    assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
}

static void test_take(void **unused)
{
    (void)unused;
    char text[32] = "", expected[32];
    long holder = 7;
    folder_write("lock", "a number that is longer than any process has\n", 45);
    const int fd = dm__lock_take("lock", 0, &holder);
    assert_true(fd >= 0);
    assert_int_equal(holder, 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    snprintf(expected, sizeof expected, "%ld\n", (long)getpid());
    assert_int_equal(pread(fd, text, sizeof text - 1, 0), strlen(expected));
    assert_string_equal(text, expected);
    close(fd);
    assert_int_equal(unlink("lock"), 0);
    const int made = dm__lock_take("lock", 0, &holder);
    assert_true(made >= 0);
    close(made);
}

static void test_held(void **unused)
{
    (void)unused;
    long holder = 0;
    const struct holder h = start_holder(0);
    assert_int_equal(dm__lock_take("lock", 0, &holder), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    assert_int_equal(holder, h.pid);
    const uint64_t before = now_ms();
    assert_int_equal(dm__lock_take("lock", 100, &holder), -1); /* it does not leave in time */
    assert_int_equal(errno, EWOULDBLOCK);
    assert_int_equal(holder, h.pid);
    assert_true(now_ms() - before >= 100);
    end_holder(&h);
    const int fd = dm__lock_take("lock", 0, &holder);
    assert_true(fd >= 0);
    close(fd);
}

/* Whatever a holder dies of, its lock dies with it. */
static void test_killed(void **unused)
{
    (void)unused;
    long holder = 0;
    const struct holder h = start_holder(0);
    assert_int_equal(kill(h.pid, SIGKILL), 0);
    end_holder(&h);
    const int fd = dm__lock_take("lock", 0, &holder);
    assert_true(fd >= 0);
    close(fd);
}

static void test_wait(void **unused)
{
    (void)unused;
    long holder = 7;
    const struct holder h = start_holder(150);
    const uint64_t before = now_ms();
    const int fd = dm__lock_take("lock", 60000, &holder);
    assert_true(fd >= 0);
    assert_int_equal(holder, 0);
    assert_true(now_ms() - before < 30000);
    close(fd);
    end_holder(&h);
}

/* Closing another descriptor of the file does not let go of it. */
static void test_other_descriptor(void **unused)
{
    (void)unused;
    long holder = 0;
    const int fd = dm__lock_take("lock", 0, &holder), other = open("lock", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    close(other);
    assert_int_equal(dm__lock_take("lock", 0, &holder), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    assert_int_equal(holder, getpid());
    close(fd);
}

static void test_nameless_holder(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"", "somebody"};
    for (size_t i = 0; i < 2; i++) {
        long holder = 7;
        const int fd = dm__lock_take("lock", 0, &holder);
        assert_true(fd >= 0);
        folder_write("lock", texts[i], strlen(texts[i]));
        assert_int_equal(dm__lock_take("lock", 0, &holder), -1);
        assert_int_equal(errno, EWOULDBLOCK);
        assert_int_equal(holder, 0);
        close(fd);
    }
}

static void test_refusals(void **unused)
{
    (void)unused;
    static const struct {
        const char *path;
        int error;
    } cases[] = {{"nowhere/lock", ENOENT}, {"file/lock", ENOTDIR}, {"folder", EISDIR}, {"link", ELOOP}};
    folder_touch("file");
    folder_touch("folder/file");
    assert_int_equal(symlink("file", "link"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        long holder = 7;
        assert_int_equal(dm__lock_take(cases[i].path, 60000, &holder), -1);
        assert_int_equal(errno, cases[i].error);
        assert_int_equal(holder, 0);
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_enter, folder_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_take),
        IN_FOLDER(test_held),
        IN_FOLDER(test_killed),
        IN_FOLDER(test_wait),
        IN_FOLDER(test_other_descriptor),
        IN_FOLDER(test_nameless_holder),
        IN_FOLDER(test_refusals),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
