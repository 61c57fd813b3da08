/* Two guesses at the language, where it decides which spaces are right.  Both see the text as it will
 * be, so that they say the same of it when it is clean. */
#include "unicode.h"

#include <endian.h>
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

struct votes {
    size_t french, english;
};

/* A small word, padded with zeros, so that two are compared as numbers. */
enum { WORD_MAX = 5, PADDED = 8 };
typedef char small_letters[PADDED];

static const small_letters french[] = {"le",   "la",   "du",   "de",   "et",   "un",   "au",   "il",  "les",
                                       "des",  "est",  "une",  "que",  "qui",  "sur",  "aux",  "par", "pas",
                                       "dans", "pour", "elle", "sont", "avec", "plus", "cette"};
static const small_letters english[] = {"of",   "to",   "in",   "is",   "it",   "at",   "be",  "by",  "the",
                                        "and",  "was",  "for",  "are",  "not",  "his",  "has", "had", "who",
                                        "that", "with", "from", "said", "have", "they", "were"};

static uint64_t as_number(const small_letters letters)
{
    uint64_t word;
    memcpy(&word, letters, sizeof word);
    return le64toh(word);
}

static size_t slot_of(const struct uni_small_words *w, uint64_t word)
{
    return (size_t)(word * w->multiplier >> (64 - UNI_SLOT_BITS));
}

/* return  false: a slot is another word's */
static bool fill_slots(const struct uni_small_words *w, uint64_t *slots, const small_letters *list,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t word = as_number(list[i]);
        uint64_t *const slot = &slots[slot_of(w, word)];
        if (*slot)
            return false;
        *slot = word;
    }
    return true;
}

dm_status uni_small_words_open(dm_task *t, struct uni_small_words *w)
{
    enum {
        TRIES = 4096,
        FRENCH = sizeof french / sizeof *french,
        ENGLISH = sizeof english / sizeof *english
    };
    for (uint64_t i = 0; i < TRIES; i++) { /* one in ten will do */
        memset(w, 0, sizeof *w);
        w->multiplier = (2 * i + 1) * 0x9E3779B97F4A7C15u;
        if (fill_slots(w, w->french, french, FRENCH) && fill_slots(w, w->english, english, ENGLISH))
            return DM_OK;
    }
    return dm_fail(t, DM_EBUG, "the small words have no hash of their own");
}

/* There is no branch in it, as nobody could foresee which way it goes. */
static inline void add_vote(const struct uni_small_words *w, uint64_t word, struct votes *v)
{
    const size_t slot = slot_of(w, word);
    v->french += w->french[slot] == word;
    v->english += w->english[slot] == word;
}

/* A word of ASCII letters that is being read. */
struct small_word {
    small_letters letters;
    size_t len; /* more than WORD_MAX: too long, or with letters that no small word has */
};

static void end_word(const struct uni_small_words *w, struct small_word *word, struct votes *v)
{
    if (word->len > 0 && word->len <= WORD_MAX)
        add_vote(w, as_number(word->letters), v);
    *word = (struct small_word){.len = 0};
}

static void add_letter(struct small_word *w, uint32_t letter)
{
    if (w->len < WORD_MAX)
        w->letters[w->len] = (char)(letter | 0x20);
    w->len++;
}

/* Read the characters of [begin, end), one by one. */
static void read_characters(const struct uni_small_words *w, dm_str s, size_t begin, size_t end,
                            struct votes *v)
{
    struct small_word word = {.len = 0};
    for (size_t i = begin; i < end; i += char_length(s, i)) {
        const uint32_t cp = char_decode(s, i), plain = char_plain(cp);
        const char *ligature = char_ligature(cp);
        if (char_is_invisible(char_class(cp))) {
            if (char_break_length(s, i) > 0)
                end_word(w, &word, v);
        } else if (plain < 0x80 && char_script(plain) == SCRIPT_LATIN) {
            add_letter(&word, plain);
        } else if (ligature) {
            for (; *ligature; ligature++)
                add_letter(&word, (unsigned char)*ligature);
        } else if (char_script(cp) != SCRIPT_NONE || char_is_mark(cp)) {
            word.len = WORD_MAX + 1;
        } else {
            end_word(w, &word, v);
        }
    }
    end_word(w, &word, v);
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

/* A word of ASCII; what is longer than a small word is none. */
static inline void read_word(const struct uni_small_words *w, dm_str s, size_t begin, size_t len,
                             struct votes *v)
{
    uint64_t word = 0;
    const size_t past = len < sizeof word ? sizeof word - len : 0;
    if (s.len - begin >= sizeof word) /* which the compiler has one instruction for */
        memcpy(&word, s.ptr + begin, sizeof word);
    else
        memcpy(&word, s.ptr + begin, s.len - begin);
    add_vote(w, (le64toh(word) | 0x2020202020202020u) & UINT64_MAX >> 8 * past, v);
}

/* The bytes of words in 64 from `base` on, as far as they are in [begin, end). */
static inline uint64_t words_in(dm_array classes, size_t base, size_t begin, size_t end)
{
    if (base >= end)
        return 0;
    const dm_classes *const c = DM_AT(dm_classes, classes, base / 64);
    uint64_t in = c->small | c->capital | c->wide;
    if (base < begin)
        in &= UINT64_MAX << (begin - base);
    return end - base < 64 ? in & ~(UINT64_MAX << (end - base)) : in;
}

/* Words with longer characters get no vote here, as none is listed, and most of six letters and more, as none is
 * either, are not even looked up. */
static void read_plain_words(const struct uni_document *u, size_t begin, size_t end, struct votes *v)
{
    const dm_array classes = u->scan->classes;
    uint64_t before = 0, words = words_in(classes, begin / 64 * 64, begin, end);
    for (size_t base = begin / 64 * 64; base < end; base += 64) {
        const uint64_t next = words_in(classes, base + 64, begin, end);
        const uint64_t two = words & words >> 1, four = two & two >> 2, six = four & two >> 4;
        for (uint64_t starts = words & ~(words << 1 | before) & ~six; starts; starts &= starts - 1) {
            const unsigned i = (unsigned)__builtin_ctzll(starts);
            const uint64_t ends = ~(words >> i | next << 1 << (63 - i));
            read_word(u->small_words, u->text, base + i, (size_t)__builtin_ctzll(ends | 1u << PADDED), v);
        }
        before = words >> 63;
        words = next;
    }
}

static bool is_word_byte(char c)
{
    return (unsigned char)c >= 0x80 || char_script((unsigned char)c) == SCRIPT_LATIN;
}

/* A curly quote, dash, ellipsis, guillemet or no-break space.  return  its length; 0: it is something else */
static size_t separator_length(const char *s)
{
    const unsigned char *const p = (const unsigned char *)s;
    if (p[0] == 0xC2)
        return p[1] == 0xA0 || p[1] == 0xAB || p[1] == 0xBB ? 2 : 0;
    return p[0] == 0xE2 && p[1] == 0x80 && ((p[2] >= 0x90 && p[2] <= 0xA7) || p[2] == 0xAF) ? 3 : 0;
}

/* U+00C0 to U+017F, but for two signs. */
static bool is_accented(const char *s)
{
    const unsigned char *const p = (const unsigned char *)s;
    return (p[0] == 0xC3 && (p[1] & 0xDF) != 0x97) || p[0] == 0xC4 || p[0] == 0xC5;
}

/* Words of Latin letters with such marks between and around them; those with an accent get no vote.
 * return  false: there is something else, and no word has got any */
static bool read_accented(const struct uni_small_words *w, dm_str s, size_t begin, size_t end,
                          struct votes *v)
{
    struct votes now = *v;
    size_t from = begin;
    bool accented = false;
    for (size_t i = begin, n; i <= end; i += n) {
        const bool ascii = i < end && (unsigned char)s.ptr[i] < 0x80;
        n = ascii ? 1 : i < end ? separator_length(s.ptr + i) : 1;
        if (ascii)
            continue;
        if (n == 0 && !is_accented(s.ptr + i))
            return false;
        if (n == 0) {
            accented = true;
            n = 2;
            continue;
        }
        if (!accented && i > from && i - from <= WORD_MAX)
            read_word(w, s, from, i - from, &now);
        from = i + n;
        accented = false;
    }
    *v = now;
    return true;
}

/* Count the small words that give a language away.  Most are of ASCII letters, with something else around them. */
static struct votes count_votes(const struct uni_document *u, size_t begin, size_t end)
{
    struct votes v = {0, 0};
    const char *const s = u->text.ptr;
    if (has_controls(u->scan, begin, end)) {
        read_characters(u->small_words, u->text, begin, end, &v);
        return v;
    }
    read_plain_words(u, begin, end, &v);
    dm_runs wide = dm_runs_of(u->scan->classes, begin, end, DM_WIDE);
    for (size_t done = begin, at; (at = dm_next_edge(&wide)) < end;) {
        size_t from = at, to = dm_next_edge(&wide);
        if (from < done) /* of the word that was last */
            continue;
        while (from > done && is_word_byte(s[from - 1]))
            from--;
        while (to < end && is_word_byte(s[to]))
            to++;
        if (!read_accented(u->small_words, u->text, from, to, &v))
            read_characters(u->small_words, u->text, from, to, &v);
        done = to;
    }
    return v;
}

static bool is_french_line(struct uni_document *u, const struct uni_line *l)
{
    const struct votes line = count_votes(u, l->begin, l->end);
    if (line.french + line.english >= 2)
        return line.french > line.english;
    if (u->french < 0) {
        const struct votes all = count_votes(u, 0, u->text.len);
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
