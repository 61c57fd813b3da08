/* Whether there is anything to compare.
 *
 * Two names can only become one if they sound alike.  Then they have all consonants and the first sound in common, or
 * they stand behind the same name and have the first sound in common; and other names stand beside them.  Most documents
 * have no two such names, and this is all that is done for them. */
#include <string.h>

#include "names.h"

/* ---- keys --------------------------------------------------------------------------------------- */

/* A letter in both cases. */
#define LETTER(c, value) [(c)-0x20] = (value), [c] = (value)

/* A bit for each consonant, and those of k and s for x; j may be zh.  None for h, which may be there or not. */
static const uint64_t consonants[256] = {
    LETTER('b', 1 << 0),  LETTER('c', 1 << 1),           LETTER('d', 1 << 2),  LETTER('f', 1 << 3),
    LETTER('g', 1 << 4),  LETTER('j', 1 << 14),          LETTER('k', 1 << 1),  LETTER('l', 1 << 6),
    LETTER('m', 1 << 7),  LETTER('n', 1 << 8),           LETTER('p', 1 << 3),  LETTER('q', 1 << 1),
    LETTER('r', 1 << 9),  LETTER('s', 1 << 10),          LETTER('t', 1 << 11), LETTER('v', 1 << 12),
    LETTER('w', 1 << 12), LETTER('x', 1 << 1 | 1 << 10), LETTER('z', 1 << 14),
};

/* Of those that begin with none. */
static const uint64_t other_sounds[256] = {
    LETTER('a', 1 << 15), LETTER('e', 1 << 16), LETTER('i', 1 << 16), LETTER('y', 1 << 16),
    LETTER('o', 1 << 17), LETTER('u', 1 << 17), LETTER('h', 1 << 18),
};
#undef LETTER

static inline uint64_t first_sound(unsigned char c)
{
    return (consonants[c] | other_sounds[c]) << 32;
}

static inline uint64_t consonants_of(const uint64_t *letters)
{
    unsigned char c[sizeof *letters];
    memcpy(c, letters, sizeof c);
    return consonants[c[0]] | consonants[c[1]] | consonants[c[2]] | consonants[c[3]] | consonants[c[4]] |
           consonants[c[5]] | consonants[c[6]] | consonants[c[7]];
}

/* So many letters of a word are in its head and tail. */
enum { ENDS = 16 };

static bool has_more(const struct occurrence *o)
{
    static const uint64_t wide = 0x8080808080808080u;
    return (((o->head | o->tail) & wide) != 0) | (o->len > ENDS);
}

static uint64_t key_of_letters(dm_str text, const struct occurrence *o)
{
    char letters[NAME_MAX + 2];
    const size_t len = sound_letters((dm_str){text.ptr + o->begin, o->len}, letters);
    uint64_t key = first_sound((unsigned char)letters[0]);
    for (size_t i = 0; i < len; i++)
        key |= consonants[(unsigned char)letters[i]];
    return len ? key : 0;
}

/* The set of a name's consonants in the lower half, the class of its first sound in the upper half.  Letters that may
 * sound alike, alone or with the one behind, are one.
 * return  0: it is like no other name */
static inline __attribute__((always_inline)) uint64_t key_of(dm_str text, const struct occurrence *o)
{
    if (has_more(o)) /* which is rare */
        return key_of_letters(text, o);
    const uint64_t key = consonants_of(&o->head) | first_sound((unsigned char)o->head);
    return o->tail ? key | consonants_of(&o->tail) : key;
}

uint32_t people_consonants(const struct names *n, size_t i)
{
    return (uint32_t)key_of(n->text, &n->met[i]);
}

/* ---- encounters --------------------------------------------------------------------------------- */

enum { SLOT_BITS = 8 };

/* Occurrences by their keys. */
struct encounters {
    const struct names *n;
    uint32_t *slots;  /* number of the one that was entered last, from 1; 0: the slot is empty */
    uint32_t *before; /* by index of an occurrence: number of the one before it in the same slot */
    unsigned bits;    /* of the number of slots */
    unsigned looks;   /* pairs that were looked into */
};

static unsigned slot_bits(size_t count)
{
    unsigned bits = SLOT_BITS;
    while ((size_t)1 << bits < count * 4)
        bits++;
    return bits;
}

static inline uint32_t *slot_of(const struct encounters *e, uint64_t key)
{
    return &e->slots[key * 0x9E3779B97F4A7C15u >> (64 - e->bits)];
}

static bool are_alike(const struct names *n, const struct occurrence *a, const struct occurrence *b)
{
    const dm_str x = people_word(n, a), y = people_word(n, b);
    const uint64_t differs = key_of(n->text, a) ^ key_of(n->text, b), but_one = differs & (differs - 1);
    if (differs > UINT32_MAX || (but_one & (but_one - 1)) != 0) /* one consonant may stand for another one */
        return false;
    return x.len >= NAME_MIN && y.len >= NAME_MIN && sound_compare(x, y) != UNLIKE &&
           !names_is_nobody(n->state, x) && !names_is_nobody(n->state, y);
}

static bool are_one(const struct names *n, const struct occurrence *a, const struct occurrence *b)
{
    return people_have_same_ends(a, b) &&
           (a->len <= ENDS || !memcmp(n->text.ptr + a->begin, n->text.ptr + b->begin, a->len));
}

/* Whether a word stands behind a name somewhere, and before one; the latter only if not the former. */
struct company {
    bool follows, leads;
};

static struct company company_of(const struct names *n, const struct occurrence *o)
{
    struct company c = {false, false};
    for (size_t i = 0; i < n->met_count && !c.follows; i++) {
        if (!are_one(n, o, &n->met[i]))
            continue;
        c.follows = people_are_joined(n, i) && !names_is_nobody(n->state, people_word(n, &n->met[i - 1]));
        c.leads = c.leads || (i + 1 < n->met_count && people_are_joined(n, i + 1) &&
                              !names_is_nobody(n->state, people_word(n, &n->met[i + 1])));
    }
    return c;
}

/* Whether two words that are alike may be one person's name: one stands behind another name somewhere, or both stand
 * before one (variants.c). */
static bool may_be_one(struct encounters *e, const struct occurrence *a, const struct occurrence *b)
{
    enum { LOOKS = 16 };
    if (e->looks++ == LOOKS)
        return true;
    const struct company x = company_of(e->n, a), y = company_of(e->n, b);
    return x.follows || y.follows || (x.leads && y.leads);
}

/* Enter a word in a slot in which there are others.  return  whether it may be one name with one of them */
static bool enter(struct encounters *e, uint32_t *slot, size_t i)
{
    enum { STEPS = 8 };
    const struct occurrence *const met = e->n->met;
    unsigned steps = 0;
    for (uint32_t other = *slot; other; other = e->before[other - 1]) {
        if (are_one(e->n, &met[other - 1], &met[i]))
            return false;
        if (++steps > STEPS ||
            (are_alike(e->n, &met[other - 1], &met[i]) && may_be_one(e, &met[other - 1], &met[i])))
            return true;
    }
    e->before[i] = *slot;
    *slot = (uint32_t)i + 1;
    return false;
}

/* Indices of occurrences. */
struct chosen {
    uint32_t *at;
    size_t count;
};

/* Of the letters that are in the head and the tail, and of their number. */
static inline uint64_t identity_of(const struct occurrence *o)
{
    return (o->head + (o->tail + o->len) * 0xC2B2AE3D27D4EB4Fu) * 0x9E3779B97F4A7C15u;
}

/* Choose those that are long enough for a name, most of them once, and those that stand one byte behind another one and
 * are long enough for one sound to differ.  Whether a word is met for the first time cannot be foreseen, so there is no
 * branch on it. */
static void choose(const struct names *n, struct chosen *names, struct chosen *followers)
{
    enum { LONG = 6 };
    uint64_t met[1 << SLOT_BITS] = {0}; /* the identity that was seen last */
    size_t name_count = 0, follower_count = 0, behind = SIZE_MAX;
    for (size_t i = 0; i < n->met_count; i++) {
        const struct occurrence *const o = &n->met[i];
        const uint64_t identity = identity_of(o);
        uint64_t *const last = &met[identity >> (64 - SLOT_BITS)];
        names->at[name_count] = followers->at[follower_count] = (uint32_t)i;
        name_count += (size_t)(o->len >= NAME_MIN) & (size_t)((*last != identity) | (o->len > ENDS));
        follower_count += (size_t)(o->len >= LONG) & (size_t)(o->begin == behind);
        behind = o->begin + o->len + 1;
        *last = identity;
    }
    names->count = name_count;
    followers->count = follower_count;
}

static bool meet_by_sound(struct encounters *e, const struct chosen *names)
{
    for (size_t i = 0; i < names->count; i++) {
        const uint32_t at = names->at[i];
        uint32_t *const slot = slot_of(e, key_of(e->n->text, &e->n->met[at]));
        if (*slot == 0)
            *slot = at + 1;
        else if (enter(e, slot, at)) /* which is rare */
            return true;
    }
    return false;
}

static bool meet_behind_names(struct encounters *e, const struct chosen *followers)
{
    for (size_t i = 0; i < followers->count; i++) {
        const struct occurrence *const o = &e->n->met[followers->at[i]];
        const uint64_t first = key_of(e->n->text, o) >> 32;
        if (people_are_joined(e->n, followers->at[i]) &&
            enter(e, slot_of(e, (o - 1)->head ^ (o - 1)->tail * 3 ^ first << 13), followers->at[i]))
            return true;
    }
    return false;
}

bool people_may_be_alike(const struct names *n)
{
    const size_t count = n->met_count;
    uint32_t *const lists = dm_alloc(n->task, 3 * count * sizeof *lists);
    if (!lists)
        return true;
    struct chosen names = {.at = lists}, followers = {.at = lists + count};
    choose(n, &names, &followers);
    struct encounters by_sound = {.n = n, .before = lists + 2 * count, .bits = slot_bits(names.count)};
    struct encounters behind = {.n = n, .before = by_sound.before, .bits = slot_bits(followers.count)};
    const size_t slots = (size_t)1 << by_sound.bits;
    by_sound.slots = dm_alloc(n->task, (slots + ((size_t)1 << behind.bits)) * sizeof *by_sound.slots);
    if (!by_sound.slots)
        return true;
    behind.slots = by_sound.slots + slots;
    return meet_by_sound(&by_sound, &names) || meet_behind_names(&behind, &followers);
}
