/* Pipelines as a whole: what a good file comes to, what `docmill check` prints for bad ones (the files of
 * tests/cases/check/), reading files, and no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>

#include "core/cli/log.h"
#include "fixture_pipeline.h"

#include <cmocka.h>

static void test_good(void **unused)
{
    (void)unused;
    static const char text[] = "docmill: 1\n"
                               "vars: { out: out }\n"
                               "input:\n"
                               "  paths: [in]\n"
                               "stages:\n"
                               "  - extract: auto\n"
                               "  - clean: quotes\n"
                               "    with: { words: words.txt, pattern: '^a', rules: { wrong-side: fix } }\n"
                               "    when: { language: [en, fr] }\n"
                               "  - output: jsonl\n"
                               "    with: { path: \"${out}/news.jsonl\" }\n"
                               "  - output: markdown\n"
                               "    with:\n"
                               "      directory: ${out}/markdown\n"
                               "run:\n  state: ${out}-state\n";
    const struct dm_override set = {DM_LIT("out"), DM_LIT("there")};
    const struct dm_pipeline_args args = {.sets = &set, .set_count = 1};
    const struct dm_pipeline *const p = read_with(text, &args);
    if (p == NULL) {
        fail_msg("%s", fixture_report_text(&arena, &report));
        return;
    }
    assert_string_equal(p->file.ptr, "a.yaml");
    assert_ptr_equal(p->text.ptr, text);
    assert_int_equal(p->step_count, 4);
    assert_int_equal(p->output_count, 2);
    assert_string_equal(((const struct fixture_jsonl *)p->steps[2].instances[0].state)->path.ptr,
                        "there/news.jsonl");
    assert_string_equal(((const struct fixture_folder *)p->steps[3].instances[0].state)->directory.ptr,
                        "there/markdown");
    assert_string_equal(p->run.state.ptr, "there-state");
    assert_int_equal(p->input.path_count, 1);
}

static void test_all_problems_in_order(void **unused)
{
    (void)unused;
    assert_string_equal(problems_of("docmill: 1\n"
                                    "stages:\n"
                                    "  - extract: text\n"
                                    "  - output: jsonl\n"
                                    "    with: { edits: al, path: out/x }\n"
                                    "  - output: markdown\n"
                                    "    with: { directory: in/out }\n"
                                    "run: { attempts: 0 }\n"
                                    "input: { paths: [in, nowhere] }\n"
                                    "extra: 1\n",
                                    NULL),
                        "5:20 expected one of none, summary, full for 'edits', found 'al'\n"
                        "7:24 output 'markdown' would be written to 'in/out', inside the input 'in'; choose "
                        "a place outside of it\n"
                        "8:18 expected 1 to 10 for 'attempts', found '0'\n"
                        "9:22 the input 'nowhere' cannot be read: no such file or directory\n"
                        "10:1 unknown key 'extra' in the file");
}

/* What stands in an anchor is reported once, wherever it is used. */
static void test_problems_behind_aliases(void **unused)
{
    (void)unused;
    assert_string_equal(problems_of("docmill: 1\nstages:\n  - extract: text\n  - clean: quotes\n"
                                    "    with: &w { count: 0 }\n  - clean: quotes\n    with: *w\n",
                                    NULL),
                        "5:23 expected 1 to 64 for 'count', found '0'");
}

/* ---- tests/cases/check/ --------------------------------------------------------------------- */

/* What the program prints for a file. */
static char *printed_for(const char *name)
{
    char *printed = NULL;
    size_t len;
    const struct dm_registry registry = fixture_registry(&arena);
    dm__report_init(&report, &arena);
    dm_str text = {NULL, 0};
    if (dm__pipeline_slurp(&arena, name, DM_YAML_MAX_BYTES, &text, &report))
        dm__pipeline_read(&registry, dm__str(name), text, NULL, &report);
    const struct dm_log log = {.to = open_memstream(&printed, &len)};
    assert_non_null(log.to);
    dm__log_report(&log, &report, text);
    fclose(log.to);
    return printed;
}

static void check_case(const char *name)
{
    const dm_str expected_name = dm__arena_printf(&arena, "%.*s.expected", (int)strlen(name) - 5, name);
    dm_str expected;
    dm__report_init(&report, &arena);
    if (!dm__pipeline_slurp(&arena, expected_name.ptr, 1 << 20, &expected, &report))
        fail_msg("%s: no %s", name, expected_name.ptr);
    char *const printed = printed_for(name);
    if (strcmp(printed, expected.ptr) != 0)
        print_error("%s:\n", name);
    assert_string_equal(printed, expected.ptr);
    free(printed);
}

static void test_cases(void **unused)
{
    (void)unused;
    const char *const source = getenv("DOCMILL_SOURCE");
    if (source == NULL || chdir(dm__arena_printf(&arena, "%s/tests/cases/check", source).ptr) != 0)
        fail_msg("DOCMILL_SOURCE must name the source folder");
    DIR *const dir = opendir(".");
    assert_non_null(dir);
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const size_t len = strlen(entry->d_name);
        if (len < 6 || strcmp(entry->d_name + len - 5, ".yaml") != 0)
            continue;
        check_case(entry->d_name);
        count++;
    }
    closedir(dir);
    assert_int_equal(chdir(folder), 0);
    assert_true(count >= 15);
}

/* ---- files ---------------------------------------------------------------------------------- */

static void test_slurp(void **unused)
{
    (void)unused;
    FILE *const f = fopen("in/file", "w");
    assert_non_null(f);
    fputs("12345", f);
    fclose(f);
    dm_str text;
    dm__report_init(&report, &arena);
    assert_true(dm__pipeline_slurp(&arena, "in/file", 5, &text, &report));
    assert_string_equal(text.ptr, "12345");
    assert_int_equal(text.len, 5);
    assert_true(dm__pipeline_slurp(&arena, "in/a.txt", 5, &text, &report));
    assert_int_equal(text.len, 0);
    assert_int_equal(report.errors, 0);
    assert_false(dm__pipeline_slurp(&arena, "in/file", 4, &text, &report));
    assert_false(dm__pipeline_slurp(&arena, "in", 4, &text, &report));
    assert_false(dm__pipeline_slurp(&arena, "in/none", 4, &text, &report));
    assert_false(dm__pipeline_slurp(&arena, "/dev/zero", 1 << 20, &text, &report));
    assert_string_equal(fixture_report_text(&arena, &report),
                        "0:0 the file is larger than 4 bytes\n"
                        "0:0 cannot be read: is a directory\n"
                        "0:0 cannot be read: no such file or directory\n"
                        "0:0 the file is larger than 1 MiB");
    assert_string_equal(report.items[2].file.ptr, "in/none");
    remove("in/file");
}

/* ---- no memory ------------------------------------------------------------------------------ */

static void test_no_memory(void **unused)
{
    (void)unused;
    static const char text[] =
        "docmill: 1\nvars: { out: out }\ninput: { paths: [in, 'i?/*'], include: '*.txt' }\n"
        "stages:\n  - extract: auto\n    allow: exec\n    with: { command: { program: x } }\n"
        "  - clean: quotes\n    when: { language: en, metadata: { a: { matches: 'm+' } } }\n"
        "    with: { words: words.txt, log: '${out}/log', list: [a], map: {b: c}, rules: { "
        "wrong-side: off } }\n"
        "  - output: jsonl\n    with: { path: \"${out}/a\" }\nrun: { workers: 2 }\n";
    const struct dm_override set = {DM_LIT("out"), DM_LIT("there")};
    const dm_str path = DM_LIT("in/a.txt");
    const struct dm_pipeline_args args = {.sets = &set, .set_count = 1, .paths = &path, .path_count = 1};
    for (size_t round = 0; round < 2; round++) {
        for (size_t n = 1;; n++) {
            dm__arena_reset(&arena);
            arena.fail_after = n;
            const struct dm_pipeline *const p = read_with(text, round == 0 ? NULL : &args);
            const bool failed = arena.fail_after == 0; /* the one allocation was asked for */
            arena.fail_after = 0;
            assert_int_equal(p == NULL, report.errors != 0);
            if (!failed) {
                assert_non_null(p);
                assert_true(n > 200);
                break;
            }
            if (p == NULL)
                assert_true(report.count > 0 && report.items[0].message.len > 0);
        }
    }
}

/* A pipeline full of mistakes, whose messages find no memory. */
static void test_no_memory_for_messages(void **unused)
{
    (void)unused;
    static const char text[] =
        "docmill: 1\nvars: [a]\ninput: { path: x, include: '[' }\nstages:\n  - extract: txt\n"
        "  - clean: quotes\n    with: { list: {}, map: [], rules: { wrong: off } }\n"
        "  - output: jsonl\n    with: { path: '${b}', edits: no }\nrun: { timeout: 3 }\n";
    for (size_t n = 1;; n++) {
        dm__arena_reset(&arena);
        arena.fail_after = n;
        assert_null(read_with(text, NULL));
        assert_true(report.errors > 0 && report.count > 0);
        if (arena.fail_after != 0)
            break;
    }
    arena.fail_after = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_problems_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_problems_behind_aliases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_slurp, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory_for_messages, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
