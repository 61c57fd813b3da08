// @NAME@: one sentence about what it reads.
#include <docmill/plugin.h>

#include <new>
#include <string_view>

namespace
{

constexpr std::string_view magic = "@NAME@\n";

std::string_view view(dm_str s)
{
    return {s.ptr, s.len};
}

// How sure we are that the input is for us, from its first bytes: 0 (not at all) to 100.
int32_t probe(const void *, dm_str head, dm_str)
{
    return view(head).substr(0, magic.size()) == magic ? 100 : 0;
}

// Append one line, and say what it is.
void add_line(dm_task *t, dm_doc *d, std::string_view line, dm_span from, dm_kind kind)
{
    const std::size_t begin = dm_text(t, d).len;
    dm_append(t, d, dm_str{line.data(), line.size()}, from);
    dm_append(t, d, DM_LIT("\n"), dm_span{0, 0});
    const dm_mark mark = {static_cast<uint32_t>(kind), 0, {begin, begin + line.size()}, DM_LIT("")};
    if (!line.empty())
        dm_add_mark(t, d, &mark);
}

// A first line that names the format, then the title, then paragraphs, one a line.
void read_lines(dm_task *t, dm_doc *d, std::string_view bytes)
{
    dm_kind kind = DM_TITLE;
    for (std::size_t begin = magic.size(); begin < bytes.size();) {
        const auto feed = bytes.find('\n', begin), end = feed != bytes.npos ? feed : bytes.size();
        const auto line = bytes.substr(begin, end - begin);
        add_line(t, d, line, dm_span{begin, end}, kind);
        if (kind == DM_TITLE)
            dm_set_meta(t, d, "title", dm_str{line.data(), line.size()});
        kind = DM_PARAGRAPH;
        begin = end + 1;
    }
}

// What dm_append() and its kin refuse fails the call without our help.  No exception may leave: docmill is
// written in C.
dm_status extract(const void *state, dm_task *t, dm_doc *d)
try {
    const dm_str bytes = dm_bytes(t, d);
    if (probe(state, bytes, DM_LIT("")) == 0)
        return dm_fail(t, DM_EDOC, "the first line is not \"@NAME@\"");
    const std::size_t valid = dm_check_utf8(t, bytes);
    if (valid != bytes.len)
        return dm_fail(t, DM_EDOC, "byte %zu is not UTF-8", valid);
    read_lines(t, d, view(bytes));
    return DM_OK;
} catch (const std::bad_alloc &) {
    return dm_fail(t, DM_ELIMIT, "out of memory");
}

const dm_extractor_ops ops = {sizeof(dm_extractor_ops), probe, extract};
// size, kind, needs, state, name, summary, page, options, rules, metrics, open, close, operations
const dm_stage stage = {sizeof(dm_stage), DM_EXTRACTOR, 0, 0, "@NAME@", "Read a title and paragraphs, one a line.",
                        nullptr, {}, {}, {}, nullptr, nullptr, {&ops}};
const dm_stage *const stages[] = {&stage, nullptr};

} // namespace

// smallest host, flags, name, version, licence, stages
DM_PLUGIN(0, 0, "@NAME@", "0.1.0", "MIT", stages);
