/* Where something may follow itself.  Nearly all lines have nothing that does, so the text is sifted first, and
 * only what is left here is cut into words and looked at with care (loops.c).
 *
 * Each word that has a letter or a digit leaves two bytes, its first letter or digit and what stands behind that, if
 * it is a letter, both in small letters.  So words that are the same leave the same, whatever marks stand around
 * them, and words of marks only leave nothing: a period of p words in the text is one of p in what they leave, or of
 * p - 1 if one of them is a lonely dash.  These periods are looked for, eight words at once, or sixteen (sift_wide.c):
 *
 *   1 and 2    each word is compared with those before
 *   3 to 9     the sum of each three words with the sums before
 *   10 to 64   every eighth sum with the 55 before: of words that come again so long one of these is among them
 *
 * What is found must then be repeated far enough, for which is_doubled(), have_same_words() and count_pairs() ask less
 * than any change that loops.c makes. */
#include "repeats.h"

#include <endian.h>
#include <string.h>

#ifndef LANES
#define LANES 8
#endif

enum {
    PERIOD_MAX = 64,
    SAMPLED = 10, /* the first period that is looked for at every eighth word */
    EIGHT = 8,
    PAST = 3 * PERIOD_MAX + 8, /* what is kept of the words before: three periods */
    BLOCK = 64,                /* bytes that dm_classes describes */
    OVER = 16,                 /* what may be read behind a block */
    CHUNK = 4096,              /* bytes that are sifted at once */
    ROOM = PAST + CHUNK / 2 + 3 * LANES
};

typedef uint16_t lanes __attribute__((vector_size(2 * LANES)));
typedef int16_t signed_lanes __attribute__((vector_size(2 * LANES)));
typedef uint16_t eight_lanes __attribute__((vector_size(2 * EIGHT)));
typedef uint8_t eight_bytes __attribute__((vector_size(EIGHT)));

/* The words of a chunk and those before it. */
struct sieve {
    _Alignas(lanes) uint16_t left[ROOM]; /* what they leave */
    uint16_t triple[ROOM];               /* the sum of it and the two before */
    uint32_t at[ROOM];                   /* where they begin, the lower half of it */
    struct repeats *r;
    size_t first, count;  /* of the words in the arrays */
    size_t next;          /* the first that was not compared yet */
    size_t base;          /* of the chunk */
    uint64_t gap, ripple; /* the block before ended in a gap; in marks that lead a word */
    uint64_t wide_mark;   /* of its last mark, what is in the next block */
    size_t begin, end;    /* the line at work */
    bool settled;         /* it has a phrase: there is no more to find */
};

/* ---- words ---------------------------------------------------------------------------------- */

/* The bytes of the marks that begin with E2 80, as is_wide_mark() in words.c has it. */
static inline uint64_t find_wide_marks(struct sieve *v, uint64_t wide, const char *p)
{
    uint64_t marks = v->wide_mark;
    while (wide) { /* character by character, or the last bytes of one */
        const int at = __builtin_ctzll(wide);
        const unsigned char lead = (unsigned char)p[at];
        const uint64_t bytes = lead < 0xC0 ? 1 : lead < 0xE0 ? 3 : lead < 0xF0 ? 7 : 15;
        const uint64_t mark = lead == 0xE2 && (unsigned char)p[at + 1] == 0x80 ? bytes : 0;
        marks |= mark << at;
        v->wide_mark = at > 61 ? mark >> (64 - at) : 0;
        wide &= ~(bytes << at);
    }
    return marks;
}

/* The first letter of each word. */
static uint64_t find_words(struct sieve *v, const dm_classes *c, const char *p)
{
    const uint64_t letters = c->small | c->capital | c->digit | (c->wide & ~find_wide_marks(v, c->wide, p));
    const uint64_t gaps = c->space | c->tab | c->lf | c->cr, marks = ~(letters | gaps);
    const uint64_t begin = ~gaps & (gaps << 1 | v->gap);
    /* Added to the marks that they are of, the first ones carry to what stands behind. */
    const uint64_t sum = marks + (begin & marks), behind = sum + v->ripple;
    v->ripple = (sum < marks) | (behind < sum);
    v->gap = gaps >> 63;
    return (begin | (behind & ~marks)) & letters;
}

/* Take the first one of some words in p[0, 64). */
static inline void take_word(uint16_t *left, uint32_t *place, const char *p, size_t base, uint64_t words)
{
    const unsigned at = (unsigned)__builtin_ctzll(words);
    memcpy(left, p + at, sizeof *left);
    *place = (uint32_t)base + at;
}

/* Take the words that begin in p[0, 32), six without a question: nobody can foresee how many there are.  Where there
 * are fewer, bits behind the 32 stand in, whose number tells how many; the next words overwrite what they leave.
 * return  words */
static inline size_t take_half(uint16_t *left, uint32_t *place, const char *p, size_t base, uint64_t words)
{
    enum { SURE = 6 };
    size_t n = 0;
    words |= UINT64_MAX << 32;
#pragma GCC unroll 6
    for (; n < SURE; n++, words &= words - 1)
        take_word(left + n, place + n, p, base, words);
    for (; __builtin_expect((uint32_t)words != 0, 0); n++, words &= words - 1)
        take_word(left + n, place + n, p, base, words);
    return n + 32 - (unsigned)__builtin_ctzll(words);
}

static inline void take_block(struct sieve *v, const dm_classes *c, const char *p, size_t base)
{
    const uint64_t words = find_words(v, c, p);
    size_t n = v->count;
    n += take_half(v->left + n, v->at + n, p, base, words & UINT32_MAX);
    n += take_half(v->left + n, v->at + n, p + 32, base + 32, words >> 32);
    v->count = n;
}

/* ---- what comes again ----------------------------------------------------------------------- */

static size_t place_of(const struct sieve *v, size_t i)
{
    return v->base + (size_t)(ptrdiff_t)(int32_t)(v->at[i] - (uint32_t)v->base);
}

static uint32_t width(const struct sieve *v, size_t i)
{
    return v->at[i + 1] - v->at[i];
}

/* Find the line that holds `at`, which is not before the line at work. */
static void enter_line(struct sieve *v, size_t at)
{
    const dm_array classes = v->r->classes;
    if (at < v->end)
        return;
    size_t block = at / BLOCK;
    uint64_t breaks = DM_AT(dm_classes, classes, block)->lf & ((1ull << at % BLOCK) - 1);
    while (!breaks && block-- > v->end / BLOCK)
        breaks = DM_AT(dm_classes, classes, block)->lf;
    v->begin = breaks ? block * BLOCK + 64 - (size_t)__builtin_clzll(breaks) : v->end;
    const char *const text = v->r->text.ptr, *const lf = memchr(text + at, '\n', v->r->text.len - at);
    v->end = lf ? (size_t)(lf - text) + 1 : v->r->text.len;
    v->settled = false;
}

static bool add_place(struct sieve *v, size_t at, bool phrase)
{
    struct repeats *const r = v->r;
    if (r->place_count == r->place_cap) {
        const size_t cap = r->place_cap ? r->place_cap * 2 : 16;
        struct repeats_place *const bigger = dm_alloc(r->task, cap * sizeof *bigger);
        if (!bigger)
            return false;
        if (r->place_count)
            memcpy(bigger, r->places, r->place_count * sizeof *bigger);
        r->places = bigger;
        r->place_cap = cap;
    }
    size_t i = r->place_count++;
    for (; i > 0 && r->places[i - 1].at > at; i--)
        r->places[i] = r->places[i - 1];
    r->places[i] = (struct repeats_place){at, phrase};
    return true;
}

static bool is_alphanumeric(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}

/* Whether word i is the one before it, with one space between: a doubled word has no capital but for its very first
 * letter, and no mark, and is none that is doubled on purpose. */
static bool is_doubled(const struct sieve *v, size_t i)
{
    enum { LETTERS_END = 0xDB /* leads of Latin, Cyrillic and Arabic letters */ };
    const dm_str s = v->r->text;
    const size_t a = place_of(v, i - 1), b = place_of(v, i), len = b - a - 1;
    const unsigned char first = (unsigned char)s.ptr[b];
    if (len > s.len - b || s.ptr[b - 1] == '\n' ||
        ((first < 'a' || first > 'z') && (first < 0xC3 || first > LETTERS_END)))
        return false;
    for (size_t k = 1; k < len; k++)
        if (s.ptr[a + k] != s.ptr[b + k])
            return false;
    return (len == s.len - b || !is_alphanumeric(s.ptr[b + len])) &&
           !repeats_is_always_reduplicated(v->r, (dm_str){s.ptr + b, len});
}

/* Whether the first letters of two words are the same, as far as they are of ASCII, but for their case. */
static bool have_same_letters(const struct sieve *v, size_t i, size_t j)
{
    enum { LOOK = 8 }; /* which a word's key has, and loops.c may go by the key */
    const dm_str s = v->r->text;
    const char *const a = s.ptr + place_of(v, i), *const b = s.ptr + place_of(v, j);
    const size_t left = (size_t)(s.ptr + s.len - a); /* word j is before i */
    const size_t look = left < LOOK ? left : LOOK;
    size_t n = 0;
    while (n < look && is_alphanumeric(a[n]) && (a[n] | 0x20) == (b[n] | 0x20))
        n++;
    return n == look || (!is_alphanumeric(a[n]) && !is_alphanumeric(b[n]));
}

/* Whether the words i to j may be in small letters, with neither a mark nor two spaces between them. */
static bool may_be_plain(const struct sieve *v, size_t i, size_t j)
{
    for (size_t k = i; k <= j; k++) {
        const unsigned char *const p = (const unsigned char *)v->r->text.ptr + place_of(v, k);
        const bool small = (p[0] >= 'a' && p[0] <= 'z') || p[0] >= 0x80;
        if (!small || (k > i && p[-2] < 0x80 && !is_alphanumeric((char)p[-2])))
            return false;
    }
    return true;
}

/* How many words, up to i, repeat those `period` before them: as many as would in two copies that are the same with
 * all that stands between the words, or in three that need not be.  What is doubled and no sentence is plain.  Where not
 * every word is asked about, up to seven more may be behind i.
 * return  0: too few */
static size_t count_pairs(const struct sieve *v, size_t i, size_t period)
{
    enum { SENTENCE_WORDS = 4 }; /* and a lonely dash, at least */
    const size_t behind = period >= SAMPLED ? EIGHT - 1 : 0;
    const size_t two = period - behind, three = 2 * period - behind;
    bool same = true;
    for (size_t n = 0; n < three; n++) {
        const size_t now = i - n, before = now - period;
        if (before < v->first || place_of(v, before) < v->begin || v->left[now] != v->left[before])
            return 0;
        same = same && (n == 0 || width(v, now) == width(v, before));
        if (same && n + 1 == two && (period >= SENTENCE_WORDS || may_be_plain(v, before, i)))
            return two;
    }
    return three;
}

static bool have_same_words(const struct sieve *v, size_t i, size_t period, size_t pairs)
{
    for (size_t n = 0; n < pairs; n++)
        if (!have_same_letters(v, i - n, i - n - period))
            return false;
    return true;
}

/* Look for the periods from `from` on, up to `to`, that may end at word i. */
static bool find_phrase(struct sieve *v, size_t i, size_t from, size_t to)
{
    const size_t at = place_of(v, i);
    for (size_t period = from; period < to && !(v->settled && at < v->end); period++) {
        const bool seems = period == 2 || v->triple[i] == v->triple[i - period];
        const size_t pairs = seems ? count_pairs(v, i, period) : 0;
        if (pairs == 0 || !have_same_words(v, i, period, pairs))
            continue;
        enter_line(v, at);
        if (place_of(v, i + 1 - pairs - period) < v->begin)
            continue;
        v->settled = true;
        return add_place(v, at, true);
    }
    return true;
}

/* ---- many words at once --------------------------------------------------------------------- */

static inline lanes load(const uint16_t *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void store(uint16_t *p, lanes v)
{
    memcpy(p, &v, sizeof v);
}

static inline bool any(lanes v)
{
    uint64_t parts[sizeof v / sizeof(uint64_t)], all = 0;
    memcpy(parts, &v, sizeof parts);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        all |= parts[i];
    return all != 0;
}

/* One byte for each of eight lanes, the first one lowest. */
static inline uint64_t bytes_of(const lanes *v, size_t first)
{
    eight_lanes part;
    uint64_t all;
    memcpy(&part, (const char *)v + first * sizeof(uint16_t), sizeof part);
    const eight_bytes bytes = __builtin_convertvector(part, eight_bytes);
    memcpy(&all, &bytes, sizeof all);
    return le64toh(all) & 0x0101010101010101u;
}

/* Fold the case, and drop the second byte if it is not of a letter: E2 may begin a mark (and C2 is E2 then). */
static inline lanes fold(lanes v)
{
    v |= 0x2020;
    const signed_lanes second = (signed_lanes)(v >> 8);
    const signed_lanes letter = ((second >= 'a') & (second <= 'z')) | ((second >= 0x80) & (second != 0xE2));
    return v & ((lanes)letter << 8 | 0xFF);
}

/* Look closer at the words i to i + 7, in the order of the text.
 * sampled   the sum at i is one that was before
 * one, few  a byte for each word that seems to come again */
static bool look_at(struct sieve *v, size_t i, bool sampled, uint64_t one, uint64_t few)
{
    if (sampled && v->left[i] && !find_phrase(v, i, SAMPLED, PERIOD_MAX + 1))
        return false;
    for (; one; one &= one - 1) {
        const size_t at = i + (size_t)__builtin_ctzll(one) / 8;
        if (v->left[at] && is_doubled(v, at) && !add_place(v, place_of(v, at - 1), false))
            return false;
    }
    for (; few; few &= few - 1) {
        const size_t at = i + (size_t)__builtin_ctzll(few) / 8;
        if (v->left[at] && !find_phrase(v, at, 2, SAMPLED))
            return false;
    }
    return true;
}

/* Compare as many words as there are lanes, from i on, with those before. */
static bool compare(struct sieve *v, size_t i)
{
    const uint16_t *const left = v->left + i, *const triple = v->triple + i;
    const lanes now = load(left), before = load(left - 1), sum = load(triple);
    const lanes one = (lanes)(now == before);
    lanes few = (lanes)(now == load(left - 2)) & (lanes)(before == load(left - 3)), many[LANES / EIGHT];
#pragma GCC unroll 8
    for (int period = 3; period < SAMPLED; period++)
        few |= (lanes)(sum == load(triple - period));
    lanes all = one | few;
#pragma GCC unroll 2
    for (int n = 0; n < LANES / EIGHT; n++) {
        const uint16_t *const eighth = triple + n * EIGHT;
        const lanes sample = (lanes){0} + eighth[0];
        many[n] = (lanes)(sample == load(eighth - (SAMPLED + LANES - 1)));
#pragma GCC unroll 8
        for (int period = PERIOD_MAX + 1; period > SAMPLED + LANES; period -= LANES)
            many[n] |= (lanes)(sample == load(eighth - period));
        all |= many[n];
    }
    if (!any(all))
        return true;
    for (size_t n = 0; n < LANES / EIGHT; n++)
        if (!look_at(v, i + n * EIGHT, any(many[n]), bytes_of(&one, n * EIGHT), bytes_of(&few, n * EIGHT)))
            return false;
    return true;
}

/* Step by step, so that what is read was not written just now, in other pieces. */
static bool compare_words(struct sieve *v, size_t end)
{
    for (size_t i = v->next; i < v->count; i += LANES)
        store(v->left + i, fold(load(v->left + i)));
    store(v->left + v->count, (lanes){0}); /* which no word leaves */
    for (size_t i = v->next; i < v->count; i += LANES)
        store(v->triple + i,
              load(v->left + i) + load(v->left + i - 1) * 0x6D2B + load(v->left + i - 2) * 0x3C6F);
    for (; v->next + LANES <= end; v->next += LANES)
        if (!compare(v, v->next))
            return false;
    return true;
}

/* ---- the text ------------------------------------------------------------------------------- */

/* Keep what the next chunk may be compared with. */
static void shift(struct sieve *v)
{
    const size_t from = v->next - PAST, kept = v->count - from;
    memmove(v->left, v->left + from, kept * sizeof *v->left);
    memmove(v->triple, v->triple + from, kept * sizeof *v->triple);
    memmove(v->at, v->at + from, kept * sizeof *v->at);
    v->first = v->first > from ? v->first - from : 0;
    v->next = PAST;
    v->count = kept;
}

/* 64 bytes, and some that may be read behind them. */
static const char *block_of(dm_str s, size_t at, char tail[BLOCK + OVER])
{
    if (s.len - at >= BLOCK + OVER)
        return s.ptr + at;
    memset(tail, 0, BLOCK + OVER);
    return memcpy(tail, s.ptr + at, s.len - at);
}

bool repeats_sift(struct repeats *r)
{
    struct sieve v;
    char tail[BLOCK + OVER];
    const dm_str s = r->text;
    memset(v.left + PAST - LANES, 0, LANES * sizeof *v.left);
    memset(v.triple + PAST - PERIOD_MAX - 1, 0, (PERIOD_MAX + 1) * sizeof *v.triple);
    v.r = r;
    v.first = v.count = v.next = PAST;
    v.gap = 1;
    v.ripple = v.wide_mark = 0;
    v.begin = v.end = 0;
    v.settled = false;
    for (v.base = 0; v.base < s.len; v.base += CHUNK) {
        const size_t end = s.len - v.base < CHUNK ? s.len : v.base + CHUNK;
        for (size_t at = v.base; at < end; at += BLOCK)
            take_block(&v, DM_AT(dm_classes, r->classes, at / BLOCK), block_of(s, at, tail), at);
        v.at[v.count] = (uint32_t)end; /* behind the last word */
        if (!compare_words(&v, end == s.len ? v.count + LANES - 1 : v.count))
            return false;
        if (end < s.len)
            shift(&v);
    }
    return true;
}
