/* Fingerprints: what a document's way through the pipeline depends on changes them, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pipeline/fingerprint.h"
#include "fixture_pipeline.h"

#include <cmocka.h>

/* A pipeline whose stages all have something to say. */
#define BASE                                                                                                 \
    HEAD "stages:\n"                                                                                         \
         "  - extract: text\n"                                                                               \
         "  - clean: quotes\n"                                                                               \
         "    with: { count: 5, words: words.txt, rules: { wrong-side: fix } }\n"                            \
         "    when: { language: [en, fr] }\n"                                                                \
         "  - clean: unicode\n"                                                                              \
         "  - output: jsonl\n"                                                                               \
         "    with: { path: out/a.jsonl }\n"

static const char *fingerprint_with(const char *text, const struct dm_pipeline_args *args)
{
    char hex[DM_HASH_DIGITS + 1];
    const struct dm_pipeline *const p = read_with(text, args);
    if (p == NULL) {
        fail_msg("%s\n%s", text, fixture_report_text(&arena, &report));
        return NULL;
    }
    assert_true(dm__fingerprint(p, hex));
    assert_int_equal(strspn(hex, "0123456789abcdef"), DM_HASH_DIGITS);
    return dm__arena_str(&arena, dm__str(hex)).ptr;
}

static const char *fingerprint(const char *text)
{
    return fingerprint_with(text, NULL);
}

static void test_unchanged(void **unused)
{
    (void)unused;
    static const char *const cases[] = {
        BASE,
        "# A comment.\n" BASE "# And one at the end.\n",
        "stages: # other ways to write it\n"
        "- {extract: \"text\"}\n"
        "- when: {language: ['en', fr]}\n"
        "  with: {rules: {wrong-side: fix}, words: words.txt, count: 5}\n"
        "  clean: quotes\n"
        "- {clean: unicode}\n"
        "- {with: {path: out/a.jsonl}, output: jsonl}\n"
        "docmill: 1\n",
        HEAD
        "stages:\n" /* defaults written out */
        "  - extract: text\n"
        "    with: { encoding: auto }\n"
        "  - clean: quotes\n"
        "    with: { count: 5, words: words.txt, flag: true, size: 65536, time: 30000ms, ratio: 0.50, text: "
        "abc, list: [a, b c], map: { one: eins }, choice: curly, key: hidden, log: '', pattern: '', "
        "rules: { straight-quote: fix, wrong-side: fix } }\n"
        "    when: { language: [en, fr] }\n"
        "  - clean: unicode\n"
        "  - output: jsonl\n"
        "    with: { path: out/a.jsonl, edits: summary }\n",
        HEAD
        "vars: { n: 5, unused: x }\n" /* the same by another name */
        "stages: [{extract: text}, {clean: quotes, with: {count: \"${n}\", words: words.txt, rules: "
        "{wrong-side: fix}}, when: {language: [en, fr]}}, {clean: unicode}, {output: jsonl, with: {path: "
        "out/a.jsonl}}]\n",
        BASE "input: { paths: [in], max-size: 1MiB, include: ['*.txt'] }\n",
        BASE "input: { paths: [in/deep] }\n",
        BASE "run: { workers: 3, timeout: 5s, memory: 100MiB, attempts: 1, state: elsewhere }\n",
    };
    const char *const expected = fingerprint(BASE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const is = fingerprint(cases[i]);
        if (strcmp(is, expected) != 0)
            fail_msg("%s is not %s:\n%s", is, expected, cases[i]);
    }
}

#define QUOTES(with, when) HEAD "stages: [{extract: text}, {clean: quotes" with when "}]\n"
#define WITH(options)      ", with: {" options "}"
#define WHEN(conditions)   ", when: {" conditions "}"

/* Each differs from all the others. */
static void test_changed(void **unused)
{
    (void)unused;
    static const char *const cases[] = {
        HEAD "stages: [{extract: text}]\n",
        HEAD "stages: [{extract: auto}]\n",
        HEAD "stages: [{extract: text, with: {encoding: latin1}}]\n",
        HEAD "stages: [{extract: text}, {clean: unicode}]\n",
        HEAD "stages: [{extract: text}, {clean: unicode}, {clean: unicode}]\n",
        HEAD "stages: [{extract: text}, {clean: unicode}, {clean: quotes}]\n",
        HEAD "stages: [{extract: text}, {clean: quotes}, {clean: unicode}]\n",
        HEAD "stages: [{extract: text}, {output: jsonl, with: {path: out/a.jsonl}}]\n",
        HEAD "stages: [{extract: text}, {output: jsonl, with: {path: out/b.jsonl}}]\n",
        HEAD "stages: [{extract: text}, {output: jsonl, with: {path: out/a.jsonl, edits: full}}]\n",
        QUOTES("", ""),
        QUOTES(WITH("flag: false"), ""),
        QUOTES(WITH("count: 4"), ""),
        QUOTES(WITH("size: 4KiB"), ""),
        QUOTES(WITH("time: 4s"), ""),
        QUOTES(WITH("ratio: 0.25"), ""),
        QUOTES(WITH("text: ''"), ""),
        QUOTES(WITH("text: abd"), ""),
        QUOTES(WITH("words: words.txt"), ""),
        QUOTES(WITH("words: in/a.txt"), ""), /* the same content elsewhere */
        QUOTES(WITH("log: x.log"), ""),
        QUOTES(WITH("key: other"), ""),
        QUOTES(WITH("choice: none"), ""),
        QUOTES(WITH("list: []"), ""),
        QUOTES(WITH("list: [a]"), ""),
        QUOTES(WITH("list: [ab, c]"), ""),
        QUOTES(WITH("list: [a, bc]"), ""),
        QUOTES(WITH("map: {}"), ""),
        QUOTES(WITH("map: {a: bc}"), ""),
        QUOTES(WITH("map: {ab: c}"), ""),
        QUOTES(WITH("pattern: a"), ""),
        QUOTES(WITH("pattern: '(?i)a'"), ""),
        QUOTES(WITH("rules: {wrong-side: off}"), ""),
        QUOTES(WITH("rules: {wrong-side: fix}"), ""),
        QUOTES(WITH("rules: {straight-quote: off}"), ""),
        QUOTES("", WHEN("language: en")),
        QUOTES("", WHEN("language: fr")),
        QUOTES("", WHEN("language: [en, fr]")),
        QUOTES("", WHEN("mime: text/plain")),
        QUOTES("", WHEN("metadata: {author: en}")),
        QUOTES("", WHEN("metadata: {author: {matches: en}}")),
        QUOTES("", WHEN("metadata: {author: {present: true}}")),
        QUOTES("", WHEN("metadata: {author: {present: false}}")),
    };
    enum { COUNT = sizeof cases / sizeof cases[0] };
    const char *found[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        found[i] = fingerprint(cases[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(found[i], found[k]) == 0)
                fail_msg("both are %s:\n%s%s", found[i], cases[k], cases[i]);
    }
}

/* What a variable stands for counts, however it was given. */
static void test_variables(void **unused)
{
    (void)unused;
    static const char text[] =
        HEAD "vars: { n: 3 }\nstages: [{extract: text}, {clean: quotes, with: {count: \"${n}\"}}]\n";
    const struct dm_override same = {DM_LIT("n"), DM_LIT("3")}, other = {DM_LIT("n"), DM_LIT("4")};
    const struct dm_pipeline_args with_same = {.sets = &same, .set_count = 1},
                                  with_other = {.sets = &other, .set_count = 1};
    const char *const expected = fingerprint(text);
    assert_string_equal(fingerprint_with(text, &with_same), expected);
    assert_string_not_equal(fingerprint_with(text, &with_other), expected);
}

/* Inputs that the command line names are inputs. */
static void test_other_inputs(void **unused)
{
    (void)unused;
    const dm_str path = DM_LIT("in/a.txt");
    const struct dm_pipeline_args args = {.paths = &path, .path_count = 1};
    assert_string_equal(fingerprint_with(BASE, &args), fingerprint(BASE));
}

static void write_words(const char *text)
{
    FILE *const f = fopen("words.txt", "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void test_data_file(void **unused)
{
    (void)unused;
    const char *const empty = fingerprint(BASE);
    write_words("one\n");
    const char *const one = fingerprint(BASE);
    write_words("two\n");
    assert_string_not_equal(one, empty);
    assert_string_not_equal(fingerprint(BASE), one);
    write_words("one\n"); /* written again, it is the same */
    assert_string_equal(fingerprint(BASE), one);
}

static void test_plugin(void **unused)
{
    (void)unused;
    const dm_str before = fixture_files[0].hash;
    fixture_files[0].hash = DM_LIT("0123456789abcdef0123456789abcdef");
    const char *const one = fingerprint(BASE);
    fixture_files[0].hash = DM_LIT("0123456789abcdef0123456789abcdee");
    const char *const two = fingerprint(BASE);
    fixture_files[1].hash = DM_LIT("0123456789abcdef0123456789abcdef"); /* no stage of it is used */
    const char *const other = fingerprint(BASE);
    fixture_files[0].hash = fixture_files[1].hash = before;
    assert_string_not_equal(two, one);
    assert_string_equal(other, two);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_unchanged),    IN_FOLDER(test_changed),   IN_FOLDER(test_variables),
        IN_FOLDER(test_other_inputs), IN_FOLDER(test_data_file), IN_FOLDER(test_plugin),
    };
    return cmocka_run_group_tests_name("fingerprint", tests, NULL, NULL);
}
