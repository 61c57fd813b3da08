/* Spaces of prose: each becomes a plain one, and one is enough. */
#include "unicode.h"

/* A run of spaces among the cells. */
struct run {
    size_t begin, end;      /* cells */
    uint32_t before, after; /* the characters around it; 0: the line begins or ends there */
    size_t odd;             /* how many of them are not plain */
    bool tab, ideographic;
};

static struct run read_run(const struct uni_cells *c, size_t i)
{
    struct run r = {.begin = i, .before = i > 0 ? c->at[i - 1].cp : 0};
    for (; i + 1 < c->count && char_is_space(char_class(c->at[i].cp)); i++) {
        r.odd += char_class(c->at[i].cp) == CLASS_ODD_SPACE;
        r.tab |= c->at[i].cp == '\t';
        r.ideographic |= c->at[i].cp == IDEOGRAPHIC_SPACE;
    }
    r.end = i;
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
    const uint32_t cp = s->cells.at[r->begin].cp;
    if (r->end - r->begin != 1 || (cp != 0xA0 && cp != 0x202F && cp != 0x2009))
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
    if (begins || (r->end - r->begin == 1 && !r->odd) || stays(s, r)) {
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
