/* U+FFFD that stands in a word for a letter or an apostrophe: the word tells which, if it has only one reading, or stands
 * whole elsewhere in the text. */
#include "mojibake.h"

#include <string.h>

enum {
    SIGN = 3,
    PART_MAX = 40,
    LETTERS_MIN = 3
}; /* bytes of U+FFFD; of what is before or behind it; of both */

struct halves {
    dm_str before, behind; /* letters beside the sign */
};

static bool is_letter_at(dm_str s, size_t at)
{
    return char_is_letter(char_decode(s, at));
}

static size_t char_start(dm_str s, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80);
    return at;
}

static bool is_sign_at(dm_str s, size_t at)
{
    return at < s.len && char_decode(s, at) == REPLACEMENT;
}

/* false: another sign is beside the letters, or there are too many */
static bool read_halves(dm_str s, size_t at, struct halves *h)
{
    size_t begin = at, end = at + SIGN;
    while (begin > 0 && at - begin < PART_MAX && is_letter_at(s, char_start(s, begin)))
        begin = char_start(s, begin);
    while (end < s.len && end - at < PART_MAX && is_letter_at(s, end))
        end += char_length(s, end);
    *h = (struct halves){{s.ptr + begin, at - begin}, {s.ptr + at + SIGN, end - at - SIGN}};
    return !is_sign_at(s, end) && (begin == 0 || !is_sign_at(s, char_start(s, begin)));
}

/* ---- apostrophes ---------------------------------------------------------------------------- */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Whether the word is in the list, whatever the case of its first letter. */
static bool is_one_of(dm_str s, const char *words)
{
    for (size_t n; *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        if (n == s.len && small(s.ptr[0]) == *words && !memcmp(words + 1, s.ptr + 1, n - 1))
            return true;
    }
    return false;
}

static bool is_capital(dm_str s)
{
    return s.len > 0 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z';
}

static bool is_apostrophe(const struct halves *h)
{
    static const char verbs[] =
        "don doesn didn isn wasn aren weren can couldn won wouldn shouldn hasn haven hadn";
    static const char subjects[] = "it that he she there what who here let we you they i";
    static const char elided[] = "c n qu d j s aujourd";
    static const char begun[] = "est il ils elle elles on un une ai hui";
    if (!h->before.len || !h->behind.len)
        return false;
    if (is_one_of(h->before, verbs) && h->behind.len == 1 && h->behind.ptr[0] == 't')
        return true;
    if (is_one_of(h->before, subjects) && is_one_of(h->behind, "s d m re ve ll"))
        return true;
    if (h->before.len == 1 && h->before.ptr[0] == 'O' && is_capital(h->behind) && h->behind.len > 2)
        return true; /* O’Brien */
    return is_one_of(h->before, elided) && is_one_of(h->behind, begun) && !is_capital(h->behind);
}

/* ---- words that stand whole elsewhere -------------------------------------------------------- */

/* The letter beyond ASCII that the word has which ends its first half before text[at].  return  0: it is another word */
static uint32_t letter_of_whole(dm_str text, size_t at, const struct halves *h)
{
    const size_t begin = at - h->before.len;
    if ((begin > 0 && is_letter_at(text, char_start(text, begin))) || at >= text.len)
        return 0;
    const uint32_t letter = char_decode(text, at);
    const size_t behind = at + char_length(text, at), end = behind + h->behind.len;
    if (letter < 0xC0 || !char_is_latin(letter) || end > text.len ||
        memcmp(text.ptr + behind, h->behind.ptr, h->behind.len) != 0)
        return 0;
    return end < text.len && (is_letter_at(text, end) || is_sign_at(text, end)) ? 0 : letter;
}

/* return  0: the word stands nowhere else, or with several letters */
static uint32_t letter_elsewhere(dm_str text, const struct halves *h)
{
    const dm_str key = h->before.len ? h->before : h->behind;
    uint32_t found = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *const p = memmem(text.ptr + i, text.len - i, key.ptr, key.len);
        if (!p)
            break;
        i = (size_t)(p - text.ptr);
        const size_t at = h->before.len ? i + key.len : i > 0 ? char_start(text, i) : text.len;
        const uint32_t letter = letter_of_whole(text, at, h);
        if (letter && found && letter != found)
            return 0;
        found = letter ? letter : found;
    }
    return found;
}

/* The character at text[*at], which goes on to the next one. */
static uint32_t take(dm_str text, size_t *at)
{
    if (*at >= text.len)
        return '\n';
    const uint32_t cp = char_decode(text, *at);
    *at += char_length(text, *at);
    return cp;
}

/* Whether the letter would make mojibake of what it stands beside, or more likely that this is some. */
static bool makes_unit(const struct tables *t, dm_str text, size_t at, uint32_t letter)
{
    const uint32_t before = at > 0 ? char_decode(text, char_start(text, at)) : '\n';
    size_t i = at + SIGN;
    const uint32_t first = take(text, &i), second = take(text, &i);
    return before >= NO_BREAK_SPACE || units_may_begin(t, letter, first) || units_may_begin(t, first, second);
}

uint32_t replaced_find(const struct tables *t, dm_str text, size_t at)
{
    struct halves h;
    if (!read_halves(text, at, &h))
        return 0;
    const bool enough = h.before.len + h.behind.len >= LETTERS_MIN;
    const uint32_t letter = is_apostrophe(&h) ? 0x2019 : enough ? letter_elsewhere(text, &h) : 0;
    return letter && makes_unit(t, text, at, letter) ? 0 : letter;
}
