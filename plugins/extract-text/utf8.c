/* UTF-8: check it, count what is sound in a damaged text, replace what is not. */
#include "text.h"

#include <string.h>

enum { LANES = 16, STEP = 32 };

/* Vectors as gcc and clang know them on any machine. */
typedef unsigned char lanes __attribute__((vector_size(LANES)));

static bool is_zero(lanes v)
{
    uint64_t halves[2];
    memcpy(halves, &v, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

/* What STEP bytes hold, as TEXT_HAS_WIDE and TEXT_HAS_CONTROL. */
static unsigned step_facts(const unsigned char *p)
{
    lanes wide = {0}, control = {0};
    for (int i = 0; i < STEP; i += LANES) {
        lanes c;
        memcpy(&c, p + i, sizeof c);
        wide |= (lanes)(c >= 0x80);
        control |= (lanes)((c < ' ') & (c != '\n') & (c != '\t'));
    }
    return (is_zero(wide) ? 0u : TEXT_HAS_WIDE) | (is_zero(control) ? 0u : TEXT_HAS_CONTROL);
}

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* The length of the sequence at `p`, of which `left` bytes are there; 0: ill-formed. */
static inline size_t sequence_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left < 2 || !is_tail(p[1]))
        return 0;
    if (p[0] < 0xE0)
        return 2;
    if (left < 3 || !is_tail(p[2]))
        return 0;
    if (p[0] < 0xF0) {
        const bool overlong = p[0] == 0xE0 && p[1] < 0xA0;
        const bool surrogate = p[0] == 0xED && p[1] > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (left < 4 || !is_tail(p[3]) || (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
        return 0;
    return 4;
}

size_t text_utf8_length(dm_str s, size_t at)
{
    return sequence_length((const unsigned char *)s.ptr + at, s.len - at);
}

uint32_t text_utf8_decode(dm_str s, size_t at, size_t len)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    if (len == 1)
        return p[0];
    uint32_t cp = p[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++)
        cp = cp << 6 | (p[i] & 0x3Fu);
    return cp;
}

size_t text_utf8_encode(char *out, uint32_t cp)
{
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    const size_t len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3F));
        cp >>= 6;
    }
    out[0] = (char)(lead[len] | cp);
    return len;
}

/* NEL is C2 85, LS and PS are E2 80 A8 and A9. */
static bool is_wide_break(const unsigned char *p, size_t len)
{
    return (len == 2 && p[0] == 0xC2 && p[1] == 0x85) ||
           (len == 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] & 0xFE) == 0xA8);
}

struct text_check text_check_utf8(dm_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    struct text_check c = {s.len, 0};
    size_t i = 0;
    while (i < s.len) {
        if (s.len - i >= STEP) {
            const unsigned facts = step_facts(p + i);
            c.facts |= facts;
            if (!(facts & TEXT_HAS_WIDE)) {
                i += STEP;
                continue;
            }
        }
        const size_t stop = s.len - i < STEP ? s.len : i + STEP;
        while (i < stop) {
            const size_t len = sequence_length(p + i, s.len - i);
            if (!len) {
                c.bad = i;
                return c;
            }
            if (len > 1)
                c.facts |= is_wide_break(p + i, len) ? TEXT_HAS_WIDE | TEXT_HAS_BREAK : TEXT_HAS_WIDE;
            else if (p[i] < 0x20 && p[i] != '\n' && p[i] != '\t')
                c.facts |= TEXT_HAS_CONTROL;
            i += len;
        }
    }
    return c;
}

void text_count_utf8(dm_str s, size_t *sequences, size_t *bad)
{
    *sequences = *bad = 0;
    for (size_t i = 0; i < s.len;) {
        const size_t len = text_utf8_length(s, i);
        *sequences += len > 1;
        *bad += len == 0;
        i += len ? len : 1;
    }
}

dm_status text_repair_utf8(dm_task *t, struct text_source *src)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    const dm_str s = {src->bytes.ptr + src->bom, src->bytes.len - src->bom};
    size_t sequences, bad, n = 0;
    text_count_utf8(s, &sequences, &bad);
    char *out = dm_alloc(t, s.len + 2 * bad + 1);
    if (!out)
        return DM_ELIMIT;
    for (size_t i = 0; i < s.len;) {
        const size_t len = text_utf8_length(s, i);
        memcpy(out + n, len ? s.ptr + i : replacement, len ? len : 3);
        n += len ? len : 3;
        i += len ? len : 1;
    }
    src->text = (dm_str){out, n};
    src->errors = bad;
    return DM_OK;
}

size_t text_line_of(dm_str s, size_t at)
{
    size_t line = 1;
    const char *p = s.ptr, *end = s.ptr + at;
    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        p++;
        line++;
    }
    return line;
}
