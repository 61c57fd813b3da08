/* Frames: written and read back, split at every byte, refused where they are none. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/engine/frame.h"
#include "core/text/str.h"

#include <cmocka.h>

enum { COUNT = 12 };

static size_t size_of(uint64_t number)
{
    return (size_t)(number * number * 3 % 70);
}

/* COUNT frames of different types and sizes. */
static void add_all(struct dm_frames *f)
{
    for (uint64_t i = 1; i <= COUNT; i++) {
        char *const p =
            dm__frames_add(f, (enum dm_frame_type)(1 + i % DM_FRAME_END), i << 40 | i, size_of(i));
        assert_non_null(p);
        memset(p, (int)i, size_of(i));
    }
}

static void assert_frame(const struct dm_frame_view *v, uint64_t i)
{
    assert_int_equal(v->type, 1 + i % DM_FRAME_END);
    assert_int_equal(v->number, i << 40 | i);
    assert_int_equal(v->payload.len, size_of(i));
    assert_int_equal(v->size, sizeof(struct dm_frame) + size_of(i));
    for (size_t k = 0; k < v->payload.len; k++)
        assert_int_equal(v->payload.ptr[k], i);
}

/* Whole frames from what has arrived so far. */
static uint64_t read_frames(struct dm_frames *in, uint64_t next)
{
    struct dm_frame_view v;
    int got;
    while ((got = dm__frames_peek(in, &v)) == 1) {
        assert_frame(&v, next++);
        in->from += v.size;
    }
    assert_int_equal(got, 0);
    return next;
}

static void append(struct dm_frames *to, const char *bytes, size_t len)
{
    if (len == 0)
        return;
    char *const p = dm__frames_reserve(to, len);
    assert_non_null(p);
    memcpy(p, bytes, len);
    to->to += len;
}

static void test_split_at_every_byte(void **unused)
{
    (void)unused;
    struct dm_frames out = {0};
    add_all(&out);
    for (size_t at = 0; at <= out.to; at++) {
        struct dm_frames in = {0};
        append(&in, out.ptr, at);
        const uint64_t next = read_frames(&in, 1);
        append(&in, out.ptr + at, out.to - at);
        assert_int_equal(read_frames(&in, next), COUNT + 1);
        assert_int_equal(in.from, in.to);
        dm__frames_fini(&in);
    }
    for (size_t step = 1; step < 40; step++) { /* and in pieces all along */
        struct dm_frames in = {0};
        uint64_t next = 1;
        for (size_t at = 0; at < out.to; at += step) {
            append(&in, out.ptr + at, out.to - at < step ? out.to - at : step);
            next = read_frames(&in, next);
        }
        assert_int_equal(next, COUNT + 1);
        dm__frames_fini(&in);
    }
    dm__frames_fini(&out);
}

/* A buffer that is used for long, moved and grown, keeps what is in it. */
static void test_long_use(void **unused)
{
    (void)unused;
    struct dm_frames f = {0};
    uint64_t added = 0, taken = 0;
    for (size_t round = 0; round < 3000; round++) {
        for (size_t i = 0; i <= round % 4; i++) {
            const size_t len = round * 131 % 9000;
            char *const p = dm__frames_add(&f, DM_FRAME_RECORD, ++added, len);
            assert_non_null(p);
            memset(p, (int)(added % 127), len);
        }
        for (size_t i = 0; i < 3 && taken < added; i++) {
            struct dm_frame_view v;
            assert_int_equal(dm__frames_peek(&f, &v), 1);
            assert_int_equal(v.number, ++taken);
            for (size_t k = 0; k < v.payload.len; k += 97)
                assert_int_equal(v.payload.ptr[k], taken % 127);
            f.from += v.size;
        }
    }
    dm__frames_fini(&f);
    assert_null(f.ptr);
}

static void test_no_frame(void **unused)
{
    (void)unused;
    static const struct dm_frame bad[] = {
        {sizeof(struct dm_frame) - 1, DM_FRAME_READY, 0},
        {0, DM_FRAME_READY, 0},
        {(uint32_t)DM_FRAME_MAX + 1, DM_FRAME_READY, 0},
        {UINT32_MAX, DM_FRAME_READY, 0},
        {sizeof(struct dm_frame), 0, 0},
        {sizeof(struct dm_frame), DM_FRAME_LAST + 1, 0},
        {sizeof(struct dm_frame), UINT32_MAX, 0},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct dm_frames f = {0};
        struct dm_frame_view v;
        append(&f, (const char *)&bad[i], sizeof bad[i]);
        assert_int_equal(dm__frames_peek(&f, &v), -1);
        dm__frames_fini(&f);
    }
    struct dm_frames f = {0};
    struct dm_frame_view v;
    assert_int_equal(dm__frames_peek(&f, &v), 0); /* nothing is no error */
    assert_null(dm__frames_add(&f, DM_FRAME_RECORD, 1, DM_FRAME_MAX));
    assert_null(dm__frames_add(&f, DM_FRAME_RECORD, 1, SIZE_MAX));
    assert_null(dm__frames_add(&f, DM_FRAME_RECORD, 1, SIZE_MAX - sizeof(struct dm_frame) + 1));
    assert_int_equal(f.to, 0);
    dm__frames_fini(&f);
}

static void test_through_a_socket(void **unused)
{
    (void)unused;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    struct dm_frames out = {0}, in = {0};
    add_all(&out);
    const size_t total = out.to;
    assert_true(dm__frames_flush(&out, pair[0]));
    assert_int_equal(out.to, 0);
    assert_true(dm__frames_flush(&out, pair[0])); /* nothing */
    shutdown(pair[0], SHUT_WR);
    ssize_t n;
    uint64_t next = 1;
    size_t got = 0;
    while ((n = dm__frames_read(&in, pair[1], 13)) > 0) {
        assert_in_range(n, 1, 13);
        got += (size_t)n;
        next = read_frames(&in, next);
    }
    assert_int_equal(n, 0);
    assert_int_equal(got, total);
    assert_int_equal(next, COUNT + 1);
    close(pair[1]);
    assert_int_equal(dm__frames_read(&in, pair[1], 13), -1);
    assert_int_equal(errno, EBADF);
    signal(SIGPIPE, SIG_IGN);
    add_all(&out);
    assert_false(dm__frames_flush(&out, pair[0])); /* the other end is gone */
    close(pair[0]);
    dm__frames_fini(&out);
    dm__frames_fini(&in);
}

/* ---- fates ------------------------------------------------------------------------------------ */

static void test_fate(void **unused)
{
    (void)unused;
    struct dm_frames f = {0};
    const struct dm_fate head = {
        .bytes = 7, .status = DM_EDOC, .step = 2, .count_len = 99, .step_len = 99, .attempts = 3};
    assert_true(dm__fate_add(&f, DM_FRAME_RETRY, 42, &head, DM_LIT("because")));
    assert_true(dm__fate_add(&f, DM_FRAME_FATE, 43, &head, (dm_str){NULL, 0}));
    struct dm_frame_view v;
    struct dm_fate_view fate;
    assert_int_equal(dm__frames_peek(&f, &v), 1);
    assert_int_equal(v.type, DM_FRAME_RETRY);
    assert_int_equal(v.number, 42);
    assert_true(dm__fate_read(v.payload, &fate));
    assert_int_equal(fate.head.bytes, 7);
    assert_int_equal(fate.head.status, DM_EDOC);
    assert_int_equal(fate.head.attempts, 3);
    assert_int_equal(fate.head.count_len, 0); /* it has none */
    assert_true(dm__str_eq(fate.why, DM_LIT("because")));
    f.from += v.size;
    assert_int_equal(dm__frames_peek(&f, &v), 1);
    assert_true(dm__fate_read(v.payload, &fate));
    assert_int_equal(fate.why.len, 0);
    dm__frames_fini(&f);
}

/* A payload that is cut anywhere, or says that it holds more than it does, is refused. */
static void test_malformed_fate(void **unused)
{
    (void)unused;
    struct {
        struct dm_fate head;
        struct dm_fate_count counts[2];
        uint64_t steps[3];
        char why[8];
    } whole = {.head = {.count_len = 2, .step_len = 3, .why_len = 8}, .why = "a reason"};
    whole.counts[1].made = 5;
    whole.steps[2] = 9;
    struct dm_fate_view fate;
    assert_true(dm__fate_read((dm_str){(const char *)&whole, sizeof whole}, &fate));
    uint64_t step;
    struct dm_fate_count count;
    memcpy(&step, fate.steps + 2 * sizeof step, sizeof step);
    memcpy(&count, fate.counts + sizeof count, sizeof count);
    assert_int_equal(step, 9);
    assert_int_equal(count.made, 5);
    assert_true(dm__str_eq(fate.why, DM_LIT("a reason")));
    for (size_t len = 0; len < sizeof whole; len++) {
        char *const exact = malloc(len + 1);
        memcpy(exact, &whole, len);
        assert_false(dm__fate_read((dm_str){exact, len}, &fate));
        free(exact);
    }
    uint32_t *const lengths[] = {&whole.head.count_len, &whole.head.step_len, &whole.head.why_len};
    static const uint32_t bad[] = {0, 1, 4, 1U << 31, UINT32_MAX};
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 5; k++) {
            const uint32_t was = *lengths[i];
            *lengths[i] = bad[k];
            assert_false(dm__fate_read((dm_str){(const char *)&whole, sizeof whole}, &fate));
            *lengths[i] = was;
        }
    }
}

static void test_clock(void **unused)
{
    (void)unused;
    const uint64_t a = dm__clock(), b = dm__clock();
    assert_true(a != 0 && b >= a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_at_every_byte),
        cmocka_unit_test(test_long_use),
        cmocka_unit_test(test_no_frame),
        cmocka_unit_test(test_through_a_socket),
        cmocka_unit_test(test_fate),
        cmocka_unit_test(test_malformed_fate),
        cmocka_unit_test(test_clock),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
