/* Going back: from a text and the records of its changes to the text before them. */
#include <string.h>

#include "core/document/edit.h"
#include "core/text/str.h"

static bool is_made_text(const dm_edit_record *r)
{
    return r->target == DM_CHANGE_TEXT && !(r->flags & DM_EDIT_FLAGGED);
}

/* The text before records [begin, end), which one stage made. */
static dm_str undo_stage(struct dm_arena *arena, dm_str text, const dm_edit_record *records, size_t begin,
                         size_t end)
{
    size_t size = text.len;
    for (size_t i = begin; i < end; i++) {
        if (!is_made_text(&records[i]))
            continue;
        if (records[i].to.begin > records[i].to.end || records[i].to.end > text.len ||
            !dm__str_eq(dm__str_slice(text, records[i].to), records[i].after))
            return (dm_str){NULL, 0};
        size += records[i].before.len;
        size -= records[i].after.len;
    }
    char *const out = dm__arena_raw(arena, size + 1);
    if (out == NULL)
        return (dm_str){NULL, 0};
    size_t from = 0, n = 0;
    for (size_t i = begin; i < end; i++) {
        const dm_edit_record *const r = &records[i];
        if (!is_made_text(r))
            continue;
        if (r->to.begin < from)
            return (dm_str){NULL, 0};
        memcpy(out + n, text.ptr + from, r->to.begin - from);
        n += r->to.begin - from;
        if (r->before.len != 0)
            memcpy(out + n, r->before.ptr, r->before.len);
        n += r->before.len;
        from = r->to.end;
    }
    memcpy(out + n, text.ptr + from, text.len - from);
    out[size] = '\0';
    return (dm_str){out, size};
}

dm_str dm__edit_undo(struct dm_arena *arena, dm_str text, const dm_edit_record *records, size_t count,
                     uint32_t stage)
{
    while (count != 0 && records[count - 1].stage >= stage && text.ptr != NULL) {
        size_t begin = count;
        while (begin != 0 && records[begin - 1].stage == records[count - 1].stage)
            begin--;
        text = undo_stage(arena, text, records, begin, count);
        count = begin;
    }
    return text;
}
