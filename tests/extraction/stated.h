/* Whether a title, a date or an author is the one that a page states. */
#ifndef DOCMILL_TESTS_EXTRACTION_STATED_H
#define DOCMILL_TESTS_EXTRACTION_STATED_H

#include <stdbool.h>

/* Equal but for case, runs of white space, white space at the ends, and the shape of quotation marks. */
bool stated_same_title(const char *got, const char *truth);

/* The same day: the first ten characters, YYYY-MM-DD.  A truth that knows the month only is compared by the month. */
bool stated_same_date(const char *got, const char *truth);

/* The same set of names, compared as titles are.  Names are parted by `;`, `,`, `&`, `/` and the word "and" in some
 * languages; a "by" before them, which truths have at times, counts for nothing. */
bool stated_same_author(const char *got, const char *truth);

#endif
