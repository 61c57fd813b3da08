/* The words that tell who speaks, and in which language. */
#include "quotes.h"

#include <string.h>

enum { WORD_MAX = 14, WORD_BYTES = 64, ATTRIBUTION_WORDS = 4 };

static const char speech_verbs[] =
    " said says added adds told asked wrote writes tweeted declared stated explained explains noted notes "
    "warned "
    "warns insisted insists argued argues continued replied responded recalled stressed claimed concluded "
    "commented "
    "announced confirmed admitted acknowledged remarked observed lamented complained joked answered shouted "
    "whispered urged demanded promised vowed affirmed adding saying ";
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
    return is_listed(speech_verbs, s, word);
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

bool has_attribution(dm_str s, size_t begin, size_t end)
{
    size_t since_comma = ATTRIBUTION_WORDS + 1;
    for (size_t at = begin; at < end;) {
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

enum { SMALL_WORD = 8 };
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

static size_t word_place(const struct small_words *t, uint64_t word)
{
    size_t at = (size_t)((word * 0x9E3779B97F4A7C15U) >> 55);
    while (t->words[at] != 0 && t->words[at] != word)
        at = (at + 1) % SMALL_WORDS;
    return at;
}

static void words_add(struct small_words *t, const small_word *list, size_t count, bool is_english)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t word;
        memcpy(&word, list[i], sizeof word);
        const size_t at = word_place(t, word);
        t->words[at] = word;
        t->english[at] = is_english;
    }
}

/* Whether the byte belongs to a word: ASCII letters, and all of Latin beyond.  Punctuation of three bytes
 * does not, nor other scripts, which are judged elsewhere. */
static bool is_word_byte(unsigned char c, bool *wide)
{
    if (c >= 0xC0)
        *wide = c >= 0xE0;
    return c >= 0x80 ? !*wide : (unsigned char)((c | 0x20) - 'a') < 26;
}

struct votes words_vote(struct small_words *t, dm_str s, size_t begin, size_t end)
{
    if (!t->filled) {
        words_add(t, english, sizeof english / sizeof *english, true);
        words_add(t, others, sizeof others / sizeof *others, false);
        t->filled = true;
    }
    struct votes v = {0, 0, 0};
    char word[SMALL_WORD] = {0};
    size_t len = 0;
    bool wide = false, accented = false;
    for (size_t i = begin; i <= end; i++) {
        const unsigned char c = i < end ? (unsigned char)s.ptr[i] : ' ';
        if (is_word_byte(c, &wide)) {
            if (len < SMALL_WORD - 1)
                word[len] = (char)(c | 0x20);
            accented |= c >= 0x80;
            len++;
            continue;
        }
        if (len > 0 && len < SMALL_WORD && !accented) {
            uint64_t packed;
            memcpy(&packed, word, sizeof packed);
            const size_t at = word_place(t, packed);
            v.english += t->words[at] == packed && t->english[at];
            v.other += t->words[at] == packed && !t->english[at];
        }
        v.accented += accented;
        if (len > 0)
            memset(word, 0, sizeof word);
        accented = false;
        len = 0;
    }
    return v;
}
