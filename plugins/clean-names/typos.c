/* Typos: a closed list of English words that are none, each with the one word that is meant. */
#include <endian.h>
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

/* A typo and the upper bits of its hash, by which most words are told from it; 0: empty. */
struct typo_slot {
    uint16_t tag, number; /* from 1 */
};

/* Eight bytes at most of what begins at `at`. */
static uint64_t load(dm_str s, size_t at, size_t len)
{
    uint64_t bytes = 0;
    const size_t left = s.len - at;
    if (left >= sizeof bytes) /* which the compiler has one instruction for */
        memcpy(&bytes, s.ptr + at, sizeof bytes);
    else
        memcpy(&bytes, s.ptr + at, left);
    bytes = le64toh(bytes);
    return len < sizeof bytes ? bytes & ((1ull << 8 * len) - 1) : bytes;
}

/* Of the first eight bytes of a word and the last ones. */
static uint64_t hash_word(dm_str s, size_t begin, size_t end)
{
    const size_t len = end - begin, part = len < sizeof(uint64_t) ? len : sizeof(uint64_t);
    const uint64_t head = load(s, begin, part), tail = len > part ? load(s, end - part, part) : 0;
    return (head ^ tail * 3) * 0x9E3779B97F4A7C15u;
}

static size_t slot_of(uint64_t hash)
{
    return (size_t)(hash >> 40) % SLOTS;
}

static uint16_t tag_of(uint64_t hash)
{
    return (uint16_t)(hash >> 24);
}

dm_status names_open_typos(dm_task *t, struct names_state *state)
{
    struct typo_slot *const slots = dm_alloc(t, SLOTS * sizeof *slots);
    if (!slots)
        return DM_ELIMIT;
    for (size_t i = 0; i < sizeof typos / sizeof *typos; i++) {
        const dm_str word = {typos[i].wrong, strlen(typos[i].wrong)};
        const uint64_t hash = hash_word(word, 0, word.len);
        size_t at = slot_of(hash);
        while (slots[at].number)
            at = (at + 1) % SLOTS;
        slots[at] = (struct typo_slot){tag_of(hash), (uint16_t)(i + 1)};
    }
    state->typos = slots;
    return DM_OK;
}

static const struct typo *find_typo(const struct names_state *state, dm_str s, size_t begin, size_t end)
{
    const uint64_t hash = hash_word(s, begin, end);
    const size_t len = end - begin;
    for (size_t at = slot_of(hash); state->typos[at].number; at = (at + 1) % SLOTS) {
        if (state->typos[at].tag != tag_of(hash))
            continue;
        const struct typo *const typo = &typos[state->typos[at].number - 1];
        if (!strncmp(typo->wrong, s.ptr + begin, len) && typo->wrong[len] == 0)
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

void names_read_language(struct names *n)
{
    const dm_str named = dm_meta(n->task, n->doc, "language");
    if (named.ptr != NULL && named.len >= 2)
        n->english = named.ptr[0] == 'e' && named.ptr[1] == 'n';
}

static bool is_english(struct names *n)
{
    if (n->english < 0)
        n->english = names_is_english(n->text);
    return n->english > 0;
}

void names_check_typo(struct names *n, size_t begin, size_t end)
{
    const dm_str s = n->text;
    if (end - begin > TYPO_MAX)
        return;
    const struct typo *const typo = find_typo(n->state, s, begin, end);
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
