/* Lines are looked at one by one and put together to blocks.  Spaces are plain ones here and breaks are LF, as
 * the cleaner of characters has seen to that; where it has not, less is found. */
#include "protect.h"

#include "../subject/code.h"

#include <string.h>

enum { INDENT = 4, INDENTED_MAX = 100, VERSE_WIDTH = 60, VERSE_LINES = 3, TICKS = 3 };

enum shape { PROSE, BLANK, FENCE, CODE, TABLE };

/* Lines that are short, in a row; they are verse if they are alike enough. */
struct stanza {
    dm_span at;
    size_t lines, capitals, stopped;
};

struct reader {
    struct protect *p;
    bool (*prose)(struct protect *p, dm_span line);
    bool fenced;
    dm_span block; /* of one shape, that grows line by line; empty: none */
    enum shape shape;
    struct stanza stanza;
    struct code_lines code;
};

/* ---- one line ------------------------------------------------------------------------------- */

static size_t count_indent(dm_str s)
{
    size_t columns = 0;
    for (size_t i = 0; i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t'); i++)
        columns += s.ptr[i] == '\t' ? INDENT : 1;
    return columns;
}

/* Whether a line has more than `max` code points. */
static bool is_wider(const struct protect *p, dm_span line, size_t max)
{
    enum { BYTES = 4, BLOCK = 64 };
    const size_t len = line.end - line.begin;
    if (len <= max || len > max * BYTES)
        return len > max;
    size_t wide = 0, trails = 0; /* bytes of longer characters, and those that go on with one */
    for (size_t base = line.begin / BLOCK * BLOCK; base < line.end; base += BLOCK) {
        uint64_t bits = DM_AT(dm_classes, p->classes, base / BLOCK)->wide;
        if (base < line.begin)
            bits &= UINT64_MAX << (line.begin - base);
        if (line.end - base < BLOCK)
            bits &= ~(UINT64_MAX << (line.end - base));
        wide += count_bits(bits);
    }
    if (len - wide > max || len - wide / 2 <= max)
        return len - wide > max;
    for (size_t at = line.begin; at < line.end; at++)
        trails += ((unsigned char)p->text.ptr[at] & 0xC0) == 0x80;
    return len - trails > max;
}

enum { WIDE = 3 };

/* Whether there are two runs of spaces within, one of them of three and more: columns. */
static bool has_columns(dm_str s)
{
    size_t gaps = 0, wide = 0, run = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == ' ') {
            run++;
            continue;
        }
        gaps += run >= 2;
        wide += run >= WIDE;
        run = 0;
    }
    return gaps >= 2 && wide >= 1;
}

static dm_str trim(dm_str s)
{
    while (s.len && (*s.ptr == ' ' || *s.ptr == '\t')) {
        s.ptr++;
        s.len--;
    }
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
        s.len--;
    return s;
}

static bool has_bars(dm_str s)
{
    const char *const bar = s.len > 1 && s.ptr[0] == '|' ? memchr(s.ptr + 1, '|', s.len - 1) : NULL;
    return bar;
}

/* Capitals of Latin, Greek and Cyrillic, roughly: those of ASCII, U+00C0 to U+00DE, U+0391 to U+03AB and U+0400 to
 * U+042F. */
static bool begins_with_capital(dm_str s)
{
    const unsigned char a = s.len > 0 ? (unsigned char)s.ptr[0] : 0,
                        b = s.len > 1 ? (unsigned char)s.ptr[1] : 0;
    return (unsigned)a - 'A' < 26 || (a == 0xC3 && b >= 0x80 && b <= 0x9E) ||
           (a == 0xCE && b >= 0x91 && b <= 0xAB) || (a == 0xD0 && b < 0xB0);
}

static enum shape judge_closely(const struct reader *r, dm_span line, dm_str whole)
{
    const dm_str inner = trim(whole);
    const size_t indent = count_indent(whole);
    const bool ticks = inner.len >= TICKS && !memcmp(inner.ptr, "```", TICKS);
    if (ticks && indent < INDENT)
        return FENCE;
    if (r->fenced)
        return CODE;
    if (!inner.len)
        return BLANK;
    const size_t begin = (size_t)(inner.ptr - r->p->text.ptr), end = begin + inner.len;
    const bool gaps = places_next(&r->p->scan.gaps, begin, end) < end;
    if (has_bars(inner) || (gaps && (memchr(inner.ptr, '\t', inner.len) || has_columns(inner))))
        return TABLE;
    return indent >= INDENT && !is_wider(r->p, line, INDENTED_MAX) ? CODE : PROSE;
}

/* Nearly all lines are told by their first character. */
static enum shape judge(struct reader *r, dm_span line)
{
    const dm_str whole = {r->p->text.ptr + line.begin, line.end - line.begin};
    const char first = whole.len ? *whole.ptr : ' ';
    const bool plain = first != ' ' && first != '`' && first != '|';
    const bool gaps = places_next(&r->p->scan.gaps, line.begin, line.end) < line.end;
    if (code_is_line(&r->code, line))
        return CODE;
    return plain && !r->fenced && !gaps ? PROSE : judge_closely(r, line, whole);
}

/* ---- blocks --------------------------------------------------------------------------------- */

static bool end_block(struct reader *r)
{
    const dm_span block = r->block;
    r->block = (dm_span){0, 0};
    return block.begin == block.end || protect_add(r->p, block, r->shape == TABLE ? RULE_TABLE : RULE_CODE);
}

/* Lines of a stanza that is none are prose. */
static bool give_up_stanza(struct reader *r)
{
    const dm_span at = r->stanza.at;
    struct scan *const scan = &r->p->scan;
    r->stanza.lines = 0;
    if (places_next(&scan->marks, at.begin, at.end) == at.end &&
        places_next(&scan->numbers, at.begin, at.end) == at.end)
        return true; /* none has anything to find */
    for (size_t from = at.begin; from < at.end;) {
        const char *const line = r->p->text.ptr + from;
        const char *const newline = memchr(line, '\n', at.end - from);
        const size_t len = newline ? (size_t)(newline - line) : at.end - from;
        if (!r->prose(r->p, (dm_span){from, from + len}))
            return false;
        from += len + 1;
    }
    return true;
}

static bool end_stanza(struct reader *r)
{
    struct stanza *const s = &r->stanza;
    if (!s->lines)
        return true;
    if (s->lines < VERSE_LINES || s->capitals * 3 < s->lines * 2 || s->stopped * 2 > s->lines)
        return give_up_stanza(r);
    s->lines = 0;
    return protect_add(r->p, s->at, RULE_VERSE);
}

static bool add_to_block(struct reader *r, dm_span line, enum shape found)
{
    const enum shape shape = found == FENCE ? CODE : found;
    if (r->block.begin != r->block.end && r->shape != shape && !end_block(r))
        return false;
    if (r->block.begin == r->block.end)
        r->block.begin = line.begin;
    r->block.end = line.end;
    r->shape = shape;
    if (found == FENCE)
        r->fenced = !r->fenced;
    return true;
}

static void add_to_stanza(struct stanza *s, dm_str text, dm_span line)
{
    const dm_str inner = trim((dm_str){text.ptr + line.begin, line.end - line.begin});
    const char last = inner.len ? inner.ptr[inner.len - 1] : 0;
    if (!s->lines)
        *s = (struct stanza){.at = line};
    s->at.end = line.end;
    s->lines++;
    s->capitals += begins_with_capital(inner);
    s->stopped += last == '.' || last == '!' || last == '?';
}

/* A line that is less indented than the code above it, but is: labels of Fortran and assemblers stand there. */
static bool goes_on_with_code(const struct reader *r, dm_span line)
{
    return r->block.begin != r->block.end && r->shape == CODE && r->block.end + 1 == line.begin &&
           r->p->text.ptr[line.begin] == ' ' && r->p->text.ptr[r->block.begin] == ' ';
}

static bool take_line(struct reader *r, dm_span at, enum shape shape)
{
    if (shape == PROSE && goes_on_with_code(r, at))
        shape = CODE;
    if (shape != PROSE && shape != BLANK)
        return end_stanza(r) && add_to_block(r, at, shape);
    if (!end_block(r))
        return false;
    if (shape == PROSE && !is_wider(r->p, at, VERSE_WIDTH)) {
        add_to_stanza(&r->stanza, r->p->text, at);
        return true;
    }
    if (shape == BLANK || !r->stanza.lines)
        return end_stanza(r) && (shape == BLANK || r->prose(r->p, at));
    return give_up_stanza(r) && r->prose(r->p, at); /* short lines that end in a long one are none */
}

/* The first line break at or behind `from`, or the text's end. */
static size_t next_break(const struct protect *p, size_t from)
{
    enum { BLOCK = 64 };
    size_t base = from / BLOCK * BLOCK;
    const dm_classes *c = DM_AT(dm_classes, p->classes, base / BLOCK);
    uint64_t left = c->lf & UINT64_MAX << from % BLOCK;
    while (!left && (base += BLOCK) < p->text.len) {
        c = (const dm_classes *)(const void *)((const char *)c + p->classes.stride);
        left = c->lf;
    }
    return left ? base + (size_t)__builtin_ctzll(left) : p->text.len;
}

bool shapes_find(struct protect *p, bool (*prose)(struct protect *p, dm_span line))
{
    struct reader r = {.p = p, .prose = prose, .code = {p->text, 0}};
    for (size_t from = 0, end; from < p->text.len; from = end + 1) {
        end = next_break(p, from);
        const dm_span line = {from, end};
        if (!take_line(&r, line, from < end ? judge(&r, line) : r.fenced ? CODE : BLANK))
            return false;
    }
    return end_block(&r) && end_stanza(&r);
}
