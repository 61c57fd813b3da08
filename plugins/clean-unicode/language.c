/* Two guesses at the language, where it decides which spaces are right.  Both see the text as it will
 * be, so that they say the same of it when it is clean. */
#include "unicode.h"

#include <string.h>

struct letters {
    size_t cjk, other;
};

static bool is_cjk_text(dm_str s)
{
    struct letters n = {0, 0};
    for (size_t i = 0; i < s.len; i += char_length(s, i)) {
        const uint32_t cp = char_decode(s, i);
        const enum char_script script = char_script(cp);
        if (script == SCRIPT_CJK)
            n.cjk += char_width(cp);
        else if (script != SCRIPT_NONE)
            n.other += char_width(cp);
    }
    return n.cjk > 0 && n.cjk * 2 >= n.other;
}

bool uni_is_cjk(const struct uni_segment *s)
{
    if (s->line->flags & LINE_CJK)
        return true;
    if (s->doc->cjk < 0)
        s->doc->cjk = is_cjk_text(s->doc->text);
    return s->doc->cjk;
}

/* ---- French --------------------------------------------------------------------------------- */

enum { WORD_MAX = 5 };

struct votes {
    size_t french, english;
};

/* A small word, padded with zeros, so that two are compared as numbers. */
typedef char small_letters[8];

/* A word of ASCII letters that is being read. */
struct small_word {
    small_letters letters;
    size_t len; /* more than WORD_MAX: too long, or with letters that no small word has */
};

/* Small words by their length, from two letters to WORD_MAX. */
enum { MOST_WORDS = 10 };
typedef small_letters small_words[WORD_MAX - 1][MOST_WORDS];

static bool is_one_of(uint64_t word, const small_letters words[MOST_WORDS])
{
    bool found = false;
    for (size_t i = 0; i < MOST_WORDS; i++) {
        uint64_t other;
        memcpy(&other, words[i], sizeof other);
        found |= word == other;
    }
    return found;
}

static void end_word(struct small_word *w, struct votes *v)
{
    static const small_words french = {{"le", "la", "du", "de", "et", "un", "au", "il"},
                                       {"les", "des", "est", "une", "que", "qui", "sur", "aux", "par", "pas"},
                                       {"dans", "pour", "elle", "sont", "avec", "plus"},
                                       {"cette"}};
    static const small_words english = {
        {"of", "to", "in", "is", "it", "at", "be", "by"},
        {"the", "and", "was", "for", "are", "not", "his", "has", "had", "who"},
        {"that", "with", "from", "said", "have", "they", "were"}};
    if (w->len > 1 && w->len <= WORD_MAX) {
        uint64_t word = 0;
        memcpy(&word, w->letters, w->len);
        v->french += is_one_of(word, french[w->len - 2]);
        v->english += is_one_of(word, english[w->len - 2]);
    }
    w->len = 0;
}

static void add_letter(struct small_word *w, uint32_t letter)
{
    if (w->len < WORD_MAX)
        w->letters[w->len] = (char)(letter | 0x20);
    w->len++;
}

/* Read the characters of [begin, end), one by one. */
static void read_characters(dm_str s, size_t begin, size_t end, struct votes *v)
{
    struct small_word word = {.len = 0};
    for (size_t i = begin; i < end; i += char_length(s, i)) {
        const uint32_t cp = char_decode(s, i), plain = char_plain(cp);
        const char *ligature = char_ligature(cp);
        if (char_is_invisible(char_class(cp))) {
            if (char_break_length(s, i) > 0)
                end_word(&word, v);
        } else if (plain < 0x80 && char_script(plain) == SCRIPT_LATIN) {
            add_letter(&word, plain);
        } else if (ligature) {
            for (; *ligature; ligature++)
                add_letter(&word, (unsigned char)*ligature);
        } else if (char_script(cp) != SCRIPT_NONE || char_is_mark(cp)) {
            word.len = WORD_MAX + 1;
        } else {
            end_word(&word, v);
        }
    }
    end_word(&word, v);
}

/* Whether a control may stand within a word of [begin, end). */
static bool has_controls(const struct uni_scan *k, size_t begin, size_t end)
{
    uint64_t found = 0;
    for (size_t base = begin / 64 * 64; base < end; base += 64) {
        const dm_classes *const c = DM_AT(dm_classes, k->classes, base / 64);
        found |= k->odd[base / 64] & ~(c->wide | c->cr);
    }
    return found != 0;
}

static bool is_ascii(dm_str s, size_t begin, size_t end)
{
    unsigned char all = 0;
    for (size_t i = begin; i < end; i++)
        all |= (unsigned char)s.ptr[i];
    return all < 0x80;
}

/* Count the small words that give a language away.  Most are of ASCII letters, with something else around them. */
static struct votes count_votes(const struct uni_scan *k, size_t begin, size_t end)
{
    struct votes v = {0, 0};
    if (has_controls(k, begin, end)) {
        read_characters(k->text, begin, end, &v);
        return v;
    }
    dm_runs words = dm_runs_of(k->classes, begin, end, DM_SMALL | DM_CAPITAL | DM_WIDE);
    for (size_t from; (from = dm_next_edge(&words)) < end;) {
        const size_t to = dm_next_edge(&words);
        if (!is_ascii(k->text, from, to)) {
            read_characters(k->text, from, to, &v);
        } else if (to - from <= WORD_MAX) {
            struct small_word word = {.len = 0};
            for (size_t i = from; i < to; i++)
                add_letter(&word, (unsigned char)k->text.ptr[i]);
            end_word(&word, &v);
        }
    }
    return v;
}

static bool is_french_line(struct uni_document *u, const struct uni_line *l)
{
    const struct votes line = count_votes(u->scan, l->begin, l->end);
    if (line.french + line.english >= 2)
        return line.french > line.english;
    if (u->french < 0) {
        const struct votes all = count_votes(u->scan, 0, u->text.len);
        u->french = all.french > all.english;
    }
    return u->french;
}

bool uni_is_french(const struct uni_segment *s)
{
    struct uni_document *u = s->doc;
    const dm_str language = dm_meta(u->task, u->doc, "language");
    if (language.ptr && language.len >= 2)
        return !memcmp(language.ptr, "fr", 2) && (language.len == 2 || language.ptr[2] == '-');
    if (u->asked == s->line->begin && u->answered)
        return u->answer;
    u->asked = s->line->begin;
    u->answered = true;
    u->answer = is_french_line(u, s->line);
    return u->answer;
}
