#include "core/text/escape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/str.h"
#include "core/text/utf8.h"

enum { BEFORE = 30, AFTER = 50 };

/* ---- reading ---------------------------------------------------------------------------------- */

static size_t encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    const size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00U >> len & 0xF0) | c);
    return len;
}

/* `digits` hexadecimal digits at most, at least one.  return  digits read; 0: none */
static size_t read_hex(dm_str s, size_t digits, uint32_t *out)
{
    size_t n = 0;
    for (*out = 0; n < digits && n < s.len; n++) {
        const char *const known = "0123456789abcdef";
        const char *const at = s.ptr[n] != '\0' ? strchr(known, s.ptr[n] | 0x20) : NULL;
        if (at == NULL)
            break;
        *out = *out * 16 + (uint32_t)(at - known);
    }
    return n;
}

/* One escape behind its backslash.  return  bytes read of it; 0: it is none */
static size_t decode_one(dm_str s, char out[4], size_t *len)
{
    static const char plain[] = "n\nr\rt\t\\\\";
    uint32_t c;
    *len = 1;
    for (size_t i = 0; i + 1 < sizeof plain; i += 2)
        if (s.len != 0 && s.ptr[0] == plain[i])
            return out[0] = plain[i + 1], 1;
    if (s.len >= 3 && s.ptr[0] == 'x' && read_hex((dm_str){s.ptr + 1, s.len - 1}, 2, &c) == 2)
        return out[0] = (char)c, 3;
    if (s.len < 4 || s.ptr[0] != 'u' || s.ptr[1] != '{')
        return 0;
    const size_t digits = read_hex((dm_str){s.ptr + 2, s.len - 2}, 6, &c);
    if (digits == 0 || digits + 2 >= s.len || s.ptr[digits + 2] != '}')
        return 0;
    *len = encode(c, out);
    return dm__utf8_check((dm_str){out, *len}) == *len ? digits + 3 : 0;
}

dm_str dm__escape_decode(struct dm_arena *arena, dm_str s, size_t *bad)
{
    char *const out = dm__arena_alloc(arena, s.len + 4, 1);
    if (out == NULL)
        abort();
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        if (s.ptr[i] != '\\') {
            out[n++] = s.ptr[i++];
            continue;
        }
        char piece[4];
        size_t len;
        const size_t used = decode_one((dm_str){s.ptr + i + 1, s.len - i - 1}, piece, &len);
        if (used == 0) {
            *bad = i;
            return (dm_str){NULL, 0};
        }
        memcpy(out + n, piece, len); /* an escape is longer than what it stands for */
        n += len;
        i += used + 1;
    }
    return (dm_str){out, n};
}

dm_str dm__escape_encode(struct dm_arena *arena, dm_str s)
{
    char *const out = dm__arena_alloc(arena, 4 * s.len + 1, 1);
    if (out == NULL)
        abort();
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        const size_t valid = i + dm__utf8_check((dm_str){s.ptr + i, s.len - i});
        for (; i < valid; i++) {
            const char *const plain = s.ptr[i] != '\0' ? strchr("\nn\rr\tt\\\\", s.ptr[i]) : NULL;
            if (plain != NULL && strchr("\n\r\t\\", s.ptr[i]) != NULL)
                n += (size_t)sprintf(out + n, "\\%c", plain[1]);
            else
                out[n++] = s.ptr[i];
        }
        if (i < s.len)
            n += (size_t)sprintf(out + n, "\\x%02X", (unsigned char)s.ptr[i++]);
    }
    return (dm_str){out, n};
}

/* ---- showing ---------------------------------------------------------------------------------- */

/* The first character of `s`: its bytes, and 0 for a byte that is no UTF-8. */
static size_t next_character(dm_str s, uint32_t *c)
{
    const unsigned char first = (unsigned char)s.ptr[0];
    const size_t len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    *c = first;
    if (len == 1)
        return 1;
    if (len > s.len || dm__utf8_check((dm_str){s.ptr, len}) != len)
        return 0;
    *c = first & (0x7FU >> len);
    for (size_t i = 1; i < len; i++)
        *c = *c << 6 | ((unsigned char)s.ptr[i] & 0x3F);
    return len;
}

/* Letters and marks that take one column wherever they are shown. */
static bool is_plain(uint32_t c)
{
    return (c >= 0x20 && c < 0x7F && c != '\\') || (c >= 0xA1 && c < 0x250 && c != 0xAD) ||
           (c >= 0x386 && c < 0x480);
}

/* return  columns */
static size_t show(FILE *to, dm_str s, size_t *used)
{
    uint32_t c;
    size_t len = next_character(s, &c);
    *used = len != 0 ? len : 1;
    if (len == 0)
        return (size_t)fprintf(to, "\\x%02X", (unsigned char)s.ptr[0]);
    if (is_plain(c)) {
        fprintf(to, "%.*s", (int)len, s.ptr);
        return 1;
    }
    const char *const known = c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : "\\\\";
    if (c == '\n' || c == '\r' || c == '\t' || c == '\\')
        return (size_t)fprintf(to, "%s", known);
    return (size_t)fprintf(to, "\\u{%X}", c);
}

void dm__escape_print(FILE *to, dm_str s)
{
    for (size_t i = 0, used; i < s.len; i += used)
        show(to, (dm_str){s.ptr + i, s.len - i}, &used);
}

/* Where to begin so that `at` is in sight, not within a code point. */
static size_t window(dm_str s, size_t at)
{
    size_t begin = at > BEFORE ? at - BEFORE : 0;
    while (begin > 0 && begin < s.len && ((unsigned char)s.ptr[begin] & 0xC0) == 0x80)
        begin--;
    return begin;
}

/* return  column of `at` */
static size_t print_window(FILE *to, const char *label, dm_str s, size_t begin, size_t at)
{
    fprintf(to, "%s", label);
    size_t column = 0, mark = 0, i = begin;
    for (size_t used; i < s.len && i < at + AFTER; i += used) {
        if (i <= at)
            mark = column;
        column += show(to, (dm_str){s.ptr + i, s.len - i}, &used);
    }
    if (i <= at)
        mark = column;
    fprintf(to, "%s\n", i < s.len ? " ..." : "");
    return mark;
}

void dm__escape_print_difference(FILE *to, const char *indent, dm_str expected, dm_str found)
{
    const size_t least = expected.len < found.len ? expected.len : found.len;
    size_t at = 0;
    while (at < least && expected.ptr[at] == found.ptr[at])
        at++;
    while (at > 0 && at < expected.len && ((unsigned char)expected.ptr[at] & 0xC0) == 0x80)
        at--; /* to the beginning of the character */
    const size_t begin = window(expected, at);
    char label[64];
    snprintf(label, sizeof label, "%sexpected  %s", indent, begin != 0 ? "... " : "");
    print_window(to, label, expected, begin, at);
    snprintf(label, sizeof label, "%sfound     %s", indent, begin != 0 ? "... " : "");
    const size_t mark = print_window(to, label, found, begin, at);
    fprintf(to, "%s          %*s^ byte %zu of %zu, %zu\n", indent, (int)(mark + (begin != 0 ? 4 : 0)), "", at,
            expected.len, found.len);
}
