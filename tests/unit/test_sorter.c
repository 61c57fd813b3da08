/* Sorting names: in memory and with runs in a file, any bytes, repetitions, and a file that cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/engine/sorter.h"
#include "core/text/str.h"

#include <cmocka.h>

/* Limits: all in memory; a run of one name each; a few names; a few dozen runs. */
static const size_t limits[] = {0, 1, 40, 3000};
enum { LIMITS = sizeof limits / sizeof limits[0] };

static int compare(const void *a, const void *b)
{
    const dm_str *const x = a, *const y = b;
    const int c = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);
    return c != 0 ? c : x->len < y->len ? -1 : x->len > y->len;
}

static void assert_sorts(dm_str *names, size_t count, size_t limit)
{
    struct dm_sorter *const s = dm__sorter_new(limit);
    assert_non_null(s);
    for (size_t i = 0; i < count; i++)
        assert_true(dm__sorter_add(s, names[i]));
    assert_true(dm__sorter_finish(s));
    if (count != 0)
        qsort(names, count, sizeof *names, compare);
    dm_str name;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(dm__sorter_next(s, &name), 1);
        assert_int_equal(name.len, names[i].len);
        assert_memory_equal(name.ptr, names[i].ptr, name.len);
    }
    assert_int_equal(dm__sorter_next(s, &name), 0);
    assert_int_equal(dm__sorter_next(s, &name), 0); /* and stays so */
    dm__sorter_drop(s);
}

static void test_nothing(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LIMITS; i++)
        assert_sorts(NULL, 0, limits[i]);
    dm__sorter_drop(NULL);
    dm__sorter_drop(dm__sorter_new(0)); /* nothing was asked of it */
}

static void test_any_bytes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LIMITS; i++) {
        dm_str names[] = {DM_LIT("b"),      DM_LIT("a"),    DM_LIT(""),         DM_LIT("a\0"),
                          DM_LIT("a\0b"),   DM_LIT("\xFF"), DM_LIT("A"),        DM_LIT("a\xFF"),
                          DM_LIT("\x7F\n"), DM_LIT("a/"),   DM_LIT("a."),       DM_LIT("a0"),
                          DM_LIT("a"),      DM_LIT(""),     DM_LIT("\xFF\xFE"), DM_LIT("a")};
        assert_sorts(names, sizeof names / sizeof names[0], limits[i]);
    }
}

static void test_many(void **unused)
{
    (void)unused;
    enum { COUNT = 3000 };
    static char bytes[COUNT][24];
    static dm_str names[COUNT];
    uint32_t seed = 99;
    for (size_t i = 0; i < COUNT; i++) {
        seed = seed * 1664525 + 1013904223;
        names[i] =
            (dm_str){bytes[i], (size_t)snprintf(bytes[i], sizeof bytes[i], "%x/%u", seed >> 22, seed >> 28)};
    }
    for (size_t i = 0; i < LIMITS; i++)
        assert_sorts(names, COUNT, limits[i]);
}

/* In order already, and the wrong way round: sorted input is what qsort() likes least. */
static void test_orders(void **unused)
{
    (void)unused;
    enum { COUNT = 500 };
    char bytes[COUNT][8];
    dm_str names[COUNT];
    for (int down = 0; down < 2; down++) {
        for (int i = 0; i < COUNT; i++)
            names[i] = (dm_str){bytes[i], (size_t)snprintf(bytes[i], 8, "%04d", down ? COUNT - i : i)};
        for (size_t i = 0; i < LIMITS; i++)
            assert_sorts(names, COUNT, limits[i]);
    }
}

/* Names longer than what is read ahead, and longer than the limit. */
static void test_long_names(void **unused)
{
    (void)unused;
    enum { COUNT = 12, LEN = 100000 };
    dm_str names[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        char *const p = malloc(LEN + i);
        assert_non_null(p);
        memset(p, 'x', LEN + i);
        p[LEN / 2] = (char)('a' + (i * 5) % COUNT);
        names[i] = (dm_str){p, i % 3 == 0 ? 3 : LEN + i};
    }
    for (size_t i = 0; i < LIMITS; i++)
        assert_sorts(names, COUNT, limits[i]);
    for (size_t i = 0; i < COUNT; i++)
        free((char *)(uintptr_t)names[i].ptr);
}

/* A spill file that cannot be had is told, at once or at the end. */
static void test_no_room(void **unused)
{
    (void)unused;
    assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
    struct dm_sorter *const s = dm__sorter_new(16);
    assert_non_null(s);
    assert_true(dm__sorter_add(s, DM_LIT("the first fits always")));
    assert_false(dm__sorter_add(s, DM_LIT("the second does not")));
    dm__sorter_drop(s);
    struct dm_sorter *const fits = dm__sorter_new(0);
    assert_true(dm__sorter_add(fits, DM_LIT("no file is needed")));
    assert_true(dm__sorter_finish(fits));
    dm__sorter_drop(fits);
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing), cmocka_unit_test(test_any_bytes),  cmocka_unit_test(test_many),
        cmocka_unit_test(test_orders),  cmocka_unit_test(test_long_names), cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests_name("sorter", tests, NULL, NULL);
}
