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

static bool begins_with_bullet(dm_str s)
{
    static const char *const bullets[] = {"-", "*", "+", "•", "·", "▪", "◦", "o"};
    const unsigned char c = (unsigned char)*s.ptr;
    for (size_t i = 0; (c < 'A' || c == 'o' || c >= 0x80) && i < sizeof bullets / sizeof *bullets; i++) {
        const size_t len = strlen(bullets[i]);
        if (s.len > len && !memcmp(s.ptr, bullets[i], len) && is_space((unsigned char)s.ptr[len]))
            return true;
    }
    return false;
}

/* A bullet, a number or a letter with a bracket or stop, then a space. */
static bool is_list_item(dm_str s)
{
    if (begins_with_bullet(s))
        return true;
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
        if (s.ptr[i] == ',') /* "Europe, Ormskerry: Univ." */
            return false;
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

/* ---- characters ----------------------------------------------------------------------------- */

/* What a look at the characters of a line tells. */
struct look {
    bool letters; /* or digits */
    bool bars;    /* two and more */
    bool gap;     /* more than GAP_MAX spaces in a row */
    bool tab;
};

/* Read the characters of s[line->begin, line->end), one by one. */
static struct look read_characters(dm_str s, struct layout_line *line)
{
    struct look k = {0};
    size_t bars = 0, gap = 0;
    for (size_t i = line->begin; i < line->end; i += char_length(s, i)) {
        const uint32_t cp = char_decode(s, i);
        gap = is_space(cp) ? gap + 1 : 0;
        bars += cp == '|';
        k.gap |= gap > GAP_MAX;
        k.tab |= cp == '\t';
        k.letters |= char_case(cp) != CASE_NONE || char_is_digit(cp);
        line->width++;
    }
    k.bars = bars > 1;
    return k;
}

/* The bytes of wide characters but the first of each, among `wide`, of which some may be of a character that began
 * before.  *no_break: there is a no-break space */
static size_t count_trailing(const char *p, uint64_t wide, bool *no_break)
{
    size_t trailing = 0;
    for (; wide != 0; wide &= wide - 1) {
        const unsigned at = (unsigned)__builtin_ctzll(wide);
        trailing += ((unsigned char)p[at] & 0xC0) == 0x80;
        *no_break |= (unsigned char)p[at] == 0xC2 && (unsigned char)p[at + 1] == 0xA0;
    }
    return trailing;
}

/* The same for most lines, 64 bytes at a time.  return  false: the line has what only characters tell */
static bool read_classes(const struct layout *l, struct layout_line *line, struct look *k)
{
    uint64_t letters = 0, tabs = 0, gaps = 0, before = 0;
    size_t trailing = 0;
    bool no_break = false;
    for (size_t base = line->begin / 64 * 64; base < line->end; base += 64) {
        const dm_classes *const c = DM_AT(dm_classes, l->classes, base / 64);
        uint64_t in = UINT64_MAX;
        if (base < line->begin)
            in <<= line->begin - base;
        if (line->end - base < 64)
            in &= ~(UINT64_MAX << (line->end - base));
        const uint64_t blank = in & (c->space | c->tab | c->cr);
        letters |= in & (c->small | c->capital | c->digit);
        tabs |= in & c->tab;
        gaps |= blank & (blank << 1 | before >> 63) & (blank << 2 | before >> 62);
        before = blank;
        trailing += count_trailing(l->text.ptr + base, in & c->wide, &no_break);
    }
    if (no_break || letters == 0)
        return false;
    const char *const begin = l->text.ptr + line->begin, *const end = l->text.ptr + line->end;
    const char *const bar = memchr(begin, '|', (size_t)(end - begin));
    *k = (struct look){.letters = true,
                       .bars = bar && memchr(bar + 1, '|', (size_t)(end - bar - 1)),
                       .gap = gaps != 0,
                       .tab = tabs != 0};
    line->width += (uint32_t)(line->end - line->begin - trailing);
    return true;
}

static void read_first_word(dm_str s, struct layout_line *line)
{
    for (size_t i = line->begin; i < line->end; i += char_length(s, i)) {
        const uint32_t cp = char_decode(s, i);
        if (is_space(cp))
            break;
        line->capitals |= i > line->begin && char_case(cp) == CASE_UPPER;
        line->first_word++;
    }
}

static void read_last(dm_str s, struct layout_line *line)
{
    for (size_t i = line->end; i > line->begin;) {
        i = char_before(s, i);
        const uint32_t cp = char_decode(s, i);
        if (!char_is_closer(cp)) {
            line->last = cp;
            return;
        }
    }
}

static struct look look_at(const struct layout *l, struct layout_line *line)
{
    struct look k;
    line->first = char_decode(l->text, line->begin);
    line->width = line->indent;
    read_first_word(l->text, line);
    read_last(l->text, line);
    return read_classes(l, line, &k) ? k : read_characters(l->text, line);
}

/* ---- what a line is ------------------------------------------------------------------------- */

static bool ends_in_hyphen(dm_str s, const struct layout_line *line)
{
    const size_t len = line->last == '-' ? 1 : 3;
    if ((line->last != '-' && line->last != 0x2010) || line->end - line->begin <= len)
        return false;
    const uint32_t last = char_decode(s, char_before(s, line->end));
    const uint32_t before = char_decode(s, char_before(s, line->end - len));
    return last == line->last && (char_is_letter(before) || char_is_digit(before));
}

static bool is_fixed_by_first(char c)
{
    return c == '|' || c == '>' || c == '#' || c == '=' || c == 0;
}

static bool is_fixed_by_last(char c)
{
    return c == '{' || c == '}' || c == '\\' || c == '|' || c == 0;
}

static unsigned judge(const struct layout *l, struct layout_line *line, bool tab_before)
{
    const dm_str text = l->text;
    const dm_str s = {text.ptr + line->begin, line->end - line->begin};
    const struct look k = look_at(l, line);
    const bool cjk = char_is_cjk(line->first) || char_is_cjk(line->last);
    const bool fixed = k.tab || tab_before || cjk || !k.letters || k.bars || line->indent > INDENT_MAX ||
                       k.gap || is_fixed_by_first(s.ptr[0]) || is_fixed_by_last(s.ptr[s.len - 1]);
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
    l->classes = dm_classify(l->task, l->doc);
    if (!l->lines || !l->classes.items)
        return false;
    for (size_t at = 0; at < s.len;) {
        const char *newline = memchr(s.ptr + at, '\n', s.len - at);
        const size_t end = newline ? (size_t)(newline - s.ptr) : s.len;
        struct layout_line line;
        if (find_words(s, at, end, &line, &tab)) {
            line.above = blank < 2 ? (uint8_t)blank : 2;
            line.second_blank = second_blank;
            const bool fence = is_fence((dm_str){s.ptr + line.begin, line.end - line.begin});
            unsigned flags = judge(l, &line, tab) | judge_marks(&marked, &line);
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
