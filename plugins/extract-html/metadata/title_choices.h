/* What a page may be called: all that its headings, its head and its linked data say, whole and in parts. */
#ifndef EXTRACT_HTML_TITLE_CHOICES_H
#define EXTRACT_HTML_TITLE_CHOICES_H

#include "metadata.h"

enum title_source {
    TITLE_OF_H1,     /* without the kicker, the site's name, and completed where it was cut off */
    TITLE_OF_ALL_H1, /* with them */
    TITLE_OF_H2,
    TITLE_OF_H3,
    TITLE_OF_OPENGRAPH,
    TITLE_OF_HEAD, /* <title> */
    TITLE_OF_TWITTER,
    TITLE_OF_ARTICLE, /* linked data of one */
    TITLE_OF_WORK,    /* of a product and the like */
    TITLE_OF_PAGE,    /* of the page as such */
    TITLE_OF_OTHERS,
    TITLE_SOURCES
};
enum { TITLE_OF_HEADINGS = (1u << (TITLE_OF_H3 + 1)) - 1 }; /* as bits */

struct title_choice {
    dm_str value;
    const struct meta_candidate *from; /* the first that says so; a heading before others */
    uint32_t order;                    /* of that among those of its source, from 1 */
    uint32_t whole;                    /* sources that say this and no more, as bits */
    uint32_t bare;                     /* those that say no more but the site's name */
    size_t words_before, words_behind; /* that were cut off where it is a part */
    char mark_behind;                  /* what parts it from those; 0: nothing */
};

enum { TITLE_CHOICES_MAX = 96 };

struct title_choices {
    struct title_choice items[TITLE_CHOICES_MAX];
    uint32_t count;
    dm_str first[TITLE_SOURCES]; /* what each source says first, whole; len 0: nothing */
    uint32_t counts[TITLE_SOURCES];
    size_t parts; /* of <title> */
};

/* Gather them.  Those that differ in marks and case only are one, written as its heading is. */
void title_choices_find(struct meta *m, struct title_choices *t);

#endif
