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

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (!strcmp(word, *words))
            return true;
    return false;
}

static void vote(struct votes *v, const char *word)
{
    static const char *const french[] = {"le",  "la",  "les",  "des",  "du",   "de",   "et",    "est", "une",
                                         "un",  "que", "qui",  "dans", "pour", "sur",  "au",    "aux", "par",
                                         "pas", "il",  "elle", "sont", "avec", "plus", "cette", NULL};
    static const char *const english[] = {"the",  "of",   "and", "to",   "in",   "is",  "that", "was", "for",
                                          "with", "it",   "at",  "from", "said", "be",  "are",  "not", "his",
                                          "has",  "have", "by",  "had",  "they", "who", "were", NULL};
    v->french += is_one_of(word, french);
    v->english += is_one_of(word, english);
}

/* Count the small words that give a language away. */
static struct votes count_votes(dm_str s, size_t begin, size_t end)
{
    struct votes v = {0, 0};
    char word[WORD_MAX + 1];
    size_t len = 0;
    for (size_t i = begin; i < end; i += char_length(s, i)) {
        const uint32_t cp = char_decode(s, i);
        if (cp >= 0x80 && char_is_invisible(char_class(cp)))
            continue;
        const uint32_t plain = char_plain(cp) | 0x20;
        if (plain >= 'a' && plain <= 'z') {
            if (len < WORD_MAX)
                word[len] = (char)plain;
            len++;
            continue;
        }
        word[len < WORD_MAX ? len : WORD_MAX] = 0;
        if (len > 1 && len <= WORD_MAX)
            vote(&v, word);
        len = char_script(cp) == SCRIPT_NONE ? 0 : WORD_MAX + 1; /* a word goes on behind an accent */
    }
    word[len < WORD_MAX ? len : WORD_MAX] = 0;
    if (len > 1 && len <= WORD_MAX)
        vote(&v, word);
    return v;
}

bool uni_is_french(const struct uni_segment *s)
{
    struct uni_document *u = s->doc;
    const dm_str language = dm_meta(u->task, u->doc, "language");
    if (language.ptr && language.len >= 2)
        return !memcmp(language.ptr, "fr", 2) && (language.len == 2 || language.ptr[2] == '-');
    const struct votes line = count_votes(u->text, s->line->begin, s->line->end);
    if (line.french + line.english >= 2)
        return line.french > line.english;
    if (u->french < 0) {
        const struct votes all = count_votes(u->text, 0, u->text.len);
        u->french = all.french > all.english;
    }
    return u->french;
}
