/* `when:` asked of documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/chain/condition.h"
#include "core/pipeline/regex.h"
#include "core/text/str.h"

#include <cmocka.h>

static struct dm_arena arena;
static struct dm_doc doc;

static int set_up(void **unused)
{
    (void)unused;
    const dm_identity who = {.size = sizeof who};
    dm__arena_init(&arena, 0);
    dm__doc_begin(&doc, &arena, &who, DM_LIT(""));
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    dm__arena_fini(&arena);
    return 0;
}

/* Whether a condition holds for a document whose `key` has that value; NULL: it has none. */
static bool holds(struct dm_condition c, const char *value)
{
    const struct dm_step step = {.when = &c, .when_count = 1};
    assert_int_equal(dm__doc_set_meta(&doc, c.key, dm__str(value)), DM_OK);
    return dm__condition_holds(&step, &doc);
}

static bool is_any_of(const char *key, const char *first, const char *second, const char *value)
{
    dm_str values[] = {dm__str(first), dm__str(second)};
    return holds(
        (struct dm_condition){.key = key, .values = values, .count = second != NULL ? 2 : 1, .present = -1},
        value);
}

static void test_languages(void **unused)
{
    (void)unused;
    static const struct {
        const char *range, *tag;
        bool holds;
    } cases[] = {
        {"en", "en", true},         {"en", "en-GB", true},     {"en", "en-Latn-GB", true},
        {"en", "EN-gb", true},      {"EN", "en", true},        {"en-GB", "en-GB", true},
        {"en-GB", "en", false},     {"en-GB", "en-US", false}, {"en", "eng", false},
        {"en", "e", false},         {"en", "", false},         {"en", "fr", false},
        {"en-GB", "en-GBx", false}, {"en", "en_GB", false},    {"zh-hant", "zh-Hant-TW", true},
        {"en", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(is_any_of("language", cases[i].range, NULL, cases[i].tag), cases[i].holds);
    assert_true(is_any_of("language", "fr", "de", "de-AT"));
    assert_true(is_any_of("language", "de", "fr", "de-AT"));
    assert_false(is_any_of("language", "fr", "de", "nl"));
}

static void test_mime_types(void **unused)
{
    (void)unused;
    assert_true(is_any_of("mime", "text/plain", NULL, "text/plain"));
    assert_true(is_any_of("mime", "text/*", NULL, "text/html"));
    assert_false(is_any_of("mime", "text/*", NULL, "application/pdf"));
    assert_false(is_any_of("mime", "*", NULL, "text/html")); /* a star stops at the slash */
    assert_true(is_any_of("mime", "image/*", "*/*", "text/html"));
    assert_true(is_any_of("mime", "application/{pdf,zip}", NULL, "application/zip"));
    assert_false(is_any_of("mime", "text/*", NULL, NULL));
}

/* Other keys are compared as they stand: no globs, no ranges, no folding. */
static void test_other_keys(void **unused)
{
    (void)unused;
    assert_true(is_any_of("author", "Ada", "Bo", "Bo"));
    assert_false(is_any_of("author", "Ada", "Bo", "bo"));
    assert_false(is_any_of("author", "A*", "Ad?", "Ada"));
    assert_false(is_any_of("author", "Ada", NULL, "Ada-Maria"));
    assert_true(is_any_of("author", "", NULL, ""));
    assert_false(is_any_of("author", "", NULL, NULL));
}

static void test_presence(void **unused)
{
    (void)unused;
    const struct dm_condition there = {.key = "date", .present = 1}, absent = {.key = "date", .present = 0},
                              no_matter = {.key = "date", .present = -1};
    assert_true(holds(there, "2024"));
    assert_true(holds(there, "")); /* empty is there */
    assert_false(holds(there, NULL));
    assert_false(holds(absent, "2024"));
    assert_false(holds(absent, ""));
    assert_true(holds(absent, NULL));
    assert_true(holds(no_matter, "2024"));
    assert_true(holds(no_matter, NULL));
}

static void test_expressions(void **unused)
{
    (void)unused;
    dm_str error;
    size_t offset;
    const dm_regex *const re = dm__regex_compile(&arena, DM_LIT("^20[0-9]{2}-"), &error, &offset);
    assert_non_null(re);
    const struct dm_condition c = {.key = "date", .matches = re, .present = -1};
    assert_true(holds(c, "2024-05-01"));
    assert_false(holds(c, "1999-05-01"));
    assert_false(holds(c, ""));
    assert_false(holds(c, NULL));
    dm_str values[] = {DM_LIT("2024-05-01"), DM_LIT("1999-05-01")};
    const struct dm_condition both = {
        .key = "date", .values = values, .count = 2, .matches = re, .present = 1};
    assert_true(holds(both, "2024-05-01"));
    assert_false(holds(both, "1999-05-01")); /* among the values, but it does not match */
    assert_false(holds(both, "2024-05-02")); /* the other way round */
}

static void test_all_must_hold(void **unused)
{
    (void)unused;
    dm_str english[] = {DM_LIT("en")}, plain[] = {DM_LIT("text/*")};
    struct dm_condition when[] = {{.key = "language", .values = english, .count = 1, .present = -1},
                                  {.key = "mime", .values = plain, .count = 1, .present = -1}};
    const struct dm_step step = {.when = when, .when_count = 2}, none = {.when = NULL};
    dm__doc_set_meta(&doc, "language", DM_LIT("en-GB"));
    dm__doc_set_meta(&doc, "mime", DM_LIT("text/html"));
    assert_true(dm__condition_holds(&step, &doc));
    dm__doc_set_meta(&doc, "mime", DM_LIT("image/png"));
    assert_false(dm__condition_holds(&step, &doc));
    dm__doc_set_meta(&doc, "mime", DM_LIT("text/html"));
    dm__doc_set_meta(&doc, "language", DM_LIT("fr"));
    assert_false(dm__condition_holds(&step, &doc));
    assert_true(dm__condition_holds(&none, &doc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages),   cmocka_unit_test(test_mime_types),
        cmocka_unit_test(test_other_keys),  cmocka_unit_test(test_presence),
        cmocka_unit_test(test_expressions), cmocka_unit_test(test_all_must_hold),
    };
    return cmocka_run_group_tests_name("condition", tests, set_up, tear_down);
}
