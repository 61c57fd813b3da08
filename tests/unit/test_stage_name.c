/* Stages by their full and their short names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/stage_name.h"
#include "core/text/str.h"
#include "fixture_stages.h"
#include "fixture_stream.h"

#include <cmocka.h>

struct fixture {
    struct dm_arena arena;
    struct fixture_stream stream;
    struct dm_log log;
    struct dm_registry registry;
};

/* A second plugin, so that one short name is not enough. */
static const dm_stage other_text = {
    .size = sizeof(dm_stage), .kind = DM_OUTPUT, .name = "text", .summary = "Write text."};
static const dm_stage *const other_stages[] = {&other_text, NULL};

static int setup(void **state)
{
    static struct fixture f;
    static struct dm_plugin_file files[3];
    memset(&f, 0, sizeof f);
    dm__arena_init(&f.arena, 0);
    fixture_stream_open(&f.stream);
    f.log = (struct dm_log){.to = f.stream.to};
    f.registry = fixture_registry(&f.arena);
    memcpy(files, fixture_files, sizeof fixture_files);
    files[2] = (struct dm_plugin_file){.about = {.size = sizeof(dm_plugin), .stages = other_stages}};
    /* a plugin that is left out has no stages */
    static const dm_stage *const none[] = {NULL};
    files[1].about.stages = none;
    f.registry.files = files;
    f.registry.count = 3;
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fixture_stream_close(&f->stream);
    dm__arena_fini(&f->arena);
    return 0;
}

static void test_finds(void **state)
{
    struct fixture *f = *state;
    assert_ptr_equal(dm__stage_lookup(&f->arena, &f->log, &f->registry, "clean-quotes").stage,
                     &fixture_all_stage);
    assert_ptr_equal(dm__stage_lookup(&f->arena, &f->log, &f->registry, "quotes").stage, &fixture_all_stage);
    assert_ptr_equal(dm__stage_lookup(&f->arena, &f->log, &f->registry, "output-text").stage, &other_text);
    assert_string_equal(fixture_stream_take(&f->stream), "");
}

static void test_says_what_there_is(void **state)
{
    struct fixture *f = *state;
    assert_null(dm__stage_lookup(&f->arena, &f->log, &f->registry, "text").stage);
    assert_string_equal(fixture_stream_take(&f->stream),
                        "docmill: error: \"text\" may be any of: extract-text, output-text\n");
    assert_null(dm__stage_lookup(&f->arena, &f->log, &f->registry, "no\033").stage);
    const char *said = fixture_stream_take(&f->stream);
    assert_ptr_equal(strstr(said, "docmill: error: no stage \"no\\x1B\"; there are: extract-text, "), said);
}

static void test_outputs_by_their_start(void **state)
{
    struct fixture *f = *state;
    assert_ptr_equal(dm__output_lookup(&f->arena, &f->log, &f->registry, "json").stage, &fixture_jsonl);
    assert_ptr_equal(dm__output_lookup(&f->arena, &f->log, &f->registry, "text").stage, &other_text);
    assert_ptr_equal(dm__output_lookup(&f->arena, &f->log, &f->registry, "output-markdown").stage,
                     &fixture_markdown);
    assert_null(dm__output_lookup(&f->arena, &f->log, &f->registry, "quotes").stage);
    assert_string_equal(fixture_stream_take(&f->stream),
                        "docmill: error: no output \"quotes\"; there are: output-jsonl, output-markdown, "
                        "output-search, output-text\n");
}

/* A stage's name comes before a plugin's, and who was left out is not found. */
static void test_plugins(void **state)
{
    struct fixture *f = *state;
    f->registry.files[2].about.name = "quotes";
    assert_null(dm__plugin_lookup(&f->arena, &f->registry, "quotes"));
    f->registry.files[2].about.name = "writers";
    f->registry.files[1].about.name = "broken";
    assert_ptr_equal(dm__plugin_lookup(&f->arena, &f->registry, "all"), &f->registry.files[0]);
    assert_ptr_equal(dm__plugin_lookup(&f->arena, &f->registry, "writers"), &f->registry.files[2]);
    assert_null(dm__plugin_lookup(&f->arena, &f->registry, "broken"));
    assert_null(dm__plugin_lookup(&f->arena, &f->registry, "clean-quotes"));
    assert_string_equal(fixture_stream_take(&f->stream), "");
}

static void test_steps(void **state)
{
    static const struct {
        const char *word;
        int32_t step;
        const char *said;
    } cases[] = {
        {"extract-auto", 0, ""},
        {"auto", 0, ""},
        {"quotes", 1, ""},
        {"2", 1, ""},
        {"4", 3, ""},
        {"unicode", -1,
         "docmill: error: several stages of the pipeline are called \"unicode\", give its number: 1 "
         "extract-auto, 2 "
         "clean-quotes, 3 clean-unicode, 4 clean-unicode\n"},
        {"5", -1,
         "docmill: error: the pipeline has no stage \"5\"; it has: 1 extract-auto, 2 clean-quotes, 3 "
         "clean-unicode, 4 "
         "clean-unicode\n"},
        {"", -1,
         "docmill: error: the pipeline has no stage \"\"; it has: 1 extract-auto, 2 clean-quotes, 3 "
         "clean-unicode, 4 "
         "clean-unicode\n"},
    };
    struct fixture *f = *state;
    struct dm_step steps[] = {{.name = DM_LIT("extract-auto")},
                              {.name = DM_LIT("clean-quotes")},
                              {.name = DM_LIT("clean-unicode")},
                              {.name = DM_LIT("clean-unicode")}};
    const struct dm_pipeline p = {.steps = steps, .step_count = 4};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(dm__step_lookup(&f->arena, &f->log, &p, cases[i].word), cases[i].step);
        assert_string_equal(fixture_stream_take(&f->stream), cases[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_finds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_says_what_there_is, setup, teardown),
        cmocka_unit_test_setup_teardown(test_outputs_by_their_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plugins, setup, teardown),
        cmocka_unit_test_setup_teardown(test_steps, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
