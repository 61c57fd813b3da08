/* The page of a stage: for the terminal, as Markdown, as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "core/cli/reference.h"
#include "core/text/str.h"
#include "fixture_stream.h"

#include <cmocka.h>

struct state {
    int64_t keep;
    dm_str path;
};

static const dm_option options[] = {
    {.name = "keep",
     DM_INT_AT(struct state, keep),
     .def = "1",
     .min = 1,
     .max = 64,
     .unit = "spaces",
     .help = "How many to keep; a | b."},
    {.name = "words", DM_PATH_IN_AT(struct state, path), .help = "A \033[31mfile."},
};
static const dm_rule rules[] = {{"space-run", "A run was longer.", DM_FIX, 0},
                                {"guess", "Perhaps.", DM_FLAG, 0.5}};
static const dm_metric metrics[] = {{"runs", "runs", "Runs seen."}};
static const dm_stage stage = {.size = sizeof(dm_stage),
                               .kind = DM_CLEANER,
                               .name = "spaces",
                               .summary = "Shorten runs of spaces.",
                               .doc = "## More\n\nA word.",
                               .options = DM_ARRAY(options),
                               .rules = DM_ARRAY(rules),
                               .metrics = DM_ARRAY(metrics)};
static const dm_stage *const stages[] = {&stage, NULL};
static const struct dm_plugin_file file = {
    .path = {"/p/spaces.so", 12},
    .hash = {"00ff", 4},
    .about = {
        .size = sizeof(dm_plugin), .name = "spaces", .version = "1.2", .license = "MIT", .stages = stages}};
static const struct dm_stage_ref ref = {&file, &stage};

static void test_text(void **unused)
{
    (void)unused;
    const struct dm_style plain = {0};
    struct dm_arena arena;
    struct fixture_stream s;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__reference_text(s.to, &plain, &arena, ref);
    assert_string_equal(fixture_stream_take(&s),
                        "clean-spaces: Shorten runs of spaces.\n"
                        "cleaner of the plugin spaces 1.2 (MIT)\n"
                        "in /p/spaces.so\n"
                        "\n"
                        "in a pipeline:  - clean: spaces\n"
                        "\n"
                        "Options\n"
                        "  keep                  integer: 1 to 64 spaces; default 1\n"
                        "      How many to keep; a | b.\n"
                        "  words                 input path; required\n"
                        "      A \\x1B[31mfile.\n"
                        "\n"
                        "Rules\n"
                        "  space-run             fix\n"
                        "      A run was longer.\n"
                        "  guess                 flag, from a confidence of 0.5\n"
                        "      Perhaps.\n"
                        "\n"
                        "Metrics\n"
                        "  runs                  runs\n"
                        "      Runs seen.\n"
                        "\n"
                        "more about it:  docmill plugins clean-spaces --markdown\n");
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

static void test_markdown(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct fixture_stream s;
    dm__arena_init(&arena, 0);
    fixture_stream_open(&s);
    dm__reference_markdown(s.to, &arena, ref);
    assert_string_equal(fixture_stream_take(&s),
                        "<!-- Written by `docmill plugins clean-spaces --markdown` from the plugin's tables: "
                        "change those. -->\n"
                        "\n"
                        "# clean-spaces\n"
                        "\n"
                        "A cleaner. Shorten runs of spaces.\n"
                        "\n"
                        "```yaml\n"
                        "- clean: spaces\n"
                        "  with:\n"
                        "    words: ...\n"
                        "```\n"
                        "\n"
                        "## Options\n"
                        "\n"
                        "| option | type | default | range | what it does |\n"
                        "|---|---|---|---|---|\n"
                        "| `keep` | integer | `1` | 1 to 64 spaces | How many to keep; a \\| b. |\n"
                        "| `words` | input path | required |  | A \033[31mfile. |\n"
                        "\n"
                        "## Rules\n"
                        "\n"
                        "Each can be set to `fix`, `flag` (recorded, not made) or `off` with `with: { rules: "
                        "{ RULE: MODE } }`.\n"
                        "\n"
                        "| rule | by default | what it changes |\n"
                        "|---|---|---|\n"
                        "| `space-run` | fix | A run was longer. |\n"
                        "| `guess` | flag, from a confidence of 0.5 | Perhaps. |\n"
                        "\n"
                        "## Metrics\n"
                        "\n"
                        "| metric | unit | what it counts |\n"
                        "|---|---|---|\n"
                        "| `runs` | runs | Runs seen. |\n"
                        "\n"
                        "## More\n"
                        "\n"
                        "A word.\n");
    fixture_stream_close(&s);
    dm__arena_fini(&arena);
}

static void test_json(void **unused)
{
    (void)unused;
    struct dm_arena arena;
    struct dm_json j;
    dm__arena_init(&arena, 0);
    dm__json_init(&j, &arena, 0);
    dm__reference_json(&j, &arena, ref);
    char text[2048];
    const dm_str got = dm__json_text(&j);
    snprintf(text, sizeof text, "%.*s", (int)got.len, got.ptr);
    assert_string_equal(
        text,
        "{\"stage\":\"clean-spaces\",\"name\":\"spaces\",\"kind\":\"cleaner\",\"summary\":\"Shorten runs of "
        "spaces.\","
        "\"plugin\":\"spaces\",\"version\":\"1.2\",\"license\":\"MIT\",\"path\":\"/p/"
        "spaces.so\",\"hash\":\"00ff\",\"needs\":[],"
        "\"options\":[{\"name\":\"keep\",\"type\":\"integer\",\"default\":\"1\",\"min\":1,\"max\":64,"
        "\"unit\":\"spaces\",\"help\":\"How many to keep; a | b.\"},"
        "{\"name\":\"words\",\"type\":\"input path\",\"default\":null,\"help\":\"A \\u001b[31mfile.\"}],"
        "\"rules\":[{\"id\":\"space-run\",\"mode\":\"fix\",\"threshold\":0,\"help\":\"A run was longer.\"},"
        "{\"id\":\"guess\",\"mode\":\"flag\",\"threshold\":0.5,\"help\":\"Perhaps.\"}],"
        "\"metrics\":[{\"id\":\"runs\",\"unit\":\"runs\",\"help\":\"Runs seen.\"}]}");
    dm__arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
