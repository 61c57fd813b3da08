/* The title.  What the page shows, what <title> says and what OpenGraph has differ on one page in five, and no one of them
 * is always the name that people would give it.  So each of title_choices.h gets a sum over small decision trees, which
 * have learnt from pages whose titles are known (tests/html/training/grow_titles.sh), and the highest is the title.  The
 * method is that of content/model.c; the sums of one page's choices compete, as in a softmax. */
#include "metadata.h"
#include "title_features.h"

enum { QUESTIONS = 3, LEAVES = 1 << QUESTIONS };

#define Q(name, value)                                                                                       \
    {                                                                                                        \
        TITLE_##name, value                                                                                  \
    }
static const struct title_tree {
    struct {
        uint16_t feature;
        float above;
    } ask[QUESTIONS];
    float leaf[LEAVES];
} trees[] = {
#include "model_titles.inc"
};
#undef Q

static float sum_of(const float f[TITLE_FEATURE_COUNT])
{
    float sum = 0;
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
        const struct title_tree *const t = &trees[i];
        const unsigned leaf = (unsigned)(f[t->ask[0].feature] > t->ask[0].above) |
                              (unsigned)(f[t->ask[1].feature] > t->ask[1].above) << 1 |
                              (unsigned)(f[t->ask[2].feature] > t->ask[2].above) << 2;
        sum += t->leaf[leaf];
    }
    return sum;
}

const struct meta_candidate *meta_choose_title(struct meta *m, dm_str *value)
{
    struct title_choices *const t = dm_alloc(m->task, sizeof *t);
    float(*const f)[TITLE_FEATURE_COUNT] = dm_alloc(m->task, TITLE_CHOICES_MAX * sizeof *f);
    const struct title_choice *best = NULL;
    float most = 0;
    m->failed = m->failed || !t || !f;
    if (m->failed)
        return NULL;
    title_choices_find(m, t);
    title_features(m, t, f);
    for (uint32_t i = 0; i < t->count; i++) {
        const float sum = sum_of(f[i]);
        if (best && sum <= most)
            continue;
        most = sum;
        best = &t->items[i];
    }
    if (!best)
        return NULL;
    *value = best->value;
    return best->from;
}
