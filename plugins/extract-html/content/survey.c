/* What the features of blocks are read from: views of the page, blocks that look alike, and sums. */
#include "features.h"

#include <string.h>

/* ---- views ---------------------------------------------------------------------------------- */

/* How many levels one climbs from each of `cores` until one is at or above each node; within it, how deep one is
 * below it, negative. */
static void climb_from(const struct content_page *p, const uint32_t *cores, uint32_t count, int16_t *up)
{
    for (uint32_t i = 0; i < p->tree->count; i++) {
        const struct content_node *n = &p->nodes[i];
        const int16_t *parent = up + n->parent * count;
        if (n->tag == HTML_TEXT)
            continue; /* nobody asks where a text is */
        for (uint32_t k = 0; k < count; k++) {
            const struct content_node *core = &p->nodes[cores[k]];
            const bool below = i >= cores[k] && i < core->end, above = i < cores[k] && n->end >= core->end;
            up[i * count + k] = below || above ? (int16_t)(core->depth - n->depth) : parent[k];
        }
    }
}

/* The deepest element that holds `percent` of all good text. */
static uint32_t deepest_with(const struct content_page *p, uint32_t percent)
{
    const uint64_t enough = (uint64_t)p->good * percent;
    uint32_t best = 0;
    if (p->good == 0)
        return 0;
    for (uint32_t i = 1; i < p->tree->count;) {
        if ((uint64_t)p->nodes[i].good * 100 >= enough && p->nodes[i].tag != HTML_TEXT) {
            best = i++;
            continue;
        }
        i = p->nodes[i].end > i ? p->nodes[i].end : i + 1;
    }
    return best;
}

/* As Readability does: paragraphs give points to their parent, half to its parent, a third of that above. */
static bool most_readable(dm_task *t, const struct content_page *p, uint32_t *best)
{
    float *score = dm_alloc(t, (p->tree->count + 1) * sizeof *score);
    if (!score)
        return false;
    for (uint32_t i = 0; i < p->block_count; i++) {
        const struct content_block *b = &p->blocks[i];
        if (b->chars < 25 || (p->nodes[b->holder].inside & (IN_NAV | IN_FOOTER | IN_FORM)))
            continue;
        float points = 1 + (float)b->commas + (b->chars > 300 ? 3 : (float)b->chars / 100);
        uint32_t node = b->tag == HTML_P ? p->nodes[b->holder].parent : b->holder;
        for (int level = 0; level < 4 && node > 0; level++) {
            score[node] += level == 0 ? points : level == 1 ? points / 2 : points / (float)(level * 3);
            node = p->nodes[node].parent;
        }
    }
    float most = 0;
    *best = 0;
    for (uint32_t i = 1; i < p->tree->count; i++) {
        if (score[i] <= 0 || p->nodes[i].chars == 0)
            continue;
        const float now = score[i] * (1 - (float)p->nodes[i].link_chars / (float)p->nodes[i].chars);
        if (now > most) {
            most = now;
            *best = i;
        }
    }
    return true;
}

/* The element with most good text among those that `is_one` holds for. */
static uint32_t best_of(const struct content_page *p, uint32_t inside, uint32_t topic)
{
    uint32_t best = 0, most = 0;
    for (uint32_t i = 1; i < p->tree->count; i++) {
        const struct content_node *n = &p->nodes[i];
        if (n->chars == 0 || !((n->inside & inside) | (n->own & topic)))
            continue;
        const uint32_t above = p->nodes[n->parent].inside;
        const bool is_one = (inside & n->inside & ~above) || (n->own & topic);
        const uint32_t worth = n->good + n->chars / 64 + 1;
        if (is_one && worth > most) {
            most = worth;
            best = i;
        }
    }
    return best;
}

static bool find_views(dm_task *t, struct content_survey *s)
{
    const struct content_page *p = s->page;
    if (!most_readable(t, p, &s->view_node[VIEW_READABLE]))
        return false;
    s->view_node[VIEW_HALF] = deepest_with(p, 50);
    s->view_node[VIEW_MOST] = deepest_with(p, 85);
    s->view_node[VIEW_ARTICLE] = best_of(p, IN_ARTICLE, 0);
    s->view_node[VIEW_MAIN] = best_of(p, IN_MAIN, 0);
    s->view_node[VIEW_BODY] = best_of(p, IN_BODY_PROPERTY, CONTENT_TOPIC(BODY));
    s->up = dm_alloc(t, (p->tree->count + 1) * CONTENT_VIEWS * sizeof *s->up);
    if (!s->up)
        return false;
    climb_from(p, s->view_node, CONTENT_VIEWS, s->up);
    for (uint32_t i = 1; i < p->tree->count; i++)
        s->articles += p->nodes[i].tag == HTML_ARTICLE;
    return true;
}

/* ---- blocks that look alike ----------------------------------------------------------------- */

static uint32_t hash_name(uint32_t hash, dm_str s)
{
    enum { LENGTH_MAX = 64 };
    const size_t len = s.len < LENGTH_MAX ? s.len : LENGTH_MAX;
    uint64_t sum = hash + len;
    for (size_t i = 0; i < len; i += sizeof(uint64_t)) {
        uint64_t bytes = 0;
        memcpy(&bytes, s.ptr + i, len - i < sizeof bytes ? len - i : sizeof bytes);
        sum = (sum ^ bytes) * 0x9E3779B97F4A7C15u;
        sum ^= sum >> 32;
    }
    return (uint32_t)sum;
}

/* Tags and classes of the holder and the two elements above it. */
static uint32_t signature_of(const struct html_tree *tree, uint32_t node)
{
    uint32_t hash = 0x811C9DC5u;
    for (int level = 0; level < 3; level++) {
        const struct html_node *n = &tree->nodes[node];
        hash = hash_name((hash ^ n->tag) * 0x01000193u, level < 2 ? n->class_name : (dm_str){NULL, 0});
        node = n->parent;
    }
    return hash | 1;
}

static bool find_kin(dm_task *t, struct content_survey *s)
{
    const struct content_page *p = s->page;
    uint32_t size = 64;
    while (size < p->block_count * 2)
        size *= 2;
    uint32_t holder = UINT32_MAX, signature = 0;
    s->kins = dm_alloc(t, size * sizeof *s->kins);
    s->kin = dm_alloc(t, (p->block_count + 1) * sizeof *s->kin);
    if (!s->kins || !s->kin)
        return false;
    for (uint32_t i = 0; i < p->block_count; i++) {
        const struct content_block *b = &p->blocks[i];
        if (b->holder != holder)
            signature = signature_of(p->tree, b->holder);
        holder = b->holder;
        uint32_t at = (signature ^ signature >> 15) & (size - 1);
        while (s->kins[at].signature && s->kins[at].signature != signature)
            at = (at + 1) & (size - 1);
        struct content_kin *k = &s->kins[at];
        k->signature = signature;
        k->count++;
        k->chars += b->chars;
        k->link_chars += b->link_chars;
        k->good += b->good ? b->chars : 0;
        s->kin[i] = at;
    }
    return true;
}

/* ---- sums and neighbours -------------------------------------------------------------------- */

/* The levels that lie between two blocks: down from the first and up to the second, by what they share.
 * Each node is climbed from once at most, as those climbed lie between the two blocks. */
static uint8_t border_between(const struct content_node *nodes, uint32_t a, uint32_t b)
{
    uint32_t up = 0, node = b;
    while (node > a && up < 200) {
        node = nodes[node].parent;
        up++;
    }
    uint32_t down = 0;
    for (uint32_t from = a; from > node && nodes[from].end <= b && down < 20; down++)
        from = nodes[from].parent;
    return (uint8_t)(up > down ? up : down);
}

static void find_headings(struct content_survey *s)
{
    const struct content_page *p = s->page;
    uint32_t above = 0;
    for (uint32_t i = 0; i < p->block_count; i++) {
        s->heading[i] = above;
        if (p->blocks[i].tag >= HTML_H1 && p->blocks[i].tag <= HTML_H6)
            above = i + 1;
        if (p->blocks[i].tag == HTML_H1 && !s->first_h1)
            s->first_h1 = i + 1;
    }
}

static void sum_shares(struct content_survey *s)
{
    const struct content_page *p = s->page;
    const float all = (float)p->chars + 1;
    for (uint32_t i = 0; i < p->block_count; i++) {
        const struct content_block *b = &p->blocks[i];
        const struct content_node *n = &p->nodes[b->first];
        const float share = (float)b->chars / all;
        s->forum += n->around & CONTENT_TOPIC(FORUM) ? share : 0;
        s->comment += n->around & CONTENT_TOPIC(COMMENT) ? share : 0;
        s->product += n->around & CONTENT_TOPIC(PRODUCT) ? share : 0;
        s->table += n->inside & IN_TABLE ? share : 0;
        s->code += (n->inside & (IN_PRE | IN_CODE)) || (n->around & CONTENT_TOPIC(CODE)) ? share : 0;
        s->list += n->inside & IN_LIST ? share : 0;
    }
}

static void sum_before(struct content_survey *s)
{
    const struct content_page *p = s->page;
    uint32_t last = 0;
    for (uint32_t i = 0; i < p->block_count; i++) {
        const struct content_block *b = &p->blocks[i];
        s->chars_before[i + 1] = s->chars_before[i] + b->chars;
        s->good_before[i + 1] = s->good_before[i] + (b->good ? b->chars : 0);
        s->link_before[i + 1] = s->link_before[i] + b->link_chars;
        s->last_good[i] = last;
        last = b->good ? i + 1 : last;
        s->border[i] = i ? border_between(p->nodes, p->blocks[i - 1].holder, b->holder) : 0;
    }
    last = 0;
    for (uint32_t i = p->block_count; i-- > 0;) {
        s->next_good[i] = last;
        last = p->blocks[i].good ? i + 1 : last;
    }
}

bool content_survey_init(dm_task *t, const struct content_page *page, struct content_survey *s)
{
    *s = (struct content_survey){.page = page};
    const size_t n = page->block_count + 2;
    uint32_t *numbers = dm_alloc(t, n * 6 * sizeof *numbers);
    s->border = dm_alloc(t, n);
    s->p = dm_alloc(t, n * sizeof *s->p);
    if (!numbers || !s->border || !s->p || !find_views(t, s) || !find_kin(t, s))
        return false;
    s->heading = numbers;
    s->chars_before = numbers + n;
    s->good_before = numbers + n * 2;
    s->link_before = numbers + n * 3;
    s->last_good = numbers + n * 4;
    s->next_good = numbers + n * 5;
    find_headings(s);
    sum_before(s);
    sum_shares(s);
    return true;
}

/* ---- the first judgement -------------------------------------------------------------------- */

/* The deepest element that holds `share` of the weight. */
static uint32_t deepest_weight(const struct content_survey *s, float share)
{
    const struct content_node *nodes = s->page->nodes;
    const float enough = s->node_weight[0] * share;
    uint32_t best = 0;
    for (uint32_t i = 1; i < s->page->tree->count;) {
        if (s->node_weight[i] >= enough && nodes[i].tag != HTML_TEXT && enough > 0) {
            best = i++;
            continue;
        }
        i = nodes[i].end > i ? nodes[i].end : i + 1;
    }
    return best;
}

static void sum_weights(struct content_survey *s)
{
    const struct content_page *p = s->page;
    uint32_t last = 0;
    for (uint32_t i = 0; i < p->block_count; i++) {
        const float weight = s->p[i] * (float)p->blocks[i].chars;
        s->weight_before[i + 1] = s->weight_before[i] + weight;
        s->node_weight[p->blocks[i].holder] += weight;
        s->kins[s->kin[i]].weight += weight;
        s->p_most = s->p[i] > s->p_most ? s->p[i] : s->p_most;
        s->last_sure[i] = last;
        last = s->p[i] >= 0.5f ? i + 1 : last;
    }
    last = 0;
    for (uint32_t i = p->block_count; i-- > 0;) {
        s->next_sure[i] = last;
        last = s->p[i] >= 0.5f ? i + 1 : last;
    }
    for (uint32_t i = p->tree->count; i-- > 1;)
        s->node_weight[p->nodes[i].parent] += s->node_weight[i];
}

bool content_survey_judge(dm_task *t, struct content_survey *s)
{
    const size_t blocks = s->page->block_count + 2, nodes = s->page->tree->count + 1;
    s->weight_before = dm_alloc(t, blocks * sizeof *s->weight_before);
    s->last_sure = dm_alloc(t, blocks * sizeof *s->last_sure);
    s->next_sure = dm_alloc(t, blocks * sizeof *s->next_sure);
    s->node_weight = dm_alloc(t, nodes * sizeof *s->node_weight);
    s->up_sure = dm_alloc(t, nodes * 2 * sizeof *s->up_sure);
    if (!s->weight_before || !s->last_sure || !s->next_sure || !s->node_weight || !s->up_sure)
        return false;
    sum_weights(s);
    const uint32_t cores[] = {deepest_weight(s, 0.9F), deepest_weight(s, 0.55F)};
    climb_from(s->page, cores, 2, s->up_sure);
    return true;
}
