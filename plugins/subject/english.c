/* The votes of small words.  There are two steps: find where words begin that are short and of letters of
 * ASCII, 64 bytes at a time; then look up one after the other, as long as those that are left can change
 * the answer. */
#include "english.h"

#include <endian.h>
#include <string.h>

enum { BLOCK = 64, STEP = 4 /* blocks */, SMALL_WORD = 8, VOTES_STRONG = 20 };
typedef char small_word[SMALL_WORD];

/* Votes are counted together: those for English below, those for the others from bit 32 on. */
#define VOTE_OTHER (UINT64_C(1) << 32)

/* Words that other languages do not have, as far as that can be. */
static const small_word own_words[] = {
    "the",  "of",    "and",   "to",    "is",     "that", "for",   "with", "from", "said",  "be",    "are",
    "not",  "his",   "has",   "have",  "by",     "they", "who",   "were", "she",  "he",    "would", "this",
    "can",  "could", "there", "their", "our",    "what", "when",  "you",  "us",   "about", "which", "been",
    "into", "its",   "after", "than",  "should", "it",   "where", "how",  "why",  "your",  "my",    "we",
};
static const small_word other_words[] = {
    "le",   "la",   "les",   "des", "du",    "de",    "et",   "est",  "une",  "un",   "que",  "qui",
    "dans", "pour", "sur",   "au",  "aux",   "par",   "pas",  "il",   "elle", "sont", "avec", "plus",
    "vous", "nous", "je",    "ne",  "ce",    "cette", "el",   "los",  "las",  "y",    "en",   "por",
    "con",  "del",  "una",   "se",  "su",    "como",  "para", "es",   "mas",  "der",  "die",  "das",
    "und",  "ist",  "nicht", "ein", "eine",  "den",   "dem",  "mit",  "von",  "zu",   "zum",  "zur",
    "auf",  "im",   "sich",  "wir", "ich",   "aber",  "oder", "auch", "bei",  "wie",  "sie",  "er",
    "che",  "di",   "della", "non", "nel",   "sono",  "gli",  "per",  "ma",   "het",  "een",  "van",
    "niet", "zijn", "voor",  "och", "att",   "som",   "og",   "det",  "jeg",  "ikke", "till", "av",
    "os",   "uma",  "com",   "nao", "ve",    "bir",   "bu",   "ile",  "w",    "z",    "na",   "nie",
    "jest", "od",   "po",    "za",  "dla",   "przez", "oraz", "jak",  "tak",  "czy",  "ale",  "ze",
    "ja",   "je",   "ve",    "si",  "az",    "egy",   "hogy", "nem",  "din",  "pe",   "cu",   "care",
    "ei",   "yang", "dan",   "ini", "untuk", "khong", "va",   "da",   "li",
};

static size_t word_slot(const struct small_words *words, uint64_t word)
{
    return (size_t)((word * words->multiplier) >> 52);
}

/* return  false: a slot is another word's */
static bool words_add(struct small_words *words, const small_word *list, size_t count, uint64_t votes)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t word;
        memcpy(&word, list[i], sizeof word);
        word = le64toh(word);
        uint8_t *const place = &words->places[word_slot(words, word)];
        if (*place && words->list[*place].word != word)
            return false;
        if (!*place)
            *place = (uint8_t)++words->list[0].word;
        words->list[*place].word = word;
        words->list[*place].votes = votes;
    }
    return true;
}

dm_status small_words_open(dm_task *t, struct small_words *words)
{
    enum {
        TRIES = 4096,
        OWN = sizeof own_words / sizeof *own_words,
        OTHER = sizeof other_words / sizeof *other_words
    };
    _Static_assert(OWN + OTHER < SMALL_WORDS, "a place has eight bits");
    for (uint64_t i = 0; i < TRIES; i++) { /* one in a hundred will do */
        memset(words, 0, sizeof *words);
        words->multiplier = (2 * i + 1) * 0x9E3779B97F4A7C15U;
        if (words_add(words, own_words, OWN, 1) && words_add(words, other_words, OTHER, VOTE_OTHER)) {
            words->list[0].word = UINT64_MAX; /* no word */
            return DM_OK;
        }
    }
    return dm_fail(t, DM_EBUG, "the small words have no hash of their own");
}

/* ---- the poll ------------------------------------------------------------------------------- */

/* A stretch of a text whose words are being asked. */
struct poll {
    size_t begin, at, end, first; /* the next block to ask, and the first one */
    struct english_votes votes;
    uint64_t starts[ENGLISH_BLOCKS + 1]; /* where words begin that may have a vote */
};

/* Find where words begin that may be listed, as those of seven letters and more are not. */
static void find_starts(struct poll *poll, const struct english *e)
{
    uint64_t before = 0, *starts = poll->starts;
    for (size_t base = poll->at; base < poll->end; base += BLOCK) {
        const dm_classes *const c = DM_AT(dm_classes, e->classes, base / BLOCK);
        uint64_t letters = c->small | c->capital;
        if (base < poll->begin)
            letters &= UINT64_MAX << (poll->begin - base);
        if (poll->end - base < BLOCK)
            letters &= ~(UINT64_MAX << (poll->end - base));
        const uint64_t two = letters & letters >> 1, four = two & two >> 2, seven = four & four >> 3;
        *starts++ = letters & ~(letters << 1 | before) & ~seven;
        before = letters >> (BLOCK - 1);
    }
}

static bool is_letter(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* Leave out what begins in the stretch, the parts of a word with accents. */
static void leave_out(struct poll *poll, size_t begin, size_t end)
{
    for (size_t at = begin; at < end; at++)
        poll->starts[at / BLOCK - poll->first] &= ~(UINT64_C(1) << at % BLOCK);
}

/* Find the words with characters of two bytes: Latin ones with accents, which are in no list, and those of
 * some other scripts, which are judged elsewhere.  Longer characters, such as curly quotes, are between
 * words. */
static void find_accents(struct poll *poll, const struct english *e)
{
    const unsigned char *const s = (const unsigned char *)e->text.ptr;
    dm_runs wide = dm_runs_of(e->classes, poll->begin, poll->end, DM_WIDE);
    for (size_t done = poll->begin, at; (at = dm_next_edge(&wide)) < poll->end;)
        for (const size_t to = dm_next_edge(&wide); at < to;) {
            if (at < done || s[at] >= 0xE0) {
                at = at < done ? done : at + (s[at] < 0xF0 ? 3 : 4);
                continue;
            }
            size_t from = at;
            while (from > done && is_letter(s[from - 1]))
                from--;
            while (at < poll->end && (is_letter(s[at]) || (s[at] >= 0x80 && s[at] < 0xE0)))
                at += s[at] < 0x80 ? 1 : 2;
            done = at < poll->end ? at : poll->end;
            leave_out(poll, from, done);
            poll->votes.accented++;
        }
}

static void poll_open(struct poll *poll, const struct english *e, size_t begin, size_t end)
{
    poll->begin = begin;
    poll->end = end - begin < ENGLISH_TEXT ? end : begin + ENGLISH_TEXT;
    poll->first = begin / BLOCK;
    poll->at = poll->first * BLOCK;
    poll->votes = (struct english_votes){0, 0, 0};
    find_starts(poll, e);
    find_accents(poll, e);
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The votes of the word that begins the eight bytes.  There is no branch in it, as nobody could foresee
 * which way it goes. */
static inline uint64_t vote_word(const struct small_words *words, const char *eight)
{
    uint64_t bytes;
    memcpy(&bytes, eight, sizeof bytes); /* which the compiler has one instruction for */
    bytes = le64toh(bytes) | EACH(0x20);
    /* The first byte that is no letter has its uppermost bit set here; those behind it may have any. */
    const uint64_t gaps = (~(bytes + EACH(0x80 - 'a')) | (bytes + EACH(0x7F - 'z')) | bytes) & EACH(0x80);
    const uint64_t word = bytes & (((gaps & -gaps) >> 7) - 1);
    const size_t place = words->places[word_slot(words, word)];
    return words->list[place].votes & -(uint64_t)(words->list[place].word == word);
}

/* The votes of the words that begin at `starts` of a block, eight bytes behind which can be read. */
static inline uint64_t vote_starts(const struct small_words *words, const char *block, uint64_t starts)
{
    uint64_t votes = 0;
    for (; starts; starts &= starts - 1)
        votes += vote_word(words, block + __builtin_ctzll(starts));
    return votes;
}

/* Ask the words of the next block.  return  what they say */
static inline uint64_t poll_block(struct poll *poll, const struct english *e)
{
    char tail[BLOCK + SMALL_WORD];
    const char *bytes = e->text.ptr + poll->at;
    const uint64_t starts = poll->starts[poll->at / BLOCK - poll->first];
    if (poll->end - poll->at < sizeof tail) { /* words end where the text does, or is cut */
        memset(tail, 0, sizeof tail);
        bytes = memcpy(tail, bytes, poll->end - poll->at);
    }
    const uint64_t votes = vote_starts(e->words, bytes, starts);
    poll->votes.english += votes & UINT32_MAX;
    poll->votes.other += votes >> 32;
    poll->at += BLOCK;
    return votes;
}

struct english_votes english_vote(const struct english *e, size_t begin, size_t end)
{
    struct poll poll;
    poll_open(&poll, e, begin, end);
    while (poll.at < poll.end)
        poll_block(&poll, e);
    return poll.votes;
}

/* ---- texts and lines ------------------------------------------------------------------------ */

static bool has_majority(dm_str language, size_t english, size_t other)
{
    if (!language.ptr || language.len < 2)
        return english > other;
    if (!memcmp(language.ptr, "en", 2) && (language.len == 2 || language.ptr[2] == '-'))
        return english * 2 >= other;
    return english >= VOTES_STRONG && english > other * 4;
}

/* Ask the next blocks.  return  false: there are none */
static bool poll_step(struct poll *poll, struct english *e)
{
    if (poll->at >= poll->end)
        return false;
    for (const size_t stop = poll->at + STEP * BLOCK; poll->at < poll->end && poll->at < stop;) {
        const uint64_t votes = poll_block(poll, e);
        e->english[e->blocks] = (uint8_t)votes;
        e->other[e->blocks++] = (uint8_t)(votes / VOTE_OTHER);
    }
    return true;
}

/* Count the words from each step on. */
static void count_left(const struct poll *poll, uint16_t left[ENGLISH_BLOCKS / STEP + 1])
{
    size_t count = 0, block = (poll->end + BLOCK - 1) / BLOCK;
    left[(block + STEP - 1) / STEP] = 0;
    while (block-- > 0) {
        count += (size_t)__builtin_popcountll(poll->starts[block]);
        left[block / STEP] = (uint16_t)count;
    }
}

bool english_is_text(struct english *e)
{
    struct poll poll;
    uint16_t left[ENGLISH_BLOCKS / STEP + 1]; /* words that may still be of another language */
    if (e->asked)
        return e->is_text;
    poll_open(&poll, e, 0, e->text.len);
    count_left(&poll, left);
    const struct english_votes *const v = &poll.votes;
    do
        e->is_text = has_majority(e->language, v->english,
                                  v->other + v->accented / 2 + left[(poll.at / BLOCK + STEP - 1) / STEP]);
    while (!e->is_text && poll_step(&poll, e));
    e->asked = true;
    return e->is_text;
}

/* Whether the words that were asked for the text tell enough: those English ones that are well inside of
 * the line are as many as all others that may be of it.  false: perhaps */
static bool is_sure(const struct english *e, size_t begin, size_t end)
{
    const size_t first = begin / BLOCK, last = end / BLOCK;
    size_t english = 0, other = 2; /* where the line is cut, an English word may have turned into another */
    if (last >= e->blocks)
        return false;
    for (size_t block = first + 1; block < last; block++)
        english += e->english[block];
    for (size_t block = first; block <= last; block++)
        other += e->other[block];
    return english >= other;
}

bool english_is_line(struct english *e, size_t begin, size_t end)
{
    if (!english_is_text(e))
        return false;
    end = end - begin < ENGLISH_LINE ? end : begin + ENGLISH_LINE;
    if (is_sure(e, begin, end))
        return true;
    const struct english_votes v = english_vote(e, begin, end);
    return v.english > 0 ? v.english >= v.other : v.other + v.accented / 2 == 0;
}
