/* UTF-8: what a text holds, what is sound in a damaged one, and how to replace what is not.  Whether it
 * is UTF-8 at all is for the host to say, which is quicker. */
#include "text.h"

#include <string.h>

enum { LANES = 16, STEP = 64 };

/* Vectors as gcc and clang know them on any machine. */
typedef unsigned char lanes __attribute__((vector_size(LANES)));

static lanes load(const unsigned char *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static bool is_zero(lanes v)
{
    uint64_t halves[2];
    memcpy(halves, &v, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

static lanes wide_of(lanes c)
{
    return (lanes)(c >= 0x80);
}

static lanes control_of(lanes c)
{
    return (lanes)((c < ' ') & (c != '\n') & (c != '\t'));
}

/* NEL is C2 85, LS and PS are E2 80 A8 and A9.  Reads p[-2]. */
static lanes break_of(const unsigned char *p)
{
    const lanes c = load(p), before = load(p - 1);
    return (lanes)(((c == 0x85) & (before == 0xC2)) |
                   (((c & 0xFE) == 0xA8) & (before == 0x80) & (load(p - 2) == 0xE2)));
}

static unsigned step_facts(const unsigned char *p)
{
    lanes wide = {0}, control = {0}, breaks = {0};
    for (int i = 0; i < STEP; i += LANES) {
        const lanes c = load(p + i);
        wide |= wide_of(c);
        control |= control_of(c);
    }
    const unsigned facts = is_zero(control) ? 0 : TEXT_HAS_CONTROL;
    if (is_zero(wide))
        return facts;
    for (int i = 0; i < STEP; i += LANES)
        breaks |= break_of(p + i);
    return facts | (is_zero(breaks) ? TEXT_HAS_WIDE : TEXT_HAS_WIDE | TEXT_HAS_BREAK);
}

static unsigned byte_facts(const unsigned char *p, size_t i)
{
    const unsigned char c = p[i];
    if (c < 0x80)
        return c < ' ' && c != '\n' && c != '\t' ? TEXT_HAS_CONTROL : 0;
    const bool breaks = (i > 0 && c == 0x85 && p[i - 1] == 0xC2) ||
                        (i > 1 && (c & 0xFE) == 0xA8 && p[i - 1] == 0x80 && p[i - 2] == 0xE2);
    return breaks ? TEXT_HAS_WIDE | TEXT_HAS_BREAK : TEXT_HAS_WIDE;
}

unsigned text_find_facts(dm_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    unsigned facts = 0;
    size_t i = 0;
    for (; i < 2 && i < s.len; i++) /* so that steps may look back */
        facts |= byte_facts(p, i);
    for (; s.len - i >= STEP; i += STEP)
        facts |= step_facts(p + i);
    for (; i < s.len; i++)
        facts |= byte_facts(p, i);
    return facts;
}

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t text_utf8_length(dm_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    const size_t left = s.len - at;
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
