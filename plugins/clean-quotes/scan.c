/* The scan for quotation marks, and characters. */
#include "quotes.h"

#include <string.h>

enum { LANES = 16, BLOCK = 64 };

/* Vectors as gcc and clang know them on any machine. */
typedef unsigned char lanes __attribute__((vector_size(LANES)));
typedef char signed_lanes __attribute__((vector_size(LANES)));

/* The uppermost bit of each. */
static inline uint64_t bits_of(lanes l)
{
#ifdef __SSE2__
    return (unsigned)__builtin_ia32_pmovmskb128((signed_lanes)l);
#else
    uint64_t bits = 0;
    for (unsigned i = 0; i < LANES; i++)
        bits |= (uint64_t)(l[i] >> 7) << i;
    return bits;
#endif
}

/* Where a quotation mark may begin: at a straight one, or at 0xC2, 0xC3, 0xE2 and 0xE3. */
static inline uint64_t leads_of_lanes(const char *p)
{
    lanes l;
    memcpy(&l, p, sizeof l);
    return bits_of((lanes)((l == '"') | ((l & 0xDE) == 0xC2)));
}

static inline uint64_t leads_of_block(const char *p)
{
    return leads_of_lanes(p) | leads_of_lanes(p + LANES) << LANES |
           leads_of_lanes(p + 2 * LANES) << 2 * LANES | leads_of_lanes(p + 3 * LANES) << 3 * LANES;
}

static uint64_t leads_of_tail(dm_str s, size_t from)
{
    char tail[BLOCK] = {0};
    memcpy(tail, s.ptr + from, s.len - from);
    return leads_of_block(tail);
}

static inline uint64_t leads_of(dm_str s, size_t from)
{
    return s.len - from >= BLOCK ? leads_of_block(s.ptr + from) : leads_of_tail(s, from);
}

/* Whether the character is a quotation mark, of which p[0] is a lead. */
static inline bool is_quote(const unsigned char *p)
{
    switch (p[0]) {
    case '"':
        return true;
    case 0xC2:
        return (p[1] | 0x10) == 0xBB;
    case 0xE2:
        return p[1] == 0x80 && (p[2] & 0xFC) == 0x9C;
    case 0xE3:
        return p[1] == 0x80 && (p[2] & 0xFE) == 0x8C;
    default:
        return false;
    }
}

struct quotes quotes_in(dm_str s, size_t from)
{
    return (struct quotes){.s = s, .base = from, .leads = leads_of(s, from)};
}

size_t quotes_next(struct quotes *q)
{
    const dm_str s = q->s;
    size_t base = q->base, at;
    uint64_t leads = q->leads;
    do {
        while (leads == 0) {
            if (s.len - base <= BLOCK)
                return s.len;
            base += BLOCK;
            leads = leads_of(s, base);
        }
        at = base + (size_t)__builtin_ctzll(leads);
        leads &= leads - 1;
    } while (!is_quote((const unsigned char *)s.ptr + at));
    q->base = base;
    q->leads = leads;
    return at;
}

/* ---- characters ----------------------------------------------------------------------------- */

uint32_t char_read(dm_str s, size_t at, size_t *end)
{
    const unsigned char *c = (const unsigned char *)s.ptr + at;
    const size_t len = c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;
    if (s.len - at < len) { /* in the midst of the last one */
        *end = s.len;
        return 0xFFFD;
    }
    *end = at + len;
    uint32_t cp = c[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++)
        cp = cp << 6 | (c[i] & 0x3F);
    return cp;
}

bool is_lower(uint32_t cp)
{
    if (cp < 0x80)
        return cp - 'a' < 26;
    return (cp >= 0xDF && cp <= 0xFF && cp != 0xF7) || (cp >= 0x100 && cp < 0x180 && (cp & 1));
}

bool is_upper(uint32_t cp)
{
    return is_letter(cp) && !is_lower(cp);
}

bool is_other_script(uint32_t cp)
{
    return cp >= 0x370 && !(cp >= 0x1E00 && cp < 0x1F00) && !(cp >= 0x2000 && cp < 0x2BFF) &&
           !(cp >= 0x3000 && cp < 0x3020) && cp != 0xFFFD;
}
