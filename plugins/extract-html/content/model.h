/* The two judgements of a block, each a sum over small decision trees. */
#ifndef CONTENT_MODEL_H
#define CONTENT_MODEL_H

#include "features.h"

enum { CONTENT_LANES = 8 };

/* Blocks that are judged at once: feature f of block n is at [f][n]. */
struct content_batch {
    float features[CONTENT_ALL_FEATURES][CONTENT_LANES];
    uint16_t asked[CONTENT_ALL_FEATURES]; /* the features that matter */
    uint32_t count;
};

/* Make ready for the first or the second judgement. */
void content_batch_first(struct content_batch *b);
void content_batch_second(struct content_batch *b);

/* Put the features of a block into the batch. */
void content_batch_put(struct content_batch *b, uint32_t lane, const float *features);

/* The probabilities that blocks belong to the content, from what can be seen of them. */
void content_model_first(const struct content_batch *b, float p[CONTENT_LANES]);

/* The same once all blocks of the page are judged; needs all features. */
void content_model_second(const struct content_batch *b, float p[CONTENT_LANES]);

#endif
