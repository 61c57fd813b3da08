/* Whether the signs of a line are in order.
 *
 * In most lines each sign stands as signs do, `x “y`, `y” x`, and those that open and that close take turns; a line is
 * in doubt as soon as one is otherwise, and then signs.c and machine.c are asked about its paragraph.  Of what is said
 * here to be in order they would find the same, sign by sign, or less: an opening one that is an opener, outside of a
 * quotation; a closing one that is a closer, inside; so no fix.  Where they would leave a sign out, between backticks or
 * in a bar, the line is in doubt.
 *
 * They judge paragraphs, which may have several lines.  But if each of these is in order by itself, ending outside of a
 * quotation, all of them are so together; and if one is in doubt, they get the whole paragraph. */
#include "quotes.h"

/* Some characters below U+0040. */
#define BIT(c) (UINT64_C(1) << (c))

static bool is_among(uint64_t bits, uint32_t cp)
{
    return cp < 64 && (bits >> cp & 1);
}

static bool stands_as_opener(uint32_t before, uint32_t after)
{
    return (before == 0 || is_space(before) || before == '(') && (is_letter(after) || is_digit(after));
}

/* A digit before it might make it inches. */
static bool stands_as_closer(uint32_t before, uint32_t after, uint32_t next)
{
    const uint64_t ends = BIT('.') | BIT(',') | BIT('?') | BIT('!');
    const uint64_t stops = BIT(',') | BIT(';') | BIT(':') | BIT('?') | BIT('!') | BIT(')') | BIT('-');
    return (is_letter(before) || is_among(ends, before) || before == 0x2019 || before == 0x2026) &&
           (after == 0 || is_space(after) || is_among(stops, after) || after == 0x2013 || after == 0x2014 ||
            (after == '.' && (next == 0 || is_space(next))));
}

/* `y.” said X` asks for a comma. */
static bool may_be_attribution(uint32_t before, uint32_t after, uint32_t next)
{
    const bool ends_paragraph = after == '\n' && next == '\n';
    return before == '.' && is_space(after) && !ends_paragraph && (is_space(next) || next - 'a' < 26);
}

/* return  ROLE_NONE: it is in doubt */
static enum sign_role role_plain(dm_str s, size_t at)
{
    size_t begin, end;
    const uint32_t sign = char_at(s, at, &end), before = char_before(s, at, &begin);
    const uint32_t after = char_at(s, end, &end), next = char_at(s, end, &end);
    if ((sign == '"' || sign == 0x201C) && stands_as_opener(before, after))
        return ROLE_OPEN;
    if ((sign == '"' || sign == 0x201D) && stands_as_closer(before, after, next) &&
        !may_be_attribution(before, after, next))
        return ROLE_CLOSE;
    return ROLE_NONE;
}

/* Whether the paragraph ends with its line, and a quotation goes on in the next one. */
static bool goes_on(dm_str s, size_t end)
{
    return end < s.len && is_blank(s, end + 1, line_end(s, end + 1)) && prose_peek(s, end) != NEXT_OTHER;
}

/* at      the first sign of the line, which ends at `end`; becomes the first one behind it, or the one in doubt */
static bool is_in_order(struct prose *p, size_t *at, size_t end)
{
    bool inside = false;
    if (end > p->tick)
        return false;
    for (; *at < end; *at = quotes_next(&p->quotes)) {
        const enum sign_role role = role_plain(p->text, *at);
        if (role == ROLE_NONE || bars_hold(&p->doubted_bars, *at))
            return false;
        if (inside == (role == ROLE_CLOSE)) {
            inside = !inside;
            continue;
        }
        /* A curly one closes what an earlier paragraph opened: machine.c gives this one up. */
        if (inside || p->text.ptr[*at] == '"')
            return false;
        while (*at < end)
            *at = quotes_next(&p->quotes);
        return true;
    }
    return !inside || goes_on(p->text, end);
}

size_t order_next_doubt(struct prose *p)
{
    size_t at = quotes_next(&p->quotes);
    while (at < p->text.len) {
        const size_t end = line_end(p->text, at);
        size_t sign = at;
        if (!is_in_order(p, &sign, end))
            return at;
        at = sign;
    }
    return at;
}
