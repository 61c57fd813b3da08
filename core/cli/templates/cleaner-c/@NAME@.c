/* @NAME@: one sentence about what it repairs. */
#include <docmill/plugin.h>

struct state { /* what the options say */
    int64_t keep;
};
static const dm_option options[] = {
    {.name = "keep", DM_INT_AT(struct state, keep), .def = "1", .min = 1, .max = 64, .unit = "spaces",
     .help = "How many spaces of a longer run to keep."},
};
enum { RULE_SPACE_RUN }; /* the reasons for changes; ids are for ever, as pipeline files use them */
static const dm_rule rules[] = {
    [RULE_SPACE_RUN] = {"space-run", "A run of spaces was longer than `keep`.", DM_FIX, 0},
};

/* Read the text, ask for changes, at positions of the text as this call received it. */
static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const size_t keep = (size_t)((const struct state *)state)->keep;
    const dm_str text = dm_text(t, d);
    for (size_t i = 0, run = 0; i <= text.len; i++) {
        if (i < text.len && text.ptr[i] == ' ') {
            run++;
            continue;
        }
        if (run > keep)
            dm_edit(t, d, (dm_span){i - run + keep, i}, DM_LIT(""), RULE_SPACE_RUN);
        run = 0;
    }
    return DM_OK;
}
static const dm_cleaner_ops ops = {.size = sizeof(dm_cleaner_ops), .clean = clean};

static const dm_stage stage = {
    .size = sizeof(dm_stage), .kind = DM_CLEANER, .name = "@NAME@", .summary = "Shorten runs of spaces.",
    .state_size = sizeof(struct state), .options = DM_ARRAY(options), .rules = DM_ARRAY(rules), .ops.cleaner = &ops,
};
static const dm_stage *const stages[] = {&stage, NULL};
DM_PLUGIN(.name = "@NAME@", .version = "0.1.0", .license = "MIT", .stages = stages);
