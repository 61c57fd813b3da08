/* shout: a plugin outside docmill's tree, to show that the installed header is all that one needs. */
#include <docmill/plugin.h>

enum { RULE_LOUD };
static const dm_rule rules[] = {
    [RULE_LOUD] = {"full-stop", "A sentence ended without enthusiasm.", DM_FIX, 0},
};

static dm_status shout_clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    const dm_str text = dm_text(t, d);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '.')
            dm_edit(t, d, (dm_span){i, i + 1}, DM_LIT("!"), RULE_LOUD);
    return DM_OK;
}

static const dm_cleaner_ops shout_ops = {.size = sizeof(dm_cleaner_ops), .clean = shout_clean};

static const dm_stage shout = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "shout",
    .summary = "Turn full stops into exclamation marks.",
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &shout_ops,
};

static const dm_stage *const stages[] = {&shout, NULL};
DM_PLUGIN(.name = "shout", .version = "1.0.0", .license = "MIT", .stages = stages);
