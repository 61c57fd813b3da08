/* Quotation marks of texts in other languages, which keep them: « » and „ “ and “ ”, each with its own sign to open and
 * to close.  Only what these show by themselves is repaired, where a paragraph has one kind of them: a quotation that
 * is opened twice, or never closed, and spaces inside of guillemets where the text has none. */
#include "quotes.h"

#include <string.h>

static const struct native natives[] = {
    {.languages = " fr ", .spaced = true},
    {.languages = " ru uk be bg ", .stop_behind = true, .cyrillic = true},
    {.languages = " es it pt gl ca ", .stop_behind = true},
    {.languages = " de pl cs sk sl hr hu ro tr nl da no nb "},
};

const struct native *native_of(dm_str language)
{
    if (!language.ptr || language.len < 2 || (language.len > 2 && language.ptr[2] != '-'))
        return NULL;
    if (!memcmp(language.ptr, "en", 2)) /* as most are; in no list */
        return NULL;
    const char wanted[] = {' ', language.ptr[0], language.ptr[1], ' ', 0};
    for (size_t i = 0; i < sizeof natives / sizeof *natives; i++)
        if (strstr(natives[i].languages, wanted))
            return &natives[i];
    return NULL;
}

/* The pairs of a paragraph, if it has one kind of them. */
struct pair {
    uint32_t open, close;
};

/* return  false: several kinds, or signs that may be either */
static bool find_pair(const struct piece *w, struct prose *p, struct pair *pair)
{
    bool low = false, high = false, angle = false;
    for (size_t i = 0; i < w->count; i++) {
        const uint32_t cp = w->signs[i].cp;
        low |= cp == 0x201E;
        high |= cp == 0x201C || cp == 0x201D;
        angle |= cp == 0xAB || cp == 0xBB;
        if (cp == '"' || cp >= 0x300C)
            return false;
    }
    if (angle && !low && !high)
        *pair = (struct pair){0xAB, 0xBB};
    else if (low && !angle) /* the text's own end of it */
        *pair = (struct pair){0x201E, prose_has_sign(p, 0x201D) ? 0x201D : 0x201C};
    else if (high && !low && !angle && !prose_has_sign(p, 0x201E))
        *pair = (struct pair){0x201C, 0x201D};
    else
        return false;
    return pair->open != 0x201E || !prose_has_sign(p, 0x201D) || !prose_has_sign(p, 0x201C);
}

static bool ends_sentence(uint32_t cp)
{
    return cp == '.' || cp == '?' || cp == '!' || cp == 0x2026;
}

/* Give the signs their roles.
 * opened  of the quotation that is open at the end; SIZE_MAX: none
 * return  false: they do not take turns */
static bool find_roles(struct piece *w, const struct pair *pair, size_t *opened)
{
    *opened = SIZE_MAX;
    for (size_t i = 0; i < w->count; i++) {
        struct sign *const g = &w->signs[i];
        const bool opens = g->cp == pair->open;
        if (!opens && g->cp != pair->close)
            return false;
        g->role = opens ? ROLE_OPEN : ROLE_CLOSE;
        if (opens != (*opened == SIZE_MAX)) {
            /* `“We will go. “We hope so.”`: the second one comes in between, and stands as an opener */
            const bool again = opens && ends_sentence(g->before) && g->gap_begin < g->begin &&
                               g->gap_end == g->end && i + 1 < w->count &&
                               w->signs[i + 1].cp == pair->close &&
                               (i + 2 == w->count || w->signs[i + 2].cp == pair->open);
            if (!again)
                return false;
            g->role = ROLE_DROP;
            continue;
        }
        *opened = opens ? i : SIZE_MAX;
    }
    return true;
}

static void add_fix(struct piece *w, dm_span at, const char *with, uint32_t rule, const char *evidence)
{
    struct fix f = {.at = at, .rule = rule, .confidence = 0.9, .evidence = evidence, .len = strlen(with)};
    memcpy(f.with, with, f.len);
    w->fixes[w->fix_count++] = f;
}

static const char *text_of(uint32_t cp)
{
    return cp == 0xBB ? "»" : cp == 0x201D ? "\u201D" : "\u201C";
}

/* Whether it is a closing sign that comes next behind the paragraph: then the quotation goes on. */
static bool closes_later(const struct prose *p, const struct pair *pair)
{
    struct quotes quotes = quotes_in(p->text, p->end);
    for (size_t at, end; (at = quotes_next(&quotes)) < p->text.len;) {
        const uint32_t cp = char_at(p->text, at, &end);
        if (cp == pair->open || cp == pair->close)
            return cp == pair->close;
    }
    return false;
}

/* Where a quotation ends that no sign does: at the end of the paragraph, if that is a sentence's, and the quotation is
 * one of sentences. */
static void close_last(struct piece *w, struct prose *p, const struct sign *open, const struct pair *pair)
{
    const dm_str s = w->s;
    size_t begin, end = s.len;
    while (is_space(char_before(s, end, &begin)))
        end = begin;
    const uint32_t last = char_before(s, end, &begin);
    const bool cut =
        last == '.' && begin > 0 && (s.ptr[begin - 1] == '.' || is_digit((unsigned char)s.ptr[begin - 1]));
    const bool introduced = open->before == 0 || open->before == ':' || ends_sentence(open->before);
    if (w->next != NEXT_OTHER || cut || last == 0x2026 || !ends_sentence(last) || !introduced ||
        !prose_has_sign(p, pair->close) || closes_later(p, pair))
        return;
    const size_t at = p->native->stop_behind && last == '.' ? begin : end;
    add_fix(w, (dm_span){at, at}, text_of(pair->close), RULE_UNCLOSED,
            "no closing sign up to the end of the paragraph");
}

/* Spaces inside, where the text has guillemets without. */
static void tighten(struct piece *w, const struct prose *p, const struct sign *g)
{
    const bool opens = g->role == ROLE_OPEN;
    const size_t begin = opens ? g->end : g->gap_begin, end = opens ? g->gap_end : g->begin;
    const dm_str s = w->s;
    if (begin == end || memchr(s.ptr + begin, '\n', end - begin) || p->native->spaced || !p->tight)
        return;
    add_fix(w, (dm_span){begin, end}, "", RULE_ATTACHMENT, "the text has no space inside of others");
}

bool native_plan(struct piece *w, struct prose *p)
{
    struct pair pair;
    size_t opened;
    w->fix_count = 0;
    if (!find_pair(w, p, &pair) || !find_roles(w, &pair, &opened))
        return false;
    for (size_t i = 0; i < w->count; i++) {
        const struct sign *const g = &w->signs[i];
        if (g->role == ROLE_DROP)
            add_fix(w, (dm_span){g->begin, g->end}, "", RULE_REOPENED, "a quotation is open already");
        else if (pair.open == 0xAB)
            tighten(w, p, g);
    }
    if (opened != SIZE_MAX)
        close_last(w, p, &w->signs[opened], &pair);
    return w->fix_count > 0;
}
