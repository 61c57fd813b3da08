/* Latin words in which single letters are Cyrillic or Greek ones that look the same, and the other way round: a slip of
 * the keyboard layout, or meant to deceive a filter. */
#include "unicode.h"

#include <string.h>

struct word {
    size_t begin, end;                    /* cells */
    size_t latin, greek, cyrillic, other; /* letters */
    size_t twins;                         /* Greek and Cyrillic ones that look Latin */
    bool surely_latin;                    /* has a Latin letter that no other script has */
};

static bool is_word_part(uint32_t cp)
{
    return char_script(cp) != SCRIPT_NONE || char_is_mark(cp);
}

/* Letters that neither Cyrillic nor Greek has in a shape like theirs. */
static bool is_latin_only(uint32_t cp)
{
    switch (cp) {
    case 'b':
    case 'f':
    case 'g':
    case 'k':
    case 'm':
    case 'n':
    case 'r':
    case 't':
    case 'u':
    case 'v':
    case 'z':
    case 'D':
    case 'F':
    case 'G':
    case 'L':
    case 'N':
    case 'R':
    case 'U':
    case 'V':
        return true;
    default:
        return false;
    }
}

/* Read the next word at or behind cell `i`.  return  false: there is none */
static bool read_word(const struct uni_cells *c, size_t i, struct word *w)
{
    while (i < c->count && !is_word_part(c->at[i].cp))
        i++;
    *w = (struct word){.begin = i};
    for (; i < c->count && is_word_part(c->at[i].cp); i++) {
        const uint32_t cp = c->at[i].cp;
        const enum char_script script = char_script(cp);
        w->latin += script == SCRIPT_LATIN;
        w->greek += script == SCRIPT_GREEK;
        w->cyrillic += script == SCRIPT_CYRILLIC;
        w->other += script > SCRIPT_CYRILLIC;
        w->twins += char_look_alike(cp) != 0;
        w->surely_latin |= is_latin_only(cp);
    }
    w->end = i;
    return w->begin < w->end;
}

static bool is_mixed(const struct word *w)
{
    return w->latin > 0 && w->greek + w->cyrillic > 0;
}

/* Whether the word is wholly of a script that `w` has letters of. */
static bool is_of_foreign_script(const struct word *neighbour, const struct word *w)
{
    if (neighbour->latin || neighbour->other)
        return false;
    return (w->cyrillic && neighbour->cyrillic) || (w->greek && neighbour->greek);
}

/* Each of the foreign letters has a Latin twin, and they are the fewer; in two letters the Latin one must
 * be beyond doubt.  Beside a Russian word, a mixed one may be a Latin name with a Russian ending. */
static bool is_latin_at_heart(const struct word *w, const struct word *before, const struct word *after)
{
    const size_t foreign = w->greek + w->cyrillic;
    if (!is_mixed(w) || w->other || w->twins != foreign)
        return false;
    if (is_of_foreign_script(before, w) || is_of_foreign_script(after, w))
        return false;
    return w->latin > foreign || (w->latin == foreign && w->greek == 0 && w->surely_latin);
}

/* The letter of Cyrillic, or of Greek, that looks like the Latin one; 0: none does.  Few small letters of Greek do. */
static uint32_t twin_of(uint32_t latin, bool greek)
{
    static const char cyrillic[] = "ABCEHKMOPTXaceopxy", greek_capitals[] = "ABEZHIKMNOPTYXo";
    static const uint16_t to_cyrillic[] = {0x410, 0x412, 0x421, 0x415, 0x41D, 0x41A, 0x41C, 0x41E, 0x420,
                                           0x422, 0x425, 0x430, 0x441, 0x435, 0x43E, 0x440, 0x445, 0x443};
    static const uint16_t to_greek[] = {0x391, 0x392, 0x395, 0x396, 0x397, 0x399, 0x39A, 0x39C,
                                        0x39D, 0x39F, 0x3A1, 0x3A4, 0x3A5, 0x3A7, 0x3BF};
    const char *const list = greek ? greek_capitals : cyrillic;
    const char *const found = latin && latin < 0x80 ? strchr(list, (int)latin) : NULL;
    return !found ? 0 : greek ? to_greek[found - list] : to_cyrillic[found - list];
}

/* Whether each Latin letter of the word has a twin in its other script, which has the word's other letters. */
static bool has_twins(const struct uni_cells *c, const struct word *w)
{
    for (size_t i = w->begin; i < w->end; i++)
        if (char_script(c->at[i].cp) == SCRIPT_LATIN && !twin_of(c->at[i].cp, w->greek > 0))
            return false;
    return true;
}

/* A word of Cyrillic or Greek beside another one, in which the Latin letters are fewer, and some letter is of the script
 * beyond doubt. */
static bool is_foreign_at_heart(const struct uni_cells *c, const struct word *w, const struct word *before,
                                const struct word *after)
{
    const size_t foreign = w->greek + w->cyrillic;
    return is_mixed(w) && !w->other && (w->greek == 0 || w->cyrillic == 0) && foreign > w->latin &&
           w->twins < foreign && (is_of_foreign_script(before, w) || is_of_foreign_script(after, w)) &&
           has_twins(c, w);
}

static void fold_to_foreign(struct uni_cells *c, const struct word *w)
{
    for (size_t i = w->begin; i < w->end; i++) {
        const bool latin = char_script(c->at[i].cp) == SCRIPT_LATIN;
        const uint32_t letter = latin ? twin_of(c->at[i].cp, w->greek > 0) : 0;
        if (!letter)
            continue;
        c->at[i].cp = letter;
        if (c->at[i].rule == RULE_NONE)
            c->at[i].rule = RULE_LOOK_ALIKE;
    }
}

static void fold_word(struct uni_cells *c, const struct word *w)
{
    for (size_t i = w->begin; i < w->end; i++) {
        const uint32_t letter = char_look_alike(c->at[i].cp);
        if (!letter)
            continue;
        c->at[i].cp = letter;
        if (c->at[i].rule == RULE_NONE)
            c->at[i].rule = RULE_LOOK_ALIKE;
    }
}

/* Whether there is a letter of Cyrillic or Greek: without, nothing is mixed. */
static bool has_foreign(const struct uni_cells *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->at[i].cp >= 0x370 && c->at[i].cp < 0x530)
            return true;
    return false;
}

bool uni_fold_look_alikes(struct uni_segment *s)
{
    if (!has_foreign(&s->cells))
        return false;
    struct word before = {0}, word, after;
    bool changed = false, more = read_word(&s->cells, 0, &word);
    while (more) {
        more = read_word(&s->cells, word.end, &after);
        if (!more)
            after = (struct word){0};
        const bool latin = is_latin_at_heart(&word, &before, &after);
        const bool foreign = !latin && is_foreign_at_heart(&s->cells, &word, &before, &after);
        if ((latin || foreign) && uni_is_subject(s))
            return false;
        if (latin) {
            fold_word(&s->cells, &word);
            changed = true;
        } else if (foreign) {
            fold_to_foreign(&s->cells, &word);
            changed = true;
        }
        before = word;
        word = after;
    }
    return changed;
}
