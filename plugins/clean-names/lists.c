/* Words with a capital that are nobody's name, and small words that tell a language. */
#include <string.h>

#include "names.h"

enum { WORD_MAX = 24 };

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
                              "confused mistaken either respectively both ";

/* ---- the lists by hash ---------------------------------------------------------------------- */

enum { TITLE = 1u << 0, COMMON = 1u << 1, KINSHIP = 1u << 2 };

/* A word of the lists; word NULL: the slot is empty. */
struct listed {
    const char *word;
    size_t len;
    unsigned lists;
};

enum { LISTED_SLOTS = 1024 };

static unsigned char small(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Where a word stands, or would, in any case of its letters. */
static size_t slot_of(const struct listed *slots, const char *word, size_t len)
{
    size_t h = len;
    for (size_t i = 0; i < len; i++)
        h = h * 31 + small(word[i]);
    for (h %= LISTED_SLOTS; slots[h].word; h = (h + 1) % LISTED_SLOTS) {
        size_t same = 0;
        while (slots[h].len == len && same < len && (unsigned char)slots[h].word[same] == small(word[same]))
            same++;
        if (same == len && slots[h].len == len)
            break;
    }
    return h;
}

static void add_list(struct listed *slots, const char *list, unsigned number)
{
    for (const char *p = list + 1, *space; (space = strchr(p, ' ')) != NULL; p = space + 1) {
        const size_t len = (size_t)(space - p);
        struct listed *const slot = &slots[slot_of(slots, p, len)];
        *slot = (struct listed){p, len, slot->lists | number};
    }
}

dm_status names_open_lists(dm_task *t, struct names_state *state)
{
    struct listed *const slots = dm_alloc(t, LISTED_SLOTS * sizeof *slots);
    if (!slots)
        return DM_ELIMIT;
    add_list(slots, titles, TITLE);
    add_list(slots, common_words, COMMON);
    add_list(slots, kinship, KINSHIP);
    state->words = slots;
    return DM_OK;
}

static bool is_in(const struct names_state *state, dm_str word, unsigned lists)
{
    return word.len > 0 && word.len <= WORD_MAX &&
           (state->words[slot_of(state->words, word.ptr, word.len)].lists & lists) != 0;
}

bool names_is_title(const struct names_state *state, dm_str word)
{
    return is_in(state, word, TITLE);
}

bool names_is_nobody(const struct names_state *state, dm_str word)
{
    return is_in(state, word, TITLE | COMMON);
}

bool names_is_kinship(const struct names_state *state, dm_str word)
{
    return is_in(state, word, KINSHIP);
}

/* ---- languages ------------------------------------------------------------------------------ */

static bool is_among(dm_str word, const char *list)
{
    char key[WORD_MAX + 3] = " ";
    if (word.len == 0 || word.len > WORD_MAX)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.ptr[i];
        key[i + 1] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    key[word.len + 1] = ' ';
    key[word.len + 2] = 0;
    return memchr(key, 0, word.len + 2) == NULL && strstr(list, key) != NULL;
}

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

bool names_is_english(dm_str text)
{
    enum { LOOK = 4000, LANGUAGES = sizeof small_words / sizeof *small_words };
    size_t found[LANGUAGES] = {0};
    const size_t end = text.len < LOOK ? text.len : LOOK;
    for (size_t at = 0; at < end;) {
        const size_t from = at;
        while (at < end && names_is_word_byte((unsigned char)text.ptr[at]))
            at++;
        for (size_t i = 0; at > from && i < LANGUAGES; i++)
            found[i] += is_among((dm_str){text.ptr + from, at - from}, small_words[i]);
        at += at == from;
    }
    for (size_t i = 1; i < LANGUAGES; i++)
        if (found[i] > found[0])
            return false;
    return true;
}
