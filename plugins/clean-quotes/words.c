/* The words that tell who speaks, and in which language. */
#include "quotes.h"

#include <endian.h>
#include <string.h>

enum { WORD_MAX = 14, VERB_MIN = 4, WORD_BYTES = 64, ATTRIBUTION_WORDS = 4 };

/* By what they begin with. */
static const char *const speech_verbs['z' - 'a' + 1] = {
    ['a' - 'a'] = " added adds asked argued argues announced admitted acknowledged answered affirmed adding ",
    ['c' - 'a'] = " continued claimed concluded commented confirmed complained ",
    ['d' - 'a'] = " declared demanded ",
    ['e' - 'a'] = " explained explains ",
    ['i' - 'a'] = " insisted insists ",
    ['j' - 'a'] = " joked ",
    ['l' - 'a'] = " lamented ",
    ['n' - 'a'] = " noted notes ",
    ['o' - 'a'] = " observed ",
    ['p' - 'a'] = " promised ",
    ['r' - 'a'] = " replied responded recalled remarked ",
    ['s' - 'a'] = " said says stated stressed shouted saying ",
    ['t' - 'a'] = " told tweeted ",
    ['u' - 'a'] = " urged ",
    ['v' - 'a'] = " vowed ",
    ['w' - 'a'] = " wrote writes warned warns whispered ",
};
static const char determiners[] = " a an the his her its their our my your this these those of in by from ";
static const char introducers[] = " that to as is was are were because ";
static const char pronouns[] = " he she they it we ";

static bool is_listed(const char *list, dm_str s, dm_span word)
{
    char wanted[WORD_MAX + 3];
    const size_t len = word.end - word.begin;
    if (len == 0 || len > WORD_MAX)
        return false;
    wanted[0] = ' ';
    memcpy(wanted + 1, s.ptr + word.begin, len);
    wanted[len + 1] = ' ';
    wanted[len + 2] = 0;
    return strstr(list, wanted) != NULL;
}

bool is_speech_verb(dm_str s, dm_span word)
{
    if (word.end - word.begin < VERB_MIN)
        return false;
    const char first = s.ptr[word.begin];
    return first >= 'a' && first <= 'z' && speech_verbs[first - 'a'] &&
           is_listed(speech_verbs[first - 'a'], s, word);
}

bool is_pronoun(dm_str s, dm_span word)
{
    return is_listed(pronouns, s, word);
}

bool is_determiner(dm_str s, dm_span word)
{
    return is_listed(determiners, s, word);
}

bool is_introducer(dm_str s, dm_span word)
{
    return is_listed(introducers, s, word);
}

dm_span word_at(dm_str s, size_t at)
{
    dm_span word = {at, at};
    size_t end;
    while (word.end - at < WORD_BYTES && is_letter(char_at(s, word.end, &end)))
        word.end = end;
    return word;
}

dm_span word_before(dm_str s, size_t at)
{
    dm_span word = {at, at};
    size_t begin;
    while (at - word.begin < WORD_BYTES && is_letter(char_before(s, word.begin, &begin)))
        word.begin = begin;
    return word;
}

/* return  the first comma or byte of a longer character at or after `at`; `end`: there is none */
static size_t skip_to_comma(dm_str s, size_t at, size_t end)
{
    for (; end - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, s.ptr + at, sizeof eight);
        const uint64_t zero_for_comma = eight ^ 0x2C2C2C2C2C2C2C2Cu;
        if (((zero_for_comma - 0x0101010101010101u) | eight) & 0x8080808080808080u)
            break;
    }
    while (at < end && s.ptr[at] != ',' && (unsigned char)s.ptr[at] < 0x80)
        at++;
    return at;
}

bool has_attribution(dm_str s, size_t begin, size_t end)
{
    size_t since_comma = ATTRIBUTION_WORDS + 1;
    for (size_t at = begin; at < end;) {
        if (since_comma > ATTRIBUTION_WORDS)
            at = skip_to_comma(s, at, end);
        if (at == end)
            break;
        const dm_span word = word_at(s, at);
        if (word.begin == word.end) {
            const char c = s.ptr[at++];
            if (c == ',')
                since_comma = 0;
            else if (c == '.' || c == '?' || c == '!')
                since_comma = ATTRIBUTION_WORDS + 1;
            continue;
        }
        if (++since_comma <= ATTRIBUTION_WORDS && is_speech_verb(s, word))
            return true;
        at = word.end;
    }
    return false;
}

/* ---- votes ---------------------------------------------------------------------------------- */

enum { BLOCK = 64 };

/* Two sums in one. */
#define VOTE_ENGLISH UINT64_C(1)
#define VOTE_OTHER   (UINT64_C(1) << 32)
typedef char small_word[SMALL_WORD];

/* Words that other languages do not have, as far as that can be. */
static const small_word english[] = {
    "the",  "of",    "and",   "to",    "is",     "that", "for",   "with", "from", "said",  "be",    "are",
    "not",  "his",   "has",   "have",  "by",     "they", "who",   "were", "she",  "he",    "would", "this",
    "can",  "could", "there", "their", "our",    "what", "when",  "you",  "us",   "about", "which", "been",
    "into", "its",   "after", "than",  "should", "it",   "where", "how",  "why",  "your",  "my",    "we",
};
static const small_word others[] = {
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

static size_t word_slot(const struct small_words *t, uint64_t word)
{
    return (size_t)((word * t->multiplier) >> 52);
}

/* return  false: a slot is another word's */
static bool words_add(struct small_words *t, const small_word *list, size_t count, uint64_t votes)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t word;
        memcpy(&word, list[i], sizeof word);
        word = le64toh(word);
        uint8_t *const place = &t->places[word_slot(t, word)];
        if (*place && t->list[*place].word != word)
            return false;
        if (!*place)
            *place = (uint8_t)++t->list[0].word;
        t->list[*place].word = word;
        t->list[*place].votes = votes;
    }
    return true;
}

dm_status words_open(dm_task *task, void *state)
{
    enum {
        TRIES = 4096,
        ENGLISH = sizeof english / sizeof *english,
        OTHERS = sizeof others / sizeof *others
    };
    _Static_assert(ENGLISH + OTHERS < SMALL_WORDS, "a place has eight bits");
    struct small_words *const t = state;
    for (uint64_t i = 0; i < TRIES; i++) { /* one in a hundred will do */
        memset(t, 0, sizeof *t);
        t->multiplier = (2 * i + 1) * 0x9E3779B97F4A7C15U;
        if (!words_add(t, english, ENGLISH, VOTE_ENGLISH) || !words_add(t, others, OTHERS, VOTE_OTHER))
            continue;
        t->list[0].word = UINT64_MAX; /* no word */
        for (unsigned len = 0; len < SMALL_WORD; len++)
            t->masks[len] = (UINT64_C(1) << 8 * len) - 1;
        return DM_OK;
    }
    return dm_fail(task, DM_EBUG, "the small words have no hash of their own");
}

/* The votes of a word of less than eight letters of ASCII, which begins the eight bytes.  There is no branch in it, as
 * nobody could foresee which way it goes. */
static inline uint64_t votes_of(const struct small_words *t, const char *eight, size_t len)
{
    uint64_t word;
    memcpy(&word, eight, sizeof word);
    word = (le64toh(word) | 0x2020202020202020u) & t->masks[len];
    const size_t place = t->places[word_slot(t, word)];
    return t->list[place].votes & -(uint64_t)((t->list[place].word ^ word) == 0);
}

static inline void votes_add(struct votes *v, uint64_t votes)
{
    v->english += (uint32_t)votes;
    v->other += votes >> 32;
}

/* Letters of ASCII and longer characters: Latin ones are of words, and such words are in no list.  Punctuation of
 * three bytes is not, nor other scripts, which are judged elsewhere. */
static void vote_wide(const struct small_words *t, dm_str run, struct votes *v)
{
    size_t from = 0;
    bool accented = false;
    for (size_t at = 0, next; at < run.len; at = next) {
        const unsigned char c = (unsigned char)run.ptr[at];
        next = at + (c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4);
        accented |= c >= 0x80 && c < 0xE0;
        if (c < 0xE0 && next < run.len)
            continue;
        const size_t to = c < 0xE0 ? run.len : at;
        if (accented) {
            v->accented++;
        } else if (to - from < SMALL_WORD) {
            char eight[SMALL_WORD] = {0};
            memcpy(eight, run.ptr + from, to - from);
            votes_add(v, votes_of(t, eight, to - from));
        }
        from = next;
        accented = false;
    }
}

/* Bytes of a text in a row, at most 63 of them, and a gap: whole words. */
struct row {
    uint64_t letters, wide; /* of ASCII; of longer characters */
    unsigned len;           /* 64: there is no gap */
};

static inline uint64_t bits_from(uint64_t bits, uint64_t next, unsigned at)
{
    return bits >> at | next << 1 << (BLOCK - 1 - at);
}

static inline struct row row_at(dm_array classes, size_t begin, size_t end)
{
    const unsigned at = begin % BLOCK;
    const uint32_t block = (uint32_t)(begin / BLOCK);
    const dm_classes *const c = DM_AT(dm_classes, classes, block);
    const dm_classes *const next = DM_AT(dm_classes, classes, block + (block + 1 < classes.count));
    const uint64_t letters = bits_from(c->small | c->capital, next->small | next->capital, at);
    const uint64_t wide = bits_from(c->wide, next->wide, at), gaps = ~(letters | wide);
    unsigned len = BLOCK;
    if (end - begin < BLOCK)
        len = (unsigned)(end - begin);
    else if (gaps)
        len = BLOCK - 1 - (unsigned)__builtin_clzll(gaps);
    const uint64_t kept = len < BLOCK ? (UINT64_C(1) << len) - 1 : 0;
    return (struct row){letters & kept, wide & kept, len};
}

/* p       the row's bytes, of which BLOCK + SMALL_WORD can be read */
static inline void row_vote(const struct small_words *t, const char *p, struct row row, struct votes *v)
{
    const uint64_t words = row.letters | row.wide;
    uint64_t starts = words & ~(words << 1), ends = ~words & words << 1, votes = 0;
    while (row.wide) { /* the run that the first of them is in */
        const uint64_t first = row.wide & -row.wide;
        const uint64_t after = ends & -first, end = after & -after;
        const uint64_t before = starts & (first | (first - 1));
        const unsigned from = BLOCK - 1 - (unsigned)__builtin_clzll(before),
                       to = (unsigned)__builtin_ctzll(end);
        vote_wide(t, (dm_str){p + from, to - from}, v);
        starts ^= UINT64_C(1) << from;
        ends ^= end;
        row.wide &= -end;
    }
    /* No word of seven letters is listed: leave out what begins, or ends, with so many. */
    const uint64_t two = row.letters & row.letters >> 1, four = two & two >> 2, seven = four & four >> 3;
    starts &= ~seven;
    ends &= ~(seven << 7);
    for (; starts; starts &= starts - 1, ends &= ends - 1) {
        const unsigned from = (unsigned)__builtin_ctzll(starts), to = (unsigned)__builtin_ctzll(ends);
        votes += votes_of(t, p + from, to - from);
    }
    votes_add(v, votes);
}

static size_t run_end(dm_array classes, size_t begin, size_t end)
{
    dm_runs run = dm_runs_of(classes, begin, end, DM_SMALL | DM_CAPITAL | DM_WIDE);
    dm_next_edge(&run);
    return dm_next_edge(&run);
}

struct votes words_vote(const struct prose *p, size_t begin, size_t end)
{
    struct votes v = {0, 0, 0};
    const dm_str s = p->text;
    const dm_array classes = dm_classify(p->task, p->doc);
    if (!classes.items)
        return v;
    for (size_t at = begin; at < end;) {
        const struct row row = row_at(classes, at, end);
        if (row.len == BLOCK) {
            const size_t to = run_end(classes, at, end);
            vote_wide(p->small_words, (dm_str){s.ptr + at, to - at}, &v);
            at = to;
            continue;
        }
        if (s.len - at >= BLOCK + SMALL_WORD) {
            row_vote(p->small_words, s.ptr + at, row, &v);
        } else {
            char tail[BLOCK + SMALL_WORD] = {0};
            memcpy(tail, s.ptr + at, s.len - at);
            row_vote(p->small_words, tail, row, &v);
        }
        at += row.len + 1;
    }
    return v;
}
