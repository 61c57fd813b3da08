#include "words.h"

#include <endian.h>
#include <string.h>

enum { SHORTEST = 2, LONGEST = 4 };

/* Eight bytes at a time, as words are too short for a loop over their bytes to be foreseen. */
static const uint64_t HIGH_BITS = 0x8080808080808080u, ONES = 0x0101010101010101u;

/* The high bit of each byte that is not of a word: neither an ASCII letter nor of a longer character. */
static uint64_t gaps(uint64_t bytes)
{
    const uint64_t low = (bytes | 0x20 * ONES) & ~HIGH_BITS;
    const uint64_t from_a = low + (0x80 - 'a') * ONES, after_z = low + (0x7F - 'z') * ONES;
    return ~((from_a & ~after_z) | bytes) & HIGH_BITS;
}

static uint64_t load(const char *p, size_t left)
{
    uint64_t bytes = 0;
    memcpy(&bytes, p, left < sizeof bytes ? left : sizeof bytes);
    return le64toh(bytes);
}

static size_t first(uint64_t high_bits)
{
    return high_bits ? (size_t)__builtin_ctzll(high_bits) / 8 : sizeof high_bits;
}

static size_t word_end(dm_str s, size_t at)
{
    size_t n = sizeof(uint64_t);
    for (; n == sizeof(uint64_t) && at < s.len; at += n)
        n = first(gaps(load(s.ptr + at, s.len - at)));
    return at;
}

static size_t word_begin(dm_str s, size_t at)
{
    size_t n = sizeof(uint64_t);
    for (; n == sizeof(uint64_t) && at < s.len; at += n)
        n = first(~gaps(load(s.ptr + at, s.len - at)) & HIGH_BITS);
    return at;
}

/* The bytes of a word that begin a character. */
static size_t characters(uint64_t bytes)
{
    const uint64_t following = bytes & (~bytes << 1) & HIGH_BITS; /* 10xxxxxx */
    return sizeof bytes - (size_t)(((following >> 7) * ONES) >> 56);
}

size_t words_read(dm_str s, uint16_t *slots)
{
    size_t count = 0;
    for (size_t at = word_begin(s, 0); at < s.len;) {
        const size_t end = word_end(s, at), len = end - at, past = sizeof(uint64_t) - len;
        const uint64_t bytes = load(s.ptr + at, s.len - at) | 0x20 * ONES;
        const uint64_t own = len < sizeof bytes ? bytes & (~(uint64_t)0 >> 8 * past) : bytes;
        const size_t letters = characters(own) - past;
        /* By Knuth's multiplicative hash, the upper 10 bits. */
        slots[count] = (uint16_t)((own * 0x9E3779B97F4A7C15u) >> 54);
        count += len <= sizeof bytes && letters >= SHORTEST && letters <= LONGEST;
        at = word_begin(s, end);
    }
    return count;
}

void words_count(struct words *w, const uint16_t *slots, size_t count)
{
    for (size_t i = 0; i < count; i++)
        w->counts[slots[i]]++;
    w->total += count;
}

/* Languages share some short words, and in a long text nearly any may turn up once. */
static size_t often(const struct words *w)
{
    return 1 + w->total / 400;
}

bool words_are_common(struct words *w, const uint16_t *slots, size_t count)
{
    enum { FEW = 4, MANY = 7 };
    const size_t elsewhere = often(w);
    size_t common = 0;
    for (size_t i = 0; i < count; i++)
        w->own[slots[i]]++;
    for (size_t i = 0; i < count; i++)
        common += w->counts[slots[i]] >= w->own[slots[i]] + elsewhere;
    for (size_t i = 0; i < count; i++)
        w->own[slots[i]] = 0;
    /* Where there are few they must nearly all be common. */
    return count >= MANY ? common * 5 >= count * 2 : count >= FEW && common * 4 >= count * 3;
}
