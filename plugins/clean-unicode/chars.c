/* Tables of characters, as ranges.  utf8proc is asked only where a range would be a long list. */
#include "chars.h"

#include <utf8proc.h>

size_t char_encode(char *out, uint32_t cp)
{
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)out);
}

size_t char_break_length_at(dm_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    const size_t left = s.len - at;
    if (p[0] <= '\r')
        return p[0] < '\n' ? 0 : p[0] == '\r' && left > 1 && p[1] == '\n' ? 2 : 1;
    if (p[0] == 0xC2)
        return left > 1 && p[1] == 0x85 ? 2 : 0;
    return left > 2 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] & 0xFE) == 0xA8 ? 3 : 0;
}

static inline bool within(uint32_t cp, uint32_t first, uint32_t last)
{
    return cp - first <= last - first;
}

enum char_class char_class_wide(uint32_t cp)
{
    if (cp < 0x20)
        return cp == '\t' ? CLASS_TAB : CLASS_CONTROL;
    if (cp <= 0xA0)
        return cp == 0xA0 ? CLASS_ODD_SPACE : CLASS_CONTROL;
    if (cp < 0x2000)
        return cp == 0xAD ? CLASS_SOFT_HYPHEN : cp == 0x61C ? CLASS_BIDI_MARK : CLASS_OTHER;
    if (within(cp, 0x2000, 0x200A) || cp == 0x202F || cp == 0x205F || cp == IDEOGRAPHIC_SPACE)
        return CLASS_ODD_SPACE;
    if (cp == 0x200C || cp == 0x200D)
        return CLASS_JOINER;
    if (cp == 0x200E || cp == 0x200F)
        return CLASS_BIDI_MARK;
    if (within(cp, 0x202A, 0x202E) || within(cp, 0x2066, 0x2069))
        return CLASS_BIDI_EMBEDDING;
    if (cp == 0x200B || within(cp, 0x2060, 0x2064) || within(cp, 0x206A, 0x206F) || cp == 0xFEFF ||
        within(cp, 0xFFF9, 0xFFFC))
        return CLASS_ZERO_WIDTH;
    if (within(cp, 0xFE00, 0xFE0F) || within(cp, 0xE0100, 0xE01EF))
        return CLASS_VARIATION;
    return cp == 0xE0001 || within(cp, 0xE0020, 0xE007F) ? CLASS_TAG : CLASS_OTHER;
}

static bool is_latin(uint32_t cp)
{
    return cp == 0xAA || cp == 0xBA || (within(cp, 0xC0, 0x2AF) && cp != 0xD7 && cp != 0xF7) ||
           within(cp, 0x1E00, 0x1EFF) || cp == 0x212A || cp == 0x212B || within(cp, 0x2C60, 0x2C7F) ||
           within(cp, 0xA722, 0xA787) || within(cp, 0xA78B, 0xA7FF) || within(cp, 0xAB30, 0xAB5A) ||
           within(cp, 0xFB00, 0xFB06) || within(cp, 0xFF21, 0xFF3A) || within(cp, 0xFF41, 0xFF5A);
}

static bool is_greek(uint32_t cp)
{
    return within(cp, 0x370, 0x373) || cp == 0x376 || cp == 0x377 || within(cp, 0x37B, 0x37D) ||
           cp == 0x37F || cp == 0x386 || (within(cp, 0x388, 0x3FF) && cp != 0x3F6) ||
           within(cp, 0x1F00, 0x1FBC);
}

static bool is_cyrillic(uint32_t cp)
{
    return within(cp, 0x400, 0x481) || within(cp, 0x48A, 0x52F) || within(cp, 0x1C80, 0x1C88) ||
           within(cp, 0xA640, 0xA66E);
}

static bool is_cjk_letter(uint32_t cp)
{
    return within(cp, 0x1100, 0x11FF) || within(cp, 0x2E80, 0x2FDF) || within(cp, 0x3005, 0x3007) ||
           within(cp, 0x3021, 0x3029) || within(cp, 0x3031, 0x3035) || within(cp, 0x3041, 0x3096) ||
           within(cp, 0x309D, 0x30FA) || within(cp, 0x30FC, 0x318E) || within(cp, 0x31A0, 0x31FF) ||
           within(cp, 0x3400, 0x4DBF) || within(cp, 0x4E00, 0xA4CF) || within(cp, 0xA960, 0xA97C) ||
           within(cp, 0xAC00, 0xD7FB) || within(cp, 0xF900, 0xFAFF) || within(cp, 0xFF66, 0xFFDC) ||
           within(cp, 0x1AFF0, 0x1B16F) || within(cp, 0x20000, 0x3FFFD);
}

bool char_is_cjk(uint32_t cp)
{
    return is_cjk_letter(cp) || within(cp, 0x3001, 0x33FF) || within(cp, 0xFE30, 0xFE4F) || cp == 0x2329 ||
           cp == 0x232A || within(cp, 0xFF5F, 0xFF65) || within(cp, 0xFFE0, 0xFFE6);
}

enum char_script char_script_wide(uint32_t cp)
{
    if (cp < 0x370)
        return is_latin(cp) ? SCRIPT_LATIN : SCRIPT_NONE;
    if (is_cyrillic(cp))
        return SCRIPT_CYRILLIC;
    if (within(cp, 0x5D0, 0x5EA) || within(cp, 0x620, 0x64A) || within(cp, 0x671, 0x6D3))
        return SCRIPT_RTL;
    if (within(cp, 0x2000, 0x206F) || cp == 0x374) /* which becomes U+02B9, that is no letter here either */
        return SCRIPT_NONE;
    if (is_greek(cp))
        return SCRIPT_GREEK;
    if (is_cjk_letter(cp))
        return SCRIPT_CJK;
    if (is_latin(cp))
        return SCRIPT_LATIN;
    const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)cp);
    if (p->category < UTF8PROC_CATEGORY_LU || p->category > UTF8PROC_CATEGORY_LO)
        return SCRIPT_NONE;
    return p->bidi_class == UTF8PROC_BIDI_CLASS_R || p->bidi_class == UTF8PROC_BIDI_CLASS_AL ? SCRIPT_RTL
                                                                                             : SCRIPT_OTHER;
}

bool char_is_mark(uint32_t cp)
{
    if (cp < 0x300 || within(cp, 0x2000, 0x20CF) || within(cp, 0x3400, 0x9FFF))
        return false;
    const utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}

bool char_is_digit(uint32_t cp)
{
    if (cp < 0x80)
        return within(cp, '0', '9');
    return utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_ND;
}

bool char_is_upper(uint32_t cp)
{
    if (cp < 0x80)
        return within(cp, 'A', 'Z');
    return utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_LU;
}

bool char_is_emoji(uint32_t cp)
{
    return within(cp, 0x1F3FB, 0x1F3FF) || cp == 0x20E3 ||
           (cp >= 0xA9 && utf8proc_get_property((utf8proc_int32_t)cp)->boundclass ==
                              UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC);
}

bool char_is_jamo_tail(uint32_t cp)
{
    return within(cp, 0x1160, 0x11FF) || within(cp, 0xD7B0, 0xD7FB);
}

const char *char_ligature_wide(uint32_t cp)
{
    static const char *const letters[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
    return letters[cp - 0xFB00];
}

unsigned char_width_wide(uint32_t cp)
{
    if (cp < 0xAD)
        return cp >= ' ' && !within(cp, 0x7F, 0x9F);
    if (char_is_invisible(char_class(cp)) || char_is_mark(cp) || char_is_jamo_tail(cp))
        return 0;
    if (!within(cp, 0xFB00, 0xFB06))
        return 1;
    return cp == 0xFB03 || cp == 0xFB04 ? 3 : 2;
}

/* Only letters that nobody can tell apart.  Greek small letters are left out but for omicron: in a
 * formula they stand beside Latin ones by right. */
uint32_t char_look_alike(uint32_t cp)
{
    static const char capitals_greek[] = "AB  EZH IK MN O P  TY X";   /* U+0391 to U+03A7 */
    static const char cyrillic[] = "A B  E    K MHO PCTY X          " /* U+0410 to U+042F */
                                   "a    e        o pc y x          " /* U+0430 to U+044F */
                                   "     si j       ";                /* U+0450 to U+045F */
    char letter = ' ';
    if (within(cp, 0x391, 0x3A7))
        letter = capitals_greek[cp - 0x391];
    else if (within(cp, 0x410, 0x45F))
        letter = cyrillic[cp - 0x410];
    else
        switch (cp) {
        case 0x3BF:
            return 'o';
        case 0x405:
            return 'S';
        case 0x406:
            return 'I';
        case 0x408:
            return 'J';
        case 0x4BB:
            return 'h';
        case 0x4CF:
            return 'l';
        case 0x501:
            return 'd';
        case 0x51A:
            return 'Q';
        case 0x51B:
            return 'q';
        case 0x51C:
            return 'W';
        case 0x51D:
            return 'w';
        default:
            return 0;
        }
    return letter == ' ' ? 0 : (uint32_t)letter;
}

uint32_t char_plain_wide(uint32_t cp)
{
    if (char_is_full_width(cp))
        return cp - FULL_WIDTH_SHIFT;
    if (cp == 0x37E)
        return ';';
    if (cp == 0x1FEF)
        return '`';
    if (cp == 0x212A)
        return 'K';
    const uint32_t letter = char_look_alike(cp);
    return letter ? letter : cp;
}

bool char_may_compose(uint32_t cp)
{
    if (cp < 0x300 || within(cp, 0x388, 0x3CE) || within(cp, 0x400, 0x482) || within(cp, 0x620, 0x64A) ||
        within(cp, 0x671, 0x6D5) || within(cp, 0x48A, 0x590) || within(cp, 0x1E00, 0x1EFF) ||
        within(cp, 0x2010, 0x2027) || within(cp, 0x2030, 0x205E) || within(cp, 0x3001, 0x3029) ||
        within(cp, 0x3030, 0x3098) || within(cp, 0x309B, 0x33FF) || within(cp, 0x3400, 0xA4CF) ||
        within(cp, 0xAC00, 0xD7A3) || within(cp, 0x1F000, 0x1FAFF))
        return false;
    if (char_is_mark(cp) || char_is_jamo_tail(cp))
        return true;
    utf8proc_int32_t out[8];
    int class = UTF8PROC_BOUNDCLASS_START;
    return utf8proc_decompose_char((utf8proc_int32_t)cp, out, 8, UTF8PROC_DECOMPOSE, &class) != 1 ||
           (uint32_t)out[0] != cp;
}
