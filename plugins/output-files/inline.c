#include "inline.h"

#include <string.h>

/* ---- lines ---------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

bool inline_is_blank(dm_str text, dm_span at)
{
    for (size_t i = at.begin; i < at.end; i++)
        if (!is_space(text.ptr[i]) && text.ptr[i] != '\n' && text.ptr[i] != '\r')
            return false;
    return true;
}

bool inline_next_raw_line(dm_str text, dm_span *rest, dm_span *line)
{
    if (rest->begin >= rest->end)
        return false;
    size_t end = rest->begin;
    while (end < rest->end && text.ptr[end] != '\n' && text.ptr[end] != '\r')
        end++;
    *line = (dm_span){rest->begin, end};
    if (end + 1 < rest->end && text.ptr[end] == '\r' && text.ptr[end + 1] == '\n')
        end++;
    rest->begin = end + 1;
    return true;
}

bool inline_next_line(dm_str text, dm_span *rest, dm_span *line)
{
    if (!inline_next_raw_line(text, rest, line))
        return false;
    while (line->begin < line->end && is_space(text.ptr[line->begin]))
        line->begin++;
    while (line->begin < line->end && is_space(text.ptr[line->end - 1]))
        line->end--;
    return true;
}

/* ---- escaping ------------------------------------------------------------------------------- */

enum { NOWHERE = -1 }; /* as a size_t: larger than any place */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c)
{
    return is_digit(c) || is_letter(c);
}

static size_t run_of(dm_str text, dm_span at, char c)
{
    size_t n = 0;
    while (at.begin + n < at.end && text.ptr[at.begin + n] == c)
        n++;
    return n;
}

static bool ends_or_space(dm_str text, dm_span line, size_t at)
{
    return at >= line.end || is_space(text.ptr[at]);
}

static bool holds_only(dm_str text, dm_span at, const char *chars)
{
    for (size_t i = at.begin; i < at.end; i++)
        if (!text.ptr[i] || !strchr(chars, text.ptr[i]))
            return false;
    return true;
}

/* The one character that makes the start of a line a heading, a list item, a quote, a rule, the
 * underline of a heading or of a table's head. */
static size_t block_markup(dm_str text, dm_span line)
{
    const char first = text.ptr[line.begin];
    if (first == '>' || holds_only(text, line, "-=:| \t"))
        return line.begin;
    if (first == '#' && ends_or_space(text, line, line.begin + run_of(text, line, '#')))
        return run_of(text, line, '#') <= 6 ? line.begin : (size_t)NOWHERE;
    if ((first == '-' || first == '+') && ends_or_space(text, line, line.begin + 1))
        return line.begin;
    size_t digits = 0;
    while (line.begin + digits < line.end && is_digit(text.ptr[line.begin + digits]))
        digits++;
    const size_t at = line.begin + digits;
    if (digits && digits <= 9 && at < line.end && (text.ptr[at] == '.' || text.ptr[at] == ')') &&
        ends_or_space(text, line, at + 1))
        return at;
    return (size_t)NOWHERE;
}

static size_t closing_markup(dm_str text, dm_span line)
{
    size_t at = line.end;
    while (at > line.begin && text.ptr[at - 1] == '#')
        at--;
    const bool closes = at < line.end && (at == line.begin || is_space(text.ptr[at - 1]));
    return closes ? at : (size_t)NOWHERE;
}

/* Whether `&` at `at` would be read as a character reference. */
static bool is_reference(dm_str s, size_t at)
{
    enum { LONGEST = 33 };
    size_t i = at + 1;
    i += i < s.len && s.ptr[i] == '#';
    const size_t from = i;
    while (i < s.len && i - from < LONGEST && is_word(s.ptr[i]))
        i++;
    return i > from && i < s.len && s.ptr[i] == ';';
}

/* run  what of the line is written without markup in between */
static bool is_markup(dm_str text, dm_span line, dm_span run, size_t at, unsigned flags)
{
    const char *const s = text.ptr;
    switch (s[at]) {
    case '\\':
    case '`':
    case '*':
    case '[':
    case ']':
    case '<':
        return true;
    case '_': /* within a word it is harmless */
        return at == run.begin || at + 1 == run.end || !is_word(s[at - 1]) || !is_word(s[at + 1]);
    case '~': /* one that nothing can close, as in ~5 and /~user, is harmless */
        return at + 1 == line.end || !is_word(s[at + 1]) ||
               (at > line.begin && (is_word(s[at - 1]) || s[at - 1] == '~' || (signed char)s[at - 1] < 0));
    case '!': /* a link behind it would become an image */
        return at + 1 == run.end && run.end < line.end;
    case '&':
        return is_reference((dm_str){s, line.end}, at);
    case '|':
        return flags & INLINE_CELL;
    default:
        return false;
    }
}

/* Write a run of a line.
 * markup  a place where a character must be escaped for what it does to the line as a whole */
static void put_escaped(const struct inline_writer *w, dm_span line, dm_span run, size_t markup,
                        unsigned flags)
{
    static const bool special[256] = {
        ['\\'] = true, ['`'] = true, ['*'] = true, ['['] = true, [']'] = true, ['<'] = true,
        ['_'] = true,  ['~'] = true, ['&'] = true, ['|'] = true, ['!'] = true};
    size_t plain = run.begin;
    for (size_t i = run.begin; i < run.end; i++) {
        const bool asked = special[(unsigned char)w->text.ptr[i]];
        if (i != markup && (!asked || !is_markup(w->text, line, run, i, flags)))
            continue;
        put_bytes(w->out, w->text.ptr + plain, i - plain);
        put_char(w->out, '\\');
        plain = i;
    }
    put_bytes(w->out, w->text.ptr + plain, run.end - plain);
}

/* ---- links and code ------------------------------------------------------------------------- */

/* Where a link leads: without white space and controls, brackets that need not pair. */
static void put_target(struct put *out, dm_str target)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t n; target.len; target.ptr += n, target.len -= n) {
        n = put_sequence_length(target);
        const unsigned char c = (unsigned char)*target.ptr;
        if (!n || c <= ' ' || c == 0x7F) {
            put_bytes(out, (const char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
            n = 1;
            continue;
        }
        if (strchr("()<>\\|", c))
            put_char(out, '\\');
        put_bytes(out, target.ptr, n);
        if (c == '&' && is_reference(target, 0)) /* cmark does not heed a backslash here */
            put_cstr(out, "amp;");
    }
}

static void end_link(const struct inline_writer *w)
{
    put_cstr(w->out, "](");
    put_target(w->out, w->link->value);
    put_char(w->out, ')');
}

size_t inline_longest_ticks(dm_str s)
{
    size_t longest = 0;
    for (size_t i = 0; i < s.len; i++) {
        const size_t n = run_of(s, (dm_span){i, s.len}, '`');
        longest = n > longest ? n : longest;
        i += n;
    }
    return longest;
}

static void put_times(struct put *out, char c, size_t n)
{
    while (n--)
        put_char(out, c);
}

/* A space on either side keeps backticks at the ends apart, and is not part of the code. */
static void put_code(struct put *out, dm_str code, unsigned flags)
{
    const size_t ticks = inline_longest_ticks(code) + 1;
    const bool padded = code.ptr[0] == '`' || code.ptr[code.len - 1] == '`' ||
                        (code.ptr[0] == ' ' && code.ptr[code.len - 1] == ' ');
    put_times(out, '`', ticks);
    if (padded)
        put_char(out, ' ');
    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] == '|' && (flags & INLINE_CELL))
            put_char(out, '\\');
        put_char(out, code.ptr[i]);
    }
    if (padded)
        put_char(out, ' ');
    put_times(out, '`', ticks);
}

/* Take up the marks that begin at or before `at`; returns where to go on. */
static size_t take_marks(struct inline_writer *w, dm_span line, size_t at, unsigned flags)
{
    while (w->next < w->marks.count && w->marks.items[w->next]->at.begin <= at) {
        const dm_mark *const m = w->marks.items[w->next++];
        if (m->kind == DM_LINK && !w->link && m->value.len && m->at.end > at) {
            w->link = m;
            put_char(w->out, '[');
        }
        const size_t limit = w->link && w->link->at.end < line.end ? w->link->at.end : line.end;
        const dm_str code = {w->text.ptr + m->at.begin, m->at.end - m->at.begin};
        if (m->kind == DM_CODE && m->at.begin == at && m->at.end > at && m->at.end <= limit &&
            !inline_is_blank(w->text, m->at)) {
            put_code(w->out, code, flags);
            at = m->at.end;
        }
    }
    return at;
}

void inline_seek(struct inline_writer *w, size_t at)
{
    size_t low = 0, high = w->marks.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (w->marks.items[middle]->at.begin < at)
            low = middle + 1;
        else
            high = middle;
    }
    w->next = low;
    w->link = NULL;
}

void inline_write(struct inline_writer *w, dm_span line, unsigned flags)
{
    size_t at = line.begin, markup = (size_t)NOWHERE;
    if (line.begin >= line.end)
        return;
    if (flags & INLINE_LINE_START)
        markup = block_markup(w->text, line);
    else if (flags & INLINE_HEADING)
        markup = closing_markup(w->text, line);
    if (w->link && w->link->at.end <= at)
        w->link = NULL;
    if (w->link)
        put_char(w->out, '[');
    for (;;) {
        at = take_marks(w, line, at, flags);
        size_t stop = line.end;
        if (w->next < w->marks.count && w->marks.items[w->next]->at.begin < stop)
            stop = w->marks.items[w->next]->at.begin;
        if (w->link && w->link->at.end < stop)
            stop = w->link->at.end;
        if (stop > at)
            put_escaped(w, line, (dm_span){at, stop}, markup, flags);
        at = stop > at ? stop : at;
        if (w->link && (w->link->at.end <= at || at >= line.end))
            end_link(w);
        if (w->link && w->link->at.end <= at)
            w->link = NULL;
        if (at >= line.end)
            return;
    }
}
