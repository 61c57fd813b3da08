/* The language of a text in which it is plain to see, so that the detector, which is slow, need not be asked: by a
 * script that one language alone is written in, or by small words of one language with next to none of others. */
#ifndef CLEAN_LANGUAGE_EVIDENT_H
#define CLEAN_LANGUAGE_EVIDENT_H

#include <docmill/plugin.h>

#include "detect.h"

/* Whose a small word is, by the hash of words.h: filled by evident_open(). */
enum { EVIDENT_BITS = 14 };
struct evident {
    uint8_t owner[1 << EVIDENT_BITS];
};

void evident_open(struct evident *e);

/* What is found by words is one of the first; the last is whatever else a text may be in. */
enum { NOBODYS, ENGLISH, GERMAN, FRENCH, OTHERS, OWNERS };

/* The short words of a text by whose they are. */
struct votes {
    size_t count[OWNERS];
};

/* Add those of a stretch, by their hashes. */
void evident_count(const struct evident *e, const uint16_t *hashes, size_t count, struct votes *votes);

/* What a stretch of a text is made of, in bytes: letters, among them all longer characters, curly quotes and dashes too;
 * spaces and line ends; the rest is digits and signs of ASCII. */
struct makeup {
    size_t len, letters, wide, spaces;
};

/* By the votes of a text's short words, of which these are the hashes.
 * return  false: not plain to see; languages that are close to others never are */
bool evident_by_words(const struct evident *e, const struct votes *votes, const uint16_t *hashes,
                      size_t count, const struct makeup *of, struct detected *out);

/* "en" and "en-GB" are one language here. */
bool evident_is_same(dm_str a, dm_str b);

/* Whose the small words of a language are. */
unsigned evident_owner(dm_str language);

/* Whether a stretch of a text is plainly in the language of the text, whose words are `owner`'s; never if these are
 * OTHERS. */
bool evident_goes_on(const struct votes *stretch, unsigned owner);

/* Whether digits and signs are more than a fifth of a stretch: a table's row, an address, code. */
bool evident_is_no_prose(const struct makeup *of);

/* Whether a stretch has next to no short words: names, a reference.  What a detector says of such is a guess; but in
 * other scripts each letter says something. */
bool evident_says_nothing(const struct votes *stretch, const struct makeup *of);

/* By the characters of a text, or of a sample of it, in UTF-8. */
bool evident_by_script(dm_str text, struct detected *out);

#endif
