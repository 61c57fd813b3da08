/* What a character is, as far as this cleaner cares. */
#ifndef CLEAN_UNICODE_CHARS_H
#define CLEAN_UNICODE_CHARS_H

#include <docmill/plugin.h>

enum char_class {
    CLASS_OTHER,
    CLASS_SPACE, /* U+0020 */
    CLASS_TAB,
    CLASS_ODD_SPACE, /* no-break, thin, ideographic ... */
    CLASS_CONTROL,   /* from here on: characters that one cannot see */
    CLASS_SOFT_HYPHEN,
    CLASS_ZERO_WIDTH,
    CLASS_JOINER, /* ZWNJ, ZWJ */
    CLASS_BIDI_MARK,
    CLASS_BIDI_EMBEDDING,
    CLASS_VARIATION, /* variation selectors */
    CLASS_TAG        /* the letters of which some flags are made */
};

enum char_script {
    SCRIPT_NONE, /* not a letter */
    SCRIPT_LATIN,
    SCRIPT_GREEK,
    SCRIPT_CYRILLIC,
    SCRIPT_CJK,
    SCRIPT_RTL,
    SCRIPT_OTHER
};

enum { FULL_WIDTH_FIRST = 0xFF01, FULL_WIDTH_LAST = 0xFF5E, FULL_WIDTH_SHIFT = 0xFEE0 };
enum { IDEOGRAPHIC_SPACE = 0x3000 };

/* s[at] starts a character.  The text that the host hands out is valid UTF-8. */
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

size_t char_encode(char *out, uint32_t cp);

/* The character before s[at], at > 0. */
static inline size_t char_before(dm_str s, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80);
    return at;
}

/* The line break at s[at] in bytes: LF, CR LF, CR, VT, FF, NEL, LS, PS; 0: none. */
size_t char_break_length_at(dm_str s, size_t at);
static inline size_t char_break_length(dm_str s, size_t at)
{
    const unsigned char c = (unsigned char)s.ptr[at];
    return c > '\r' && c != 0xC2 && c != 0xE2 ? 0 : char_break_length_at(s, at);
}

enum char_class char_class_wide(uint32_t cp);
static inline enum char_class char_class(uint32_t cp)
{
    return cp > ' ' && cp < 0x7F ? CLASS_OTHER : cp == ' ' ? CLASS_SPACE : char_class_wide(cp);
}

enum char_script char_script_wide(uint32_t cp);
static inline enum char_script char_script(uint32_t cp)
{
    if (cp < 0x80)
        return (cp | 0x20) - 'a' < 26 ? SCRIPT_LATIN : SCRIPT_NONE;
    return char_script_wide(cp);
}

/* Whether p begins U+0620 to U+064A or U+0671 to U+06D3, which are letters of Arabic, and change beside nothing. */
static inline bool char_is_arabic(const unsigned char *p)
{
    return p[0] == 0xD8   ? p[1] >= 0xA0
           : p[0] == 0xD9 ? p[1] <= 0x8A || p[1] >= 0xB1
                          : p[0] == 0xDA || (p[0] == 0xDB && p[1] <= 0x93);
}

static inline bool char_is_invisible(enum char_class c)
{
    return c >= CLASS_CONTROL;
}

static inline bool char_is_space(enum char_class c)
{
    return c >= CLASS_SPACE && c <= CLASS_ODD_SPACE;
}

static inline bool char_is_full_width(uint32_t cp)
{
    return cp >= FULL_WIDTH_FIRST && cp <= FULL_WIDTH_LAST;
}

bool char_is_mark(uint32_t cp); /* combining, of any kind */
bool char_is_digit(uint32_t cp);
bool char_is_upper(uint32_t cp);
bool char_is_emoji(uint32_t cp); /* one that ZWJ may join with another */

/* Chinese, Japanese or Korean, punctuation included, full-width ASCII not. */
bool char_is_cjk(uint32_t cp);

/* A vowel or final consonant of a Hangul syllable that is written in parts. */
bool char_is_jamo_tail(uint32_t cp);

/* Whether no pass but that of spaces has to do with the character: most of ASCII, Latin and punctuation. */
static inline bool char_is_plain(uint32_t cp)
{
    return (cp >= ' ' && cp < 0x7F) || cp == '\t' || (cp >= 0xA0 && cp < 0x300 && cp != 0xAD) ||
           (cp >= 0x2010 && cp < 0x2028);
}

/* Columns that the character takes before and after cleaning alike: 0 for what is dropped or composed,
 * 2 or 3 for a ligature, else 1. */
unsigned char_width_wide(uint32_t cp);
static inline unsigned char_width(uint32_t cp)
{
    return cp >= ' ' && cp < 0x7F ? 1 : char_width_wide(cp);
}

/* The letters that the ligature stands for, "fi"; NULL: it is none. */
const char *char_ligature_wide(uint32_t cp);
static inline const char *char_ligature(uint32_t cp)
{
    return cp - 0xFB00 < 7 ? char_ligature_wide(cp) : NULL;
}

/* The Latin letter that looks the same; 0: none does. */
uint32_t char_look_alike(uint32_t cp);

/* The ASCII character that cleaning may make of it; itself where there is none. */
uint32_t char_plain_wide(uint32_t cp);
static inline uint32_t char_plain(uint32_t cp)
{
    return cp < 0x80 ? cp : char_plain_wide(cp);
}

/* NFC of a single character differs from it, or may when another stands before it. */
bool char_may_compose(uint32_t cp);

#endif
