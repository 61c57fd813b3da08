/* What a page says of itself elsewhere than in its text: its title and description, the articleBody of
 * its JSON-LD, and its type.  All are witnesses of which blocks belong to the article; none is ever
 * emitted. */
#ifndef CONTENT_WITNESS_H
#define CONTENT_WITNESS_H

#include "tree/tree.h"

enum { CONTENT_TITLE_WORDS = 128, CONTENT_LEAD_WORDS = 256, CONTENT_AUTHOR_WORDS = 32 };
#define CONTENT_WORD_START 0x811C9DC5u

struct content_witness {
    uint32_t title[CONTENT_TITLE_WORDS]; /* hash sets of words; 0: empty */
    uint32_t lead[CONTENT_LEAD_WORDS];
    uint32_t author[CONTENT_AUTHOR_WORDS];
    uint32_t author_room;
    uint32_t *runs; /* a hash set of runs of three words; NULL: no articleBody */
    uint32_t run_mask;
    uint32_t types; /* enum content_says */
};

/* Read the head and the JSON-LD of a page.
 * return  false: the memory is spent, the task has failed */
bool content_witness_init(dm_task *t, const struct html_tree *tree, struct content_witness *w);

/* Words are hashed byte by byte in lower case, 32-bit FNV-1a. */
static inline uint32_t content_word_byte(uint32_t hash, uint8_t byte)
{
    return (hash ^ byte) * 0x01000193u;
}

static inline uint32_t content_run(uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t h = ((a * 31 + b) * 31 + c) * 0x9E3779B1u;
    return (h ^ h >> 15) | 1;
}

static inline bool content_set_has(const uint32_t *set, uint32_t mask, uint32_t hash)
{
    for (uint32_t at = (hash ^ hash >> 13) & mask; set[at]; at = (at + 1) & mask)
        if (set[at] == hash)
            return true;
    return false;
}

static inline uint32_t content_witness_has_title(const struct content_witness *w, uint32_t word)
{
    return content_set_has(w->title, CONTENT_TITLE_WORDS - 1, word);
}

static inline uint32_t content_witness_has_lead(const struct content_witness *w, uint32_t word)
{
    return content_set_has(w->lead, CONTENT_LEAD_WORDS - 1, word);
}

static inline uint32_t content_witness_has_author(const struct content_witness *w, uint32_t word)
{
    return content_set_has(w->author, CONTENT_AUTHOR_WORDS - 1, word);
}

static inline uint32_t content_witness_has_run(const struct content_witness *w, uint32_t run)
{
    return content_set_has(w->runs, w->run_mask, run);
}

#endif
