#include "references.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LEN = 16, LEVELS_MAX = 4, LAST_CODE = 0x10FFFF };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* What browsers make of numbers in the C1 range, which were meant as windows-1252 (HTML 5, 13.2.5.80). */
static uint32_t browser_code(uint32_t code)
{
    static const uint16_t c1[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    return code >= 0x80 && code < 0xA0 ? c1[code - 0x80] : code;
}

/* No control characters, surrogates, or numbers that are no characters. */
static bool is_text(uint32_t code)
{
    return (code >= 0x20 || code == '\t' || code == '\n') && code != 0x7F &&
           (code < 0xD800 || code > 0xDFFF) && code <= LAST_CODE && (code & 0xFFFE) != 0xFFFE;
}

static size_t skip_spaces(dm_str s, size_t at)
{
    while (at < s.len && s.ptr[at] == ' ')
        at++;
    return at;
}

/* `39` or `x27`, behind the #.  return  where it ends; 0: no number */
static size_t read_number(dm_str s, size_t at, uint32_t *code)
{
    const bool hex = at < s.len && (s.ptr[at] | 0x20) == 'x';
    const size_t from = at + hex;
    uint32_t value = 0;
    for (at = from; at < s.len; at++) {
        const char c = s.ptr[at], lower = (char)(c | 0x20);
        const uint32_t digit = is_digit(c)                           ? (uint32_t)(c - '0')
                               : hex && lower >= 'a' && lower <= 'f' ? (uint32_t)(lower - 'a' + 10)
                                                                     : LAST_CODE;
        if (digit == LAST_CODE)
            break;
        value = value > LAST_CODE ? value : value * (hex ? 16 : 10) + digit;
    }
    *code = browser_code(value);
    return at > from && is_text(*code) ? at : 0;
}

static int compare_names(const void *key, const void *item)
{
    const struct reference_name *const n = item;
    return strcmp(key, n->name);
}

/* How long a character is that the cleaner behind takes out, as nobody sees it; 0: it is seen. */
static size_t unseen_length(dm_str s, size_t at)
{
    const unsigned char c = (unsigned char)s.ptr[at];
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
        return 1;
    const bool soft_hyphen = s.len - at >= 2 && !memcmp(s.ptr + at, "\xC2\xAD", 2);
    const bool zero_width =
        s.len - at >= 3 && (!memcmp(s.ptr + at, "\xE2\x80\x8B", 3) ||
                            !memcmp(s.ptr + at, "\xE2\x81\xA0", 3) || !memcmp(s.ptr + at, "\xEF\xBB\xBF", 3));
    return soft_hyphen ? 2 : zero_width ? 3 : 0;
}

/* *unseen: set if there is a character in it that nobody sees, without which it would be one when it is cleaned again */
static size_t read_name(dm_str s, size_t at, uint32_t *code, bool *unseen)
{
    enum { UNSEEN_MAX = 8 };
    char name[NAME_MAX_LEN + 1];
    size_t len = 0, skipped = 0;
    while (len < NAME_MAX_LEN && at < s.len && skipped <= UNSEEN_MAX) {
        const bool is_name = is_alphanumeric(s.ptr[at]);
        const size_t skip = is_name ? 1 : unseen_length(s, at);
        if (skip == 0)
            break;
        if (is_name)
            name[len++] = s.ptr[at];
        else
            skipped++;
        at += skip;
    }
    *unseen = skipped > 0;
    name[len] = '\0';
    const struct reference_name *const found =
        bsearch(name, reference_names, reference_name_count, sizeof *reference_names, compare_names);
    *code = found ? found->code : 0;
    return found ? at : 0;
}

/* Those that texts are full of; only these may lack their semicolon, or have spaces within. */
static bool is_common(uint32_t code)
{
    return code == '&' || code == '"' || code == '\'' || code == '<' || code == '>' || code == 0xA0 ||
           code == 0x2019;
}

/* What comes behind the ampersand.  return  where it ends, behind the semicolon; 0: no reference */
static size_t read_body(dm_str s, size_t at, uint32_t *code, bool *broken)
{
    const size_t begin = skip_spaces(s, at);
    const bool number = begin < s.len && s.ptr[begin] == '#';
    bool unseen = false;
    const size_t end =
        number ? read_number(s, skip_spaces(s, begin + 1), code) : read_name(s, begin, code, &unseen);
    if (!end)
        return 0;
    const size_t semicolon = skip_spaces(s, end);
    const bool ended = semicolon < s.len && s.ptr[semicolon] == ';';
    const bool spaced =
        unseen || begin > at || semicolon > end || (number && !is_alphanumeric(s.ptr[begin + 1]));
    if (ended && !spaced)
        return end + 1;
    *broken = true;
    if (ended)
        return is_common(*code) && end > begin + 1 ? semicolon + 1 : 0;
    /* `&copy=1` in an address is a parameter, and so might `&amp=` be; `&lt` is a rare word. */
    const bool loose = begin == at && !unseen && (*code == 0xA0 || *code == '"') && !number;
    return loose && (end == s.len || (!is_alphanumeric(s.ptr[end]) && s.ptr[end] != '=')) ? end : 0;
}

bool reference_read(dm_str text, size_t at, struct reference *out)
{
    size_t from = at + 1;
    unsigned levels = 0;
    *out = (struct reference){0};
    while (levels < LEVELS_MAX) {
        uint32_t code;
        bool broken = false;
        const size_t end = read_body(text, from, &code, &broken);
        if (!end)
            break;
        out->len = end - at;
        out->code = code;
        out->broken |= broken;
        levels++;
        if (code != '&')
            break;
        from = end; /* perhaps &amp;quot; */
    }
    out->twice = levels > 1;
    return levels;
}
