/* Whether a line is the caption of a picture, or its credit. */
#ifndef CLEAN_BOILERPLATE_CAPTION_H
#define CLEAN_BOILERPLATE_CAPTION_H

#include "lines.h"

/* The first and last letters of the small words that a name or credit has, and the first two of the words
 * for a picture: what most words are told from. */
void caption_open(struct small_ends *ends);

/* Whether a text is what a credit has behind the word for a picture: names, agencies, sources. */
bool caption_is_names(const struct lines *lines, dm_str s);

/* i         the line; no caption stands above the first one
 * evidence  set where the answer is above 0
 * return    how sure it is that the line is a caption that ends in a credit, or a credit; 0: not at all */
double caption_sureness(const struct lines *lines, size_t i, const char **evidence);

#endif
