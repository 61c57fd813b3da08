/* The short words of a text, most of which are articles, prepositions and the like: the same ones all over a text
 * in one language, and others in another. */
#ifndef CLEAN_LANGUAGE_WORDS_H
#define CLEAN_LANGUAGE_WORDS_H

#include <docmill/plugin.h>

enum { WORDS_SLOTS = 1024 };

struct words {
    uint32_t counts[WORDS_SLOTS]; /* by hash: two words that share one only make the guess less sure */
};

void words_count(struct words *w, dm_str text);

/* Whether most of a stretch's short words stand elsewhere in the text as well. */
bool words_are_common(const struct words *all, dm_str stretch);

#endif
