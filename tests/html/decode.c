/* Whole pages from bytes to UTF-8: nothing is lost, what is broken is counted, and it takes no longer for being so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/utf8.h"
#include "plugins/extract-html/encoding/encoding.h"
#include "tests/harness/task.h"

#include <cmocka.h>

static struct html_decoded decode(const char *bytes, size_t len, const char *declared)
{
    struct html_decoded page;
    const dm_str label = {declared, strlen(declared)};
    assert_int_equal(html_decode(&task_alone, (dm_str){bytes, len}, label, &page), DM_OK);
    assert_int_equal(dm__utf8_check(page.text), page.text.len);
    return page;
}

static void assert_decoded(const char *bytes, const char *declared, const char *text, size_t replaced)
{
    const struct html_decoded page = decode(bytes, strlen(bytes), declared);
    assert_int_equal(page.text.len, strlen(text));
    assert_memory_equal(page.text.ptr, text, page.text.len);
    assert_int_equal(page.replaced, replaced);
}

static void test_declared(void **unused)
{
    (void)unused;
    assert_decoded("gr\xFC\xDF", "latin1", "gr\xC3\xBC\xC3\x9F", 0);
    assert_decoded("<meta charset=iso-8859-2>\xB1", "", "<meta charset=iso-8859-2>\xC4\x85", 0);
    assert_decoded("<meta charset=latin1>gr\xC3\xBC\xC3\x9F", "", "<meta charset=latin1>gr\xC3\xBC\xC3\x9F",
                   0);
}

/* iconv holds back a character that the next one may join. */
static void test_last_character(void **unused)
{
    (void)unused;
    assert_decoded("\xC4o", "windows-1258", "\xC3\x84o", 0);
    assert_decoded("\xE0\xE9", "windows-1255", "\xD7\x90\xD7\x99", 0);
    assert_decoded("\x88\x66", "big5", "\xC3\x8A", 0);
}

static void test_broken(void **unused)
{
    (void)unused;
    assert_decoded("\xEF\xBB\xBF"
                   "a\x80"
                   "b\xE2\x82"
                   "c\xC3\xA4\xF0\x9F\x98",
                   "",
                   "a\xEF\xBF\xBD"
                   "b\xEF\xBF\xBD"
                   "c\xC3\xA4\xEF\xBF\xBD",
                   3);
    assert_decoded("\xEF\xBB\xBF\xED\xA0\x80\xC0\xAF", "",
                   "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 5);
    assert_decoded("a\xFE\xFE", "euc-jp", "a\xEF\xBF\xBD\xEF\xBF\xBD", 2);
}

/* Four megabytes that are broken throughout: a look at the rest after each error would take minutes. */
static void test_broken_throughout(void **unused)
{
    (void)unused;
    enum { SIZE = 4 << 20 };
    char *const page = malloc(SIZE);
    memset(page, 0x80, SIZE);
    memcpy(page, "\xEF\xBB\xBF", 3);
    assert_int_equal(decode(page, SIZE, "").replaced, SIZE - 3);
    dm__arena_reset(&task_arena);
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_declared), cmocka_unit_test(test_last_character),
                                       cmocka_unit_test(test_broken),
                                       cmocka_unit_test(test_broken_throughout)};
    dm__arena_init(&task_arena, 0);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dm__arena_fini(&task_arena);
    return failed;
}
