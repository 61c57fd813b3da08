/* What passes from the supervisor to its children. */
#include "fixture_folder.h"

#include "core/sandbox/inherit.h"

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
    assert_ptr_equal(start[0], library);
    assert_ptr_equal(start[1], temporary);
    assert_ptr_equal(start[2], debug);
    assert_null(start[3]);
    free(start);
    assert_ptr_equal(first, debug);
    assert_string_equal(debug, "DOCMILL_ARENA_DEBUG=1");
    assert_null(second);
    for (size_t i = 0; i < sizeof secret; i++)
        assert_int_equal(secret[i], '\0');
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
