/* Words and phrases that follow themselves.
 *
 * A stretch of words has the period p when each word equals the one p words before it.  Periods of one and
 * two words are looked for at every word; longer ones where three words come again at the distance p, which
 * a table of the last places of such triples tells.  Taking out whole periods leaves no seam, wherever the
 * stretch begins and ends: so all copies but one go, with the marks of the last one kept. */
#include "repeats.h"

#include <string.h>

enum { PERIOD_MAX = 64, SENTENCE_WORDS = 5, QUOTED_COPIES = 5 };

/* The line at work, or a part of it. */
struct search {
    struct repeats *r;
    const struct repeats_word *words;
    size_t count;
    size_t done; /* words before it are dealt with */
};

/* A stretch with a period. */
struct run {
    size_t begin, end, period; /* words */
};

static dm_str text_of(const struct search *s, const struct repeats_word *w)
{
    return (dm_str){s->r->text.ptr + w->first, w->last - w->first};
}

static bool is_lower(dm_str word)
{
    for (size_t i = 0; i < word.len; i++) {
        const bool wide = i + 1 < word.len && word.ptr[i] == '\xC3' && (unsigned char)word.ptr[i + 1] >= 0x9F;
        if (!wide && (word.ptr[i] < 'a' || word.ptr[i] > 'z'))
            return false;
        i += wide; /* U+00DF to U+00FF */
    }
    return word.len > 0;
}

/* Whether there is neither a capital of ASCII, a digit nor a mark in it; whoever asks has a list for the rest. */
static bool may_be_lower(dm_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if ((unsigned char)word.ptr[i] < 0x80 && (word.ptr[i] < 'a' || word.ptr[i] > 'z'))
            return false;
    return word.len > 0;
}

/* Whether nothing but a space stands between the word and the next one. */
static bool meets_next(const struct repeats_word *w)
{
    return w->last == w->end && w[1].first == w[1].begin && w[1].begin == w->end + 1;
}

static bool equal(const struct search *s, size_t i, size_t j)
{
    return s->words[i].key == s->words[j].key && repeats_same(s->r->text, &s->words[i], &s->words[j]);
}

/* The longest stretch around words i - period and i that has the period. */
static struct run find_run(const struct search *s, size_t i, size_t period)
{
    struct run run = {i - period, i + 1, period};
    while (run.end < s->count && equal(s, run.end, run.end - period))
        run.end++;
    while (run.begin > s->done && equal(s, run.begin - 1, run.begin - 1 + period))
        run.begin--;
    return run;
}

static dm_str describe(const struct search *s, size_t copies, size_t words)
{
    enum { ROOM = 64 };
    char *const line = dm_alloc(s->r->task, ROOM);
    if (!line)
        return (dm_str){NULL, 0};
    const int n = snprintf(line, ROOM, "%zu times the same %zu word%s", copies, words, words == 1 ? "" : "s");
    return (dm_str){line, n > 0 ? (size_t)n : 0};
}

/* Take out all that stands behind the first `kept` words of the run, up to word `to`, whose marks stay.  If these are
 * less than a period, the run ends with them: they are there once more than the period is. */
static void drop_words(struct search *s, const struct run *run, size_t kept, size_t to, uint32_t rule,
                       double confidence)
{
    const size_t from = run->begin + kept - 1,
                 copies = (to + 1 - run->begin) / run->period + (kept < run->period);
    const dm_change c = {.size = sizeof c,
                         .rule = rule,
                         .at = {s->words[from].last, s->words[to].last},
                         .with = DM_LIT(""),
                         .confidence = confidence,
                         .evidence = describe(s, copies, kept)};
    dm_change_doc(s->r->task, s->r->doc, &c);
}

/* Take out all copies but the first, whose last word then has the marks of the last copy's. */
static void drop_copies(struct search *s, const struct run *run, uint32_t rule, double confidence)
{
    const size_t copies = (run->end - run->begin) / run->period;
    drop_words(s, run, run->period, run->begin + copies * run->period - 1, rule, confidence);
}

static bool is_quote(const char *p, size_t left)
{
    return left > 0 && (*p == '"' || *p == '\'' || *p == '`' ||
                        (left >= 3 && !memcmp(p, "\xE2\x80", 2) && (unsigned char)p[2] >= 0x98 &&
                         (unsigned char)p[2] < 0xA0));
}

/* Whether the stretch, as a whole, stands in quotation marks: it is cited. */
static bool is_quoted(const struct search *s, const struct run *run)
{
    const struct repeats_word *const first = &s->words[run->begin], *const last = &s->words[run->end - 1];
    const char *const text = s->r->text.ptr;
    return is_quote(text + first->begin, first->first - first->begin) &&
           (is_quote(text + last->last, last->end - last->last) ||
            (last->end > last->last + 1 && is_quote(text + last->last + 1, last->end - last->last - 1)));
}

/* ---- one word ------------------------------------------------------------------------------- */

/* "The the" at the start of a sentence. */
static bool is_article(dm_str a, dm_str b)
{
    return a.len == 3 && !memcmp(a.ptr, "The", 3) && !memcmp(b.ptr, "the", 3);
}

/* How sure it is that one of two equal words is too many; 0: not at all. */
static double sureness_of_word(struct search *s, const struct run *run)
{
    const struct repeats_word *const a = &s->words[run->begin], *const b = a + 1;
    const size_t copies = run->end - run->begin;
    const dm_str word = text_of(s, b);
    for (size_t i = run->begin; i + 1 < run->end; i++)
        if (!meets_next(&s->words[i]))
            return 0;
    if (!may_be_lower(word) || (!may_be_lower(text_of(s, a)) && !is_article(text_of(s, a), word)) ||
        is_quoted(s, run))
        return 0;
    const int language = repeats_language(s->r);
    const bool small = repeats_is_small_word(s->r, language, word);
    /* What an English song has, `la la`, is none in a language of which it is a small word. */
    if (repeats_is_reduplicated(s->r, word) && (!small || language == LANGUAGE_ENGLISH || copies > 2))
        return 0;
    if (small && copies == 2) {
        static const double sureness[] = {
            [REPEATS_TOO_MANY] = 0.98, [REPEATS_MAY_DOUBLE] = 0.6, [REPEATS_DOUBLED] = 0};
        return sureness[repeats_judge_double(s->r, language, s->words, s->count, run->begin)];
    }
    if (small)
        return 0.98;
    if (!is_lower(word))
        return 0;
    if (language == LANGUAGE_ENGLISH)
        return word.len >= 4 ? 0.9 : copies > 2 ? 0.9 : 0.6;
    return copies >= 5 && word.len >= 4 ? 0.9 : 0;
}

static void judge_word(struct search *s, const struct run *run)
{
    const double sure = sureness_of_word(s, run);
    if (sure > 0)
        drop_copies(s, run, run->end - run->begin > 2 ? RULE_WORD_LOOP : RULE_DOUBLED_WORD, sure);
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Where the word begins that is `count` words before the one at `at`. */
static size_t step_back(const char *text, size_t begin, size_t at, size_t count)
{
    while (at > begin && !is_gap(text[at - 1]))
        at--;
    for (; count > 0; count--) {
        while (at > begin && is_gap(text[at - 1]))
            at--;
        while (at > begin && !is_gap(text[at - 1]))
            at--;
    }
    return at;
}

static size_t skip_words(const char *text, size_t at, size_t end, size_t count)
{
    for (; count > 0 && at < end; count--) {
        while (at < end && !is_gap(text[at]))
            at++;
        while (at < end && is_gap(text[at]))
            at++;
    }
    return at;
}

/* The word at `at` and the next one, which seems to be the same.  How sure it is that one is too many depends on
 * the first two of a row, the words before them, and on how many there are: so as many are cut as that takes. */
static bool look_at_word(struct repeats *r, const struct repeats_line *line, size_t at,
                         struct repeats_words *words)
{
    const char *const text = r->text.ptr;
    const size_t begin = step_back(text, line->begin, at, REPEATS_CLAUSE);
    for (size_t more = 4;; more *= 2) {
        const size_t end = skip_words(text, at, line->end, more);
        if (!repeats_cut(r->task, r->text, r->classes, begin, end, words))
            return false;
        struct search s = {r, words->at, words->count, 0};
        size_t i = 0;
        while (i < s.count && s.words[i].first < at)
            i++;
        if (i + 1 >= s.count || !equal(&s, i + 1, i))
            return true;
        const struct run run = find_run(&s, i + 1, 1);
        if (run.end == s.count && end < line->end)
            continue;
        if (run.begin == i)
            judge_word(&s, &run);
        return true;
    }
}

/* ---- several words -------------------------------------------------------------------------- */

/* Whether the words are words, not numbers, and not all the same one. */
static bool is_phrase(const struct search *s, const struct run *run)
{
    size_t letters = 0;
    bool differs = false;
    for (size_t i = run->begin; i < run->begin + run->period; i++) {
        const dm_str word = text_of(s, &s->words[i]);
        for (size_t j = 0; j < word.len; j++)
            letters += (word.ptr[j] | 0x20) >= 'a' || (unsigned char)word.ptr[j] >= 0x80;
        differs |= i > run->begin && !equal(s, i, i - 1);
    }
    return differs && letters >= run->period * 2 && letters >= 4;
}

static bool has_marks(const struct search *s, size_t begin, size_t end)
{
    for (size_t i = begin; i + 1 < end; i++)
        if (!meets_next(&s->words[i]))
            return true;
    return false;
}

static bool all_lower(const struct search *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (!is_lower(text_of(s, &s->words[i])))
            return false;
    return true;
}

/* "On and on and on and on", "day after day after day after day". */
static bool is_figure(const struct search *s, const struct run *run)
{
    for (size_t i = run->begin; i < run->begin + run->period; i++) {
        const dm_str w = text_of(s, &s->words[i]);
        if ((w.len == 3 && !memcmp(w.ptr, "and", 3)) || (w.len == 5 && !memcmp(w.ptr, "after", 5)) ||
            (w.len == 2 && (!memcmp(w.ptr, "by", 2) || !memcmp(w.ptr, "or", 2) || !memcmp(w.ptr, "to", 2))))
            return true;
    }
    return false;
}

/* `opened schools and schools and schools`: a noun that no emphasis piles up.
 * run  of two words, which begin with it */
static bool is_pile(const struct search *s, const struct run *run)
{
    enum { NOUN_MIN = 5, WORDS_MIN = 5 };
    const dm_str noun = text_of(s, &s->words[run->begin]), joint = text_of(s, &s->words[run->begin + 1]);
    return run->period == 2 && run->end - run->begin >= WORDS_MIN && joint.len == 3 &&
           !memcmp(joint.ptr, "and", 3) && noun.len >= NOUN_MIN && noun.ptr[noun.len - 1] == 's' &&
           all_lower(s, run->begin, run->end) && !has_marks(s, run->begin, run->end) && !is_quoted(s, run) &&
           repeats_language(s->r) == LANGUAGE_ENGLISH && !repeats_is_piled_up(s->r, noun);
}

/* `the third, the third, the third`, and not "of course, of course, of course". */
static bool is_chant(const struct search *s, const struct run *run)
{
    const dm_str first = text_of(s, &s->words[run->begin]), second = text_of(s, &s->words[run->begin + 1]);
    return run->period == 2 && first.len == 3 && !memcmp(first.ptr, "the", 3) &&
           all_lower(s, run->begin, run->end) && !repeats_is_piled_up(s->r, second);
}

/* The same bytes twice, marks included, and the first ends a sentence. */
static bool is_sentence_twice(const struct search *s, const struct run *run)
{
    const struct repeats_word *const a = &s->words[run->begin], *const b = a + run->period;
    const struct repeats_word *const last = b - 1;
    const size_t len = last->end - a->begin;
    const char *const text = s->r->text.ptr;
    const bool stops = last->end > last->last && strchr(".!?", text[last->end - 1]);
    return run->period >= SENTENCE_WORDS && stops && a->first == a->begin &&
           b[run->period - 1].end - b->begin == len && !memcmp(text + a->begin, text + b->begin, len);
}

/* "What will be will be", "who he was was", "whatever it is it is" */
static bool is_proverb(const struct search *s, const struct run *run)
{
    static const char *const before[] = {"what", "who", "whatever", "whoever", "that", "it"};
    if (run->begin == 0)
        return false;
    const dm_str word = text_of(s, &s->words[run->begin - 1]);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (word.len == strlen(before[i]) && !strncasecmp(word.ptr, before[i], word.len))
            return true;
    return false;
}

static bool is_word(dm_str word, const char *const *words)
{
    for (; *words; words++)
        if (word.len == strlen(*words) && !memcmp(word.ptr, *words, word.len))
            return true;
    return false;
}

/* `is read aloud as read more, read more, read more...`: somebody says it over and over, and it trails off. */
static bool is_recited(const struct search *s, const struct run *run)
{
    static const char *const before[] = {"as",        "say",      "says",  "said",  "chant",   "chants",
                                         "chanted",   "chanting", "reads", "cried", "shouted", "shouting",
                                         "repeating", "repeated", "hears", "heard", NULL};
    const struct repeats_word *const last = &s->words[run->end - 1];
    const char *const marks = s->r->text.ptr + last->last;
    const size_t len = last->end - last->last;
    const bool trails = memmem(marks, len, "..", 2) || memmem(marks, len, "\xE2\x80\xA6", 3);
    if (run->begin == 0 || !has_marks(s, run->begin, run->begin + run->period + 1))
        return false;
    const struct repeats_word *const w = &s->words[run->begin - 1];
    return trails && w->end == w->last && is_word(text_of(s, w), before);
}

/* "A rose is a rose is a rose is a rose": what is said to be itself ends the run as well as it begins it.  A loop that
 * ends there is left alone too, unless it is long. */
static bool is_itself(const struct search *s, const struct run *run)
{
    static const char *const verbs[] = {"is", "was", "are", "were", NULL};
    enum { PERIOD = 5, COPIES = 5 };
    const size_t words = run->end - run->begin, rest = words % run->period;
    return run->period <= PERIOD && words / run->period <= COPIES && rest > 0 &&
           is_word(text_of(s, &s->words[run->begin + rest]), verbs);
}

/* How sure it is that a phrase of several words was meant once. */
static double sureness_of_phrase(struct search *s, const struct run *run)
{
    const size_t words = run->end - run->begin, copies = words / run->period;
    if (!is_phrase(s, run) || (is_quoted(s, run) && copies < QUOTED_COPIES) || is_recited(s, run) ||
        is_itself(s, run))
        return 0;
    if (copies >= 3 && run->period >= 3)
        return copies > 3 || run->period > 3 ? 0.95 : 0.85;
    if (copies >= 4 && !is_figure(s, run))
        return 0.9;
    if (copies == 3 && is_chant(s, run))
        return 0.85;
    if (copies != 2 || words > copies * run->period + run->period / 2)
        return 0;
    if (is_sentence_twice(s, run))
        return 0.9;
    if (has_marks(s, run->begin, run->begin + 2 * run->period) ||
        !all_lower(s, run->begin, run->begin + 2 * run->period) || is_figure(s, run))
        return 0;
    if (run->period >= 3)
        return 0.85;
    if (is_proverb(s, run))
        return 0;
    const int language = repeats_language(s->r);
    return language != LANGUAGE_OTHER &&
                   repeats_is_small_word(s->r, language, text_of(s, &s->words[run->begin])) &&
                   repeats_is_small_word(s->r, language, text_of(s, &s->words[run->begin + 1]))
               ? 0.85
               : 0.6;
}

/* return  where to go on */
static size_t take_phrase(struct search *s, size_t i, size_t period)
{
    const struct run run = find_run(s, i, period);
    if (run.end - run.begin < 2 * period)
        return run.end;
    if (is_pile(s, &run)) {
        const size_t kept = (run.end - run.begin) % 2 ? 1 : 2;
        drop_words(s, &run, kept, run.end - 1, RULE_PHRASE_LOOP, 0.8);
        s->done = run.end;
        return run.end;
    }
    const double sure = sureness_of_phrase(s, &run);
    const size_t copies = (run.end - run.begin) / period;
    if (sure > 0) {
        drop_copies(s, &run, copies > 2 ? RULE_PHRASE_LOOP : RULE_DOUBLED_PHRASE, sure);
        s->done = run.end;
    }
    return run.end;
}

/* Where three words were met last, in the lines so far; zeroed before the first one. */
enum { TRIPLES = 1024 };
struct repeats_triples {
    uint64_t key[TRIPLES];
    size_t at[TRIPLES]; /* of the last of the three, counted through all lines, plus one */
    size_t base;        /* words of the lines before */
};

static size_t period_of_triple(struct repeats_triples *t, const struct repeats_word *w, size_t i)
{
    const uint64_t key = (w[i].key * 3 + w[i - 1].key) * 0x9E3779B97F4A7C15u + w[i - 2].key;
    const size_t slot = (size_t)(key >> 40) % TRIPLES, now = t->base + i + 1;
    const size_t before = t->key[slot] == key && t->at[slot] > t->base ? now - t->at[slot] : 0;
    t->key[slot] = key;
    t->at[slot] = now;
    return before <= PERIOD_MAX ? before : 0;
}

static bool look_at_line(struct repeats *r, const struct repeats_line *line, struct repeats_words *words)
{
    if (!r->triples)
        r->triples = dm_alloc(r->task, sizeof *r->triples);
    if (!r->triples || !repeats_cut(r->task, r->text, r->classes, line->begin, line->end, words))
        return false;
    struct search s = {r, words->at, words->count, 0};
    const bool phrases = s.count >= 4; /* a phrase takes two words, and there must be two of it */
    size_t quiet = 0;                  /* no phrase is looked for before it */
    for (size_t i = 1; i < s.count; i++) {
        if (i > s.done && s.words[i].key == s.words[i - 1].key && equal(&s, i, i - 1)) {
            const struct run run = find_run(&s, i, 1);
            judge_word(&s, &run);
            s.done = run.end;
            continue;
        }
        const size_t period = phrases && i >= 2 ? period_of_triple(r->triples, s.words, i) : 0;
        if (i < quiet || i < s.done)
            continue;
        if (period > 1 && i >= s.done + period)
            quiet = take_phrase(&s, i, period);
        else if (i >= s.done + 3 && equal(&s, i, i - 2) && equal(&s, i - 1, i - 3))
            quiet = take_phrase(&s, i, 2);
    }
    r->triples->base += s.count;
    return true;
}

bool repeats_find_loops(struct repeats *r, const struct repeats_line *line,
                        const struct repeats_place *places, size_t count, struct repeats_words *words)
{
    /* Words and phrases depend on each other; words alone do not. */
    for (size_t i = 0; i < count; i++)
        if (places[i].phrase)
            return look_at_line(r, line, words);
    for (size_t i = 0; i < count; i++)
        if (!look_at_word(r, line, places[i].at, words))
            return false;
    return true;
}
