#include "words.h"

enum { SHORTEST = 2, LONGEST = 4 };

static bool is_word_byte(unsigned char c)
{
    return c >= 0x80 || (c | 0x20u) - 'a' < 26;
}

/* The next word of 2 to 4 bytes, from *at on.  return  its slot; WORDS_SLOTS: there is none */
static uint32_t next_slot(dm_str s, size_t *at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr;
    size_t i = *at;
    while (i < s.len) {
        while (i < s.len && !is_word_byte(p[i]))
            i++;
        uint32_t letters = 0;
        const size_t begin = i;
        for (; i < s.len && is_word_byte(p[i]); i++)
            letters = letters << 8 | (p[i] < 0x80 ? p[i] | 0x20u : p[i]);
        if (i - begin >= SHORTEST && i - begin <= LONGEST) {
            *at = i;
            return (letters * 2654435761u) >> 22; /* Knuth's multiplicative hash, the upper 10 bits */
        }
    }
    *at = i;
    return WORDS_SLOTS;
}

void words_count(struct words *w, dm_str text)
{
    for (size_t at = 0; at < text.len;) {
        const uint32_t slot = next_slot(text, &at);
        if (slot < WORDS_SLOTS)
            w->counts[slot]++;
    }
}

bool words_are_common(const struct words *all, dm_str stretch)
{
    enum { FEW = 6, ELSEWHERE = 2 };
    struct words own = {{0}};
    uint32_t count = 0, common = 0;
    words_count(&own, stretch);
    for (uint32_t i = 0; i < WORDS_SLOTS; i++) {
        count += own.counts[i];
        if (own.counts[i] && all->counts[i] >= own.counts[i] + ELSEWHERE)
            common += own.counts[i];
    }
    return count >= FEW && common * 2 >= count;
}
