/* Words with a capital that are nobody's name. */
#include "names.h"
#include "words.h"

enum { WORD_MAX = 16 };

static const char titles[] =
    " mr mrs ms miss dr prof professor sir lord lady dame president minister premier secretary senator "
    "general colonel captain major lieutenant sergeant admiral commander judge justice "
    "sheikh shaykh mullah imam ayatollah emir prince princess king queen pope bishop "
    "archbishop cardinal father sister brother rabbi ambassador envoy governor mayor councillor "
    "chancellor chairman chairwoman director spokesman spokeswoman representative inspector "
    "officer congressman congresswoman deputy leader chief herr frau monsieur madame senor "
    "senora don dona ";

static const char common_words[] =
    " the an and but or nor for yet so if in on at by to of from with as after before since until when "
    "while where "
    "because although though this that these those there here he she it we they you his her its our "
    "their my your "
    "who what which why how not no yes all any some many most more one two three four five six seven "
    "eight nine "
    "ten first second third last next both each every other another then now today yesterday tomorrow "
    "tonight "
    "however meanwhile earlier later also still even only just during under over between among against "
    "about "
    "according despite instead monday tuesday wednesday thursday friday saturday sunday january february "
    "march "
    "april may june july august september october november december north south east west northern "
    "southern "
    "eastern western central middle upper lower new old great saint united states kingdom republic "
    "federal "
    "national international european american british french german russian chinese arab islamic muslim "
    "christian jewish ministry ministries ministers minister presidency presidential council counsel "
    "senate "
    "parliament party parties government state city county province district street road avenue square "
    "park "
    "river lake mount sea ocean bay island islands university college school institute bank company "
    "corporation group union league club association committee commission court office department agency "
    "army navy police force forces war peace agreement treaty conference summit talks meeting news press "
    "times "
    "post journal radio television house hall church temple mosque airport port station hospital museum "
    "security affairs foreign defence defense interior finance justice health education labour labor "
    "trade "
    "says said told asked added its special former acting prime vice ";

static const char kinship[] = " brother brothers sister sisters twin twins father mother son sons daughter "
                              "daughters cousin cousins nephew "
                              "niece uncle aunt wife husband widow grandson grandfather namesake namesakes "
                              "unrelated relation spelled spelt "
                              "spelling spellings misspelled misspelt transliterated transliteration "
                              "formerly pronounced pseudonym different "
                              "confused mistaken either respectively both apart elder ";

bool names_is_among(dm_str word, const char *words)
{
    char spaced[16] = " ";
    if (word.len == 0 || word.len + 3 > sizeof spaced)
        return false;
    memcpy(spaced + 1, word.ptr, word.len);
    spaced[1] = (char)(spaced[1] | 0x20);
    memcpy(spaced + 1 + word.len, " ", 2);
    return strstr(words, spaced) != NULL;
}

/* ---- the lists by hash ---------------------------------------------------------------------- */

enum { TITLES, COMMON, KINSHIP, LISTS };

/* A word of the lists, which has WORD_MAX letters at most; head 0: the slot is empty. */
struct listed {
    uint64_t head, tail; /* its first eight letters; its last ones if there are more */
    size_t len;
    unsigned lists; /* a bit for each */
};

enum { LISTED_SLOTS = 1024 };

struct word_lists {
    struct listed slots[LISTED_SLOTS];
    uint32_t begins[LISTS][WORD_MAX + 1]; /* the letters with which words of so many begin: a bit for each */
};

static inline uint32_t bit_of(char letter)
{
    return 1u << (letter & 31);
}

/* Where a word stands, or would, in any case of its letters. */
static size_t slot_of(const struct listed *slots, dm_str word)
{
    const uint64_t head = small_letters(word_head(word, 0, word.len)),
                   tail = small_letters(word_tail(word, word.len, word.len));
    size_t at = (size_t)((head ^ tail * 3) * 0x9E3779B97F4A7C15u >> 54);
    while (slots[at].head && (slots[at].head != head || slots[at].tail != tail || slots[at].len != word.len))
        at = (at + 1) % LISTED_SLOTS;
    return at;
}

static void add_list(struct word_lists *w, const char *list, unsigned number)
{
    for (const char *p = list + 1, *space; (space = strchr(p, ' ')) != NULL; p = space + 1) {
        const dm_str word = {p, (size_t)(space - p)};
        struct listed *const slot = &w->slots[slot_of(w->slots, word)];
        *slot = (struct listed){word_head(word, 0, word.len), word_tail(word, word.len, word.len), word.len,
                                slot->lists | 1u << number};
        w->begins[number][word.len] |= bit_of(*p);
    }
}

dm_status names_open_lists(dm_task *t, struct names_state *state)
{
    struct word_lists *const w = dm_alloc(t, sizeof *w);
    if (!w)
        return DM_ELIMIT;
    add_list(w, titles, TITLES);
    add_list(w, common_words, COMMON);
    add_list(w, kinship, KINSHIP);
    state->words = w;
    return DM_OK;
}

/* Whether the word is in a list; most others have a beginning or a length that none in it has. */
static bool is_in(const struct names_state *state, dm_str word, unsigned number)
{
    const struct word_lists *const w = state->words;
    return word.len > 0 && word.len <= WORD_MAX && w->begins[number][word.len] & bit_of(*word.ptr) &&
           w->slots[slot_of(w->slots, word)].lists & 1u << number;
}

bool names_is_title(const struct names_state *state, dm_str word)
{
    return is_in(state, word, TITLES);
}

bool names_is_nobody(const struct names_state *state, dm_str word)
{
    return is_in(state, word, TITLES) || is_in(state, word, COMMON);
}

bool names_is_kinship(const struct names_state *state, dm_str word)
{
    return is_in(state, word, KINSHIP);
}
