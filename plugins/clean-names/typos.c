/* Typos: a closed list of English words that are none, each with the one word that is meant. */
#include <string.h>

#include "names.h"

enum { SLOTS = 4096, TYPO_MAX = 20 };

struct typo {
    const char *wrong, *right;
};

static const struct typo typos[] = {
#define TYPO(wrong, right) {#wrong, right},
#include "typos.inc"
#undef TYPO
};

struct typo_slot {
    const struct typo *typo; /* NULL: empty */
};

static size_t slot_of(const char *word, size_t len)
{
    uint64_t head = 0, tail = 0;
    memcpy(&head, word, len < 8 ? len : 8);
    memcpy(&tail, word + (len < 8 ? 0 : len - 8), len < 8 ? len : 8);
    return (size_t)(((head ^ tail * 3) * 0x9E3779B97F4A7C15u) >> 40) % SLOTS;
}

dm_status names_open_typos(dm_task *t, struct names_state *state)
{
    struct typo_slot *const slots = dm_alloc(t, SLOTS * sizeof *slots);
    if (!slots)
        return DM_ELIMIT;
    for (size_t i = 0; i < sizeof typos / sizeof *typos; i++) {
        size_t at = slot_of(typos[i].wrong, strlen(typos[i].wrong));
        while (slots[at].typo)
            at = (at + 1) % SLOTS;
        slots[at].typo = &typos[i];
    }
    state->typos = slots;
    return DM_OK;
}

static const struct typo *find_typo(const struct names_state *state, const char *word, size_t len)
{
    for (size_t at = slot_of(word, len); state->typos[at].typo; at = (at + 1) % SLOTS) {
        const struct typo *const typo = state->typos[at].typo;
        if (!strncmp(typo->wrong, word, len) && typo->wrong[len] == 0)
            return typo;
    }
    return NULL;
}

static bool is_quote(dm_str s, size_t at)
{
    return s.ptr[at] == '"' || s.ptr[at] == '\'' || s.ptr[at] == '`' ||
           (at + 2 < s.len && !memcmp(s.ptr + at, "\xE2\x80", 2) && (unsigned char)s.ptr[at + 2] >= 0x98 &&
            (unsigned char)s.ptr[at + 2] < 0xA0);
}

/* A word in quotation marks of its own is talked about. */
static bool is_cited(dm_str s, size_t begin, size_t end)
{
    const bool before = (begin > 0 && is_quote(s, begin - 1)) || (begin > 2 && is_quote(s, begin - 3));
    return before && end < s.len && is_quote(s, end);
}

static bool is_english(struct names *n)
{
    if (n->english < 0) {
        const dm_str named = dm_meta(n->task, n->doc, "language");
        n->english = named.ptr != NULL && named.len >= 2 ? named.ptr[0] == 'e' && named.ptr[1] == 'n'
                                                         : names_is_english(n->text);
    }
    return n->english > 0;
}

void names_check_typo(struct names *n, size_t begin, size_t end)
{
    const dm_str s = n->text;
    if (end - begin > TYPO_MAX)
        return;
    const struct typo *const typo = find_typo(n->state, s.ptr + begin, end - begin);
    if (!typo || !is_english(n) || !names_begins_at(s, begin) || !names_ends_at(s, end) ||
        is_cited(s, begin, end) || names_is_taken(n, begin, end))
        return;
    const dm_change c = {.size = sizeof c,
                         .rule = RULE_TYPO,
                         .at = {begin, end},
                         .with = {typo->right, strlen(typo->right)},
                         .confidence = 0.97,
                         .evidence = DM_LIT("in the list of typos")};
    dm_change_doc(n->task, n->doc, &c);
}
