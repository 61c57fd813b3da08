// A plugin in C++17, which has no designated initialisers: members in their order, up to the last one
// that is used.  The header is the only include that it needs.
#include <docmill/plugin.h>

namespace
{
struct state {
    int64_t keep;
    dm_str word;
};

const dm_option options[] = {
    {"keep", DM_INT, 0, DM__FIELD(state, keep, int64_t), "1", 1, 64, "spaces", nullptr, "How many to keep."},
    {"word", DM_TEXT, 0, DM__FIELD(state, word, dm_str), "x", 0, 0, nullptr, nullptr, "What to put instead."},
};
const dm_rule rules[] = {{"rule", "A rule.", DM_FIX, 0.0}};

dm_status clean(const void *s, dm_task *t, dm_doc *d)
{
    const auto *const self = static_cast<const state *>(s);
    const dm_str text = dm_text(t, d);
    if (text.len < static_cast<size_t>(self->keep))
        return dm_fail(t, DM_EDOC, "shorter than %d", static_cast<int>(self->keep));
    dm_log(t, DM_LOG_INFO, DM_LIT("long enough"));
    return dm_edit(t, d, dm_span{0, text.len}, self->word, 0);
}

const dm_cleaner_ops ops = {sizeof(dm_cleaner_ops), clean};
const dm_stage stage = {sizeof(dm_stage),
                        DM_CLEANER,
                        0,
                        sizeof(state),
                        "cxx",
                        "A cleaner in C++.",
                        nullptr,
                        DM_ARRAY(options),
                        DM_ARRAY(rules),
                        {},
                        nullptr,
                        nullptr,
                        {&ops}};
const dm_stage *const stages[] = {&stage, nullptr};
} // namespace

DM_PLUGIN(0, 0, "header-cxx17", "1.0.0", "MIT", stages);
