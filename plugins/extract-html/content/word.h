/* Words as numbers: the bytes of a word are the digits of a number to a base, so that it is the same however the word is cut
 * into pieces, by markup or by eight bytes, as most are read. */
#ifndef CONTENT_WORD_H
#define CONTENT_WORD_H

#include <stdint.h>

#define CONTENT_WORD_BASE 131u /* two digits of it, of up to 255, are less than 2^16; four less than 2^32 */

/* A word begins as 0.  Letters are to be small. */
static inline uint64_t content_word_byte(uint64_t word, uint8_t byte)
{
    return word * CONTENT_WORD_BASE + byte;
}

/* The same for `count` bytes, 1 to 8, the first one the lowest of `bytes`; neighbours become one digit three times. */
static inline uint64_t content_word_bytes(uint64_t word, uint64_t bytes, unsigned count)
{
    enum { B = CONTENT_WORD_BASE, B2 = B * B };
    static const uint64_t powers[] = {1,
                                      B,
                                      B2,
                                      (uint64_t)B2 * B,
                                      (uint64_t)B2 * B2,
                                      (uint64_t)B2 * B2 * B,
                                      (uint64_t)B2 * B2 * B2,
                                      (uint64_t)B2 * B2 * B2 * B,
                                      (uint64_t)B2 * B2 * B2 * B2};
    uint64_t x = bytes << 8 * (8 - count);
    x = (x & 0x00FF00FF00FF00FFu) * B + (x >> 8 & 0x00FF00FF00FF00FFu);
    x = (x & 0x0000FFFF0000FFFFu) * B2 + (x >> 16 & 0x0000FFFF0000FFFFu);
    x = (x & 0x00000000FFFFFFFFu) * powers[4] + (x >> 32);
    return word * powers[count] + x;
}

/* Knuth's multiplicative hash. */
static inline uint32_t content_word_hash(uint64_t word)
{
    return (uint32_t)(word * 0x9E3779B97F4A7C15u >> 32);
}

#endif
