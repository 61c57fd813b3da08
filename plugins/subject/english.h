/* Whether a text is English, and a line of it, by the small words of both: "the", "of", "and" are votes
 * for it; "der", "les" and words with accents are votes against.  Cleaners whose rules are for English ask
 * where they have found something to change, and are to be of one mind; so this is compiled into each of
 * them. */
#ifndef DOCMILL_PLUGINS_ENGLISH_H
#define DOCMILL_PLUGINS_ENGLISH_H

#include <docmill/plugin.h>

/* The small words, which small_words_open() fills in, once for a stage.  Each has a slot of its own. */
enum { SMALL_WORDS = 256, SMALL_SLOTS = 4096 };
struct small_words {
    uint64_t multiplier;         /* of the hash, which is as good as none has two words in a slot */
    uint8_t places[SMALL_SLOTS]; /* in what follows, from 1; 0: empty */
    struct {
        uint64_t word, votes;
    } list[SMALL_WORDS];
};
dm_status small_words_open(dm_task *t, struct small_words *words);

/* How much of a text is asked, in how many blocks of 64 bytes, and how much of a line. */
enum { ENGLISH_TEXT = 1 << 13, ENGLISH_BLOCKS = ENGLISH_TEXT / 64, ENGLISH_LINE = 600 };

/* What is known of a text; the first four are to be filled in. */
struct english {
    const struct small_words *words;
    dm_str text, language; /* the latter from the metadata */
    dm_array classes;      /* as dm_classify() tells them */
    bool asked, is_text;
    size_t blocks; /* so many were asked; their votes */
    uint8_t english[ENGLISH_BLOCKS], other[ENGLISH_BLOCKS];
};

/* What the words of the text say, unless they are few; then the metadata.
 * cost  a nanosecond a word, of which no more are read than can change the answer; once */
bool english_is_text(struct english *e);

/* Whether a line of such a text is English, too, unless its own words say otherwise.
 * cost  nothing for most; for others that of their words */
bool english_is_line(struct english *e, size_t begin, size_t end);

struct english_votes {
    size_t english, other;
    size_t accented; /* words with letters beyond ASCII */
};
struct english_votes english_vote(const struct english *e, size_t begin, size_t end);

#endif
