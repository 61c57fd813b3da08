/* A plugin that is sound but for what the compiler's command line replaces; see CMakeLists.txt. */
#include <docmill/plugin.h>

#ifndef SIZE
#define SIZE sizeof(dm_plugin)
#endif
#ifndef HOST_SIZE
#define HOST_SIZE 0
#endif
#ifndef KIND
#define KIND DM_CLEANER
#endif
#ifndef STAGE_NAME
#define STAGE_NAME "bad"
#endif
#ifndef SECOND_STAGE
#define SECOND_STAGE "worse"
#endif
#ifndef SUMMARY
#define SUMMARY "Bad in one way."
#endif
#ifndef OFFSET
#define OFFSET sizeof(int64_t)
#endif
#ifndef SECOND_OPTION
#define SECOND_OPTION "second"
#endif
#ifndef OPS
#define OPS &ops
#endif
#ifndef STAGES
#define STAGES &first, &second, NULL
#endif
#define EIGHT   &first, &first, &first, &first, &first, &first, &first, &second
#define ENDLESS EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state, (void)t, (void)d;
    return DM_OK;
}

static const dm_cleaner_ops ops = {.size = sizeof ops, .clean = clean};

static const dm_option options[] = {
    {.name = "first", .type = DM_INT, .def = "1", .help = "The first."},
    {.name = SECOND_OPTION, .type = DM_INT, .offset = OFFSET, .def = "1", .help = "The second."},
};
static const dm_stage first = {
    .size = sizeof(dm_stage),
    .kind = KIND,
    .state_size = 2 * sizeof(int64_t),
    .name = STAGE_NAME,
    .summary = SUMMARY,
    .options = DM_ARRAY(options),
    .ops.any = OPS,
};
static const dm_stage second = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = SECOND_STAGE,
    .summary = "Good.",
    .ops.cleaner = &ops,
};

static const dm_stage *const stages[] = {STAGES};
const dm_plugin docmill_plugin_v1 = {.size = SIZE,
                                     .host_size = HOST_SIZE,
                                     .name = "bad",
                                     .version = "1.0.0",
                                     .license = "MIT",
                                     .stages = stages};
