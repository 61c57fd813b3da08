/* The language of a text in which it is plain to see, so that the detector, which is slow, need not be asked: by a
 * script that one language alone is written in, or by small words of one language with next to none of others. */
#ifndef CLEAN_LANGUAGE_EVIDENT_H
#define CLEAN_LANGUAGE_EVIDENT_H

#include <docmill/plugin.h>

#include "detect.h"

/* Whose a small word is, by the hash of words_read(): filled by evident_open(). */
enum { EVIDENT_BITS = 14 };
struct evident {
    uint8_t owner[1 << EVIDENT_BITS];
};

void evident_open(struct evident *e);

/* By the hashes of a text's short words.
 * wide    bytes of the text's longer characters, of `letters` bytes of letters
 * return  false: not plain to see; languages that are close to others never are */
bool evident_by_words(const struct evident *e, const uint16_t *hashes, size_t count, size_t wide,
                      size_t letters, struct detected *out);

/* By the characters of a text, or of a sample of it, in UTF-8. */
bool evident_by_script(dm_str text, struct detected *out);

#endif
