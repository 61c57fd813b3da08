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
    if (g->nested)
        return plain ? "'" : g->role == ROLE_OPEN ? "\u2018" : "\u2019";
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

/* `“«The Salt Road»”`: the inner signs say nothing. */
static bool is_redundant(const struct piece *w, const struct sign *g)
{
    const struct sign *const open = g->role == ROLE_OPEN ? g : g - 1;
    const size_t at = (size_t)(open - w->signs);
    return g->nested && at > 0 && at + 2 < w->count && open[-1].end == open->begin &&
           open[-1].role == ROLE_OPEN && open[1].end == open[2].begin && open[2].role == ROLE_CLOSE;
}

/* How many bytes the single sign has that closes behind the double one but should before it: `‘Next summer.”’`. */
static size_t single_behind(const struct piece *w, const struct sign *g)
{
    const dm_str s = w->s;
    size_t end, begin, at;
    const uint32_t single = char_at(s, g->end, &end);
    if (g->role != ROLE_CLOSE || g->foreign || g->nested || g->gap_begin < g->begin ||
        (single != 0x2019 && single != '\''))
        return 0;
    const uint32_t after = char_at(s, end, &at), opens = single == '\'' ? '\'' : 0x2018;
    if (after != 0 && !is_space(after))
        return 0;
    for (at = g->begin; at > 0; at = begin) {
        const uint32_t cp = char_before(s, at, &begin);
        size_t next;
        if (is_double_quote(cp))
            return 0;
        const bool letter = is_letter(char_at(s, at, &next));
        if ((cp == single || cp == opens) && !letter)
            return 0; /* one has closed */
        const uint32_t before = begin > 0 ? char_before(s, begin, &next) : 0;
        if (cp == opens && letter && is_space(before))
            return end - g->end;
    }
    return 0;
}

/* Whether the sign stays as it is, as sign_fix() would find as well, but slower.  false: perhaps */
static bool is_right(const struct piece *w, const struct sign *g)
{
    size_t end;
    if (g->foreign || g->nested || g->turned)
        return false;
    if (g->role == ROLE_OPEN)
        return (g->cp == '"' || g->cp == 0x201C) && g->gap_end == g->end && !lacks_space_before(w, g);
    const uint32_t next = char_at(w->s, g->end, &end);
    return g->role == ROLE_CLOSE && (g->cp == '"' || g->cp == 0x201D) && g->gap_begin == g->begin &&
           !lacks_space_after(w, g) && next != '\'' && next != 0x2019;
}

/* What stands in [gap_begin, gap_end), with one space or none on each side. */
static struct fix sign_fix(const struct piece *w, const struct sign *g)
{
    const dm_str s = w->s;
    const bool broken_before = has_break(s, g->gap_begin, g->begin);
    const bool broken_after = has_break(s, g->end, g->gap_end);
    struct fix f = {.at = {g->begin, g->end}, .confidence = 1, .evidence = ""};
    if (is_redundant(w, g)) {
        f.rule = RULE_FOREIGN_PAIR;
        return f;
    }
    const size_t single = single_behind(w, g);
    if (single) {
        f.at.end += single;
        f.rule = RULE_DIRECTION;
        f.confidence = 0.9;
        f.evidence = "the quotation within ends first";
        memcpy(f.with, w->s.ptr + g->end, single);
        f.len = single;
        add(&f, sign_text(w, g));
        return f;
    }
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

/* ‚ ‘ and ‹ ›, as other languages quote within a quotation, become ‘ ’. */
static size_t single_close(dm_str s, size_t from, uint32_t open)
{
    enum { REACH = 400 };
    size_t end, at = from;
    for (uint32_t cp; at < s.len && at - from < REACH; at = end) {
        cp = char_at(s, at, &end);
        size_t next;
        const bool word = is_letter(char_at(s, end, &next));
        if (open == 0x2039 ? cp == 0x203A : (cp == 0x2018 || cp == 0x2019) && !word)
            return at;
        if (cp == open || cp == '\n')
            break;
    }
    return 0;
}

static bool overlaps(const struct piece *w, const struct fix *f)
{
    for (size_t i = 0; i < w->fix_count; i++)
        if (f->at.begin < w->fixes[i].at.end && w->fixes[i].at.begin < f->at.end)
            return true;
    return false;
}

/* Into the row of fixes, where it belongs. */
static void insert(struct piece *w, struct fix f)
{
    size_t i = w->fix_count++;
    for (; i > 0 && w->fixes[i - 1].at.begin > f.at.begin; i--)
        w->fixes[i] = w->fixes[i - 1];
    w->fixes[i] = f;
}

static void plan_singles(struct piece *w)
{
    static const char *const lead = "\u2039"; /* E2 80, as all of them */
    const dm_str s = w->s;
    size_t begin, end;
    for (size_t at = 0; at < s.len && w->fix_count + 2 < 4 * w->cap; at = end) {
        const char *const found = memmem(s.ptr + at, s.len - at, lead, 2);
        if (!found)
            return;
        at = (size_t)(found - s.ptr);
        const uint32_t open = char_at(s, at, &end);
        if (open != 0x201A && open != 0x2039)
            continue;
        const size_t close = single_close(s, end, open);
        const uint32_t before = char_before(s, at, &begin);
        if (!close || is_letter(before) || is_digit(before))
            continue;
        struct fix f = {.at = {at, end}, .rule = RULE_FOREIGN_PAIR, .confidence = 1, .evidence = ""};
        struct fix g = {.at = {close, close + 3}, .rule = RULE_FOREIGN_PAIR, .confidence = 1, .evidence = ""};
        while (is_space(char_at(s, f.at.end, &begin)))
            f.at.end = begin;
        while (is_space(char_before(s, g.at.begin, &begin)))
            g.at.begin = begin;
        add(&f, w->curly ? "\u2018" : "'");
        add(&g, w->curly ? "\u2019" : "'");
        if (f.at.end <= g.at.begin && !overlaps(w, &f) && !overlaps(w, &g)) {
            insert(w, f);
            insert(w, g);
        }
        end = close + 3;
    }
}

void repair_plan(struct piece *w)
{
    w->fix_count = 0;
    for (size_t i = 0; i < w->count; i++) {
        const struct sign *g = &w->signs[i];
        if (g->role == ROLE_NONE)
            continue;
        plan_attribution(w, g);
        if (is_right(w, g))
            continue;
        const struct fix f = sign_fix(w, g);
        const size_t done = w->fix_count > 0 ? w->fixes[w->fix_count - 1].at.end : 0;
        if (f.at.begin >= done && !is_same(w, &f))
            w->fixes[w->fix_count++] = f;
    }
    if (w->foreign)
        plan_singles(w);
    if (w->unclosed)
        plan_end(w);
}
