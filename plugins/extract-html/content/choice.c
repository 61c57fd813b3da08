/* Which blocks of a page are its content.
 *
 * Each block gets a probability twice: by what can be seen of it, then also by the first judgement of what
 * is around it.  What is kept are the blocks above the threshold that promises the page the best F1, given
 * these probabilities: where the page is clear that is near a half, where it is not it is lower, as then a
 * lost paragraph costs more than a strange one (Lipton and others, "Optimal Thresholding of Classifiers to
 * Maximize F1 Measure", 2014). */
#include "choice.h"
#include "model.h"
#include "pagetype.h"

#include <string.h>

enum { STEPS = 256 };

/* How much text there is at each probability. */
struct histogram {
    double chars[STEPS];
};

static uint32_t step_of(float p)
{
    const int32_t step = (int32_t)(p * STEPS);
    return (uint32_t)(step < 0 ? 0 : step >= STEPS ? STEPS - 1 : step);
}

static double middle_of(uint32_t step)
{
    return (step + 0.5) / STEPS;
}

/* What a strange character counts against one that is lost. */
static double price_of_noise(int32_t favor)
{
    switch (favor) {
    case FAVOR_PRECISION:
        return 2.5;
    case FAVOR_RECALL:
        return 0.4;
    default:
        return 1;
    }
}

/* The lowest step to keep, and the F1 that it promises. */
static uint32_t best_step(const struct histogram *h, double price, float *promise)
{
    double all = 0, hit = 0, kept = 0, best = -1;
    uint32_t best_at = STEPS - 1;
    *promise = 0;
    for (uint32_t i = 0; i < STEPS; i++)
        all += h->chars[i] * middle_of(i);
    for (uint32_t i = STEPS; i-- > 0;) {
        if (h->chars[i] == 0)
            continue;
        hit += h->chars[i] * middle_of(i);
        kept += h->chars[i];
        const double worth = 2 * hit / (price * kept + all);
        if (worth > best) {
            best = worth;
            best_at = i;
            *promise = (float)(2 * hit / (kept + all));
        }
    }
    return best_at;
}

/* What readers say, when it is asked for. */
static bool is_comment(const struct content_page *p, const struct content_block *b)
{
    const struct content_node *n = &p->nodes[b->first];
    const bool within = (n->inside & IN_COMMENT) || (n->around & CONTENT_TOPIC(COMMENT));
    return within && b->stops > 0 && b->link_chars * 2 < b->chars &&
           !(n->inside & (IN_FORM | IN_NAV | IN_BUTTON));
}

static bool is_consent(const struct content_node *n)
{
    return n->around & CONTENT_TOPIC(COOKIE);
}

/* What the plain view of a page takes for its content. */
static bool is_plain(const struct content_node *n)
{
    return !(n->inside &
             (IN_NAV | IN_HEADER | IN_FOOTER | IN_ASIDE | IN_FORM | IN_DIALOG | IN_HIDDEN | IN_BUTTON)) &&
           !is_consent(n);
}

/* Where the trees know nothing, on pages that are like none that they were grown from. */
#define CLUELESS 0.4F

static void keep_blocks(const struct content_survey *s, const struct content_options *o,
                        struct content_choice *c)
{
    const struct content_page *p = &c->page;
    struct histogram h = {{0}};
    for (uint32_t i = 0; i < p->block_count; i++)
        h.chars[step_of(s->p[i])] += p->blocks[i].chars;
    const uint32_t least = best_step(&h, price_of_noise(o->favor), &c->confidence);
    for (uint32_t i = 0; i < p->block_count; i++) {
        c->keep[i] = step_of(s->p[i]) >= least || (o->comments && is_comment(p, &p->blocks[i]));
        c->keep[i] |= c->confidence < CLUELESS && is_plain(&p->nodes[p->blocks[i].first]);
        c->kept += c->keep[i];
    }
}

/* Less probable than this at first sight is furniture, whatever stands around it. */
#define SETTLED 0.06F
#define SURE    0.97F

static bool is_hidden(const struct content_node *n)
{
    return n->inside & IN_HIDDEN;
}

/* What the trees cannot know.  A cookie box is often the longest text of a page that was saved by a machine,
 * but hardly a page of the sets that they were grown from shows one; and what is hidden in an
 * article is not for its readers, unless all waits for a script (on other pages it may be behind a tab).  So what is strange goes,
 * unless it is more than `percent` of the content. */
static void drop_strange(struct content_choice *c, bool (*is_strange)(const struct content_node *),
                         uint32_t percent)
{
    const struct content_page *p = &c->page;
    uint64_t strange = 0, all = 0;
    for (uint32_t i = 0; i < p->block_count; i++) {
        const uint32_t chars = c->keep[i] ? p->blocks[i].chars : 0;
        all += chars;
        strange += is_strange(&p->nodes[p->blocks[i].first]) ? chars : 0;
    }
    if (strange == 0 || strange * 100 > all * percent)
        return;
    for (uint32_t i = 0; i < p->block_count; i++)
        if (c->keep[i] && is_strange(&p->nodes[p->blocks[i].first])) {
            c->keep[i] = false;
            c->kept--;
        }
}

/* How much of a list or table has to be kept for the rest to be kept, in percent.  Lists of
 * links are often of several minds, and tables of long cells lay out a page. */
static uint32_t enough_of(const struct content_node *n)
{
    enum { TABLE_ENOUGH = 80, LIST_ENOUGH = 50, CELL_CHARS = 80, NEVER = 200 };
    switch (n->tag) {
    case HTML_TABLE:
        return n->chars < n->blocks * CELL_CHARS ? TABLE_ENOUGH : NEVER;
    case HTML_UL:
    case HTML_OL:
    case HTML_DL:
        return n->link_chars * 5 < n->chars ? LIST_ENOUGH : NEVER;
    default:
        return NEVER;
    }
}

/* A list or table of which most is kept is kept as a whole. */
static bool complete(dm_task *t, struct content_choice *c)
{
    const struct content_page *p = &c->page;
    struct part {
        uint32_t chars;
        bool whole;
    } *parts = dm_alloc(t, (p->tree->count + 1) * sizeof *parts);
    if (!parts)
        return false;
    for (uint32_t i = 0; i < p->block_count; i++)
        parts[p->blocks[i].holder].chars += c->keep[i] ? p->blocks[i].chars : 0;
    for (uint32_t i = p->tree->count; i-- > 1;)
        parts[p->nodes[i].parent].chars += parts[i].chars;
    for (uint32_t i = 1; i < p->tree->count; i++)
        parts[i].whole = parts[p->nodes[i].parent].whole ||
                         (parts[i].chars > 0 && (uint64_t)parts[i].chars * 100 >=
                                                    (uint64_t)p->nodes[i].chars * enough_of(&p->nodes[i]));
    for (uint32_t i = 0; i < p->block_count; i++) {
        const bool add = !c->keep[i] && parts[p->blocks[i].holder].whole;
        c->keep[i] |= add;
        c->kept += add;
    }
    return true;
}

/* The headline is the title, which the metadata have. */
static void drop_headline(struct content_choice *c)
{
    const struct content_page *p = &c->page;
    for (uint32_t i = 0; i < p->block_count && c->kept > 1; i++) {
        const struct content_block *b = &p->blocks[i];
        if (b->tag != HTML_H1 || !c->keep[i] || b->title_words * 4 < b->words * 3)
            continue;
        c->keep[i] = false;
        c->kept--;
        return;
    }
}

/* Judge all blocks by what can be seen of them. */
static void judge_first(struct content_survey *s, struct content_batch *batch)
{
    float p[CONTENT_LANES];
    const uint32_t count = s->page->block_count;
    for (uint32_t i = 0; i < count; i += CONTENT_LANES) {
        const uint32_t n = count - i < CONTENT_LANES ? count - i : CONTENT_LANES;
        for (uint32_t k = 0; k < n; k++)
            content_features(s, i + k, batch->rows[k]);
        content_model_first(batch, p);
        memcpy(s->p + i, p, n * sizeof *p);
    }
}

/* Judge those again that are not settled; `p` holds the first judgement of all. */
static void judge_second(const struct content_survey *s, struct content_batch *batch, float *p)
{
    float now[CONTENT_LANES];
    uint32_t block[CONTENT_LANES], n = 0;
    for (uint32_t i = 0; i < s->page->block_count; i++) {
        if (s->p[i] >= SETTLED && s->p[i] < SURE) {
            content_features(s, i, batch->rows[n]);
            content_judged_features(s, i, batch->rows[n]);
            block[n++] = i;
        }
        if (n == 0 || (n < CONTENT_LANES && i + 1 < s->page->block_count))
            continue;
        content_model_second(batch, now);
        for (; n > 0; n--)
            p[block[n - 1]] = now[n - 1];
    }
}

static bool judge(dm_task *t, struct content_survey *s)
{
    const size_t bytes = (s->page->block_count + 1) * sizeof *s->p;
    struct content_batch *batch = dm_alloc(t, sizeof *batch);
    float *second = dm_alloc(t, bytes);
    if (!batch || !second)
        return false;
    content_batch_first(batch);
    judge_first(s, batch);
    if (!content_survey_judge(t, s))
        return false;
    memcpy(second, s->p, bytes);
    content_batch_second(batch);
    judge_second(s, batch, second);
    s->p = second;
    return true;
}

bool content_choose(dm_task *t, const struct content_vocabulary *v, const struct html_tree *tree,
                    const struct content_options *o, struct content_choice *c)
{
    struct content_survey s;
    *c = (struct content_choice){.kept = 0};
    if (!content_page_init(t, v, tree, &c->page) || !content_survey_init(t, &c->page, &s) || !judge(t, &s))
        return false;
    c->keep = dm_alloc(t, c->page.block_count + 1);
    if (!c->keep)
        return false;
    keep_blocks(&s, o, c);
    if (!complete(t, c))
        return false;
    drop_strange(c, is_consent, 80);
    c->type = content_page_type(&s, c->keep, c->confidence);
    if (!strcmp(c->type, "article"))
        drop_strange(c, is_hidden, 40);
    if (strcmp(c->type, "listing") != 0) /* its headline says what the items are */
        drop_headline(c);
    return true;
}
