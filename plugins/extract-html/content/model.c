/* Boosted oblivious trees (Prokhorenkova and others, "CatBoost", 2018, section 4): all nodes of a level ask
 * the same question, so that the answers, as bits, are the index of the leaf.  The tables are made by
 * tests/extraction/train.c; see docs/design/html-content.md. */
#include "model.h"

#include <math.h>
#include <string.h>

enum { QUESTIONS = 5, LEAVES = 1 << QUESTIONS };

struct question {
    uint16_t feature;
    float above; /* yes: the feature is greater than this */
};

struct tree {
    struct question ask[QUESTIONS];
    float leaf[LEAVES]; /* in log odds; bit n of the index: the answer to question n */
};

#define Q(name, value)                                                                                       \
    {                                                                                                        \
        FEATURE_##name, value                                                                                \
    }
static const struct tree first_trees[] = {
#include "model_first.inc"
};
static const struct tree second_trees[] = {
#include "model_second.inc"
};
#undef Q

/* Four blocks at once, in what the compiler has for vectors. */
enum { WIDTH = 4, WIDTHS = CONTENT_LANES / WIDTH };
typedef float values __attribute__((vector_size(sizeof(float) * WIDTH)));
typedef int32_t answers __attribute__((vector_size(sizeof(int32_t) * WIDTH)));

void content_batch_put(struct content_batch *b, uint32_t lane, const float *features, uint32_t count)
{
    float *out = &b->features[0][lane];
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4, out += 4 * CONTENT_LANES) {
        out[0] = features[i];
        out[CONTENT_LANES] = features[i + 1];
        out[2 * CONTENT_LANES] = features[i + 2];
        out[3 * CONTENT_LANES] = features[i + 3];
    }
    for (; i < count; i++, out += CONTENT_LANES)
        *out = features[i];
}

/* The answers to question `k`, as bit k. */
static inline answers ask(const struct content_batch *b, const struct question *q, int k, int w)
{
    const int32_t bit = 1 << k;
    const answers bits = {bit, bit, bit, bit};
    values v;
    memcpy(&v, &b->features[q[k].feature][w * WIDTH], sizeof v);
    return (answers)(v > q[k].above) & bits;
}

static void sum_up(const struct tree *trees, size_t count, const struct content_batch *b,
                   float p[CONTENT_LANES])
{
    values sum[WIDTHS] = {0};
    for (size_t i = 0; i < count; i++) {
        const struct question *q = trees[i].ask;
        const float *leaf = trees[i].leaf;
        for (int w = 0; w < WIDTHS; w++) {
            const answers at =
                ask(b, q, 0, w) | ask(b, q, 1, w) | ask(b, q, 2, w) | ask(b, q, 3, w) | ask(b, q, 4, w);
            sum[w] += (values){leaf[at[0]], leaf[at[1]], leaf[at[2]], leaf[at[3]]};
        }
    }
    for (int n = 0; n < CONTENT_LANES; n++)
        p[n] = 1 / (1 + expf(-sum[n / WIDTH][n % WIDTH]));
}

void content_model_first(const struct content_batch *b, float p[CONTENT_LANES])
{
    sum_up(first_trees, sizeof first_trees / sizeof first_trees[0], b, p);
}

void content_model_second(const struct content_batch *b, float p[CONTENT_LANES])
{
    sum_up(second_trees, sizeof second_trees / sizeof second_trees[0], b, p);
}
