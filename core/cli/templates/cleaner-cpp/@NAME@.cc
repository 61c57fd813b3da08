// @NAME@: one sentence about what it repairs.
#include <docmill/plugin.h>

#include <new>
#include <string_view>

namespace
{

struct state { // what the options say
    int64_t keep;
};

// name, type, flags, place, default, least, greatest, unit, choices, help
const dm_option options[] = {
    {"keep", DM_INT, 0, DM__FIELD(state, keep, int64_t), "1", 1, 64, "spaces", nullptr,
     "How many spaces of a longer run to keep."},
};

// The reasons for changes; ids are for ever, as pipeline files use them.
enum { RULE_SPACE_RUN };
const dm_rule rules[] = {{"space-run", "A run of spaces was longer than `keep`.", DM_FIX, 0}};

// Ask for changes, at positions of the text as this call received it.
void shorten_runs(std::size_t keep, std::string_view text, dm_task *t, dm_doc *d)
{
    constexpr auto none = std::string_view::npos;
    for (auto from = text.find(' '); from != none; from = text.find(' ', from)) {
        const auto end = text.find_first_not_of(' ', from), to = end != none ? end : text.size();
        if (to - from > keep)
            dm_edit(t, d, dm_span{from + keep, to}, DM_LIT(""), RULE_SPACE_RUN);
        from = to;
    }
}

// No exception may leave: docmill is written in C.
dm_status clean(const void *s, dm_task *t, dm_doc *d)
try {
    const dm_str text = dm_text(t, d);
    shorten_runs(static_cast<std::size_t>(static_cast<const state *>(s)->keep), {text.ptr, text.len}, t, d);
    return DM_OK;
} catch (const std::bad_alloc &) {
    return dm_fail(t, DM_ELIMIT, "out of memory");
}

const dm_cleaner_ops ops = {sizeof(dm_cleaner_ops), clean};
// size, kind, needs, state, name, summary, page, options, rules, metrics, open, close, operations
const dm_stage stage = {sizeof(dm_stage), DM_CLEANER, 0, sizeof(state), "@NAME@", "Shorten runs of spaces.", nullptr,
                        DM_ARRAY(options), DM_ARRAY(rules), {}, nullptr, nullptr, {&ops}};
const dm_stage *const stages[] = {&stage, nullptr};

} // namespace

// smallest host, flags, name, version, licence, stages
DM_PLUGIN(0, 0, "@NAME@", "0.1.0", "MIT", stages);
