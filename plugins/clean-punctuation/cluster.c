/* Marks in a row, with the spaces before and between them: ` ,` `. ,` `,,` `known,but`.  Most rows are
 * as they should be (`...`, `?!`); only those are mended that can have been but one thing. */
#include "punctuation.h"

#include "../subject/subject.h"

#include <string.h>

enum { GAP_MAX = 2 };

static char plain_mark(uint32_t cp)
{
    switch (cp) {
    case ',':
    case '.':
    case ';':
    case ':':
    case '?':
    case '!':
        return (char)cp;
    case 0x60C:  /* Arabic comma */
    case 0x3001: /* ideographic comma */
    case 0xFF0C: /* full-width, and so on */
        return ',';
    case 0x61B:
    case 0xFF1B:
        return ';';
    case 0x61F:
    case 0xFF1F:
        return '?';
    case 0x6D4: /* Arabic full stop, as Urdu has it */
    case 0x3002:
    case 0xFF0E:
        return '.';
    case 0xFF1A:
        return ':';
    case 0xFF01:
        return '!';
    default:
        return 0;
    }
}

/* The row around `at`; what is before p->done does not belong to it. */
static struct cluster cluster_read(const struct prose *p, size_t at)
{
    struct cluster c = {.begin = at};
    const size_t floor = p->done > p->begin ? p->done : p->begin;
    size_t begin, end;
    for (;;) {
        const uint32_t cp = c.begin > floor ? char_before(p, c.begin, &begin) : 0;
        if (cp != ' ' && !plain_mark(cp))
            break;
        c.begin = begin;
    }
    c.end = c.begin;
    for (size_t i = c.begin; i < p->end; i = end) {
        const uint32_t cp = char_at(p, i, &end);
        const char plain = plain_mark(cp);
        if (cp != ' ' && !plain)
            break;
        if (!plain)
            continue;
        if (c.count < CLUSTER_MAX)
            c.marks[c.count] = (struct cluster_mark){plain, cp >= 0x80, i, end};
        c.count++;
        c.end = end;
    }
    return c;
}

/* German and others end a quotation with what begins one in English: „so“, »so«. */
static bool ends_quotation(struct prose *p, uint32_t cp)
{
    return is_closing_quote(cp) || ((cp == 0x201C || cp == 0xAB) && prose_is_named(p, TONGUE_LATIN));
}

/* Whether what ends at `at` may have a mark after it, and not one for itself as in `the "," key`. */
static bool takes_mark(struct prose *p, size_t at)
{
    size_t begin;
    const uint32_t cp = char_before(p, at, &begin);
    if (is_latin(cp)) {
        const bool glued_stop = at < p->end && p->text.ptr[at] == '.';
        return glued_stop || !word_is(p, word_before(p, at), WORDS_ARTICLE);
    }
    if (is_quote(cp)) {
        const bool torn = cp == 0x201D && begin > p->begin + 1 && p->text.ptr[begin - 1] == ' ' &&
                          p->text.ptr[begin - 2] == '.';
        const uint32_t before = char_before(p, torn ? begin - 1 : begin, &begin);
        return ends_quotation(p, cp) && before != 0 && before != ' ' && before != '(' && !is_quote(before);
    }
    return is_digit(cp) || cp == ')' || cp == ']' || cp == '%';
}

static bool is_abbreviated(const struct prose *p, size_t stop)
{
    size_t begin;
    const dm_span word = word_before(p, stop);
    const uint32_t before = char_before(p, word.begin, &begin);
    return word.end - word.begin < 2 || before == '.' || word_is(p, word, WORDS_ABBREVIATION);
}

/* The first character behind `at` that is not a space. */
static uint32_t after_spaces(const struct prose *p, size_t at)
{
    while (at < p->end && p->text.ptr[at] == ' ')
        at++;
    size_t end;
    return char_at(p, at, &end);
}

static bool is_word_at(const struct prose *p, size_t at)
{
    const dm_span word = word_at(p, at);
    return word.end - word.begin > 1 || word_is(p, word, WORDS_ARTICLE) || word_is(p, word, WORDS_STARTER);
}

/* Write the row anew as one mark, with a space if a word follows at once. */
static void replace(struct prose *p, const struct cluster *c, char mark, uint32_t rule, double confidence)
{
    size_t end;
    char with[2] = {mark, ' '};
    const bool glued = is_latin(char_at(p, c->end, &end));
    prose_fix(p, (dm_span){c->begin, c->end}, (dm_str){with, glued ? 2 : 1}, rule, confidence, DM_LIT(""));
}

/* ---- one mark ------------------------------------------------------------------------------- */

/* `.” .`: the sentence ended within the quotation. */
static bool is_ended_inside(const struct prose *p, const struct cluster *c, bool gap)
{
    size_t quote, inner;
    const uint32_t sign = char_before(p, c->begin, &quote);
    if (!is_closing_quote(sign))
        return false;
    if (sign == 0x201D && quote > p->begin && p->text.ptr[quote - 1] == ' ')
        quote--; /* torn off; whoever mends it comes later */
    const uint32_t cp = char_before(p, quote, &inner);
    if (cp == '.')
        return !is_abbreviated(p, inner);
    return gap && (cp == '?' || cp == '!');
}

static bool may_lose_space(const struct prose *p, const struct cluster *c)
{
    size_t begin, end;
    const char mark = c->marks[0].plain;
    const uint32_t before = char_before(p, c->begin, &begin), after = char_at(p, c->end, &end);
    if (is_latin(after)) {
        const bool starts = is_upper(after) && word_is(p, word_at(p, c->end), WORDS_STARTER);
        return mark == '.' ? starts : (mark == ',' || mark == ';') && is_word_at(p, c->end);
    }
    if (after == ')')
        return mark != ':' && mark != ';';
    if (after != 0 && after != ' ' && !is_quote(after))
        return false;
    const uint32_t next = after_spaces(p, c->end);
    if (mark != ',' && mark != '.' && word_is(p, word_before(p, c->begin), WORDS_BESIDE))
        return false; /* `before ! and ?` */
    if (mark == '?' || mark == '!')
        return !is_lower(next);
    return mark != ':' || !is_digit(before) || !is_digit(next);
}

/* `f : A`: signs of mathematics, or of a game. */
static bool is_formula(const struct prose *p, const struct cluster *c)
{
    size_t end;
    const dm_span before = word_before(p, c->begin);
    if (c->marks[0].plain != ':' || before.end - before.begin != 1 || char_at(p, c->end, &end) != ' ')
        return false;
    const dm_span after = word_at(p, c->end + 1);
    return after.end - after.begin == 1 && p->text.ptr[after.begin] != 'a';
}

/* `TIDE OFFICE . ORLO . READ DAILY`: a line of capitals, of which stops are a part. */
static bool is_inscription(const struct prose *p, const struct cluster *c)
{
    if (c->marks[0].plain != '.' || !after_spaces(p, c->end))
        return false;
    for (size_t at = p->begin, end; at < p->end; at = end)
        if (is_lower(char_at(p, at, &end)))
            return false;
    return true;
}

/* `a space before the question mark ("Really ?")`: a word or two in quotes, where the line speaks of marks. */
static bool is_shown(const struct prose *p, const struct cluster *c)
{
    enum { SHOWN_MAX = 24 };
    size_t end, begin, at = c->begin;
    if (!is_quote(char_at(p, c->end, &end)))
        return false;
    while (at > p->begin && c->begin - at < SHOWN_MAX && !is_quote(char_before(p, at, &begin)))
        at = begin;
    return at > p->begin && c->begin - at < SHOWN_MAX &&
           subject_has_mark(p->text, p->classes, (dm_span){p->begin, p->end});
}

static void mend_gap(struct prose *p, const struct cluster *c)
{
    if (is_formula(p, c) || is_inscription(p, c) || is_shown(p, c))
        return;
    if (c->marks[0].plain == '.' && is_ended_inside(p, c, true)) {
        prose_fix(p, (dm_span){c->begin, c->end}, DM_LIT(""), RULE_DOUBLED, 1, DM_LIT(""));
        return;
    }
    const size_t done = p->done;
    size_t end;
    if (c->marks[0].plain == '.' && char_at(p, c->end, &end) == ' ')
        stop_mend(p, c);
    if (p->done == done && may_lose_space(p, c))
        replace(p, c, c->marks[0].plain, RULE_SPACE_BEFORE, 1);
}

/* A mark of another script, between Latin words. */
static void mend_foreign(struct prose *p, const struct cluster *c)
{
    size_t begin, end;
    const uint32_t before = char_before(p, c->begin, &begin), after = char_at(p, c->end, &end);
    if (after != 0 && after != ' ' && after != ')' && !is_quote(after) && !is_latin(after))
        return;
    const uint32_t next = after_spaces(p, c->end);
    if (next < 0x250 || is_quote(next) || next == 0x2013 || next == 0x2014)
        replace(p, c, c->marks[0].plain, RULE_FOREIGN_MARK, is_latin(before) ? 1 : 0.9);
}

/* The letters, hyphens and apostrophes beside a mark, and whether nothing else is glued to them. */
static bool is_plain_before(const struct prose *p, size_t at, dm_span *word)
{
    size_t begin;
    *word = word_before(p, at);
    uint32_t cp = char_before(p, word->begin, &begin);
    for (int i = 0; i < 3 && (cp == '\'' || cp == 0x2019 || cp == '-'); i++) {
        const dm_span part = word_before(p, begin);
        if (part.begin == part.end)
            break;
        word->begin = part.begin;
        cp = char_before(p, part.begin, &begin);
    }
    if (cp == '(') { /* and not a call: f(this,that) */
        const uint32_t before = char_before(p, begin, &begin);
        return word->end - word->begin > 1 && (before == 0 || before == ' ');
    }
    return word->end - word->begin > 1 &&
           (cp == 0 || cp == ' ' || cp == 0x201C || cp == '"' || cp == 0x2013 || cp == 0x2014);
}

static bool is_plain_after(const struct prose *p, size_t at)
{
    size_t end;
    dm_span word = word_at(p, at);
    uint32_t cp = char_at(p, word.end, &end);
    if (cp == '\'' || cp == 0x2019 || cp == '-') {
        word = word_at(p, end);
        cp = char_at(p, word.end, &end);
    }
    if (plain_mark(cp)) {
        for (int i = 0; i < 3 && plain_mark(cp); i++)
            cp = char_at(p, end, &end);
        return cp == 0 || cp == ' ' || is_quote(cp);
    }
    return cp == 0 || cp == ' ' || cp == ')' || is_quote(cp) || cp == 0x2014;
}

/* One capital, then small letters. */
static bool is_name_like(const struct prose *p, dm_span word)
{
    size_t end;
    char_at(p, word.begin, &end);
    for (size_t at = end; at < word.end; at = end)
        if (!is_lower(char_at(p, at, &end)))
            return false;
    return true;
}

/* `known,but`: how sure it is that a space is missing; 0: not at all. */
static double missing_space(struct prose *p, const struct cluster *c)
{
    size_t begin, end;
    const char mark = c->marks[0].plain;
    const dm_span next = word_at(p, c->end);
    const uint32_t before = char_before(p, c->begin, &begin), after = char_at(p, c->end, &end);
    const bool little = word_is(p, next, WORDS_STARTER) || word_is(p, next, WORDS_FUNCTION);
    if (!is_plain_after(p, c->end))
        return 0;
    if (is_digit(before) || before == ')' || (is_quote(before) && takes_mark(p, c->begin)))
        return (mark == ',' || mark == ';') && little && next.end - next.begin > 1 && is_lower(after) &&
                       char_at(p, next.end, &end) == ' '
                   ? 0.95
                   : 0;
    dm_span word;
    if (!is_plain_before(p, c->begin, &word) || !is_lower(before))
        return 0;
    if (mark == ',' || mark == ';')
        return is_word_at(p, c->end) ? (little ? 1 : 0.9) : 0;
    if (mark == ':')
        return word_is(p, word, WORDS_SPEECH) || (word_is(p, next, WORDS_ARTICLE) && is_lower(after)) ? 0.9
                                                                                                      : 0;
    return is_upper(after) && is_name_like(p, next) && is_word_at(p, c->end) &&
                   !word_is(p, next, WORDS_DOMAIN)
               ? 0.9
               : 0;
}

static void mend_one(struct prose *p, const struct cluster *c)
{
    size_t end;
    const bool gap = c->begin < c->marks[0].begin;
    if (c->marks[0].begin - c->begin > GAP_MAX || !takes_mark(p, c->begin))
        return;
    if (c->marks[0].foreign) {
        mend_foreign(p, c);
    } else if (gap) {
        mend_gap(p, c);
    } else if (c->marks[0].plain == '.') {
        if (is_ended_inside(p, c, false) && !is_latin(char_at(p, c->end, &end)))
            prose_fix(p, (dm_span){c->begin, c->end}, DM_LIT(""), RULE_DOUBLED, 0.9, DM_LIT(""));
        else
            stop_mend(p, c);
    } else if (is_latin(char_at(p, c->end, &end))) {
        const double sure = missing_space(p, c);
        if (sure > 0)
            prose_fix(p, (dm_span){c->end, c->end}, DM_LIT(" "), RULE_SPACE_AFTER, sure, DM_LIT(""));
    }
}

/* ---- two marks ------------------------------------------------------------------------------ */

/* `Inc. ,` and `wind. ,`: the stop of an abbreviation stays. */
static void mend_stop_comma(struct prose *p, const struct cluster *c, bool apart)
{
    const struct cluster_mark *first = &c->marks[0], *second = &c->marks[1];
    size_t end;
    size_t begin;
    const bool figure = apart && is_digit(char_before(p, c->begin, &begin));
    if (!figure && is_abbreviated(p, first->begin > c->begin ? c->begin : first->begin)) {
        if (apart && first->begin == c->begin && !is_latin(char_at(p, c->end, &end)))
            prose_fix(p, (dm_span){first->end, second->begin}, DM_LIT(""), RULE_SPACE_BEFORE, 1, DM_LIT(""));
        return;
    }
    const dm_span word = word_before(p, c->begin);
    const bool small = is_lower(char_at(p, word.begin, &begin));
    const bool is_long = word.end - word.begin > (small ? 4 : 6);
    /* What ends a paragraph is a sentence. */
    const char plain = after_spaces(p, c->end) ? second->plain : first->plain;
    if (apart || is_long)
        replace(p, c, plain, RULE_ORPHAN, apart ? 1 : 0.9);
}

static void mend_two(struct prose *p, const struct cluster *c)
{
    const struct cluster_mark *first = &c->marks[0], *second = &c->marks[1];
    const bool gap = first->begin > c->begin, apart = second->begin > first->end;
    size_t end;
    if (first->begin - c->begin > GAP_MAX || second->begin - first->end > GAP_MAX || first->foreign ||
        second->foreign || !takes_mark(p, c->begin))
        return;
    const char pair[3] = {first->plain, second->plain, 0};
    const uint32_t after = char_at(p, c->end, &end), next = after_spaces(p, c->end);
    const bool glued = is_latin(after) && strcmp(pair, ".,") != 0;
    if (glued || is_digit(after) || (after != 0 && after != ' ' && !is_quote(after) && !is_latin(after)))
        return;
    const bool ends = !is_lower(next);
    if (!strcmp(pair, ",,") || (!strcmp(pair, ";;") && !gap))
        replace(p, c, first->plain, RULE_DOUBLED, 1);
    else if (!strcmp(pair, "..") && ends)
        replace(p, c, '.', RULE_DOUBLED, 1);
    else if (!strcmp(pair, ".,") || !strcmp(pair, ".;"))
        mend_stop_comma(p, c, apart);
    else if (!strcmp(pair, ",;"))
        replace(p, c, ';', RULE_ORPHAN, 0.9);
    else if (!strcmp(pair, "::") && !gap && !apart && after == ' ' && is_quote(next))
        replace(p, c, ':', RULE_DOUBLED, 0.9);
    else if ((!strcmp(pair, ",.") || !strcmp(pair, ";.")) && ends)
        replace(p, c, '.', RULE_ORPHAN, 1);
    else if ((!strcmp(pair, "?.") || !strcmp(pair, "!.")) && apart && ends)
        replace(p, c, first->plain, RULE_ORPHAN, 1);
    else if (gap && !apart && ends && strspn(pair, "?!") == 2)
        prose_fix(p, (dm_span){c->begin, first->begin}, DM_LIT(""), RULE_SPACE_BEFORE, 1, DM_LIT(""));
}

/* French has a space before these. */
static bool keeps_french_space(struct prose *p, const struct cluster *c)
{
    bool high = false;
    for (size_t i = 0; i < c->count && i < CLUSTER_MAX; i++)
        high |= c->marks[i].plain != '.' && c->marks[i].plain != ',';
    return high && prose_is_named(p, TONGUE_FRENCH);
}

void cluster_mend(struct prose *p, size_t at)
{
    const struct cluster c = cluster_read(p, at);
    if (prose_is_of_other_script(p)) {
        script_mend(p, &c);
        p->done = p->done < c.end ? c.end : p->done;
        return;
    }
    if (keeps_french_space(p, &c)) {
        p->done = p->done < c.end ? c.end : p->done;
        return;
    }
    if (c.count == 1)
        mend_one(p, &c);
    else if (c.count == 2)
        mend_two(p, &c);
    if (p->done < c.end)
        p->done = c.end;
}
