/* The numbers by which a block is judged.  See features.h. */
#include "features.h"

#include <string.h>

const char *const content_feature_names[CONTENT_ALL_FEATURES] = {
/* clang-format off */
#define X(name) #name,
    CONTENT_FEATURES(X)
#undef X
#define X(name) "IN_" #name,
    CONTENT_INSIDE_NAMES(X)
#undef X
#define X(name) "NEAR_" #name,
    CONTENT_TOPIC_NAMES(X)
#undef X
#define X(name) "AROUND_" #name,
    CONTENT_TOPIC_NAMES(X)
#undef X
#define X(name) "SAYS_" #name,
    CONTENT_SAYS_NAMES(X)
#undef X
#define X(name) "STARTS_" #name,
    CONTENT_PHRASE_NAMES(X)
#undef X
#define X(name) "UNDER_" #name,
    CONTENT_PHRASE_NAMES(X)
#undef X
#define X(name) "MENTIONS_" #name,
    CONTENT_TOPIC_NAMES(X)
#undef X
#define X(name) "HEADED_" #name,
    CONTENT_TOPIC_NAMES(X)
#undef X
#define X(name) #name,
    CONTENT_JUDGED_FEATURES(X)
#undef X
    /* clang-format on */
};

static float share_of(uint32_t part, uint32_t whole)
{
    return whole ? (float)part / (float)whole : 0;
}

static float share_of_weight(float part, uint32_t whole)
{
    return whole ? part / (float)whole : 0;
}

static float up_to(uint32_t n, uint32_t most)
{
    return (float)(n < most ? n : most);
}

static void of_the_block(const struct content_survey *s, const struct content_block *b, float *f)
{
    const bool heading = b->tag >= HTML_H1 && b->tag <= HTML_H6;
    f[FEATURE_CHARS] = (float)b->chars;
    f[FEATURE_WORDS] = (float)b->words;
    f[FEATURE_LINK_SHARE] = share_of(b->link_chars, b->chars);
    f[FEATURE_STRONG_SHARE] = share_of(b->strong_chars, b->chars);
    f[FEATURE_COMMAS] = (float)b->commas;
    f[FEATURE_STOPS] = (float)b->stops;
    f[FEATURE_CAPITAL_SHARE] = share_of(b->capitals, b->words);
    f[FEATURE_UPPER_SHARE] = share_of(b->letters_upper, b->chars);
    f[FEATURE_DIGIT_SHARE] = share_of(b->digits, b->chars);
    f[FEATURE_WORD_LENGTH] = share_of(b->chars, b->words);
    f[FEATURE_SYMBOLS] = (float)b->symbols;
    f[FEATURE_LINKS] = (float)b->links;
    f[FEATURE_ENDS_SENTENCE] = b->last_char == '.' || b->last_char == '!' || b->last_char == '?';
    f[FEATURE_ENDS_COLON] = b->last_char == ':';
    f[FEATURE_STARTS_LOWER] = b->first_char >= 'a' && b->first_char <= 'z';
    f[FEATURE_TITLE_SHARE] = share_of(b->title_words, b->words);
    f[FEATURE_LEAD_SHARE] = share_of(b->lead_words, b->words);
    f[FEATURE_WITNESS_SHARE] = b->words > 2 ? share_of(b->witness_runs, b->words - 2) : 0;
    f[FEATURE_HAS_WITNESS] = s->page->has_witness;
    f[FEATURE_SEEN] = (float)b->seen;
    f[FEATURE_GOOD] = b->good;
    f[FEATURE_EMPHASIS_SHARE] = share_of(b->emphasis_chars, b->chars);
    f[FEATURE_AUTHOR_WORDS] = (float)b->author_words;
    f[FEATURE_TAG_P] = b->tag == HTML_P;
    f[FEATURE_TAG_LI] = b->tag == HTML_LI;
    f[FEATURE_TAG_CELL] = b->tag == HTML_TD || b->tag == HTML_TH;
    f[FEATURE_TAG_TERM] = b->tag == HTML_DT || b->tag == HTML_DD;
    f[FEATURE_TAG_DIV] = b->tag == HTML_DIV;
    f[FEATURE_HEADING_LEVEL] = heading ? (float)(b->tag - HTML_H1 + 1) : 0;
}

enum { HOLDERS = 4 };

/* The holder of a block and those elements above it that hold more text than the one below. */
static void holders_of(const struct content_page *p, uint32_t holder, uint32_t out[HOLDERS])
{
    uint32_t node = holder, steps = 0;
    for (int i = 0; i < HOLDERS; i++) {
        out[i] = node;
        const uint32_t blocks = p->nodes[node].blocks;
        while (node > 0 && p->nodes[node].blocks == blocks && steps++ < 40)
            node = p->nodes[node].parent;
    }
}

static void of_its_holders(const struct content_page *p, const uint32_t holders[HOLDERS], float *f)
{
    for (int i = 0; i < HOLDERS; i++) {
        const struct content_node *n = &p->nodes[holders[i]];
        float *at = &f[FEATURE_CHARS_1 + i * (FEATURE_CHARS_2 - FEATURE_CHARS_1)];
        at[0] = (float)n->chars;
        at[1] = share_of(n->link_chars, n->chars);
        at[2] = (float)n->blocks;
        at[3] = share_of(n->good, n->chars);
        if (i > 0)
            f[FEATURE_OF_PAGE_2 + i - 1] = share_of(n->chars, p->chars);
    }
}

static void of_its_kin(const struct content_survey *s, uint32_t block, float *f)
{
    const struct content_kin *k = &s->kins[s->kin[block]];
    f[FEATURE_KIN_OF_PAGE] = share_of(k->chars, s->page->chars);
    f[FEATURE_KIN_COUNT] = (float)k->count;
    f[FEATURE_KIN_MEAN] = share_of(k->chars, k->count);
    f[FEATURE_KIN_LINK_SHARE] = share_of(k->link_chars, k->chars);
    f[FEATURE_KIN_GOOD_SHARE] = share_of(k->good, k->chars);
}

/* [at] chars, link share, stops */
static void of_neighbour(const struct content_page *p, int64_t block, float *at)
{
    if (block < 0 || block >= p->block_count) {
        at[0] = at[1] = at[2] = -1;
        return;
    }
    const struct content_block *b = &p->blocks[block];
    at[0] = (float)b->chars;
    at[1] = share_of(b->link_chars, b->chars);
    at[2] = (float)b->stops;
}

static bool is_heading(const struct content_page *p, int64_t block)
{
    return block >= 0 && block < p->block_count && p->blocks[block].tag >= HTML_H1 &&
           p->blocks[block].tag <= HTML_H6;
}

static float window_share(const uint32_t *sums, const struct content_survey *s, uint32_t block,
                          uint32_t reach)
{
    const uint32_t from = block > reach ? block - reach : 0;
    const uint32_t to = block + reach + 1 < s->page->block_count ? block + reach + 1 : s->page->block_count;
    return share_of(sums[to] - sums[from], s->chars_before[to] - s->chars_before[from]);
}

static void of_its_neighbours(const struct content_survey *s, uint32_t block, float *f)
{
    const struct content_page *p = s->page;
    of_neighbour(p, (int64_t)block - 1, &f[FEATURE_CHARS_BEFORE_1]);
    of_neighbour(p, (int64_t)block - 2, &f[FEATURE_CHARS_BEFORE_2]);
    of_neighbour(p, (int64_t)block + 1, &f[FEATURE_CHARS_AFTER_1]);
    of_neighbour(p, (int64_t)block + 2, &f[FEATURE_CHARS_AFTER_2]);
    f[FEATURE_HEADING_BEFORE_1] = is_heading(p, (int64_t)block - 1);
    f[FEATURE_HEADING_AFTER_1] = is_heading(p, (int64_t)block + 1);
    f[FEATURE_BORDER_BEFORE] = s->border[block];
    f[FEATURE_BORDER_AFTER] = s->border[block + 1];
    f[FEATURE_TAG_SAME_BEFORE] = block > 0 && s->kin[block - 1] == s->kin[block];
    f[FEATURE_TAG_SAME_AFTER] = block + 1 < p->block_count && s->kin[block + 1] == s->kin[block];
    f[FEATURE_WINDOW_GOOD_3] = window_share(s->good_before, s, block, 3);
    f[FEATURE_WINDOW_GOOD_8] = window_share(s->good_before, s, block, 8);
    f[FEATURE_WINDOW_LINK_8] = window_share(s->link_before, s, block, 8);
    f[FEATURE_TO_GOOD_BEFORE] = s->last_good[block] ? up_to(block + 1 - s->last_good[block], 99) : 100;
    f[FEATURE_TO_GOOD_AFTER] = s->next_good[block] ? up_to(s->next_good[block] - 1 - block, 99) : 100;
}

static void of_views(const struct content_survey *s, uint32_t holder, float *f)
{
    const struct content_page *p = s->page;
    for (int i = 0; i < CONTENT_VIEWS; i++)
        f[FEATURE_UP_READABLE + i] =
            s->view_node[i] ? (float)s->up[holder * CONTENT_VIEWS + (uint32_t)i] : 50;
    f[FEATURE_READABLE_GOOD] = share_of(p->nodes[s->view_node[VIEW_READABLE]].good, p->good);
    f[FEATURE_ARTICLE_GOOD] =
        s->view_node[VIEW_ARTICLE] ? share_of(p->nodes[s->view_node[VIEW_ARTICLE]].good, p->good) : -1;
    f[FEATURE_MAIN_GOOD] =
        s->view_node[VIEW_MAIN] ? share_of(p->nodes[s->view_node[VIEW_MAIN]].good, p->good) : -1;
    f[FEATURE_BODY_GOOD] =
        s->view_node[VIEW_BODY] ? share_of(p->nodes[s->view_node[VIEW_BODY]].good, p->good) : -1;
    f[FEATURE_ARTICLES] = up_to(s->articles, 100);
}

static void of_its_place(const struct content_survey *s, uint32_t block, float *f)
{
    const struct content_page *p = s->page;
    const uint32_t heading = s->heading[block];
    f[FEATURE_INDEX_SHARE] = share_of(block, p->block_count);
    f[FEATURE_CHARS_SHARE] = share_of(s->chars_before[block], p->chars);
    f[FEATURE_GOOD_SHARE] = share_of(s->good_before[block], p->good);
    f[FEATURE_GOOD_BEFORE] = (float)s->good_before[block];
    f[FEATURE_GOOD_AFTER] = (float)(p->good - s->good_before[block + 1]);
    f[FEATURE_SINCE_H1] = s->first_h1 && block + 1 >= s->first_h1 ? up_to(block + 1 - s->first_h1, 500) : -1;
    f[FEATURE_BEFORE_H1] = s->first_h1 > block + 1 ? up_to(s->first_h1 - block - 1, 500) : -1;
    f[FEATURE_HEADING_ABOVE] = heading ? (float)(p->blocks[heading - 1].tag - HTML_H1 + 1) : 0;
    f[FEATURE_SINCE_HEADING] = heading ? up_to(block + 1 - heading, 100) : 100;
    f[FEATURE_PAGE_BLOCKS] = (float)p->block_count;
    f[FEATURE_PAGE_CHARS] = (float)p->chars;
    f[FEATURE_PAGE_GOOD] = share_of(p->good, p->chars);
    f[FEATURE_PAGE_LINK_SHARE] = share_of(p->link_chars, p->chars);
    f[FEATURE_PAGE_FORUM] = s->forum;
    f[FEATURE_PAGE_COMMENT] = s->comment;
    f[FEATURE_PAGE_PRODUCT] = s->product;
    f[FEATURE_PAGE_TABLE] = s->table;
    f[FEATURE_PAGE_CODE] = s->code;
    f[FEATURE_PAGE_LIST] = s->list;
}

/* Each bit as 0 or 1, from the lowest; `count` is a multiple of four. */
static void spread_bits(uint32_t bits, int count, float *out)
{
    static const float four[16][4] = {{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0},
                                      {0, 0, 1, 0}, {1, 0, 1, 0}, {0, 1, 1, 0}, {1, 1, 1, 0},
                                      {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1},
                                      {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1}};
    for (int i = 0; i < count; i += 4, bits >>= 4)
        memcpy(out + i, four[bits & 15], sizeof four[0]);
}

static void of_words(const struct content_survey *s, uint32_t block, float *f)
{
    const struct content_page *p = s->page;
    const struct content_block *b = &p->blocks[block];
    const struct content_node *n = p->nodes;
    const uint32_t inner = n[b->first].parent, above = n[b->holder].parent;
    const uint32_t near = n[inner].own | n[b->holder].own | n[above].own | n[n[above].parent].own;
    const uint32_t around = n[b->first].around, inside = n[b->first].inside;
    const struct content_block *heading = s->heading[block] ? &p->blocks[s->heading[block] - 1] : NULL;
    const uint32_t under = heading ? heading->phrases : 0, headed = heading ? heading->mentions : 0;
    spread_bits(inside, 32, &f[FEATURE_IN_SKIPPED]);
    spread_bits(near, TOPICS, &f[FEATURE_NEAR_BODY]);
    spread_bits(around, TOPICS, &f[FEATURE_AROUND_BODY]);
    spread_bits(b->mentions, TOPICS, &f[FEATURE_MENTIONS_BODY]);
    spread_bits(headed, TOPICS, &f[FEATURE_HEADED_BODY]);
    spread_bits(p->types, FEATURE_SAYS_UNUSED_2 - FEATURE_SAYS_ARTICLE + 1, &f[FEATURE_SAYS_ARTICLE]);
    spread_bits(b->phrases, PHRASES, &f[FEATURE_STARTS_BYLINE]);
    spread_bits(under, PHRASES, &f[FEATURE_UNDER_BYLINE]);
}

void content_features(const struct content_survey *s, uint32_t block, float f[CONTENT_BASE_FEATURES])
{
    const struct content_page *p = s->page;
    const struct content_block *b = &p->blocks[block];
    uint32_t holders[HOLDERS];
    of_the_block(s, b, f);
    holders_of(p, b->holder, holders);
    of_its_holders(p, holders, f);
    f[FEATURE_DEPTH] = (float)p->nodes[b->holder].depth;
    of_its_kin(s, block, f);
    of_its_neighbours(s, block, f);
    of_views(s, b->holder, f);
    of_its_place(s, block, f);
    of_words(s, block, f);
}

/* ---- after the first judgement -------------------------------------------------------------- */

static float p_of(const struct content_survey *s, int64_t block)
{
    return block < 0 || block >= s->page->block_count ? -1 : s->p[block];
}

static float window_p(const struct content_survey *s, uint32_t block, uint32_t reach)
{
    const uint32_t from = block > reach ? block - reach : 0;
    const uint32_t to = block + reach + 1 < s->page->block_count ? block + reach + 1 : s->page->block_count;
    return share_of_weight(s->weight_before[to] - s->weight_before[from],
                           s->chars_before[to] - s->chars_before[from]);
}

/* The text under a heading: up to three blocks that follow; of another block, what follows its own heading. */
static float section_p(const struct content_survey *s, uint32_t block)
{
    const uint32_t from = is_heading(s->page, block) ? block + 1 : block;
    const uint32_t to = from + 3 < s->page->block_count ? from + 3 : s->page->block_count;
    if (from >= to)
        return -1;
    return share_of_weight(s->weight_before[to] - s->weight_before[from],
                           s->chars_before[to] - s->chars_before[from]);
}

void content_judged_features(const struct content_survey *s, uint32_t block, float f[CONTENT_ALL_FEATURES])
{
    const struct content_page *p = s->page;
    const struct content_block *b = &p->blocks[block];
    const struct content_kin *k = &s->kins[s->kin[block]];
    const float all = s->weight_before[p->block_count] + 1e-6f;
    uint32_t holders[HOLDERS];
    holders_of(p, b->holder, holders);
    f[FEATURE_P] = s->p[block];
    for (int i = 0; i < 3; i++) {
        f[FEATURE_P_BEFORE_1 + i] = p_of(s, (int64_t)block - 1 - i);
        f[FEATURE_P_AFTER_1 + i] = p_of(s, (int64_t)block + 1 + i);
    }
    for (int i = 0; i < HOLDERS; i++)
        f[FEATURE_P_1 + i] = share_of_weight(s->node_weight[holders[i]], p->nodes[holders[i]].chars);
    f[FEATURE_P_KIN] = share_of_weight(k->weight, k->chars);
    f[FEATURE_P_WINDOW_4] = window_p(s, block, 4);
    f[FEATURE_P_WINDOW_12] = window_p(s, block, 12);
    f[FEATURE_P_PAGE] = share_of_weight(s->node_weight[0], p->chars);
    f[FEATURE_P_MOST] = s->p_most;
    f[FEATURE_P_HEADING_ABOVE] = s->heading[block] ? s->p[s->heading[block] - 1] : -1;
    f[FEATURE_P_SECTION] = section_p(s, block);
    f[FEATURE_P_SHARE_BEFORE] = s->weight_before[block] / all;
    f[FEATURE_P_SHARE_AFTER] = (all - s->weight_before[block + 1]) / all;
    f[FEATURE_P_SINCE_SURE] = s->last_sure[block] ? up_to(block + 1 - s->last_sure[block], 99) : 100;
    f[FEATURE_P_TO_SURE] = s->next_sure[block] ? up_to(s->next_sure[block] - 1 - block, 99) : 100;
    f[FEATURE_P_UP] = (float)s->up_sure[b->holder * 2];
    f[FEATURE_P_UP_HALF] = (float)s->up_sure[b->holder * 2 + 1];
    f[FEATURE_P_CHARS] = all;
    f[FEATURE_P_ARTICLE_KIND] =
        share_of_weight(s->node_weight[s->view_node[VIEW_ARTICLE]], (uint32_t)all + 1);
}
