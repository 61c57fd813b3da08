/* Typos: a closed list of English words that are none, each with the one word that is meant. */
#include "names.h"
#include "words.h"

enum { SLOTS = 32768, TYPO_MAX = 20 };

struct typo {
    const char *wrong, *right;
};

static const struct typo typos[] = {
#define TYPO(wrong, right) {#wrong, right},
#include "typos/known.inc"
#include "typos/slips.inc"
#undef TYPO
};

/* What words are sifted by, so that nearly all are known to be no typos, and where typos are found. */
struct typo_table {
    uint64_t bits[2048];            /* of the 64 by the upper bits of a word's hash, two by others are set */
    uint64_t heads[64];             /* masks for the first eight bytes of words of so many */
    unsigned char short_ones[1024]; /* by the hash of three letters: 1 if a shorter typo begins with them */
    struct {
        uint16_t number, tag; /* number from 1; 0: the slot is empty */
    } slots[SLOTS];
};

static inline uint64_t load(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return le64toh(bytes);
}

/* By which typos are found in `slots`. */
static uint64_t hash_of(dm_str s, size_t begin, size_t len)
{
    return (word_head(s, begin, len) ^ word_tail(s, begin + len, len) * 3) * 0x9E3779B97F4A7C15u;
}

static size_t slot_of(uint64_t hash)
{
    return (size_t)(hash >> 40) % SLOTS;
}

static uint16_t tag_of(uint64_t hash)
{
    return (uint16_t)(hash >> 24);
}

/* Of the first eight bytes and the last four of a word of four and more. */
static inline uint64_t hash_ends(uint64_t head, const char *end)
{
    uint32_t last;
    memcpy(&last, end - sizeof last, sizeof last);
    return (head ^ (uint64_t)le32toh(last) << 13) * 0x9E3779B97F4A7C15u;
}

static inline size_t bits_of(uint64_t hash)
{
    return (size_t)(hash >> 53);
}

static inline unsigned first_bit(uint64_t hash)
{
    return (unsigned)(hash >> 47) % 64;
}

static inline unsigned second_bit(uint64_t hash)
{
    return (unsigned)(hash >> 41) % 64;
}

/* Of the first three of eight bytes. */
static inline size_t hash_three(uint64_t head)
{
    return (size_t)((head << 40) * 0x9E3779B97F4A7C15u >> 54);
}

static void add_typo(struct typo_table *table, size_t i)
{
    enum { SHORT = 4 };
    const dm_str word = {typos[i].wrong, strlen(typos[i].wrong)};
    const uint64_t head = word_head(word, 0, word.len), hash = hash_of(word, 0, word.len);
    size_t at = slot_of(hash);
    while (table->slots[at].number)
        at = (at + 1) % SLOTS;
    table->slots[at].number = (uint16_t)(i + 1);
    table->slots[at].tag = tag_of(hash);
    if (word.len <= SHORT) {
        table->short_ones[hash_three(head)] = 1;
    } else {
        const uint64_t ends = hash_ends(head, word.ptr + word.len);
        table->bits[bits_of(ends)] |= 1ull << first_bit(ends) | 1ull << second_bit(ends);
    }
}

dm_status names_open_typos(dm_task *t, struct names_state *state)
{
    struct typo_table *const table = dm_alloc(t, sizeof *table);
    if (!table)
        return DM_ELIMIT;
    for (unsigned len = 0; len < 64; len++)
        table->heads[len] = len < 8 ? (1ull << 8 * len) - 1 : UINT64_MAX;
    for (size_t i = 0; i < sizeof typos / sizeof *typos; i++)
        add_typo(table, i);
    state->typos = table;
    return DM_OK;
}

/* Note the places of words that may be typos: all that are, and one or two in a hundred of the others.
 * return  how many */
static size_t sift(const struct typo_table *table, const struct stretch *s, uint16_t *out)
{
    const char *const text = s->text.ptr + s->base;
    size_t count = 0;
    for (struct place_walk w = walk_places(&s->small); w.group < s->small.count;) {
        const uint32_t place = next_place(&s->small, &w), len = word_length(s, place);
        const uint64_t hash = hash_ends(load(text + place) & table->heads[len], text + place + len);
        const uint64_t bits = table->bits[bits_of(hash)];
        out[count] = (uint16_t)place;
        count += bits >> first_bit(hash) & bits >> second_bit(hash) & 1;
    }
    return count;
}

/* The same for those of three or four letters. */
static size_t sift_short(const struct typo_table *table, const struct stretch *s, uint16_t *out)
{
    const char *const text = s->text.ptr + s->base;
    size_t count = 0;
    for (struct place_walk w = walk_places(&s->short_ones); w.group < s->short_ones.count;) {
        const uint32_t place = next_place(&s->short_ones, &w);
        out[count] = (uint16_t)place;
        count += table->short_ones[hash_three(load(text + place))];
    }
    return count;
}

static const struct typo *find_typo(const struct typo_table *table, dm_str s, size_t begin, size_t len)
{
    const uint64_t hash = hash_of(s, begin, len);
    if (len > TYPO_MAX)
        return NULL;
    for (size_t at = slot_of(hash); table->slots[at].number; at = (at + 1) % SLOTS) {
        const struct typo *const typo = &typos[table->slots[at].number - 1];
        if (table->slots[at].tag == tag_of(hash) && !strncmp(typo->wrong, s.ptr + begin, len) &&
            typo->wrong[len] == 0)
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

static bool is_quote_before(dm_str s, size_t begin)
{
    return (begin > 0 && is_quote(s, begin - 1)) || (begin > 2 && is_quote(s, begin - 3));
}

/* Where the word behind a space ends; `at`: there is none. */
static size_t next_word_end(dm_str s, size_t at)
{
    size_t end = at + (at < s.len && s.ptr[at] == ' ');
    while (end > at && end < s.len && names_is_word_byte((unsigned char)s.ptr[end]))
        end++;
    return end;
}

/* A word in quotation marks of its own is talked about, and so are two of which it is the first: “teh list”. */
static bool is_cited(dm_str s, size_t begin, size_t end)
{
    if (!is_quote_before(s, begin))
        return false;
    const size_t second = next_word_end(s, end);
    return (end < s.len && is_quote(s, end)) || (second < s.len && is_quote(s, second));
}

/* Whether the word is cited somewhere, so that the text knows it: `“Teh” is no word, but teh is tea.`  Of few words in a
 * text, as each time all of it is read. */
static bool is_cited_elsewhere(struct names *n, const char *word, size_t len)
{
    enum { SEARCHES = 32 };
    const dm_str s = n->text;
    if (n->searches++ >= SEARCHES)
        return false;
    const char *p = s.ptr;
    for (const char *const end = s.ptr + s.len; (p = memmem(p, (size_t)(end - p), word, len)) != NULL; p++) {
        const size_t begin = (size_t)(p - s.ptr);
        if (is_quote_before(s, begin) && begin + len < s.len && is_quote(s, begin + len))
            return true;
    }
    return false;
}

/* `definately [sic]`, with a word or two between. */
static bool is_sic(dm_str s, size_t end)
{
    enum { REACH = 24, SIC = sizeof "sic" };
    const size_t to = s.len - end < REACH ? s.len : end + REACH;
    for (size_t i = end; i < to && s.ptr[i] != '\n' && s.ptr[i] != '.'; i++)
        if ((s.ptr[i] == '[' || s.ptr[i] == '(') && s.len - i > SIC &&
            !memcmp(s.ptr + i + 1, "sic", SIC - 1) && s.ptr[i + SIC] &&
            strchr("]) ,;:!", s.ptr[i + SIC])) /* not `(sick` */
            return true;
    return false;
}

/* ---- what a sentence says of its words ------------------------------------------------------- */

static bool is_letter(char c)
{
    return (unsigned)(c | 0x20) - 'a' < 26;
}

static bool ends_sentence(char c)
{
    return c == '.' || c == '!' || c == '?' || c == '\n';
}

/* The sentence around the word, as far as it is near. */
static dm_span sentence_around(dm_str s, size_t begin, size_t end)
{
    enum { NEAR = 200 };
    dm_span near = {begin, end};
    while (near.begin > 0 && begin - near.begin < NEAR && !ends_sentence(s.ptr[near.begin - 1]))
        near.begin--;
    while (near.end < s.len && near.end - end < NEAR && !ends_sentence(s.ptr[near.end]))
        near.end++;
    return near;
}

static bool is_about_spelling(dm_str word)
{
    static const char *const words[] = {"typo",     "typos",     "mistyped",    "misspelt",     "misspelled",
                                        "misspell", "misspells", "misspelling", "misspellings", "spelt",
                                        "spelled",  "spelling",  "spellings"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == word.len && (word.ptr[0] | 0x20) == words[i][0] &&
            !memcmp(word.ptr + 1, words[i] + 1, word.len - 1))
            return true;
    return false;
}

/* `teh is a typo of the`: the sentence is about the word. */
static bool is_told_of(dm_str s, size_t begin, size_t end)
{
    const dm_span sentence = sentence_around(s, begin, end);
    for (size_t i = sentence.begin, to; i < sentence.end; i = to + 1) {
        for (to = i; to < sentence.end && is_letter(s.ptr[to]);)
            to++;
        if (to > i && is_about_spelling((dm_str){s.ptr + i, to - i}))
            return true;
    }
    return false;
}

/* `El profesor dijo`, `pollutin’`: a word of what is quoted in another language has small words of it beside itself, and
 * speech without its last g a mark in its place. */
static bool is_of_other_speech(dm_str s, size_t begin, size_t end)
{
    static const char small_words[] =
        " el la los las le les du des de del un una une y e et il gli della di da dos der "
        "und que qui se es por para con ";
    if (s.ptr[end - 1] == 'n' && s.ptr[end - 2] == 'i' && end < s.len && is_quote(s, end))
        return true;
    dm_span before = {begin, begin - (begin > 0 && s.ptr[begin - 1] == ' ')}, behind = {end, end};
    for (before.begin = before.end; before.begin > 0 && is_letter(s.ptr[before.begin - 1]);)
        before.begin--;
    behind.begin = end + (end < s.len && s.ptr[end] == ' ');
    for (behind.end = behind.begin; behind.end < s.len && is_letter(s.ptr[behind.end]);)
        behind.end++;
    return names_is_among((dm_str){s.ptr + before.begin, before.end - before.begin}, small_words) ||
           names_is_among((dm_str){s.ptr + behind.begin, behind.end - behind.begin}, small_words);
}

void names_read_language(struct names *n)
{
    const dm_str named = dm_meta(n->task, n->doc, "language");
    if (named.ptr != NULL && named.len >= 2)
        n->english = named.ptr[0] == 'e' && named.ptr[1] == 'n';
}

static bool is_code(struct names *n, size_t begin, size_t end)
{
    return names_find_code(n) && names_touches(n->code, n->code_count, begin, end);
}

static void check_typo(struct names *n, size_t begin, size_t len)
{
    const dm_str s = n->text;
    const size_t end = begin + len;
    const struct typo *const typo = find_typo(n->state->typos, s, begin, len);
    if (!typo || !names_is_english(n) || !names_begins_at(s, begin) || !names_ends_at(s, end) ||
        is_cited(s, begin, end) || is_sic(s, end) || is_of_other_speech(s, begin, end) ||
        is_told_of(s, begin, end) || names_touches(n->taken, n->taken_count, begin, end) ||
        is_code(n, begin, end) || is_cited_elsewhere(n, typo->wrong, len))
        return;
    const dm_change c = {.size = sizeof c,
                         .rule = RULE_TYPO,
                         .at = {begin, end},
                         .with = {typo->right, strlen(typo->right)},
                         .confidence = 0.97,
                         .evidence = DM_LIT("in the list of typos")};
    dm_change_doc(n->task, n->doc, &c);
}

void names_check_typos(struct names *n, const struct stretch *s)
{
    enum { SHORTEST = 3 }; /* of the words that are sifted; a byte that is of none is behind each */
    uint16_t doubtful[STRETCH_BYTES / (SHORTEST + 1) + 1];
    size_t count = sift(n->state->typos, s, doubtful);
    count += sift_short(n->state->typos, s, doubtful + count);
    for (struct place_walk w = walk_places(&s->last); w.group < s->last.count;)
        doubtful[count++] = (uint16_t)next_place(&s->last, &w);
    for (size_t i = 0; i < count; i++)
        check_typo(n, s->base + doubtful[i], word_length(s, doubtful[i]));
}
