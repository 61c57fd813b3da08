/* What passes from the supervisor to its children. */
#include "fixture_folder.h"

#include "core/sandbox/inherit.h"

static bool holds(char *const *variables, const char *variable)
{
    for (; *variables != NULL; variables++)
        if (strcmp(*variables, variable) == 0)
            return true;
    return false;
}

static void test_environment(void **unused)
{
    (void)unused;
    static char secret[] = "AWS_SECRET=x", library[] = "LD_LIBRARY_PATH=/somewhere",
                longer[] = "LD_LIBRARY_PATHS=x", temporary[] = "TMPDIR=/var/tmp",
                debug[] = "DOCMILL_ARENA_DEBUG=1";
    char *const before[] = {secret, library, longer, temporary, debug, NULL}, **const ours = environ;
    char *variables[6];
    memcpy(variables, before, sizeof before);
    environ = variables;
    char **const start = dm__inherit_environment();
    dm__inherit_nothing();
    char *const first = environ[0], *const second = environ[1];
    environ = ours;
    assert_non_null(start);
    assert_false(holds(start, secret));
    assert_false(holds(start, longer));
    assert_true(holds(start, library));
    assert_true(holds(start, temporary));
    assert_true(holds(start, debug));
    free(start);
    assert_string_equal(first, debug);
    assert_null(second);
}

static void test_close(void **unused)
{
    (void)unused;
    assert_int_equal(dup2(STDERR_FILENO, 200), 200);
    assert_int_equal(dup2(STDERR_FILENO, 199), 199);
    dm__inherit_close(200);
    assert_int_equal(fcntl(200, F_GETFD), -1);
    assert_true(fcntl(199, F_GETFD) >= 0);
    close(199);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_close),
    };
    return cmocka_run_group_tests_name("inherit", tests, NULL, NULL);
}
