/* What kind of page it is: for each kind a sum over small decision trees, and the kind with most.  The
 * method is that of model.c. */
#include "pagetype.h"

enum { QUESTIONS = 3, LEAVES = 1 << QUESTIONS };

struct page_tree {
    struct {
        uint16_t feature;
        float above;
    } ask[QUESTIONS];
    float leaf[LEAVES];
};

#define Q(name, value)                                                                                       \
    {                                                                                                        \
        PAGE_##name, value                                                                                   \
    }
#include "model_pagetype.inc"
#undef Q

struct kind {
    const char *name;
    const struct page_tree *trees;
    size_t count;
};

#define KIND(name)                                                                                           \
    {                                                                                                        \
#name, name##_trees, sizeof name##_trees / sizeof name##_trees[0]                                    \
    }
static const struct kind kinds[] = {
    KIND(article), KIND(forum), KIND(listing), KIND(documentation), KIND(product), KIND(other),
};
#undef KIND

static float share_of(uint32_t part, uint32_t whole)
{
    return whole ? (float)part / (float)whole : 0;
}

static void of_the_page(const struct content_survey *s, float *f)
{
    const struct content_page *p = s->page;
    for (int i = 0; i <= PAGE_SAYS_DOCS - PAGE_SAYS_ARTICLE; i++)
        f[PAGE_SAYS_ARTICLE + i] = (float)(p->types >> i & 1);
    f[PAGE_HAS_AUTHOR] = p->has_author;
    f[PAGE_HAS_BODY] = s->view_node[VIEW_BODY] != 0;
    f[PAGE_HAS_MAIN] = s->view_node[VIEW_MAIN] != 0;
    f[PAGE_ARTICLES] = (float)s->articles;
    f[PAGE_ARTICLE_GOOD] =
        s->view_node[VIEW_ARTICLE] ? share_of(p->nodes[s->view_node[VIEW_ARTICLE]].good, p->good) : -1;
    f[PAGE_BLOCKS] = (float)p->block_count;
    f[PAGE_CHARS] = (float)p->chars;
    f[PAGE_GOOD_SHARE] = share_of(p->good, p->chars);
    f[PAGE_LINK_SHARE] = share_of(p->link_chars, p->chars);
    f[PAGE_FORUM] = s->forum;
    f[PAGE_COMMENT] = s->comment;
    f[PAGE_PRODUCT] = s->product;
    f[PAGE_TABLE] = s->table;
    f[PAGE_CODE] = s->code;
    f[PAGE_LIST] = s->list;
}

/* Sums over the content. */
struct content_sums {
    uint32_t chars, blocks, links, good, headings, list, code, table, forum, product, comment, cards, digits,
        stops;
};

static void add_block(struct content_sums *c, const struct content_page *p, const struct content_block *b)
{
    const struct content_node *n = &p->nodes[b->first];
    c->chars += b->chars;
    c->blocks++;
    c->links += b->link_chars;
    c->good += b->good ? b->chars : 0;
    c->headings += b->tag >= HTML_H1 && b->tag <= HTML_H6;
    c->list += n->inside & IN_LIST ? b->chars : 0;
    c->code += n->inside & (IN_PRE | IN_CODE) ? b->chars : 0;
    c->table += n->inside & IN_TABLE ? b->chars : 0;
    c->forum += n->around & CONTENT_TOPIC(FORUM) ? b->chars : 0;
    c->product += n->around & CONTENT_TOPIC(PRODUCT) ? b->chars : 0;
    c->comment += n->around & CONTENT_TOPIC(COMMENT) ? b->chars : 0;
    c->cards += n->around & CONTENT_TOPIC(LIST) ? b->chars : 0;
    c->digits += b->digits;
    c->stops += b->stops;
}

void content_page_features(const struct content_survey *s, const bool *keep, float confidence,
                           float f[CONTENT_PAGE_FEATURE_COUNT])
{
    const struct content_page *p = s->page;
    struct content_sums c = {0};
    of_the_page(s, f);
    for (uint32_t i = 0; i < p->block_count; i++)
        if (keep[i])
            add_block(&c, p, &p->blocks[i]);
    f[PAGE_CONTENT_CHARS] = (float)c.chars;
    f[PAGE_CONTENT_BLOCKS] = (float)c.blocks;
    f[PAGE_CONTENT_MEAN] = share_of(c.chars, c.blocks);
    f[PAGE_CONTENT_LINK_SHARE] = share_of(c.links, c.chars);
    f[PAGE_CONTENT_OF_PAGE] = share_of(c.chars, p->chars);
    f[PAGE_CONTENT_GOOD] = share_of(c.good, c.chars);
    f[PAGE_CONTENT_HEADINGS] = share_of(c.headings, c.blocks);
    f[PAGE_CONTENT_LIST] = share_of(c.list, c.chars);
    f[PAGE_CONTENT_CODE] = share_of(c.code, c.chars);
    f[PAGE_CONTENT_TABLE] = share_of(c.table, c.chars);
    f[PAGE_CONTENT_FORUM] = share_of(c.forum, c.chars);
    f[PAGE_CONTENT_PRODUCT] = share_of(c.product, c.chars);
    f[PAGE_CONTENT_COMMENT] = share_of(c.comment, c.chars);
    f[PAGE_CONTENT_CARDS] = share_of(c.cards, c.chars);
    f[PAGE_CONTENT_DIGITS] = share_of(c.digits, c.chars);
    f[PAGE_CONTENT_STOPS] = share_of(c.stops, c.blocks);
    f[PAGE_CONFIDENCE] = confidence;
}

static float sum_of(const struct kind *k, const float *f)
{
    float sum = 0;
    for (size_t i = 0; i < k->count; i++) {
        const struct page_tree *t = &k->trees[i];
        const unsigned leaf = (unsigned)(f[t->ask[0].feature] > t->ask[0].above) |
                              (unsigned)(f[t->ask[1].feature] > t->ask[1].above) << 1 |
                              (unsigned)(f[t->ask[2].feature] > t->ask[2].above) << 2;
        sum += t->leaf[leaf];
    }
    return sum;
}

const char *content_page_type(const struct content_survey *s, const bool *keep, float confidence)
{
    float features[CONTENT_PAGE_FEATURE_COUNT], most = 0;
    size_t best = 0;
    content_page_features(s, keep, confidence, features);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const float sum = sum_of(&kinds[i], features);
        if (i == 0 || sum > most) {
            most = sum;
            best = i;
        }
    }
    return kinds[best].name;
}
