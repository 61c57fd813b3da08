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

/* The typos by their hashes, and a bit for the upper bits of each hash, by which most words are known to be none. */
struct typo_table {
    uint64_t bits[1024];
    uint16_t slots[SLOTS]; /* numbers, from 1; 0: empty */
};

static uint64_t load(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return le64toh(bytes);
}

/* Of the first eight bytes of a word and the last ones.  There is no branch in it where it matters, as nobody could
 * foresee how long a word is. */
static inline uint64_t hash_word(dm_str s, size_t begin, size_t end)
{
    enum { BYTES = sizeof(uint64_t) };
    const size_t len = end - begin, part = len < BYTES ? len : BYTES;
    char edge[2 * BYTES] = {0};
    const char *head = s.ptr + begin, *tail = edge + BYTES;
    if (end >= BYTES)
        tail = s.ptr + end - BYTES;
    if (s.len - begin < BYTES) { /* at the end of the text */
        memcpy(edge, head, part);
        head = edge;
    }
    const uint64_t first = load(head) & UINT64_MAX >> 8 * (BYTES - part);
    const uint64_t last = load(tail) & -(uint64_t)(len > BYTES);
    return (first ^ last * 3) * 0x9E3779B97F4A7C15u;
}

static size_t slot_of(uint64_t hash)
{
    return (size_t)(hash >> 40) % SLOTS;
}

/* Where its bit is. */
static uint64_t bit_of(uint64_t hash)
{
    return 1ull << (hash >> 48) % 64;
}

static size_t bits_of(uint64_t hash)
{
    return (size_t)(hash >> 54);
}

dm_status names_open_typos(dm_task *t, struct names_state *state)
{
    struct typo_table *const table = dm_alloc(t, sizeof *table);
    if (!table)
        return DM_ELIMIT;
    for (size_t i = 0; i < sizeof typos / sizeof *typos; i++) {
        const dm_str word = {typos[i].wrong, strlen(typos[i].wrong)};
        const uint64_t hash = hash_word(word, 0, word.len);
        size_t at = slot_of(hash);
        while (table->slots[at])
            at = (at + 1) % SLOTS;
        table->slots[at] = (uint16_t)(i + 1);
        table->bits[bits_of(hash)] |= bit_of(hash);
    }
    state->typos = table;
    return DM_OK;
}

static const struct typo *find_typo(const struct typo_table *table, dm_str s, size_t begin, size_t end)
{
    const uint64_t hash = hash_word(s, begin, end);
    const size_t len = end - begin;
    if (!(table->bits[bits_of(hash)] & bit_of(hash)))
        return NULL;
    for (size_t at = slot_of(hash); table->slots[at]; at = (at + 1) % SLOTS) {
        const struct typo *const typo = &typos[table->slots[at] - 1];
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
        n->english = names_is_english(n);
    return n->english > 0;
}

void names_check_typo(struct names *n, size_t begin, size_t end)
{
    const dm_str s = n->text;
    if (end - begin > TYPO_MAX)
        return;
    const struct typo *const typo = find_typo(n->state->typos, s, begin, end);
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

/* ---- the walk ----------------------------------------------------------------------------------- */

/* Letters, digits and longer characters among 64 bytes of a text, and which of them are small letters. */
struct letters {
    uint64_t all, small;
};

/* Those from `begin` on and before `end`. */
static struct letters letters_at(dm_array classes, size_t block, dm_span at)
{
    const size_t from = block * 64;
    if (from >= at.end)
        return (struct letters){0, 0};
    const dm_classes *const c = DM_AT(dm_classes, classes, block);
    uint64_t own = UINT64_MAX;
    if (from < at.begin)
        own &= UINT64_MAX << (at.begin - from);
    if (at.end - from < 64)
        own &= (1ull << (at.end - from)) - 1;
    return (struct letters){(c->small | c->capital | c->digit | c->wide) & own, c->small & own};
}

/* 64 of the bits of two blocks, from `place` on. */
static uint64_t bits_from(uint64_t here, uint64_t next, unsigned place)
{
    return here >> place | next << 1 << (63 - place);
}

void names_check_small_words(struct names *n, dm_array classes, dm_span at)
{
    struct letters here = letters_at(classes, at.begin / 64, at), next;
    uint64_t before = 0;
    for (size_t block = at.begin / 64; block * 64 < at.end; block++, here = next) {
        next = letters_at(classes, block + 1, at);
        /* Words that begin with three small letters. */
        uint64_t words = here.small & ~(here.all << 1 | before) & bits_from(here.small, next.small, 1) &
                         bits_from(here.small, next.small, 2);
        before = here.all >> 63;
        for (; words; words &= words - 1) {
            const unsigned place = (unsigned)__builtin_ctzll(words);
            const uint64_t gaps = ~bits_from(here.all, next.all, place);
            const uint64_t own = gaps ? (gaps & -gaps) - 1 : UINT64_MAX;
            if ((bits_from(here.small, next.small, place) & own) == own && gaps)
                names_check_typo(n, block * 64 + place, block * 64 + place + (size_t)__builtin_ctzll(gaps));
        }
    }
}
