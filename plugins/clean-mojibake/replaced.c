/* U+FFFD that stands in a word for a letter or an apostrophe: the word tells which, if it has only one reading, or stands
 * whole elsewhere in the text. */
#include "mojibake.h"

#include <string.h>

enum {
    SIGN = 3,       /* bytes of U+FFFD */
    PART_MAX = 40,  /* of what is before or behind it */
    LETTERS_MIN = 3 /* of both */
};

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

/* What is beside the character at s[at].  return  false: another sign is beside the letters, or there are too many */
static bool read_halves(dm_str s, size_t at, struct halves *h)
{
    const size_t behind = at + char_length(s, at);
    size_t begin = at, end = behind;
    while (begin > 0 && at - begin < PART_MAX && is_letter_at(s, char_start(s, begin)))
        begin = char_start(s, begin);
    while (end < s.len && end - behind < PART_MAX && is_letter_at(s, end))
        end += char_length(s, end);
    *h = (struct halves){{s.ptr + begin, at - begin}, {s.ptr + behind, end - behind}};
    return h->before.len < PART_MAX && h->behind.len < PART_MAX && !is_sign_at(s, end) &&
           (begin == 0 || !is_sign_at(s, char_start(s, begin)));
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

static uint64_t hash_half(uint64_t hash, dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.ptr[i]) * 0x100000001B3u;
    return (hash ^ 0xFF) * 0x100000001B3u; /* a byte that no text has, where the letter is */
}

static bool is_same(dm_str a, dm_str b)
{
    return a.len == b.len && !memcmp(a.ptr, b.ptr, a.len);
}

/* Where the number of the word is, or may be put: more than half of the slots are empty. */
static size_t slot_of(const struct lost_words *l, const struct halves *h)
{
    size_t at = (size_t)(hash_half(hash_half(0xCBF29CE484222325u, h->before), h->behind) >> 32) % LOST_SLOTS;
    for (; l->slots[at]; at = (at + 1) % LOST_SLOTS) {
        const struct lost_word *const w = &l->words[l->slots[at] - 1];
        if (is_same(w->before, h->before) && is_same(w->behind, h->behind))
            break;
    }
    return at;
}

static bool is_enough(const struct halves *h)
{
    return h->before.len + h->behind.len >= LETTERS_MIN;
}

static void add_words(struct lost_words *l, dm_str text)
{
    struct halves h;
    for (size_t i = 0; i < text.len && l->count < SIGNS_MAX; i += SIGN) {
        const char *const sign = memmem(text.ptr + i, text.len - i, "\xEF\xBF\xBD", SIGN);
        if (!sign)
            break;
        i = (size_t)(sign - text.ptr);
        if (!read_halves(text, i, &h) || !is_enough(&h) || is_apostrophe(&h))
            continue;
        const size_t slot = slot_of(l, &h);
        if (l->slots[slot])
            continue;
        l->words[l->count++] = (struct lost_word){h.before, h.behind, 0, false};
        l->slots[slot] = (uint16_t)l->count;
    }
}

/* The letter beyond ASCII at text[at], which may be what a word has lost. */
static void note_letter(struct lost_words *l, dm_str text, size_t at, uint32_t letter)
{
    struct halves h;
    if (!read_halves(text, at, &h))
        return;
    const size_t slot = slot_of(l, &h);
    if (!l->slots[slot])
        return;
    struct lost_word *const w = &l->words[l->slots[slot] - 1];
    w->several |= w->letter && w->letter != letter;
    w->letter = letter;
}

void replaced_learn(struct lost_words *words, dm_str text)
{
    add_words(words, text);
    for (size_t i = 0; words->count && i < text.len; i += char_length(text, i)) {
        const uint32_t cp = char_decode(text, i);
        if (cp >= 0xC0 && char_is_latin(cp))
            note_letter(words, text, i, cp);
    }
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

/* The letter that the word has elsewhere.  return  0: it stands nowhere else, or with several letters */
static uint32_t letter_elsewhere(const struct lost_words *l, const struct halves *h)
{
    const uint16_t number = l->slots[slot_of(l, h)];
    return number && !l->words[number - 1].several ? l->words[number - 1].letter : 0;
}

struct reading replaced_find(const struct lost_words *words, const struct tables *t, dm_str text, size_t at)
{
    struct halves h;
    if (!read_halves(text, at, &h))
        return (struct reading){0, false};
    const bool apostrophe = is_apostrophe(&h);
    const uint32_t letter = apostrophe ? 0x2019 : letter_elsewhere(words, &h);
    return (struct reading){letter && makes_unit(t, text, at, letter) ? 0 : letter, !apostrophe};
}
