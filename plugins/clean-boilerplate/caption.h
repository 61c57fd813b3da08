/* Whether a line is the caption of a picture. */
#ifndef CLEAN_BOILERPLATE_CAPTION_H
#define CLEAN_BOILERPLATE_CAPTION_H

#include "lines.h"

/* s         the line, as it is in the text
 * evidence  set where the answer is above 0
 * return    how sure it is that the line is a caption that ends in a credit; 0: not at all */
double caption_sureness(dm_str s, const struct line *l, const char **evidence);

#endif
