/* Numbers that a seed decides, the same ones everywhere: xorshift64*, Vigna 2016. */
#ifndef DOCMILL_CRASH_DICE_H
#define DOCMILL_CRASH_DICE_H

#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint32_t dice_throw(struct dice *d, uint32_t below)
{
    d->state ^= d->state >> 12;
    d->state ^= d->state << 25;
    d->state ^= d->state >> 27;
    return (uint32_t)(((d->state * UINT64_C(2685821657736338717)) >> 32) * below >> 32);
}

/* Two seeds that differ in one bit shall have nothing in common: the mixer of splitmix64. */
static inline struct dice dice_new(uint64_t seed)
{
    seed += UINT64_C(0x9E3779B97F4A7C15);
    seed = (seed ^ seed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    seed = (seed ^ seed >> 27) * UINT64_C(0x94D049BB133111EB);
    seed ^= seed >> 31;
    return (struct dice){seed != 0 ? seed : 1};
}

#endif
