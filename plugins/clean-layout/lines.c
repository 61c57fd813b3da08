/* Lines and what they are.  A line is judged by itself, by the marks of the extractor and by the fences
 * of code around it; what it means beside its neighbours is for wrap.c. */
#include "layout.h"

#include <string.h>

#include "chars.h"

enum { INDENT_MAX = 3, GAP_MAX = 2, LABEL_MAX = 24 };

static bool is_space(uint32_t cp)
{
    return cp == ' ' || cp == '\t' || cp == '\r' || cp == 0xA0;
}

/* What is marked around a place. */
struct marked {
    dm_array marks;
    uint32_t next;
    size_t fixed_end, code_end; /* how far tables and headings, and code, reach that were met */
};

static unsigned judge_marks(struct marked *m, const struct layout_line *line)
{
    for (; m->next < m->marks.count; m->next++) {
        const dm_mark *mark = DM_AT(dm_mark, m->marks, m->next);
        if (mark->at.begin > line->begin)
            break;
        const bool code = mark->kind == DM_CODE;
        const bool fixed = mark->kind == DM_TABLE || mark->kind == DM_TITLE || mark->kind == DM_HEADING;
        if (code && mark->at.end > m->code_end)
            m->code_end = mark->at.end;
        if (fixed && mark->at.end > m->fixed_end)
            m->fixed_end = mark->at.end;
    }
    return (line->begin < m->code_end ? LINE_FIXED | LINE_CODE : 0u) |
           (line->begin < m->fixed_end ? LINE_FIXED : 0u);
}

/* A bullet, a number or a letter with a bracket or stop, then a space. */
static bool is_list_item(dm_str s)
{
    static const char *const bullets[] = {"-", "*", "+", "•", "·", "▪", "◦", "o"};
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        const size_t len = strlen(bullets[i]);
        if (s.len > len && !memcmp(s.ptr, bullets[i], len) && is_space((unsigned char)s.ptr[len]))
            return true;
    }
    size_t n = s.ptr[0] == '(';
    const size_t from = n;
    while (n < s.len && n - from < 3 && char_is_digit((unsigned char)s.ptr[n]))
        n++;
    if (n == from && n < s.len && char_case((unsigned char)s.ptr[n]) != CASE_NONE)
        n++;
    return n > from && n + 1 < s.len && (s.ptr[n] == '.' || s.ptr[n] == ')') && s.ptr[n + 1] == ' ' &&
           !(s.ptr[n] == '.' && s.ptr[n - 1] >= 'A'); /* "A. Moore" is a name */
}

/* "Q: ", "Second officer: ": a speech, or a field. */
static bool is_labelled(dm_str s)
{
    if (char_case(char_decode(s, 0)) != CASE_UPPER)
        return false;
    for (size_t i = 0, words = 1; i + 1 < s.len && i < LABEL_MAX && words < 3; i++) {
        if (s.ptr[i] == ':')
            return s.ptr[i + 1] == ' ';
        words += s.ptr[i] == ' ';
    }
    return false;
}

/* A dash, then a space: a speech, a list item, or the second half of a sentence. */
static bool is_aside(dm_str s)
{
    return s.len > 3 && (!memcmp(s.ptr, "–", 3) || !memcmp(s.ptr, "—", 3)) &&
           is_space((unsigned char)s.ptr[3]);
}

static bool is_fence(dm_str s)
{
    return s.len >= 3 && (!memcmp(s.ptr, "```", 3) || !memcmp(s.ptr, "~~~", 3));
}

/* What a look at the characters of a line tells. */
struct look {
    size_t letters, bars, gap, widest_gap; /* letters: and digits */
    bool tab;
};

/* Read the characters of s[line->begin, line->end). */
static struct look look_at(dm_str s, struct layout_line *line)
{
    struct look k = {0};
    bool first_word = true;
    uint32_t column = line->indent;
    for (size_t i = line->begin; i < line->end; i += char_length(s, i)) {
        const uint32_t cp = char_decode(s, i);
        k.gap = is_space(cp) ? k.gap + 1 : 0;
        if (k.gap > k.widest_gap)
            k.widest_gap = k.gap;
        k.tab |= cp == '\t';
        k.bars += cp == '|';
        const enum letter_case c = char_case(cp);
        k.letters += c != CASE_NONE || char_is_digit(cp);
        first_word = first_word && k.gap == 0;
        if (first_word)
            line->capitals |= c == CASE_UPPER && i > line->begin;
        else if (line->first_word == 0)
            line->first_word = column - line->indent;
        if (!char_is_closer(cp))
            line->last = cp;
        column++;
    }
    line->width = column;
    if (line->first_word == 0)
        line->first_word = column - line->indent;
    return k;
}

static bool ends_in_hyphen(dm_str s, const struct layout_line *line)
{
    const size_t len = line->last == '-' ? 1 : 3;
    if ((line->last != '-' && line->last != 0x2010) || line->end - line->begin <= len)
        return false;
    const uint32_t last = char_decode(s, char_before(s, line->end));
    const uint32_t before = char_decode(s, char_before(s, line->end - len));
    return last == line->last && (char_is_letter(before) || char_is_digit(before));
}

static unsigned judge(dm_str text, struct layout_line *line, bool tab_before)
{
    const dm_str s = {text.ptr + line->begin, line->end - line->begin};
    line->first = char_decode(text, line->begin);
    const struct look k = look_at(text, line);
    const unsigned char last = (unsigned char)text.ptr[line->end - 1];
    const bool cjk = char_is_cjk(line->first) || char_is_cjk(line->last);
    const bool fixed = k.tab || tab_before || cjk || k.letters == 0 || k.bars >= 2 ||
                       line->indent > INDENT_MAX || k.widest_gap > GAP_MAX || strchr("|>#=", s.ptr[0]) ||
                       strchr("{}\\|", last);
    return (fixed ? LINE_FIXED : 0u) | (is_list_item(s) ? LINE_STARTS : 0u) |
           (is_labelled(s) || is_aside(s) ? LINE_MAY_START : 0u) |
           (ends_in_hyphen(text, line) ? LINE_HYPHEN : 0u);
}

/* Find the words of the line at `start`.  return  whether there are any */
static bool find_words(dm_str s, size_t start, size_t end, struct layout_line *line, bool *tab)
{
    *line = (struct layout_line){.start = start, .begin = start, .end = end};
    *tab = false;
    while (line->begin < end && is_space(char_decode(s, line->begin))) {
        *tab |= s.ptr[line->begin] == '\t';
        line->indent++;
        line->begin += char_length(s, line->begin);
    }
    while (line->end > line->begin && is_space(char_decode(s, char_before(s, line->end))))
        line->end = char_before(s, line->end);
    return line->begin < line->end;
}

static size_t count_lines(dm_str s)
{
    size_t n = 1;
    for (const char *p = s.ptr, *end = p + s.len; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        n += p > s.ptr && p[-1] != '\n';
    return n;
}

/* An indented line starts a paragraph, unless it stands below its own kind or a list item. */
static bool is_indented(const struct layout *l, const struct layout_line *line)
{
    if (l->count == 0 || line->above > 0)
        return false;
    const struct layout_line *const above = &l->lines[l->count - 1];
    return line->indent > above->indent && !(above->flags & LINE_STARTS);
}

bool layout_read(struct layout *l)
{
    struct marked marked = {.marks = dm_marks(l->task, l->doc)};
    const dm_str s = l->text;
    size_t blank = 0, second_blank = 0;
    bool fenced = false, tab;
    l->lines = dm_alloc(l->task, count_lines(s) * sizeof *l->lines);
    if (!l->lines)
        return false;
    for (size_t at = 0; at < s.len;) {
        const char *newline = memchr(s.ptr + at, '\n', s.len - at);
        const size_t end = newline ? (size_t)(newline - s.ptr) : s.len;
        struct layout_line line;
        if (find_words(s, at, end, &line, &tab)) {
            line.above = blank < 2 ? (uint8_t)blank : 2;
            line.second_blank = second_blank;
            const bool fence = is_fence((dm_str){s.ptr + line.begin, line.end - line.begin});
            unsigned flags = judge(s, &line, tab) | judge_marks(&marked, &line);
            if (fenced || fence)
                flags |= LINE_FIXED | LINE_CODE;
            fenced ^= fence;
            line.flags = (uint16_t)(flags | (is_indented(l, &line) ? LINE_STARTS : 0u));
            l->lines[l->count++] = line;
            blank = second_blank = 0;
        } else if (++blank == 2) {
            second_blank = at;
        }
        at = end + 1;
    }
    return true;
}
