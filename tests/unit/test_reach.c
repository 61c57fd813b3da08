/* From a pipeline to what its processes may touch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/pipeline/reach.h"
#include "fixture_pipeline.h"

#include <cmocka.h>

/* The paths of a list in brackets, without the folder of the test and those of the plugins. */
static const char *listed(const struct dm_sandbox_paths *paths)
{
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    const size_t len = strlen(here);
    dm_str all = DM_LIT("");
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = paths->items[i];
        if (strncmp(path, here, len) == 0)
            path = path[len] == '/' ? path + len + 1 : "HERE";
        all = dm__arena_printf(&arena, "%.*s[%s]", (int)all.len, all.ptr, path);
    }
    return all.ptr;
}

static struct dm_sandbox reach(bool (*of)(struct dm_arena *, const struct dm_pipeline *, struct dm_sandbox *),
                               const char *input, const char *stages)
{
    struct dm_sandbox s;
    unsetenv("LD_LIBRARY_PATH");
    const dm_str text = dm__arena_printf(
        &arena, HEAD "input: %s\nrun: { state: none }\nstages: [{extract: text}%s]\n", input, stages);
    const struct dm_pipeline *const p = read_with(text.ptr, NULL);
    if (p == NULL)
        fail_msg("%s", fixture_report_text(&arena, &report));
    assert_true(of(&arena, p, &s));
    return s;
}

/* The last of what is read are the inputs; before them stand the folders of the plugins. */
static void assert_inputs(const char *input, const char *expected)
{
    const struct dm_sandbox s = reach(dm__reach_worker, input, "");
    const char *const reads = listed(&s.reads);
    const size_t len = strlen(reads), want = strlen(expected);
    assert_true(len >= want);
    assert_string_equal(reads + len - want, expected);
    assert_int_equal(s.writes.count, 0);
}

static void test_inputs(void **unused)
{
    (void)unused;
    assert_inputs("{ paths: [in] }", "[in]");
    assert_inputs("{ paths: [in/a.txt, in/deep] }", "[in/a.txt][in/deep]");
    assert_inputs("{ paths: ['in/d*/*.txt'] }", "[in/]");
    assert_inputs("{ paths: ['*/a.txt'] }", "[.]");
}

static void test_many_inputs(void **unused)
{
    (void)unused;
    dm_str paths = DM_LIT("in/a.txt");
    for (int i = 0; i < 300; i++)
        paths = dm__arena_printf(&arena, "%.*s, in/deep/b.txt", (int)paths.len, paths.ptr);
    assert_inputs(dm__arena_printf(&arena, "{ paths: [%.*s] }", (int)paths.len, paths.ptr).ptr, "[in]");
}

static void test_data_files(void **unused)
{
    (void)unused;
    const struct dm_sandbox worker =
                                reach(dm__reach_worker, "{}", ", {clean: quotes, with: {words: words.txt}}"),
                            writer =
                                reach(dm__reach_writer, "{}", ", {clean: quotes, with: {words: words.txt}}");
    assert_non_null(strstr(listed(&worker.reads), "[words.txt]"));
    assert_non_null(strstr(listed(&writer.reads), "[words.txt]")); /* it reads the pipeline too */
}

static void test_targets(void **unused)
{
    (void)unused;
    static const struct {
        const char *path, *expected;
    } cases[] = {
        {"out/a.jsonl", "[out]"},           {"a.jsonl", "[HERE]"},
        {"new/deep/a.jsonl", "[new/deep]"}, {"in/deep", "[in/deep]"}, /* a folder is its own target */
        {"link/deep/x", "[in/deep]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const stages =
            dm__arena_printf(&arena, ", {output: jsonl, with: {path: %s}}", cases[i].path).ptr;
        const struct dm_sandbox writer = reach(dm__reach_writer, "{}", stages),
                                worker = reach(dm__reach_worker, "{}", stages);
        assert_string_equal(listed(&writer.writes), cases[i].expected);
        assert_int_equal(worker.writes.count, 0);
    }
}

static void test_needs(void **unused)
{
    (void)unused;
    assert_int_equal(reach(dm__reach_worker, "{}", "").needs, 0);
    assert_int_equal(reach(dm__reach_worker, "{}", ", {output: search, allow: [network, write]}").needs &
                         DM_NEEDS_EXEC,
                     0);
    assert_int_not_equal(reach(dm__reach_worker, "{}", ", {output: search, allow: [network, write]}").needs &
                             DM_NEEDS_NETWORK,
                         0);
}

static void test_libraries(void **unused)
{
    (void)unused;
    struct dm_sandbox s;
    setenv("LD_LIBRARY_PATH", "/a::/b:", 1);
    assert_true(dm__reach_plugin(&arena, "in/x.so", &s));
    unsetenv("LD_LIBRARY_PATH");
    assert_string_equal(listed(&s.reads), "[/a][/b][in][in]");
}

static void test_make(void **unused)
{
    (void)unused;
    const char *paths[] = {dm__arena_printf(&arena, "%s/made/deep", folder).ptr,
                           dm__arena_printf(&arena, "%s/words.txt/x", folder).ptr};
    dm__reach_make(&(struct dm_sandbox_paths){paths, 2, 2}); /* the second cannot be made */
    dm__reach_make(&(struct dm_sandbox_paths){paths, 1, 1}); /* the first is there */
    assert_int_equal(rmdir("made/deep"), 0);
    assert_int_equal(rmdir("made"), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_inputs),  IN_FOLDER(test_many_inputs), IN_FOLDER(test_data_files),
        IN_FOLDER(test_targets), IN_FOLDER(test_needs),       IN_FOLDER(test_libraries),
        IN_FOLDER(test_make),
    };
    return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
