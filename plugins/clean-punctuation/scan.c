/* The scan: find where neighbours do not suit each other.  Nearly every text is nearly all clean, so this
 * is where the time goes. */
#include "punctuation.h"

#include <string.h>

enum { LANES = 16 };

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

static inline lanes mark_lanes(lanes c)
{
    /* One bit tells a comma from a stop, and a colon from a semicolon. */
    return (lanes)(((c & 0xFD) == ',') | ((c | 1) == ';') | (c == '?') | (c == '!'));
}

/* The second character of a pair is set, or the last of three.  p[-3] to p[15] are read.  The slow way
 * below says the same, one byte at a time. */
__attribute__((always_inline)) static inline lanes odd_lanes(const unsigned char *p)
{
    const lanes c = load(p), b = load(p - 1), a = load(p - 2);
    const lanes marks = mark_lanes(c), marks_before = mark_lanes(b);
    const lanes letters = (lanes)((c | 0x20) - 'a' < 26);
    const lanes blank = (lanes)(b == ' ');
    lanes odd = blank & (marks | (lanes)((c == '%') | (c == ')')));
    odd |= marks_before & (marks | letters);
    odd |= blank & (lanes)(a == '.') & (lanes)(c - 'a' < 26);
    odd |= (lanes)(c == '.') & (lanes)(((b == 'f') & (a == 'o')) | ((b == 'e') & (a == 'h')) |
                                       ((b == 'd') & (a == 'n')) | (b == '"') | (b == 0x9D));
    odd |= (lanes)(c == ' ') & (lanes)((b == '-') | (b == '(') | ((b == 'n') & ((a == 'I') | (a == 'O'))));
    odd |= (lanes)((c == 'y') & (b == 'a') & (a == 'd'));
    odd |= (lanes)((b == 0xC2) & ((c == 0xBF) | (c == 0xA1)));
    odd |= (lanes)((b == 0xD8) & ((c == 0x8C) | (c == 0x9B) | (c == 0x9F)));
    odd |= (lanes)((a == 0xE3) & (b == 0x80) & ((c == 0x81) | (c == 0x82)));
    odd |= (lanes)((a == 0xEF) & (b == 0xBC));
    return odd;
}

/* The bytes at `at` among LANES that are zero where the text has none. */
static lanes odd_at_edge(dm_str s, size_t at)
{
    unsigned char window[LANES + 2] = {0};
    const size_t from = at < 2 ? 0 : at - 2, left = s.len - from;
    memcpy(window + 2 - (at - from), s.ptr + from, left < LANES ? left : LANES);
    return odd_lanes(window + 2);
}

static size_t first_lane(lanes v)
{
    size_t i = 0;
    while (!v[i])
        i++;
    return i;
}

size_t scan_oddity(dm_str s, size_t from)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = from;
    while (i < s.len) {
        const bool inside = i >= 2 && s.len - i >= LANES;
        const lanes odd = inside ? odd_lanes(p + i) : odd_at_edge(s, i);
        if (!is_zero(odd)) {
            const size_t at = i + first_lane(odd);
            return at < s.len ? at : s.len;
        }
        /* At an edge, only what the window holds whole was looked at. */
        i += inside ? LANES : LANES - 2;
    }
    return s.len;
}
