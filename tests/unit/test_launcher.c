/* The launcher of programs: what it starts, what it says of what it cannot start, and how all of it ends. */
#include "fixture_folder.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/sandbox/launcher.h"

enum { WORDS_MAX = 4 };

static struct dm_launch_order order(const char **words, const char *at)
{
    size_t count = 0;
    while (count < WORDS_MAX && words[count] != NULL)
        count++;
    return (struct dm_launch_order){.words = words, .count = count, .folder = at};
}

static struct dm_launcher *launch(const char **words, const char *at)
{
    struct dm_launch_order one = order(words, at);
    const struct dm_launch_orders orders = {&one, 1};
    struct dm_launcher *const l = dm__launcher_fork(&orders);
    assert_non_null(l);
    return l;
}

/* Start number 0, which must work. */
static dm_program begin(struct dm_launcher *l)
{
    char why[DM_LAUNCH_WHY_MAX] = "";
    dm_program p = {.size = sizeof p};
    const dm_status status = dm__launcher_start(l, 0, &p, why);
    assert_string_equal(why, "");
    assert_int_equal(status, DM_OK);
    return p;
}

/* All that it prints. */
static const char *hear(const dm_program *p)
{
    static char text[4096];
    size_t len = 0;
    for (ssize_t n = 1; n > 0 && len + 1 < sizeof text; len += n > 0 ? (size_t)n : 0)
        n = read(p->output, text + len, sizeof text - 1 - len);
    text[len] = '\0';
    return text;
}

static void test_none(void **unused)
{
    (void)unused;
    const struct dm_launch_orders none = {NULL, 0};
    assert_null(dm__launcher_fork(&none));
    assert_false(dm__launcher_is_gone(NULL));
    dm__launcher_end(NULL);
}

static void test_there_and_back(void **unused)
{
    (void)unused;
    const char *words[] = {"cat", NULL};
    struct dm_launcher *const l = launch(words, "/");
    dm_program a = begin(l), b = begin(l); /* two of the same are two */
    assert_int_equal(write(a.input, "one", 3), 3);
    assert_int_equal(write(b.input, "two", 3), 3);
    close(a.input);
    close(b.input);
    a.input = b.input = -1;
    assert_string_equal(hear(&a), "one");
    assert_string_equal(hear(&b), "two");
    assert_int_equal(dm__launcher_stop(l, &a, 5000), 0);
    assert_int_equal(a.output, -1);
    assert_int_equal(dm__launcher_stop(l, &b, 5000), 0);
    dm__launcher_end(l);
}

static void test_how_it_ended(void **unused)
{
    (void)unused;
    const char *exits[] = {"sh", "-c", "exit 3", NULL}, *stays[] = {"sleep", "100", NULL};
    struct dm_launcher *l = launch(exits, "/");
    dm_program p = begin(l);
    int status = dm__launcher_stop(l, &p, 5000);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    dm__launcher_end(l);
    l = launch(stays, "/");
    p = begin(l);
    status = dm__launcher_stop(l, &p, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    p.number = 200; /* there is none */
    assert_int_equal(dm__launcher_stop(l, &p, 0), -1);
    dm__launcher_end(l);
}

static void test_cannot_start(void **unused)
{
    (void)unused;
    static const struct {
        const char *words[2], *folder, *why;
    } all[] = {
        {{"no-such-program"},
         "/",
         "there is no program 'no-such-program' in /usr/local/bin, /usr/bin or /bin"},
        {{"./none"}, "/usr", "/usr/./none cannot be run: No such file or directory"},
        {{"cat"}, "/no/such", "the folder /no/such cannot be entered: No such file or directory"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const char *words[] = {all[i].words[0], NULL};
        char why[DM_LAUNCH_WHY_MAX];
        dm_program p = {.size = sizeof p};
        struct dm_launcher *const l = launch(words, all[i].folder);
        assert_int_equal(dm__launcher_start(l, 0, &p, why), DM_ECONFIG);
        assert_string_equal(why, all[i].why);
        assert_int_equal(dm__launcher_start(l, 1, &p, why), DM_ERETRY);
        dm__launcher_end(l);
    }
}

static void test_clean_start(void **unused)
{
    (void)unused;
    /* Shell options, environment, signals, descriptors: as for a program that nobody has prepared for. */
    const char *words[] = {"sh", "-c", "pwd; env | grep -v PWD= | sort; set -- /proc/self/fd/*; echo $#",
                           NULL};
    setenv("SECRET", "1", 1);
    struct dm_launcher *const l = launch(words, "/usr");
    dm_program p = begin(l);
    assert_string_equal(hear(&p), "/usr\nLANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\n4\n");
    dm__launcher_stop(l, &p, 5000);
    dm__launcher_end(l);
}

/* All that was started goes with the launcher, and with the process that holds it. */
static void test_all_go(void **unused)
{
    (void)unused;
    const char *words[] = {"sh", "-c", "sleep 100 & sleep 100", NULL};
    struct dm_launcher *const l = launch(words, "/");
    const dm_program p = begin(l);
    struct pollfd end = {.fd = p.output, .events = POLLIN};
    assert_int_equal(poll(&end, 1, 20), 0);
    dm__launcher_end(l);
    assert_int_equal(poll(&end, 1, 10000), 1); /* nobody holds the pipe any more */
    assert_string_equal(hear(&p), "");
    close(p.input);
    close(p.output);
}

static void test_launcher_is_gone(void **unused)
{
    (void)unused;
    const char *words[] = {"cat", NULL};
    struct dm_launcher *const l = launch(words, "/");
    char why[DM_LAUNCH_WHY_MAX];
    dm_program p = {.size = sizeof p, .input = -1, .output = -1};
    char command[64];
    snprintf(command, sizeof command, "pkill -KILL -P %d", getpid()); /* the shell too */
    assert_int_not_equal(system(command), -1);
    assert_int_equal(dm__launcher_start(l, 0, &p, why), DM_ERETRY);
    assert_string_equal(why, "the process that starts programs is gone");
    assert_true(dm__launcher_is_gone(l));
    assert_int_equal(dm__launcher_stop(l, &p, 0), -1);
    dm__launcher_end(l);
}

/* A program may say something when its input ends, and has half a second for it. */
static void test_last_words(void **unused)
{
    (void)unused;
    const char *words[] = {"sh", "-c", "while read line; do :; done; sleep 0.1; echo bye", NULL};
    struct dm_launcher *const l = launch(words, "/");
    const dm_program p = begin(l);
    close(p.input);
    dm__launcher_end(l);
    assert_string_equal(hear(&p), "bye\n");
    close(p.output);
}

/* A wrapper that is stopped takes along what it started. */
static void test_wrapper(void **unused)
{
    (void)unused;
    const char *words[] = {"sh", "-c", "sleep 100; true", NULL};
    struct dm_launcher *const l = launch(words, "/");
    dm_program p = begin(l);
    const int output = dup(p.output);
    struct pollfd end = {.fd = output, .events = POLLIN};
    assert_int_equal(poll(&end, 1, 50), 0);
    dm__launcher_stop(l, &p, 0);
    assert_int_equal(poll(&end, 1, 10000), 1); /* nobody holds the pipe any more, though the launcher lives */
    close(output);
    dm__launcher_end(l);
}

/* Programs that end by themselves, and that nobody stops, make room. */
static void test_many(void **unused)
{
    (void)unused;
    const char *words[] = {"true", NULL};
    struct dm_launcher *const l = launch(words, "/");
    for (int i = 0; i < 300; i++) {
        const dm_program p = begin(l);
        assert_int_equal(p.number, i);
        close(p.input);
        assert_string_equal(hear(&p), "");
        close(p.output);
    }
    dm__launcher_end(l);
}

static void test_memory(void **unused)
{
    (void)unused;
#if defined(__SANITIZE_ADDRESS__) || defined(DOCMILL_SANITIZED)
    skip();
#endif
    const char *words[] = {"sh", "-c", "ulimit -d", NULL}; /* KiB */
    struct dm_launch_order one = order(words, "/");
    one.memory = 64 << 20;
    const struct dm_launch_orders orders = {&one, 1};
    struct dm_launcher *const l = dm__launcher_fork(&orders);
    const dm_program p = begin(l);
    assert_string_equal(hear(&p), "65536\n");
    dm__launcher_end(l);
    close(p.input);
    close(p.output);
}

/* A launcher that had the other end of its own socket as a stream would never hear that we are gone. */
static void test_closed_streams(void **unused)
{
    (void)unused;
    const char *words[] = {"cat", NULL};
    const int kept = dup(STDERR_FILENO);
    close(STDERR_FILENO);
    struct dm_launcher *const l = launch(words, "/");
    dm_program p = begin(l);
    close(p.input);
    p.input = -1;
    dm__launcher_end(l); /* waits for it */
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(p.output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_how_it_ended),
        cmocka_unit_test(test_cannot_start),
        cmocka_unit_test(test_clean_start),
        cmocka_unit_test(test_all_go),
        cmocka_unit_test(test_launcher_is_gone),
        cmocka_unit_test(test_last_words),
        cmocka_unit_test(test_wrapper),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_closed_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
