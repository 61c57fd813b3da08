/* Tags: the name, and attributes in all the forms in which they are written. */
#include "tokenizer.h"

#include <endian.h>
#include <string.h>

static size_t skip_spaces(dm_str s, size_t at)
{
    while (at < s.len && html_is_space(s.ptr[at]))
        at++;
    return at;
}

static bool ends_name(char c, bool attribute)
{
    return c == '>' || c == '/' || html_is_space(c) || (attribute && c == '=');
}

/* The byte eight times. */
static uint64_t each(uint8_t byte)
{
    return byte * UINT64_C(0x0101010101010101);
}

/* The high bit of each byte that is less than `n`, which is at most 128; those above the first may be wrong. */
static uint64_t less(uint64_t bytes, uint8_t n)
{
    return (bytes - each(n)) & ~bytes & each(0x80);
}

static uint64_t equal(uint64_t bytes, char c)
{
    return less(bytes ^ each((uint8_t)c), 1);
}

/* Where a tag's or attribute's name ends whose first byte is at `at`; an attribute's may begin with `=`.  Eight bytes are
 * looked at at once, as most names have less: where one ends that is read byte by byte is hard to foresee. */
static size_t name_end(dm_str s, size_t at, bool attribute)
{
    for (at++; at + sizeof(uint64_t) <= s.len;) {
        uint64_t bytes;
        memcpy(&bytes, s.ptr + at, sizeof bytes);
        bytes = le64toh(bytes);
        const uint64_t ends = less(bytes, ' ' + 1) | equal(bytes, '/') | equal(bytes, '>') |
                              (attribute ? equal(bytes, '=') : 0);
        at += ends ? (size_t)__builtin_ctzll(ends) / 8 : sizeof bytes;
        if (ends && ends_name(s.ptr[at], attribute))
            return at;
        at += ends != 0; /* a control character */
    }
    while (at < s.len && !ends_name(s.ptr[at], attribute))
        at++;
    return at;
}

static size_t unquoted_end(dm_str s, size_t at)
{
    while (at < s.len && s.ptr[at] != '>' && !html_is_space(s.ptr[at]))
        at++;
    return at;
}

/* The value behind `=`.  return  where it ends; s.len: the input ends within */
static size_t read_value(dm_str s, size_t at, dm_str *value)
{
    at = skip_spaces(s, at);
    if (at == s.len || s.ptr[at] == '>')
        return at;
    const char quote = s.ptr[at];
    if (quote != '"' && quote != '\'') {
        const size_t end = unquoted_end(s, at);
        *value = (dm_str){s.ptr + at, end - at};
        return end;
    }
    const char *const close = memchr(s.ptr + at + 1, quote, s.len - at - 1);
    if (!close)
        return s.len;
    *value = (dm_str){s.ptr + at + 1, (size_t)(close - s.ptr) - at - 1};
    return (size_t)(close - s.ptr) + 1;
}

/* The attribute whose name begins at `at`.  return  where it ends */
static size_t read_attribute(dm_str s, size_t at, struct html_token_attr *out)
{
    const size_t end = name_end(s, at, true);
    *out = (struct html_token_attr){{s.ptr + at, end - at}, {"", 0}};
    at = skip_spaces(s, end);
    return at < s.len && s.ptr[at] == '=' ? read_value(s, at + 1, &out->value) : at;
}

size_t html_read_tag(struct html_tokenizer *t, size_t at, struct html_token *out)
{
    const dm_str s = t->in;
    size_t end = name_end(s, at, false);
    uint32_t count = 0;
    bool self_closing = false;
    const dm_str name = {s.ptr + at, end - at};
    while ((end = skip_spaces(s, end)) < s.len && s.ptr[end] != '>') {
        self_closing = s.ptr[end] == '/';
        if (self_closing) {
            end++;
            self_closing = end < s.len && s.ptr[end] == '>';
            continue;
        }
        struct html_token_attr attr;
        end = read_attribute(s, end, &attr);
        if (count < HTML_ATTRS_MAX)
            t->attrs[count++] = attr;
    }
    if (end >= s.len)
        return 0;
    out->name = name;
    out->data = (dm_str){"", 0};
    out->cook = 0;
    out->attrs = t->attrs;
    out->attr_count = count;
    out->self_closing = self_closing;
    return end + 1;
}
