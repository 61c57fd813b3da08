#include "evident.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

/* ---- small words -------------------------------------------------------------------------------- */

static const char *const codes[OWNERS] = {[ENGLISH] = "en", [GERMAN] = "de", [FRENCH] = "fr"};

/* Words of 2 to 4 letters that the others do not have, or seldom; each with a space around it. */
static const char *const lists[OWNERS] = {
    [ENGLISH] =
        " the of and that with from this has been they were its his she had not but who you than when what "
        "into your our have can it or more how any some each need make out them if my most like just ",
    [GERMAN] =
        " und auf sich auch ist ein eine wird sind zum zur nach dass wie von mit zu das aber oder noch nur "
        "hat bei ",
    [FRENCH] = " les une dans pour aux avec ces sont est leur elle des du qui sur pas plus mais nous vous ",
    [OTHERS] =
        " el los las por con del su como pero más os uma com em não ao che di gli nel het niet zijn voor dat "
        "ook op te aan naar uit och att det som är på av för ett inte og til af ikke vir wat nie się jest na "
        "od dla ve bir bu için ile olan vun ass déi je že si și cu pe yang dan untuk ini dari els amb të dhe "
        "në për ja ei az és hogy nem egy ya wa kwa và của là ang ng sa mga ar ir ka za iz kao ez een eta lo "
        "gur mae yn ko ke tse ut cum quae sunt sed ",
};

void evident_open(struct evident *e)
{
    for (unsigned owner = ENGLISH; owner < OWNERS; owner++)
        for (const char *p = lists[owner] + 1, *space; (space = strchr(p, ' ')) != NULL; p = space + 1) {
            uint8_t *const at =
                &e->owner[words_hash((dm_str){p, (size_t)(space - p)}) >> (16 - EVIDENT_BITS)];
            *at = *at == NOBODYS || *at == owner ? (uint8_t)owner : NOBODYS;
        }
}

static unsigned owner_of(const struct evident *e, uint16_t hash)
{
    return e->owner[hash >> (16 - EVIDENT_BITS)];
}

void evident_count(const struct evident *e, const uint16_t *hashes, size_t count, struct votes *votes)
{
    /* The counters side by side in one register: as five in memory, each would wait for the one before. */
    enum { BITS = 12, MOST = (1 << BITS) - 1 };
    for (size_t from = 0, to; from < count; from = to) {
        uint64_t counters = 0;
        to = count - from < MOST ? count : from + MOST;
        for (size_t i = from; i < to; i++)
            counters += 1ull << owner_of(e, hashes[i]) * BITS;
        for (unsigned owner = NOBODYS; owner < OWNERS; owner++)
            votes->count[owner] += counters >> owner * BITS & MOST;
    }
}

static size_t listed(const struct votes *v)
{
    size_t sum = 0;
    for (unsigned owner = ENGLISH; owner < OWNERS; owner++)
        sum += v->count[owner];
    return sum;
}

/* Whether there are so many words of one language, and of all others next to none. */
static bool is_plain(const struct votes *v, unsigned owner, size_t least)
{
    enum { PART = 6, TIMES = 12 };
    const size_t own = v->count[owner], others = listed(v) - own;
    return own >= least && own * PART >= v->count[NOBODYS] + own + others && own >= others * TIMES;
}

/* Whether some of them are different words, by 32 groups: a table that says "the" over and over says little. */
static bool are_various(const struct evident *e, unsigned owner, const uint16_t *hashes, size_t count)
{
    enum { WORDS = 3 };
    uint32_t seen = 0;
    int found = 0;
    for (size_t i = 0; found < WORDS && i < count; i++) {
        const uint32_t group = 1u << (hashes[i] >> 8) % 32;
        found += owner_of(e, hashes[i]) == owner && !(seen & group);
        seen |= owner_of(e, hashes[i]) == owner ? group : 0;
    }
    return found == WORDS;
}

bool evident_by_words(const struct evident *e, const struct votes *votes, const uint16_t *hashes,
                      size_t count, const struct makeup *of, struct detected *out)
{
    enum { LEAST = 8, WIDE_ENGLISH = 16, WIDE_OTHER = 8 };
    unsigned best = ENGLISH;
    for (unsigned owner = GERMAN; owner < OTHERS; owner++)
        best = votes->count[owner] > votes->count[best] ? owner : best;
    if (!is_plain(votes, best, LEAST) || !are_various(e, best, hashes, count) ||
        of->wide * (best == ENGLISH ? WIDE_ENGLISH : WIDE_OTHER) > of->letters)
        return false;
    *out = (struct detected){
        .percent = (int)(votes->count[best] * 99 / listed(votes)), .sure = true, .letters = of->letters};
    memcpy(out->code, codes[best], strlen(codes[best]));
    return true;
}

bool evident_is_same(dm_str a, dm_str b)
{
    const char *const end_a = memchr(a.ptr, '-', a.len), *const end_b = memchr(b.ptr, '-', b.len);
    const size_t len_a = end_a ? (size_t)(end_a - a.ptr) : a.len,
                 len_b = end_b ? (size_t)(end_b - b.ptr) : b.len;
    return len_a == len_b && !memcmp(a.ptr, b.ptr, len_a);
}

unsigned evident_owner(dm_str language)
{
    unsigned owner = ENGLISH;
    while (owner < OTHERS && !evident_is_same((dm_str){codes[owner], strlen(codes[owner])}, language))
        owner++;
    return owner;
}

bool evident_goes_on(const struct votes *stretch, unsigned owner)
{
    return owner < OTHERS && is_plain(stretch, owner, 1);
}

bool evident_is_no_prose(const struct makeup *of)
{
    enum { PART = 5 };
    return (of->len - of->letters - of->spaces) * PART > of->len;
}

bool evident_says_nothing(const struct votes *stretch, const struct makeup *of)
{
    enum { FEW = 3, WIDE = 8 };
    return listed(stretch) == 0 && stretch->count[NOBODYS] < FEW && of->wide * WIDE <= of->len;
}

/* ---- scripts ------------------------------------------------------------------------------------ */

/* Scripts in which one language is written, of those that the detector knows. */
static const struct script {
    uint32_t first, last;
    char code[3];
} scripts[] = {
    {0x370, 0x3FF, "el"},   {0x531, 0x58F, "hy"},   {0xA01, 0xA7F, "pa"},   {0xA81, 0xAFF, "gu"},
    {0xB01, 0xB7F, "or"},   {0xB81, 0xBFF, "ta"},   {0xC01, 0xC7F, "te"},   {0xC81, 0xCFF, "kn"},
    {0xD01, 0xD7F, "ml"},   {0xD81, 0xDFF, "si"},   {0xE01, 0xE7F, "th"},   {0xE81, 0xEFF, "lo"},
    {0x10A0, 0x10FF, "ka"}, {0x1780, 0x17FF, "km"}, {0x3041, 0x30FF, "ja"}, {0xAC00, 0xD7A3, "ko"},
};
enum { SCRIPTS = sizeof scripts / sizeof *scripts, JAPANESE = 14 };

static bool is_letter(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

static uint32_t char_at(const unsigned char *c, size_t len)
{
    uint32_t cp = c[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++)
        cp = cp << 6 | (c[i] & 0x3Fu);
    return cp;
}

static size_t script_of(uint32_t cp)
{
    size_t i = 0;
    while (i < SCRIPTS && (cp < scripts[i].first || cp > scripts[i].last))
        i++;
    return i;
}

static bool is_han(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xF900 && cp <= 0xFAFF);
}

bool evident_by_script(dm_str text, struct detected *out)
{
    enum { LEAST = 60, OF_TEN = 9, KANA = 8 };
    size_t found[SCRIPTS + 1] = {0}, letters = 0, han = 0, len;
    for (size_t at = 0; at < text.len; at += len) {
        const unsigned char *const c = (const unsigned char *)text.ptr + at;
        len = c[0] < 0x80 ? 1 : c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;
        if (len == 1) {
            letters += is_letter(c[0]);
            continue;
        }
        const uint32_t cp = char_at(c, len);
        if ((cp >= 0x2000 && cp < 0x3041) || cp < 0xC0 || cp >= 0xFE00)
            continue; /* marks */
        letters += len;
        found[script_of(cp)] += len;
        han += is_han(cp) ? len : 0;
    }
    if (found[JAPANESE] * KANA >= han)
        found[JAPANESE] += han;
    size_t best = 0;
    for (size_t i = 1; i < SCRIPTS; i++)
        best = found[i] > found[best] ? i : best;
    if (letters < LEAST || found[best] * 10 < letters * OF_TEN)
        return false;
    *out = (struct detected){.percent = (int)(found[best] * 99 / letters), .sure = true, .letters = letters};
    memcpy(out->code, scripts[best].code, sizeof scripts[best].code);
    return true;
}
