/* How much a line sounds like those that pages print around articles: its words and pairs of words weigh so much each. */
#ifndef CLEAN_BOILERPLATE_WORDS_H
#define CLEAN_BOILERPLATE_WORDS_H

#include "lines.h"

/* A word, `a b`, `^ a` (a line's first), `a $` (its last), or a shape: `<words2>`.  words/learn.py says what they are. */
struct words_weight {
    const char *text;
    int weight;
};
extern const struct words_weight words_built_in[]; /* [words_built_in_count] */
extern const size_t words_built_in_count;

enum {
    WORDS_SLOTS = 1 << 13,
    WORDS_MOST = WORDS_SLOTS / 4 * 3,
    WORDS_BITS = 1 << 14,
    WORDS_SIEVE = 1 << 17,
    WORDS_STEPS = 9,
    WORDS_STRANGE_MAX = 4,
    WORDS_MOST_TOKENS = 96 /* of a line */
};

struct words_slot {
    uint32_t key; /* the upper half of the hash */
    int16_t weight;
    uint16_t number; /* in words_built_in, from 1 on; 0: free */
};

/* The weights by the hash of what weighs, and of words with which a page's lines begin their first four letters, of those
 * with which they end the last four: a bit each, by their hash. */
struct word_weights {
    struct words_slot *slots; /* [WORDS_SLOTS] */
    uint64_t heads[WORDS_BITS / 64], tails[WORDS_BITS / 64];
    uint64_t
        sieve[WORDS_SIEVE / 64]; /* a bit for each hash: most words and pairs have none, and ask no slot */
    int bias, open[WORDS_STEPS], stopped[WORDS_STEPS], strange[WORDS_STRANGE_MAX + 1];
};

/* errors  DM_ELIMIT */
dm_status words_open(dm_task *t, struct word_weights *w);

/* Whether a line may weigh much, as far as its first letters tell, or its last ones if it is short, or both: most do not.
 * both  they have to, in a short line too */
bool words_may_weigh(const struct word_weights *w, dm_str line, uint32_t words, bool sentence, bool both);

/* What was found in a line. */
struct words_sum {
    const struct words_slot *found[2 * WORDS_MOST_TOKENS + 1];
    size_t count, strange; /* of its tokens so many are not in the table */
    int weight;
};

/* A line of at most LINE_MAX_WORDS words: what it weighs.
 *
 * sum     set
 * return  above 0: rather a page's line than an article's */
int words_weigh(const struct word_weights *w, const struct lines *lines, const struct line *l,
                struct words_sum *sum);

/* The three that weigh most, as they are in the table but for the marks of a line's ends.
 *
 * sum     used up
 * return  of the task; NULL: none */
const char *words_evidence(dm_task *t, struct words_sum *sum);

#endif
