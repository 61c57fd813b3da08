#include "title_parts.h"
#include "phrases.h"

#include <string.h>

/* The last one parts only at the front: there is a colon in many a headline. */
#define MARK(text)                                                                                           \
    {                                                                                                        \
        (text), sizeof(text) - 1                                                                             \
    }
static const struct {
    const char *text;
    size_t len;
} marks[] = {
    MARK(" | "),
    MARK(" - "),
    MARK(" \xE2\x80\x93 "),
    MARK(" \xE2\x80\x94 "),
    MARK(" \xC2\xBB "),
    MARK(" \xC2\xAB "),
    MARK(" :: "),
    MARK(" \xC2\xB7 "),
    MARK(" \xE2\x80\xA2 "),
    MARK(" / "),
    MARK("\xE2\x94\x82"),
    MARK("|"),
    MARK("\xEF\xBD\x9C"),
    MARK(" < "),
    MARK(": "),
};
#undef MARK
enum { MARKS = sizeof marks / sizeof *marks, MARKS_AT_END = MARKS - 1 };

bool title_is_site(const struct meta *m, dm_str part)
{
    if (part.len < 2)
        return false;
    for (uint32_t i = 0; i < m->counts[META_SITE]; i++)
        if (phrase_same(part, m->items[META_SITE][i].value))
            return true;
    for (uint32_t i = 0; i < m->counts[META_TITLE]; i++)
        if (m->items[META_TITLE][i].rank == META_RANK_BANNER &&
            phrase_same(part, m->items[META_TITLE][i].value))
            return true;
    for (uint32_t i = 0; i < m->counts[META_URL]; i++) {
        const dm_str url = m->items[META_URL][i].value;
        const char *const slashes = memmem(url.ptr, url.len, "://", 3);
        const size_t from = slashes ? (size_t)(slashes - url.ptr) + 3 : 0;
        const char *const end = memchr(url.ptr + from, '/', url.len - from);
        const dm_str host = {url.ptr + from, (end ? (size_t)(end - url.ptr) : url.len) - from};
        size_t at = 0, letters = 0;
        while (phrase_next(part, &at) >= 0)
            letters++;
        for (size_t k = 0; letters > 3 && k < host.len; k++)
            if (phrase_begins(part, (dm_str){host.ptr + k, host.len - k}))
                return true;
    }
    return false;
}

dm_str title_spaces(dm_str s)
{
    while (s.len && *s.ptr == ' ') {
        s.ptr++;
        s.len--;
    }
    while (s.len && s.ptr[s.len - 1] == ' ')
        s.len--;
    return s;
}

static bool is_alphanumeric(char c)
{
    return html_is_letter(c) || (c >= '0' && c <= '9');
}

/* The mark at s[at], which is one of the first `count`, with something behind it.  return  its length; 0: there is none */
static size_t mark_at(dm_str s, size_t at, size_t count)
{
    /* No mark begins with a letter, nor with a space and a letter; most texts are nothing else. */
    if (at + 1 >= s.len || is_alphanumeric(s.ptr[at]) || (s.ptr[at] == ' ' && is_alphanumeric(s.ptr[at + 1])))
        return 0;
    for (size_t k = 0; k < count; k++)
        if (at + marks[k].len < s.len && !memcmp(s.ptr + at, marks[k].text, marks[k].len))
            return marks[k].len;
    return 0;
}

/* Where the last mark stands.  return  its length; 0: there is none */
static size_t last_mark(dm_str s, size_t *at)
{
    size_t len = 0;
    for (size_t i = s.len; i > 1 && !len; i--)
        if ((len = mark_at(s, i - 1, MARKS_AT_END)))
            *at = i - 1;
    return len;
}

size_t title_next_mark(dm_str s, size_t *at)
{
    size_t len = 0;
    for (size_t i = *at; i < s.len && !len; i++)
        if ((len = mark_at(s, i, MARKS)))
            *at = i;
    return len;
}

dm_str title_without_site(const struct meta *m, dm_str s)
{
    size_t at = 0, len;
    while ((len = last_mark(s, &at)) && title_is_site(m, (dm_str){s.ptr + at + len, s.len - at - len}))
        s = title_spaces((dm_str){s.ptr, at});
    at = 1;
    if ((len = title_next_mark(s, &at)) && title_is_site(m, (dm_str){s.ptr, at}))
        s = title_spaces((dm_str){s.ptr + at + len, s.len - at - len});
    /* `| Harbour News`, where a page has no title of its own. */
    return s.len > 2 && *s.ptr == '|' && title_is_site(m, (dm_str){s.ptr + 1, s.len - 1}) ? (dm_str){"", 0}
                                                                                          : s;
}

dm_str title_trim(dm_str s)
{
    while (s.len && memchr(" |:-/", *s.ptr, 5)) {
        s.ptr++;
        s.len--;
    }
    while (s.len && memchr(" |:-/", s.ptr[s.len - 1], 5))
        s.len--;
    return s;
}
