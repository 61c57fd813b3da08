/* The names of the features; the tables in model_*.inc speak of them.  What each is worth is written in
 * features.c. */
#ifndef CONTENT_FEATURE_NAMES_H
#define CONTENT_FEATURE_NAMES_H

/* clang-format off */
/* Bits, in the order of their sets, four and four. */
#define CONTENT_TOPIC_NAMES(X)                                                                               \
    X(BODY) X(CONTENT) X(ARTICLE) X(COMMENT) X(SHARE) X(RELATED) X(NAV) X(PAGER) X(HEADER) X(FOOTER)         \
    X(SIDEBAR) X(AD) X(BYLINE) X(BIO) X(NEWSLETTER) X(COOKIE) X(POPUP) X(CAPTION) X(MEDIA) X(TAGS) X(TOC)    \
    X(TITLE) X(LEAD) X(LIST) X(PRODUCT) X(FORUM) X(FORM) X(HIDDEN) X(CODE) X(BOX) X(FOLD) X(FACTS)

#define CONTENT_INSIDE_NAMES(X)                                                                              \
    X(SKIPPED) X(LINK) X(STRONG) X(ARTICLE) X(MAIN) X(HEADER) X(FOOTER) X(NAV) X(ASIDE) X(FORM) X(TABLE)     \
    X(LIST) X(QUOTE) X(FIGURE) X(CAPTION) X(PRE) X(HEADING) X(BUTTON) X(DETAILS) X(DIALOG) X(NOSCRIPT)       \
    X(HIDDEN) X(ADDRESS) X(BODY_PROPERTY) X(SECTION) X(PARAGRAPH) X(TERMS) X(EMPHASIS) X(COMMENT)            \
    X(PROPERTY) X(CODE) X(UNUSED)

#define CONTENT_PHRASE_NAMES(X)                                                                              \
    X(BYLINE) X(RELATED) X(SHARE) X(AD) X(COPYRIGHT) X(CAPTION) X(COMMENT) X(NEWSLETTER) X(COOKIE) X(DATE)   \
    X(TOC) X(SHOP)

#define CONTENT_SAYS_NAMES(X)                                                                                \
    X(ARTICLE) X(PRODUCT) X(FORUM) X(COLLECTION) X(RECIPE) X(FAQ) X(WEBSITE) X(VIDEO) X(COURSE) X(DOCS)      \
    X(UNUSED_1) X(UNUSED_2)

/* chars: code points, white space folded.  A share is of 0 to 1. */
#define CONTENT_FEATURES(X)                                                                                  \
    /* the block itself */                                                                                   \
    X(CHARS) X(WORDS) X(LINK_SHARE) X(STRONG_SHARE) X(COMMAS) X(STOPS) X(CAPITAL_SHARE) X(UPPER_SHARE)       \
    X(DIGIT_SHARE) X(WORD_LENGTH) X(SYMBOLS) X(LINKS) X(ENDS_SENTENCE) X(ENDS_COLON) X(STARTS_LOWER)         \
    X(TITLE_SHARE) X(LEAD_SHARE) X(WITNESS_SHARE) X(HAS_WITNESS) X(SEEN) X(GOOD) X(EMPHASIS_SHARE)           \
    X(AUTHOR_WORDS) X(TAG_P) X(TAG_LI) X(TAG_CELL) X(TAG_TERM) X(TAG_DIV) X(HEADING_LEVEL)                   \
    /* what holds it: 1 the holder, 2 to 4 elements above it that hold more text than the one below */       \
    X(DEPTH) X(CHARS_1) X(LINK_SHARE_1) X(BLOCKS_1) X(GOOD_SHARE_1) X(CHARS_2) X(LINK_SHARE_2) X(BLOCKS_2)   \
    X(GOOD_SHARE_2) X(CHARS_3) X(LINK_SHARE_3) X(BLOCKS_3) X(GOOD_SHARE_3) X(CHARS_4) X(LINK_SHARE_4)        \
    X(BLOCKS_4) X(GOOD_SHARE_4) X(OF_PAGE_2) X(OF_PAGE_3) X(OF_PAGE_4)                                       \
    /* blocks whose elements have the same tags and classes */                                               \
    X(KIN_OF_PAGE) X(KIN_COUNT) X(KIN_MEAN) X(KIN_LINK_SHARE) X(KIN_GOOD_SHARE)                              \
    /* its neighbours; border: levels of elements between */                                                 \
    X(CHARS_BEFORE_1) X(LINK_SHARE_BEFORE_1) X(STOPS_BEFORE_1) X(HEADING_BEFORE_1) X(BORDER_BEFORE)          \
    X(CHARS_BEFORE_2) X(LINK_SHARE_BEFORE_2) X(STOPS_BEFORE_2) X(CHARS_AFTER_1) X(LINK_SHARE_AFTER_1)        \
    X(STOPS_AFTER_1) X(HEADING_AFTER_1) X(BORDER_AFTER) X(CHARS_AFTER_2) X(LINK_SHARE_AFTER_2)               \
    X(STOPS_AFTER_2) X(TAG_SAME_BEFORE) X(TAG_SAME_AFTER) X(WINDOW_GOOD_3) X(WINDOW_GOOD_8)                  \
    X(WINDOW_LINK_8) X(TO_GOOD_BEFORE) X(TO_GOOD_AFTER)                                                      \
    /* views: levels to climb to the subtree that each prefers; negative: so deep within it */               \
    X(UP_READABLE) X(UP_HALF) X(UP_MOST) X(UP_ARTICLE) X(UP_MAIN) X(UP_BODY) X(READABLE_GOOD)                \
    X(ARTICLE_GOOD) X(MAIN_GOOD) X(BODY_GOOD) X(ARTICLES)                                                    \
    /* where it stands */                                                                                    \
    X(INDEX_SHARE) X(CHARS_SHARE) X(GOOD_SHARE) X(SINCE_H1) X(BEFORE_H1) X(HEADING_ABOVE) X(SINCE_HEADING)   \
    X(GOOD_BEFORE) X(GOOD_AFTER)                                                                             \
    /* the page */                                                                                           \
    X(PAGE_BLOCKS) X(PAGE_CHARS) X(PAGE_GOOD) X(PAGE_LINK_SHARE) X(PAGE_FORUM) X(PAGE_COMMENT)               \
    X(PAGE_PRODUCT) X(PAGE_TABLE) X(PAGE_CODE) X(PAGE_LIST)

/* After the first judgement, which gives each block a probability, P. */
#define CONTENT_JUDGED_FEATURES(X)                                                                           \
    X(P) X(P_BEFORE_1) X(P_BEFORE_2) X(P_BEFORE_3) X(P_AFTER_1) X(P_AFTER_2) X(P_AFTER_3) X(P_1) X(P_2)      \
    X(P_3) X(P_4) X(P_KIN) X(P_WINDOW_4) X(P_WINDOW_12) X(P_PAGE) X(P_MOST) X(P_HEADING_ABOVE) X(P_SECTION)  \
    X(P_SHARE_BEFORE) X(P_SHARE_AFTER) X(P_SINCE_SURE) X(P_TO_SURE) X(P_UP) X(P_CHARS) X(P_ARTICLE_KIND)     \
    X(P_UP_HALF)

/* Of a page: what it says of itself, the page as a whole, and its content. */
#define CONTENT_PAGE_FEATURES(X)                                                                             \
    X(SAYS_ARTICLE) X(SAYS_PRODUCT) X(SAYS_FORUM) X(SAYS_COLLECTION) X(SAYS_RECIPE) X(SAYS_FAQ)              \
    X(SAYS_WEBSITE) X(SAYS_VIDEO) X(SAYS_COURSE) X(SAYS_DOCS) X(HAS_AUTHOR) X(HAS_BODY) X(HAS_MAIN)          \
    X(ARTICLES) X(ARTICLE_GOOD) X(BLOCKS) X(CHARS) X(GOOD_SHARE) X(LINK_SHARE) X(FORUM) X(COMMENT)           \
    X(PRODUCT) X(TABLE) X(CODE) X(LIST) X(CONTENT_CHARS) X(CONTENT_BLOCKS) X(CONTENT_MEAN)                   \
    X(CONTENT_LINK_SHARE) X(CONTENT_OF_PAGE) X(CONTENT_GOOD) X(CONTENT_HEADINGS) X(CONTENT_LIST)             \
    X(CONTENT_CODE) X(CONTENT_TABLE) X(CONTENT_FORUM) X(CONTENT_PRODUCT) X(CONTENT_DIGITS) X(CONTENT_STOPS)  \
    X(CONTENT_COMMENT) X(CONTENT_CARDS) X(CONFIDENCE)
/* clang-format on */

#endif
