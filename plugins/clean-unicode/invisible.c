/* Characters that one cannot see: dropped, but for those that a script or an emoji is joined with. */
#include "unicode.h"

/* Scripts in which ZWJ and ZWNJ choose the shapes of letters: Hebrew and Arabic to Myanmar, Khmer,
 * Mongolian, and those of their kind elsewhere. */
static bool is_joining(uint32_t cp)
{
    return (cp >= 0x590 && cp < 0x10A0) || (cp >= 0x1700 && cp < 0x18B0) || (cp >= 0x1900 && cp < 0x1C80) ||
           (cp >= 0x1CD0 && cp < 0x1D00) || (cp >= 0xA800 && cp < 0xAC00 && !(cp >= 0xAB30 && cp < 0xABC0)) ||
           (cp >= 0xFB1D && cp < 0xFE00) || (cp >= 0xFE70 && cp < 0xFEFF) ||
           (cp >= 0x10A00 && cp < 0x12000) || (cp >= 0x1E900 && cp < 0x1E960);
}

/* Scripts without spaces, where a zero-width space says where a word may end: Thai to Tibetan,
 * Myanmar, Khmer, Tai. */
static bool is_spaceless(uint32_t cp)
{
    return (cp >= 0xE00 && cp < 0x10A0) || (cp >= 0x1780 && cp < 0x1800) || (cp >= 0x1950 && cp < 0x1AB0) ||
           (cp >= 0xA9E0 && cp < 0xAA00) || (cp >= 0xAA60 && cp < 0xAA80);
}

/* What stands around a run of invisible characters; 0: the line ends there. */
struct surroundings {
    uint32_t before, after;
    bool rtl; /* the nearest letter on either side runs from right to left */
};

static bool is_arabic(uint32_t cp)
{
    return (cp >= 0x620 && cp < 0x780 && cp != 0x66A && cp != 0x66B && cp != 0x66C) ||
           (cp >= 0x8A0 && cp < 0x900);
}

/* Beside a space, a mark of ASCII or the line's end ZWNJ parts nothing in Arabic and Persian. */
static bool parts_nothing(const struct surroundings *a)
{
    const uint32_t other = is_arabic(a->before) ? a->after : a->before;
    const bool mark = other < 0x80 && char_script(other) == SCRIPT_NONE && !char_is_digit(other);
    return (is_arabic(a->before) || is_arabic(a->after)) &&
           (mark || other == 0xAB || other == 0xBB || other == 0x60C || other == 0x61B || other == 0x61F ||
            char_is_space(char_class(other)));
}

static bool keeps_joiner(const struct surroundings *a, uint32_t cp)
{
    if (cp == 0x200C && parts_nothing(a))
        return false;
    if (is_joining(a->before) || is_joining(a->after))
        return true;
    return cp == 0x200D && char_is_emoji(a->before) && char_is_emoji(a->after);
}

static bool keeps_variation(const struct surroundings *a, uint32_t kept)
{
    if (kept && char_class(kept) == CLASS_VARIATION)
        return false;
    if (a->before < 0x80) /* a keycap: 1, U+FE0F, U+20E3 */
        return a->after == 0x20E3 && (char_is_digit(a->before) || a->before == '#' || a->before == '*');
    return !char_is_space(char_class(a->before)) && char_script(a->before) != SCRIPT_LATIN;
}

static bool keeps(const struct uni_segment *s, const struct surroundings *a, const struct uni_cell *c,
                  uint32_t kept, bool flag)
{
    switch (char_class(c->cp)) {
    case CLASS_JOINER:
        return kept != c->cp && keeps_joiner(a, c->cp);
    case CLASS_ZERO_WIDTH:
        return c->cp == 0x200B && (is_spaceless(a->before) || is_spaceless(a->after));
    case CLASS_BIDI_MARK: /* within a word it does nothing */
        return a->rtl && !(char_script(a->before) == SCRIPT_RTL && char_script(a->after) == SCRIPT_RTL);
    case CLASS_BIDI_EMBEDDING:
        return s->line->flags & LINE_RTL;
    case CLASS_VARIATION:
        return keeps_variation(a, kept);
    case CLASS_TAG:
        return flag && c->cp >= 0xE0020;
    case CLASS_SOFT_HYPHEN:
        return a->before == 0xC3; /* half of a broken í, which is shown on purpose if it is still here */
    case CLASS_OTHER:
    case CLASS_SPACE:
    case CLASS_TAB:
    case CLASS_ODD_SPACE:
    case CLASS_CONTROL:
        break;
    }
    return false;
}

/* A line that speaks of such characters shows some; a control is none of them. */
static bool is_shown(const struct uni_segment *s, uint32_t cp)
{
    return char_class(cp) != CLASS_CONTROL && uni_is_subject(s);
}

/* The first letter's script at or behind cell `i`.  *known remembers where that was. */
static enum char_script script_behind(const struct uni_cells *c, size_t i, size_t *known)
{
    if (*known < i)
        *known = i;
    while (*known + 1 < c->count && char_script(c->at[*known].cp) == SCRIPT_NONE)
        (*known)++;
    return char_script(c->at[*known].cp);
}

static size_t run_end(const struct uni_cells *c, size_t i)
{
    while (i + 1 < c->count && char_is_invisible(char_class(c->at[i].cp)))
        i++;
    return i;
}

static bool has_invisible(const struct uni_cells *c)
{
    for (size_t i = 0; i + 1 < c->count; i++)
        if (char_is_invisible(char_class(c->at[i].cp)))
            return true;
    return false;
}

bool uni_drop_invisible(struct uni_segment *s)
{
    const struct uni_cells *c = &s->cells;
    if (!has_invisible(c))
        return false;
    enum char_script script = SCRIPT_NONE; /* of the nearest letter before */
    size_t known = 0;
    for (size_t i = 0; i < c->count;) {
        const size_t end = run_end(c, i);
        if (i == end) {
            const enum char_script own = char_script(c->at[i].cp);
            script = own == SCRIPT_NONE ? script : own;
            if (!uni_push(s, c->at[i++]))
                return false;
            continue;
        }
        const struct surroundings a = {i > 0 ? c->at[i - 1].cp : 0, c->at[end].cp,
                                       script == SCRIPT_RTL || script_behind(c, end, &known) == SCRIPT_RTL};
        const bool flag = a.before == 0x1F3F4 && c->at[end - 1].cp == 0xE007F;
        for (uint32_t kept = 0; i < end; i++) {
            if (!keeps(s, &a, &c->at[i], kept, flag) && !is_shown(s, c->at[i].cp)) {
                /* Spaces that were taken out before it are now before the next one. */
                if (c->at[i + 1].gap == RULE_NONE)
                    c->at[i + 1].gap = c->at[i].gap;
                continue;
            }
            kept = c->at[i].cp;
            if (!uni_push(s, c->at[i]))
                return false;
        }
    }
    const bool changed = s->spare.count < c->count;
    uni_swap(s);
    return changed;
}
