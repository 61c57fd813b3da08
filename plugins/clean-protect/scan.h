/* The scan: where a text may hold something to protect.  Nearly all words are plain, so this is where the time goes:
 * it asks once, for 64 bytes at a time, what all lines want to know. */
#ifndef CLEAN_PROTECT_SCAN_H
#define CLEAN_PROTECT_SCAN_H

#include <docmill/plugin.h>

static inline size_t count_bits(uint64_t x)
{
    x -= x >> 1 & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    return (size_t)(((x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Fu) * 0x0101010101010101u >> 56);
}

/* Places in a text, told in their order. */
struct places {
    const uint64_t *bits; /* one for each byte */
    size_t next;          /* the place that was told last; behind the text: there are no more */
};

void places_seek(struct places *p, size_t from);

/* return  the first place in [from, to), where `from` never goes back; `to`: there is none */
static inline size_t places_next(struct places *p, size_t from, size_t to)
{
    if (p->next < from)
        places_seek(p, from);
    return p->next < to ? p->next : to;
}

/* How a quotation may begin, as bits. */
enum {
    OPENS_LEFT = 1,
    OPENS_RIGHT = 2,
    OPENS_LOW = 4,
    OPENS_HIGH = 8,
    OPENS_CORNER = 16,
    OPENS_SINGLE = 32,
    OPENS_ALL = 63
};

/* left  bytes at p */
static inline unsigned scan_opener(const unsigned char *p, size_t left)
{
    if (left >= 2 && p[0] == 0xC2)
        return p[1] == 0xAB ? OPENS_LEFT : p[1] == 0xBB ? OPENS_RIGHT : 0;
    if (left < 3 || p[1] != 0x80 || (p[0] != 0xE2 && p[0] != 0xE3))
        return 0;
    if (p[0] == 0xE3)
        return p[2] == 0x8C || p[2] == 0x8E ? OPENS_CORNER : 0;
    return p[2] == 0x9E                   ? OPENS_LOW
           : p[2] == 0x9D                 ? OPENS_HIGH
           : p[2] == 0xB9 || p[2] == 0x9A ? OPENS_SINGLE
                                          : 0;
}

struct scan {
    struct places marks; /* behind one of / @ # \ ` : and . that has something other than a space behind it */
    struct places numbers; /* digits behind a digit and a character that may be within a number */
    struct places gaps;    /* tabs, and spaces behind two others */
    unsigned openers;      /* the quotes that may begin a quotation and are there; all in a foreign text */
    bool foreign;          /* letters of another script than Latin, perhaps */
    bool plus;             /* a plus that has something other than a space behind it */
    bool shown;            /* a mark right behind a quote or bracket that opens */
};

/* classes  of the bytes of `s`
 * return   false: the task's budget is spent */
bool scan_text(dm_task *t, dm_str s, dm_array classes, struct scan *out);

#endif
