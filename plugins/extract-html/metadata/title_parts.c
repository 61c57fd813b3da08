#include "title_parts.h"
#include "phrases.h"

#include <string.h>

/* The last one parts only at the front: there is a colon in many a headline. */
static const char *const marks[] = {" | ",
                                    " - ",
                                    " \xE2\x80\x93 ",
                                    " \xE2\x80\x94 ",
                                    " \xC2\xBB ",
                                    " \xC2\xAB ",
                                    " :: ",
                                    " \xC2\xB7 ",
                                    " \xE2\x80\xA2 ",
                                    " / ",
                                    "\xE2\x94\x82",
                                    "|",
                                    "\xEF\xBD\x9C",
                                    " < ",
                                    ": "};

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

static dm_str trim(dm_str s)
{
    while (s.len && *s.ptr == ' ') {
        s.ptr++;
        s.len--;
    }
    while (s.len && s.ptr[s.len - 1] == ' ')
        s.len--;
    return s;
}

/* Where the last mark stands.  return  its length; 0: there is none */
static size_t last_mark(dm_str s, size_t *at)
{
    size_t len = 0;
    for (size_t k = 0; k + 1 < sizeof marks / sizeof *marks; k++)
        for (size_t i = 1; i + strlen(marks[k]) < s.len; i++)
            if ((!len || i > *at) && !memcmp(s.ptr + i, marks[k], strlen(marks[k]))) {
                *at = i;
                len = strlen(marks[k]);
            }
    return len;
}

static size_t first_mark(dm_str s, size_t *at)
{
    for (size_t i = 1; i < s.len; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            const size_t len = strlen(marks[k]);
            if (i + len < s.len && !memcmp(s.ptr + i, marks[k], len)) {
                *at = i;
                return len;
            }
        }
    return 0;
}

dm_str title_without_site(const struct meta *m, dm_str s)
{
    size_t at = 0, len;
    while ((len = last_mark(s, &at)) && title_is_site(m, (dm_str){s.ptr + at + len, s.len - at - len}))
        s = trim((dm_str){s.ptr, at});
    if ((len = first_mark(s, &at)) && title_is_site(m, (dm_str){s.ptr, at}))
        s = trim((dm_str){s.ptr + at + len, s.len - at - len});
    /* `| Harbour News`, where a page has no title of its own. */
    return s.len > 2 && *s.ptr == '|' && title_is_site(m, (dm_str){s.ptr + 1, s.len - 1}) ? (dm_str){"", 0}
                                                                                          : s;
}

dm_str title_first_part(dm_str s)
{
    size_t at = 0;
    return first_mark(s, &at) ? trim((dm_str){s.ptr, at}) : (dm_str){"", 0};
}

dm_str title_last_part(dm_str s)
{
    size_t at = 0;
    const size_t len = last_mark(s, &at);
    return len ? trim((dm_str){s.ptr + at + len, s.len - at - len}) : (dm_str){"", 0};
}

dm_str title_without_end(dm_str s)
{
    enum { TAIL_WORDS = 5, HEAD_WORDS = 2 };
    size_t at = 0;
    const size_t len = last_mark(s, &at);
    if (!len || phrase_words((dm_str){s.ptr, at}) < HEAD_WORDS ||
        phrase_words((dm_str){s.ptr + at + len, s.len - at - len}) > TAIL_WORDS)
        return s;
    return trim((dm_str){s.ptr, at});
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
