/* What a character is, as far as lines are concerned. */
#ifndef CLEAN_LAYOUT_CHARS_H
#define CLEAN_LAYOUT_CHARS_H

#include <docmill/plugin.h>

enum letter_case {
    CASE_NONE,
    CASE_LOWER,
    CASE_UPPER,
    CASE_LESS
}; /* CASE_LESS: a letter of a script without */

/* s[at] starts a character; the text is valid UTF-8. */
static inline size_t char_length(dm_str s, size_t at)
{
    const unsigned char c = (unsigned char)s.ptr[at];
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static inline uint32_t char_decode(dm_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    if (p[0] < 0x80)
        return p[0];
    if (p[0] < 0xE0)
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    if (p[0] < 0xF0)
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

/* The character before s[at], at > 0. */
static inline size_t char_before(dm_str s, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80);
    return at;
}

enum letter_case char_case(uint32_t cp);

static inline bool char_is_letter(uint32_t cp)
{
    return char_case(cp) != CASE_NONE;
}

static inline bool char_is_digit(uint32_t cp)
{
    return cp - '0' < 10;
}

bool char_is_closer(uint32_t cp); /* a quote or bracket that may follow the end of a sentence */
bool char_is_stop(uint32_t cp);   /* ends a sentence, or announces what follows */
bool char_is_cjk(uint32_t cp);    /* of a script that has no spaces between words */

#endif
