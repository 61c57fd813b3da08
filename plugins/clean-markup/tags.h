/* Tags of HTML that were left in a text. */
#ifndef CLEAN_MARKUP_TAGS_H
#define CLEAN_MARKUP_TAGS_H

#include <docmill/plugin.h>

enum tag_kind { TAG_INLINE, TAG_BLOCK, TAG_COMMENT, TAG_SCRIPT };

struct tag {
    size_t len; /* bytes; of a script or style with all up to its end */
    enum tag_kind kind;
};

/* The tag that begins at `at`, where a `<` stands; of a closed list of elements, on one line.
 * false: there is none */
bool tag_read(dm_str text, size_t at, struct tag *out);

#endif
