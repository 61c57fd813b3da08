/* The short words of a text, most of which are articles, prepositions and the like: the same ones all over a text
 * in one language, and others in another. */
#ifndef CLEAN_LANGUAGE_WORDS_H
#define CLEAN_LANGUAGE_WORDS_H

#include <docmill/plugin.h>

/* Room for the hashes of the words of so many bytes: a word and its gap take three, at a stretch's end two; and some
 * are written behind the last one. */
#define WORDS_ROOM(bytes) ((bytes) / 2 + 9)

/* How many bits are set: without the one instruction for it, which not every processor has. */
size_t words_ones(uint64_t v);

/* Of a word of at most 8 bytes, in any case of its letters. */
uint16_t words_hash(dm_str word);

/* Read the words of 2 to 4 letters, and at most 8 bytes, that begin in a stretch of the text.
 * classes  of the text's bytes, by dm_classify()
 * hashes   [WORDS_ROOM()] of the stretch, filled with that of each
 * return   how many there are */
size_t words_read(dm_str text, dm_array classes, dm_span at, uint16_t *hashes);

/* ---- how often they stand in a text ------------------------------------------------------------- */

enum { WORDS_SLOTS = 1024 };

/* Zeroed before its first use. */
struct word_counts {
    uint32_t counts[WORDS_SLOTS]; /* by hash: two words that share one only make the guess less sure */
    size_t total;                 /* of counts */
};

/* Count the words of a stretch among those of the text. */
void words_count(struct word_counts *c, const uint16_t *hashes, size_t count);

/* Whether most of a stretch's short words stand elsewhere in the text as well; once all are counted.
 * counted  how many of them, its first ones, are among the text's */
bool words_are_common(const struct word_counts *c, const uint16_t *hashes, size_t count, size_t counted);

#endif
