/* The scan: find where neighbours do not suit each other.  Nearly every text is nearly all clean, so this
 * is where the time goes.
 *
 * is_odd() says what does not suit, and is asked about very few places.  The rest of this file finds them, in two steps
 * without a branch that nobody could foresee.  First the host's bitmaps give, 64 bytes at a time, what an odd place is
 * never far behind: a mark, the first byte of a longer character, or a name behind a short name.  Then a table says of
 * each of these whether it minds the character before or behind it.  Both may say so of a place that is not odd; what
 * they leave out has no odd place in the two bytes behind it. */
#include "punctuation.h"

#include <string.h>

/* A letter as one of 32 bits, without regard to case. */
#define BIT(letter) (UINT32_C(1) << (letter) % 32)

static bool is_stop(unsigned char c)
{
    return c == ',' || c == '.' || c == ';' || c == ':' || c == '?' || c == '!';
}

static bool is_small(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_capital(unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}

/* The last byte of ¿ ¡ ، ؛ ؟ ۔ 、 。 and of full-width characters. */
static bool is_foreign(unsigned char a, unsigned char b, unsigned char c)
{
    return (b == 0xC2 && (c == 0xBF || c == 0xA1)) || (b == 0xD8 && (c == 0x8C || c == 0x9B || c == 0x9F)) ||
           (b == 0xDB && c == 0x94) || (a == 0xE3 && b == 0x80 && (c == 0x81 || c == 0x82)) ||
           (a == 0xEF && b == 0xBC);
}

/* "of", "the", "and", "in" and a quotation seldom end a sentence. */
static bool is_unending(dm_str s, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    const unsigned char b = at > 0 ? p[-1] : 0, a = at > 1 ? p[-2] : 0;
    return (a == 'o' && b == 'f') || (a == 'h' && b == 'e') || (a == 'n' && b == 'd') ||
           (a == 'i' && b == 'n' && at > 2 && p[-3] == ' ') || b == '"' || b == 0x9D;
}

/* Whether `c` is one of some capitals, which are given as bits. */
static bool is_of(uint32_t capitals, unsigned char c)
{
    return is_capital(c) && capitals >> c % 32 & 1;
}

/* The first letters of a day or a month, and of `On`, `In`, `By`, `From`, `Till`, `Until` or `Since` before it. */
static bool is_date(dm_str s, size_t at)
{
    static const uint32_t dates = BIT('A') | BIT('D') | BIT('F') | BIT('J') | BIT('M') | BIT('N') | BIT('O') |
                                  BIT('S') | BIT('T') | BIT('W');
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    if (at < 5 || p[-1] != ' ' || !is_of(dates, p[0]))
        return false;
    return (is_of(BIT('B') | BIT('I') | BIT('O'), p[-3]) && p[-4] == ' ') ||
           (at > 6 && is_of(BIT('F') | BIT('T'), p[-5]) && p[-6] == ' ') ||
           (at > 7 && is_of(BIT('S') | BIT('U'), p[-6]) && p[-7] == ' ');
}

/* The words that are odd with a capital; and the letters, as bits, that end one behind the letter given. */
static const char capital_words[] =
    " In At On Of To By For From With And Or Was Were Has Have Had Which Said Says Added Told ";
#define ENDS(letter, ...) [(letter) % 32] = __VA_ARGS__
static const uint32_t capital_ends[32] = {
    ENDS('a', BIT('d') | BIT('s') | BIT('t')),
    ENDS('b', BIT('y')),
    ENDS('c', BIT('h')),
    ENDS('e', BIT('d')),
    ENDS('i', BIT('d') | BIT('n')),
    ENDS('l', BIT('d')),
    ENDS('n', BIT('d')),
    ENDS('o', BIT('f') | BIT('m') | BIT('n') | BIT('r')),
    ENDS('r', BIT('e')),
    ENDS('t', BIT('h') | BIT('o')),
    ENDS('v', BIT('e')),
    ENDS('y', BIT('s')),
};
#undef ENDS

size_t scan_capital(dm_str s, size_t at)
{
    enum { LONGEST = 5, SHORTEST = 2 };
    const char *const p = s.ptr + at;
    for (size_t len = SHORTEST; len <= LONGEST && at > len + 2; len++) {
        const char *const word = p - 1 - len;
        if (word[-1] != ' ' || !is_capital((unsigned char)word[0]) || !is_small((unsigned char)word[-2]))
            continue;
        char wanted[LONGEST + 3] = {' '};
        memcpy(wanted + 1, word, len);
        wanted[len + 1] = ' ';
        return strstr(capital_words, wanted) ? len : 0;
    }
    return 0;
}

/* `d' ora`, seen at the space. */
static bool is_elision(dm_str s, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    return is_small(p[-2] | 0x20) && at + 1 < s.len && (is_small(p[1] | 0x20) || p[1] == 0xC3);
}

/* Of a letter with an accent, or one in Cyrillic or Arabic. */
static bool is_letter_lead(unsigned char c)
{
    return (c >= 0xC3 && c <= 0xC5) || (c >= 0xD0 && c < 0xDC);
}

static bool is_odd(dm_str s, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    const unsigned char c = p[0], b = at > 0 ? p[-1] : 0, a = at > 1 ? p[-2] : 0;
    if (is_letter_lead(c))
        return is_stop(b) && b != ':';
    if (c >= 0x80)
        return is_foreign(a, b, c);
    if (is_stop(c) && (b == ' ' || is_stop(b)))
        return true;
    if (c == '.')
        return is_unending(s, at);
    if (c == ' ')
        return b == '-' || b == '(' || (b == '\'' && at > 1 && is_elision(s, at));
    if (c == '%' || c == ')')
        return b == ' ' || (c == ')' && b == '(');
    if (is_small(c))
        return is_stop(b) || (b == ' ' && (a == '.' || scan_capital(s, at)));
    if (c >= '0' && c <= '9')
        return b == ' ' && scan_capital(s, at);
    return is_capital(c) && (is_stop(b) || is_date(s, at));
}

/* ---- what minds its neighbours -------------------------------------------------------------- */

/* An entry says what a byte is, what it minds before and behind it (each of the same eight kinds), and more. */
enum {
    SPACE = 1 << 0,
    LETTER = 1 << 1,
    STOP = 1 << 2,
    QUOTE = 1 << 3,
    INVERTED = 1 << 4, /* behind C2, and so on */
    ARABIC = 1 << 5,
    BRACKET = ARABIC, /* which stands where no byte of Arabic does */
    IDEOGRAPHIC = 1 << 6,
    FULL_WIDTH = 1 << 7,
    KINDS = 0xFF,
    BEFORE = 8,
    BEHIND = 16,
    LAST = 24, /* of the pairs of letters that is_unending() knows: the second one, three bits */
    PAIRS = 7 << LAST,
    FIRST = 27,          /* and the first one */
    SMALL_NEXT = 1 << 30 /* of what in a row may be a stray full stop: the stop, a space, a small letter */
};
#define ANYWHERE (UINT32_C(1) << 31)

static void set(uint32_t *kinds, const char *bytes, uint32_t what)
{
    for (; *bytes; bytes++)
        kinds[(unsigned char)*bytes] |= what;
}

void scan_open(uint32_t kinds[SCAN_KINDS])
{
    for (unsigned c = 'a'; c <= 'z'; c++) {
        kinds[c] = LETTER | ANYWHERE | SMALL_NEXT; /* behind a word of capital_words */
        kinds[c - 'a' + 'A'] = LETTER | ANYWHERE;  /* the name */
    }
    for (unsigned c = '0'; c <= '9'; c++)
        kinds[c] = ANYWHERE;
    for (unsigned c = 0xC3; c < 0xDC; c++)
        kinds[c] = is_letter_lead((unsigned char)c) ? LETTER : 0;
    for (unsigned c = 0x80; c < 0xC0; c++)
        kinds[c] = ANYWHERE; /* found to be foreign */
    set(kinds, " ", SPACE | SMALL_NEXT);
    set(kinds, ",.;:?!", STOP | SPACE << BEFORE | (STOP | LETTER) << BEHIND);
    set(kinds, ".", QUOTE << BEFORE | PAIRS | SMALL_NEXT);
    set(kinds, "\"\x9D", QUOTE);
    set(kinds, "%)", SPACE << BEFORE);
    set(kinds, "-('", SPACE << BEHIND);
    set(kinds, "(", BRACKET);
    set(kinds, ")", (uint32_t)BRACKET << BEFORE);
    /* "he", "nd", "of", "in".  The last has the bit of the first, so "ie." and "hn." are looked at, too; they are rare. */
    for (unsigned i = 0; i < 4; i++) {
        kinds[(unsigned char)"edfn"[i]] |= 1u << (LAST + i % 3);
        kinds[(unsigned char)"hnoi"[i]] |= 1u << (FIRST + i % 3);
    }
    set(kinds, "\xBF\xA1\x94", INVERTED); /* 94: of the Arabic full stop, behind DB */
    set(kinds, "\x8C\x9B\x9F", ARABIC);
    set(kinds, "\x80", IDEOGRAPHIC);
    set(kinds, "\xBC", FULL_WIDTH);
    set(kinds, "\xC2\xDB", INVERTED << BEHIND);
    set(kinds, "\xD8", ARABIC << BEHIND);
    set(kinds, "\xE3", IDEOGRAPHIC << BEHIND);
    set(kinds, "\xEF", (uint32_t)FULL_WIDTH << BEHIND);
}

/* Where it may be odd: at p, and one and two bytes behind it. */
struct minded {
    uint32_t here, next, second; /* not 0: there */
};

/* p[-2] to p[2] are read. */
static inline struct minded mind(const uint32_t *kinds, const unsigned char *p)
{
    const uint32_t own = kinds[p[0]], before = kinds[p[-1]], behind = kinds[p[1]];
    const uint32_t unending = before & kinds[p[-2]] >> (FIRST - LAST) & PAIRS,
                   small = behind & kinds[p[2]] & SMALL_NEXT;
    return (struct minded){(own >> BEFORE & before & KINDS) | (own & (unending | ANYWHERE)),
                           own >> BEHIND & behind & KINDS, own & small};
}

/* The same as bits of the bytes. */
static unsigned mind_bits(const uint32_t *kinds, const unsigned char *p)
{
    const struct minded m = mind(kinds, p);
    const bool next = m.next != 0, longer = p[0] >= 0x80; /* a character of two bytes or three */
    return (m.here != 0) | (unsigned)next << 1 | (unsigned)(m.second != 0 || (next && longer)) << 2;
}

/* ---- where to look -------------------------------------------------------------------------- */

enum { BLOCK = 64, CHUNK = 64 * BLOCK, LANES = 16 };

/* Vectors as gcc and clang know them on any machine. */
typedef unsigned char lanes __attribute__((vector_size(LANES)));

static inline lanes load(const unsigned char *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline bool is_zero(lanes v)
{
    uint64_t halves[2];
    memcpy(halves, &v, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

/* is_foreign(), for the bytes of `rows`, which have three longer ones' before them. */
static uint64_t find_foreign(dm_str s, size_t base, uint64_t rows)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + base;
    uint64_t found = 0;
    if (base == 0 || s.len - base < BLOCK) {
        for (uint64_t left = rows; left; left &= left - 1) {
            const unsigned i = (unsigned)__builtin_ctzll(left);
            found |= (uint64_t)is_foreign(p[(int)i - 2], p[(int)i - 1], p[i]) << i;
        }
        return found;
    }
    for (unsigned i = 0; i < BLOCK; i += LANES) {
        const lanes c = load(p + i), b = load(p + i - 1), a = load(p + i - 2);
        const lanes odd =
            (lanes)(((b == 0xC2) & ((c == 0xBF) | (c == 0xA1))) |
                    ((b == 0xD8) & ((c == 0x8C) | (c == 0x9B) | (c == 0x9F))) |
                    ((a == 0xE3) & (b == 0x80) & ((c == 0x81) | (c == 0x82))) | ((a == 0xEF) & (b == 0xBC)));
        for (unsigned k = 0; k < LANES && !is_zero(odd); k++)
            found |= (uint64_t)(odd[k] & 1) << (i + k);
    }
    return found & rows;
}

/* What the 64 bytes before leave. */
struct edge {
    uint64_t wide, pairs, words, gaps, names, short_names;
};

static inline uint64_t behind(uint64_t now, uint64_t last, unsigned n)
{
    return now << n | last >> (BLOCK - n);
}

/* Longer characters: where one or some begin, and from the second on in a row those that are foreign. */
static inline uint64_t find_wide(dm_str s, size_t base, uint64_t wide, struct edge *last)
{
    const uint64_t pairs = wide & behind(wide, last->wide, 1), rows = pairs & behind(pairs, last->pairs, 2);
    last->wide = wide;
    last->pairs = pairs;
    return (wide & ~pairs) | (rows ? find_foreign(s, base, rows) : 0);
}

/* Small words and figures behind a name of two letters to five, in a chunk: blocks that have some, so that
 * there is no branch for those that have none. */
struct led {
    unsigned count;
    uint8_t blocks[CHUNK / BLOCK + 1];
    uint64_t bits[CHUNK / BLOCK + 1];
};

/* Put the place among those that are there, where its order is. */
static void insert_place(uint16_t *places, size_t count, size_t place)
{
    size_t at = count;
    for (; at > 0 && places[at - 1] > place; at--)
        places[at] = places[at - 1];
    places[at] = (uint16_t)place;
}

/* Add those that are behind one of capital_words: `company Said in`.  Nearly all of them are behind
 * names.  p[-3] is read, as there are a word, a space and the name.
 * return  how many there are now */
static size_t add_led(dm_str s, size_t begin, const struct led *led, uint16_t *places, size_t count)
{
    for (unsigned i = 0; i < led->count; i++)
        for (uint64_t left = led->bits[i]; left; left &= left - 1) {
            const size_t place = led->blocks[i] * (size_t)BLOCK + (size_t)__builtin_ctzll(left);
            const unsigned char *const p = (const unsigned char *)s.ptr + begin + place;
            if ((capital_ends[p[-3] % 32] >> p[-2] % 32 & 1) && scan_capital(s, begin + place))
                insert_place(places, count++, place);
        }
    return count;
}

/* Where to look in text[begin, end), counted from `begin`. */
static size_t find_places(dm_str s, dm_array classes, size_t begin, size_t end, struct edge *last,
                          uint16_t *places)
{
    struct edge edge = *last;
    struct led led;
    led.count = 0;
    uint16_t *place = places;
    const char *at = (const char *)DM_AT(dm_classes, classes, begin / BLOCK);
    for (size_t base = begin; base < end; base += BLOCK, at += classes.stride) {
        const dm_classes *const c = (const dm_classes *)(const void *)at;
        const uint64_t words = c->small | c->capital | c->wide;
        uint64_t found = ~(words | c->digit | c->space | c->tab | c->lf | c->cr);
        const uint64_t gaps = c->space & behind(words, edge.words, 1), next = behind(gaps, edge.gaps, 1);
        const uint64_t names = c->capital & next, two = behind(names, edge.names, 3);
        const uint64_t short_names = two | behind(names, edge.names, 4); /* of two letters or three */
        const uint64_t long_names = behind(short_names, edge.short_names, 2);
        /* A name is behind one of two letters, four or five: `declaration On Sunday`. */
        found |= (names & (two | long_names)) | find_wide(s, base, c->wide, &edge);
        led.bits[led.count] = (c->small | c->digit) & next & (short_names | long_names);
        led.blocks[led.count] = (uint8_t)((base - begin) / BLOCK);
        led.count += led.bits[led.count] != 0;
        edge.words = words;
        edge.gaps = gaps;
        edge.names = names;
        edge.short_names = short_names;
        if (end - base < BLOCK)
            found &= ~(UINT64_MAX << (end - base));
        const unsigned from = (unsigned)(base - begin);
        /* Three are told in any case, so that how many there are is no matter of luck. */
        for (unsigned i = 0; i < 3; i++) {
            *place = (uint16_t)(from + (unsigned)__builtin_ctzll(found | UINT64_C(1) << 63));
            place += found != 0;
            found &= found - 1;
        }
        for (; found; found &= found - 1)
            *place++ = (uint16_t)(from + (unsigned)__builtin_ctzll(found));
    }
    *last = edge;
    return add_led(s, begin, &led, places, (size_t)(place - places));
}

enum { REACH = 2, ALL = 7 }; /* bytes that are looked at on both sides of a place; the bits of three */

static bool is_at_end(dm_str s, size_t at)
{
    return at <= REACH || s.len - at <= REACH;
}

/* Leave those out that mind nothing, without a branch for each.  Those at the very ends of the text stay.
 * return  how many are left */
static size_t sift_places(const uint32_t kinds[SCAN_KINDS], dm_str s, size_t begin, uint16_t *places,
                          size_t count)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + begin;
    size_t kept = 0, i, end = count;
    while (kept < count && begin + places[kept] <= REACH)
        kept++;
    while (end > kept && s.len - begin - places[end - 1] <= REACH)
        end--;
    for (i = kept; i < end; i++) {
        const uint16_t place = places[i];
        const struct minded m = mind(kinds, p + place);
        places[kept] = place;
        kept += (m.here | m.next | m.second) != 0;
    }
    for (; i < count; i++)
        places[kept++] = places[i];
    return kept;
}

void scan(const uint32_t kinds[SCAN_KINDS], dm_str s, dm_array classes, struct prose *p,
          void (*odd)(struct prose *p, size_t at))
{
    uint16_t places[CHUNK + 1];
    struct edge edge = {0};
    size_t done = 0;
    for (size_t begin = 0; begin < s.len; begin += CHUNK) {
        const size_t end = s.len - begin < CHUNK ? s.len : begin + CHUNK;
        const size_t found = find_places(s, classes, begin, end, &edge, places);
        const size_t count = sift_places(kinds, s, begin, places, found);
        for (size_t i = 0; i < count; i++) {
            const size_t at = begin + places[i];
            unsigned left = is_at_end(s, at) ? ALL : mind_bits(kinds, (const unsigned char *)s.ptr + at);
            for (size_t next = at; left && next < s.len; next++, left >>= 1)
                if (left & 1 && next >= done) {
                    done = next + 1;
                    if (is_odd(s, next))
                        odd(p, next);
                }
        }
    }
}
