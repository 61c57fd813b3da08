/* The glossary: what the pipeline file says is wrong, and what is right instead.  Whole words. */
#include <stdlib.h>
#include <string.h>

#include "names.h"

dm_status names_check_glossary(dm_task *t, const struct names_state *state)
{
    for (uint32_t i = 0; i < state->glossary.count; i++)
        if (DM_AT(dm_pair, state->glossary, i)->key.len == 0)
            return dm_fail(t, DM_ECONFIG, "an entry of the glossary is empty");
    return DM_OK;
}

/* A match. */
struct hit {
    dm_span at;
    uint32_t entry;
};

struct hits {
    struct hit *at;
    size_t count, cap;
};

static bool push_hit(dm_task *t, struct hits *h, struct hit hit)
{
    if (h->count == h->cap) {
        const size_t cap = h->cap ? h->cap * 2 : 32;
        struct hit *bigger = dm_alloc(t, cap * sizeof *bigger);
        if (!bigger)
            return false;
        if (h->count)
            memcpy(bigger, h->at, h->count * sizeof *bigger);
        h->at = bigger;
        h->cap = cap;
    }
    h->at[h->count++] = hit;
    return true;
}

static bool is_whole(dm_str s, dm_span at)
{
    return (at.begin == 0 || !names_is_word_byte((unsigned char)s.ptr[at.begin - 1])) &&
           (at.end == s.len || !names_is_word_byte((unsigned char)s.ptr[at.end]));
}

/* "Qalan: Ibrahim Qalan": where the right form stands already, the wrong one is a part of it. */
static bool is_right_already(dm_str s, dm_span at, const dm_pair *pair)
{
    const dm_str wrong = pair->key, right = pair->value;
    for (size_t i = 0; i + wrong.len <= right.len; i++)
        if (!memcmp(right.ptr + i, wrong.ptr, wrong.len) && at.begin >= i &&
            s.len - (at.begin - i) >= right.len && !memcmp(s.ptr + at.begin - i, right.ptr, right.len))
            return true;
    return false;
}

static int compare_hits(const void *a, const void *b)
{
    const struct hit *const x = a, *const y = b;
    if (x->at.begin != y->at.begin)
        return x->at.begin < y->at.begin ? -1 : 1;
    return x->at.end == y->at.end  ? (x->entry > y->entry) - (x->entry < y->entry)
           : x->at.end > y->at.end ? -1
                                   : 1;
}

static bool find_hits(struct names *n, uint32_t entry, struct hits *hits)
{
    const dm_pair *const pair = DM_AT(dm_pair, n->state->glossary, entry);
    const dm_str s = n->text, wrong = pair->key;
    const char *p = s.ptr, *const end = s.ptr + s.len;
    while ((p = memmem(p, (size_t)(end - p), wrong.ptr, wrong.len)) != NULL) {
        const dm_span at = {(size_t)(p - s.ptr), (size_t)(p - s.ptr) + wrong.len};
        if (is_whole(s, at) && !is_right_already(s, at, pair) &&
            !push_hit(n->task, hits, (struct hit){at, entry}))
            return false;
        p += wrong.len;
    }
    return true;
}

bool names_use_glossary(struct names *n)
{
    struct hits hits = {0};
    for (uint32_t i = 0; i < n->state->glossary.count; i++)
        if (!find_hits(n, i, &hits))
            return false;
    if (hits.count == 0)
        return true;
    qsort(hits.at, hits.count, sizeof *hits.at, compare_hits);
    n->taken = dm_alloc(n->task, hits.count * sizeof *n->taken);
    if (!n->taken)
        return false;
    for (size_t i = 0; i < hits.count; i++) {
        const struct hit *const hit = &hits.at[i];
        if (n->taken_count > 0 && hit->at.begin < n->taken[n->taken_count - 1].end)
            continue;
        n->taken[n->taken_count++] = hit->at;
        const dm_change c = {.size = sizeof c,
                             .rule = RULE_GLOSSARY,
                             .at = hit->at,
                             .with = DM_AT(dm_pair, n->state->glossary, hit->entry)->value,
                             .confidence = 1,
                             .evidence = DM_LIT("the glossary of the pipeline")};
        dm_change_doc(n->task, n->doc, &c);
    }
    return true;
}

bool names_touches(const dm_span *spans, size_t count, size_t begin, size_t end)
{
    size_t low = 0, high = count; /* those before `low` end by `begin`, those from `high` on do not */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (spans[middle].end <= begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && spans[low].begin < end;
}
