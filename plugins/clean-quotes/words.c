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

static const small_word english[] = {
    "the",  "of",   "and", "to",  "in",    "is",    "that", "was",  "for",   "with",  "it",    "at",
    "from", "said", "be",  "are", "not",   "his",   "has",  "have", "by",    "had",   "they",  "who",
    "were", "we",   "she", "he",  "will",  "would", "this", "can",  "could", "there", "their", "our",
    "what", "when", "you", "us",  "about", "which", "been", "into", "its",   "after", "than",  "should",
};
static const small_word others[] = {
    "le",   "la",   "les", "des",   "du",    "de",   "et",   "est",   "une",  "un",   "que",   "qui",
    "dans", "pour", "sur", "au",    "aux",   "par",  "pas",  "il",    "elle", "sont", "avec",  "plus",
    "el",   "los",  "las", "y",     "en",    "por",  "con",  "del",   "una",  "se",   "su",    "como",
    "para", "es",   "der", "die",   "das",   "und",  "ist",  "nicht", "ein",  "eine", "den",   "dem",
    "mit",  "von",  "zu",  "auf",   "im",    "sich", "wir",  "ich",   "che",  "di",   "della", "non",
    "nel",  "sono", "gli", "het",   "een",   "van",  "niet", "zijn",  "voor", "och",  "att",   "som",
    "og",   "det",  "jeg", "ikke",  "os",    "uma",  "com",  "ve",    "bir",  "bu",   "vous",  "nous",
    "je",   "ne",   "ce",  "cette", "nicht", "aber",
};

static bool is_small_word(const small_word *list, size_t count, uint64_t word)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t listed;
        memcpy(&listed, list[i], sizeof listed);
        if (listed == word)
            return true;
    }
    return false;
}

struct votes words_vote(dm_str s, size_t begin, size_t end)
{
    struct votes v = {0, 0};
    char word[SMALL_WORD] = {0};
    size_t len = 0;
    for (size_t i = begin; i <= end; i++) {
        const unsigned char c = i < end ? (unsigned char)s.ptr[i] : ' ';
        if (c >= 0x80 || (unsigned char)((c | 0x20) - 'a') < 26) {
            if (len < SMALL_WORD - 1)
                word[len] = (char)(c | 0x20);
            len++;
            continue;
        }
        if (len > 0 && len < SMALL_WORD) {
            uint64_t packed;
            memcpy(&packed, word, sizeof packed);
            v.english += is_small_word(english, sizeof english / sizeof *english, packed);
            v.other += is_small_word(others, sizeof others / sizeof *others, packed);
        }
        memset(word, 0, sizeof word);
        len = 0;
    }
    return v;
}
