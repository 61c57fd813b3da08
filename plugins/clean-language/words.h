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

enum { WORDS_BLOCK = 64 }; /* bytes that are read at once */

/* A walk through stretches of a text, which are in order and apart; several may stand in one block, which is read once
 * then.  From it are hashed the words of 2 to 4 letters, and at most 8 bytes, that begin in a stretch. */
struct words {
    dm_str text;
    dm_array classes;                          /* of its bytes, by dm_classify() */
    uint16_t *hashes;                          /* [WORDS_ROOM()] of all stretches */
    size_t count;                              /* of hashes; of all words behind words_end() */
    size_t block;                              /* at work; SIZE_MAX: none yet */
    const char *p;                             /* its bytes */
    uint64_t letters[2];                       /* its ones, and those of the next one */
    uint64_t places, wanted;                   /* where its words begin; those in stretches so far */
    char tail[WORDS_BLOCK + sizeof(uint64_t)]; /* the last bytes of the text */
};

static inline void words_begin(struct words *w, dm_str text, dm_array classes, uint16_t *hashes)
{
    w->text = text;
    w->classes = classes;
    w->hashes = hashes;
    w->count = 0;
    w->block = SIZE_MAX;
    w->wanted = 0;
}

/* How many words there are in the stretches so far. */
static inline size_t words_so_far(const struct words *w)
{
    return w->count + words_ones(w->wanted);
}

/* Take in a stretch, which is not empty.  return  the number of its first word, if it has one */
size_t words_add(struct words *w, dm_span at);

/* Hash what is left. */
void words_end(struct words *w);

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
 * c        is changed meanwhile
 * counted  how many of them, its first ones, are among the text's */
bool words_are_common(struct word_counts *c, const uint16_t *hashes, size_t count, size_t counted);

#endif
