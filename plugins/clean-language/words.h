/* The short words of a text, most of which are articles, prepositions and the like: the same ones all over a text
 * in one language, and others in another. */
#ifndef CLEAN_LANGUAGE_WORDS_H
#define CLEAN_LANGUAGE_WORDS_H

#include <docmill/plugin.h>

/* Where short words begin among 64 bytes, and how many there are before these. */
struct words_places {
    uint64_t begins;
    size_t before;
};

/* The words of a text that have 2 to 4 letters, and at most 8 bytes. */
struct words {
    dm_array classes; /* of the text's bytes */
    uint16_t *hashes;
    size_t count;
    struct words_places *places;
};

/* How many bits are set: without the one instruction for it, which not every processor has. */
size_t words_ones(uint64_t v);

/* Of a word of at most 8 bytes, in any case of its letters. */
uint16_t words_hash(dm_str word);

/* Read those of the document's text.
 * return  false: no memory */
bool words_read(dm_task *t, const dm_doc *d, struct words *w);

/* How many begin before byte `at`. */
size_t words_before(const struct words *w, size_t at);

/* ---- how often they stand in a text ------------------------------------------------------------- */

enum { WORDS_SLOTS = 1024 };

/* Zeroed before its first use. */
struct word_counts {
    uint32_t counts
        [WORDS_SLOTS]; /* of the text, by hash: two words that share one only make the guess less sure */
    size_t total;      /* of counts */
    uint32_t own[WORDS_SLOTS]; /* of one stretch, while it is looked at */
};

/* Count the words of a stretch among those of the text. */
void words_count(struct word_counts *c, const uint16_t *hashes, size_t count);

/* Whether most of a stretch's short words stand elsewhere in the text as well; once all of it is counted. */
bool words_are_common(struct word_counts *c, const uint16_t *hashes, size_t count);

#endif
