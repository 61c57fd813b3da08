/* What extract-html reads metadata with: dates, names of authors, titles that are the same, JSON of any sort. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/extract-html/metadata/dates.h"
#include "plugins/extract-html/metadata/json.h"
#include "plugins/extract-html/metadata/metadata.h"
#include "plugins/extract-html/metadata/openers.h"
#include "plugins/extract-html/metadata/phrases.h"

#include <cmocka.h>

/* ---- a host that has memory ---------------------------------------------------------------------- */

enum { POOL = 1 << 27 };

static char *pool;
static size_t used;

static void *allocate(dm_task *t, size_t size, size_t align)
{
    (void)t, (void)align;
    used = (used + 63) & ~(size_t)63;
    assert_in_range(size, 0, POOL - used);
    void *const p = pool + used;
    used += size;
    return memset(p, 0, size);
}

static const dm_host host = {.size = sizeof host, .alloc = allocate};
static dm_task task = {sizeof task, &host};

static int open_pool(void **state)
{
    (void)state;
    pool = malloc(POOL);
    return pool == NULL;
}

static int close_pool(void **state)
{
    (void)state;
    free(pool);
    return 0;
}

static dm_str str(const char *s)
{
    return (dm_str){s, strlen(s)};
}

/* ---- dates ------------------------------------------------------------------------------------------ */

static void assert_date(const char *text, bool month_first, const char *expected)
{
    char out[HTML_DATE_SIZE] = "";
    if (!html_date_find(str(text), month_first, out))
        out[0] = 0;
    assert_string_equal(out, expected);
}

static void test_dates(void **state)
{
    (void)state;
    assert_date("2021-04-03", false, "2021-04-03");
    assert_date("2021-04-03T10:00:00+0200", false, "2021-04-03T10:00:00+02:00");
    assert_date("2021-04-03T10:00:00.123Z", false, "2021-04-03T10:00:00Z");
    assert_date("20210403", false, "2021-04-03");
    assert_date("Published 3/4/2021", true, "2021-03-04");
    assert_date("Published 3/4/2021", false, "2021-04-03");
    assert_date("on 13/4/2021", true, "2021-04-13");
    assert_date("Samstag, 3. März 2021, 14 Uhr", false, "2021-03-03");
    assert_date("April 3rd, 2021", false, "2021-04-03");
    assert_date("3 de abril de 2021", false, "2021-04-03");
    assert_date("le 2 août 2021", false, "2021-08-02");
    assert_date("3 апреля 2021 г.", false, "2021-04-03");
    assert_date("2021年4月3日", false, "2021-04-03");
    assert_date("", false, "");
    assert_date("2021-25-10", false, "");
    assert_date("call 555-1234-56", false, "");
    assert_date("in 1850 or 2021", false, "");
}

/* ---- authors ---------------------------------------------------------------------------------------- */

static void assert_author(const char *text, const char *expected)
{
    static struct meta m;
    used = 0;
    m.task = &task;
    const dm_str name = meta_clean_author(&m, str(text));
    assert_int_equal(name.len, strlen(expected));
    assert_memory_equal(name.ptr, expected, name.len);
}

static void test_authors(void **state)
{
    (void)state;
    assert_author("Ann Oduya", "Ann Oduya");
    assert_author("  By\n Ann Oduya ", "Ann Oduya");
    assert_author("Von Jutta Almerich", "Jutta Almerich");
    assert_author("Posted byAnn Oduya", "Ann Oduya");
    assert_author("Autor: Jutta Almerich", "Jutta Almerich");
    assert_author("Zeige alle Beiträge von Jutta Almerich", "Jutta Almerich");
    assert_author("Ann Oduya | Staff Writer", "Ann Oduya");
    assert_author("Ann Oduya (Skerrin)", "Ann Oduya");
    assert_author("Ann Oduya, Senior Reporter", "Ann Oduya");
    assert_author("Staff writers | Ann Oduya", "Ann Oduya");
    assert_author("Redakteurin | Jutta Almerich", "Jutta Almerich");
    assert_author("3 April 2024 by Ann Oduya", "Ann Oduya");
    assert_author("Ann Oduya, dpa", "Ann Oduya");
    assert_author("Ann Oduya, Skerrin", "Ann Oduya, Skerrin"); /* two people, or a town: nobody can tell */
    assert_author("Ann Stafford | The Skerrin Courier", "Ann Stafford"); /* no role within a name */
    assert_author("Ann Authorley (Skerrin)", "Ann Authorley");
    assert_author("Dino Sotto", "Dino Sotto"); /* begins with a day of the week */
    assert_author("Do", "");
    assert_author("Von Trapp", "Von Trapp"); /* a particle of the name */
    assert_author("Di Stefano", "Di Stefano");
    assert_author("von Olga", "Olga");
    assert_author("Gespeichert von rasos", "rasos");
    assert_author("Ann Oduya Ann Oduya", "Ann Oduya");
    assert_author("\"Ann Oduya\"", "Ann Oduya");
    assert_author("Jutta Almerich am", "Jutta Almerich");
    assert_author("Bywater Vance", "Bywater Vance"); /* begins with no word of its own */
    assert_author("https://example.org/ann", "");
    assert_author("ann@example.org", "");
    assert_author("admin", "");
    assert_author("", "");
}

static void test_kinds_of_names(void **state)
{
    (void)state;
    assert_true(meta_is_account(str("ann.oduya")));
    assert_false(meta_is_account(str("Ann Oduya")));
    assert_true(meta_is_organisation(str("Ruderverein Quendelrode e.V.")));
    assert_true(meta_is_organisation(str("Quendelroder Verbandszeitung")));
    assert_true(meta_is_organisation(str("Sparkassenstiftung Quendelrode")));
    assert_true(meta_is_organisation(str("Skerrin Boats, Inc.")));
    assert_true(meta_is_organisation(str("harbour-news.com")));
    assert_true(meta_is_organisation(str("Harbour Team")));
    assert_false(meta_is_organisation(str("Ann Oduya")));
    assert_false(meta_is_organisation(str("Rose Incledon")));
    assert_false(meta_is_organisation(str("ANN AGATHA VEIT")));
    assert_false(meta_is_organisation(str("Jan Teamer")));
    assert_false(meta_is_organisation(str("J. Derek Deskins")));
    assert_true(phrase_same(str("ann.oduya"), str("Ann Oduya")));
    assert_false(phrase_same(str("Ann Oduya"), str("Ann Odaya")));
}

/* ---- bylines ---------------------------------------------------------------------------------------- */

static void assert_opener(const char *text, enum opener_kind kind, size_t len)
{
    const struct opener o = opener_of(str(text));
    assert_int_equal(o.kind, kind);
    if (kind != OPENER_NONE)
        assert_int_equal(o.len, len);
}

static void test_openers(void **state)
{
    (void)state;
    assert_opener("By Ann Oduya", OPENER_WORD, 2);
    assert_opener("von: Olga", OPENER_PARTICLE, 4);
    assert_opener("Ein Beitrag von Olga", OPENER_PHRASE, 15);
    assert_opener("Author(s): Ann Oduya", OPENER_LABEL, 10);
    assert_opener("Redaktion: Olga Veit", OPENER_COLON, 10);
    assert_opener("Redaktion Hafenpost", OPENER_NONE, 0); /* it is the newsroom */
    assert_opener("view all posts by Ann", OPENER_CREDIT, 17);
    assert_opener("Ann Oduya", OPENER_NONE, 0);
    assert_opener("", OPENER_NONE, 0);
    assert_false(opener_of(str("Bywater Vance")).alone);
    const struct opener label = opener_of(str("Autor Olga Veit")),
                        labelled = opener_of(str("Autor: Olga Veit"));
    assert_false(opener_is_sure(&label));
    assert_true(opener_is_sure(&labelled));
}

/* ---- JSON ------------------------------------------------------------------------------------------- */

static void assert_member(const char *text, const char *key, const char *expected)
{
    struct json j;
    used = 0;
    assert_int_equal(meta_json_read(&task, str(text), &j), DM_OK);
    const uint32_t at = meta_json_member(&j, 1, key);
    assert_true(at > 0 && at < j.count);
    assert_int_equal(j.values[at].text.len, strlen(expected));
    assert_memory_equal(j.values[at].text.ptr, expected, strlen(expected));
}

static void test_json(void **state)
{
    (void)state;
    assert_member("{\"a\":\"b\"}", "a", "b");
    assert_member("{\"a\":\"b\\u00e9\\n\"}", "a", "b\xC3\xA9\n");
    assert_member("{\"a\":\"one\ntwo\"}", "a", "one\ntwo");
    assert_member("{\"x\":1,,\"a\":\"b\",}", "a", "b");
    assert_member("// note\n{\"x\":[1,2,],/* note */\"a\":\"b\"}", "a", "b");
    assert_member("{\"x\":{\"a\":\"no\"},\"a\":\"b\"", "a", "b");
    assert_member("{\"x\":1}{\"a\":\"b\"}", "x", "1");
}

/* What is cut off anywhere is read, and its values lie within each other. */
static void test_cut_json(void **state)
{
    (void)state;
    static const char text[] =
        "[{\"@graph\":[{\"a\":\"b\\u00e9\",\"c\":[1,{\"d\":null}]},/* x */ \"\\ud83d\"]},]";
    for (size_t len = 0; len < sizeof text; len++) {
        struct json j;
        used = 0;
        assert_int_equal(meta_json_read(&task, (dm_str){text, len}, &j), DM_OK);
        for (uint32_t i = 0; i < j.count; i++)
            assert_true(j.values[i].end > i && j.values[i].end <= j.count);
    }
}

static void test_deep_json(void **state)
{
    (void)state;
    enum { DEEP = 200000 };
    char *const text = malloc(DEEP);
    struct json j;
    assert_non_null(text);
    used = 0;
    memset(text, '[', DEEP);
    assert_int_equal(meta_json_read(&task, (dm_str){text, DEEP}, &j), DM_OK);
    assert_in_range(j.count, 1, JSON_DEPTH_MAX + 2);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),          cmocka_unit_test(test_authors),
        cmocka_unit_test(test_kinds_of_names), cmocka_unit_test(test_openers),
        cmocka_unit_test(test_json),           cmocka_unit_test(test_cut_json),
        cmocka_unit_test(test_deep_json),
    };
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
