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
    return strchr("|>#", s.ptr[0]) || (s.len > 1 && strchr("-*+", s.ptr[0]) && is_space(s.ptr[1]));
}

static bool ends_sentence(dm_str s)
{
    const char last = s.ptr[s.len - 1];
    return last == '.' || last == '!' || last == '?' || (s.len > 3 && !memcmp(s.ptr + s.len - 3, "”", 3));
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

static size_t count_lines(dm_str s)
{
    size_t n = 1;
    for (const char *p = s.ptr, *end = p + s.len; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        n += p > s.ptr && p[-1] != '\n';
    return n;
}

bool repeats_read(struct repeats *r)
{
    struct marked marked = {.marks = dm_marks(r->task, r->doc)};
    const dm_str s = r->text;
    size_t block = 0, number = 0;
    bool fenced = false, blank = true;
    r->lines = dm_alloc(r->task, count_lines(s) * sizeof *r->lines);
    if (!r->lines)
        return false;
    for (size_t at = 0, next; at < s.len; at = next) {
        const char *newline = memchr(s.ptr + at, '\n', s.len - at);
        struct repeats_line line = {.begin = at, .number = ++number, .above = blank};
        line.end = newline ? (size_t)(newline - s.ptr) : s.len;
        next = line.end + 1;
        while (line.begin < line.end && is_space(s.ptr[line.begin]))
            line.begin++;
        while (line.end > line.begin && is_space(s.ptr[line.end - 1]))
            line.end--;
        if (line.begin == line.end) {
            judge_block(r, block);
            block = r->count;
            blank = true;
            continue;
        }
        const dm_str body = {s.ptr + line.begin, line.end - line.begin};
        const bool fence = is_fence(body);
        const bool shaped = line.begin - at >= INDENT || memchr(s.ptr + at, '\t', line.end - at) != NULL;
        if (is_marked(&marked, &line) || fence || fenced || shaped || is_item(body))
            line.flags = LINE_FIXED;
        fenced ^= fence;
        blank = false;
        r->lines[r->count++] = line;
    }
    judge_block(r, block);
    return true;
}
