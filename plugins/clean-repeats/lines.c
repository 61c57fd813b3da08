/* Lines and what they are: prose, in which a repeat is a mistake, or something that repeats by nature. */
#include "repeats.h"

#include <string.h>

enum { INDENT = 4, VERSE_WIDTH = 60, VERSE_LINES = 3 };

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* How far the marked stretches reach that were met. */
struct marked {
    dm_array marks;
    uint32_t next;
    size_t fixed_end;
};

static bool is_marked(struct marked *m, const struct repeats_line *line)
{
    for (; m->next < m->marks.count; m->next++) {
        const dm_mark *mark = DM_AT(dm_mark, m->marks, m->next);
        if (mark->at.begin > line->begin)
            break;
        const bool fixed = mark->kind == DM_CODE || mark->kind == DM_TABLE || mark->kind == DM_LIST_ITEM;
        if (fixed && mark->at.end > m->fixed_end)
            m->fixed_end = mark->at.end;
    }
    return line->begin < m->fixed_end;
}

static bool is_fence(dm_str s)
{
    return s.len >= 3 && (!memcmp(s.ptr, "```", 3) || !memcmp(s.ptr, "~~~", 3));
}

/* A bullet, a bar, a quotation mark of mail, or a number with its stop. */
static bool is_item(dm_str s)
{
    size_t n = 0;
    while (n < s.len && n < 3 && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    if (n > 0)
        return n + 1 < s.len && (s.ptr[n] == '.' || s.ptr[n] == ')') && s.ptr[n + 1] == ' ';
    if (s.len > 3 && (!memcmp(s.ptr, "•", 3) || !memcmp(s.ptr, "–", 3) || !memcmp(s.ptr, "—", 3)))
        return true;
    switch (s.ptr[0]) {
    case '|':
    case '>':
    case '#':
        return true;
    case '-':
    case '*':
    case '+':
        return s.len > 1 && is_space(s.ptr[1]);
    default:
        return false;
    }
}

static bool ends_sentence(dm_str s)
{
    const char last = s.ptr[s.len - 1];
    return last == '.' || last == '!' || last == '?' || (s.len > 3 && !memcmp(s.ptr + s.len - 3, "”", 3));
}

/* `2. Cover and put it in the fridge overnight.` */
static bool is_item_of_prose(dm_str s)
{
    enum { ITEM_MIN = 40 };
    return s.len >= ITEM_MIN && ends_sentence(s) && s.ptr[0] != '|' && s.ptr[0] != '>' && s.ptr[0] != '#';
}

/* The lines of a block, as verse shows itself: short, with capitals first, few with a full stop last. */
static void judge_block(struct repeats *r, size_t begin)
{
    const size_t n = r->count - begin;
    size_t narrow = 0, capitals = 0, stopped = 0;
    for (size_t i = begin; i < r->count; i++) {
        const struct repeats_line *const line = &r->lines[i];
        const dm_str s = {r->text.ptr + line->begin, line->end - line->begin};
        narrow += s.len <= VERSE_WIDTH;
        capitals += (s.ptr[0] >= 'A' && s.ptr[0] <= 'Z') || (unsigned char)s.ptr[0] >= 0x80;
        stopped += ends_sentence(s);
    }
    if (n < VERSE_LINES || narrow < n || capitals * 3 < n * 2 || stopped * 2 > n)
        return;
    for (size_t i = begin; i < r->count; i++)
        r->lines[i].flags |= LINE_VERSE;
}

static size_t count_lines(const struct repeats *r)
{
    size_t n = 1;
    dm_runs breaks = dm_runs_of(r->classes, 0, r->text.len, DM_LF);
    for (size_t at = 0; at < r->text.len; at = dm_next_edge(&breaks))
        n += dm_next_edge(&breaks) < r->text.len;
    return n;
}

/* The tabs of the text, run by run. */
struct tabs {
    dm_runs runs;
    size_t begin, end; /* of the last run */
};

static bool has_tab(struct tabs *t, size_t begin, size_t end)
{
    while (t->end <= begin && t->begin < t->runs.end) {
        t->begin = dm_next_edge(&t->runs);
        t->end = dm_next_edge(&t->runs);
    }
    return t->begin < end && t->end > begin;
}

bool repeats_read(struct repeats *r)
{
    struct marked marked = {.marks = dm_marks(r->task, r->doc)};
    const dm_str s = r->text;
    dm_runs breaks = dm_runs_of(r->classes, 0, s.len, DM_LF);
    struct tabs tabs = {.runs = dm_runs_of(r->classes, 0, s.len, DM_TAB)};
    size_t block = 0;
    bool fenced = false, blank = true;
    r->lines = dm_alloc(r->task, count_lines(r) * sizeof *r->lines);
    if (!r->lines)
        return false;
    for (size_t at = 0, next, number = 1; at < s.len; at = next) {
        struct repeats_line line = {
            .begin = at, .end = dm_next_edge(&breaks), .number = number, .above = blank};
        next = dm_next_edge(&breaks);
        number += next - line.end;
        const bool apart = next - line.end > 1;
        while (line.begin < line.end && is_space(s.ptr[line.begin]))
            line.begin++;
        while (line.end > line.begin && is_space(s.ptr[line.end - 1]))
            line.end--;
        if (line.begin < line.end) {
            const dm_str body = {s.ptr + line.begin, line.end - line.begin};
            const bool fence = is_fence(body);
            const bool shaped = line.begin - at >= INDENT || has_tab(&tabs, at, line.end);
            if (is_marked(&marked, &line) || fence || fenced || shaped)
                line.flags = LINE_FIXED;
            else if (is_item(body))
                line.flags = is_item_of_prose(body) ? LINE_ITEM : LINE_FIXED;
            fenced ^= fence;
            r->lines[r->count++] = line;
        }
        blank = apart || line.begin == line.end;
        if (blank) {
            judge_block(r, block);
            block = r->count;
        }
    }
    judge_block(r, block);
    return true;
}
