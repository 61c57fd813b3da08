/* Letters, and the marks that end a sentence. */
#include "chars.h"

static inline bool within(uint32_t cp, uint32_t first, uint32_t last)
{
    return cp - first <= last - first;
}

/* Scripts that write from right to left, and those of India, have letters without case. */
static bool is_caseless(uint32_t cp)
{
    return within(cp, 0x5D0, 0x5EA) || within(cp, 0x620, 0x64A) || within(cp, 0x671, 0x6D3) ||
           within(cp, 0x6FA, 0x6FF) || within(cp, 0x904, 0x939) || within(cp, 0x985, 0x9B9);
}

enum letter_case char_case(uint32_t cp)
{
    if (cp < 0x80) {
        const uint32_t lower = cp | 0x20;
        return lower < 'a' || lower > 'z' ? CASE_NONE : cp == lower ? CASE_LOWER : CASE_UPPER;
    }
    if (cp < 0xC0 || cp == 0xD7 || cp == 0xF7)
        return CASE_NONE;
    if (cp < 0x100)
        return cp < 0xDF ? CASE_UPPER : CASE_LOWER;
    if (cp < 0x180) { /* pairs, but for some that start at an odd number */
        const bool odd_first = within(cp, 0x139, 0x148) || cp >= 0x179;
        return (cp & 1) == odd_first ? CASE_UPPER : CASE_LOWER;
    }
    if (cp < 0x250)
        return CASE_LOWER;
    if (within(cp, 0x386, 0x3CF))
        return cp < 0x3AC && cp != 0x390 ? CASE_UPPER : CASE_LOWER;
    if (within(cp, 0x400, 0x45F))
        return cp < 0x430 ? CASE_UPPER : CASE_LOWER;
    if (within(cp, 0x460, 0x52F) || within(cp, 0x1E00, 0x1EFF))
        return cp & 1 ? CASE_LOWER : CASE_UPPER;
    return is_caseless(cp) ? CASE_LESS : CASE_NONE;
}

bool char_is_closer(uint32_t cp)
{
    return cp == '"' || cp == '\'' || cp == ')' || cp == ']' || cp == 0xBB || cp == 0x2019 || cp == 0x201D ||
           cp == 0x201C;
}

bool char_is_stop(uint32_t cp)
{
    return cp == '.' || cp == '!' || cp == '?' || cp == ':' || cp == 0x2026 || cp == 0x61F || cp == 0x6D4 ||
           cp == 0x964;
}

bool char_is_cjk(uint32_t cp)
{
    return within(cp, 0xE00, 0xEFF) || within(cp, 0x1000, 0x109F) || within(cp, 0x1780, 0x17FF) ||
           within(cp, 0x2E80, 0xA4CF) || within(cp, 0xAC00, 0xD7FB) || within(cp, 0xF900, 0xFAFF) ||
           within(cp, 0xFE30, 0xFE4F) || within(cp, 0xFF00, 0xFFEF) || cp >= 0x20000;
}
