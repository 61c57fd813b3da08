/* The header stands alone in C11: it is the only include, every service can be called, and a plugin
 * can be written with its macros.  Compiling this is the test. */
#include <docmill/plugin.h>

struct state {
    bool flag;
    int64_t number, size, time;
    double real;
    dm_str text, in, out;
    int32_t choice;
    dm_array list, map;
    const dm_regex *regex;
};

static const char *const choices[] = {"one", "two", NULL};
static const dm_option options[] = {
    {.name = "flag", DM_BOOL_AT(struct state, flag), .def = "true", .help = "A flag."},
    {.name = "number", DM_INT_AT(struct state, number), .def = "1", .max = 9, .help = "A number."},
    {.name = "real", DM_REAL_AT(struct state, real), .def = "0.5", .help = "A real number."},
    {.name = "text", DM_TEXT_AT(struct state, text), .def = "word", .help = "A text."},
    {.name = "choice", DM_CHOICE_AT(struct state, choice), .def = "one", .choices = choices, .help = "One."},
    {.name = "size", DM_SIZE_AT(struct state, size), .def = "1MiB", .help = "A size."},
    {.name = "time", DM_TIME_AT(struct state, time), .def = "1s", .help = "A time."},
    {.name = "list", DM_LIST_AT(struct state, list), .def = "[a, b]", .help = "A list."},
    {.name = "map", DM_MAP_AT(struct state, map), .def = "{a: b}", .help = "A mapping."},
    {.name = "in", DM_PATH_IN_AT(struct state, in), .help = "A file that is read."},
    {.name = "out", DM_PATH_OUT_AT(struct state, out), .flags = DM_SECRET, .help = "A file that is written."},
    {.name = "regex", DM_REGEX_AT(struct state, regex), .def = "a+", .help = "A regular expression."},
};
static const dm_rule rules[] = {{.id = "rule", .help = "A rule.", .mode = DM_FLAG, .threshold = 0.5}};
static const dm_metric metrics[] = {{.id = "metric", .unit = "words", .help = "A metric."}};

static dm_status all_open(dm_task *t, void *state)
{
    struct state *const s = state;
    return dm_alloc(t, 16) != NULL && s->number > 0 ? DM_OK : dm_fail(t, DM_ECONFIG, "number is %d", 0);
}

static int32_t all_probe(const void *state, dm_str head, dm_str name)
{
    return state != NULL && head.len > name.len ? 100 : 0;
}

static dm_status all_extract(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    const dm_str bytes = dm_bytes(t, d);
    const dm_mark mark = {.kind = DM_PARAGRAPH, .at = {0, bytes.len}};
    dm_append(t, d, bytes, (dm_span){0, bytes.len});
    dm_add_mark(t, d, &mark);
    dm_set_meta(t, d, "title", DM_LIT("a title"));
    return dm_identify(t, d)->part == 0 ? dm_next(t, d, DM_LIT("next"), DM_LIT("cursor")) : DM_OK;
}

static dm_status all_clean(const void *state, dm_task *t, dm_doc *d)
{
    const struct state *const s = state;
    dm_span group;
    const int32_t found = dm_match(t, s->regex, dm_text(t, d), 0, &group, 1);
    if (found < 1)
        return found;
    const dm_change change = {.size = sizeof change,
                              .target = DM_CHANGE_META,
                              .key = "language",
                              .with = dm_meta(t, d, "lang"),
                              .confidence = 0.5};
    dm_change_doc(t, d, &change);
    dm_count(t, 0, dm_marks(t, d).count + dm_metas(t, d).count + dm_edits(t, d).count);
    dm_log(t, DM_LOG_DEBUG, DM_LIT("found"));
    return dm_edit(t, d, group, DM_AT(dm_pair, s->map, 0)->value, 0);
}

static dm_status all_render(const void *state, dm_task *t, const dm_doc *d)
{
    (void)state;
    return dm_put(t, dm_text(t, d));
}

static dm_status all_resume(void *state, dm_task *t, const dm_resume *r)
{
    (void)state, (void)t;
    return (r->flags & DM_RESUME_REPLACE) != 0 ? DM_OK : DM_ECONFIG;
}

static dm_status all_write(void *state, dm_task *t, const dm_record *r)
{
    (void)state, (void)t;
    return r->bytes.len > 0 ? DM_OK : DM_EDOC;
}

static dm_status all_commit(void *state, dm_task *t)
{
    (void)state;
    return dm_put(t, DM_LIT("token"));
}

static const dm_stage extractor = {
    .size = sizeof(dm_stage),
    .kind = DM_EXTRACTOR,
    .name = "all",
    .summary = "An extractor.",
    .ops.extractor = &(const dm_extractor_ops){sizeof(dm_extractor_ops), all_probe, all_extract},
};
static const dm_stage cleaner = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .state_size = sizeof(struct state),
    .name = "all",
    .summary = "A cleaner with every kind of option.",
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .metrics = DM_ARRAY(metrics),
    .open = all_open,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = all_clean},
};
static const dm_stage output = {
    .size = sizeof(dm_stage),
    .kind = DM_OUTPUT,
    .flags = DM_NEEDS_WRITE,
    .name = "all",
    .summary = "An output.",
    .ops.output = &(const dm_output_ops){.size = sizeof(dm_output_ops),
                                         .media_type = "text/plain",
                                         .render = all_render,
                                         .resume = all_resume,
                                         .write = all_write,
                                         .commit = all_commit},
};

DM_PLUGIN(.name = "header-c11", .version = "1.0.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&extractor, &cleaner, &output, NULL});
