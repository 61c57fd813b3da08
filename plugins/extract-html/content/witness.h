/* What a page says of itself elsewhere than in its text: its title and description, the articleBody of
 * its JSON-LD, and its type.  All are witnesses of which blocks belong to the article; none is ever
 * emitted. */
#ifndef CONTENT_WITNESS_H
#define CONTENT_WITNESS_H

#include "tree/tree.h"

/* How many words are kept of each: further ones do not count. */
enum {
    CONTENT_TITLE_WORDS = 96,
    CONTENT_LEAD_WORDS = 192,
    CONTENT_AUTHOR_WORDS = 24,
    CONTENT_WORD_SLOTS = 512
};

/* Where a word stands; each is a bit. */
enum { STANDS_IN_TITLE = 1u << 0, STANDS_IN_LEAD = 1u << 1, STANDS_IN_AUTHORS = 1u << 2 };

/* Words are those of word.h, as hashes. */
struct content_witness {
    uint32_t words[CONTENT_WORD_SLOTS]; /* a hash set; 0: empty */
    uint8_t stands[CONTENT_WORD_SLOTS]; /* where each of them does */
    uint32_t title_words, lead_words, author_words;
    uint32_t *runs; /* a hash set of runs of three words; NULL: no articleBody */
    uint32_t run_mask;
    uint32_t types; /* enum content_says */
};

/* Read the head and the JSON-LD of a page.
 * return  false: the memory is spent, the task has failed */
bool content_witness_init(dm_task *t, const struct html_tree *tree, struct content_witness *w);

static inline uint32_t content_run(uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t h = ((a * 31 + b) * 31 + c) * 0x9E3779B1u;
    return (h ^ h >> 15) | 1;
}

/* Where `hash` is in an open hash set, or the empty slot that it would take. */
static inline uint32_t content_slot_of(const uint32_t *set, uint32_t mask, uint32_t hash)
{
    uint32_t at = (hash ^ hash >> 13) & mask;
    while (set[at] && set[at] != hash)
        at = (at + 1) & mask;
    return at;
}

/* In which of title, lead and authors a word stands. */
static inline uint32_t content_witness_of_word(const struct content_witness *w, uint32_t word)
{
    return w->stands[content_slot_of(w->words, CONTENT_WORD_SLOTS - 1, word)];
}

static inline bool content_witness_has_run(const struct content_witness *w, uint32_t run)
{
    return w->runs[content_slot_of(w->runs, w->run_mask, run)] == run;
}

#endif
