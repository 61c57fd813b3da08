#include "scan.h"

#include <string.h>

enum { LANES = 16 };

/* Vectors as gcc and clang know them on any machine. */
typedef unsigned char lanes __attribute__((vector_size(LANES)));

static inline lanes load(const char *p)
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

/* p[LANES] is read. */
static inline lanes odd_lanes(const char *p)
{
    const lanes c = load(p), after = load(p + 1);
    return (lanes)((c == '/') | (c == '@') | (c == '#') | (c == '\\') |
                   ((c == '.') & (after != ' ') & (after != '\n')));
}

static inline lanes digit_lanes(const char *p)
{
    return (lanes)((load(p) - (unsigned char)'0') < 10);
}

static bool is_odd(dm_str s, size_t at, size_t to)
{
    const char c = s.ptr[at];
    return c == '/' || c == '@' || c == '#' || c == '\\' || (c == '.' && at + 1 < to && s.ptr[at + 1] != ' ');
}

static inline lanes gap_lanes(const char *p)
{
    return (lanes)((load(p) == ' ') & (load(p + 1) == ' ') & (load(p + 2) == ' '));
}

bool scan_has_gap(dm_str s)
{
    size_t i = 0;
    for (; s.len - i >= LANES + 2; i += LANES)
        if (!is_zero(gap_lanes(s.ptr + i)))
            return true;
    for (; i + 2 < s.len; i++)
        if (s.ptr[i] == ' ' && s.ptr[i + 1] == ' ' && s.ptr[i + 2] == ' ')
            return true;
    return false;
}

size_t scan_odd(dm_str s, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        const size_t stop = to - i > LANES ? i + LANES : to;
        if (to - i > LANES && is_zero(odd_lanes(s.ptr + i)))
            i = stop;
        for (; i < stop; i++)
            if (is_odd(s, i, to))
                return i;
    }
    return to;
}

size_t scan_digit(dm_str s, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        const size_t stop = to - i > LANES ? i + LANES : to;
        if (to - i > LANES && is_zero(digit_lanes(s.ptr + i)))
            i = stop;
        for (; i < stop; i++)
            if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
                return i;
    }
    return to;
}
