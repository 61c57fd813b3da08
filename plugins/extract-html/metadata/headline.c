/* What stands around the headline without saying what it is: "By Ann Oduya", "3. April 2021". */
#include "dates.h"
#include "metadata.h"
#include "openers.h"

#include <string.h>

enum { NEAR = 20, FAR = 21, ANYWHERE = 22 /* ranks */ };
enum { BEFORE = 60, BEHIND = 200 /* nodes that are looked at */ };

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static dm_str trim(dm_str s)
{
    while (s.len && is_space(*s.ptr)) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* Whether it is text that readers see, and not white space alone. */
static bool is_shown(const struct html_tree *tree, uint32_t i)
{
    const struct html_node *const n = &tree->nodes[i];
    if (n->tag != HTML_TEXT || n->flags & HTML_BLANK)
        return false;
    const unsigned parent = tree->nodes[n->parent].tag;
    return parent != HTML_SCRIPT && parent != HTML_STYLE && parent != HTML_OPTION && parent != HTML_CODE &&
           parent != HTML_PRE && parent != HTML_TITLE;
}

/* The text that readers see behind node `i`.  return  its node; 0: there is none before `end` */
static uint32_t next_text(const struct html_tree *tree, uint32_t i, uint32_t end)
{
    for (i++; i < end && i < tree->count; i++)
        if (is_shown(tree, i) && trim(tree->nodes[i].text).len)
            return i;
    return 0;
}

/* Whether a text that begins so is a byline. */
static bool opens_byline(const struct opener *o, bool sure)
{
    return (o->alone || o->colon) &&
           (opener_is_sure(o) || (!sure && (o->kind == OPENER_WORD || o->kind == OPENER_PARTICLE)));
}

/* sure  of openers only those that begin no sentences */
static void read_author(struct meta *m, uint32_t i, uint32_t rank, bool sure)
{
    enum { TEXT_MAX = 90 };
    dm_str s = trim(m->tree->nodes[i].text);
    if (s.len > 2 && *s.ptr == '|')
        s = trim((dm_str){s.ptr + 1, s.len - 1});
    const struct opener o = s.len <= TEXT_MAX ? opener_of(s) : (struct opener){.kind = OPENER_NONE};
    if (!opens_byline(&o, sure))
        return;
    dm_str name = trim((dm_str){s.ptr + o.len, s.len - o.len});
    const uint32_t behind = name.len ? 0 : next_text(m->tree, i, i + BEHIND);
    if (behind) {
        i = behind;
        name = trim(m->tree->nodes[i].text);
    }
    if (name.len && name.len <= TEXT_MAX && meta_is_capital(name))
        meta_add(m, META_AUTHOR, name, "text", rank, i);
}

/* `04.02.2022 | Ann Oduya`: a line that has a date, and a name parted off by a mark. */
static void read_dated_name(struct meta *m, uint32_t i)
{
    enum { TEXT_MAX = 100, RANK = 22 };
    char date[HTML_DATE_SIZE];
    const dm_str s = trim(m->tree->nodes[i].text);
    if (s.len > TEXT_MAX || !html_date_find(s, false, date))
        return;
    const dm_str name = meta_clean_author(m, s);
    if (meta_is_full_name(name) && name.len < s.len)
        meta_add(m, META_AUTHOR, name, "text", RANK, i);
}

/* As many as the shortest date has. */
static bool has_digits(dm_str s)
{
    enum { DIGITS_MIN = 4 };
    size_t digits = 0;
    for (size_t i = 0; i < s.len; i++)
        digits += s.ptr[i] >= '0' && s.ptr[i] <= '9';
    return digits >= DIGITS_MIN;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void read_date(struct meta *m, uint32_t i, uint32_t rank)
{
    enum { TEXT_MAX = 100, BEGINNING = 24 };
    char date[HTML_DATE_SIZE];
    dm_str s = trim(m->tree->nodes[i].text);
    /* `3 April 2021 - The sea is`: a text that begins with a date. */
    if (s.len > TEXT_MAX && rank == NEAR && (is_digit(*s.ptr) || (*s.ptr == '(' && is_digit(s.ptr[1]))))
        s.len = BEGINNING;
    if (s.len <= TEXT_MAX && has_digits(s) && html_date_find(s, false, date))
        meta_add(m, META_DATE, s, "text", rank, i);
}

void meta_read_headline(struct meta *m)
{
    enum { FEW = 8, CLOSE = 60, CLOSE_RANK = 15 };
    const struct html_tree *const tree = m->tree;
    uint32_t headline = 0;
    for (uint32_t i = 0; i < tree->count && !headline; i++)
        headline = tree->nodes[i].tag == HTML_H1 && tree->nodes[i].text_len ? i : 0;
    for (uint32_t i = 0; i < tree->count; i++) {
        if (!is_shown(tree, i))
            continue;
        const bool behind = headline && i > headline && i < headline + BEHIND;
        const bool before = headline && i < headline && i + BEFORE > headline;
        if (behind || before || m->counts[META_DATE] < FEW)
            read_date(m, i, behind ? NEAR : before ? FAR : ANYWHERE);
        const bool far = !behind && !before && m->counts[META_AUTHOR] > 0;
        read_author(m, i, behind && i < headline + CLOSE ? CLOSE_RANK : far ? ANYWHERE : NEAR, far);
        if ((behind && i < headline + CLOSE) || (before && i + CLOSE / 4 > headline))
            read_dated_name(m, i);
    }
}
