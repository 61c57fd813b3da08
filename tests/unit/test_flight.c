/* Documents in flight: numbers, the window, the queue of those that wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/engine/flight.h"
#include "core/text/str.h"

#include <cmocka.h>

static struct dm_flight f;

static int set_up(void **unused)
{
    (void)unused;
    return dm__flight_init(&f) ? 0 : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__flight_fini(&f);
    return 0;
}

static struct dm_flying *add(void)
{
    char path[64];
    const int n = snprintf(path, sizeof path, "in/folder/%u.txt", (unsigned)(f.newest + 1));
    struct dm_flying *const d = dm__flight_add(&f, (dm_str){path, (size_t)n}, 3);
    assert_non_null(d);
    memset(path, '?', sizeof path); /* the path was copied */
    return d;
}

static void test_numbers(void **unused)
{
    (void)unused;
    assert_true(dm__flight_is_empty(&f));
    assert_null(dm__flight_find(&f, 0));
    assert_null(dm__flight_find(&f, 1));
    struct dm_flying *const first = add();
    assert_int_equal(first->number, 1);
    assert_string_equal(first->path, "in/folder/1.txt");
    assert_true(dm__str_eq(dm__flying_source(first), DM_LIT("folder/1.txt")));
    assert_int_equal(first->attempts, 0);
    struct dm_flying *const second = add();
    assert_int_equal(second->number, 2);
    assert_ptr_equal(dm__flight_find(&f, 1), first);
    assert_ptr_equal(dm__flight_find(&f, 2), second);
    assert_null(dm__flight_find(&f, 3));
    assert_null(dm__flight_find(&f, 1 + DM_WINDOW)); /* the same place in the ring */
    assert_false(dm__flight_is_empty(&f));
    second->log = strdup("it died"); /* goes with it */
    dm__flight_settle(&f, first);
    dm__flight_settle(&f, second);
    assert_null(dm__flight_find(&f, 1));
    assert_true(dm__flight_is_empty(&f));
}

static void test_window(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < DM_WINDOW; i++) {
        assert_false(dm__flight_is_full(&f));
        add();
    }
    assert_true(dm__flight_is_full(&f));
    const uint64_t oldest = f.oldest;
    dm__flight_settle(&f, dm__flight_find(&f, oldest));
    assert_false(dm__flight_is_full(&f));
    struct dm_flying *const d = add(); /* where the settled one was */
    assert_int_equal(d->number, oldest + DM_WINDOW);
    assert_true(dm__flight_is_full(&f));
    assert_null(dm__flight_find(&f, oldest));
    assert_ptr_equal(dm__flight_find(&f, d->number), d);
}

static void test_waiting(void **unused)
{
    (void)unused;
    struct dm_flying *d[6];
    for (size_t i = 0; i < 6; i++)
        d[i] = add();
    static const size_t order[] = {3, 0, 5, 1, 4, 2};
    assert_null(dm__flight_ready(&f, 0));
    for (size_t i = 0; i < 6; i++)
        dm__flight_wait(&f, d[order[i]]);
    for (size_t i = 0; i < 6; i++) {
        assert_ptr_equal(dm__flight_ready(&f, 0), d[i]); /* by number, however they came */
        assert_ptr_equal(dm__flight_ready(&f, 0), d[i]); /* and it stays */
        dm__flight_unwait(&f, d[i]);
        assert_null(d[i]->next_waiting);
    }
    assert_null(dm__flight_ready(&f, UINT64_MAX));
}

static void test_not_before(void **unused)
{
    (void)unused;
    struct dm_flying *const early = add(), *const late = add(), *const middle = add();
    early->not_before = 300;
    late->not_before = 100;
    middle->not_before = 200;
    dm__flight_wait(&f, early);
    dm__flight_wait(&f, late);
    dm__flight_wait(&f, middle);
    assert_null(dm__flight_ready(&f, 99));
    assert_ptr_equal(dm__flight_ready(&f, 100), late);
    assert_ptr_equal(dm__flight_ready(&f, 299), late);
    assert_ptr_equal(dm__flight_ready(&f, 300), early); /* the least number that may go */
    dm__flight_unwait(&f, late);                        /* out of the middle */
    assert_ptr_equal(dm__flight_ready(&f, 299), middle);
    dm__flight_unwait(&f, middle);
    dm__flight_unwait(&f, early);
    assert_null(f.waiting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_window, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_waiting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_before, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("flight", tests, NULL, NULL);
}
