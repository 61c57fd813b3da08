/* Failpoints: their names, and what reaching one does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/failpoint.h"

#include <cmocka.h>

/* Each has a name that says whose it is, and nobody else has it. */
static void test_names(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < DM_FAIL_COUNT; i++) {
        const char *const name = dm__failpoint_names[i];
        if (name == NULL)
            fail_msg("number %zu has no name", i);
        if (strchr("swk", name[0]) == NULL || name[1] != '-' || name[2] == '\0' ||
            strspn(name, "abcdefghijklmnopqrstuvwxyz-") != strlen(name))
            fail_msg("\"%s\" is no name", name);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(dm__failpoint_names[k], name);
    }
    assert_string_equal(dm__failpoint_names[DM_FAIL_S_LOCKED], "s-locked");
    assert_string_equal(dm__failpoint_names[DM_FAIL_W_BEGIN], "w-begin");
    assert_string_equal(dm__failpoint_names[DM_FAIL_K_TOLD], "k-told");
}

enum { TIMES = 5, LIVES = 50 };

/* A process that comes by w-begin and w-locked in turn, and says so between them. */
static void come_by(const char *set, int out)
{
    if (set == NULL)
        unsetenv("DOCMILL_FAILPOINT");
    else
        setenv("DOCMILL_FAILPOINT", set, 1);
    for (int i = 0; i < TIMES; i++) {
        dm__failpoint(DM_FAIL_W_BEGIN);
        if (write(out, "x", 1) != 1)
            _exit(1);
        dm__failpoint(DM_FAIL_W_LOCKED);
    }
    _exit(0);
}

/* How often it got past w-begin; LIVES more if it was not killed. */
static int count_passes(const char *set)
{
    int pair[2], status;
    char bytes[TIMES + 1];
    assert_int_equal(pipe(pair), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        come_by(set, pair[1]);
    close(pair[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    const ssize_t n = read(pair[0], bytes, sizeof bytes);
    close(pair[0]);
    if (WIFSIGNALED(status))
        assert_int_equal(WTERMSIG(status), SIGKILL);
    else
        assert_int_equal(WEXITSTATUS(status), 0);
    return (int)n + (WIFSIGNALED(status) ? 0 : LIVES);
}

static void test_kill(void **unused)
{
    (void)unused;
    static const struct {
        const char *set;
        int passes;
    } cases[] = {{NULL, LIVES + TIMES},
                 {"", LIVES + TIMES},
                 {"w-begin", 0},
                 {"w-begin:1", 0},
                 {"w-begin:3", 2},
                 {"w-begin:5", 4},
                 {"w-begin:6", LIVES + TIMES},
                 {"w-locked", 1},
                 {"w-locked:2", 2},
                 {"w-begins", LIVES + TIMES},
                 {"w-begi", LIVES + TIMES},
                 {"s-locked", LIVES + TIMES},
                 {"xw-begin", LIVES + TIMES},
                 {"w-begin:0", LIVES + TIMES}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int is = count_passes(cases[i].set);
        if (is != cases[i].passes)
            fail_msg("%s: %d passes are not %d", cases[i].set != NULL ? cases[i].set : "not set", is,
                     cases[i].passes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_kill),
    };
    return cmocka_run_group_tests_name("failpoint", tests, NULL, NULL);
}
