/* Lines of code: fenced, indented, or marked as such.  They are looked for once something is found in the text. */
#include <string.h>

#include "names.h"

/* Where the walk is. */
struct walk {
    dm_array marks;
    uint32_t mark;
    size_t code_end; /* of the marks that have begun */
    bool fenced;
};

static bool is_code_line(struct walk *w, dm_str s, size_t at)
{
    const char *const p = s.ptr + at;
    const size_t left = s.len - at;
    for (; w->mark < w->marks.count; w->mark++) {
        const dm_mark *mark = DM_AT(dm_mark, w->marks, w->mark);
        if (mark->at.begin > at)
            break;
        if (mark->kind == DM_CODE && mark->at.end > w->code_end)
            w->code_end = mark->at.end;
    }
    const bool fence = left >= 3 && (!memcmp(p, "```", 3) || !memcmp(p, "~~~", 3));
    w->fenced ^= fence;
    return fence || w->fenced || at < w->code_end || (left > 0 && *p == '\t') ||
           (left >= 4 && !memcmp(p, "    ", 4));
}

static bool push_code(struct names *n, dm_span at)
{
    if (n->code_count > 0 && n->code[n->code_count - 1].end == at.begin) {
        n->code[n->code_count - 1].end = at.end;
        return true;
    }
    if (n->code_count == n->code_cap) {
        const size_t cap = n->code_cap ? n->code_cap * 2 : 16;
        dm_span *bigger = dm_alloc(n->task, cap * sizeof *bigger);
        if (!bigger)
            return false;
        if (n->code_count)
            memcpy(bigger, n->code, n->code_count * sizeof *bigger);
        n->code = bigger;
        n->code_cap = cap;
    }
    n->code[n->code_count++] = at;
    return true;
}

bool names_find_code(struct names *n)
{
    struct walk w = {.marks = dm_marks(n->task, n->doc)};
    const dm_str s = n->text;
    if (n->code_is_known)
        return true;
    for (size_t at = 0, end; at < s.len; at = end) {
        const char *const newline = memchr(s.ptr + at, '\n', s.len - at);
        end = newline ? (size_t)(newline - s.ptr) + 1 : s.len;
        if (is_code_line(&w, s, at) && !push_code(n, (dm_span){at, end}))
            return false;
    }
    n->code_is_known = true;
    return true;
}
