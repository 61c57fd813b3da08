/* The scan for quotation marks, and characters. */
#include "quotes.h"

#include <string.h>

enum { LANES = 16 };

/* Vectors as gcc and clang know them on any machine. */
typedef unsigned char lanes __attribute__((vector_size(LANES)));

/* Whether a quotation mark may begin among the bytes at `p`.  Those of U+201C to U+201F share their first
 * two bytes with dashes and apostrophes, so the third is looked at too. */
static inline bool may_have_quote(const unsigned char *p)
{
    lanes a, b, c;
    memcpy(&a, p, sizeof a);
    memcpy(&b, p + 1, sizeof b);
    memcpy(&c, p + 2, sizeof c);
    const lanes odd = (lanes)((a == '"') | ((a == 0xC2) & ((b == 0xAB) | (b == 0xBB))) |
                              ((b == 0x80) & (((a == 0xE2) & (c >= 0x9C) & (c <= 0x9F)) |
                                              ((a == 0xE3) & ((c == 0x8C) | (c == 0x8D))))));
    uint64_t halves[2];
    memcpy(halves, &odd, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

size_t scan_quote(dm_str s, size_t from)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = from;
    while (i < s.len) {
        const bool inside = s.len - i >= LANES + 2;
        if (inside && !may_have_quote(p + i)) {
            i += LANES;
            continue;
        }
        const size_t stop = inside ? i + LANES : s.len;
        for (; i < stop; i++) {
            size_t end;
            if (p[i] == '"' ||
                ((p[i] == 0xC2 || p[i] == 0xE2 || p[i] == 0xE3) && is_double_quote(char_at(s, i, &end))))
                return i;
        }
    }
    return s.len;
}

/* ---- characters ----------------------------------------------------------------------------- */

uint32_t char_at(dm_str s, size_t at, size_t *end)
{
    if (at >= s.len) {
        *end = at;
        return 0;
    }
    const unsigned char *c = (const unsigned char *)s.ptr + at;
    const size_t len = c[0] < 0x80 ? 1 : c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;
    *end = at + len;
    uint32_t cp = len == 1 ? c[0] : c[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++)
        cp = cp << 6 | (c[i] & 0x3F);
    return cp;
}

uint32_t char_before(dm_str s, size_t at, size_t *begin)
{
    *begin = at;
    if (at == 0)
        return 0;
    do
        --*begin;
    while (((unsigned char)s.ptr[*begin] & 0xC0) == 0x80);
    size_t end;
    return char_at(s, *begin, &end);
}

bool is_lower(uint32_t cp)
{
    if (cp < 0x80)
        return cp - 'a' < 26;
    return (cp >= 0xDF && cp <= 0xFF && cp != 0xF7) || (cp >= 0x100 && cp < 0x180 && (cp & 1));
}

bool is_letter(uint32_t cp)
{
    if (cp < 0x80)
        return (cp | 0x20) - 'a' < 26;
    return (cp >= 0xC0 && cp < 0x250 && cp != 0xD7 && cp != 0xF7) || (cp >= 0x1E00 && cp < 0x1F00);
}

bool is_digit(uint32_t cp)
{
    return cp - '0' < 10;
}

bool is_space(uint32_t cp)
{
    return cp == ' ' || cp == '\n' || cp == 0xA0 || cp == 0x202F;
}

bool is_other_script(uint32_t cp)
{
    return cp >= 0x370 && !(cp >= 0x1E00 && cp < 0x1F00) && !(cp >= 0x2000 && cp < 0x2BFF) &&
           !(cp >= 0x3000 && cp < 0x3020) && cp != 0xFFFD;
}

bool is_double_quote(uint32_t cp)
{
    return cp == '"' || (cp >= 0x201C && cp <= 0x201F) || cp == 0xAB || cp == 0xBB || cp == 0x300C ||
           cp == 0x300D;
}
