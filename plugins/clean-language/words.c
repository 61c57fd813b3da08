#include "words.h"

#include <endian.h>
#include <string.h>

enum { SHORTEST = 2, LONGEST = 4 };

static const uint64_t HIGH_BITS = 0x8080808080808080u, ONES = 0x0101010101010101u;

static uint64_t load(const char *p, size_t left)
{
    uint64_t bytes = 0;
    if (left >= sizeof bytes) /* which the compiler has one instruction for */
        memcpy(&bytes, p, sizeof bytes);
    else
        memcpy(&bytes, p, left);
    return le64toh(bytes);
}

/* The bytes of a word that begin a character. */
static size_t characters(uint64_t bytes)
{
    const uint64_t following = bytes & (~bytes << 1) & HIGH_BITS; /* 10xxxxxx */
    return sizeof bytes - (size_t)(((following >> 7) * ONES) >> 56);
}

/* By Knuth's multiplicative hash, the upper 16 bits. */
static uint16_t hash_of(uint64_t word)
{
    return (uint16_t)((word * 0x9E3779B97F4A7C15u) >> 48);
}

/* Its first bits. */
static size_t slot_of(uint16_t hash)
{
    return hash / (UINT16_MAX / WORDS_SLOTS + 1);
}

uint16_t words_hash(dm_str word)
{
    uint64_t bytes = 0;
    memcpy(&bytes, word.ptr, word.len);
    return hash_of((le64toh(bytes) | 0x20 * ONES) & (~(uint64_t)0 >> 8 * (sizeof bytes - word.len)));
}

/* The letters among 64 bytes of a text, those from `begin` on and before `end`. */
static uint64_t letters_at(dm_array classes, size_t block, dm_span at, uint64_t *wide)
{
    const size_t from = block * 64;
    if (from >= at.end)
        return 0;
    const dm_classes *const c = DM_AT(dm_classes, classes, block);
    uint64_t own = UINT64_MAX;
    if (from < at.begin)
        own &= UINT64_MAX << (at.begin - from);
    if (at.end - from < 64)
        own &= (1ull << (at.end - from)) - 1;
    *wide |= c->wide & own;
    return (c->small | c->capital | c->wide) & own;
}

/* The letters `by` bytes further on. */
static uint64_t ahead(uint64_t here, uint64_t next, unsigned by)
{
    return here >> by | next << (64 - by);
}

/* Where words of 2 to 4 bytes begin; where there are longer characters, of 2 to 8. */
static uint64_t short_words(uint64_t here, uint64_t next, uint64_t starts, bool wide)
{
    const uint64_t one = ahead(here, next, 1), two = one & ahead(here, next, 2);
    uint64_t more = two & ahead(here, next, 3) & ahead(here, next, 4);
    for (unsigned by = 5; wide && by <= sizeof(uint64_t); by++)
        more &= ahead(here, next, by);
    return starts & one & ~more;
}

size_t words_read(dm_str text, dm_array classes, dm_span at, uint16_t *hashes)
{
    size_t count = 0;
    uint64_t wide = 0, before = 0, next_wide = 0, here = letters_at(classes, at.begin / 64, at, &wide), next;
    for (size_t block = at.begin / 64; block * 64 < at.end; block++, here = next, wide = next_wide) {
        next_wide = 0;
        next = letters_at(classes, block + 1, at, &next_wide);
        uint64_t words = short_words(here, next, here & ~(here << 1 | before), (wide | next_wide) != 0);
        before = here >> 63;
        for (; words; words &= words - 1) {
            const unsigned place = (unsigned)__builtin_ctzll(words);
            const uint64_t gaps = ~(here >> place | next << 1 << (63 - place));
            const unsigned past = (unsigned)sizeof(uint64_t) - (unsigned)__builtin_ctzll(gaps);
            const size_t begin = block * 64 + place;
            const uint64_t bytes = load(text.ptr + begin, text.len - begin) | 0x20 * ONES;
            const uint64_t own = bytes & (~(uint64_t)0 >> 8 * past);
            const size_t letters = characters(own) - past;
            hashes[count] = hash_of(own);
            /* No branch, as nobody could foresee which way it goes. */
            count += (unsigned)(letters >= SHORTEST) & (unsigned)(letters <= LONGEST);
        }
    }
    return count;
}

void words_count(struct words *w, const uint16_t *hashes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        w->counts[slot_of(hashes[i])]++;
    w->total += count;
}

/* Languages share some short words, and in a long text nearly any may turn up once. */
static size_t often(const struct words *w)
{
    return 1 + w->total / 400;
}

bool words_are_common(struct words *w, const uint16_t *hashes, size_t count)
{
    enum { FEW = 4, MANY = 7 };
    const size_t elsewhere = often(w);
    size_t common = 0;
    for (size_t i = 0; i < count; i++)
        w->own[slot_of(hashes[i])]++;
    for (size_t i = 0; i < count; i++)
        common += w->counts[slot_of(hashes[i])] >= w->own[slot_of(hashes[i])] + elsewhere;
    for (size_t i = 0; i < count; i++)
        w->own[slot_of(hashes[i])] = 0;
    /* Where there are few they must nearly all be common. */
    return count >= MANY ? common * 5 >= count * 2 : count >= FEW && common * 4 >= count * 3;
}
