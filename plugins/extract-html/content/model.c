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
enum {
    FIRST_COUNT = sizeof first_trees / sizeof first_trees[0],
    SECOND_COUNT = sizeof second_trees / sizeof second_trees[0]
};

/* All blocks at once, in what the compiler has for vectors. */
_Static_assert(CONTENT_LANES == 8, "the vectors below are written out");
typedef float values __attribute__((vector_size(sizeof(float) * CONTENT_LANES)));
typedef int32_t answers __attribute__((vector_size(sizeof(int32_t) * CONTENT_LANES)));

/* What the trees ask for, each once. */
static void prepare(struct content_batch *b, const struct tree *trees, size_t count)
{
    bool asked[CONTENT_ALL_FEATURES] = {0};
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < QUESTIONS; k++)
            asked[trees[i].ask[k].feature] = true;
    b->count = 0;
    for (uint32_t i = 0; i < CONTENT_ALL_FEATURES; i++)
        if (asked[i])
            b->asked[b->count++] = (uint16_t)i;
}

void content_batch_first(struct content_batch *b)
{
    prepare(b, first_trees, FIRST_COUNT);
}

void content_batch_second(struct content_batch *b)
{
    prepare(b, second_trees, SECOND_COUNT);
}

/* Lay what the trees ask for side by side. */
static void turn(struct content_batch *b)
{
    for (uint32_t i = 0; i < b->count; i++) {
        const uint32_t f = b->asked[i];
        for (int n = 0; n < CONTENT_LANES; n++)
            b->features[f][n] = b->rows[n][f];
    }
}

/* Add the answers to question `k`, as bit k. */
static inline void ask(const struct content_batch *b, const struct question *q, int k, answers *at)
{
    const int32_t bit = 1 << k;
    const answers bits = {bit, bit, bit, bit, bit, bit, bit, bit};
    values v;
    memcpy(&v, b->features[q[k].feature], sizeof v);
    *at |= (answers)(v > q[k].above) & bits;
}

/* In log odds, after a quarter of the trees: none of the blocks of the sets that are kept in the end is below. */
#define HOPELESS (-2.4F)

/* Navigation comes in long runs: where a quarter of the trees is sure of all blocks, the others change nothing. */
static inline bool are_hopeless(const values *sum)
{
    for (int n = 0; n < CONTENT_LANES; n++)
        if ((*sum)[n] > HOPELESS)
            return false;
    return true;
}

__attribute__((always_inline)) static inline void sum_up(const struct tree *trees, size_t count,
                                                         const struct content_batch *b,
                                                         float p[CONTENT_LANES])
{
    values sum = {0};
    for (size_t i = 0; i < count; i++) {
        if (i == count / 4 && are_hopeless(&sum)) {
            for (int n = 0; n < CONTENT_LANES; n++)
                p[n] = 0;
            return;
        }
        const float *const leaf = trees[i].leaf;
        answers at = {0};
        for (int k = 0; k < QUESTIONS; k++)
            ask(b, trees[i].ask, k, &at);
        sum += (values){leaf[at[0]], leaf[at[1]], leaf[at[2]], leaf[at[3]],
                        leaf[at[4]], leaf[at[5]], leaf[at[6]], leaf[at[7]]};
    }
    for (int n = 0; n < CONTENT_LANES; n++)
        p[n] = 1 / (1 + expf(-sum[n]));
}

#if defined(__x86_64__) && defined(__GNUC__)
/* The same sums in half the steps, where the processor has registers that wide. */
__attribute__((target("avx2"))) static void sum_up_avx2(const struct tree *trees, size_t count,
                                                        const struct content_batch *b, float p[CONTENT_LANES])
{
    sum_up(trees, count, b, p);
}

static void judge(const struct tree *trees, size_t count, const struct content_batch *b,
                  float p[CONTENT_LANES])
{
    if (__builtin_cpu_supports("avx2"))
        sum_up_avx2(trees, count, b, p);
    else
        sum_up(trees, count, b, p);
}
#else
static void judge(const struct tree *trees, size_t count, const struct content_batch *b,
                  float p[CONTENT_LANES])
{
    sum_up(trees, count, b, p);
}
#endif

void content_model_first(struct content_batch *b, float p[CONTENT_LANES])
{
    turn(b);
    judge(first_trees, FIRST_COUNT, b, p);
}

void content_model_second(struct content_batch *b, float p[CONTENT_LANES])
{
    turn(b);
    judge(second_trees, SECOND_COUNT, b, p);
}
