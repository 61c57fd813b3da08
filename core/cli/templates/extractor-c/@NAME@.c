/* @NAME@: one sentence about what it reads. */
#include <string.h>

#include <docmill/plugin.h>

/* How sure we are that the input is for us, from its first bytes: 0 (not at all) to 100. */
static int32_t probe(const void *state, dm_str head, dm_str name)
{
    (void)state;
    (void)name;
    static const char magic[] = "@NAME@\n";
    const size_t len = sizeof magic - 1;
    return head.len >= len && memcmp(head.ptr, magic, len) == 0 ? 100 : 0;
}

/* Append one line, and say what it is. */
static void add_line(dm_task *t, dm_doc *d, dm_str line, dm_span from, uint32_t kind)
{
    const size_t begin = dm_text(t, d).len;
    dm_append(t, d, line, from);
    dm_append(t, d, DM_LIT("\n"), (dm_span){0, 0});
    if (line.len == 0)
        return;
    const dm_mark mark = {.kind = kind, .at = {begin, begin + line.len}};
    dm_add_mark(t, d, &mark);
}

/* Turn bytes into text and marks.  Here: a first line that names the format, then the title, then
 * paragraphs, one a line.  What dm_append() and its kin refuse fails the call without our help. */
static dm_status extract(const void *state, dm_task *t, dm_doc *d)
{
    const dm_str bytes = dm_bytes(t, d);
    if (probe(state, bytes, (dm_str){NULL, 0}) == 0)
        return dm_fail(t, DM_EDOC, "the first line is not \"@NAME@\"");
    const size_t valid = dm_check_utf8(t, bytes);
    if (valid != bytes.len)
        return dm_fail(t, DM_EDOC, "byte %zu is not UTF-8", valid);
    size_t begin = sizeof "@NAME@\n" - 1;
    uint32_t kind = DM_TITLE;
    while (begin < bytes.len) {
        const char *end = memchr(bytes.ptr + begin, '\n', bytes.len - begin);
        const size_t stop = end ? (size_t)(end - bytes.ptr) : bytes.len;
        const dm_str line = {bytes.ptr + begin, stop - begin};
        add_line(t, d, line, (dm_span){begin, stop}, kind);
        if (kind == DM_TITLE)
            dm_set_meta(t, d, "title", line);
        kind = DM_PARAGRAPH;
        begin = stop + 1;
    }
    return DM_OK;
}

static const dm_extractor_ops ops = {
    .size = sizeof(dm_extractor_ops), .probe = probe, .extract = extract};

static const dm_stage stage = {
    .size = sizeof(dm_stage),
    .kind = DM_EXTRACTOR,
    .name = "@NAME@",
    .summary = "Read a title and paragraphs, one a line.",
    .ops.extractor = &ops,
};

static const dm_stage *const stages[] = {&stage, NULL};
DM_PLUGIN(.name = "@NAME@", .version = "0.1.0", .license = "MIT", .stages = stages);
