/* What belongs together and was torn apart: brackets and what they hold, the parts of a compound; and
 * the capital of `declaration On Sunday`, the Spanish mark of `¿When`. */
#include "punctuation.h"

#include <string.h>

enum { REACH = 300, FORM_MAX = 48 };

/* The bracket that the one at `close` ends; SIZE_MAX: none near. */
static size_t opening_bracket(const struct prose *p, size_t close)
{
    const size_t floor = close - p->begin > REACH ? close - REACH : p->begin;
    size_t depth = 0;
    for (size_t at = close; at > floor; at--) {
        const char c = p->text.ptr[at - 1];
        if (c == '(' && depth-- == 0)
            return at - 1;
        depth += c == ')';
    }
    return SIZE_MAX;
}

static bool is_bracket_of_prose(const struct prose *p, size_t open)
{
    size_t begin;
    const uint32_t before = char_before(p, open, &begin);
    return before == 0 || before == ' ' || is_quote(before);
}

static bool is_held(uint32_t cp)
{
    return is_latin(cp) || is_other_letter(cp) || is_digit(cp) || is_quote(cp);
}

void bracket_mend(struct prose *p, size_t at)
{
    size_t begin, end;
    const char *s = p->text.ptr;
    if (s[at] == '%') { /* 62 %, which others than English write so */
        if (prose_tongue(p) != TONGUE_ENGLISH)
            return;
        const uint32_t after = char_at(p, at + 1, &end);
        const bool number = is_digit(char_before(p, at - 1, &begin)) && !is_latin(after) && !is_digit(after);
        if (number && !(after == ' ' && is_digit(char_at(p, at + 2, &end))))
            prose_fix(p, (dm_span){at - 1, at}, DM_LIT(""), RULE_SPACE_BEFORE, 1, DM_LIT(""));
    } else if (s[at] == ')') {
        const uint32_t before = char_before(p, at - 1, &begin);
        const size_t open = opening_bracket(p, at);
        if (open != SIZE_MAX && open + 2 < at && is_bracket_of_prose(p, open) &&
            (is_held(before) || before == '.' || before == '%'))
            prose_fix(p, (dm_span){at - 1, at}, DM_LIT(""), RULE_BRACKET_SPACE, 1, DM_LIT(""));
    } else {
        const size_t left = p->end - at < REACH ? p->end - at : REACH;
        const char *close = memchr(s + at, ')', left), *open = memchr(s + at, '(', left);
        if (close && (!open || close < open) && is_bracket_of_prose(p, at - 1) &&
            is_held(char_at(p, at + 1, &end)))
            prose_fix(p, (dm_span){at, at + 1}, DM_LIT(""), RULE_BRACKET_SPACE, 1, DM_LIT(""));
    }
}

/* Whether the word at the brackets has them for its own: `the method ()`, `call run ()`. */
static bool is_called(const struct prose *p, size_t open)
{
    size_t begin;
    const dm_span word = word_before(p, open - 1);
    if (word_is(p, word, WORDS_CALLED))
        return true;
    return char_before(p, word.begin, &begin) == ' ' && word_is(p, word_before(p, begin), WORDS_CALLED);
}

/* `the Olmos charity () has paid`, and with a space between: a name in another script was in it, or a note.
 * Calls of functions have no space before, and stand in texts that have several. */
void empty_mend(struct prose *p, size_t at)
{
    size_t begin, end;
    const bool gap = p->text.ptr[at - 1] == ' ';
    const size_t open = at - 1 - gap;
    if (open < p->begin + 2 || p->text.ptr[open - 1] != ' ')
        return;
    const uint32_t before = char_before(p, open - 1, &begin), after = char_at(p, at + 1, &end);
    const bool ends = after == ',' || after == '.' || after == ';';
    if (!(is_latin(before) || is_digit(before)) || !(after == ' ' || ends) ||
        !(ends || is_latin(char_at(p, at + 2, &end))) || prose_tongue(p) != TONGUE_ENGLISH ||
        is_called(p, open) ||
        (gap ? prose_has_twice(p, "( )", &p->gap) : prose_has_twice(p, "()", &p->empty)))
        return;
    prose_fix(p, (dm_span){open - 1, at + 1}, DM_LIT(""), RULE_ORPHAN, 0.85,
              DM_LIT("the only such brackets"));
}

/* ---- hyphens -------------------------------------------------------------------------------- */

/* Whether the text has both words joined somewhere. */
static bool is_joined_elsewhere(struct prose *p, dm_span first, dm_span second)
{
    char form[FORM_MAX];
    const size_t a = first.end - first.begin, b = second.end - second.begin;
    if (a + b + 1 > sizeof form)
        return false;
    memcpy(form, p->text.ptr + first.begin, a);
    form[a] = '-';
    memcpy(form + a + 1, p->text.ptr + second.begin, b);
    return prose_has(p, form, a + b + 1);
}

/* `passen- gers`, where the text has `passengers`: what the hyphen broke is one word. */
static bool is_word_elsewhere(struct prose *p, dm_span first, dm_span second)
{
    enum { PART_MIN = 2, WORD_MIN = 6 };
    char form[FORM_MAX];
    size_t end;
    const size_t a = first.end - first.begin, b = second.end - second.begin;
    if (a < PART_MIN || a + b < WORD_MIN || a + b > sizeof form ||
        !is_lower(char_at(p, second.begin, &end)) || word_is(p, second, WORDS_FUNCTION) ||
        word_is(p, second, WORDS_STARTER))
        return false;
    memcpy(form, p->text.ptr + first.begin, a);
    memcpy(form + a, p->text.ptr + second.begin, b);
    return prose_has(p, form, a + b);
}

static bool is_all_capitals(const struct prose *p, dm_span word)
{
    size_t end;
    for (size_t at = word.begin; at < word.end; at = end)
        if (!is_upper(char_at(p, at, &end)))
            return false;
    return word.end > word.begin;
}

/* Whether a word in small letters, or a compound, is before the word at `at`: neither a title nor a place
 * and a date. */
static bool is_within_sentence(const struct prose *p, size_t at)
{
    size_t begin, end;
    if (char_before(p, at, &begin) != ' ')
        return false;
    const dm_span word = word_before(p, begin);
    const uint32_t before = char_before(p, begin, &begin);
    if (before == ',' || is_digit(before))
        return true;
    return word.end > word.begin &&
           (is_lower(char_at(p, word.begin, &end)) || word_is(p, word, WORDS_ARTICLE));
}

/* A name, or what may be one: "Saudi- led" */
static bool capitals_begin(const struct prose *p, dm_span word)
{
    size_t end;
    return is_upper(char_at(p, word.begin, &end)) && word.end - word.begin > 1;
}

/* `water- logged`: two small words of which the second goes on with no sentence, where no other hyphen of the line
 * is a dash. */
static bool is_compound_like(const struct prose *p, dm_span first, dm_span second)
{
    enum { FIRST_MIN = 3, SECOND_MIN = 4 };
    size_t end;
    const size_t a = first.end - first.begin, b = second.end - second.begin;
    if (a < FIRST_MIN || b < SECOND_MIN || !is_lower(char_at(p, first.begin, &end)) ||
        (!memcmp(p->text.ptr + second.end - 2, "ly", 2) && !word_is(p, second, WORDS_TAIL)))
        return false;
    const uint32_t after = char_at(p, second.end, &end);
    const size_t from = first.begin - p->begin > REACH ? first.begin - REACH : p->begin; /* of bounded cost */
    return (after == 0 || after == ' ' || after == ',' || after == '.') &&
           !word_is(p, second, WORDS_STARTER) && !word_is(p, second, WORDS_FUNCTION) &&
           !word_is(p, second, WORDS_SPEECH) && !word_is(p, second, WORDS_AFTER_DASH) &&
           !memmem(p->text.ptr + from, first.begin - from, "- ", 2) &&
           !memmem(p->text.ptr + second.end, p->end - second.end < REACH ? p->end - second.end : REACH, "- ",
                   2);
}

static double joint_sureness(struct prose *p, dm_span first, dm_span second, dm_str *evidence)
{
    size_t end, begin;
    const bool capitals = is_upper(char_at(p, first.begin, &end)) && is_upper(char_at(p, second.begin, &end));
    if (first.begin == first.end) /* 20- year */
        return is_digit(char_before(p, first.begin, &begin)) && word_is(p, second, WORDS_UNIT) ? 0.95 : 0;
    if (capitals && is_within_sentence(p, first.begin) && !word_is(p, second, WORDS_STARTER) &&
        is_all_capitals(p, first) <= is_all_capitals(p, second)) {
        *evidence = DM_LIT("two capitalised words");
        return 0.95;
    }
    if (is_joined_elsewhere(p, first, second)) {
        *evidence = DM_LIT("joined elsewhere in the text");
        return 0.95;
    }
    if (word_is(p, first, WORDS_NUMBER) && word_is(p, second, WORDS_UNIT))
        return 0.9;
    if (!is_lower(char_at(p, second.begin, &end)))
        return 0;
    if (word_is(p, first, WORDS_PREFIX))
        return 0.9;
    if (word_is(p, second, WORDS_TAIL) && (capitals_begin(p, first) || word_is(p, first, WORDS_HEAD)))
        return 0.9;
    return is_compound_like(p, first, second) ? 0.7 : 0;
}

void hyphen_mend(struct prose *p, size_t at)
{
    size_t begin, end;
    const size_t hyphen = at - 1;
    const dm_span first = word_before(p, hyphen), second = word_at(p, at + 1);
    const uint32_t before = char_before(p, first.begin, &begin), after = char_at(p, second.end, &end);
    if (second.begin == second.end || second.end - second.begin < 2 || after == '-' || after == '/' ||
        word_is(p, second, WORDS_SUSPENDED) ||
        (first.begin < first.end && before != 0 && before != ' ' && before != '(' && !is_quote(before)))
        return;
    dm_str evidence = DM_LIT("");
    if (is_word_elsewhere(p, first, second)) {
        prose_fix(p, (dm_span){hyphen, at + 1}, DM_LIT(""), RULE_HYPHEN_SPACE, 0.9,
                  DM_LIT("one word elsewhere in the text"));
        return;
    }
    const double sure = joint_sureness(p, first, second, &evidence);
    if (sure > 0)
        prose_fix(p, (dm_span){at, at + 1}, DM_LIT(""), RULE_HYPHEN_SPACE, sure, evidence);
}

/* ---- case ----------------------------------------------------------------------------------- */

/* `declaration On Sunday`, seen at the day.  The month is one of `In` and `On` only. */
void case_mend(struct prose *p, size_t at)
{
    size_t begin, end;
    const char *const s = p->text.ptr;
    const dm_span day = word_at(p, at), word = word_before(p, at - 1);
    const bool any = s[word.end - 1] == 'n' && (s[word.end - 2] == 'I' || s[word.end - 2] == 'O');
    if (!(word_is(p, day, WORDS_WEEKDAY) ? any || !memcmp(s + day.end - 3, "day", 3)
                                         : any && word_is(p, day, WORDS_MONTH)))
        return;
    if (!word_is(p, word, WORDS_PREPOSITION) || !is_upper(char_at(p, word.begin, &end)) ||
        is_all_capitals(p, word) || char_before(p, word.begin, &begin) != ' ')
        return;
    const dm_span before = word_before(p, begin);
    if (before.end - before.begin < 2 || is_digit(char_before(p, before.begin, &begin)) ||
        !is_lower(char_at(p, before.begin, &end)) || word_is(p, before, WORDS_ARTICLE))
        return;
    const char small = (char)(p->text.ptr[word.begin] | 0x20);
    prose_fix(p, (dm_span){word.begin, word.begin + 1}, (dm_str){&small, 1}, RULE_CASE, 0.95,
              DM_LIT("a small word before it and a date after it"));
}

/* Whether the line is a sentence or has one, and is no title. */
static bool is_of_sentence(const struct prose *p)
{
    enum { LONG = 80 };
    size_t end = p->end;
    while (end > p->begin && p->text.ptr[end - 1] == ' ')
        end--;
    return p->end - p->begin > LONG || (end > p->begin && strchr(".?!\"", p->text.ptr[end - 1]));
}

/* Whether `Said` may be somebody's name: the text has it once more, or a small word is before it that takes a name. */
static bool may_be_name(struct prose *p, dm_span word, dm_span before)
{
    return p->text.ptr[word.begin] == 'S' &&
           (word_is(p, before, WORDS_FUNCTION) || word_is(p, before, WORDS_STARTER) ||
            prose_has_twice(p, "Said", &p->names));
}

/* Whether the line has another such capital near, as names and titles have: `the tales In the room and the essays Of the
 * north`.  Near is the same for both, so that both stay.
 * at  behind the word and a space */
static bool is_one_of_several(const struct prose *p, size_t at)
{
    const char *const s = p->text.ptr;
    const size_t from = at - p->begin > REACH ? at - REACH : p->begin + 1;
    const size_t to = p->end - at > REACH ? at + REACH + 1 : p->end;
    for (size_t other = from; other < to; other++)
        if (s[other - 1] == ' ' && other != at &&
            (is_digit((unsigned char)s[other]) || is_lower((unsigned char)s[other])) &&
            scan_capital(p->text, other))
            return true;
    return false;
}

/* Whether a sentence may begin with it, so that it was perhaps the stop that got lost: `flexible boxes To start with`.
 * Not before a figure, nor behind a participle. */
static bool may_begin(const struct prose *p, dm_span word, dm_span before, bool figure)
{
    const char *const s = p->text.ptr;
    const bool participle = before.end - before.begin > 4 && !memcmp(s + before.end - 2, "ed", 2);
    return !figure && !participle && word_is(p, word, WORDS_STARTER) && !word_is(p, word, WORDS_SPEECH);
}

/* `the company Said in`, `She Added that`, `localised At 5:20`: a small word with a capital between small words. */
void capital_mend(struct prose *p, size_t at)
{
    size_t begin, end;
    const dm_span word = {at - 1 - scan_capital(p->text, at), at - 1};
    if (word.begin < p->begin + 3 || char_before(p, word.begin, &begin) != ' ')
        return;
    const dm_span before = word_before(p, begin), next = word_at(p, at);
    const uint32_t edge = char_before(p, before.begin, &begin);
    const bool verb = word_is(p, word, WORDS_SPEECH), figure = is_digit(char_at(p, at, &end));
    const bool pronoun = verb && is_upper(char_at(p, before.begin, &end)) &&
                         word_is(p, before, WORDS_STARTER) && before.end - before.begin <= 4;
    if (before.end - before.begin < 2 || (edge != 0 && edge != ' ') ||
        (!is_lower(char_at(p, before.begin, &end)) && !pronoun) || word_is(p, before, WORDS_WORK) ||
        (word_is(p, word, WORDS_VERB) && word_is(p, next, WORDS_BEHIND_NAME)) ||
        (verb ? !pronoun && may_be_name(p, word, before)
              : word_is(p, before, WORDS_SPEECH) ||
                    (word_is(p, before, WORDS_FUNCTION) && word_is(p, word, WORDS_STARTER))) ||
        may_begin(p, word, before, figure) ||
        (!figure && next.end - next.begin < 2 && !word_is(p, next, WORDS_ARTICLE)) || !is_of_sentence(p) ||
        is_one_of_several(p, at))
        return;
    const char small = (char)(p->text.ptr[word.begin] | 0x20);
    prose_fix(p, (dm_span){word.begin, word.begin + 1}, (dm_str){&small, 1}, RULE_CASE, 0.85,
              DM_LIT("a word that is no name, between small words"));
}

/* ---- elisions ------------------------------------------------------------------------------- */

/* `l' intonaco` */
void elision_mend(struct prose *p, size_t at)
{
    size_t begin, end;
    const dm_span word = word_before(p, at - 1);
    const uint32_t before = char_before(p, word.begin, &begin), after = char_at(p, at + 1, &end);
    if (!prose_is_named(p, TONGUE_ITALIAN) && !prose_is_named(p, TONGUE_FRENCH))
        return;
    const bool vowel = after >= 0xC0 || strchr("aeiouhAEIOUH", (int)after);
    if (vowel && is_latin(after) && (before == 0 || before == ' ' || before == '(' || is_quote(before)) &&
        word_is(p, word, WORDS_ELIDED))
        prose_fix(p, (dm_span){at, at + 1}, DM_LIT(""), RULE_SPACE_AFTER, 0.95, DM_LIT(""));
}

/* ---- inverted marks ------------------------------------------------------------------------- */

/* á í ó ú ñ */
static bool has_spanish_letter(const struct prose *p, size_t from, size_t to)
{
    for (size_t i = from; i + 1 < to; i++)
        if (p->text.ptr[i] == '\xC3' && strchr("\xA1\xAD\xB3\xBA\xB1", p->text.ptr[i + 1]))
            return true;
    return false;
}

/* Whether ¿ or ¡ begins at `at`. */
static bool is_inverted(const struct prose *p, size_t at)
{
    return at + 1 < p->end && p->text.ptr[at] == '\xC2' &&
           (p->text.ptr[at + 1] == '\xBF' || p->text.ptr[at + 1] == '\xA1');
}

/* Where the marks begin that end behind `at`. */
static size_t inverted_begin(const struct prose *p, size_t at)
{
    size_t begin = at - 1;
    while (begin >= p->begin + 2 && is_inverted(p, begin - 2))
        begin -= 2;
    return begin;
}

/* `¿When will it end?`: the marks go where what follows is English, up to the mark or quote that ends it, or to the next
 * such marks, which would count as Spanish only until they are gone. */
void inverted_mend(struct prose *p, size_t at)
{
    size_t begin, end, stop = at + 1;
    const size_t mark = inverted_begin(p, at);
    if (!is_latin(char_at(p, stop, &end)) || is_latin(char_before(p, mark, &begin)))
        return;
    while (stop < p->end && stop - at < REACH && !strchr("?!\".", p->text.ptr[stop]) && !is_inverted(p, stop))
        stop++;
    const struct english_votes v = english_vote(&p->english, at + 1, stop);
    const enum tongue tongue = prose_tongue(p);
    const bool ended = stop < p->end && (p->text.ptr[stop] == '?' || p->text.ptr[stop] == '!');
    const bool own = tongue == TONGUE_ENGLISH ? v.english > 0 && v.english > v.other * 2 && v.accented == 0
                                              : ended && !has_spanish_letter(p, at + 1, stop);
    if (own && tongue != TONGUE_SPANISH)
        prose_fix(p, (dm_span){mark, at + 1}, DM_LIT(""), RULE_FOREIGN_MARK, 1, DM_LIT(""));
}
