/* The arena: alignment, zeroing, limits, resets, and what a failing allocation leaves behind.  Every test
 * runs twice: with pieces from chunks, and with each piece a malloc of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/arena.h"
#include "core/text/str.h"

#include <cmocka.h>

static const bool chunks = false, pieces = true;

static struct dm_arena new_arena(void **state, size_t limit)
{
    struct dm_arena a;
    dm__arena_init(&a, limit);
    a.pieces = *(const bool *)*state;
    return a;
}

static void assert_zero(const void *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(((const unsigned char *)p)[i], 0);
}

static void test_alignment(void **state)
{
    struct dm_arena a = new_arena(state, 0);
    for (size_t align = 1; align <= 64; align *= 2) {
        for (size_t size = 0; size < 70; size++) {
            char *const p = dm__arena_alloc(&a, size, align);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % align, 0);
            assert_zero(p, size);
            memset(p, 0xAA, size);
        }
    }
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal((uintptr_t)dm__arena_raw(&a, i) % _Alignof(max_align_t), 0);
        assert_non_null(dm__arena_alloc(&a, 1, 1)); /* puts the next one off its place */
    }
    dm__arena_fini(&a);
}

/* Pieces must not overlap, whatever their sizes. */
static void test_pieces_apart(void **state)
{
    enum { COUNT = 400 };
    struct dm_arena a = new_arena(state, 0);
    unsigned char *p[COUNT];
    size_t size[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        size[i] = (i * 7919) % 5000;
        p[i] = dm__arena_raw(&a, size[i]);
        assert_non_null(p[i]);
        memset(p[i], (int)(i % 251), size[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < size[i]; k++)
            assert_int_equal(p[i][k], i % 251);
    dm__arena_fini(&a);
}

static void test_large_piece(void **state)
{
    struct dm_arena a = new_arena(state, 0);
    char *const small = dm__arena_alloc(&a, 10, 1), *const large = dm__arena_alloc(&a, 9 << 20, 64);
    assert_non_null(small);
    assert_non_null(large);
    large[(9 << 20) - 1] = 1;
    memset(small, 1, 10);
    assert_int_equal(large[0], 0);
    dm__arena_reset(&a);
    assert_int_equal(a.used, 0);
    assert_zero(dm__arena_alloc(&a, 1000, 16), 1000); /* although the memory was used before */
    dm__arena_fini(&a);
}

static void test_limit(void **state)
{
    struct dm_arena a = new_arena(state, 100);
    assert_non_null(dm__arena_alloc(&a, 60, 1));
    assert_null(dm__arena_alloc(&a, 41, 1));
    assert_non_null(dm__arena_alloc(&a, 40, 1)); /* exactly what is left */
    assert_null(dm__arena_alloc(&a, 1, 1));
    assert_non_null(dm__arena_alloc(&a, 0, 1));
    dm__arena_reset(&a);
    assert_non_null(dm__arena_alloc(&a, 100, 1));
    dm__arena_fini(&a);
}

/* Sizes that wrap around when something is added to them. */
static void test_absurd_sizes(void **state)
{
    struct dm_arena a = new_arena(state, 0);
    static const size_t aligns[] = {1, 16, 32, 64};
    for (size_t i = 0; i < sizeof aligns / sizeof aligns[0]; i++) {
        for (size_t less = 0; less < 100; less++)
            assert_null(dm__arena_alloc(&a, SIZE_MAX - less, aligns[i]));
        assert_null(dm__arena_alloc(&a, SIZE_MAX / 2 + 1, aligns[i]));
    }
    size_t cap = SIZE_MAX / 16;
    assert_null(dm__arena_grow(&a, NULL, cap, &cap, 16));
    assert_int_equal(cap, SIZE_MAX / 16);
    assert_non_null(dm__arena_alloc(&a, 1, 1));
    dm__arena_fini(&a);
}

/* fail_after = n lets the nth allocation fail, and only that one. */
static void test_fail_after(void **state)
{
    for (size_t n = 1; n < 6; n++) {
        struct dm_arena a = new_arena(state, 0);
        a.fail_after = n;
        for (size_t i = 1; i < 10; i++) {
            void *const p = dm__arena_alloc(&a, 8, i % 2 == 0 ? 64 : 8);
            assert_int_equal(p == NULL, i == n);
        }
        dm__arena_fini(&a);
    }
}

static void test_strings(void **state)
{
    struct dm_arena a = new_arena(state, 0);
    const dm_str nul = dm__arena_str(&a, DM_LIT("a\0b"));
    assert_int_equal(nul.len, 3);
    assert_memory_equal(nul.ptr, "a\0b", 4); /* with the NUL behind it */
    const dm_str empty = dm__arena_str(&a, (dm_str){NULL, 0});
    assert_non_null(empty.ptr);
    assert_int_equal(empty.len, 0);
    const dm_str printed = dm__arena_printf(&a, "%d %s", 7, "words");
    assert_string_equal(printed.ptr, "7 words");
    assert_int_equal(printed.len, 7);
    a.fail_after = 1;
    assert_null(dm__arena_str(&a, DM_LIT("x")).ptr);
    a.fail_after = 1;
    assert_null(dm__arena_printf(&a, "x").ptr);
    dm__arena_fini(&a);
}

static void test_grow(void **state)
{
    struct dm_arena a = new_arena(state, 0);
    uint32_t *items = NULL;
    size_t count = 0, cap = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        if (count == cap && i != 0) { /* each growth may fail, and nothing is lost */
            a.fail_after = 1;
            assert_null(dm__arena_grow(&a, items, count, &cap, sizeof *items));
            assert_int_equal(count, cap);
        }
        uint32_t *const grown = dm__arena_grow(&a, items, count, &cap, sizeof *items);
        assert_non_null(grown);
        items = grown;
        items[count++] = i;
    }
    for (uint32_t i = 0; i < 5000; i++)
        assert_int_equal(items[i], i);
    dm__arena_fini(&a);
}

/* What is kept over resets is bounded, and used again. */
static void test_many_resets(void **state)
{
    struct dm_arena a = new_arena(state, 0);
    for (size_t round = 0; round < 200; round++) {
        const size_t size = (round * 104729) % 300000;
        for (size_t i = 0; i < 20; i++) {
            unsigned char *const p = dm__arena_alloc(&a, size / (i + 1), 16);
            assert_non_null(p);
            assert_zero(p, size / (i + 1) < 64 ? size / (i + 1) : 64);
            memset(p, 0xFF, size / (i + 1));
        }
        dm__arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
    dm__arena_fini(&a);
    assert_null(a.first);
    assert_non_null(dm__arena_alloc(&a, 8, 8)); /* as after init() */
    dm__arena_fini(&a);
}

#define BOTH(test)                                                                                           \
    cmocka_unit_test_prestate(test, (void *)(uintptr_t)&chunks),                                             \
        cmocka_unit_test_prestate(test, (void *)(uintptr_t)&pieces)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_alignment), BOTH(test_pieces_apart), BOTH(test_large_piece),
        BOTH(test_limit),     BOTH(test_absurd_sizes), BOTH(test_fail_after),
        BOTH(test_strings),   BOTH(test_grow),         BOTH(test_many_resets),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
