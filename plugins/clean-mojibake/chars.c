/* Characters: what they are as the text shows them, and what a unit may come to. */
#include "mojibake.h"

size_t char_encode(uint32_t cp, char *out)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    const size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(leads[n] | cp >> 6 * (n - 1));
    for (size_t i = 1; i < n; i++)
        out[i] = (char)(0x80 | (cp >> 6 * (n - 1 - i) & 0x3F));
    return n;
}

uint32_t char_from_control_at(uint32_t cp)
{
    const uint32_t shown = encodings[ENCODING_1252].high[cp - 0x80];
    return shown ? shown : cp;
}

/* The kinds of ASCII and Latin-1, as digits.  Controls count as what windows-1252 has there. */
const char char_kinds[] = "00000000011000000000000000000000"
                          "10000000000000002222222222000000" /* space, digits */
                          "03333333333333333333333333300000"
                          "04444444444444444444444444400000"
                          "77575677773537377565566675454743" /* U+0080: as windows-1252 */
                          "65767777757577575777577677757775" /* closers: ¡ © « ® ° ´ » ¿; joiners: £ · */
                          "33333333333333333333333833333334" /* À ... × ... ß */
                          "44444444444444444444444844444444";

/* Latin Extended-A: pairs, the capital first, but where a letter without capital shifts them. */
static enum kind extended_kind(uint32_t cp)
{
    const bool shifted = (cp >= 0x139 && cp <= 0x148) || cp >= 0x179;
    if (cp == 0x178)
        return KIND_UPPER;
    if (cp == 0x138 || cp == 0x149 || cp == 0x17F)
        return KIND_LOWER;
    return (cp & 1) == shifted ? KIND_UPPER : KIND_LOWER;
}

static enum kind greek_kind(uint32_t cp)
{
    if (cp == 0x384 || cp == 0x385)
        return KIND_WEIRD;
    return cp == 0x390 || cp >= 0x3AC ? KIND_LOWER : cp == 0x387 ? KIND_JOINER : KIND_UPPER;
}

static enum kind cyrillic_kind(uint32_t cp)
{
    if (cp >= 0x460)
        return (cp & 1) ? KIND_LOWER : KIND_UPPER;
    return cp < 0x430 ? KIND_UPPER : KIND_LOWER;
}

static enum kind punctuation_kind(uint32_t cp)
{
    switch (cp) {
    case 0x2013: /* – */
    case 0x2014: /* — */
    case 0x2019: /* ’ */
    case 0x2022: /* • */
    case 0x2026: /* … */
    case 0x200C:
    case 0x200D:
    case 0x200E:
    case 0x200F:
        return KIND_JOINER;
    case 0x2018:
    case 0x201A:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x2039:
    case 0x203A:
    case 0x2122: /* ™ */
        return KIND_CLOSER;
    case 0x2020: /* † */
    case 0x2021:
    case 0x2030: /* ‰ */
    case 0x20AC: /* € */
        return KIND_WEIRD;
    default:
        return KIND_OTHER;
    }
}

enum kind char_kind_wide(uint32_t cp)
{
    if (cp >= 0x2000 && cp < 0x2190)
        return punctuation_kind(cp);
    if (cp < 0x180)
        return extended_kind(cp);
    if (cp < 0x250)
        return cp == 0x192 ? KIND_WEIRD : KIND_LOWER;
    if (cp < 0x370)
        return KIND_WEIRD; /* ˆ ˇ ˜ */
    if (cp < 0x400)
        return greek_kind(cp);
    if (cp < 0x530)
        return cyrillic_kind(cp);
    if (cp < 0x2000)
        return cp == 0x60C || cp == 0x61B || cp == 0x61F ? KIND_CLOSER : KIND_LOWER;
    if (cp < 0x2300 || cp == 0x25CA)
        return KIND_MATH;
    if (cp < 0x2500)
        return KIND_WEIRD;
    return cp < 0x25FF ? KIND_BOX : cp >= 0x3040 && cp < 0xE000 ? KIND_LOWER : KIND_OTHER;
}

static bool is_one_of(uint32_t cp, const uint16_t *list)
{
    for (; *list; list++)
        if (*list == cp)
            return true;
    return false;
}

static enum result latin_result(uint32_t cp)
{
    /* ĸ ŉ ſ Ĳ ĳ and their like: in tables of characters rather than in texts */
    static const uint16_t odd[] = {0x114, 0x115, 0x12C, 0x12D, 0x132, 0x133, 0x138,
                                   0x13F, 0x140, 0x149, 0x14E, 0x14F, 0x17F, 0};
    static const uint16_t extra[] = {0x192, 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x218, 0x219, 0x21A, 0x21B, 0};
    if (cp < 0x180)
        return is_one_of(cp, odd) ? RESULT_ODD : RESULT_LATIN;
    return is_one_of(cp, extra) ? RESULT_LATIN : RESULT_ODD;
}

/* From U+0370 to U+1DFF. */
static enum result script_result(uint32_t cp)
{
    if (cp < 0x400)
        return cp >= 0x384 && cp <= 0x3CE ? RESULT_GREEK : RESULT_ODD;
    if (cp < 0x530)
        return cp < 0x460 || cp == 0x490 || cp == 0x491 ? RESULT_CYRILLIC : RESULT_ODD;
    if (cp >= 0x5D0 && cp <= 0x5EA)
        return RESULT_HEBREW;
    if (cp >= 0x60C && cp <= 0x6F9)
        return cp == 0x60C || cp == 0x61B || cp == 0x61F || (cp >= 0x621 && cp <= 0x652) ||
                       (cp >= 0x660 && cp <= 0x66D) || (cp >= 0x670 && cp <= 0x6D5) || cp >= 0x6F0
                   ? RESULT_ARABIC
                   : RESULT_ODD;
    return (cp >= 0x900 && cp <= 0xEFF) || (cp >= 0x10D0 && cp <= 0x10FF) ? RESULT_INDIC : RESULT_ODD;
}

/* From U+1E00 to U+2FFF. */
static enum result symbol_result(uint32_t cp)
{
    if (cp < 0x1F00)
        return cp >= 0x1EA0 && cp <= 0x1EF9 ? RESULT_LATIN : RESULT_ODD;
    if (cp >= 0x2000 && cp < 0x2070)
        return cp == 0x2028 || cp == 0x2029 ? RESULT_ODD : RESULT_PUNCTUATION;
    if ((cp >= 0x2070 && cp < 0x209D) || (cp >= 0x20A0 && cp < 0x20C0) || (cp >= 0x2100 && cp < 0x2150))
        return RESULT_SIGN;
    if ((cp >= 0x2190 && cp < 0x27C0) || (cp >= 0x2900 && cp < 0x2C00) || cp == 0x2800)
        return RESULT_SIGN;
    return RESULT_ODD;
}

enum result char_result(uint32_t cp)
{
    if (cp < 0xC0)
        return cp < 0xA0 ? RESULT_CONTROL : RESULT_PUNCTUATION;
    if (cp < 0x250)
        return latin_result(cp);
    if (cp < 0x370)
        return cp >= 0x300                  ? (cp < 0x340 ? RESULT_ACCENT : RESULT_ODD)
               : cp >= 0x2C6 && cp <= 0x2DD ? RESULT_SIGN
                                            : RESULT_ODD;
    if (cp < 0x1E00)
        return script_result(cp);
    if (cp < 0x3000)
        return symbol_result(cp);
    if (cp < 0x3100 || (cp >= 0x4E00 && cp < 0xA000) || (cp >= 0xAC00 && cp < 0xD7A4) || cp >= 0xFF01) {
        if (cp == REPLACEMENT)
            return RESULT_SIGN;
        if (cp < 0xFFF0)
            return RESULT_CJK;
        return cp >= 0x1F000 && cp < 0x1FB00   ? RESULT_SIGN
               : cp >= 0x20000 && cp < 0x30000 ? RESULT_CJK
                                               : RESULT_ODD;
    }
    return cp == 0xFE0E || cp == 0xFE0F || cp == 0xFEFF || cp == 0xFB01 || cp == 0xFB02 ? RESULT_SIGN
                                                                                        : RESULT_ODD;
}
