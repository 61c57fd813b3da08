/* The numbers by which a block is judged.  See feature_names.h. */
#ifndef CONTENT_FEATURES_H
#define CONTENT_FEATURES_H

#include "feature_names.h"
#include "page.h"

enum content_feature {
/* clang-format off */
#define X(name) FEATURE_##name,
    CONTENT_FEATURES(X)
#undef X
#define X(name) FEATURE_IN_##name,
    CONTENT_INSIDE_NAMES(X)
#undef X
#define X(name) FEATURE_NEAR_##name,
    CONTENT_TOPIC_NAMES(X)
#undef X
#define X(name) FEATURE_AROUND_##name,
    CONTENT_TOPIC_NAMES(X)
#undef X
#define X(name) FEATURE_SAYS_##name,
    CONTENT_SAYS_NAMES(X)
#undef X
#define X(name) FEATURE_STARTS_##name,
    CONTENT_PHRASE_NAMES(X)
#undef X
#define X(name) FEATURE_UNDER_##name,
    CONTENT_PHRASE_NAMES(X)
#undef X
#define X(name) FEATURE_MENTIONS_##name,
    CONTENT_TOPIC_NAMES(X)
#undef X
#define X(name) FEATURE_HEADED_##name,
    CONTENT_TOPIC_NAMES(X)
#undef X
    CONTENT_BASE_FEATURES,
    CONTENT_BEFORE_JUDGED = CONTENT_BASE_FEATURES - 1,
#define X(name) FEATURE_##name,
    CONTENT_JUDGED_FEATURES(X)
#undef X
    CONTENT_ALL_FEATURES
    /* clang-format on */
};

enum content_view { VIEW_READABLE, VIEW_HALF, VIEW_MOST, VIEW_ARTICLE, VIEW_MAIN, VIEW_BODY, CONTENT_VIEWS };

/* Blocks whose elements look alike. */
struct content_kin {
    uint32_t signature, count, chars, link_chars, good;
    float weight; /* sum of probability times chars, of the first judgement */
};

/* What the features of all blocks are read from. */
struct content_survey {
    const struct content_page *page;
    uint32_t view_node[CONTENT_VIEWS]; /* 0: the page has none */
    int16_t *up;                       /* [nodes][CONTENT_VIEWS] */
    struct content_kin *kins;
    uint32_t *kin;          /* [blocks] index of kins */
    uint32_t *heading;      /* [blocks] 1 + index of the heading above; 0: none */
    uint32_t *chars_before; /* [blocks + 1] sums over the blocks before */
    uint32_t *good_before, *link_before;
    uint32_t *last_good, *next_good; /* [blocks] 1 + index of the nearest good block; 0: none */
    uint8_t *border;                 /* [blocks + 1] levels of elements between a block and the one before */
    uint32_t articles;
    uint32_t first_h1;                                /* 1 + index of the block; 0: none */
    float forum, comment, product, table, code, list; /* shares of the page's text */
    /* the first judgement, once there is one */
    float *p;             /* [blocks] */
    float *weight_before; /* [blocks + 1] sums of p times chars */
    float *node_weight;   /* [nodes] the same over subtrees */
    float p_most;
    uint32_t *last_sure, *next_sure; /* [blocks] as last_good, of blocks with p of a half and more */
    int16_t *up_sure; /* [nodes][2] as `up`, of the smallest subtrees that hold most and half of the weight */
};

/* Prepare the survey of a page.
 * return  false: the memory is spent, the task has failed */
bool content_survey_init(dm_task *t, const struct content_page *page, struct content_survey *s);

/* Take in the first judgement, s->p, which the caller has filled.
 * return  as above */
bool content_survey_judge(dm_task *t, struct content_survey *s);

/* The features of a block. */
void content_features(const struct content_survey *s, uint32_t block, float f[CONTENT_BASE_FEATURES]);

/* The features that follow from the first judgement; f is the whole row. */
void content_judged_features(const struct content_survey *s, uint32_t block, float f[CONTENT_ALL_FEATURES]);

extern const char *const content_feature_names[CONTENT_ALL_FEATURES];

#endif
