/* The page of docs/reference: what is left out, and what would break a table.  The whole page of a cleaner
 * is in test_reference.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cli/reference.h"
#include "core/text/str.h"
#include "fixture_stages.h"
#include "fixture_stream.h"

#include <cmocka.h>

static struct dm_arena arena;
static struct fixture_stream stream;

static int set_up(void **unused)
{
    (void)unused;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&stream);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    fixture_stream_close(&stream);
    dm__arena_fini(&arena);
    return 0;
}

static const char *page_of(const dm_stage *stage)
{
    dm__reference_markdown(stream.to, &arena, (struct dm_stage_ref){&fixture_files[0], stage});
    return fixture_stream_take(&stream);
}

static void assert_has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("not there: %s\nin: %s", words, text);
}

/* No path, version or hash: the page must not change from build to build. */
static void test_nothing_declared(void **unused)
{
    (void)unused;
    assert_string_equal(
        page_of(&fixture_search),
        "<!-- Written by `docmill plugins output-search --markdown` from the plugin's tables: "
        "change those. -->\n\n"
        "# output-search\n\n"
        "An output. Send documents to a search engine.\n\n"
        "```yaml\n- output: search\n  allow: [network]\n```\n\n"
        "It needs more than the sandbox gives: network. A pipeline must allow that.\n");
}

static void test_required(void **unused)
{
    (void)unused;
    static const dm_option options[] = {{.name = "first", .type = DM_TEXT, .help = "A."},
                                        {.name = "other", .type = DM_TEXT, .def = "x", .help = "B."},
                                        {.name = "last", .type = DM_TEXT, .help = "C."}};
    const dm_stage stage = {
        .kind = DM_EXTRACTOR, .name = "x", .summary = "Read.", .options = DM_ARRAY(options)};
    assert_has(page_of(&stage), "# extract-x\n\nAn extractor. Read.\n\n"
                                "```yaml\n- extract: x\n  with:\n    first: ...\n    last: ...\n```\n");
}

/* `|` and line breaks stay inside their cell, and what is not declared leaves an empty one. */
static void test_cells(void **unused)
{
    (void)unused;
    static const char *const choices[] = {"a", "b", NULL};
    static const dm_option options[] = {
        {.name = "key", .type = DM_TEXT, .def = "", .help = "One\ntwo."},
        {.name = "mode", .type = DM_CHOICE, .def = "b", .choices = choices, .help = "a|b"}};
    static const dm_rule rules[] = {{"never", NULL, DM_OFF, 0}};
    const dm_stage stage = {.kind = DM_CLEANER,
                            .name = "x",
                            .summary = "Mend.",
                            .options = DM_ARRAY(options),
                            .rules = DM_ARRAY(rules)};
    const char *const page = page_of(&stage);
    assert_has(page, "| One two. |\n");
    assert_has(page, "| `mode` | choice | `b` | ");
    assert_has(page, " | a\\|b |\n");
    assert_has(page, "| `never` | off |  |\n");
    assert_null(strstr(page, "## Metrics"));
}

/* The text ends with one line break, whether it brought one or not. */
static void test_doc(void **unused)
{
    (void)unused;
    dm_stage stage = {.kind = DM_CLEANER, .name = "x", .summary = "Mend.", .doc = "More.\n"};
    assert_has(page_of(&stage), "```\n\nMore.\n");
    stage.doc = "More.";
    const char *const page = page_of(&stage);
    assert_has(page, "```\n\nMore.\n");
    assert_null(strstr(page, "More.\n\n"));
    stage.doc = "";
    assert_string_equal(strstr(page_of(&stage), "- clean"), "- clean: x\n```\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_declared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_required, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cells, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_doc, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("reference-markdown", tests, NULL, NULL);
}
