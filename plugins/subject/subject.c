#include "subject.h"

#include <string.h>

enum { TERMS_MAX = 16 };

/* Five bits of a character tell letters and signs apart well enough. */
#define BIT(c) (1u << ((c)&31))
#define ANY    UINT32_MAX

/* Terms that begin with one letter, and which characters are second and third in these: most words are told by them. */
struct slot {
    uint32_t second, third; /* as bits */
    const char *terms[TERMS_MAX];
};

/* In small letters, each in the slot of its first letter; what is behind is free (`ligatures`), what is before is not.
 * A question mark before those that other matters have too (a full-width window): they count for their line alone.  A full
 * stop before the names of marks, which say something of a text that has several, but nothing of a line. */
static const struct slot slots[26] = {
    ['a' - 'a'] = {BIT('p') | BIT('s'), BIT('c') | BIT('o'), {"ascii", ".apostrophe"}},
    ['b' - 'a'] = {BIT('y'), BIT('t'), {"byte order mark", "byte-order mark"}},
    ['c' - 'a'] = {BIT('h') | BIT('o') | BIT('p') | BIT('u') | BIT('y'),
                   BIT('1') | BIT('4') | BIT('a') | BIT('d') | BIT('m') | BIT('r'),
                   {"charset", "character encoding", "code page", "code point", "codepage", "codepoint",
                    "cp125", "cp437", "curly quote", "curly apostrophe", "?character set", "?cyrillic",
                    ".comma ", ".commas"}},
    ['d' - 'a'] = {BIT('o'), BIT('u'), {".double quote"}},
    ['e' - 'a'] = {BIT('l') | BIT('m') | BIT('n') | BIT('x'),
                   BIT(' ') | BIT('c') | BIT('l'),
                   {"encodage des caract", "en dash", "em dash", ".ellips", ".exclamation mark"}},
    ['f' - 'a'] = {BIT('u'), BIT('l'), {"?full-width", "?fullwidth", ".full stop"}},
    ['g' - 'a'] = {BIT('a') | BIT('i') | BIT('l') | BIT('u'),
                   BIT('b') | BIT('i') | BIT('r') | BIT('y'),
                   {"?glyph", "?garbled", "?gibberish", ".guillemets"}},
    ['h' - 'a'] = {BIT('a') | BIT('o') | BIT('t') | BIT('y'),
                   BIT('l') | BIT('m') | BIT('p'),
                   {"homoglyph", "html entit", "?half-width", ".hyphen"}},
    ['i' - 'a'] = {BIT('n') | BIT('s'), BIT('o') | BIT('v'), {"iso-8859", "iso 8859", ".inverted comma"}},
    ['l' - 'a'] = {BIT('a') | BIT('i'), BIT('g') | BIT('t'), {"latin-1", "latin1", "?ligature"}},
    ['m' - 'a'] = {BIT('a') | BIT('o'), BIT('c') | BIT('j'), {"mojibake", "macroman", "mac roman"}},
    ['n' - 'a'] = {BIT('b') | BIT('o'),
                   BIT('-') | BIT('n') | BIT('s'),
                   {"nbsp", "no-break space", "non-breaking space", "nonbreaking space", "no-break hyphen"}},
    ['p' - 'a'] = {BIT('u'), BIT('n'), {".punctuation"}},
    ['q' - 'a'] = {BIT('u'), BIT('e') | BIT('o'), {".quotation mark", ".quote mark", ".question mark"}},
    ['s' - 'a'] = {BIT('e') | BIT('i') | BIT('m') | BIT('o') | BIT('t'),
                   BIT('a') | BIT('f') | BIT('m') | BIT('n') | BIT('r'),
                   {"soft hyphen", "smart quotes", "straight quotes", ".semicolon", ".single quote"}},
    ['t' - 'a'] = {BIT('e'), BIT('x'), {"text encoding"}},
    ['u' - 'a'] = {BIT('+') | BIT('n') | BIT('t'),
                   ANY, /* as the third of U+ may be */
                   {"unicode", "utf-8", "utf8", "utf-16", "utf 8", "u+"}},
    ['w' - 'a'] = {BIT('i'), BIT('n'), {"windows-125", "windows 125"}},
    ['z' - 'a'] = {BIT('e'),
                   BIT('i') | BIT('r'),
                   {"zero-width", "zero width", "zeichensatz", "zeichenkodierung"}},
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

/* The word at s[at] begins with a letter. */
static enum strength judge_word(dm_str s, size_t at)
{
    const dm_str word = {s.ptr + at, s.len - at};
    const struct slot *const slot = &slots[small(*word.ptr) - 'a'];
    enum strength most = NOTHING;
    for (unsigned i = 0; most < SURELY && i < TERMS_MAX && slot->terms[i]; i++) {
        const char sign = slot->terms[i][0];
        const enum strength strength = sign == '?' ? PERHAPS : sign == '.' ? MARKS : SURELY;
        if (strength > most && begins_with(word, slot->terms[i] + (strength < SURELY)))
            most = strength;
    }
    return most;
}

static bool has_foreign_term(dm_str line)
{
    static const char leads[] = "\xD0\xD1\xE6"; /* which these terms begin with */
    bool may_have = false;
    for (const char *lead = leads; *lead && !may_have; lead++)
        may_have = memchr(line.ptr, *lead, line.len);
    for (const char *const *term = foreign_terms; may_have && *term; term++)
        if (memmem(line.ptr, line.len, *term, strlen(*term)))
            return true;
    return false;
}

/* ---- words ---------------------------------------------------------------------------------- */

enum { BLOCK = 64 };

/* A walk from word to word, of which only those matter that a term may begin with. */
struct walk {
    dm_str text;
    dm_array classes;
    size_t base, end; /* of the bytes at work; where the walk ends */
    uint64_t starts;
    uint64_t before; /* 1: the byte before these was of a word */
};

static void read_block(struct walk *w, uint64_t wanted)
{
    const dm_classes *const c = DM_AT(dm_classes, w->classes, w->base / BLOCK);
    const uint64_t letters = c->small | c->capital, words = (letters | c->digit | c->wide) & wanted;
    w->starts = letters & wanted & ~(words << 1 | w->before);
    w->before = words >> (BLOCK - 1);
}

static struct walk walk_of(dm_str text, dm_array classes, dm_span at)
{
    struct walk w = {.text = text, .classes = classes, .base = at.begin / BLOCK * BLOCK, .end = at.end};
    read_block(&w, UINT64_MAX << at.begin % BLOCK);
    return w;
}

/* No branch, as nobody can foresee how words go on.  A letter is given. */
static inline bool may_begin_term(const char *word)
{
    const struct slot *const slot = &slots[(word[0] | 0x20) - 'a'];
    return (slot->second >> (word[1] & 31)) & (slot->third >> (word[2] & 31)) & 1;
}

/* Where the next term may begin; the walk's end: nowhere. */
static inline size_t next_term(struct walk *w)
{
    enum { SHORTEST = 3 };
    const size_t end = w->end;
    for (;;) {
        for (; w->starts; w->starts &= w->starts - 1) {
            const size_t at = w->base + (size_t)__builtin_ctzll(w->starts);
            if (end - at < SHORTEST || at >= end)
                return end;
            if (may_begin_term(w->text.ptr + at)) {
                w->starts &= w->starts - 1;
                return at;
            }
        }
        w->base += BLOCK;
        if (w->base >= end)
            return end;
        read_block(w, UINT64_MAX);
    }
}

/* ---- a line --------------------------------------------------------------------------------- */

/* Right behind `&`, or behind the semicolon of one that was escaped, stands the name of a reference: `&amp;nbsp;`. */
static bool begins_reference(char c)
{
    return c == '&' || c == ';';
}

/* Whether a word goes on at `at`, as controls do not count, or is the name of a reference. */
static bool goes_on(dm_str line, size_t at)
{
    while (at > 0 && is_control(line.ptr[at - 1]))
        at--;
    return at > 0 && (is_word_byte(line.ptr[at - 1]) || begins_reference(line.ptr[at - 1]));
}

static enum strength judge_line(dm_str text, dm_array classes, dm_span at)
{
    const dm_str line = {text.ptr + at.begin, at.end - at.begin};
    struct walk walk = walk_of(text, classes, at);
    enum strength most = NOTHING;
    for (size_t word; most < SURELY && (word = next_term(&walk)) < at.end;) {
        const enum strength now = judge_word(line, word - at.begin);
        if (now > most && !goes_on(line, word - at.begin))
            most = now;
    }
    return most < SURELY && has_foreign_term(line) ? SURELY : most;
}

bool subject_has_line(dm_str text, dm_array classes, dm_span line)
{
    return judge_line(text, classes, line) >= PERHAPS;
}

bool subject_has_mark(dm_str text, dm_array classes, dm_span line)
{
    return judge_line(text, classes, line) != NOTHING;
}

/* ---- a text --------------------------------------------------------------------------------- */

/* Whether the word counts for its line. */
static bool counts(dm_str s, size_t at)
{
    const enum strength strength = judge_word(s, at);
    if (strength != SURELY && strength != MARKS)
        return false;
    const char before = at > 0 ? s.ptr[at - 1] : '\n';
    return before == '\n' || (!begins_reference(before) && !is_control(before));
}

bool subject_has_text(dm_str text, dm_array classes)
{
    enum { LINES = 3 };
    struct walk walk = walk_of(text, classes, (dm_span){0, text.len});
    unsigned found = 0;
    size_t next = 0; /* the line behind that of the last one */
    for (size_t at; found < LINES && (at = next_term(&walk)) < text.len;) {
        if (at < next || !counts(text, at))
            continue;
        const char *const nl = memchr(text.ptr + at, '\n', text.len - at);
        next = nl ? (size_t)(nl - text.ptr) : text.len;
        found++;
    }
    return found >= LINES;
}
