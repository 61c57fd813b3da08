/* Options: each type with what it takes and refuses, ranges, defaults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/regex.h"
#include "core/text/str.h"
#include "fixture_report.h"
#include "fixture_stages.h"

#include <cmocka.h>

static struct dm_arena arena;
static struct dm_report report;
static const struct dm_stage_ref ref = {&fixture_files[0], &fixture_all_stage};

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

static bool make(const char *with, struct dm_instance *out)
{
    dm__report_init(&report, &arena);
    const struct dm_yaml *const node =
        with != NULL ? dm__yaml_read(&report, DM_LIT("a.yaml"), dm__str(with)) : NULL;
    assert_int_equal(report.errors, 0);
    return dm__instance_make(&arena, ref, node, DM_LIT("a.yaml"), &report, out);
}

static const struct fixture_all *state_of(const char *with)
{
    struct dm_instance instance;
    if (!make(with, &instance))
        fail_msg("%s: %s", with, fixture_report_text(&arena, &report));
    assert_int_equal(report.errors, 0);
    return instance.state;
}

static void assert_str(dm_str s, const char *want)
{
    assert_int_equal(s.len, strlen(want));
    assert_memory_equal(s.ptr, want, s.len);
}

static void assert_defaults(const struct fixture_all *s)
{
    assert_true(s->flag);
    assert_int_equal(s->count, 3);
    assert_int_equal(s->size, 65536);
    assert_int_equal(s->time, 30000);
    assert_true(s->ratio > 0.499 && s->ratio < 0.501);
    assert_str(s->text, "abc");
    assert_str(s->words, "");
    assert_str(s->log, "");
    assert_str(s->key, "hidden");
    assert_int_equal(s->choice, 1);
    assert_int_equal(s->list.count, 2);
    assert_str(*DM_AT(dm_str, s->list, 1), "b c");
    assert_int_equal(s->map.count, 1);
    assert_str(DM_AT(dm_pair, s->map, 0)->key, "one");
    assert_str(DM_AT(dm_pair, s->map, 0)->value, "eins");
    assert_null(s->pattern);
}

static void test_defaults(void **unused)
{
    (void)unused;
    assert_defaults(state_of(NULL));
    assert_defaults(state_of("{}"));
    assert_defaults(state_of("~"));
}

static void test_values(void **unused)
{
    (void)unused;
    const struct fixture_all *s =
        state_of("flag: no\ncount: 64\nsize: 2KB\ntime: 1h\nratio: 1\ntext: 12\n"
                 "key: abcdef\nchoice: none\nlist: [x, 1, true]\nmap: {b: 1, a: ''}\n"
                 "pattern: 'a+'\nlog: out/x.log\n");
    assert_false(s->flag);
    assert_int_equal(s->count, 64);
    assert_int_equal(s->size, 2000);
    assert_int_equal(s->time, 3600000);
    assert_true(s->ratio > 0.999);
    assert_str(s->text, "12");
    assert_str(s->key, "abcdef");
    assert_int_equal(s->choice, 2);
    assert_int_equal(s->list.count, 3);
    assert_str(*DM_AT(dm_str, s->list, 2), "true");
    assert_str(DM_AT(dm_pair, s->map, 0)->key, "b");
    assert_str(DM_AT(dm_pair, s->map, 1)->value, "");
    assert_int_equal(dm__regex_match(s->pattern, DM_LIT("baa"), 0, NULL, 0), 1);
    assert_str(s->log, "out/x.log");

    s = state_of("list: x\nmap: {}\ntext: ''\n");
    assert_int_equal(s->list.count, 1);
    assert_str(*DM_AT(dm_str, s->list, 0), "x");
    assert_int_equal(s->map.count, 0);
    assert_str(s->text, "");
}

static void test_refusals(void **unused)
{
    (void)unused;
    static const struct {
        const char *with, *problems;
    } cases[] = {
        {"[a]", "1:1 expected a mapping of options for cleaner 'quotes', found a list"},
        {"count", "1:1 expected a mapping of options for cleaner 'quotes', found 'count'"},
        {"coutn: 3", "1:1 unknown key 'coutn' in cleaner 'quotes'; did you mean 'count'?"},
        {"xyzzy: 3", "1:1 unknown key 'xyzzy' in cleaner 'quotes'"},
        {"rule: {}", "1:1 unknown key 'rule' in cleaner 'quotes'; did you mean 'rules'?"},
        {"flag: maybe", "1:7 expected true or false for 'flag', found 'maybe'"},
        {"flag: 'yes'", "1:7 expected true or false for 'flag', found 'yes'; remove the quotes"},
        {"flag:", "1:6 expected true or false for 'flag', found nothing"},
        {"count: many", "1:8 expected a whole number for 'count', found 'many'"},
        {"count: 0", "1:8 expected 1 to 64 for 'count', found '0'"},
        {"count: 65", "1:8 expected 1 to 64 for 'count', found '65'"},
        {"count: 1.5", "1:8 expected a whole number for 'count', found '1.5'"},
        {"count: '5'", "1:8 expected a whole number for 'count', found '5'; remove the quotes"},
        {"count: [5]", "1:8 expected a whole number for 'count', found a list"},
        {"count: {a: 5}", "1:8 expected a whole number for 'count', found a mapping"},
        {"size: 1 kb",
         "1:7 expected a size such as 64KiB, 2MB or 1GiB for 'size', found '1 kb'; did you mean '1KB'?"},
        {"size: 2GiB", "1:7 expected 1KiB to 1MiB for 'size', found '2GiB'"},
        {"size: 99999999999TB",
         "1:7 expected a size such as 64KiB, 2MB or 1GiB for 'size', found '99999999999TB'; it is too large"},
        {"time: 30",
         "1:7 expected a time such as 200ms, 30s, 5m or 1h for 'time', found '30'; the unit is missing: "
         "did you mean '30s'?"},
        {"time: 30 sec",
         "1:7 expected a time such as 200ms, 30s, 5m or 1h for 'time', found '30 sec'; did you mean "
         "'30s'?"},
        {"time: 2h", "1:7 expected 1ms to 1h for 'time', found '2h'"},
        {"ratio: 20%", "1:8 expected a number for 'ratio', found '20%'; did you mean '0.2'?"},
        {"ratio: 1.1", "1:8 expected 0 to 1 for 'ratio', found '1.1'"},
        {"text: 123456789", "1:7 expected 0 to 8 bytes for 'text', found 9"},
        {"text: ~", "1:7 expected a text for 'text', found nothing"},
        {"key: secret!", "1:6 expected 0 to 6 bytes for 'key', found 7"},
        {"key: [secret]", "1:6 expected a text for 'key', found a list"},
        {"choice: Curly",
         "1:9 expected one of straight, curly, none for 'choice', found 'Curly'; did you mean "
         "'curly'?"},
        {"choice: red", "1:9 expected one of straight, curly, none for 'choice', found 'red'"},
        {"choice: [curly]", "1:9 expected one of straight, curly, none for 'choice', found a list"},
        {"list: {a: b}", "1:7 expected a list for 'list', found a mapping"},
        {"list: [a, [b], ~]", "1:11 expected texts for 'list', found a list\n"
                              "1:16 expected texts for 'list', found nothing"},
        {"list: [a, b, c, d]", "1:7 expected 0 to 3 entries for 'list', found 4"},
        {"map: [a]", "1:6 expected a mapping for 'map', found a list"},
        {"map: {a: [b]}", "1:10 expected texts for 'map', found a list"},
        {"words: missing.txt", "1:8 'missing.txt' for 'words' cannot be read: no such file or directory"},
        {"words: \"a\\0b\"", "1:8 the path for 'words' holds a NUL character"},
        {"log: [a]", "1:6 expected a path for 'log', found a list"},
        {"log: \"a\\0b\"", "1:6 the path for 'log' holds a NUL character"},
        {"pattern: a(b",
         "1:13 the regular expression for 'pattern' does not compile: missing closing parenthesis"},
        {"pattern: \xC3\xA9(",
         "1:12 the regular expression for 'pattern' does not compile: missing closing parenthesis"},
        {"pattern: 'a(b'",
         "1:10 the regular expression for 'pattern' does not compile: missing closing parenthesis "
         "(at its byte 3)"},
        {"pattern: [a]", "1:10 expected a regular expression for 'pattern', found a list"},
        {"count: x\nflag: x", "1:8 expected a whole number for 'count', found 'x'\n"
                              "2:7 expected true or false for 'flag', found 'x'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_instance instance;
        assert_false(make(cases[i].with, &instance));
        dm__report_sort(&report, 0);
        assert_string_equal(fixture_report_text(&arena, &report), cases[i].problems);
    }
}

/* A secret is in no message. */
static void test_secrets(void **unused)
{
    (void)unused;
    struct dm_instance instance;
    static const char *const withs[] = {"key: hunter22", "key: ~", "key: {a: hunter22}"};
    for (size_t i = 0; i < 3; i++) {
        assert_false(make(withs[i], &instance));
        assert_null(strstr(fixture_report_text(&arena, &report), "hunter22"));
    }
}

static void test_paths(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/docmill-options-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const dm_str words = dm__arena_printf(&arena, "%s/words.txt", folder);
    FILE *const f = fopen(words.ptr, "w");
    assert_non_null(f);
    fclose(f);
    const dm_str file = dm__arena_printf(&arena, "%s/a.yaml", folder);
    dm__report_init(&report, &arena);
    const struct dm_yaml *const node = dm__yaml_read(&report, file, DM_LIT("words: words.txt"));
    struct dm_instance instance;
    assert_true(dm__instance_make(&arena, ref, node, file, &report, &instance));
    assert_str(((const struct fixture_all *)instance.state)->words, words.ptr);
    const dm_str absolute = dm__arena_printf(&arena, "words: %s", words.ptr);
    assert_str(state_of(absolute.ptr)->words, words.ptr);
    unlink(words.ptr);
    rmdir(folder);
}

static void test_empty_values(void **unused)
{
    (void)unused;
    assert_str(state_of("words: ''")->words, "");
    assert_null(state_of("pattern: ''")->pattern);
    static const dm_option options[] = {
        {.name = "path", .type = DM_PATH_OUT, .help = "The file that is written."},
        {.name = "pattern", .type = DM_REGEX, .offset = sizeof(dm_str), .def = "a", .help = "A pattern."},
    };
    static const dm_stage stage = {.size = sizeof stage,
                                   .kind = DM_OUTPUT,
                                   .state_size = sizeof(dm_str) + sizeof(void *),
                                   .name = "x",
                                   .options = DM_ARRAY(options)};
    struct dm_instance instance;
    dm__report_init(&report, &arena);
    const struct dm_yaml *const node =
        dm__yaml_read(&report, DM_LIT("a.yaml"), DM_LIT("path: ''\npattern: ''"));
    assert_false(dm__instance_make(&arena, (struct dm_stage_ref){&fixture_files[0], &stage}, node,
                                   DM_LIT("a.yaml"), &report, &instance));
    assert_string_equal(fixture_report_text(&arena, &report),
                        "1:7 the path for 'path' is empty\n"
                        "2:10 the regular expression for 'pattern' is empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_secrets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty_values, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
