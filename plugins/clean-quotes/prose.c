/* Where quotation marks stand: the paragraphs of prose, and whether they are English. */
#include "quotes.h"

#include <string.h>

enum { INDENT = 4, STYLE_TEXT = 1 << 16 };

/* ---- lines ---------------------------------------------------------------------------------- */

size_t line_end(dm_str s, size_t at)
{
    const char *stop = memchr(s.ptr + at, '\n', s.len - at);
    return stop ? (size_t)(stop - s.ptr) : s.len;
}

static size_t line_begin(dm_str s, size_t at)
{
    const char *stop = memrchr(s.ptr, '\n', at);
    return stop ? (size_t)(stop + 1 - s.ptr) : 0;
}

static bool is_fence(dm_str s, size_t begin, size_t end)
{
    while (begin < end && s.ptr[begin] == ' ')
        begin++;
    return end - begin >= 3 && (!memcmp(s.ptr + begin, "```", 3) || !memcmp(s.ptr + begin, "~~~", 3));
}

bool is_blank(dm_str s, size_t begin, size_t end)
{
    while (begin < end && s.ptr[begin] == ' ')
        begin++;
    return begin == end;
}

/* An indented line, one with tabs, or a row of a table. */
static bool is_shaped(dm_str s, size_t begin, size_t end)
{
    const char *line = s.ptr + begin;
    const size_t len = end - begin;
    return len > 0 && ((len > INDENT && !memcmp(line, "    ", INDENT)) || line[0] == '|' ||
                       memchr(line, '\t', len) != NULL);
}

/* Whether the line ends as a paragraph does: with a mark, or with a quotation mark. */
static bool ends_sentence(dm_str s, size_t begin, size_t end)
{
    size_t at;
    while (end > begin && s.ptr[end - 1] == ' ')
        end--;
    const uint32_t cp = char_before((dm_str){s.ptr, end}, end, &at);
    return cp == '.' || cp == '?' || cp == '!' || cp == ':' || cp == 0x2026 || is_double_quote(cp);
}

/* Whether the line is of no paragraph: an empty one, a fence, or code without one. */
static bool is_gap(dm_str s, size_t begin, size_t end)
{
    return is_blank(s, begin, end) || is_shaped(s, begin, end) || is_fence(s, begin, end);
}

/* Whether the line that begins there is between fences.  Most texts have none, nor what they are made of. */
static bool is_fenced(struct prose *p, size_t line)
{
    const dm_str s = p->text;
    if (p->fences == 0) {
        const char *const tilde = memchr(s.ptr, '~', p->tick);
        p->fences = line_begin(s, tilde ? (size_t)(tilde - s.ptr) : p->tick);
    }
    while (p->fences < line) {
        const size_t end = line_end(s, p->fences);
        p->fenced ^= is_fence(s, p->fences, end);
        p->fences = end + 1;
    }
    return p->fenced;
}

/* Find the block of lines that the line is of, and whether most of them are wrapped. */
static void find_block(struct prose *p, size_t begin, size_t end)
{
    const dm_str s = p->text;
    size_t lines = 0, open = 0;
    p->block_begin = begin;
    p->block_end = end;
    while (p->block_begin > 0) {
        const size_t stop = p->block_begin - 1, at = line_begin(s, stop);
        if (is_gap(s, at, stop))
            break;
        p->block_begin = at;
    }
    for (size_t at = p->block_begin; at < s.len; at = p->block_end + 1) {
        const size_t stop = line_end(s, at);
        if (is_gap(s, at, stop))
            break;
        p->block_end = stop;
        lines++;
        open += !ends_sentence(s, at, stop);
    }
    p->wrapped = lines > 1 && open * 2 >= lines;
}

/* Make the line of text[at] the paragraph, or the block that it is of.  return  false: it is of none */
static bool find_paragraph(struct prose *p, size_t at)
{
    p->begin = line_begin(p->text, at);
    p->end = line_end(p->text, at);
    if (is_fenced(p, p->begin) || is_gap(p->text, p->begin, p->end))
        return false;
    if (p->begin >= p->block_end)
        find_block(p, p->begin, p->end);
    if (p->wrapped) {
        p->begin = p->block_begin;
        p->end = p->block_end;
    }
    return true;
}

bool prose_next(struct prose *p)
{
    for (size_t at; (at = order_next_doubt(p)) < p->text.len;) {
        const bool found = find_paragraph(p, at);
        p->quotes = quotes_in(p->text, p->end);
        if (found)
            return true;
    }
    return false;
}

enum next_paragraph prose_peek(dm_str text, size_t end)
{
    while (end < text.len && is_space((unsigned char)text.ptr[end]))
        end++;
    if (end >= text.len)
        return NEXT_OTHER;
    const dm_str rest = {text.ptr + end, line_end(text, end) - end};
    size_t at;
    if (is_double_quote(char_at(rest, 0, &at)))
        return NEXT_OPENS;
    struct quotes quotes = quotes_in(rest, 0);
    const size_t quote = quotes_next(&quotes);
    const uint32_t cp = char_at(rest, quote, &at);
    if (cp == 0x201D || cp == 0xBB)
        return NEXT_CLOSES;
    const uint32_t after = char_at(rest, at, &at);
    return cp == '"' && rest.ptr[quote - 1] != ' ' && !is_letter(after) ? NEXT_CLOSES : NEXT_OTHER;
}

/* ---- marks ---------------------------------------------------------------------------------- */

static bool is_bar(const dm_mark *m)
{
    return m->kind == DM_CODE || m->kind == DM_TABLE || m->kind == DM_PROTECTED;
}

static struct bars bars_of(dm_array marks)
{
    for (uint32_t i = 0; i < marks.count; i++)
        if (is_bar(DM_AT(dm_mark, marks, i)))
            return (struct bars){.marks = marks, .next = i};
    return (struct bars){.next = 0};
}

bool bars_hold(struct bars *b, size_t at)
{
    for (; b->next < b->marks.count; b->next++) {
        const dm_mark *m = DM_AT(dm_mark, b->marks, b->next);
        if (m->at.begin > at)
            break;
        if (is_bar(m) && m->at.end > b->end)
            b->end = m->at.end;
    }
    return at < b->end;
}

/* ---- language and style --------------------------------------------------------------------- */

static bool is_foreign(const struct prose *p)
{
    size_t latin = 0, other = 0, end = 0;
    const dm_array classes = p->english.classes;
    const size_t stop = p->end - p->begin < ENGLISH_LINE ? p->end : p->begin + ENGLISH_LINE;
    if (!classes.items)
        return true;
    /* ASCII is counted only where it matters, below. */
    dm_runs wide = dm_runs_of(classes, p->begin, stop, DM_WIDE);
    for (size_t at; (at = dm_next_edge(&wide)) < stop;)
        for (const size_t to = dm_next_edge(&wide); at < to; at = end) {
            const uint32_t cp = char_at(p->text, at, &end);
            latin += is_letter(cp);
            other += is_other_script(cp);
        }
    for (size_t at = p->begin; other > latin && at < p->end && at - p->begin < ENGLISH_LINE; at++)
        latin += (unsigned char)p->text.ptr[at] < 0x80 && is_letter((unsigned char)p->text.ptr[at]);
    return other > latin;
}

bool prose_is_english(struct prose *p)
{
    p->english.classes = dm_classify(p->task, p->doc);
    return !is_foreign(p) && english_is_line(&p->english, p->begin, p->end);
}

bool prose_is_curly(struct prose *p)
{
    const dm_str s = {p->text.ptr, p->text.len < STYLE_TEXT ? p->text.len : STYLE_TEXT};
    size_t curly = 0, straight = 0;
    if (p->curly >= 0)
        return p->curly;
    struct quotes quotes = quotes_in(s, 0);
    for (size_t at; (at = quotes_next(&quotes)) < s.len;) {
        const unsigned char c = (unsigned char)s.ptr[at];
        straight += c == '"';
        curly += c == 0xE2 && s.len - at > 2 && ((unsigned char)s.ptr[at + 2] | 1) == 0x9D;
    }
    p->curly = curly >= straight;
    return p->curly;
}

/* Whether most guillemets that open have no space behind. */
static bool is_tight(dm_str s)
{
    size_t tight = 0, loose = 0;
    struct quotes quotes = quotes_in(s, 0);
    for (size_t at, end; (at = quotes_next(&quotes)) < s.len;)
        if (char_at(s, at, &end) == 0xAB) {
            const bool space = is_space(char_at(s, end, &end));
            loose += space;
            tight += !space;
        }
    return tight > loose;
}

static uint32_t kind_of(uint32_t cp)
{
    return UINT32_C(1) << cp % 32; /* which tells all double quotation marks apart */
}

bool prose_has_sign(struct prose *p, uint32_t cp)
{
    if (p->kinds == 0) {
        struct quotes quotes = quotes_in(p->text, 0);
        for (size_t at, end; (at = quotes_next(&quotes)) < p->text.len;)
            p->kinds |= kind_of(char_at(p->text, at, &end));
    }
    return p->kinds & kind_of(cp);
}

/* ---- the text ------------------------------------------------------------------------------- */

bool prose_init(struct prose *p, dm_task *t, dm_doc *d, const struct small_words *words)
{
    const dm_str s = dm_text(t, d);
    struct quotes ahead = quotes_in(s, 0);
    const size_t first = quotes_next(&ahead);
    if (first == s.len)
        return false;
    const char *const tick = memchr(s.ptr, '`', s.len);
    const dm_str language = dm_meta(t, d, "language");
    const struct bars bars = bars_of(dm_marks(t, d));
    *p = (struct prose){.task = t,
                        .doc = d,
                        .text = s,
                        .english = {.words = words, .text = s, .language = language},
                        .quotes = quotes_in(s, first),
                        .doubted_bars = bars,
                        .bars = bars,
                        .tick = tick ? (size_t)(tick - s.ptr) : s.len,
                        .native = native_of(language),
                        .curly = -1};
    p->tight = p->native && !p->native->spaced && is_tight(s);
    return true;
}
