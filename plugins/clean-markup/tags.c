#include "tags.h"

#include <string.h>

enum { TAG_MAX = 2048, SCRIPT_MAX = 16384, NAME_MAX_LEN = 12, NESTED_MAX = 16 };

static bool read_tag(dm_str s, size_t at, unsigned depth, struct tag *out);

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_one_of(const char *word, size_t len, const char *words)
{
    for (size_t n; *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        if (n == len && !memcmp(words, word, len))
            return true;
    }
    return false;
}

/* ---- tags ----------------------------------------------------------------------------------- */

static const char inlines[] =
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp "
    "small span strike strong sub sup time tt u var wbr";
static const char block_names[] =
    "address article aside blockquote br button center col dd div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html body iframe img "
    "input li link main meta nav noscript o:p object ol option p param picture pre "
    "section select source table tbody td textarea tfoot th thead tr ul video audio "
    "embed svg path";

/* The element's name in small letters.  return  its length; 0: it is too long, or none */
static size_t read_name(dm_str s, size_t at, char name[NAME_MAX_LEN])
{
    size_t len = 0;
    while (at + len < s.len && (is_letter(s.ptr[at + len]) || s.ptr[at + len] == ':' ||
                                (len && s.ptr[at + len] >= '1' && s.ptr[at + len] <= '6'))) {
        if (len == NAME_MAX_LEN)
            return 0;
        name[len] = (char)(s.ptr[at + len] | 0x20);
        if (s.ptr[at + len] == ':' || !is_letter(s.ptr[at + len]))
            name[len] = s.ptr[at + len];
        len++;
    }
    return len;
}

/* Attributes: up to the `>` that is in no quotes and in no tag within, without which they would be a tag when the text is
 * cleaned again.  return  where it ends; 0: it does not on this line */
static size_t skip_attributes(dm_str s, size_t at, unsigned depth)
{
    const size_t last = s.len - at < TAG_MAX ? s.len : at + TAG_MAX;
    char quote = 0;
    for (struct tag within; at < last && s.ptr[at] != '\n'; at++) {
        const char c = s.ptr[at];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '>')
            return at + 1;
        else if (c == '<' && (depth == NESTED_MAX || !read_tag(s, at, depth + 1, &within)))
            return 0;
        else if (c == '<')
            at += within.len - 1;
        else if ((c == '"' || c == '\'') && s.ptr[at - 1] == '=')
            quote = c;
    }
    return 0;
}

/* Behind the name: nothing, or attributes that are such (`<a lot of things>` has none, `<b is not <i class="x">`, either). */
static bool has_attributes(dm_str s, size_t from, size_t end)
{
    const dm_str inner = {s.ptr + from, end - 1 - from};
    const char *const within = memchr(inner.ptr, '<', inner.len);
    size_t i = 0;
    while (i < inner.len && (inner.ptr[i] == ' ' || inner.ptr[i] == '/'))
        i++;
    return i == inner.len ||
           (i > 0 && memchr(inner.ptr, '=', within ? (size_t)(within - inner.ptr) : inner.len));
}

/* A script or style sheet goes with what is in it.  return  where it ends; 0: it does not */
static size_t skip_element(dm_str s, size_t at, const char *name, size_t len)
{
    const size_t last = s.len - at < SCRIPT_MAX ? s.len : at + SCRIPT_MAX;
    while (at + len + 2 < last) {
        const char *const p = memmem(s.ptr + at, last - at, "</", 2);
        if (!p)
            return 0;
        at = (size_t)(p - s.ptr) + 2;
        if (last - at > len && !strncasecmp(s.ptr + at, name, len) && s.ptr[at + len] == '>')
            return at + len + 1;
    }
    return 0;
}

static bool comment_read(dm_str s, size_t at, struct tag *out)
{
    const size_t last = s.len - at < TAG_MAX ? s.len : at + TAG_MAX;
    if (last - at < 7 || memcmp(s.ptr + at, "<!--", 4) != 0)
        return false;
    const char *const end = memmem(s.ptr + at + 4, last - at - 4, "-->", 3);
    if (!end)
        return false;
    *out = (struct tag){(size_t)(end - s.ptr) + 3 - at, TAG_COMMENT};
    return true;
}

static bool read_tag(dm_str s, size_t at, unsigned depth, struct tag *out)
{
    char name[NAME_MAX_LEN];
    if (comment_read(s, at, out))
        return true;
    const bool closes = at + 1 < s.len && s.ptr[at + 1] == '/';
    const size_t from = at + 1 + closes, len = read_name(s, from, name);
    const bool script = len && is_one_of(name, len, "script style");
    const bool block = len && !script && is_one_of(name, len, block_names);
    if (!len || !(script || block || is_one_of(name, len, inlines)))
        return false;
    const size_t end = skip_attributes(s, from + len, depth);
    if (!end || !has_attributes(s, from + len, end))
        return false;
    const size_t behind = script && !closes ? skip_element(s, end, name, len) : 0;
    *out = (struct tag){(behind ? behind : end) - at, behind            ? TAG_SCRIPT
                                                      : block || script ? TAG_BLOCK
                                                                        : TAG_INLINE};
    return true;
}

bool tag_read(dm_str s, size_t at, struct tag *out)
{
    return read_tag(s, at, 0, out);
}
