#include "shown.h"

#include <string.h>

enum { WORD_MAX = 12 };

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* word: of letters */
static bool is_one_of(const char *word, size_t len, const char *words)
{
    while (*words) {
        size_t same = 0;
        while (same < len && words[same] == word[same])
            same++;
        words += same;
        if (same == len && (!*words || *words == ' '))
            return true;
        while (*words && *words++ != ' ') {}
    }
    return false;
}

/* The letters at s[from, to), small.  return  how many; more than WORD_MAX: too long for any of our words */
static size_t read_word(dm_str s, size_t from, char word[WORD_MAX])
{
    size_t len = 0;
    for (; from + len < s.len && is_letter(s.ptr[from + len]); len++)
        if (len < WORD_MAX)
            word[len] = (char)(s.ptr[from + len] | 0x20);
    return len;
}

/* Words that say what a line is about, by their first letter: first those that hardly any text of other matters has. */
static const struct {
    const char *surely, *perhaps;
} about_words[26] = {
    ['a' - 'a'] = {"ampersand", "attribute attributes"},
    ['b' - 'a'] = {"", "browser browsers"},
    ['c' - 'a'] = {"", "code css"},
    ['e' - 'a'] = {"", "element elements entities entity escape escaped escapes"},
    ['h' - 'a'] = {"html", ""},
    ['j' - 'a'] = {"", "javascript"},
    ['m' - 'a'] = {"markup", ""},
    ['s' - 'a'] = {"", "syntax"},
    ['t' - 'a'] = {"", "tag tags"},
    ['u' - 'a'] = {"unescaped", ""},
    ['x' - 'a'] = {"xhtml", "xml"},
};

/* The word of letters at line[from, to). */
static enum about judge_word(dm_str line, size_t from, size_t to)
{
    const unsigned slot = (unsigned)(line.ptr[from] | 0x20) - 'a';
    const char before = from > 0 ? line.ptr[from - 1] : ' ';
    char word[WORD_MAX];
    if (!about_words[slot].surely || to - from > WORD_MAX || before == '<' || before == '/' || before == '&')
        return ABOUT_OTHER;
    const size_t len = read_word(line, from, word);
    return is_one_of(word, len, about_words[slot].surely)    ? ABOUT_MARKUP
           : is_one_of(word, len, about_words[slot].perhaps) ? ABOUT_PERHAPS
                                                             : ABOUT_OTHER;
}

enum about shown_judge(dm_str line)
{
    enum about most = ABOUT_OTHER;
    if (memchr(line.ptr, '`', line.len))
        return ABOUT_MARKUP;
    for (size_t i = 0, end; i < line.len && most < ABOUT_MARKUP; i = end + 1) {
        for (end = i; end < line.len && is_letter(line.ptr[end]);)
            end++;
        const enum about now = end > i ? judge_word(line, i, end) : ABOUT_OTHER;
        most = now > most ? now : most;
    }
    return most;
}

/* ---- how it stands -------------------------------------------------------------------------- */

/* The bytes of a space of French, between a guillemet and what stands before or behind s[at]. */
static size_t space_before(dm_str s, size_t begin, size_t at)
{
    if (at > begin && s.ptr[at - 1] == ' ')
        return 1;
    if (at >= begin + 2 && !memcmp(s.ptr + at - 2, "\xC2\xA0", 2))
        return 2;
    return at >= begin + 3 && !memcmp(s.ptr + at - 3, "\xE2\x80\xAF", 3) ? 3 : 0;
}

static size_t space_behind(dm_str s, size_t at, size_t end)
{
    if (at < end && s.ptr[at] == ' ')
        return 1;
    if (end - at >= 2 && !memcmp(s.ptr + at, "\xC2\xA0", 2))
        return 2;
    return end - at >= 3 && !memcmp(s.ptr + at, "\xE2\x80\xAF", 3) ? 3 : 0;
}

/* Between « and ». */
static bool is_in_guillemets(dm_str s, dm_span line, dm_span at)
{
    const size_t before = at.begin - space_before(s, line.begin, at.begin),
                 behind = at.end + space_behind(s, at.end, line.end);
    return before >= line.begin + 2 && !memcmp(s.ptr + before - 2, "\xC2\xAB", 2) && line.end - behind >= 2 &&
           !memcmp(s.ptr + behind, "\xC2\xBB", 2);
}

/* A quote or bracket that opens, right before s[at]: behind a straight one, the sentence before may have ended. */
static bool is_opened(dm_str s, size_t begin, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    if (at > begin && strchr("\"'(", p[-1]) && p[-1])
        return at == begin + 1 || p[-2] == ' ' || p[-2] == '(';
    return at >= begin + 3 && p[-3] == 0xE2 && p[-2] == 0x80 &&
           (p[-1] == 0x98 || p[-1] == 0x9C || p[-1] == 0x9E);
}

static bool is_closed(dm_str s, size_t at, size_t end)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    if (at < end && strchr("\"')", *p) && *p)
        return true;
    return end - at >= 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] == 0x99 || p[2] == 0x9C || p[2] == 0x9D);
}

static bool is_open_behind(dm_str s, size_t at, size_t end)
{
    return at == end || (strchr(" ,.;:?!)", s.ptr[at]) && s.ptr[at]);
}

/* Signs that stand between spaces in any text: & – — • · © € and one-letter words such as à. */
static bool stands_alone_anyway(uint32_t sign)
{
    return sign == '&' || (sign >= 0xA1 && sign < 0x2010) || (sign >= 0x2010 && sign <= 0x2015) ||
           sign >= 0x2020;
}

/* Whether the word before s[at], one space away, bids us write what comes. */
static bool is_behind_cue(dm_str s, size_t begin, size_t at)
{
    static const char cues[] =
        "write writes writing use uses using type types insert called sign character a an";
    char word[WORD_MAX];
    size_t from = at > begin ? at - 1 : begin;
    while (from > begin && is_letter(s.ptr[from - 1]))
        from--;
    const size_t len = read_word(s, from, word);
    return len && len <= WORD_MAX && is_one_of(word, len, cues);
}

/* Whether the word behind s[at], one space away, says what becomes of the sign.  A dash stands between spaces before any
 * verb (`late — means were few`), and so does & before most (`he waits & turns`). */
static bool is_before_link(dm_str s, size_t at, uint32_t sign)
{
    static const char becomes[] = "becomes become became", any[] = "becomes become became turns means stands";
    const char *const links = sign == '&' ? becomes : any;
    if (stands_alone_anyway(sign) && sign != '&')
        return false;
    char word[WORD_MAX];
    const size_t len = at + 1 < s.len && s.ptr[at] == ' ' ? read_word(s, at + 1, word) : 0;
    return len && len <= WORD_MAX && is_one_of(word, len, links);
}

bool shown_is(dm_str text, dm_span line, dm_span at, uint32_t sign, enum about about)
{
    if (about == ABOUT_MARKUP)
        return true;
    if (at.end > line.end) /* a script, or a comment, that goes on */
        return false;
    if ((is_opened(text, line.begin, at.begin) && is_closed(text, at.end, line.end)) ||
        is_in_guillemets(text, line, at))
        return true;
    const bool alone =
        at.begin > line.begin && text.ptr[at.begin - 1] == ' ' && is_open_behind(text, at.end, line.end);
    if (alone && is_before_link(text, at.end, sign))
        return true;
    return alone && !stands_alone_anyway(sign) &&
           (about == ABOUT_PERHAPS || is_behind_cue(text, line.begin, at.begin));
}
