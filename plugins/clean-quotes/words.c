/* The words that tell who speaks, and in which language. */
#include "quotes.h"

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
