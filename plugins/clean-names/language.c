/* Whether a text is English, by the small words of its beginning. */
#include "names.h"
#include "words.h"

static const char *const small_words[] = {
    " the and of to in is was for with that on by at from are it as has have be which this not ",
    " le la les des du et est dans pour une qui que sur avec pas plus au ce il ",
    " el los las del y es en por para una que con se su lo como más ",
    " der die das und ist von mit den im für ein eine nicht auf dem des zu sich ",
    " de het een en van is dat op te zijn voor met niet aan er ",
    " il di che e per un una con del della sono non gli nel alla ",
    " o os as do da dos das e em um uma para com não que por mais ",
    " och att det som en är på av för med till den inte har ",
    " og det er en til på som med for af ikke den har ",
};

enum {
    LANGUAGES = sizeof small_words / sizeof *small_words,
    WORDS_MAX = 255,
    SLOTS = 2048,
    LANE = 12, /* bits that hold how often a language is met */
    LANES = 5,
    LOOK = 4000 /* bytes, which is less than 1 << LANE words, and less than a stretch */
};

/* A word of up to eight bytes, and a one in the lane of each of its languages. */
struct small_word {
    uint64_t bytes;
    uint64_t votes[2];
};

/* The words, each with a slot of its own, so that it takes no branch to find one. */
struct small_words {
    struct small_word words[WORDS_MAX + 1]; /* number 0 is none */
    size_t count;
    uint64_t multiplier; /* that gives no two of them one slot */
    uint8_t slots[SLOTS];
};

static inline size_t slot_of(uint64_t bytes, uint64_t multiplier)
{
    return (size_t)(bytes * multiplier >> 53);
}

static void add_word(struct small_words *w, dm_str word, size_t language)
{
    const uint64_t bytes = word_head(word, 0, word.len);
    size_t i = 1;
    while (i <= w->count && w->words[i].bytes != bytes)
        i++;
    w->count += i > w->count;
    w->words[i].bytes = bytes;
    w->words[i].votes[language / LANES] |= 1ull << language % LANES * LANE;
}

/* return  false: two words have one slot */
static bool place_words(struct small_words *w)
{
    memset(w->slots, 0, sizeof w->slots);
    for (size_t i = 1; i <= w->count; i++) {
        uint8_t *const slot = &w->slots[slot_of(w->words[i].bytes, w->multiplier)];
        if (*slot)
            return false;
        *slot = (uint8_t)i;
    }
    return true;
}

dm_status names_open_languages(dm_task *t, struct names_state *state)
{
    struct small_words *const w = dm_alloc(t, sizeof *w);
    if (!w)
        return DM_ELIMIT;
    for (size_t i = 0; i < LANGUAGES; i++)
        for (const char *p = small_words[i] + 1, *space; (space = strchr(p, ' ')) != NULL; p = space + 1)
            add_word(w, (dm_str){p, (size_t)(space - p)}, i);
    do /* some hundreds of times */
        w->multiplier += 2 * 0x9E3779B97F4A7C15u + 1;
    while (!place_words(w));
    state->small_words = w;
    return DM_OK;
}

/* ---- the text ----------------------------------------------------------------------------------- */

/* Of longer characters the bytes C2 and E2, with which marks begin, belong to no word. */
static uint64_t find_mark_bytes(const char *block, uint64_t wide)
{
    uint64_t found = 0;
    for (; wide; wide &= wide - 1) {
        const unsigned at = (unsigned)__builtin_ctzll(wide);
        found |= (uint64_t)!names_is_word_byte((unsigned char)block[at]) << at;
    }
    return found;
}

/* Mark the words of the text's beginning. */
static void read_beginning(const struct names *n, dm_array classes, struct stretch *s)
{
    const size_t end = n->text.len < LOOK ? n->text.len : LOOK;
    uint64_t before = 0;
    s->text = n->text;
    s->small.count = 0;
    for (size_t i = 0; i * 64 < end; i++) {
        const dm_classes *const c = DM_AT(dm_classes, classes, i);
        uint64_t all = c->small | c->capital | c->digit | c->wide;
        if (c->wide)
            all &= ~find_mark_bytes(n->text.ptr + i * 64, c->wide);
        if (end - i * 64 < 64)
            all &= (1ull << (end - i * 64)) - 1;
        add_places(&s->small, all & ~(all << 1 | before), i * 64);
        before = all >> 63;
        s->gaps[i] = htole64(~all);
        s->gaps[i + 1] = UINT64_MAX;
    }
    end_places(&s->small);
}

static size_t votes_of(const uint64_t *votes, size_t language)
{
    return votes[language / LANES] >> language % LANES * LANE & ((1u << LANE) - 1);
}

static bool has_english_words(const struct names *n)
{
    const struct small_words *const w = n->state->small_words;
    const dm_array classes = dm_classify(n->task, n->doc);
    struct stretch s;
    uint64_t votes[2] = {0};
    if (!classes.items)
        return false;
    read_beginning(n, classes, &s);
    for (struct place_walk walk = walk_places(&s.small); walk.group < s.small.count;) {
        const uint32_t place = next_place(&s.small, &walk), len = word_length(&s, place);
        const uint64_t bytes = small_letters(word_head(s.text, place, len));
        const struct small_word *const word = &w->words[w->slots[slot_of(bytes, w->multiplier)]];
        const uint64_t same = -(uint64_t)(word->bytes == bytes);
        votes[0] += word->votes[0] & same;
        votes[1] += word->votes[1] & same;
    }
    for (size_t i = 1; i < LANGUAGES; i++)
        if (votes_of(votes, i) > votes_of(votes, 0))
            return false;
    return true;
}

bool names_is_english(struct names *n)
{
    if (n->english < 0)
        n->english = has_english_words(n);
    return n->english > 0;
}
