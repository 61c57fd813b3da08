/* Words and their keys.  A key is made of the first and the last eight bytes and the length: enough to tell
 * most words apart, and cheap; what is found is compared byte by byte before anything is done. */
#include "repeats.h"

#include <endian.h>
#include <string.h>

/* ASCII marks, and those of three bytes that begin with E2 80: quotes, dashes, the ellipsis. */
static bool is_mark(unsigned char c)
{
    return c < 0x80 && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* The first bytes of s[at, end), eight at most; what is behind them in the text is cut off. */
static inline uint64_t load(dm_str s, size_t at, size_t end)
{
    uint64_t v = 0;
    const size_t len = end - at;
    if (s.len - at >= sizeof v) /* which the compiler has one instruction for */
        memcpy(&v, s.ptr + at, sizeof v);
    else
        memcpy(&v, s.ptr + at, s.len - at);
    v = le64toh(v);
    return (len < sizeof v ? v & ((1ull << 8 * len) - 1) : v) | 0x2020202020202020u;
}

static uint64_t make_key(dm_str s, size_t begin, size_t end)
{
    const size_t len = end - begin;
    const uint64_t head = load(s, begin, end);
    const uint64_t tail = len > 8 ? load(s, end - 8, end) : 0;
    const uint64_t h = (head ^ (tail << 7 | tail >> 57)) * 0x9E3779B97F4A7C15u;
    return (h ^ h >> 29) + len;
}

static bool is_wide_mark(const char *p, size_t left)
{
    return left >= 3 && p[0] == '\xE2' && p[1] == '\x80';
}

static struct repeats_word make_word(dm_str s, size_t begin, size_t end)
{
    struct repeats_word w = {.begin = begin, .end = end, .first = begin, .last = end};
    for (;;) {
        if (w.first < w.last && is_mark((unsigned char)s.ptr[w.first]))
            w.first++;
        else if (is_wide_mark(s.ptr + w.first, w.last - w.first))
            w.first += 3;
        else
            break;
    }
    for (;;) {
        if (w.first < w.last && is_mark((unsigned char)s.ptr[w.last - 1]))
            w.last--;
        else if (w.last - w.first >= 3 && is_wide_mark(s.ptr + w.last - 3, 3))
            w.last -= 3;
        else
            break;
    }
    w.key = make_key(s, w.first, w.last);
    return w;
}

static bool push_word(dm_task *t, struct repeats_words *w, struct repeats_word word)
{
    if (w->count == w->cap) {
        const size_t cap = w->cap ? w->cap * 2 : 256;
        struct repeats_word *bigger = dm_alloc(t, cap * sizeof *bigger);
        if (!bigger)
            return false;
        if (w->count)
            memcpy(bigger, w->at, w->count * sizeof *bigger);
        w->at = bigger;
        w->cap = cap;
    }
    w->at[w->count++] = word;
    return true;
}

bool repeats_cut(dm_task *t, dm_str s, dm_array classes, size_t begin, size_t end, struct repeats_words *w)
{
    size_t from = begin;
    dm_runs gaps = dm_runs_of(classes, begin, end, DM_SPACE | DM_TAB | DM_CR);
    w->count = 0;
    while (from < end) {
        const size_t to = dm_next_edge(&gaps);
        if (to > from && !push_word(t, w, make_word(s, from, to)))
            return false;
        from = dm_next_edge(&gaps);
    }
    return true;
}

static unsigned char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : (unsigned char)c;
}

bool repeats_same(dm_str s, const struct repeats_word *a, const struct repeats_word *b)
{
    const size_t len = a->last - a->first;
    if (a->key != b->key || len == 0 || len != b->last - b->first)
        return false;
    for (size_t i = 0; i < len; i++)
        if (fold(s.ptr[a->first + i]) != fold(s.ptr[b->first + i]))
            return false;
    return true;
}
