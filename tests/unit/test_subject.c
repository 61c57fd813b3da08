/* The terms of plugins/subject, each of which its sieve must let through.  The file itself is included: the terms are its
 * own. */
#include "../../plugins/subject/subject.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void terms_pass_the_sieve(void **state)
{
    (void)state;
    for (unsigned slot = 0; slot < sizeof slots / sizeof *slots; slot++)
        for (unsigned i = 0; i < TERMS_MAX && slots[slot].terms[i]; i++) {
            const char *const kept = slots[slot].terms[i];
            const char *const term = kept + (*kept == '?' || *kept == '.');
            assert_int_equal(*term, 'a' + (int)slot);
            assert_true(may_begin_term(term));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_pass_the_sieve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
