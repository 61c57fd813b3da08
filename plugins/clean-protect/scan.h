/* The scan: where a line may hold something to protect.  Nearly all words are plain, so this is where the time goes. */
#ifndef CLEAN_PROTECT_SCAN_H
#define CLEAN_PROTECT_SCAN_H

#include <docmill/plugin.h>

/* return  the first place in [from, to) of a character that plain words have not: a slash, @, # or a stop with something
 *         behind it; `to`: there is none */
size_t scan_odd(dm_str s, size_t from, size_t to);

/* return  the first digit in [from, to); `to`: there is none */
size_t scan_digit(dm_str s, size_t from, size_t to);

/* Whether three spaces stand in a row anywhere. */
bool scan_has_gap(dm_str s);

#endif
