#include "lines.h"
#include "fold.h"

#include <string.h>

/* Longer lines are paragraphs, whatever is in them. */
enum { SENTENCE_WORDS = 8, LINE_MAX_WORDS = 30, LINE_MAX_BYTES = 300 };

static dm_span trim(dm_str s, dm_span at)
{
    while (at.begin < at.end && strchr(" \t\r", s.ptr[at.begin]) && s.ptr[at.begin])
        at.begin++;
    while (at.begin < at.end && strchr(" \t\r", s.ptr[at.end - 1]) && s.ptr[at.end - 1])
        at.end--;
    return at;
}

static uint32_t count_words(dm_array classes, dm_span at)
{
    uint32_t words = 0;
    dm_runs gaps = dm_runs_of(classes, at.begin, at.end, DM_SPACE | DM_TAB);
    for (size_t from = at.begin; from < at.end; from = dm_next_edge(&gaps))
        words += dm_next_edge(&gaps) > from;
    return words;
}

/* A stop, perhaps with a quote or bracket behind it; also the Arabic question mark and the ideographic stop. */
static bool is_stopped(dm_str s)
{
    while (s.len) {
        const unsigned char c = (unsigned char)s.ptr[s.len - 1];
        if (c == '.' || c == '!' || c == '?')
            return true;
        if (s.len >= 3 &&
            (!memcmp(s.ptr + s.len - 3, "\xE2\x80\xA6", 3) || !memcmp(s.ptr + s.len - 3, "\xE3\x80\x82", 3)))
            return true;
        if (s.len >= 2 && !memcmp(s.ptr + s.len - 2, "\xD8\x9F", 2))
            return true;
        if (c == '"' || c == '\'' || c == ')' || c == ' ')
            s.len--;
        else if (s.len >= 3 && !memcmp(s.ptr + s.len - 3, "\xE2\x80", 2))
            s.len -= 3;
        else if (s.len >= 2 &&
                 (!memcmp(s.ptr + s.len - 2, "\xC2\xBB", 2) || !memcmp(s.ptr + s.len - 2, "\xC2\xAB", 2)))
            s.len -= 2;
        else
            return false;
    }
    return false;
}

/* `- Facebook`, `* Facebook`, `• Facebook` */
static bool is_item(dm_str s)
{
    const size_t bullet = s.len > 3 && !memcmp(s.ptr, "\xE2\x80\xA2", 3) ? 3 : 1;
    return s.len > bullet + 1 && (bullet == 3 || *s.ptr == '-' || *s.ptr == '*') && s.ptr[bullet] == ' ' &&
           s.ptr[s.len - 1] != '-';
}

static bool read_line(dm_task *t, dm_str text, dm_array classes, dm_span at, struct line *out)
{
    const dm_str s = {text.ptr + at.begin, at.end - at.begin};
    *out = (struct line){.at = at,
                         .rule = UNDECIDED,
                         .weak = UNDECIDED,
                         .words = UINT32_MAX,
                         .stopped = is_stopped(s),
                         .sentence = true,
                         .item = is_item(s)};
    if (s.len > LINE_MAX_BYTES)
        return true;
    out->words = count_words(classes, at);
    out->sentence = out->stopped && out->words >= SENTENCE_WORDS;
    if (out->words > LINE_MAX_WORDS)
        return true;
    char *const folded = dm_alloc(t, s.len + 1);
    if (!folded)
        return false;
    out->folded = fold_trim((dm_str){folded, fold(s, folded)});
    return true;
}

/* Lines between lines of three backticks, and what is marked as code or a table. */
static void find_code(const dm_str text, dm_array marks, struct lines *lines)
{
    bool fenced = false;
    uint32_t mark = 0;
    size_t end = 0;
    for (size_t i = 0; i < lines->count; i++) {
        struct line *const l = &lines->items[i];
        for (; mark < marks.count && DM_AT(dm_mark, marks, mark)->at.begin <= l->at.begin; mark++) {
            const dm_mark *const m = DM_AT(dm_mark, marks, mark);
            if ((m->kind == DM_CODE || m->kind == DM_TABLE) && m->at.end > end)
                end = m->at.end;
        }
        const bool fence = l->at.end - l->at.begin >= 3 && !memcmp(text.ptr + l->at.begin, "```", 3);
        l->code = fence || fenced || l->at.begin < end;
        fenced ^= fence;
    }
}

dm_status lines_read(dm_task *t, const dm_doc *d, struct lines *out)
{
    const dm_str text = dm_text(t, d);
    size_t breaks = 1;
    for (const char *p = text.ptr; (p = memchr(p, '\n', text.len - (size_t)(p - text.ptr))) != NULL; p++)
        breaks++;
    out->count = 0;
    out->items = dm_alloc(t, breaks * sizeof *out->items);
    const dm_array classes = dm_classify(t, d);
    if (!out->items || !classes.items)
        return DM_ELIMIT;
    for (size_t from = 0; from < text.len;) {
        const char *const newline = memchr(text.ptr + from, '\n', text.len - from);
        const size_t end = newline ? (size_t)(newline - text.ptr) : text.len;
        const dm_span at = trim(text, (dm_span){from, end});
        if (at.begin < at.end && !read_line(t, text, classes, at, &out->items[out->count++]))
            return DM_ELIMIT;
        from = end + 1;
    }
    find_code(text, dm_marks(t, d), out);
    return DM_OK;
}
