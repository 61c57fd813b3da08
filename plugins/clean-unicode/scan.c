/* The scan: find what may have to change.  Nearly every text is nearly all clean, so this is where the
 * time goes.
 *
 * Each text is read once, to know its odd bytes: controls, and characters beyond ASCII, but for those that never
 * change, such as curly quotes, accented and Arabic letters, and ideographs.  Together with the host's classes they say of 64 bytes at a time
 * whether there is anything to look at; only at these places is a character asked what it is. */
#include "unicode.h"

#include <limits.h>
#include <string.h>

enum { LANES = 16, BLOCK = 64 };

/* Vectors as gcc and clang know them on any machine. */
typedef unsigned char lanes __attribute__((vector_size(LANES)));
typedef signed char signed_lanes __attribute__((vector_size(LANES)));

/* ---- odd bytes ------------------------------------------------------------------------------ */

/* Controls have the highest bit set; the others are not asked for.  One more than 0x7F is the least of all, as what is
 * beyond ASCII is. */
static inline lanes control_lanes(const unsigned char *p)
{
    lanes c;
    memcpy(&c, p, sizeof c);
    const lanes low = (lanes)((signed_lanes)(c + 1) <= ' '), kept = (lanes)((c == '\n') | (c == '\t'));
    return low & ~(c | kept);
}

static bool has_controls(const unsigned char *p)
{
    uint64_t halves[2];
    const lanes any = control_lanes(p) | control_lanes(p + LANES) | control_lanes(p + 2 * LANES) |
                      control_lanes(p + 3 * LANES);
    memcpy(halves, &any, sizeof halves);
    return (halves[0] | halves[1]) & 0x8080808080808080u;
}

/* The controls among the bytes at `p`, of these classes, but for tabs and LF.  `count` of them are there. */
static uint64_t find_controls(const unsigned char *p, size_t count, const dm_classes *c)
{
    if (count == BLOCK && !has_controls(p))
        return 0;
    uint64_t found = 0, bits = ~(c->small | c->capital | c->digit | c->wide | c->space | c->tab | c->lf);
    if (count < BLOCK)
        bits &= ~(UINT64_MAX << count);
    for (; bits != 0; bits &= bits - 1) {
        const unsigned char sign = p[(unsigned)__builtin_ctzll(bits)];
        found |= sign < ' ' || sign == 0x7F ? bits & -bits : 0;
    }
    return found;
}

/* Whether the character, not ASCII, is one that may_change() has nothing against, wherever it is: U+00A1 to
 * U+02FF but for the soft hyphen, U+2010 to U+203F but for separators, embeddings and a no-break space, signs of
 * currencies, that of trade marks, Arabic letters, and U+4000 to U+9FFF. */
static inline bool is_steady(const unsigned char *p)
{
    if (p[0] == 0xE2)
        return p[1] == 0x80   ? p[2] >= 0x90 && (p[2] <= 0xA7 || p[2] >= 0xB0)
               : p[1] == 0x82 ? p[2] >= 0xA0
                              : p[1] == 0x84 && p[2] == 0xA2;
    return (p[0] >= 0xC3 && p[0] <= 0xCB) || (p[0] == 0xC2 && p[1] > 0xA0 && p[1] != 0xAD) ||
           char_is_arabic(p) || (p[0] >= 0xE4 && p[0] <= 0xE9);
}

/* The characters among `wide` that are not steady.  Behind the first one all are taken for such, as in other scripts
 * they are. */
static uint64_t find_unsteady(const unsigned char *p, uint64_t wide)
{
    while (wide != 0) {
        const unsigned at = (unsigned)__builtin_ctzll(wide);
        const unsigned char c = p[at];
        if (c >= 0xC0 && !is_steady(p + at))
            return wide;
        wide &= ~((c >= 0xE0 ? 7ull : c >= 0xC0 ? 3ull : 1ull) << at);
    }
    return 0;
}

/* ---- blanks --------------------------------------------------------------------------------- */

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* What the byte before 64 others is, as bits. */
enum { BEHIND_BLANK = 1, BEHIND_LF = 2 };

static inline unsigned what_is_before(const dm_classes *c)
{
    return (unsigned)((c->space | c->tab) >> 63) * BEHIND_BLANK | (unsigned)(c->lf >> 63) * BEHIND_LF;
}

/* Blanks that may belong to a run, end a line or begin one, with line breaks behind blanks.
 * before  what the byte before these is */
static uint64_t find_blanks(const dm_classes *c, unsigned what, unsigned before)
{
    const uint64_t behind_blank = (c->space | c->tab) << 1 | (before & BEHIND_BLANK),
                   behind_lf = c->lf << 1 | before / BEHIND_LF;
    return (what & SCAN_SPACES ? (c->space | c->lf) & behind_blank : 0) |
           (what & SCAN_INDENTS ? c->space & behind_lf : 0);
}

bool uni_scan_init(struct uni_scan *k, dm_task *t, const dm_doc *d)
{
    const dm_str s = dm_text(t, d);
    const unsigned char *const p = (const unsigned char *)s.ptr;
    uint64_t *const odd = dm_alloc(t, (s.len / BLOCK + 1) * sizeof *odd);
    *k = (struct uni_scan){s, dm_classify(t, d), odd, s.len};
    if (!odd || !k->classes.items)
        return false;
    unsigned before = BEHIND_LF;
    for (size_t at = 0; at < s.len; at += BLOCK) {
        const size_t count = s.len - at < BLOCK ? s.len - at : BLOCK;
        const dm_classes *const c = DM_AT(dm_classes, k->classes, at / BLOCK);
        const uint64_t now = find_controls(p + at, count, c) | find_unsteady(p + at, c->wide),
                       bits = now | find_blanks(c, UINT_MAX, before);
        odd[at / BLOCK] = now;
        before = what_is_before(c);
        if (bits && k->first == s.len)
            k->first = at + (size_t)__builtin_ctzll(bits);
    }
    if (k->first == s.len && s.len && is_blank(p[s.len - 1]))
        k->first = s.len - 1;
    return true;
}

/* ---- characters ----------------------------------------------------------------------------- */

static bool is_latin_at(dm_str s, size_t at)
{
    const unsigned char lead = (unsigned char)s.ptr[at];
    if (lead >= 0xCE && lead <= 0xD4) /* Greek and Cyrillic */
        return false;
    return char_script(char_decode(s, at)) == SCRIPT_LATIN;
}

/* Whether the character at s[at], of two bytes, touches a Latin letter. */
static bool touches_latin(dm_str s, size_t at, size_t to)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    const bool latin_behind = at + 2 < to && p[at + 2] != ' ' && is_latin_at(s, at + 2);
    return latin_behind || (at > 0 && p[at - 1] != ' ' && is_latin_at(s, char_before(s, at)));
}

/* U+0400 to U+047F between spaces and letters of its own kind, as nearly all of them are. */
static inline bool is_among_cyrillic(const unsigned char *p, size_t at, size_t to)
{
    if ((p[at] | 1) != 0xD1)
        return false;
    const unsigned char after = at + 2 < to ? p[at + 2] : ' ';
    const bool begins =
        at == 0 || p[at - 1] == ' ' || (at > 1 && p[at - 1] >= 0x80 && (p[at - 2] | 1) == 0xD1);
    return begins && (after == ' ' || (after | 1) == 0xD1);
}

/* Whether the character at s[at], not ASCII, may have to change. */
static bool may_change(dm_str s, size_t at, size_t to, unsigned what)
{
    const uint32_t cp = char_decode(s, at);
    if (cp > 0xAD && cp < 0x300)
        return false;
    if (char_break_length(s, at) != 0)
        return true;
    if ((cp >= 0x388 && cp < 0x3CF) || (cp >= 0x400 && cp < 0x483))
        return (what & SCAN_LETTERS) && touches_latin(s, at, to);
    if ((what & SCAN_CJK) && (cp == IDEOGRAPHIC_SPACE || char_is_full_width(cp)))
        return false;
    const enum char_class c = char_class(cp);
    if (c == CLASS_ODD_SPACE && !(what & SCAN_SPACES))
        return cp == 0x2000 || cp == 0x2001; /* which NFC makes other spaces of */
    if (c != CLASS_OTHER)
        return true;
    if (!(what & SCAN_LETTERS))
        return false;
    if (cp >= 0x370 && cp < 0x530 && touches_latin(s, at, to))
        return true;
    return (cp >= 0xFB00 && cp <= 0xFB06) || char_is_full_width(cp) || char_may_compose(cp);
}

/* Whether the ASCII character at s[at] may have to change.  Spaces count when the run is complete: at
 * the second of two, at a line break or at the end. */
static bool may_change_ascii(dm_str s, size_t from, size_t at, size_t to, unsigned what)
{
    const unsigned char c = (unsigned char)s.ptr[at];
    const bool after_blank = at > from && is_blank((unsigned char)s.ptr[at - 1]);
    if (c == '\n')
        return (what & SCAN_SPACES) && after_blank;
    if (is_blank(c))
        return ((what & SCAN_SPACES) && ((after_blank && c == ' ') || at + 1 == to)) ||
               ((what & SCAN_INDENTS) && c == ' ' && (at == from || s.ptr[at - 1] == '\n'));
    return c < ' ' || c == 0x7F;
}

/* ---- the scan ------------------------------------------------------------------------------- */

size_t uni_scan_next(const struct uni_scan *k, size_t from, size_t to, unsigned what)
{
    const unsigned char *const p = (const unsigned char *)k->text.ptr;
    unsigned before = 0; /* of what is before `from`, nobody knows */
    if (from >= to)
        return to;
    for (size_t base = from / BLOCK * BLOCK; base < to; base += BLOCK) {
        const dm_classes *const c = DM_AT(dm_classes, k->classes, base / BLOCK);
        uint64_t bits = k->odd[base / BLOCK] | find_blanks(c, what, before);
        before = what_is_before(c);
        if (to - base <= BLOCK)
            bits = (bits | 1ull << (to - base - 1)) & UINT64_MAX >> (base + BLOCK - to);
        if (base <= from)
            bits = (bits & UINT64_MAX << (from - base)) | 1ull << (from - base);
        for (; bits != 0; bits &= bits - 1) {
            const size_t i = base + (size_t)__builtin_ctzll(bits);
            const bool found = p[i] < 0x80 ? may_change_ascii(k->text, from, i, to, what)
                               : p[i] < 0xC0
                                   ? false
                                   : !is_among_cyrillic(p, i, to) && may_change(k->text, i, to, what);
            if (found)
                return i;
        }
    }
    return to;
}

size_t uni_scan_ascii(const struct uni_scan *k, size_t from, bool signs, size_t *letters)
{
    uint64_t blank_before = 0;
    size_t end = k->text.len;
    for (size_t base = from / BLOCK * BLOCK; base < end; base += BLOCK) {
        const dm_classes *const c = DM_AT(dm_classes, k->classes, base / BLOCK);
        const uint64_t letter = c->small | c->capital, blank = c->space | c->tab;
        uint64_t stop =
            k->odd[base / BLOCK] | c->wide | c->tab | c->lf | (c->space & (blank << 1 | blank_before));
        uint64_t in = UINT64_MAX;
        if (signs)
            stop |= ~(letter | c->digit | blank | c->lf | c->wide);
        if (base < from)
            in <<= from - base;
        stop &= in;
        if (stop != 0) {
            end = base + (size_t)__builtin_ctzll(stop);
            in &= (stop & -stop) - 1;
        }
        *letters += (size_t)__builtin_popcountll(letter & in);
        blank_before = blank >> 63;
    }
    if (end > k->text.len)
        end = k->text.len;
    return end > from && k->text.ptr[end - 1] == ' ' ? end - 1 : end;
}

bool uni_is_solid(dm_str s, size_t at, size_t to)
{
    if (at >= to)
        return false;
    if ((unsigned char)s.ptr[at] < 0x80)
        return char_script((unsigned char)s.ptr[at]) == SCRIPT_LATIN;
    return char_script(char_decode(s, at)) != SCRIPT_NONE &&
           !may_change(s, at, to, SCAN_SPACES | SCAN_LETTERS);
}
