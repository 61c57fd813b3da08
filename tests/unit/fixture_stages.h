/* Stages that exist as tables only, for tests of what stands in front of plugins: reading options,
 * pipelines, schemas.  Names and options are those of docmill's own plugins where a test's text is also
 * given to the program. */
#ifndef DOCMILL_TEST_FIXTURE_STAGES_H
#define DOCMILL_TEST_FIXTURE_STAGES_H

#include "core/pipeline/plugin.h"

/* One option of each type. */
struct fixture_all {
    bool flag;
    int64_t count, size, time;
    double ratio;
    dm_str text, words, log, key;
    int32_t choice;
    dm_array list, map;
    const dm_regex *pattern;
};

static const char *const fixture_styles[] = {"straight", "curly", "none", NULL};

static const dm_option fixture_all_options[] = {
    {.name = "flag", DM_BOOL_AT(struct fixture_all, flag), .def = "true", .help = "A truth."},
    {.name = "count",
     DM_INT_AT(struct fixture_all, count),
     .def = "3",
     .min = 1,
     .max = 64,
     .help = "A number."},
    {.name = "size",
     DM_SIZE_AT(struct fixture_all, size),
     .def = "64KiB",
     .min = 1024,
     .max = 1048576,
     .unit = "bytes",
     .help = "A size."},
    {.name = "time",
     DM_TIME_AT(struct fixture_all, time),
     .def = "30s",
     .min = 1,
     .max = 3600000,
     .unit = "ms",
     .help = "A time."},
    {.name = "ratio", DM_REAL_AT(struct fixture_all, ratio), .def = "0.5", .max = 1, .help = "A ratio."},
    {.name = "text", DM_TEXT_AT(struct fixture_all, text), .def = "abc", .max = 8, .help = "A text."},
    {.name = "words", DM_PATH_IN_AT(struct fixture_all, words), .def = "", .help = "A file of words."},
    {.name = "log", DM_PATH_OUT_AT(struct fixture_all, log), .def = "", .help = "A file that is written."},
    {.name = "key",
     DM_TEXT_AT(struct fixture_all, key),
     .flags = DM_SECRET,
     .def = "hidden",
     .max = 6,
     .help = "A secret."},
    {.name = "choice",
     DM_CHOICE_AT(struct fixture_all, choice),
     .def = "curly",
     .choices = fixture_styles,
     .help = "A style."},
    {.name = "list",
     DM_LIST_AT(struct fixture_all, list),
     .def = "[a, 'b c']",
     .max = 3,
     .help = "Some texts."},
    {.name = "map", DM_MAP_AT(struct fixture_all, map), .def = "{ one: eins }", .help = "Some pairs."},
    {.name = "pattern", DM_REGEX_AT(struct fixture_all, pattern), .def = "", .help = "A pattern."},
};

static const dm_rule fixture_rules[] = {
    {"straight-quote", "A straight quotation mark.", DM_FIX, 0},
    {"wrong-side", "A quotation mark that opens where it should close.", DM_FLAG, 0.5},
};

static const dm_stage fixture_all_stage = {.size = sizeof(dm_stage),
                                           .kind = DM_CLEANER,
                                           .state_size = sizeof(struct fixture_all),
                                           .name = "quotes",
                                           .summary = "Straighten quotation marks.",
                                           .options = DM_ARRAY(fixture_all_options),
                                           .rules = DM_ARRAY(fixture_rules)};

static const dm_stage fixture_unicode = {
    .size = sizeof(dm_stage), .kind = DM_CLEANER, .name = "unicode", .summary = "Mend characters."};

struct fixture_text {
    dm_str encoding;
};
static const dm_option fixture_text_options[] = {
    {.name = "encoding", DM_TEXT_AT(struct fixture_text, encoding), .def = "auto", .help = "The encoding."},
};
static const dm_stage fixture_text = {.size = sizeof(dm_stage),
                                      .kind = DM_EXTRACTOR,
                                      .state_size = sizeof(struct fixture_text),
                                      .name = "text",
                                      .summary = "Read plain text.",
                                      .options = DM_ARRAY(fixture_text_options)};

/* An extractor that `auto` cannot take by itself, as it has a required option. */
struct fixture_command {
    dm_str program;
};
static const dm_option fixture_command_options[] = {
    {.name = "program", DM_TEXT_AT(struct fixture_command, program), .help = "What is run."},
};
static const dm_stage fixture_command = {.size = sizeof(dm_stage),
                                         .kind = DM_EXTRACTOR,
                                         .flags = DM_NEEDS_EXEC,
                                         .state_size = sizeof(struct fixture_command),
                                         .name = "command",
                                         .summary = "Ask a program.",
                                         .options = DM_ARRAY(fixture_command_options)};

struct fixture_jsonl {
    dm_str path;
    int32_t edits;
};
static const char *const fixture_edits[] = {"none", "summary", "full", NULL};
static const dm_option fixture_jsonl_options[] = {
    {.name = "path", DM_PATH_OUT_AT(struct fixture_jsonl, path), .help = "The file that is written."},
    {.name = "edits",
     DM_CHOICE_AT(struct fixture_jsonl, edits),
     .def = "summary",
     .choices = fixture_edits,
     .help = "What to say of the changes."},
};
static const dm_stage fixture_jsonl = {.size = sizeof(dm_stage),
                                       .kind = DM_OUTPUT,
                                       .state_size = sizeof(struct fixture_jsonl),
                                       .name = "jsonl",
                                       .summary = "One object a line.",
                                       .options = DM_ARRAY(fixture_jsonl_options)};

struct fixture_folder {
    dm_str directory, name;
};
static const dm_option fixture_folder_options[] = {
    {.name = "directory",
     DM_PATH_OUT_AT(struct fixture_folder, directory),
     .help = "The folder that is written."},
    {.name = "name", DM_TEXT_AT(struct fixture_folder, name), .def = "", .help = "How files are named."},
};
static const dm_stage fixture_markdown = {.size = sizeof(dm_stage),
                                          .kind = DM_OUTPUT,
                                          .state_size = sizeof(struct fixture_folder),
                                          .name = "markdown",
                                          .summary = "One Markdown file a document.",
                                          .options = DM_ARRAY(fixture_folder_options)};

static const dm_stage fixture_search = {.size = sizeof(dm_stage),
                                        .kind = DM_OUTPUT,
                                        .flags = DM_NEEDS_NETWORK,
                                        .name = "search",
                                        .summary = "Send documents to a search engine."};

static const dm_stage *const fixture_stages[] = {
    &fixture_text,  &fixture_command,  &fixture_all_stage, &fixture_unicode,
    &fixture_jsonl, &fixture_markdown, &fixture_search,    NULL};

static struct dm_plugin_file fixture_files[] = {
    {.path = {"/plugins/all.so", 15},
     .about = {.size = sizeof(dm_plugin), .name = "all", .version = "1", .stages = fixture_stages}},
    {.path = {"/plugins/clean-tables.so", 24}, .problem = {"it crashed when it was loaded", 29}},
};

static inline struct dm_registry fixture_registry(struct dm_arena *arena)
{
    enum { FILES = sizeof fixture_files / sizeof fixture_files[0] };
    return (struct dm_registry){.arena = arena, .files = fixture_files, .count = FILES, .cap = FILES};
}

#endif
