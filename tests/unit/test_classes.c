/* The classes of bytes, compared with what each byte says for itself, and the walk through their runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/text/classes.h"

#include <cmocka.h>

enum { LONGEST = 300, BLOCKS = LONGEST / DM_CLASSES_BYTES + 1 };

/* Every byte once and again, so that each stands at many places of a block. */
static void fill(char *text)
{
    for (size_t i = 0; i < LONGEST; i++)
        text[i] = (char)(i * 7 + i / 256);
}

static bool has(uint64_t bits, size_t at)
{
    return bits >> at % 64 & 1;
}

static void check_byte(const dm_classes *c, size_t i, unsigned char byte, bool within)
{
    assert_int_equal(has(c->small, i), within && byte >= 'a' && byte <= 'z');
    assert_int_equal(has(c->capital, i), within && byte >= 'A' && byte <= 'Z');
    assert_int_equal(has(c->digit, i), within && byte >= '0' && byte <= '9');
    assert_int_equal(has(c->wide, i), within && byte >= 0x80);
    assert_int_equal(has(c->space, i), within && byte == ' ');
    assert_int_equal(has(c->tab, i), within && byte == '\t');
    assert_int_equal(has(c->lf, i), within && byte == '\n');
    assert_int_equal(has(c->cr, i), within && byte == '\r');
}

static void check_length(void (*classify)(dm_str, dm_classes *), size_t len)
{
    char text[LONGEST];
    dm_classes all[BLOCKS];
    fill(text);
    classify((dm_str){text, len}, all);
    for (size_t i = 0; i < (len / DM_CLASSES_BYTES + 1) * DM_CLASSES_BYTES; i++)
        check_byte(&all[i / DM_CLASSES_BYTES], i, i < len ? (unsigned char)text[i] : 0, i < len);
}

static void test_classes(void **unused)
{
    (void)unused;
    for (size_t len = 0; len <= LONGEST; len++) {
        check_length(dm__classify, len);
        check_length(dm__classify_portable, len);
    }
}

/* The runs of letters of s[begin, end), one after another with a bar between them. */
static const char *runs_of(dm_str s, size_t begin, size_t end, char *out)
{
    dm_classes all[BLOCKS];
    dm__classify(s, all);
    const dm_array classes = {all, (uint32_t)(s.len / DM_CLASSES_BYTES + 1), sizeof *all};
    dm_runs runs = dm_runs_of(classes, begin, end, DM_SMALL | DM_CAPITAL);
    size_t n = 0;
    for (size_t from; (from = dm_next_edge(&runs)) < end; out[n++] = '|') {
        const size_t to = dm_next_edge(&runs);
        memcpy(out + n, s.ptr + from, to - from);
        n += to - from;
    }
    assert_int_equal(dm_next_edge(&runs), end); /* and stays there */
    out[n] = 0;
    return out;
}

static void test_runs(void **unused)
{
    (void)unused;
    char out[LONGEST + 1];
    const dm_str s = DM_LIT("The ferry, 3 ships");
    assert_string_equal(runs_of(s, 0, s.len, out), "The|ferry|ships|");
    assert_string_equal(runs_of(s, 1, 7, out), "he|fer|");
    assert_string_equal(runs_of(s, 9, 12, out), "");
    assert_string_equal(runs_of(s, 4, 4, out), "");
    assert_string_equal(runs_of(DM_LIT(""), 0, 0, out), "");
}

/* Runs that begin, end and go on where blocks of 64 bytes meet. */
static void test_runs_over_blocks(void **unused)
{
    (void)unused;
    char text[256], out[LONGEST + 1], expected[LONGEST + 1];
    for (size_t begin = 60; begin < 68; begin++)
        for (size_t end = begin + 1; end <= sizeof text; end++) {
            memset(text, '.', sizeof text);
            memset(text + begin, 'x', end - begin);
            memcpy(expected, text + begin, end - begin);
            memcpy(expected + (end - begin), "|", 2);
            assert_string_equal(runs_of((dm_str){text, sizeof text}, 0, sizeof text, out), expected);
            assert_string_equal(runs_of((dm_str){text, sizeof text}, begin, end, out), expected);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_runs_over_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
