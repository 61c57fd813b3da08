/* Code points as a terminal shows them.  The tables are coarse on purpose: they lay out columns and
 * decide what is spelled out by number, nothing more. */
#include "core/cli/rune.h"

struct range {
    uint32_t first, last;
};

static const struct range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF},   {0x05C1, 0x05C2},
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC},   {0x06DF, 0x06E4},
    {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},   {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},   {0x200B, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F}, {0x20D0, 0x20F0}, {0x302A, 0x302D},   {0x3099, 0x309A},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0x1D167, 0x1D169}, {0xE0000, 0xE0FFF},
};

static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x17000, 0x18CFF}, {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
};

static const struct range invisible[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

static bool within(const struct range *ranges, size_t count, uint32_t rune)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (rune > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && rune >= ranges[low].first;
}

#define WITHIN(ranges, rune) within((ranges), sizeof(ranges) / sizeof((ranges)[0]), (rune))

/* Length and smallest code point of the sequence that a lead byte starts; 0: it starts none. */
static unsigned sequence_length(unsigned char lead, uint32_t *least)
{
    if (lead < 0x80) {
        *least = 0;
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        *least = 0x80;
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        *least = 0x800;
        return 3;
    }
    *least = 0x10000;
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

bool dm__rune_next(dm_str s, size_t *at, uint32_t *rune)
{
    const unsigned char *bytes = (const unsigned char *)s.ptr + *at;
    uint32_t least;
    const unsigned length = sequence_length(bytes[0], &least);
    *rune = bytes[0];
    if (length == 0 || length > s.len - *at) {
        *at += 1;
        return false;
    }
    uint32_t value = length == 1 ? bytes[0] : bytes[0] & (0x7Fu >> length);
    bool good = true;
    for (unsigned i = 1; i < length; i++) {
        good = good && (bytes[i] & 0xC0) == 0x80;
        value = value << 6 | (bytes[i] & 0x3Fu);
    }
    good = good && value >= least && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
    *at += good ? length : 1;
    *rune = good ? value : bytes[0];
    return good;
}

unsigned dm__rune_width(uint32_t rune)
{
    if (rune < 0x300)
        return 1;
    if (WITHIN(combining, rune))
        return 0;
    return WITHIN(wide, rune) ? 2 : 1;
}

bool dm__rune_visible(uint32_t rune)
{
    if (rune >= 0x20 && rune < 0x7F)
        return true;
    return !WITHIN(invisible, rune);
}

bool dm__rune_mistakable(uint32_t rune)
{
    return rune == 0xA0 || rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x202F ||
           rune == 0x205F || rune == 0x3000 || (rune >= 0x0300 && rune <= 0x036F);
}

size_t dm__text_width(dm_str s)
{
    size_t width = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t rune;
        width += dm__rune_next(s, &at, &rune) ? dm__rune_width(rune) : 1;
    }
    return width;
}
