/* From roles to fixes: the sign itself, the spaces on both sides of it, an end for what has none, and the
 * comma of `,” said X`. */
#include "quotes.h"

#include <string.h>

static void add(struct fix *f, const char *part)
{
    const size_t len = strlen(part);
    memcpy(f->with + f->len, part, len);
    f->len += len;
}

static const char *sign_text(const struct piece *w, const struct sign *g)
{
    const bool plain = g->foreign ? !w->curly : g->kind == SIGN_PLAIN;
    if (plain)
        return "\"";
    return g->role == ROLE_OPEN ? "\u201C" : "\u201D";
}

/* Whether a line ends among the spaces, which then stay. */
static bool has_break(dm_str s, size_t begin, size_t end)
{
    return end > begin && memchr(s.ptr + begin, '\n', end - begin) != NULL;
}

/* `the “Titanic”s`: the letter belongs to the word. */
static bool is_ending(dm_str s, size_t at)
{
    const dm_span word = word_at(s, at);
    return word.end - word.begin == 1 && s.ptr[word.begin] == 's';
}

static bool lacks_space_before(const struct piece *w, const struct sign *g)
{
    return g->gap_begin == g->begin && g->shape != SHAPE_OPENER &&
           (is_letter(g->before) || g->before == ':' || g->before == ',' || g->before == '.' ||
            g->before == '?' || g->before == '!' || g->before == ';') &&
           w->s.len > 0;
}

static bool lacks_space_after(const struct piece *w, const struct sign *g)
{
    return g->gap_end == g->end && ((is_letter(g->after) && !is_ending(w->s, g->end)) || g->glued);
}

static bool is_same(const struct piece *w, const struct fix *f)
{
    return f->at.end - f->at.begin == f->len && !memcmp(w->s.ptr + f->at.begin, f->with, f->len);
}

/* What stands in [gap_begin, gap_end), with one space or none on each side. */
static struct fix sign_fix(const struct piece *w, const struct sign *g)
{
    const dm_str s = w->s;
    const bool broken_before = has_break(s, g->gap_begin, g->begin);
    const bool broken_after = has_break(s, g->end, g->gap_end);
    struct fix f = {.at = {g->begin, g->end}, .confidence = 1, .evidence = ""};
    if (g->role == ROLE_DROP) {
        f.at.begin = broken_before ? g->begin : g->gap_begin;
        f.at.end = broken_after ? g->end : g->gap_end;
        f.rule = RULE_REOPENED;
        f.confidence = 0.9;
        f.evidence = "a quotation is open already";
        if (!broken_before && !broken_after)
            add(&f, " ");
        return f;
    }
    f.rule = g->foreign ? RULE_FOREIGN_PAIR : g->turned ? RULE_DIRECTION : RULE_ATTACHMENT;
    f.confidence = g->turned && !g->foreign ? 0.95 : 1;
    if (g->role == ROLE_OPEN) {
        if (lacks_space_before(w, g))
            add(&f, " ");
        add(&f, sign_text(w, g));
        f.at.end = broken_after ? g->end : g->gap_end;
    } else {
        f.at.begin = broken_before || g->before == 0 ? g->begin : g->gap_begin;
        add(&f, sign_text(w, g));
        if (lacks_space_after(w, g))
            add(&f, " ");
    }
    return f;
}

/* `the end.” said X`: the stop becomes a comma, unless it belongs to an abbreviation or an ellipsis. */
static bool is_stop_before_speech(const struct piece *w, const struct sign *g, size_t *stop)
{
    const dm_str s = w->s;
    size_t at, before;
    if (g->role != ROLE_CLOSE || g->before != '.' || (g->gap_end == g->end && !is_letter(g->after)))
        return false;
    char_before(s, g->gap_begin, stop);
    const dm_span word = word_before(s, *stop);
    const uint32_t cp = char_before(s, word.begin, &before);
    const uint32_t last = char_before(s, *stop, &at);
    if (word.end - word.begin < 2 ? !is_digit(last) && last != ')' && last != '%' : cp == '.')
        return false;
    const dm_span next = word_at(s, g->gap_end);
    if (is_speech_verb(s, next))
        return true;
    return is_pronoun(s, next) && next.end < s.len && s.ptr[next.end] == ' ' &&
           is_speech_verb(s, word_at(s, next.end + 1));
}

static void plan_attribution(struct piece *w, const struct sign *g)
{
    size_t stop;
    if (!is_stop_before_speech(w, g, &stop))
        return;
    struct fix f = {.at = {stop, stop + 1},
                    .rule = RULE_ATTRIBUTION,
                    .confidence = 0.95,
                    .evidence = "a verb of speech follows in lower case"};
    add(&f, ",");
    w->fixes[w->fix_count++] = f;
}

static void plan_end(struct piece *w)
{
    size_t end = w->s.len, begin, opened = w->count;
    while (is_space(char_before(w->s, end, &begin)))
        end = begin;
    while (opened > 0 && w->signs[opened - 1].role != ROLE_OPEN)
        opened--;
    struct sign close = w->signs[opened - 1];
    close.role = ROLE_CLOSE;
    struct fix f = {.at = {end, end},
                    .rule = RULE_UNCLOSED,
                    .confidence = 0.9,
                    .evidence = "no closing sign up to the end of the paragraph"};
    add(&f, sign_text(w, &close));
    w->fixes[w->fix_count++] = f;
}

void repair_plan(struct piece *w)
{
    w->fix_count = 0;
    for (size_t i = 0; i < w->count; i++) {
        const struct sign *g = &w->signs[i];
        if (g->role == ROLE_NONE)
            continue;
        plan_attribution(w, g);
        const struct fix f = sign_fix(w, g);
        const size_t done = w->fix_count > 0 ? w->fixes[w->fix_count - 1].at.end : 0;
        if (f.at.begin >= done && !is_same(w, &f))
            w->fixes[w->fix_count++] = f;
    }
    if (w->unclosed)
        plan_end(w);
}
