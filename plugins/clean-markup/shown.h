/* Whether a text shows markup: what looks like a leftover of HTML is meant. */
#ifndef CLEAN_MARKUP_SHOWN_H
#define CLEAN_MARKUP_SHOWN_H

#include <docmill/plugin.h>

/* How much the words of a line say of what it is about: `HTML` is hardly in a text of other matters, `code` is. */
enum about { ABOUT_OTHER, ABOUT_PERHAPS, ABOUT_MARKUP };

enum about shown_judge(dm_str line);

/* Whether the leftover at `at` in the line is shown by how it stands: by itself, between quotes or behind `write`.
 * sign   the character that it is if it is a reference; 0: it is a tag
 * about  of the line */
bool shown_is(dm_str text, dm_span line, dm_span at, uint32_t sign, enum about about);

#endif
