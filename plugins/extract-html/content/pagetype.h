/* What kind of page it is. */
#ifndef CONTENT_PAGETYPE_H
#define CONTENT_PAGETYPE_H

#include "features.h"

enum content_page_feature {
#define X(name) PAGE_##name,
    CONTENT_PAGE_FEATURES(X)
#undef X
        CONTENT_PAGE_FEATURE_COUNT
};

void content_page_features(const struct content_survey *s, const bool *keep, float confidence,
                           float f[CONTENT_PAGE_FEATURE_COUNT]);

/* return  "article", "forum", "listing", "documentation", "product" or "other" */
const char *content_page_type(const struct content_survey *s, const bool *keep, float confidence);

#endif
