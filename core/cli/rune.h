/* Code points as a terminal shows them: how wide they are, and which of them cannot be seen. */
#ifndef DOCMILL_CLI_RUNE_H
#define DOCMILL_CLI_RUNE_H

#include <docmill/plugin.h>

/* Read the code point at `*at` and move past it.
 * return  false: the byte there starts no well-formed sequence; `*rune` is that byte, `*at` one on */
bool dm__rune_next(dm_str s, size_t *at, uint32_t *rune);

/* Columns that a terminal gives it: 0 (combining), 1 or 2 (East Asian wide, pictures).
 * source  the East Asian Width property and the general categories Mn and Me, in coarse ranges */
unsigned dm__rune_width(uint32_t rune);

/* Whether a reader sees something, and the terminal does nothing else: false for controls, marks
 * of direction, zero-width and other format characters. */
bool dm__rune_visible(uint32_t rune);

/* What is seen, but taken for something else: space characters other than U+0020, and diacritics that
 * stand behind their letter where one code point would do. */
bool dm__rune_mistakable(uint32_t rune);

/* Columns of a text without control characters; a bad byte counts as one. */
size_t dm__text_width(dm_str s);

#endif
