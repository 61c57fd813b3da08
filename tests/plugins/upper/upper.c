/* upper: ASCII letters in capitals, one recorded edit for each run.  For tests of the chain. */
#include <docmill/plugin.h>

enum { RULE_CAPITALS };
static const dm_rule rules[] = {
    [RULE_CAPITALS] = {.id = "capitals", .help = "Small ASCII letters became capitals."},
};

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static dm_status upper_clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    const dm_str text = dm_text(t, d);
    char *const capitals = dm_alloc(t, text.len);
    if (capitals == NULL)
        return DM_ELIMIT;
    for (size_t begin = 0, end; begin < text.len; begin = end + 1) {
        for (end = begin; end < text.len && is_small(text.ptr[end]); end++)
            capitals[end] = (char)(text.ptr[end] - 'a' + 'A');
        if (end > begin)
            dm_edit(t, d, (dm_span){begin, end}, (dm_str){capitals + begin, end - begin}, RULE_CAPITALS);
    }
    return DM_OK;
}

static const dm_stage upper = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "upper",
    .summary = "Write ASCII letters in capitals.",
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = upper_clean},
};

DM_PLUGIN(.name = "upper", .version = "1.0.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&upper, NULL});
