/* A plugin that was compiled before some members existed. */
#include "plugin_1_0.h"

static dm_status older_clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    const dm_change c = {.size = sizeof c, .rule = 1, .with = {"older", 5}, .confidence = 1};
    return t->host->change(t, d, &c);
}

static dm_status older_render(const void *state, dm_task *t, const dm_doc *d)
{
    (void)state, (void)t, (void)d;
    return DM_OK;
}

static dm_status older_take(void *state, dm_task *t, const void *what)
{
    (void)state, (void)t, (void)what;
    return DM_OK;
}

static dm_status older_commit(void *state, dm_task *t)
{
    (void)state, (void)t;
    return DM_OK;
}

static const dm_rule rules[] = {{"first", "One rule.", 0}, {"second", "And one that flags.", 1}};

static const dm_cleaner_ops cleaner_ops = {sizeof cleaner_ops, older_clean};
static const dm_stage cleaner = {
    .size = sizeof cleaner,
    .kind = DM_CLEANER,
    .name = "older",
    .summary = "A cleaner of old.",
    .rules = {rules, 2, sizeof rules[0]},
    .ops = &cleaner_ops,
};

static const dm_output_ops output_ops = {
    .size = sizeof output_ops,
    .render = older_render,
    .resume = older_take,
    .write = older_take,
    .commit = older_commit,
};
static const dm_stage output = {
    .size = sizeof output,
    .kind = DM_OUTPUT,
    .name = "older",
    .summary = "An output of old.",
    .ops = &output_ops,
};

static const dm_stage *const stages[] = {&cleaner, &output, NULL};
__attribute__((visibility("default"))) extern const dm_plugin docmill_plugin_v1;
const dm_plugin docmill_plugin_v1 = {sizeof(dm_plugin), 0, 0, 0, "older", "0.1.0", "MIT", stages};
