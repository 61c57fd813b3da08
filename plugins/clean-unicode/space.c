/* Spaces of prose: each becomes a plain one, and one is enough. */
#include "unicode.h"

#include <string.h>

/* A run of spaces. */
struct run {
    size_t begin, end;      /* cells; or bytes of the text */
    uint32_t before, after; /* the characters around it; 0: the line begins or ends there */
    uint32_t first;         /* of them */
    size_t count, odd;      /* how many there are, and how many of them are not plain */
    bool tab, ideographic;
};

static struct run read_run(const struct uni_cells *c, size_t i)
{
    struct run r = {.begin = i, .before = i > 0 ? c->at[i - 1].cp : 0, .first = c->at[i].cp};
    for (; i + 1 < c->count && char_is_space(char_class(c->at[i].cp)); i++) {
        r.odd += char_class(c->at[i].cp) == CLASS_ODD_SPACE;
        r.tab |= c->at[i].cp == '\t';
        r.ideographic |= c->at[i].cp == IDEOGRAPHIC_SPACE;
    }
    r.end = i;
    r.count = i - r.begin;
    r.after = c->at[i].cp;
    return r;
}

static bool touches_cjk(const struct run *r)
{
    return char_is_cjk(r->before) || char_is_cjk(r->after) || char_is_full_width(r->before) ||
           char_is_full_width(r->after);
}

static bool is_french_mark(uint32_t cp)
{
    return cp == ';' || cp == ':' || cp == '!' || cp == '?' || cp == '%' || cp == 0xAB || cp == 0xBB ||
           cp == 0x2013 || cp == 0x2014 || cp == 0x2039 || cp == 0x203A || cp == 0x20AC;
}

/* A single no-break space where French has one: inside guillemets, before ; : ! ? %, beside a number. */
static bool is_french_space(const struct uni_segment *s, const struct run *r)
{
    const uint32_t cp = r->first;
    if (r->count != 1 || (cp != 0xA0 && cp != 0x202F && cp != 0x2009))
        return false;
    return (is_french_mark(r->before) || is_french_mark(r->after) || char_is_digit(r->before) ||
            char_is_digit(r->after)) &&
           uni_is_french(s);
}

/* An odd space beside a mark, in a line that may speak of it. */
static bool is_shown(const struct uni_segment *s, const struct run *r)
{
    const bool marks =
        r->before == 0xAB || r->after == 0xBB || r->before == 0x201E || r->after == '?' || r->after == '!';
    return marks && uni_is_subject(s);
}

/* Whether a run within the line stays as it is. */
static bool stays(const struct uni_segment *s, const struct run *r)
{
    if (r->count == 1 && !r->odd)
        return true;
    if (r->tab || (char_is_digit(r->before) && char_is_digit(r->after)))
        return true;
    if (r->ideographic && (touches_cjk(r) || uni_is_cjk(s)))
        return true;
    const bool mongolian = r->before >= 0x1800 && r->before < 0x18B0;
    return r->odd > 0 && (mongolian || is_french_space(s, r) || is_shown(s, r));
}

/* Which cell of a run is the space that remains: a plain one, if there is one. */
static size_t remaining(const struct uni_cells *c, const struct run *r)
{
    for (size_t i = r->begin; i < r->end; i++)
        if (c->at[i].cp == ' ')
            return i;
    return r->begin;
}

/* Take the run out; the cell behind it, `next`, tells why. */
static bool drop_run(struct uni_segment *s, struct run *r, uint8_t rule)
{
    s->cells.at[r->end].gap = rule;
    return r->end > r->begin;
}

/* Write what becomes of a run.  return  whether it changes */
static bool push_run(struct uni_segment *s, struct run *r)
{
    struct uni_cells *c = &s->cells;
    const bool begins = r->begin == 0 && s->begin == s->line->begin;
    const bool ends = r->end + 1 == c->count && s->end == s->line->end;
    if (ends)
        return drop_run(s, r, RULE_TRAILING_SPACE);
    const bool behind_dropped =
        begins && c->at[r->begin].begin > 0; /* a zero-width space, then a plain one */
    if (begins && (r->odd > 0 || (behind_dropped && r->end > r->begin)) && !r->tab &&
        !(r->ideographic && (touches_cjk(r) || uni_is_cjk(s))))
        return drop_run(s, r, RULE_LEADING_SPACE);
    if (begins || stays(s, r)) {
        for (size_t i = r->begin; i < r->end; i++)
            uni_push(s, c->at[i]);
        return false;
    }
    struct uni_cell space = c->at[remaining(c, r)];
    if (space.cp != ' ') {
        space.cp = ' ';
        space.rule = RULE_SPACE;
    }
    if (space.gap == RULE_NONE)
        space.gap = RULE_SPACE_RUN;
    c->at[r->end].gap = RULE_SPACE_RUN;
    uni_push(s, space);
    return true;
}

/* Whether there is more than single plain spaces within the line. */
static bool has_odd_spaces(const struct uni_segment *s)
{
    const struct uni_cells *c = &s->cells;
    bool after_space = s->begin == s->line->begin;
    for (size_t i = 0; i + 1 < c->count; i++) {
        const enum char_class class = char_class(c->at[i].cp);
        const bool space = char_is_space(class);
        if (space && (after_space || class != CLASS_SPACE))
            return true;
        after_space = space;
    }
    return after_space;
}

bool uni_fold_spaces(struct uni_segment *s)
{
    const struct uni_cells *c = &s->cells;
    bool changed = false;
    if (!s->plain && !has_odd_spaces(s)) /* what is plain would not be here without any */
        return false;
    for (size_t i = 0; i < c->count && !s->failed;) {
        if (i + 1 < c->count && char_is_space(char_class(c->at[i].cp))) {
            struct run r = read_run(c, i);
            changed |= push_run(s, &r);
            i = r.end;
        } else {
            uni_push(s, c->at[i++]);
        }
    }
    if (s->failed)
        return false;
    uni_swap(s);
    return changed;
}

/* ---- runs that need no segment -------------------------------------------------------------- */

/* The space at s[at]: U+0020, a tab, or U+00A0, U+2002 to U+200A and U+202F, which NFC leaves as they are.
 * return  its length; 0: there is none of them */
static size_t space_length(dm_str s, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    if (p[0] < 0x80)
        return p[0] == ' ' || p[0] == '\t';
    if (p[0] == 0xC2)
        return p[1] == 0xA0 ? 2 : 0;
    return p[0] == 0xE2 && p[1] == 0x80 && ((p[2] >= 0x82 && p[2] <= 0x8A) || p[2] == 0xAF) ? 3 : 0;
}

/* What no pass makes anything of that a run beside it would be judged by. */
static bool is_plain_beside(uint32_t cp)
{
    return cp > ' ' && char_is_plain(cp) && cp != 0xA0;
}

bool uni_find_run(dm_str s, const struct uni_line *line, size_t at, dm_span *run)
{
    size_t begin = at, end = at;
    for (size_t n; end < line->end && (n = space_length(s, end)) > 0;)
        end += n;
    for (size_t before; begin > line->begin && space_length(s, before = char_before(s, begin)) > 0;)
        begin = before;
    *run = (dm_span){begin, end};
    return at < end && begin > line->begin && is_plain_beside(char_decode(s, char_before(s, begin))) &&
           (end == line->end || is_plain_beside(char_decode(s, end)));
}

static struct run read_text_run(dm_str s, const struct uni_line *line, dm_span at)
{
    struct run r = {.begin = at.begin,
                    .end = at.end,
                    .before = char_decode(s, char_before(s, at.begin)),
                    .after = at.end < line->end ? char_decode(s, at.end) : 0,
                    .first = char_decode(s, at.begin)};
    for (size_t i = at.begin; i < at.end; i += space_length(s, i)) {
        r.count++;
        r.odd += (unsigned char)s.ptr[i] >= 0x80;
        r.tab |= s.ptr[i] == '\t';
    }
    return r;
}

static void drop_bytes(const struct uni_document *u, size_t begin, size_t end, uint32_t rule)
{
    if (begin < end)
        dm_edit(u->task, u->doc, (dm_span){begin, end}, DM_LIT(""), rule);
}

void uni_fold_run(struct uni_document *u, const struct uni_line *line, dm_span at)
{
    const struct uni_segment s = {.doc = u, .line = line};
    const struct run r = read_text_run(u->text, line, at);
    if (!r.after) {
        drop_bytes(u, r.begin, r.end, RULE_TRAILING_SPACE);
        return;
    }
    if (stays(&s, &r))
        return;
    const char *const plain = memchr(u->text.ptr + r.begin, ' ', r.end - r.begin);
    const size_t kept = plain ? (size_t)(plain - u->text.ptr) : r.begin,
                 behind = kept + space_length(u->text, kept);
    drop_bytes(u, r.begin, kept, RULE_SPACE_RUN);
    if (!plain)
        dm_edit(u->task, u->doc, (dm_span){kept, behind}, DM_LIT(" "), RULE_SPACE);
    drop_bytes(u, behind, r.end, RULE_SPACE_RUN);
}
