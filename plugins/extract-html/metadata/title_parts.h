/* What titles are made of: `Headline - Section | Site`. */
#ifndef EXTRACT_HTML_TITLE_PARTS_H
#define EXTRACT_HTML_TITLE_PARTS_H

#include "metadata.h"

/* Whether a part of the title names the site, as it or the page's address says. */
bool title_is_site(const struct meta *m, dm_str part);

/* Without what names the site, at either end. */
dm_str title_without_site(const struct meta *m, dm_str s);

/* The first mark at or behind *at, which moves to it.  return  its length; 0: there is none */
size_t title_next_mark(dm_str s, size_t *at);

/* Without spaces at the ends. */
dm_str title_spaces(dm_str s);

/* Without marks and spaces at the ends. */
dm_str title_trim(dm_str s);

#endif
