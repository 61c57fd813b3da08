/* Whether a title, a date or an author is the one that a page states.
 *
 * There are two measures.  The strict one takes every truth of a set, and asks for the same words and marks.  The other
 * takes the truths that stand on the page, since a truth may come from elsewhere, and forgives what says nothing about
 * how a page was read: the shape of dashes, the site's name in a title, the role behind a name. */
#ifndef DOCMILL_TESTS_EXTRACTION_STATED_H
#define DOCMILL_TESTS_EXTRACTION_STATED_H

#include <stdbool.h>

#include "tests/extraction/page.h"

/* ---- strictly -------------------------------------------------------------------------------------- */

/* Equal but for case, runs of white space, white space at the ends, and the shape of quotation marks. */
bool stated_same_title(const char *got, const char *truth);

/* The same set of names, compared as titles are.  Names are parted by `;`, `,`, `&`, `/` and the word "and" in some
 * languages; a "by" before them, which truths have at times, counts for nothing. */
bool stated_same_author(const char *got, const char *truth);

/* The same day.  A truth that knows the month only is compared by the month. */
bool stated_same_date(const char *got, const char *truth);

/* ---- for what pages state ----------------------------------------------------------------------------- */

/* Whether the title's words stand on the page, one after the other: shown, in <title>, an attribute or linked data. */
bool stated_has_title(const struct page *p, const char *truth);

/* Whether the day is written on the page in one of the forms that day_is_on() knows. */
bool stated_has_date(const struct page *p, const char *truth);

/* Whether each of the names, without roles, stands on the page. */
bool stated_has_author(const struct page *p, const char *truth);

/* Equal as stated_same_title() has it, and but for the shape of dashes and for soft hyphens; or equal once the site's name
 * is taken off both.  The site's name is og:site_name, or the part of <title> behind its last separator, or before its
 * first, if what is left is an <h1> or the og:title. */
bool stated_is_title(const struct page *p, const char *got, const char *truth);

/* stated_same_date(): the day on which it was published.  A truth that is the day of a change is wrong, and counted
 * as it is. */
bool stated_is_date(const struct page *p, const char *got, const char *truth);

/* stated_same_author(), but for roles and degrees ("Staff Writer", "MD"), unless there is nothing else, titles before
 * a name ("Dr."), and marks at the ends of a name. */
bool stated_is_author(const struct page *p, const char *got, const char *truth);

#endif
