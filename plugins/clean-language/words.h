/* The short words of a text, most of which are articles, prepositions and the like: the same ones all over a text
 * in one language, and others in another. */
#ifndef CLEAN_LANGUAGE_WORDS_H
#define CLEAN_LANGUAGE_WORDS_H

#include <docmill/plugin.h>

enum { WORDS_SLOTS = 1024 };

/* Zeroed before its first use. */
struct words {
    uint32_t counts
        [WORDS_SLOTS]; /* of the text, by hash: two words that share one only make the guess less sure */
    size_t total;      /* of counts */
    uint32_t own[WORDS_SLOTS]; /* of one stretch, while it is looked at */
};

/* Of a word of at most 8 bytes, in any case of its letters. */
uint16_t words_hash(dm_str word);

/* Read the words of 2 to 4 letters, and at most 8 bytes, of a stretch.
 * classes of the text's bytes, by dm_classify()
 * hashes  [(at.end - at.begin) / 3 + 2] room for that of each
 * return  how many there are */
size_t words_read(dm_str text, dm_array classes, dm_span at, uint16_t *hashes);

/* Count the words of a stretch among those of the text. */
void words_count(struct words *w, const uint16_t *hashes, size_t count);

/* Whether most of a stretch's short words stand elsewhere in the text as well; once all of it is counted. */
bool words_are_common(struct words *w, const uint16_t *hashes, size_t count);

#endif
