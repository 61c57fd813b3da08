/* Addresses of links, made absolute: RFC 3986, 5.2, as far as web pages need it. */
#include "address.h"

#include <string.h>
#include <strings.h>

static bool is(const dm_str *s, const char *what)
{
    return s && s->len == strlen(what) && !strncasecmp(s->ptr, what, s->len);
}

static dm_str trim(dm_str s)
{
    while (s.len && (uint8_t)s.ptr[0] <= ' ') {
        s.ptr++;
        s.len--;
    }
    while (s.len && (uint8_t)s.ptr[s.len - 1] <= ' ')
        s.len--;
    return s;
}

/* The length of `scheme:`, 0 if there is none. */
static size_t scheme_length(dm_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const uint8_t c = (uint8_t)s.ptr[i], letter = c | 0x20;
        if (c == ':')
            return i ? i + 1 : 0;
        if ((letter < 'a' || letter > 'z') &&
            (i == 0 || ((c < '0' || c > '9') && c != '+' && c != '-' && c != '.')))
            return 0;
    }
    return 0;
}

static bool is_absolute(dm_str s)
{
    const size_t n = scheme_length(s);
    return n && s.len > n + 2 && s.ptr[n] == '/' && s.ptr[n + 1] == '/';
}

static bool take(const dm_str *value, dm_str *out)
{
    if (!value || !is_absolute(trim(*value)))
        return false;
    *out = trim(*value);
    return true;
}

dm_str content_base_address(const struct html_tree *tree)
{
    dm_str base = {NULL, 0}, canonical = base, og = base;
    for (uint32_t i = 0; i < tree->count; i++) {
        const uint32_t tag = tree->nodes[i].tag;
        if (tag == HTML_BASE && take(html_attr_value(tree, i, HTML_NAME_HREF), &base))
            return base;
        if (tag == HTML_LINK && !canonical.len && is(html_attr_value(tree, i, HTML_NAME_REL), "canonical"))
            take(html_attr_value(tree, i, HTML_NAME_HREF), &canonical);
        if (tag == HTML_META && !og.len && is(html_attr_value(tree, i, HTML_NAME_PROPERTY), "og:url"))
            take(html_attr_value(tree, i, HTML_NAME_CONTENT), &og);
    }
    return canonical.len ? canonical : og;
}

/* Where the path of an absolute address starts, or it ends. */
static size_t path_of(dm_str s)
{
    size_t i = scheme_length(s) + 2;
    while (i < s.len && s.ptr[i] != '/' && s.ptr[i] != '?' && s.ptr[i] != '#')
        i++;
    return i;
}

static size_t find_any(dm_str s, size_t from, const char *what)
{
    while (from < s.len && !strchr(what, s.ptr[from]))
        from++;
    return from;
}

/* Take out `.` and `..` of the path out[from, n).
 * return  the new length */
static size_t remove_dots(char *out, size_t from, size_t n)
{
    const size_t path_end = find_any((dm_str){out, n}, from, "?#");
    size_t to = from;
    for (size_t i = from; i < path_end;) {
        size_t end = i + 1; /* of the segment that starts with the slash at i */
        while (end < path_end && out[end] != '/')
            end++;
        const size_t len = end - i;
        const bool up = len == 3 && out[i + 1] == '.' && out[i + 2] == '.';
        if (up)
            while (to > from && out[--to] != '/')
                ;
        if (up || (len == 2 && out[i + 1] == '.')) {
            if (end == path_end)
                out[to++] = '/';
        } else {
            memmove(out + to, out + i, len);
            to += len;
        }
        i = end;
    }
    memmove(out + to, out + path_end, n - path_end);
    return to + (n - path_end);
}

/* How much of the base stays in front of a reference that has no scheme. */
static size_t kept_of(dm_str base, dm_str reference)
{
    const size_t path = path_of(base);
    if (reference.ptr[0] == '/')
        return reference.len > 1 && reference.ptr[1] == '/' ? scheme_length(base) : path;
    if (reference.ptr[0] == '?')
        return find_any(base, path, "?#");
    size_t slash = path;
    for (size_t i = path; i < base.len && base.ptr[i] != '?' && base.ptr[i] != '#'; i++)
        if (base.ptr[i] == '/')
            slash = i + 1;
    return slash;
}

dm_str content_resolve(dm_task *t, dm_str base, dm_str reference)
{
    const dm_str none = {NULL, 0}, r = trim(reference);
    const size_t scheme = scheme_length(r);
    if (r.len == 0 || r.ptr[0] == '#' || (scheme == 11 && !strncasecmp(r.ptr, "javascript:", 11)))
        return none;
    if (scheme || !base.len)
        return r;
    const size_t kept = kept_of(base, r);
    char *out = dm_alloc(t, kept + r.len + 2);
    if (!out)
        return none;
    size_t n = kept;
    memcpy(out, base.ptr, kept);
    if (kept == path_of(base) && r.ptr[0] != '/' && r.ptr[0] != '?')
        out[n++] = '/';
    memcpy(out + n, r.ptr, r.len);
    n += r.len;
    const dm_str whole = {out, n};
    return (dm_str){out, remove_dots(out, path_of(whole), n)};
}
