/* Texts in Cyrillic or Arabic letters, whose language the metadata names: what holds there as well.  No space before
 * a mark, one behind, no mark twice.  There are no lists of words, so a mark is judged by the letters beside it. */
#include "punctuation.h"

#include <string.h>

enum { GAP_MAX = 2, WORD_MIN = 2, WORD_LONG = 4, WORD_MAX = 40 };

static bool is_letter(uint32_t cp)
{
    return is_latin(cp) || is_other_letter(cp);
}

static bool is_cyrillic_capital(uint32_t cp)
{
    return (cp >= 0x400 && cp < 0x430) || is_upper(cp);
}

static size_t letters_before(const struct prose *p, size_t at)
{
    size_t count = 0;
    while (count < WORD_MAX && is_letter(char_before(p, at, &at)))
        count++;
    return count;
}

static size_t letters_at(const struct prose *p, size_t at)
{
    size_t count = 0;
    while (count < WORD_MAX && is_letter(char_at(p, at, &at)))
        count++;
    return count;
}

static bool takes_mark(const struct prose *p, size_t at)
{
    size_t begin;
    const uint32_t cp = char_before(p, at, &begin);
    if (is_closing_quote(cp) || cp == 0x201C)
        return is_letter(char_before(p, begin, &begin));
    return is_letter(cp) || is_digit(cp) || cp == ')' || cp == '%';
}

static uint32_t after_spaces(const struct prose *p, size_t at)
{
    size_t end = at;
    uint32_t cp = char_at(p, at, &end);
    while (cp == ' ')
        cp = char_at(p, end, &end);
    return cp;
}

static bool is_free(uint32_t after)
{
    return after == 0 || after == ' ' || after == 0xBB || after == '"' || after == 0x201D || after == 0x201C;
}

/* Small words that many sentences begin with; the others may be parts of abbreviations. */
static bool is_beginning(const struct prose *p, size_t at)
{
    static const char words[] = " در به از با این آن اما وی او ما هر في من على إلى أن هذا وقد كما لم لا قال ";
    enum { BYTES_MAX = 12 };
    size_t end = at, next;
    while (end - at < BYTES_MAX && is_letter(char_at(p, end, &next)))
        end = next;
    char wanted[BYTES_MAX + 8] = {' '};
    memcpy(wanted + 1, p->text.ptr + at, end - at);
    wanted[1 + end - at] = ' ';
    return char_at(p, end, &next) == ' ' && strstr(words, wanted);
}

/* `камеры.Лапину`, `دينار،تحملت` */
static double missing_space(const struct prose *p, const struct cluster *c)
{
    size_t begin, end;
    const char mark = c->marks[0].plain;
    const size_t words[] = {letters_before(p, c->begin), letters_at(p, c->end)};
    const uint32_t before = char_before(p, c->begin, &begin), after = char_at(p, c->end, &end);
    if (is_latin(before) || is_latin(after) || words[0] < WORD_MIN || words[1] < 1 || mark == ':')
        return 0;
    if (mark == ',' || mark == ';')
        return words[1] >= WORD_MIN || mark == ',' ? 0.95 : 0;
    const bool arabic = before >= 0x600;
    if (mark == '.')
        return words[0] >= WORD_LONG && words[1] >= WORD_MIN &&
                       (arabic ? words[1] >= WORD_LONG || is_beginning(p, c->end)
                               : is_cyrillic_capital(after) && !is_cyrillic_capital(before))
                   ? 0.9
                   : 0;
    return arabic || is_cyrillic_capital(after) ? 0.9 : 0;
}

static void mend_one(struct prose *p, const struct cluster *c)
{
    size_t begin, end;
    const struct cluster_mark *const mark = &c->marks[0];
    const uint32_t before = char_before(p, c->begin, &begin), after = char_at(p, c->end, &end);
    if (mark->begin == c->begin) {
        const double sure = is_letter(after) ? missing_space(p, c) : 0;
        if (sure > 0)
            prose_fix(p, (dm_span){c->end, c->end}, DM_LIT(" "), RULE_SPACE_AFTER, sure, DM_LIT(""));
        return;
    }
    const bool ratio = mark->plain == ':' && is_digit(before) && is_digit(after_spaces(p, c->end));
    const bool comma = (mark->plain == ',' || mark->plain == ';') && letters_at(p, c->end) >= WORD_MIN;
    if (mark->begin - c->begin > GAP_MAX || ratio || !(is_free(after) || comma))
        return;
    if (is_free(after))
        prose_fix(p, (dm_span){c->begin, mark->begin}, DM_LIT(""), RULE_SPACE_BEFORE, 1, DM_LIT(""));
}

static bool is_same_mark(const struct prose *p, const struct cluster *c)
{
    size_t end;
    return char_at(p, c->marks[0].begin, &end) == char_at(p, c->marks[1].begin, &end);
}

/* `метра..`, `كتاباً،،`, `реки. ,` */
static void mend_two(struct prose *p, const struct cluster *c)
{
    size_t end;
    const struct cluster_mark *const first = &c->marks[0], *const second = &c->marks[1];
    const uint32_t next = after_spaces(p, c->end);
    const bool ends = next == 0 || is_cyrillic_capital(next) || next == 0xAB || next == 0x2014;
    const bool apart = second->begin > first->end;
    if (first->begin > c->begin || second->begin - first->end > GAP_MAX || !is_free(char_at(p, c->end, &end)))
        return;
    if (is_same_mark(p, c)) {
        const bool comma = first->plain == ',' || first->plain == ';' ||
                           (first->plain == ':' && !apart && is_quote(next)); /* `گفت:: «` */
        /* Two dots are an ellipsis in Arabic letters. */
        if (comma || (first->plain == '.' && ends && p->named == TONGUE_CYRILLIC))
            prose_fix(p, (dm_span){first->end, c->end}, DM_LIT(""), RULE_DOUBLED, 1, DM_LIT(""));
    } else if (first->plain == '.' && second->plain == ',' && apart &&
               letters_before(p, c->begin) > WORD_LONG) {
        prose_fix(p, (dm_span){c->begin, second->begin}, DM_LIT(""), RULE_ORPHAN, 0.9, DM_LIT(""));
    }
}

void script_mend(struct prose *p, const struct cluster *c)
{
    if (!takes_mark(p, c->begin))
        return;
    if (c->count == 1)
        mend_one(p, c);
    else if (c->count == 2)
        mend_two(p, c);
}
