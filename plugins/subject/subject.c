#include "subject.h"

#include <string.h>

enum { TERMS_MAX = 16 };

/* In small letters, each at the slot of its first letter; what is behind is free (`ligatures`), what is before is not.
 * A question mark before those that other matters have too (a full-width window): they count for their line alone.  A full
 * stop before the names of marks, which say something of a text that has several, but nothing of a line. */
static const char *const terms[26][TERMS_MAX] = {
    ['a' - 'a'] = {"ascii", ".apostrophe"},
    ['b' - 'a'] = {"byte order mark", "byte-order mark"},
    ['c' - 'a'] = {"charset", "character encoding", "code page", "code point", "codepage", "codepoint",
                   "cp125", "cp437", "curly quote", "curly apostrophe", "?character set", "?cyrillic",
                   ".comma ", ".commas"},
    ['d' - 'a'] = {".double quote"},
    ['e' - 'a'] = {"encodage des caract", "en dash", "em dash", ".ellips", ".exclamation mark"},
    ['f' - 'a'] = {"?full-width", "?fullwidth", ".full stop"},
    ['g' - 'a'] = {"?glyph", "?garbled", "?gibberish", ".guillemets"},
    ['h' - 'a'] = {"homoglyph", "html entit", "?half-width", ".hyphen"},
    ['i' - 'a'] = {"iso-8859", "iso 8859", ".inverted comma"},
    ['l' - 'a'] = {"latin-1", "latin1", "?ligature"},
    ['m' - 'a'] = {"mojibake", "macroman", "mac roman"},
    ['n' - 'a'] = {"nbsp", "no-break space", "non-breaking space", "nonbreaking space", "no-break hyphen"},
    ['p' - 'a'] = {".punctuation"},
    ['q' - 'a'] = {".quotation mark", ".question mark"},
    ['s' - 'a'] = {"soft hyphen", "smart quotes", "straight quotes", ".semicolon", ".single quote"},
    ['t' - 'a'] = {"text encoding"},
    ['u' - 'a'] = {"unicode", "utf-8", "utf8", "utf-16", "utf 8", "u+"},
    ['w' - 'a'] = {"windows-125", "windows 125"},
    ['z' - 'a'] = {"zero-width", "zero width", "zeichensatz", "zeichenkodierung"},
};

/* Those that begin with no letter of ASCII. */
static const char *const foreign_terms[] = {"кодировк", "Кодировк", "кракозябр",  "юникод",
                                            "Юникод",   "文字化け", "文字コード", NULL};

/* How much a line says of what it speaks of. */
enum strength { NOTHING, MARKS, PERHAPS, SURELY };

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_word_byte(char c)
{
    return (unsigned)small(c) - 'a' < 26 || (unsigned)c - '0' < 10 || (unsigned char)c >= 0x80;
}

/* A cleaner of characters drops these, and must not make one word of what were two. */
static bool is_control(char c)
{
    return ((unsigned char)c < ' ' && c != '\t') || c == 0x7F;
}

static bool is_hex(char c)
{
    return (unsigned)c - '0' < 10 || (unsigned)small(c) - 'a' < 6;
}

/* U+ and four digits. */
static bool is_code_point(dm_str s)
{
    enum { DIGITS = 4 };
    if (s.len < 2 + DIGITS)
        return false;
    for (size_t i = 2; i < 2 + DIGITS; i++)
        if (!is_hex(s.ptr[i]))
            return false;
    return true;
}

/* The first letter has chosen the term. */
static bool begins_with(dm_str s, const char *term)
{
    size_t i = 1;
    while (term[i] && i < s.len && small(s.ptr[i]) == term[i])
        i++;
    return !term[i] && (term[i - 1] != '+' || is_code_point(s));
}

static enum strength judge_word(dm_str s)
{
    const unsigned slot = (unsigned)small(s.ptr[0]) - 'a';
    if (slot >= sizeof terms / sizeof *terms)
        return NOTHING;
    enum strength most = NOTHING;
    for (unsigned i = 0; most < SURELY && i < TERMS_MAX && terms[slot][i]; i++) {
        const char sign = terms[slot][i][0];
        const enum strength strength = sign == '?' ? PERHAPS : sign == '.' ? MARKS : SURELY;
        if (strength > most && begins_with(s, terms[slot][i] + (strength < SURELY)))
            most = strength;
    }
    return most;
}

static bool has_foreign_term(dm_str line)
{
    for (const char *const *term = foreign_terms; *term; term++)
        if (memmem(line.ptr, line.len, *term, strlen(*term)))
            return true;
    return false;
}

static enum strength judge_line(dm_str line)
{
    enum strength most = NOTHING;
    bool within = false, foreign = false; /* within a word, or right behind `&`, as nbsp is in `&nbsp;` */
    for (size_t i = 0; i < line.len && most < SURELY; i++) {
        if (is_control(line.ptr[i]))
            continue;
        const bool word = is_word_byte(line.ptr[i]);
        const enum strength now =
            word && !within ? judge_word((dm_str){line.ptr + i, line.len - i}) : NOTHING;
        most = now > most ? now : most;
        within = word || line.ptr[i] == '&';
        foreign |= (unsigned char)line.ptr[i] >= 0xD0;
    }
    return most < SURELY && foreign && has_foreign_term(line) ? SURELY : most;
}

bool subject_has_line(dm_str line)
{
    return judge_line(line) >= PERHAPS;
}

bool subject_has_mark(dm_str line)
{
    return judge_line(line) != NOTHING;
}

/* ---- a text --------------------------------------------------------------------------------- */

enum { BLOCK = 64, LETTER_BITS = 5, TRIPLES = 1 << 3 * LETTER_BITS };

/* Which three letters the terms begin with: one bit for each three, of which five bits a letter count. */
struct triples {
    uint64_t bits[TRIPLES / BLOCK];
};

static unsigned triple_of(const char *p)
{
    const unsigned mask = (1u << LETTER_BITS) - 1;
    return ((unsigned char)p[0] & mask) << 2 * LETTER_BITS | ((unsigned char)p[1] & mask) << LETTER_BITS |
           ((unsigned char)p[2] & mask);
}

static void triples_init(struct triples *t)
{
    memset(t, 0, sizeof *t);
    for (size_t slot = 0; slot < sizeof terms / sizeof *terms; slot++)
        for (size_t i = 0; i < TERMS_MAX && terms[slot][i]; i++) {
            const char *const term = terms[slot][i] + (terms[slot][i][0] == '?' || terms[slot][i][0] == '.');
            for (unsigned c = 0; c < 1u << LETTER_BITS; c++) { /* of U+, the third may be any */
                const char three[3] = {term[0], term[1], term[2] ? term[2] : (char)c};
                const unsigned triple = triple_of(three);
                t->bits[triple / BLOCK] |= 1ull << triple % BLOCK;
            }
        }
}

static bool begins_term(const struct triples *t, dm_str s, size_t at)
{
    if (s.len - at < 3)
        return false;
    const unsigned triple = triple_of(s.ptr + at);
    return t->bits[triple / BLOCK] >> triple % BLOCK & 1;
}

/* Whether the word counts for its line. */
static bool counts(dm_str s, size_t at)
{
    if (at > 0 && (s.ptr[at - 1] == '&' || is_control(s.ptr[at - 1])) && s.ptr[at - 1] != '\n')
        return false;
    const enum strength strength = judge_word((dm_str){s.ptr + at, s.len - at});
    return strength == SURELY || strength == MARKS;
}

bool subject_has_text(dm_str text, dm_array classes)
{
    enum { LINES = 3 };
    struct triples triples;
    unsigned found = 0;
    uint64_t before = 0;
    size_t next = 0; /* the line behind that of the last one */
    triples_init(&triples);
    for (size_t base = 0; base < text.len && found < LINES; base += BLOCK) {
        const dm_classes *const c = DM_AT(dm_classes, classes, base / BLOCK);
        const uint64_t letters = c->small | c->capital, words = letters | c->digit | c->wide;
        for (uint64_t starts = letters & ~(words << 1 | before); starts; starts &= starts - 1) {
            const size_t at = base + (size_t)__builtin_ctzll(starts);
            if (!begins_term(&triples, text, at) || at < next || !counts(text, at))
                continue;
            const char *const nl = memchr(text.ptr + at, '\n', text.len - at);
            next = nl ? (size_t)(nl - text.ptr) : text.len;
            found++;
        }
        before = words >> (BLOCK - 1);
    }
    return found >= LINES;
}
