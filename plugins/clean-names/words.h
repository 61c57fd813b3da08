/* The words of 4 KiB of a text, as bits: one for each byte.
 *
 * What is asked of every word must not branch, as nobody can foresee how words go on.  So those that matter are
 * marked in bitmaps first (scan.c), and then walked through without a branch from one to the next. */
#ifndef CLEAN_NAMES_WORDS_H
#define CLEAN_NAMES_WORDS_H

#include <endian.h>
#include <string.h>

#include <docmill/plugin.h>

enum { STRETCH_BLOCKS = 64, STRETCH_BYTES = STRETCH_BLOCKS * 64 };

/* Bytes that were marked, in groups of 64 of which none is empty; the two behind the last one are. */
struct places {
    uint64_t bits[STRETCH_BLOCKS + 2];
    uint32_t bases[STRETCH_BLOCKS + 2];
    size_t count; /* of groups */
};

/* The bits of `gaps` and `uppers` are in little-endian order, and go on for 64 bytes behind the stretch. */
struct stretch {
    dm_str text;                         /* all of it */
    size_t base;                         /* where the stretch begins */
    uint64_t gaps[STRETCH_BLOCKS + 1];   /* bytes that are of no word */
    uint64_t uppers[STRETCH_BLOCKS + 1]; /* capitals of ASCII and digits */
    struct places names;                 /* where words begin with a capital */
    struct places small;                 /* where words begin with five small letters and more */
    struct places short_ones;            /* where words begin with three or four */
    struct places last;                  /* the like of both in the last bytes of the text */
};

/* So many bytes may be read from a place in `small` and `short_ones` on. */
enum { IN_REACH = sizeof(uint64_t) };

static inline void add_places(struct places *p, uint64_t bits, size_t base)
{
    p->bits[p->count] = bits;
    p->bases[p->count] = (uint32_t)base;
    p->count += bits != 0;
}

static inline void end_places(struct places *p)
{
    p->bits[p->count] = p->bits[p->count + 1] = 0;
}

/* A walk through places, while w.group < places->count. */
struct place_walk {
    uint64_t bits, next;
    size_t group;
};

static inline struct place_walk walk_places(const struct places *p)
{
    return (struct place_walk){p->bits[0], p->bits[1], 0};
}

/* return  the place, from where the stretch begins */
static inline uint32_t next_place(const struct places *p, struct place_walk *w)
{
    const uint32_t at = p->bases[w->group] + (uint32_t)__builtin_ctzll(w->bits);
    const uint64_t rest = w->bits & (w->bits - 1);
    w->group += rest == 0;
    w->bits = __builtin_expect_with_probability(rest == 0, 1, 0.5) ? w->next : rest;
    w->next = p->bits[w->group + 1];
    return at;
}

/* The bits from a place on, 57 of them or a few more. */
static inline uint64_t bits_from(const uint64_t *bits, uint32_t place)
{
    uint64_t some;
    memcpy(&some, (const char *)bits + place / 8, sizeof some);
    return le64toh(some) >> place % 8;
}

/* The length of the word that begins at a place; of one of 57 and more, 57. */
static inline uint32_t word_length(const struct stretch *s, uint32_t place)
{
    return (uint32_t)__builtin_ctzll(bits_from(s->gaps, place) | 1ull << 57);
}

/* The first eight bytes of a word; zeros behind a shorter one. */
static inline uint64_t word_head(dm_str s, size_t begin, size_t len)
{
    enum { BYTES = sizeof(uint64_t) };
    uint64_t bytes = 0;
    const size_t own = len < BYTES ? len : BYTES;
    if (s.len - begin >= BYTES)
        memcpy(&bytes, s.ptr + begin, BYTES);
    else /* at the end of the text */
        memcpy(&bytes, s.ptr + begin, own);
    return le64toh(bytes) & UINT64_MAX >> 8 * (BYTES - own);
}

/* The last eight bytes of a longer word; of a shorter one nothing. */
static inline uint64_t word_tail(dm_str s, size_t end, size_t len)
{
    enum { BYTES = sizeof(uint64_t) };
    uint64_t bytes = 0;
    if (s.len >= BYTES)
        memcpy(&bytes, s.ptr + (end < BYTES ? 0 : end - BYTES), BYTES);
    return le64toh(bytes) & -(uint64_t)(len > BYTES);
}

/* Eight bytes with small letters for capitals, as far as they are of ASCII. */
static inline uint64_t small_letters(uint64_t bytes)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones, low = bytes & ~high;
    const uint64_t capitals = (low + (0x80 - 'A') * ones) & ~(low + (0x7F - 'Z') * ones) & ~bytes & high;
    return bytes | capitals >> 2;
}

#endif
