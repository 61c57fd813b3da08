/* Documents before their turn: every order, in memory and in the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/engine/reorder.h"
#include "core/text/str.h"

#include <cmocka.h>

static const size_t memories[] = {0, 1, 100,
                                  5000}; /* the first: all in memory; the second: all in the file */

/* The bytes of a document: of a length of its own, told by its number. */
static dm_str document(uint64_t number, char bytes[600])
{
    const size_t len = (size_t)(number * 37 % 500);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)('a' + (number + i) % 26);
    return (dm_str){bytes, len};
}

static void put(struct dm_reorder *r, uint64_t number)
{
    char bytes[600];
    assert_false(dm__reorder_has(r, number));
    assert_true(dm__reorder_put(r, number, document(number, bytes)));
    assert_true(dm__reorder_has(r, number));
    memset(bytes, '?', sizeof bytes); /* a copy was kept */
}

static void take(struct dm_reorder *r, uint64_t number)
{
    char bytes[600];
    const dm_str expected = document(number, bytes);
    dm_str found;
    assert_int_equal(dm__reorder_take(r, number, &found), 1);
    assert_int_equal(found.len, expected.len);
    assert_memory_equal(found.ptr, expected.ptr, found.len);
    assert_false(dm__reorder_has(r, number));
    assert_int_equal(dm__reorder_take(r, number, &found), 0);
}

static void test_orders(void **unused)
{
    (void)unused;
    enum { COUNT = 97 }; /* prime: each stride is an order */
    for (size_t m = 0; m < sizeof memories / sizeof memories[0]; m++) {
        struct dm_reorder *const r = dm__reorder_new(memories[m], -1);
        assert_non_null(r);
        for (uint64_t stride = 1; stride < COUNT; stride += 7) {
            const uint64_t base = stride * 1000;
            uint64_t held = 0;
            char bytes[600];
            for (uint64_t i = 0; i < COUNT; i++) {
                const uint64_t number = base + i * stride % COUNT;
                put(r, number);
                held += document(number, bytes).len;
                assert_int_equal(dm__reorder_held(r), held);
            }
            for (uint64_t i = 0; i < COUNT; i++)
                take(r, base + i);
            assert_int_equal(dm__reorder_held(r), 0);
        }
        dm__reorder_drop(r);
    }
}

/* A window that moves on for ever, as in a run: the ring and the file are used again and again. */
static void test_window(void **unused)
{
    (void)unused;
    for (size_t m = 0; m < sizeof memories / sizeof memories[0]; m++) {
        struct dm_reorder *const r = dm__reorder_new(memories[m], -1);
        for (uint64_t next = 1; next < 6000; next++) {
            if (next % 3 == 1) /* two come before their turn, then the one that they wait for is not kept */
                continue;
            if (next % 3 == 2) {
                put(r, next + 1);
                put(r, next);
            }
            take(r, next);
        }
        assert_int_equal(dm__reorder_held(r), 0);
        dm__reorder_drop(r);
    }
}

/* Numbers as far apart as the supervisor's window allows. */
static void test_far_apart(void **unused)
{
    (void)unused;
    struct dm_reorder *const r = dm__reorder_new(200, -1);
    static const uint64_t numbers[] = {5, 1029, 2053, 32773, 16389, 6, 32772};
    for (size_t i = 0; i < 7; i++)
        put(r, numbers[i]);
    for (size_t i = 0; i < 7; i++)
        assert_true(dm__reorder_has(r, numbers[i]));
    for (size_t i = 7; i-- > 0;)
        take(r, numbers[i]);
    dm__reorder_drop(r);
}

static void test_absent(void **unused)
{
    (void)unused;
    struct dm_reorder *const r = dm__reorder_new(0, -1);
    dm_str bytes;
    assert_int_equal(dm__reorder_take(r, 1, &bytes), 0);
    assert_int_equal(dm__reorder_take(r, 0, &bytes), 0);
    put(r, 1025);
    assert_false(dm__reorder_has(r, 1)); /* the same slot, another number */
    assert_int_equal(dm__reorder_take(r, 1, &bytes), 0);
    dm__reorder_drop(r); /* with what it holds */
    dm__reorder_drop(NULL);
}

/* What was taken stays until the next is. */
static void test_taken_is_ours(void **unused)
{
    (void)unused;
    for (size_t m = 0; m < 2; m++) {
        struct dm_reorder *const r = dm__reorder_new(memories[m], -1);
        assert_true(dm__reorder_put(r, 1, DM_LIT("first")));
        assert_true(dm__reorder_put(r, 2, DM_LIT("")));
        dm_str bytes;
        assert_int_equal(dm__reorder_take(r, 1, &bytes), 1);
        assert_true(dm__reorder_put(r, 3, DM_LIT("third")));
        assert_memory_equal(bytes.ptr, "first", 5);
        assert_int_equal(dm__reorder_take(r, 2, &bytes), 1);
        assert_int_equal(bytes.len, 0);
        assert_int_equal(dm__reorder_take(r, 3, &bytes), 1);
        assert_memory_equal(bytes.ptr, "third", 5);
        dm__reorder_drop(r);
    }
}

static void test_no_room(void **unused)
{
    (void)unused;
    assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
    struct dm_reorder *const r = dm__reorder_new(10, -1);
    assert_true(dm__reorder_put(r, 1, DM_LIT("0123456789"))); /* just fits */
    assert_false(dm__reorder_put(r, 2, DM_LIT("x")));
    assert_false(dm__reorder_has(r, 2));
    dm_str bytes;
    assert_int_equal(dm__reorder_take(r, 1, &bytes), 1);
    assert_true(dm__reorder_put(r, 2, DM_LIT("x"))); /* there is room again */
    assert_int_equal(dm__reorder_held(r), 1);
    dm__reorder_drop(r);
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders), cmocka_unit_test(test_window),        cmocka_unit_test(test_far_apart),
        cmocka_unit_test(test_absent), cmocka_unit_test(test_taken_is_ours), cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests_name("reorder", tests, NULL, NULL);
}
