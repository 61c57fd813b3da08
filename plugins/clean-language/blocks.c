#include "blocks.h"

#include <string.h>

static bool is_prose(const dm_mark *m)
{
    return m->kind == DM_PARAGRAPH || m->kind == DM_TITLE || m->kind == DM_HEADING ||
           m->kind == DM_LIST_ITEM || m->kind == DM_QUOTE || m->kind == DM_CAPTION;
}

void blocks_init(struct blocks *b, dm_task *t, const dm_doc *d)
{
    *b = (struct blocks){.text = dm_text(t, d), .marks = dm_marks(t, d)};
    for (uint32_t i = 0; !b->marked && i < b->marks.count; i++)
        b->marked = is_prose(DM_AT(dm_mark, b->marks, i));
}

/* Blocks nest: of a quote and the paragraphs in it the outer one counts. */
static bool next_marked(struct blocks *b, dm_span *out)
{
    while (b->next < b->marks.count) {
        const dm_mark *const m = DM_AT(dm_mark, b->marks, b->next);
        b->next++;
        if (!is_prose(m) || m->at.begin < b->at || m->at.begin == m->at.end)
            continue;
        *out = m->at;
        b->at = m->at.end;
        return true;
    }
    return false;
}

static bool next_line(struct blocks *b, dm_span *out)
{
    while (b->at < b->text.len) {
        const char *const from = b->text.ptr + b->at;
        const char *const end = memchr(from, '\n', b->text.len - b->at);
        const size_t len = end ? (size_t)(end - from) : b->text.len - b->at;
        *out = (dm_span){b->at, b->at + len};
        b->at += len + 1;
        if (len)
            return true;
    }
    return false;
}

bool blocks_next(struct blocks *b, dm_span *out)
{
    return b->marked ? next_marked(b, out) : next_line(b, out);
}
