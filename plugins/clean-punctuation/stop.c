/* A full stop by itself.  Where a link was taken out of a text, a stop often stays inside the sentence:
 * `the northern flank. of the fire`.  What follows is then no beginning of a sentence, and the text
 * begins its sentences with capitals elsewhere. */
#include "punctuation.h"

#include <string.h>

enum { COUNT_BYTES = 1 << 16, SENTENCE_GAP = 6 };

static bool is_abbreviation(const struct prose *p, dm_span word)
{
    size_t begin;
    const uint32_t before = char_before(p, word.begin, &begin);
    return word.end - word.begin < 2 || before == '.' || before == '&' ||
           word_is(p, word, WORDS_ABBREVIATION);
}

static bool is_letter_byte(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* Whether one of some words that sentences often begin with, and hardly anything else does, is there. */
static bool is_starter(const char *s, size_t len)
{
    static const char *const words[] = {"the ", "he ", "she ", "it ", "we ", "they ", "i ", "but ", "this "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (len > strlen(words[i]) && !memcmp(s, words[i], strlen(words[i])))
            return true;
    return false;
}

/* How the sentences of the text begin: behind a letter, a stop, and spaces, line breaks or a quote. */
static void sentence_count(struct prose *p)
{
    const char *s = p->text.ptr;
    const size_t len = p->text.len < COUNT_BYTES ? p->text.len : COUNT_BYTES;
    p->counted = true;
    for (size_t at = 0; at + 2 < len;) {
        const char *stop = memchr(s + at, '.', len - at - 2);
        if (!stop)
            return;
        at = (size_t)(stop - s) + 1;
        if ((s[at] != ' ' && s[at] != '\n') || at < 3 || !is_letter_byte(s[at - 2]) || s[at - 3] == '.')
            continue;
        size_t next = at;
        while (next + 1 < len && next < at + SENTENCE_GAP && !is_letter_byte(s[next]))
            next++;
        const char c = s[next];
        p->capitals += c >= 'A' && c <= 'Z';
        p->small += c >= 'a' && c <= 'z';
        p->careless += c >= 'a' && c <= 'z' && is_starter(s + next, len - next);
    }
}

/* Whether the text writes the word at `at` with a capital elsewhere: `al-Qaeda`, `Al-Qaeda`. */
static bool is_capitalised_elsewhere(struct prose *p, size_t at)
{
    char wanted[32];
    size_t len = 0;
    while (at + len < p->end && len < sizeof wanted && p->text.ptr[at + len] > ' ' &&
           p->text.ptr[at + len] != '.' && p->text.ptr[at + len] != ',')
        len++;
    if (len < 5 || len == sizeof wanted)
        return false;
    memcpy(wanted, p->text.ptr + at, len);
    wanted[0] = (char)(wanted[0] - 'a' + 'A');
    return prose_has(p, wanted, len);
}

/* A word of small letters and hyphens, with nothing in it that a name of a file or a host has. */
static bool is_plain_word(const struct prose *p, size_t at)
{
    size_t end = at;
    uint32_t cp;
    for (size_t i = at;; i = end) {
        cp = char_at(p, i, &end);
        if (!is_lower(cp) && cp != '-' && cp != '\'' && cp != 0x2019)
            break;
        if (i - at > 40)
            return false;
    }
    if (cp == '.' || cp == ',' || cp == ';' || cp == ':' || cp == '?' || cp == '!' || cp == ')')
        cp = char_at(p, end, &end);
    return cp == 0 || cp == ' ' || is_quote(cp);
}

/* `stop hosting. al-Qaeda`: a particle in lower case begins no sentence where the text writes `Al-Qaeda`
 * at the beginning of one. */
static double stray_particle(struct prose *p, size_t next, dm_str *evidence)
{
    const dm_span word = word_at(p, next);
    if (p->text.ptr[next] == 'a' && word.end < p->end && p->text.ptr[word.end] == '-' &&
        is_capitalised_elsewhere(p, next)) {
        *evidence = DM_LIT("a small letter, where the text has a capital elsewhere");
        return 0.9;
    }
    return 0;
}

/* Whether a name is before the stop, as most links are, and no sentence begins with it. */
static bool is_name_within(const struct prose *p, size_t stop)
{
    size_t begin, end;
    const dm_span word = word_before(p, stop);
    if (word.end - word.begin < 3 || !is_upper(char_at(p, word.begin, &end)) ||
        !is_lower(char_at(p, end, &end)) || char_before(p, word.begin, &begin) != ' ')
        return false;
    const uint32_t before = char_before(p, begin, &begin);
    return is_latin(before) || before == ',';
}

/* `by. the agency`, `, writes. the paper`: no sentence ends before the word in small letters. */
static bool is_leading(const struct prose *p, size_t stop)
{
    size_t begin, end;
    const dm_span word = word_before(p, stop);
    if (!is_lower(char_at(p, word.begin, &end)) || char_before(p, word.begin, &begin) != ' ')
        return false;
    if (word_is(p, word, WORDS_LEADING)) { /* not "what he lives by" */
        const dm_span before = word_before(p, begin);
        return before.end > before.begin;
    }
    return char_before(p, begin, &begin) == ',' && word_is(p, word, WORDS_SPEECH);
}

/* `cuenta oficial. que dos`, in another language: the word before is too long to be cut short. */
static double stray_sureness_elsewhere(struct prose *p, size_t stop, size_t next, dm_str *evidence)
{
    enum { WORD_MIN = 7 };
    size_t begin, end;
    const dm_span word = word_before(p, stop);
    const uint32_t last = char_before(p, stop, &begin);
    if (!p->counted)
        sentence_count(p);
    const size_t least = last < 0x80 && strchr("aeio", (int)last) ? WORD_MIN - 1 : WORD_MIN;
    if (word.end - word.begin < least || word_is(p, word, WORDS_ABBREVIATION) || last >= 0x80 ||
        !strchr("aeiouynrsldtz", (int)last) || !word_is(p, word_at(p, next), WORDS_GOING_ON) ||
        char_at(p, word_at(p, next).end, &end) != ' ' || p->small * 4 > p->capitals + 2)
        return 0;
    *evidence = DM_LIT("a word that goes on with a sentence");
    return 0.85;
}

/* Whether the word ends as adjectives do, which begin no name in small letters. */
static bool is_adjective(const struct prose *p, dm_span word)
{
    static const char *const ends[] = {"ed", "al", "ous", "ive", "ic", "ing", "ary", "able", "ible"};
    const size_t len = word.end - word.begin;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const size_t n = strlen(ends[i]);
        if (len > n + 2 && !memcmp(p->text.ptr + word.end - n, ends[i], n))
            return true;
    }
    return false;
}

/* `its own. field reports`, `the plan to close. unlicensed wells`: whoever begins sentences with capitals, always, has
 * not begun one here.  Names in small letters do begin some, but then a verb follows. */
static double stray_careful(const struct prose *p, size_t stop, size_t next, dm_str *evidence)
{
    enum { CAPITALS_MIN = 8, SHARE = 8, WORD_MIN = 4, OWN_MIN = 4 };
    size_t begin, end;
    const dm_span word = word_before(p, stop), behind = word_at(p, next);
    if (word.end - word.begin < 3 || !is_lower(char_at(p, word.begin, &end)) ||
        char_before(p, word.begin, &begin) != ' ')
        return 0;
    const dm_span before = word_before(p, begin);
    const bool own = word_is(p, before, WORDS_OWNER) && p->text.ptr[word.begin] == 'o' &&
                     word.end - word.begin == 3 && p->capitals >= OWN_MIN;
    const bool aim = before.end - before.begin == 2 && !memcmp(p->text.ptr + before.begin, "to", 2);
    if (p->careless || p->small * SHARE > p->capitals + SHARE || behind.end - behind.begin < WORD_MIN ||
        word_is(p, behind, WORDS_VERB) || char_at(p, behind.end, &end) != ' ' ||
        word_is(p, word_at(p, end), WORDS_VERB) ||
        !(own || (aim && p->capitals >= CAPITALS_MIN && is_adjective(p, behind))))
        return 0;
    *evidence = DM_LIT("a small letter, where all sentences of the text begin with capitals");
    return own ? 0.85 : 0.75;
}

/* `al-Qaeda`, `van Dijk`; not `an opinion`, `as it was`. */
static bool is_particle(const struct prose *p, dm_span word)
{
    size_t end;
    if (!word_is(p, word, WORDS_PARTICLE))
        return false;
    const bool small = char_at(p, word.end, &end) == ' ' && is_lower(char_at(p, end, &end));
    return !(small && (word_is(p, word, WORDS_ARTICLE) || word_is(p, word, WORDS_FUNCTION)));
}

/* How sure it is that no sentence begins at `next`, in lower case. */
static double stray_sureness(struct prose *p, size_t stop, size_t next, dm_str *evidence)
{
    const dm_span word = word_at(p, next);
    if (p->named != TONGUE_FOREIGN && prose_tongue(p) != TONGUE_ENGLISH)
        return stray_sureness_elsewhere(p, stop, next, evidence);
    if (is_particle(p, word))
        return stray_particle(p, next, evidence);
    if (!is_plain_word(p, next))
        return 0;
    if (!p->counted)
        sentence_count(p);
    if (is_leading(p, stop) && p->small * 2 <= p->capitals + 4) {
        *evidence = DM_LIT("a word that ends no sentence, and a small letter behind it");
        return 0.9;
    }
    if (word_is(p, word, WORDS_FUNCTION) && p->small * 2 <= p->capitals + 4) {
        *evidence = DM_LIT("a word that goes on with a sentence");
        return 0.95;
    }
    if (word_is(p, word, WORDS_STARTER) || word.end - word.begin < 3 || p->small * 4 > p->capitals)
        return 0;
    if (!is_name_within(p, stop))
        return stray_careful(p, stop, next, evidence);
    *evidence = DM_LIT("a name before it, and sentences of the text begin with capitals");
    return 0.85;
}

/* Where the name ends that begins at `next`: some words with capitals. */
static size_t name_end(const struct prose *p, size_t next)
{
    enum { WORDS_MAX = 3 };
    size_t at = next, end;
    for (int words = 0; words < WORDS_MAX; words++) {
        const dm_span word = word_at(p, at);
        if (word.end - word.begin < 2 || !is_upper(char_at(p, word.begin, &end)))
            break;
        next = word.end;
        if (char_at(p, word.end, &end) != ' ')
            break;
        at = end;
    }
    return next;
}

/* `Thus,` and `Unfortunately,` begin sentences. */
static bool is_adverb(const struct prose *p, dm_span word)
{
    size_t end;
    return char_at(p, word.end, &end) == ',' &&
           (word_is(p, word, WORDS_ADVERB) || !memcmp(p->text.ptr + word.end - 2, "ly", 2));
}

/* Whether something before that takes its preposition to the end: `which C is a variable of`. */
static bool is_relative(const struct prose *p, size_t at)
{
    static const char *const words[] = {" which ", " that ", " who ", " whom ", " what ", "What ", "Who "};
    enum { REACH = 80 };
    const size_t from = at - p->begin > REACH ? at - REACH : p->begin;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(p->text.ptr + from, at - from, words[i], strlen(words[i])))
            return true;
    return false;
}

/* Whether the words before the one at `at` are `the laboratory`, `a free zone`. */
static bool is_noun_before(const struct prose *p, size_t at)
{
    enum { WORDS_MAX = 3 };
    size_t begin;
    for (int words = 0; words < WORDS_MAX && char_before(p, at, &begin) == ' '; words++) {
        const dm_span word = word_before(p, begin);
        if (word_is(p, word, WORDS_ARTICLE))
            return words > 0;
        if (word.end - word.begin < 3 || word_is(p, word, WORDS_PART) ||
            !memcmp(p->text.ptr + word.end - 2, "ed", 2))
            return false;
        at = word.begin;
    }
    return false;
}

/* `the free zone of. Kaveh and is`, `who runs the laboratory in. Puerto Calma, says`: a noun before the small word, and
 * a name behind the stop.  Boats are brought in, too; so behind "in" the name has to go on as no sentence begins. */
static bool leads_to_name(const struct prose *p, dm_span word, size_t next)
{
    size_t end;
    const size_t stop = name_end(p, next);
    if (word.end - word.begin != 2 || stop == next || word_is(p, word_at(p, next), WORDS_STARTER) ||
        !is_noun_before(p, word.begin))
        return false;
    if (!memcmp(p->text.ptr + word.begin, "of", 2))
        return !is_adverb(p, word_at(p, next)) && !is_relative(p, word.begin);
    return !memcmp(p->text.ptr + word.begin, "in", 2) && char_at(p, stop, &end) == ',' &&
           char_at(p, end, &end) == ' ' && word_is(p, word_at(p, end), WORDS_SPEECH);
}

/* `introduced in. 2017, they`: a year, and nothing that a sentence begins with. */
static bool leads_to_year(const struct prose *p, dm_span word, size_t next)
{
    enum { DIGITS = 4 };
    size_t end = next;
    const char *const s = p->text.ptr + next;
    for (int i = 0; i < DIGITS; i++)
        if (!is_digit(char_at(p, end, &end)))
            return false;
    const uint32_t after = char_at(p, end, &end);
    return word_is(p, word, WORDS_PREPOSITION) &&
           ((s[0] == '1' && s[1] > '4') || (s[0] == '2' && s[1] == '0')) &&
           (after == ',' || after == '.' || after == ')' ||
            (after == ' ' && word_is(p, word_at(p, end), WORDS_FUNCTION)));
}

/* `the University of. Olmos` */
static bool is_unended(const struct prose *p, dm_span word, size_t next)
{
    size_t begin, end;
    const bool unending = word_is(p, word, WORDS_UNENDING);
    if (!(unending || word_is(p, word, WORDS_PREPOSITION)) || !is_lower(char_at(p, word.begin, &end)) ||
        char_before(p, word.begin, &begin) != ' ')
        return false;
    if ((unending && p->text.ptr[word.begin] == 't') || leads_to_name(p, word, next) ||
        leads_to_year(p, word, next))
        return true;
    const dm_span before = word_before(p, begin);
    return unending && p->text.ptr[word.begin] == 'o' && is_upper(char_at(p, before.begin, &end)) &&
           !word_is(p, word_at(p, next), WORDS_STARTER);
}

/* `in 2004. of`: a figure within a sentence, neither a label nor a number of something. */
static bool is_figure_within(const struct prose *p, size_t stop)
{
    size_t begin, at = stop;
    uint32_t cp = char_before(p, at, &begin);
    for (; is_digit(cp) || cp == ','; cp = char_before(p, at, &begin))
        at = begin;
    if (char_before(p, at, &begin) != ' ')
        return false;
    const dm_span word = word_before(p, begin);
    size_t end;
    return word.end - word.begin > 1 && is_lower(char_at(p, word.begin, &end));
}

static void mend_stray(struct prose *p, const struct cluster *c)
{
    size_t begin, end;
    const uint32_t before = char_before(p, c->begin, &begin);
    const dm_span word = word_before(p, c->begin);
    const size_t next = c->end + 1;
    if (is_digit(before) && (!word_is(p, word_at(p, next), WORDS_FUNCTION) ||
                             !is_figure_within(p, c->begin) || prose_tongue(p) != TONGUE_ENGLISH))
        return;
    if (before == '\'' ||
        (!is_latin(before) && !is_closing_quote(before) && before != ')' && before != ']' && before != '%' &&
         !is_digit(before)) ||
        !(is_latin(char_at(p, next, &end)) || is_digit(char_at(p, next, &end))))
        return;
    if (is_latin(before) && (is_abbreviation(p, word) || word.begin == p->begin))
        return;
    dm_str evidence = DM_LIT("a word that ends no sentence");
    double sure = is_unended(p, word, next) && prose_tongue(p) == TONGUE_ENGLISH ? 0.95 : 0;
    if (sure <= 0 && is_lower(char_at(p, next, &end)))
        sure = stray_sureness(p, c->begin, next, &evidence);
    if (sure > 0)
        prose_fix(p, (dm_span){c->begin, c->end}, DM_LIT(""), RULE_STRAY_STOP, sure, evidence);
}

/* `Iriarte.He`, `the end.The next`: two words, the second with one capital, and no name of a thing. */
static void mend_glued(struct prose *p, const struct cluster *c)
{
    size_t begin, end;
    const dm_span word = word_before(p, c->begin), next = word_at(p, c->end);
    const uint32_t last = char_before(p, c->begin, &begin), before = char_before(p, word.begin, &begin);
    const bool little = word_is(p, next, WORDS_STARTER);
    const bool in_place = before == 0 || before == ' ' || before == '-' || before == '(' || is_quote(before);
    if (!is_upper(char_at(p, next.begin, &end)) || word_is(p, next, WORDS_DOMAIN))
        return;
    for (size_t i = end; i < next.end; i = end)
        if (!is_lower(char_at(p, i, &end)))
            return;
    const uint32_t after = char_at(p, next.end, &end);
    if (after != ' ' && after != ',' && (after != '\'' && after != 0x2019))
        return;
    if (next.end - next.begin < 2 && !little && p->text.ptr[next.begin] != 'I')
        return;
    double sure = 0;
    if (last == ')' || last == '%' ||
        (is_digit(last) && c->begin - p->begin > 4 && is_digit((unsigned char)p->text.ptr[c->begin - 4])))
        sure = little ? 0.95 : 0;
    else if (is_lower(last) && in_place && !is_abbreviation(p, word))
        sure = little ? 1 : before == ' ' && is_lower(char_at(p, word.begin, &end)) ? 0.9 : 0;
    if (sure <= 0 && prose_tongue(p) != TONGUE_ENGLISH)
        sure = is_lower(last) && in_place && !is_abbreviation(p, word) && word.end - word.begin > 3 &&
                       next.end - next.begin > 2
                   ? 0.8
                   : 0;
    if (sure > 0)
        prose_fix(p, (dm_span){c->end, c->end}, DM_LIT(" "), RULE_SPACE_AFTER, sure, DM_LIT(""));
}

void stop_mend(struct prose *p, const struct cluster *c)
{
    size_t end;
    const uint32_t after = char_at(p, c->end, &end);
    if (after == ' ')
        mend_stray(p, c);
    else if (is_latin(after))
        mend_glued(p, c);
}
