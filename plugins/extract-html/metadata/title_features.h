/* What speaks for and against each choice of a title, as numbers. */
#ifndef EXTRACT_HTML_TITLE_FEATURES_H
#define EXTRACT_HTML_TITLE_FEATURES_H

#include "title_choices.h"

/* Which sources say it; what was cut off; how it stands to what others say; how it is written; where its heading is, and
 * where else the page has these words; what is the same for all choices of a page. */
/* clang-format off */
#define TITLE_FEATURES(X)                                                                                    \
    X(IS_H1) X(IS_H2) X(HEADINGS) X(WHOLE) X(BARE) X(IS_SITE)                                                \
    X(WORDS_BEFORE) X(WORDS_BEHIND) X(MARK_BEHIND)                                                           \
    X(TO_H1) X(TO_HEAD) X(TO_OPENGRAPH) X(LENGTH_TO_H1) X(LENGTH_TO_HEAD)                                    \
    X(SHARE_IN_HEAD) X(SHARE_OF_HEAD) X(SHARE_IN_DESCRIPTION) X(SHARE_IN_ADDRESS)                            \
    X(WORDS) X(BYTES) X(CAPITALS)                                                                            \
    X(ORDER) X(RANK) X(GOOD_BEFORE) X(SAME_HEADINGS) X(SAME_LINKS) X(SAME_TEXTS)                             \
    X(PARTS_OF_HEAD) X(ENGLISH)
/* clang-format on */

enum title_feature {
#define X(name) TITLE_##name,
    TITLE_FEATURES(X)
#undef X
        TITLE_FEATURE_COUNT
};

/* Of all choices, f[t->count].
 * cost  a pass over the tree's texts, of which few are compared, and one over the blocks */
void title_features(const struct meta *m, const struct title_choices *t,
                    float f[TITLE_CHOICES_MAX][TITLE_FEATURE_COUNT]);

#endif
