/* What a page has written on it, whatever reads it: the yardstick for what it states. */
#ifndef DOCMILL_TESTS_EXTRACTION_PAGE_H
#define DOCMILL_TESTS_EXTRACTION_PAGE_H

#include <stdbool.h>
#include <stddef.h>

enum { PAGE_HEADLINES_MAX = 16 };

struct page {
    /* Words in small letters, each between spaces: ` the sea `.  What readers see, and all of the source: attributes,
     * linked data, addresses. */
    char *shown, *source;
    char *title;                         /* of <title>, as it is written */
    char *site;                          /* of og:site_name */
    char *headlines[PAGE_HEADLINES_MAX]; /* of <h1>, og:title */
    size_t headline_count;
};

/* Read a file; one that is not there, or no page, has nothing written on it.  Ends the program without memory. */
struct page page_read(const char *path);
void page_free(struct page *p);

/* Words in small letters, each between spaces; all other characters part words, but soft hyphens and their like.
 * return  the caller frees it */
char *page_words(const char *s, size_t len);

/* Whether these words stand on it one after the other. */
bool page_has(const struct page *p, const char *words);

#endif
