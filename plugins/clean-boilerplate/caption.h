/* Whether a line is the caption of a picture, or its credit. */
#ifndef CLEAN_BOILERPLATE_CAPTION_H
#define CLEAN_BOILERPLATE_CAPTION_H

#include "lines.h"

/* i         the line; no caption stands above the first one
 * evidence  set where the answer is above 0
 * return    how sure it is that the line is a caption that ends in a credit, or a credit; 0: not at all */
double caption_sureness(const struct lines *lines, size_t i, const char **evidence);

#endif
