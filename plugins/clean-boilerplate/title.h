/* The site's name behind a title. */
#ifndef CLEAN_BOILERPLATE_TITLE_H
#define CLEAN_BOILERPLATE_TITLE_H

#include "lines.h"

/* The suffix of a title: the site's name, sections, or both, behind strokes or dashes, with the space before.
 *
 * title   a line of `lines`, which have been judged
 * site    what the metadata call the site; may be empty
 * return  where it begins; title.len: it has none */
size_t title_end(dm_str title, dm_str site, const struct lines *lines, double *confidence);

#endif
