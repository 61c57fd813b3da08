/* The scan: find what may have to change.  Nearly every text is nearly all clean, so this is where the
 * time goes. */
#include "unicode.h"

#include <string.h>

enum { LANES = 16, STEP = 64 };

/* Vectors as gcc and clang know them on any machine. */
typedef unsigned char lanes __attribute__((vector_size(LANES)));

static inline lanes load(const unsigned char *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline bool is_zero(lanes v)
{
    uint64_t halves[2];
    memcpy(halves, &v, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

/* What is not plain in the lanes at `p`: anything but ASCII, controls, a run of spaces, a space before a
 * line break.  p[-1] is read. */
static inline lanes odd_lanes(const unsigned char *p)
{
    const lanes c = load(p), before = load(p - 1);
    const lanes odd = (lanes)((c >= 0x7F) | ((c < ' ') & (c != '\n') & (c != '\t')));
    const lanes blank = (lanes)((before == ' ') | (before == '\t'));
    const lanes ending = (lanes)((c == ' ') | (c == '\n'));
    return odd | (blank & ending);
}

/* How many bytes at `p`, of `left`, are plain and can be stepped over at once. */
static size_t plain_step(const unsigned char *p, size_t left)
{
    if (left > STEP &&
        is_zero(odd_lanes(p) | odd_lanes(p + LANES) | odd_lanes(p + 2 * LANES) | odd_lanes(p + 3 * LANES)))
        return STEP;
    return left > LANES && is_zero(odd_lanes(p)) ? LANES : 0;
}

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

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
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
        return (what & SCAN_SPACES) && ((after_blank && c == ' ') || at + 1 == to);
    return c < ' ' || c == 0x7F;
}

size_t uni_scan(dm_str s, size_t from, size_t to, unsigned what)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    for (size_t i = from; i < to;) {
        /* The first character and the last are left to the slow way, which knows what they are. */
        const size_t step = i > from ? plain_step(p + i, to - i) : 0;
        if (step > 0) {
            i += step;
            continue;
        }
        const size_t stop = i == from ? i + 1 : to - i > LANES ? i + LANES : to;
        while (i < stop) {
            if (is_among_cyrillic(p, i, to)) {
                i += 2;
                continue;
            }
            if (p[i] < 0x80 ? may_change_ascii(s, from, i, to, what) : may_change(s, i, to, what))
                return i;
            i += char_length(s, i);
        }
    }
    return to;
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
