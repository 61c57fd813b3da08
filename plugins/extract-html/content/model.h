/* The two judgements of a block, each a sum over small decision trees. */
#ifndef CONTENT_MODEL_H
#define CONTENT_MODEL_H

#include "features.h"

enum { CONTENT_LANES = 8 };

/* Blocks that are judged at once: the features of block n are rows[n]. */
struct content_batch {
    float rows[CONTENT_LANES][CONTENT_ALL_FEATURES];
    float features[CONTENT_ALL_FEATURES][CONTENT_LANES]; /* those that matter, side by side */
    uint16_t asked[CONTENT_ALL_FEATURES];                /* the features that matter */
    uint32_t count;
};

/* Make ready for the first or the second judgement. */
void content_batch_first(struct content_batch *b);
void content_batch_second(struct content_batch *b);

/* The probabilities that the blocks of the rows belong to the content, from what can be seen of them. */
void content_model_first(struct content_batch *b, float p[CONTENT_LANES]);

/* The same once all blocks of the page are judged; needs all features. */
void content_model_second(struct content_batch *b, float p[CONTENT_LANES]);

#endif
