#include "shapes.h"
#include "fold.h"

#include <string.h>

/* The next part of `s` from *at on that has no space in it.  return  false: none is left */
static bool next_part(dm_str s, size_t *at, dm_str *out)
{
    while (*at < s.len && s.ptr[*at] == ' ')
        (*at)++;
    const size_t from = *at;
    while (*at < s.len && s.ptr[*at] != ' ')
        (*at)++;
    *out = (dm_str){s.ptr + from, *at - from};
    return out->len > 0;
}

static bool is_number(dm_str s)
{
    enum { DIGITS = 4 };
    for (size_t i = 0; i < s.len; i++)
        if (!text_is_digit(s.ptr[i]))
            return false;
    return s.len > 0 && s.len <= DIGITS;
}

/* ---- numbers of pages ----------------------------------------------------------------------- */

static const char page_words[] = "|next|previous|prev|last|first|page|pages|of|/"
                                 "|older|newer|posts|>|>>|<|<<|\xC2\xAB|\xC2\xBB|\xE2\x80\xB9|\xE2\x80\xBA|"
                                 "\xE2\x86\x90|\xE2\x86\x92|...|\xE2\x80\xA6|-|"
                                 "seite|von|weiter|zur\xC3\xBC"
                                 "ck|suivant|pr\xC3\xA9"
                                 "c\xC3\xA9"
                                 "dent|siguiente|anterior|p\xC3\xA1gina|de|sur|strona|z|";

static bool are_pages(dm_str s)
{
    size_t numbers = 0, words = 0, between = 0;
    dm_str part;
    for (size_t at = 0; next_part(s, &at, &part);) {
        if (is_number(part)) {
            numbers++;
            continue;
        }
        if (text_is_digit(*part.ptr) || !fold_is_one_of(part, page_words))
            return false;
        words++;
        between += fold_is_one_of(part, "|of|/|-|...|\xE2\x80\xA6|von|de|sur|z|");
    }
    /* `3 of 4` and `2 - 1` are scores, `1914 - 1918` is a war; `Page 3` a chapter. */
    if (numbers == 1 && words == 2 && between == 2)
        return *s.ptr == '-' && s.ptr[s.len - 1] == '-'; /* `- 3 -`, the foot of a printed page */
    return words > between && (numbers >= 2 || (numbers == 1 && words > 1));
}

/* ---- players -------------------------------------------------------------------------------- */

static bool is_clock(dm_str s, bool *zero)
{
    size_t colons = 0, digits = 0;
    *zero = true;
    for (size_t i = 0; i < s.len; i++) {
        colons += s.ptr[i] == ':';
        digits += text_is_digit(s.ptr[i]);
        if (s.ptr[i] != ':' && !text_is_digit(s.ptr[i]))
            return false;
        *zero &= s.ptr[i] == ':' || s.ptr[i] == '0';
    }
    return colons > 0 && colons <= 2 && digits >= 3;
}

static bool is_player(dm_str s)
{
    size_t clocks = 0;
    bool starts = false, zero;
    dm_str part;
    for (size_t at = 0; next_part(s, &at, &part);) {
        if (is_clock(part, &zero)) {
            starts |= clocks == 0 && zero;
            clocks++;
        } else if (!fold_is_one_of(part, "|/|of|\xE2\x80\x94|live|1x|volume|")) {
            return false;
        }
    }
    return clocks == 2 && starts;
}

/* ---- menus ---------------------------------------------------------------------------------- */

/* Bytes of the mark at s.ptr[0] that parts of a menu stand between: | · • */
static size_t stroke_at(dm_str s)
{
    if (*s.ptr == '|')
        return 1;
    if (s.len >= 2 && !memcmp(s.ptr, "\xC2\xB7", 2))
        return 2;
    return s.len >= 3 && !memcmp(s.ptr, "\xE2\x80\xA2", 3) ? 3 : 0;
}

/* With which the head of a table begins: days and months. */
static bool begins_as_table(dm_str s)
{
    enum { LONGEST = 12 };
    char folded[LONGEST + 1];
    size_t at = 0;
    dm_str first;
    return next_part(s, &at, &first) && first.len <= LONGEST &&
           fold_is_one_of((dm_str){folded, fold(first, folded)},
                          "|mon|monday|sun|sunday|jan|january|mo|montag|lun|lunes|lundi|");
}

/* Parts that are short and begin with a letter; a row of a table has numbers, or a stroke at its ends. */
static bool is_menu(dm_str s)
{
    enum { PARTS = 4, PART_WORDS = 3 };
    size_t parts = 1, words = 0;
    dm_str part;
    for (size_t at = 0; next_part(s, &at, &part);) {
        if (stroke_at(part) == part.len) {
            if (words == 0)
                return false;
            parts++;
            words = 0;
        } else if (text_is_digit(*part.ptr) || ++words > PART_WORDS) {
            return false;
        }
    }
    return parts >= PARTS && words > 0 && !begins_as_table(s);
}

size_t shape_strokes(dm_str s, bool *bars)
{
    size_t strokes = 0;
    *bars = false;
    for (size_t i = 0; i < s.len; i++) {
        const size_t len = stroke_at((dm_str){s.ptr + i, s.len - i});
        strokes += len > 0;
        *bars |= len == 1;
    }
    return strokes;
}

/* ---- hashtags ------------------------------------------------------------------------------- */

static bool are_hashtags(dm_str s)
{
    size_t count = 0;
    dm_str part;
    for (size_t at = 0; next_part(s, &at, &part); count++)
        if (part.len < 3 || *part.ptr != '#' || text_is_digit(part.ptr[1]))
            return false;
    return count >= 2;
}

/* Whether the line, of two words and more, begins as one of page_words or beyond ASCII, or with a number or
 * time. */
static bool may_begin_pages(dm_str line)
{
    static const char two[] = "ne pr la fi pa of ol po se vo we zu su si an de st z ";
    size_t digits = 0;
    while (digits < line.len && text_is_digit(line.ptr[digits]))
        digits++;
    const char next = digits < line.len ? line.ptr[digits] : ' ';
    if (digits)
        return next == ':' || (next | 0x20) == 'x' || next <= ' ' || (unsigned char)next >= 0x80;
    const char first = (char)(line.ptr[0] | 0x20), second = (char)(line.ptr[1] | 0x20);
    bool found = first < 'a' || first > 'z' || (signed char)line.ptr[1] < ' ';
    for (size_t i = 0; i + 1 < sizeof two - 1; i += 3)
        found |= two[i] == first && two[i + 1] == second;
    return found;
}

/* What has numbers in it: those of pages, and times. */
static enum shape shape_of_numbers(dm_str line)
{
    char folded[LINE_MAX_BYTES + 1];
    const dm_str all = {folded, line.len <= LINE_MAX_BYTES ? fold(line, folded) : 0};
    if (are_pages(all))
        return SHAPE_PAGES;
    return text_is_digit(*line.ptr) && is_player(fold_trim(all)) ? SHAPE_PLAYER : SHAPE_NONE;
}

enum shape shape_of(dm_str line, const struct line *l)
{
    if (is_number(line))
        return SHAPE_NUMBER;
    if (l->stopped || l->words < 2 || !line.len)
        return SHAPE_NONE;
    if (*line.ptr == '#')
        return are_hashtags(line) ? SHAPE_HASHTAGS : SHAPE_NONE;
    const enum shape shape = l->digits && may_begin_pages(line) ? shape_of_numbers(line) : SHAPE_NONE;
    return shape == SHAPE_NONE && l->marked && is_menu(line) ? SHAPE_MENU : shape;
}

/* ---- dates and threads ---------------------------------------------------------------------- */

bool shape_has_date(dm_str s)
{
    for (size_t i = 0, digits = 0; i <= s.len; i++) {
        if (i < s.len && text_is_digit(s.ptr[i])) {
            digits++;
            continue;
        }
        const char *const from = s.ptr + i - digits;
        if (digits == 4 && (!memcmp(from, "19", 2) || !memcmp(from, "20", 2)))
            return true;
        if (digits > 0 && digits <= 2 && i + 2 < s.len &&
            (s.ptr[i] == ':' || s.ptr[i] == '.' || s.ptr[i] == 'h') && text_is_digit(s.ptr[i + 1]) &&
            text_is_digit(s.ptr[i + 2]))
            return true;
        digits = 0;
    }
    return false;
}

static bool ends_with(dm_str s, dm_str with)
{
    return s.len > with.len && !memcmp(s.ptr + s.len - with.len, with.ptr, with.len);
}

bool shape_is_of_thread(dm_str folded)
{
    static const char feet[] =
        "|reply|like reply|reply like|reply share|reply report|report|antworten|r\xC3\xA9pondre|responder|"
        "rispondi|odpowiedz|yan\xC4\xB1tla|yanitla|"
        "\xD0\xBE\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82\xD0\xB8\xD1\x82\xD1\x8C|"
        "\xD8\xB1\xD8\xAF|\xD9\xBE\xD8\xA7\xD8\xB3\xD8\xAE|svara|";
    static const dm_str heads[] = {
        TEXT(" says"),      TEXT(" dice"),        TEXT(" sagt"),      TEXT(" schreibt"),
        TEXT(" dit"),       TEXT(" hours ago"),   TEXT(" hour ago"),  TEXT(" days ago"),
        TEXT(" day ago"),   TEXT(" minutes ago"), TEXT(" weeks ago"), TEXT(" months ago"),
        TEXT(" years ago"), TEXT(" year ago"),    TEXT(" month ago"), TEXT(" week ago")};
    if (fold_is_one_of(folded, feet))
        return true;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (ends_with(folded, heads[i]))
            return true;
    return false;
}
