/* What titles are made of: `Headline - Section | Site`. */
#ifndef EXTRACT_HTML_TITLE_PARTS_H
#define EXTRACT_HTML_TITLE_PARTS_H

#include "metadata.h"

/* Whether a part of the title names the site, as it or the page's address says. */
bool title_is_site(const struct meta *m, dm_str part);

/* Without what names the site, at either end. */
dm_str title_without_site(const struct meta *m, dm_str s);

/* What stands before the first mark, or behind the last.  return  len 0: there is no mark */
dm_str title_first_part(dm_str s);
dm_str title_last_part(dm_str s);

/* Without the last part, where nothing is known of the site: it is short, and more stands before it. */
dm_str title_without_end(dm_str s);

/* Without marks and spaces at the ends. */
dm_str title_trim(dm_str s);

#endif
