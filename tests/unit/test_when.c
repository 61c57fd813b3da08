/* Conditions: what becomes of `when:`, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pipeline/regex.h"
#include "core/pipeline/when.h"
#include "fixture_pipeline.h"

#include <cmocka.h>

static bool read_when(const char *text, struct dm_condition **out, size_t *count)
{
    dm__report_init(&report, &arena);
    const struct dm_yaml *const node = dm__yaml_read(&report, DM_LIT("a.yaml"), dm__str(text));
    const struct dm_reader r = {
        .arena = &arena, .report = &report, .file = DM_LIT("a.yaml"), .what = "a stage"};
    return node != NULL && dm__conditions_read(&r, node, out, count);
}

static void test_conditions(void **unused)
{
    (void)unused;
    struct dm_condition *c = NULL;
    size_t count = 0;
    read_when("mime: 'text/*'\nlanguage: [en, no]\nmetadata:\n  draft: true\n"
              "  author: [Ann, Bob]\n  date: { matches: '^20', present: yes }\n  url: { present: no }\n",
              &c, &count);
    assert_string_equal(fixture_report_text(&arena, &report), "");
    if (c == NULL) {
        fail();
        return;
    }
    assert_int_equal(count, 6);
    assert_string_equal(c[0].key, "language");
    assert_int_equal(c[0].count, 2);
    assert_string_equal(c[0].values[1].ptr, "no");
    assert_int_equal(c[0].present, -1);
    assert_null(c[0].matches);
    assert_string_equal(c[1].key, "mime");
    assert_string_equal(c[1].values[0].ptr, "text/*");
    assert_string_equal(c[2].key, "draft");
    assert_string_equal(c[2].values[0].ptr, "true");
    assert_int_equal(c[3].count, 2);
    assert_string_equal(c[4].key, "date");
    assert_int_equal(c[4].count, 0);
    assert_int_equal(c[4].present, 1);
    assert_int_equal(dm__regex_match(c[4].matches, DM_LIT("2024"), 0, NULL, 0), 1);
    assert_int_equal(c[5].present, 0);
}

static void test_none(void **unused)
{
    (void)unused;
    struct dm_condition *c;
    size_t count = 9;
    assert_true(read_when("~", &c, &count));
    assert_int_equal(count, 0);
    assert_true(read_when("{}", &c, &count));
    assert_int_equal(count, 0);
    assert_true(read_when("metadata: {}", &c, &count));
    assert_int_equal(count, 0);
}

static void test_refusals(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"en", "1:1 expected a mapping for 'when', found 'en'; write 'when: { language: en }'"},
        {"languages: en", "1:1 unknown key 'languages' in 'when'; did you mean 'language'?"},
        {"lang: en\nmime: '['",
         "1:1 unknown key 'lang' in 'when'\n2:7 '[' for 'mime' is no pattern: '[' without ']'"},
        {"language: {a: b}", "1:11 expected a list for 'language', found a mapping"},
        {"language: []", "1:11 the list for 'language' is empty: no document could fulfil it"},
        {"language: [en, [de]]", "1:16 expected texts for 'language', found a list"},
        {"mime: [text/html, 'text/{a']", "1:19 'text/{a' for 'mime' is no pattern: '{' without '}'"},
        {"metadata: x", "1:11 expected a mapping for 'metadata', found 'x'"},
        {"metadata: {a: {}}", "1:15 expected 'matches' or 'present' for 'a', found neither"},
        {"metadata: {a: {match: x}}",
         "1:16 unknown key 'match' in a condition on metadata; did you mean 'matches'?"},
        {"metadata: {a: {matches: a(b}}",
         "1:28 the regular expression for 'a' does not compile: missing closing "
         "parenthesis"},
        {"metadata: {a: {present: maybe}}", "1:25 expected true or false for 'present', found 'maybe'"},
        {"metadata: {a: ~}", "1:15 expected a list for 'a', found nothing"},
        {"metadata: {'': x}", "1:12 this is no key that metadata can have"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_condition *c;
        size_t count;
        assert_false(read_when(cases[i][0], &c, &count));
        dm__report_sort(&report, 0);
        assert_string_equal(fixture_report_text(&arena, &report), cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_conditions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
