/* What stands around the headline without saying what it is: "By Ann Oduya", "3. April 2021". */
#include "dates.h"
#include "metadata.h"

#include <string.h>
#include <strings.h>

enum { BEFORE = 60, BEHIND = 200 /* nodes that are looked at */ };

/* Words that a byline begins with, in the languages whose bylines are short. */
static const char *const openers[] = {
    "by",     "von",      "par",     "por",        "di",        "door",     "av",   "af",  "przez", "text:",
    "autor:", "autorin:", "author:", "written by", "posted by", "words by", "von:", "by:", "vom",   "автор:"};

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

/* How many bytes of the text are a byline's opening word; 0: none */
static size_t opener_of(dm_str s)
{
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
        const size_t len = strlen(openers[i]);
        if (s.len >= len && (*s.ptr | 0x20) == (*openers[i] | 0x20) && !strncasecmp(s.ptr, openers[i], len) &&
            (s.len == len || is_space(s.ptr[len]) || openers[i][len - 1] == ':'))
            return len;
    }
    return 0;
}

/* A capital, of ASCII or two bytes. */
static bool begins_with_capital(dm_str s)
{
    const unsigned char c = s.len ? (unsigned char)*s.ptr : 0;
    return (c >= 'A' && c <= 'Z') || (c >= 0xC3 && c <= 0xD0);
}

static bool is_shown(const struct html_tree *tree, uint32_t i)
{
    const struct html_node *const n = &tree->nodes[i];
    const unsigned parent = tree->nodes[n->parent].tag;
    return n->tag == HTML_TEXT && parent != HTML_SCRIPT && parent != HTML_STYLE && parent != HTML_OPTION &&
           parent != HTML_CODE && parent != HTML_PRE && parent != HTML_TITLE;
}

static dm_str next_text(const struct html_tree *tree, uint32_t i, uint32_t end)
{
    for (i++; i < end && i < tree->count; i++) {
        const dm_str s = is_shown(tree, i) ? trim(tree->nodes[i].text) : (dm_str){"", 0};
        if (s.len)
            return s;
    }
    return (dm_str){"", 0};
}

static void read_author(struct meta *m, uint32_t i, uint32_t end)
{
    enum { TEXT_MAX = 90 };
    const dm_str s = trim(m->tree->nodes[i].text);
    const size_t len = s.len <= TEXT_MAX ? opener_of(s) : 0;
    dm_str name = len ? trim((dm_str){s.ptr + len, s.len - len}) : (dm_str){"", 0};
    if (len && !name.len)
        name = next_text(m->tree, i, end);
    if (name.len && name.len <= TEXT_MAX && begins_with_capital(name))
        meta_add(m, META_AUTHOR, name, "text", 20, i);
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

static void read_date(struct meta *m, uint32_t i, uint32_t rank)
{
    enum { TEXT_MAX = 100 };
    char date[HTML_DATE_SIZE];
    const dm_str s = m->tree->nodes[i].text;
    if (s.len <= TEXT_MAX && has_digits(s) && html_date_find(s, false, date))
        meta_add(m, META_DATE, s, "text", rank, i);
}

void meta_read_headline(struct meta *m)
{
    enum { NEAR = 20, FAR = 21, ANYWHERE = 22, FEW = 8 };
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
        if (behind || before || m->counts[META_AUTHOR] == 0)
            read_author(m, i, i + BEHIND);
    }
}
