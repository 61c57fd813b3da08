/* Where grammar doubles a small word: `the day that we agreed on on Monday`, `What it was was football`.
 *
 * Other languages have lists of the words that it may happen to (lists.c).  In English it may happen to nearly all,
 * and a word too many is far more common; so there the word before decides. */
#include "repeats.h"

#include <string.h>

/* A word, and those behind which one of it may end a phrase and another begin the next. */
struct joint {
    const char *words, *behind; /* each with a space around it */
};

static const struct joint joints[] = {
    {" to ",
     " speak speaks speaking spoke spoken talk talks talking talked listen listens listening listened go "
     "goes "
     "going gone went come comes coming came get gets getting got belong belongs belonged refer refers "
     "referred turn turned lead led write wrote written use used want wants wanted need needs needed have "
     "has "
     "had happen happens happened up close next married related connected attached return returned move "
     "moved "
     "travelled traveled drive drove send sent said look looked ought object objected it him them us me "
     "you "},
    {" by ", " go goes going gone went pass passes passing passed stand stands standing stood stop stopped "
             "drop dropped "
             "come comes came get gets got live lives lived swear swore abide drive drove walk walked fly "
             "flew sit sat "
             "lay laid put close near it them "},
    {" of ", " think thinks thinking thought hear hears heard dream dreams dreamed dreamt know knows knew "
             "known speak "
             "spoke spoken talked make made approve approved dispose disposed consist consisted composed "
             "afraid proud "
             "fond tired rid "},
    {" about ",
     " talk talks talking talked think thinking thought write writes wrote written care cared know knew "
     "worry worried speak spoke spoken dream dreamed bring brought come came "},
    {" after ",
     " look looks looking looked take takes took taken ask asked named called soon shortly ever day "
     "morning week month year "},
    {" before ",
     " as ever never day night week month year days weeks months years here there been long it them seen "},
    {" through ", " go goes going gone went come comes came get gets got pull pulled been be live lived "},
    {" against ", " vote voted go goes went fight fought up be is was are were decide decided play played "},
    {" without ", " go goes went do does did done live lived be is was "},
    {" even ", " break breaks broke broken breaking get gets got "},
    {" then ", " by until since from before "},
    {" this these those which whom what ",
     " after before with without like of to for from in on at by about know knows knew tell told ask asked "},
    {" his ", " of "},
    {" such ", " as "},
    {" not ", " or cannot why if "},
    {" will ", " the a his her their my our your its this that living free good last own "},
    {" being ", " human a living well every "},
};

static bool is_among(dm_str word, const char *words)
{
    for (const char *end; *words; words = end) {
        words += *words == ' ';
        end = words + strcspn(words, " ");
        if (word.len > 0 && (size_t)(end - words) == word.len && !strncasecmp(word.ptr, words, word.len))
            return true;
    }
    return false;
}

static dm_str word_at(dm_str s, const struct repeats_word *w)
{
    return (dm_str){s.ptr + w->first, w->last - w->first};
}

/* Whether nothing but spaces stands between the word and the next one. */
static bool flows_on(const struct repeats_word *w)
{
    return w->last == w->end && w[1].first == w[1].begin;
}

static bool ends_with(dm_str word, const char *end)
{
    const size_t len = strlen(end);
    return word.len > len + 1 && !memcmp(word.ptr + word.len - len, end, len);
}

/* `work on on it`: what goes on, goes on on it. */
static bool is_before_pronoun(dm_str before, dm_str after)
{
    return is_among(after, " it them ") && !is_among(before, " go goes going gone went ");
}

/* "The school he was at at the time", "what they voted on on Friday". */
static enum repeats_doubling judge_particle(const struct repeats *r, dm_str word, dm_str before, dm_str after)
{
    if (!is_among(word, " on in at for from with ") || is_before_pronoun(before, after))
        return REPEATS_TOO_MANY;
    if (repeats_takes_particle(r, before))
        return REPEATS_DOUBLED;
    const bool verb = ends_with(before, "ed") || ends_with(before, "ing");
    return verb || is_among(before, " it him them us me you that ") ? REPEATS_MAY_DOUBLE : REPEATS_TOO_MANY;
}

/* "What it was was football", "Who the man was was never said". */
static enum repeats_doubling judge_verb(dm_str s, const struct repeats_word *words, size_t i)
{
    if (is_among(word_at(s, &words[i - 1]),
                 " it he she they we you i that this there these those what whatever all "))
        return REPEATS_DOUBLED;
    for (size_t n = 1; n < REPEATS_CLAUSE && n < i && flows_on(&words[i - n - 1]); n++)
        if (is_among(word_at(s, &words[i - n - 1]), " what who where how why all whatever whoever wherever "))
            return REPEATS_MAY_DOUBLE;
    return REPEATS_TOO_MANY;
}

static enum repeats_doubling judge_english(const struct repeats *r, const struct repeats_word *words,
                                           size_t i, dm_str after)
{
    if (i == 0 || !flows_on(&words[i - 1]))
        return REPEATS_TOO_MANY;
    const dm_str word = word_at(r->text, &words[i]), before = word_at(r->text, &words[i - 1]);
    if (is_among(word, " is was are were has have "))
        return judge_verb(r->text, words, i);
    if (is_among(word, " it ")) /* "without it it would fail" */
        return is_among(before, " that when because if as and but while although though than whether until ")
                   ? REPEATS_TOO_MANY
                   : REPEATS_DOUBLED;
    for (size_t k = 0; k < sizeof joints / sizeof *joints; k++)
        if (is_among(word, joints[k].words) && is_among(before, joints[k].behind))
            return REPEATS_MAY_DOUBLE;
    return judge_particle(r, word, before, after);
}

/* `le discours de de Gaulle` */
static bool is_of_name(dm_str word, dm_str after)
{
    return is_among(word, " de ") && after.len > 0 &&
           ((after.ptr[0] >= 'A' && after.ptr[0] <= 'Z') ||
            (after.len > 1 && after.ptr[0] == '\xC3' && (unsigned char)after.ptr[1] < 0x9F));
}

enum repeats_doubling repeats_judge_double(const struct repeats *r, int language,
                                           const struct repeats_word *words, size_t count, size_t i)
{
    const dm_str word = word_at(r->text, &words[i]);
    const bool more = i + 2 < count && flows_on(&words[i + 1]);
    const dm_str after = more ? word_at(r->text, &words[i + 2]) : (dm_str){NULL, 0};
    if (language == LANGUAGE_ENGLISH)
        return judge_english(r, words, i, after);
    if (repeats_grammar_doubles(r, language, word) ||
        (language == LANGUAGE_FRENCH && is_of_name(word, after)))
        return REPEATS_DOUBLED;
    return REPEATS_TOO_MANY;
}
