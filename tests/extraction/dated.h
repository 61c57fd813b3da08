/* Whether a day is written on a page, in any of the common forms: the yardstick for what it states.  Knows nothing of how
 * extract-html reads dates. */
#ifndef DOCMILL_TESTS_EXTRACTION_DATED_H
#define DOCMILL_TESTS_EXTRACTION_DATED_H

#include <stdbool.h>

#include "tests/extraction/page.h"

struct day {
    int year, month, day; /* 0: not known */
};

/* `2021-04-03` and what follows; `2022-01.26` and `2022-11-1` are written so in a truth. */
struct day day_read(const char *s);

/* As numbers, with the year, month and day in that order, or the day or month first and the year last; as eight
 * digits; or with the month's name, or three letters of it or more, in some twenty languages.  Years of two digits count in what
 * readers see only. */
bool day_is_on(const struct page *p, struct day d);

#endif
