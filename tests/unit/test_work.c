/* What the stages did to an input: packed and read again, cut short, and bytes that nobody packed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "core/ledger/work.h"
#include "core/text/str.h"

#include <cmocka.h>

enum { ITEMS_MAX = 300 };

static struct dm_arena arena;
static char packed[64 * 1024];

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

static dm_str pack(const struct dm_work *w)
{
    assert_in_range(dm__work_size(w), 1, sizeof packed);
    const size_t len = dm__work_pack(w, packed);
    assert_in_range(len, 1, dm__work_size(w));
    return (dm_str){packed, len};
}

/* Read from a block that ends where the bytes do, so that the address sanitizer sees what is read beyond. */
static bool unpack(dm_str bytes, struct dm_work *out)
{
    char *const block = malloc(bytes.len + 1);
    assert_non_null(block);
    char *const copy = block + 1;
    memcpy(copy, bytes.ptr, bytes.len);
    const bool ok = dm__work_unpack(&arena, (dm_str){copy, bytes.len}, out);
    free(block);
    return ok;
}

static void assert_round_trip(const struct dm_work *w)
{
    struct dm_work out;
    assert_true(unpack(pack(w), &out));
    assert_int_equal(out.time_count, w->time_count);
    assert_int_equal(out.count_count, w->count_count);
    for (size_t i = 0; i < w->time_count; i++)
        assert_int_equal(out.times[i], w->times[i] / 1000 * 1000);
    for (size_t i = 0; i < w->count_count; i++)
        assert_memory_equal(&out.counts[i], &w->counts[i], sizeof w->counts[i]);
}

static void test_round_trip(void **unused)
{
    (void)unused;
    uint64_t times[] = {1000, 0, 127000, 128000, 16383000, 16384000};
    struct dm_work_count counts[] = {{1, 0, 3, 2}, {2, 127, 128, 0}, {65535, 16384, 1, 1}};
    assert_round_trip(&(struct dm_work){times, 6, counts, 3});
    assert_round_trip(&(struct dm_work){times, 6, NULL, 0});
    assert_round_trip(&(struct dm_work){NULL, 0, counts, 3});
    assert_round_trip(&(struct dm_work){NULL, 0, NULL, 0});
}

/* What the ledgers that are on disk hold must be read by every docmill to come. */
static void test_format(void **unused)
{
    (void)unused;
    uint64_t times[] = {300000, 1000};
    struct dm_work_count counts[] = {{1, 2, 128, 0}};
    const struct dm_work w = {times, 2, counts, 1};
    static const char expected[] = "\x02\xAC\x02\x01\x01\x01\x02\x80\x01";
    const dm_str is = pack(&w);
    assert_int_equal(is.len, sizeof expected); /* the last field, 0, is its NUL */
    assert_memory_equal(is.ptr, expected, sizeof expected);
}

/* Times are kept in microseconds. */
static void test_times_are_rounded_down(void **unused)
{
    (void)unused;
    uint64_t times[] = {999, 1999, 2000};
    const struct dm_work w = {times, 3, NULL, 0};
    struct dm_work out;
    assert_true(unpack(pack(&w), &out));
    assert_int_equal(out.times[0], 0);
    assert_int_equal(out.times[1], 1000);
    assert_int_equal(out.times[2], 2000);
}

static void test_extremes(void **unused)
{
    (void)unused;
    uint64_t times[65];
    struct dm_work_count counts[65];
    for (unsigned bit = 0; bit < 64; bit++) { /* each length that a number can have */
        const uint64_t n = UINT64_C(1) << bit;
        times[bit] = n;
        counts[bit] = (struct dm_work_count){n, n - 1, ~n, n | 1};
    }
    times[64] = UINT64_MAX;
    counts[64] = (struct dm_work_count){UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    assert_round_trip(&(struct dm_work){times, 65, counts, 65});
}

static void test_many(void **unused)
{
    (void)unused;
    uint64_t times[ITEMS_MAX];
    struct dm_work_count counts[ITEMS_MAX];
    for (uint64_t i = 0; i < ITEMS_MAX; i++) {
        times[i] = i * i * 1000;
        counts[i] = (struct dm_work_count){i, i * 7, i << 20, i << 40};
    }
    for (size_t n = 1; n <= ITEMS_MAX; n += 13)
        assert_round_trip(&(struct dm_work){times, n, counts, ITEMS_MAX - n});
}

static void test_cut(void **unused)
{
    (void)unused;
    uint64_t times[] = {1000, UINT64_MAX, 128000};
    struct dm_work_count counts[] = {{1, 300, 5, UINT64_MAX}, {2, 0, 1, 1}};
    const dm_str whole = pack(&(struct dm_work){times, 3, counts, 2});
    struct dm_work out;
    for (size_t len = 0; len < whole.len; len++)
        if (unpack((dm_str){whole.ptr, len}, &out))
            fail_msg("the first %zu of %zu bytes are taken", len, whole.len);
    packed[whole.len] = '\0';
    assert_false(unpack((dm_str){whole.ptr, whole.len + 1}, &out)); /* and with one byte more */
}

#define BYTES(text)                                                                                          \
    {                                                                                                        \
        text, sizeof(text) - 1                                                                               \
    }

static void test_garbage(void **unused)
{
    (void)unused;
    static const dm_str cases[] = {
        BYTES(""),
        BYTES("\x80"),                                       /* a number without its end */
        BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"),   /* and one without an end that could be */
        BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0"), /* one of eleven bytes */
        BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),   /* more times than there is memory */
        BYTES("\x02\x01"),                                   /* more times than bytes */
        BYTES("\x01\x01"),                                   /* no counts, not even how many */
        BYTES("\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), /* more counts than there is memory */
        BYTES("\0\x02\x01\x01\x01\x01"),                     /* a count that is missing */
        BYTES("\0\x01\x01\x01\x01"),                         /* a field that is missing */
        BYTES("\0\0\0"),                                     /* more than all */
        BYTES("not packed by anybody"),
    };
    struct dm_work out;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (unpack(cases[i], &out))
            fail_msg("case %zu is taken", i);
}

/* Whatever the bytes, what is taken is taken again once it is packed. */
static void test_any_bytes(void **unused)
{
    (void)unused;
    uint32_t seed = 1;
    for (unsigned n = 0; n < 20000; n++) {
        char bytes[24];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (char)(i < 1 + n % 3 ? seed >> 29 : seed >> 24); /* counts are small ones */
        }
        struct dm_work once, again;
        dm__arena_reset(&arena);
        if (unpack((dm_str){bytes, n % (sizeof bytes + 1)}, &once)) {
            assert_true(unpack(pack(&once), &again));
            assert_int_equal(again.time_count, once.time_count);
            assert_int_equal(again.count_count, once.count_count);
        }
    }
}

static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    uint64_t times[] = {1000};
    struct dm_work_count counts[] = {{1, 1, 1, 1}};
    const dm_str whole = pack(&(struct dm_work){times, 1, counts, 1});
    struct dm_work out;
    for (size_t n = 1;; n++) {
        assert_in_range(n, 1, 3);
        arena.fail_after = n;
        const bool ok = dm__work_unpack(&arena, whole, &out);
        assert_int_equal(ok, arena.fail_after != 0);
        if (ok)
            break;
    }
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(test_round_trip), WITH_ARENA(test_format),    WITH_ARENA(test_times_are_rounded_down),
        WITH_ARENA(test_extremes),   WITH_ARENA(test_many),      WITH_ARENA(test_cut),
        WITH_ARENA(test_garbage),    WITH_ARENA(test_any_bytes), WITH_ARENA(test_every_allocation_fails),
    };
    return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
