/* Where quotation marks stand: the paragraphs of prose, and whether they are English. */
#include "quotes.h"

#include <string.h>

enum { VOTES_LINE = 600, VOTES_TEXT = 1 << 13, VOTES_STRONG = 20, INDENT = 4, STYLE_TEXT = 1 << 16 };

/* ---- lines ---------------------------------------------------------------------------------- */

static size_t line_end(dm_str s, size_t begin)
{
    const char *stop = memchr(s.ptr + begin, '\n', s.len - begin);
    return stop ? (size_t)(stop - s.ptr) : s.len;
}

static bool is_fence(dm_str s, size_t begin, size_t end)
{
    while (begin < end && s.ptr[begin] == ' ')
        begin++;
    return end - begin >= 3 && (!memcmp(s.ptr + begin, "```", 3) || !memcmp(s.ptr + begin, "~~~", 3));
}

static bool is_blank(dm_str s, size_t begin, size_t end)
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

/* Where the paragraph ends whose first line is [begin, first): there, or where the block of lines ends, if
 * most of them are wrapped.  A block is looked at once. */
static size_t paragraph_end(struct prose *p, size_t begin, size_t first)
{
    const dm_str s = p->text;
    if (begin < p->block_end)
        return first;
    size_t end = first, lines = 0, open = 0;
    for (size_t at = begin; at < s.len; at = end + 1) {
        const size_t stop = line_end(s, at);
        if (is_blank(s, at, stop) || is_shaped(s, at, stop) || is_fence(s, at, stop))
            break;
        end = stop;
        lines++;
        open += !ends_sentence(s, at, stop);
    }
    p->block_end = end;
    return lines > 1 && open * 2 >= lines ? end : first;
}

bool prose_next(struct prose *p)
{
    size_t quote = scan_quote(p->text, p->line);
    while (quote < p->text.len) {
        const size_t begin = p->line, end = line_end(p->text, begin);
        const bool fence = is_fence(p->text, begin, end);
        if (fence)
            p->fenced = !p->fenced;
        if (fence || p->fenced || is_blank(p->text, begin, end) || is_shaped(p->text, begin, end)) {
            p->line = end + 1;
        } else {
            p->begin = begin;
            p->end = paragraph_end(p, begin, end);
            p->line = p->end + 1;
            if (quote < p->end)
                return true;
        }
        if (quote < p->line)
            quote = p->line < p->text.len ? scan_quote(p->text, p->line) : p->text.len;
    }
    return false;
}

bool prose_is_barred(struct prose *p, size_t at)
{
    for (; p->mark < p->marks.count; p->mark++) {
        const dm_mark *m = DM_AT(dm_mark, p->marks, p->mark);
        if (m->at.begin > at)
            break;
        if ((m->kind == DM_CODE || m->kind == DM_TABLE || m->kind == DM_PROTECTED) &&
            m->at.end > p->barred_end)
            p->barred_end = m->at.end;
    }
    return at < p->barred_end;
}

enum next_paragraph prose_peek(const struct prose *p)
{
    size_t begin = p->end, end;
    while (begin < p->text.len && is_space((unsigned char)p->text.ptr[begin]))
        begin++;
    if (begin >= p->text.len)
        return NEXT_OTHER;
    const dm_str rest = {p->text.ptr + begin, line_end(p->text, begin) - begin};
    if (is_double_quote(char_at(rest, 0, &end)))
        return NEXT_OPENS;
    const size_t quote = scan_quote(rest, 0);
    const uint32_t cp = char_at(rest, quote, &end);
    if (cp == 0x201D || cp == 0xBB)
        return NEXT_CLOSES;
    const uint32_t after = char_at(rest, end, &end);
    return cp == '"' && rest.ptr[quote - 1] != ' ' && !is_letter(after) ? NEXT_CLOSES : NEXT_OTHER;
}

/* ---- language and style --------------------------------------------------------------------- */

static bool is_foreign(const struct prose *p)
{
    size_t latin = 0, other = 0, end = 0;
    const dm_array classes = dm_classify(p->task, p->doc);
    const size_t stop = p->end - p->begin < VOTES_LINE ? p->end : p->begin + VOTES_LINE;
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
    for (size_t at = p->begin; other > latin && at < p->end && at - p->begin < VOTES_LINE; at++)
        latin += (unsigned char)p->text.ptr[at] < 0x80 && is_letter((unsigned char)p->text.ptr[at]);
    return other > latin;
}

/* What the small words of the text say, unless they are few; then the metadata. */
static bool is_english_text(struct prose *p)
{
    if (p->document >= 0)
        return p->document;
    const struct votes v = words_vote(p, 0, p->text.len < VOTES_TEXT ? p->text.len : VOTES_TEXT);
    const size_t other = v.other + v.accented / 2;
    const dm_str language = dm_meta(p->task, p->doc, "language");
    p->document = v.english > other;
    if (language.ptr && language.len >= 2) {
        const bool english = !memcmp(language.ptr, "en", 2) && (language.len == 2 || language.ptr[2] == '-');
        p->document = english ? v.english * 2 >= other : v.english >= VOTES_STRONG && v.english > other * 4;
    }
    return p->document;
}

bool prose_is_english(struct prose *p)
{
    if (is_foreign(p) || !is_english_text(p))
        return false;
    const size_t end = p->end - p->begin > VOTES_LINE ? p->begin + VOTES_LINE : p->end;
    const struct votes v = words_vote(p, p->begin, end);
    return v.english > 0 ? v.english >= v.other : v.other + v.accented / 2 == 0;
}

void prose_survey(struct prose *p)
{
    const dm_str s = {p->text.ptr, p->text.len < STYLE_TEXT ? p->text.len : STYLE_TEXT};
    size_t curly = 0, straight = 0, signs = 0;
    for (size_t at = scan_quote(s, 0); at < s.len; at = scan_quote(s, at + 1)) {
        const unsigned char c = (unsigned char)s.ptr[at];
        straight += c == '"';
        curly += c == 0xE2 && s.len - at > 2 && ((unsigned char)s.ptr[at + 2] | 1) == 0x9D;
        signs++;
    }
    p->curly = curly >= straight;
    p->signs = s.len < p->text.len || signs > SIGNS_MAX ? SIGNS_MAX : signs;
}
