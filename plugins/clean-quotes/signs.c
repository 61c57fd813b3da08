/* The signs of a paragraph: each double quotation mark, and how it stands between its neighbours. */
#include "quotes.h"

#include <string.h>

enum sign_kind sign_kind(uint32_t cp)
{
    switch (cp) {
    case '"':
        return SIGN_PLAIN;
    case 0x201D:
    case 0xBB:
    case 0x300D:
        return SIGN_CLOSING;
    default:
        return SIGN_OPENING;
    }
}

/* A mark that stands behind a word, if nothing of a word follows it: not `.NET` nor `...`. */
static bool is_stop(dm_str s, size_t at)
{
    size_t end;
    const uint32_t cp = char_at(s, at, &end), after = char_at(s, end, &end);
    switch (cp) {
    case ',':
    case ';':
    case ':':
    case '?':
    case '!':
    case ')':
    case ']':
        return true;
    case '.':
        return after != '.' && !is_letter(after) && !is_digit(after);
    case '\'':
    case 0x2019: /* the end of a quotation within, unless a word follows */
        return !is_letter(after) && !is_digit(after);
    default:
        return false;
    }
}

static bool is_dash(uint32_t cp)
{
    return cp == 0x2013 || cp == 0x2014 || cp == '-';
}

/* Whether what is before s[at] asks for an opening sign: a bracket, a dash, a quotation within. */
static bool is_bracket_before(dm_str s, size_t at)
{
    size_t begin;
    const uint32_t cp = char_before(s, at, &begin);
    if (cp == '\'') {
        const uint32_t before = char_before(s, begin, &begin);
        return before == 0 || is_space(before);
    }
    return cp == '(' || cp == '[' || cp == '{' || cp == '/' || cp == 0x2018;
}

static enum sign_shape sign_shape(dm_str s, const struct sign *g)
{
    size_t at;
    const uint32_t left = char_before(s, g->begin, &at), right = char_at(s, g->end, &at);
    const bool stop = is_stop(s, g->end), glued_before = is_double_quote(left);
    const bool open_left = left == 0 || is_space(left) || glued_before;
    const bool open_right = right == 0 || is_space(right) || is_double_quote(right);
    /* “« and »” */
    if (g->kind == SIGN_OPENING && open_left && is_double_quote(right) && sign_kind(right) == SIGN_OPENING)
        return SHAPE_OPENER;
    if (g->kind == SIGN_CLOSING && glued_before && sign_kind(left) == SIGN_CLOSING && (open_right || stop))
        return SHAPE_CLOSER;
    if (is_bracket_before(s, g->begin))
        return open_right || stop ? SHAPE_LOOSE : SHAPE_OPENER;
    if (open_left)
        return open_right || stop ? SHAPE_LOOSE : SHAPE_OPENER;
    if (open_right || stop || right == 0x2026 || (is_dash(right) && !is_dash(left)))
        return SHAPE_CLOSER;
    return SHAPE_TIGHT;
}

/* `5'10"` and `12"` outside of a quotation: inches. */
static bool is_measure(dm_str s, size_t at)
{
    size_t begin = at;
    uint32_t cp = char_before(s, at, &begin);
    if (!is_digit(cp))
        return false;
    while (is_digit(cp) || cp == '.')
        cp = char_before(s, begin, &begin);
    return cp == '\'' || cp == 0x2019 || cp == 0x2032;
}

static struct sign sign_read(dm_str s, size_t at)
{
    struct sign g = {.begin = at};
    size_t begin, end;
    g.cp = char_at(s, at, &g.end);
    g.kind = sign_kind(g.cp);
    g.foreign = g.cp != '"' && g.cp != 0x201C && g.cp != 0x201D && g.cp != 0x201F;
    g.gap_begin = g.begin;
    g.gap_end = g.end;
    while (is_space(char_before(s, g.gap_begin, &begin)))
        g.gap_begin = begin;
    while (is_space(char_at(s, g.gap_end, &end)))
        g.gap_end = end;
    g.before = char_before(s, g.gap_begin, &begin);
    g.after = char_at(s, g.gap_end, &end);
    g.shape = sign_shape(s, &g);
    g.glued = g.gap_end == g.end && is_double_quote(g.after);
    return g;
}

/* A sign that belongs to words of another script, such as «Правда». */
static bool is_of_other_script(const struct sign *g)
{
    return g->foreign && (is_other_script(g->before) || is_other_script(g->after)) &&
           is_other_script(g->kind == SIGN_CLOSING ? g->before : g->after);
}

/* Signs in a row that no prose has: two alike, or one in code. */
static bool is_alien(dm_str s, const struct sign *g)
{
    size_t at;
    const uint32_t left = char_before(s, g->begin, &at);
    if (left == '=' || left == '\\' || left == '[' || left == '{')
        return true;
    const enum sign_kind next = sign_kind(g->after);
    return g->glued && !(g->kind == SIGN_CLOSING && next == SIGN_OPENING) &&
           !(g->kind != SIGN_PLAIN && g->kind == next && g->cp != g->after);
}

/* Room for one more sign, and for the fixes that it may need.  return  false: no paragraph has that many */
static bool make_room(struct piece *w)
{
    enum { SIGNS = 8, SIGNS_MAX = 256 };
    if (w->count < w->cap)
        return true;
    if (w->cap == SIGNS_MAX)
        return false;
    const size_t cap = w->cap ? 2 * w->cap : SIGNS;
    struct sign *const signs = dm_alloc(w->task, cap * sizeof *signs);
    struct fix *const fixes = dm_alloc(w->task, (4 * cap + 1) * sizeof *fixes);
    if (!signs || !fixes)
        return false;
    if (w->count > 0)
        memcpy(signs, w->signs, w->count * sizeof *signs);
    w->signs = signs;
    w->fixes = fixes;
    w->cap = cap;
    return true;
}

bool signs_read(struct piece *w, struct prose *p)
{
    const bool has_ticks = p ? p->tick < p->end : memchr(w->s.ptr, '`', w->s.len) != NULL;
    const bool cyrillic = p && p->native && p->native->cyrillic;
    bool ticked = false;
    size_t from = 0;
    struct quotes quotes = quotes_in(w->s, 0);
    w->count = 0;
    w->foreign = false;
    for (size_t at; (at = quotes_next(&quotes)) < w->s.len;) {
        for (; has_ticks && from < at; from++)
            ticked ^= w->s.ptr[from] == '`';
        const struct sign g = sign_read(w->s, at);
        if (ticked || (p && bars_hold(&p->bars, p->begin + at)) || is_measure(w->s, at) ||
            (is_of_other_script(&g) && !cyrillic))
            continue;
        if (!make_room(w) || is_alien(w->s, &g))
            return false;
        w->signs[w->count++] = g;
        w->foreign |= g.foreign;
    }
    return w->count > 0;
}
