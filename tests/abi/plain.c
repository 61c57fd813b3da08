/* The smallest plugin that there is; STAGE names its stage, and SUMMARY makes its content another. */
#include <docmill/plugin.h>

#ifndef STAGE
#define STAGE "plain"
#endif
#ifndef SUMMARY
#define SUMMARY "Do nothing."
#endif

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state, (void)t, (void)d;
    return DM_OK;
}

static const dm_stage stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = STAGE,
    .summary = SUMMARY,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.name = "plain", .version = "1.0.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&stage, NULL});
