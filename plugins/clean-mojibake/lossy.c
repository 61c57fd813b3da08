/* Units of which a part was lost on the way: bytes that became U+FFFD or a question mark, a no-break space
 * that became a plain one, controls that were dropped; and controls that were never decoded at all. */
#include "mojibake.h"

#include <string.h>

static unsigned byte_of(const struct piece *p, size_t i, unsigned encoding)
{
    return tables_slot(p->tables, piece_at(p, i))->bytes[encoding];
}

static bool is_boundary(uint32_t cp)
{
    return !char_is_letter(cp) && char_kind(cp) != KIND_DIGIT;
}

/* ---- U+FFFD and question marks -------------------------------------------------------------- */

/* A sequence some of whose bytes are `hole`.
 * weird  out, whether what is there of it stands beside a letter in no text
 * return its characters; 0: it is none, or whole */
static size_t read_broken(const struct piece *p, size_t i, unsigned encoding, uint32_t hole, bool *weird)
{
    const unsigned lead = byte_of(p, i, encoding);
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    size_t holes = 0;
    *weird = false;
    for (size_t k = 1; k < length; k++) {
        const uint32_t cp = char_from_control(piece_at(p, i + k));
        if (cp == hole)
            holes++;
        else if ((byte_of(p, i + k, encoding) & 0xC0) != 0x80)
            return 0;
        else
            *weird |= char_kind(cp) == KIND_WEIRD || cp == 0x161 || cp == 0x160 || cp == 0x153 || cp == 0x152;
    }
    return holes > 0 ? length : 0;
}

/* The quote that ends with one of the bytes that windows-1252 lacks. */
static bool is_lost_quote(const struct piece *p, size_t i, uint32_t hole)
{
    const uint32_t before = piece_before(p, i), after = piece_at(p, i + 3);
    return piece_at(p, i) == 0xE2 && piece_at(p, i + 1) == 0x20AC && piece_at(p, i + 2) == hole &&
           (is_boundary(after) ? p->quoting || char_kind(before) != KIND_SPACE
                               : char_kind(before) == KIND_SPACE); /* Swedish opens with ” */
}

/* In windows-1250 ” has all of its bytes, and ‘ has not; so that is what was lost where text that was read so is near. */
static struct match lost_quote(const struct piece *p, size_t length, unsigned encoding)
{
    const bool central =
        piece_has(p, ENCODING_1250) && p->certain[ENCODING_1250] >= p->certain[ENCODING_1252];
    return (struct match){length, central ? 0x2018 : 0x201D, RULE_LOST_QUOTE,
                          (uint8_t)(central ? ENCODING_1250 : encoding), 1};
}

static bool is_broken_surely(const struct piece *p, size_t i, unsigned encoding, bool weird, bool in_run)
{
    const bool dented = char_kind(piece_at(p, i)) == KIND_UPPER && char_is_lower(piece_before(p, i));
    return weird || in_run || dented || piece_has(p, encoding);
}

static struct match find_broken(const struct piece *p, size_t i, bool in_run)
{
    if (piece_at(p, i + 1) != REPLACEMENT && piece_at(p, i + 2) != REPLACEMENT &&
        piece_at(p, i + 3) != REPLACEMENT)
        return (struct match){0}; /* as nearly everywhere */
    for (unsigned e = 0; e < ENCODING_LATIN2; e++) {
        bool weird;
        const size_t length = read_broken(p, i, e, REPLACEMENT, &weird);
        if (length == 0 || !is_broken_surely(p, i, e, weird, in_run))
            continue;
        if (is_lost_quote(p, i, REPLACEMENT))
            return lost_quote(p, length, e);
        return (struct match){length, REPLACEMENT, RULE_LOST_BYTE, (uint8_t)e, 1};
    }
    return (struct match){0};
}

/* A question mark is one nearly always: only amid units, or within one, it stands for a byte. */
static struct match find_question(const struct piece *p, size_t i)
{
    bool weird;
    const size_t length = read_broken(p, i, ENCODING_1252, '?', &weird);
    if (length == 0)
        return (struct match){0};
    /* `said.â€? He`: behind a stop, the question mark was no question. */
    if (piece_at(p, i) == 0xE2 && piece_at(p, i + 1) == 0x20AC && p->quoting &&
        (piece_before(p, i) == '.' || piece_before(p, i) == ','))
        return (struct match){3, 0x201D, RULE_LOST_QUOTE, ENCODING_1252, 1};
    const bool followed = piece_at(p, i) == 0xC3 && piece_at(p, i + 2) == 0xC2 &&
                          units_may_begin(p->tables, 0xC2, piece_at(p, i + 3));
    if (!(length == 3 && weird && piece_at(p, i + 1) == '?') && !(length == 2 && followed))
        return (struct match){0};
    return (struct match){length, REPLACEMENT, RULE_LOST_BYTE, ENCODING_1252, 1};
}

/* `â€` of which the last character, a control, was dropped: in windows-1252 only ” has one. */
static struct match find_bare_quote(const struct piece *p, size_t i)
{
    const uint32_t before = piece_before(p, i), after = piece_at(p, i + 2);
    if (piece_at(p, i) == 0xE2 && piece_at(p, i + 1) == 0x20AC && char_kind(before) == KIND_SPACE &&
        (char_is_letter(after) || char_kind(after) == KIND_DIGIT))
        return lost_quote(p, 2, ENCODING_1252);
    if (piece_at(p, i) != 0xE2 || piece_at(p, i + 1) != 0x20AC || !is_boundary(after) || after == '?' ||
        after == 0xE2 || (!p->quoting && char_kind(before) == KIND_SPACE))
        return (struct match){0};
    if (char_kind(before) == KIND_SPACE || (after >= 0x80 && after != NO_BREAK_SPACE))
        return (struct match){0};
    return lost_quote(p, 2, ENCODING_1252);
}

/* ---- spaces --------------------------------------------------------------------------------- */

static bool has_word(const struct piece *p, size_t i, const char *word)
{
    for (; *word; word++, i++)
        if (piece_at(p, i) != (unsigned char)*word)
            return false;
    return is_boundary(piece_at(p, i));
}

/* Whether the letters at `i` go on a word that begins with à: Portuguese às, àquele, àquilo. */
static bool goes_on_portuguese(const struct piece *p, size_t i)
{
    static const char *const rests[] = {"s", "quele", "queles", "quela", "quelas", "quilo"};
    for (size_t k = 0; k < sizeof rests / sizeof *rests; k++)
        if (has_word(p, i, rests[k]))
            return piece_at(p, i + 1) != '\'' && piece_at(p, i + 1) != 0x2019;
    return false;
}

/* The ends of Vietnamese syllables that are no words. */
static bool goes_on_vietnamese(const struct piece *p, size_t i)
{
    static const char *const rests[] = {"i", "o", "u", "y", "n", "m", "t", "c", "p", "ng", "nh", "ch"};
    for (size_t k = 0; p->vietnamese && k < sizeof rests / sizeof *rests; k++)
        if (has_word(p, i, rests[k]))
            return true;
    return false;
}

/* À stands alone before a word in small letters or a number, not in `S Ã O`. */
static bool goes_on_small(const struct piece *p, size_t i)
{
    const uint32_t first = piece_at(p, i);
    return char_kind(first) == KIND_DIGIT ||
           (char_is_latin(first) && (char_is_lower(first) || char_is_lower(piece_at(p, i + 1))));
}

/* What has no space before it, or is one. */
static bool is_tight(const struct piece *p, size_t i)
{
    const uint32_t cp = piece_at(p, i);
    return cp == ' ' || cp == '.' || cp == ',' || cp == '-' || cp == ')' || cp == 0xBB ||
           (cp == 0xC2 && piece_at(p, i + 1) == 0xBB); /* » */
}

/* The lead of à: C3, whatever shows it. */
static struct match find_grave(const struct piece *p, size_t i)
{
    const uint32_t before = piece_before(p, i);
    static const uint8_t order[] = {ENCODING_1252, ENCODING_1250, ENCODING_1251, ENCODING_1253};
    for (size_t k = 0; k < sizeof order; k++) {
        const unsigned e = order[k];
        if (byte_of(p, i, e) != 0xC3)
            continue;
        const bool ends_word = e == ENCODING_1252 && char_is_lower(before) && char_is_latin(before);
        const bool spaced = piece_at(p, i + 2) == ' ';
        const bool is_word =
            piece_has(p, e) && !char_is_letter(before) && goes_on_small(p, spaced ? i + 3 : i + 2);
        const bool in_word = p->vietnamese && char_is_latin(before) && char_is_lower(before);
        if (!ends_word && !is_word && !in_word)
            continue;
        const bool goes_on = (is_word && (spaced || goes_on_portuguese(p, i + 2))) ||
                             (!is_word && goes_on_vietnamese(p, i + 2)) || (ends_word && is_tight(p, i + 2));
        return (struct match){goes_on ? 2 : 1, 0xE0, RULE_LOST_SPACE, (uint8_t)e, ends_word};
    }
    return (struct match){0};
}

/* `Â` alone, of a no-break space whose second half is a space of any kind. */
static struct match find_lone_circumflex(const struct piece *p, size_t i)
{
    const uint32_t before = piece_before(p, i);
    const bool behind_mark = before < 0x80 && before > ' ' && !char_is_letter(before) && before != '(';
    if (piece_at(p, i) != 0xC2 ||
        !(behind_mark || char_is_lower(before) || before == REPLACEMENT || before == 0x201D ||
          before == 0xAB || before == 0xBB ||
          (piece_has(p, ENCODING_1252) && char_kind(before) == KIND_UPPER && before < 0x80)))
        return (struct match){0};
    return (struct match){2, NO_BREAK_SPACE, RULE_LOST_SPACE, ENCODING_1252, 1};
}

/* A lead, a space, and right behind it the next unit of the same kind: Р, ภ and the Arabic zero. */
static struct match find_space_in_run(const struct piece *p, size_t i)
{
    const uint32_t lead = piece_at(p, i), behind = piece_at(p, i + 2);
    const struct slot *s = tables_slot(p->tables, lead);
    if (s->bytes[ENCODING_1252] == 0xD9 && behind == lead) {
        const uint32_t next = piece_at(p, i + 3);
        if (next == ' ' || (next >= NO_BREAK_SPACE && next <= 0xA9))
            return (struct match){2, 0x660, RULE_LOST_SPACE, ENCODING_1252, 0};
    }
    if ((lead == 0xD0 && (behind | 1) == 0xD1) && piece_has(p, ENCODING_1252))
        return units_may_begin(p->tables, behind, piece_at(p, i + 3)) || piece_at(p, i + 3) == REPLACEMENT
                   ? (struct match){2, 0x420, RULE_LOST_SPACE, ENCODING_1252, 0}
                   : (struct match){0};
    if ((lead == 0x420 && (behind | 1) == 0x421) && p->certain[ENCODING_1251] > 1 &&
        units_may_begin(p->tables, behind, piece_at(p, i + 3)))
        return (struct match){2, 0x420, RULE_LOST_SPACE, ENCODING_1251, 0};
    return (struct match){0};
}

/* A sequence of three bytes with a space for the byte A0: `â š`, `à¸ `. */
static struct match find_space_in_sequence(const struct piece *p, size_t i)
{
    bool weird;
    const size_t length = read_broken(p, i, ENCODING_1252, ' ', &weird);
    const unsigned lead = byte_of(p, i, ENCODING_1252);
    if (length != 3 || !weird)
        return (struct match){0};
    uint32_t cp = lead & 0x0F;
    for (size_t k = 1; k < 3; k++)
        cp = cp << 6 | (piece_at(p, i + k) == ' ' ? 0x20 : byte_of(p, i + k, ENCODING_1252) & 0x3Fu);
    const bool inner = piece_at(p, i + 1) == ' ';
    if (cp < 0x800 || char_result(cp) < RESULT_SIGN || (inner && cp != 0x2800))
        return (struct match){0};
    if (char_result(cp) != RESULT_SIGN && !units_may_begin(p->tables, piece_at(p, i + 3), piece_at(p, i + 4)))
        return (struct match){0};
    return (struct match){3, cp, RULE_LOST_SPACE, ENCODING_1252, 1};
}

/* Š, of which a space was left, at the start of a word; Norwegian has a word `Å`, but no letters such as
 * ņ. */
static struct match find_caron(const struct piece *p, size_t i)
{
    static const uint8_t order[] = {ENCODING_1252, ENCODING_1250, ENCODING_1257};
    if (!p->extended || char_is_letter(piece_before(p, i)) || !char_is_lower(piece_at(p, i + 2)))
        return (struct match){0};
    for (size_t k = 0; k < sizeof order; k++)
        if (byte_of(p, i, order[k]) == 0xC5 && piece_has(p, order[k]))
            return (struct match){2, 0x160, RULE_LOST_SPACE, order[k], 0};
    return (struct match){0};
}

/* `jardÃn`, of which the second half of í, a soft hyphen, was dropped: after a small letter no other small one has a half
 * that cannot be seen, but for à, whose space is seen.  That ends words, as í does where there are letters such as ř. */
static struct match find_acute(const struct piece *p, size_t i)
{
    const uint32_t before = piece_before(p, i), after = piece_at(p, i + 1);
    if (piece_at(p, i) != 0xC3 || !char_is_lower(before) || !char_is_latin(before) || p->vietnamese)
        return (struct match){0};
    const bool within = after < 0x80 && char_is_lower(after),
               ends = is_boundary(after) && after < 0x80 && p->extended;
    return within || ends ? (struct match){1, 0xED, RULE_LOST_BYTE, ENCODING_1252, within}
                          : (struct match){0};
}

static struct match find_space(const struct piece *p, size_t i)
{
    struct match m = find_space_in_run(p, i);
    if (m.length == 0)
        m = find_lone_circumflex(p, i);
    if (m.length == 0)
        m = find_grave(p, i);
    if (m.length == 0)
        m = find_caron(p, i);
    return m;
}

/* ---- apostrophes ---------------------------------------------------------------------------- */

/* Whether what is behind `at` is ’s, ’ll and so on. */
static bool is_english_ending(const struct piece *p, size_t at)
{
    static const char *const endings[] = {"s", "t", "d", "m", "re", "ve", "ll"};
    for (size_t k = 0; k < sizeof endings / sizeof *endings; k++)
        if (has_word(p, at + 1, endings[k]))
            return true;
    return false;
}

/* Whether the letters that end before `i` are one of the words, whatever the case of their first letter. */
static bool ends_with(const struct piece *p, size_t i, const char *const *words)
{
    for (; *words; words++) {
        const size_t n = strlen(*words);
        size_t k = 0;
        while (k < n && k < i && (p->cells[i - 1 - k].cp | 0x20) == (unsigned char)(*words)[n - 1 - k])
            k++;
        if (k == n && !char_is_letter(piece_before(p, i - n)))
            return true;
    }
    return false;
}

/* Whether the word of ASCII that ends before `i` begins with a capital and has four letters or more. */
static bool is_name(const struct piece *p, size_t i)
{
    size_t n = 0;
    while (n < i && n < 24 && p->cells[i - 1 - n].cp < 0x80 && char_is_lower(p->cells[i - 1 - n].cp))
        n++;
    return n > 2 && n < i && p->cells[i - 1 - n].cp < 0x80 && char_kind(p->cells[i - 1 - n].cp) == KIND_UPPER;
}

/* `donât` and `donâ€t`: the rest of ’ was dropped.  Only where English has it; â is a letter, too. */
static struct match find_apostrophe(const struct piece *p, size_t i)
{
    static const char *const verbs[] = {"don",   "doesn", "didn",   "isn", "wasn",   "aren",
                                        "weren", "can",   "couldn", "won", "wouldn", "shouldn",
                                        "hasn",  "haven", "hadn",   NULL};
    static const char *const subjects[] = {"it",  "that", "he",  "she",  "there", "what", "who",   "here",
                                           "let", "we",   "you", "they", "i",     "how",  "where", NULL};
    const size_t length = piece_at(p, i + 1) == 0x20AC ? 2 : 1;
    const bool negated = piece_at(p, i + length) == 't';
    if (piece_at(p, i) != 0xE2 || !is_english_ending(p, i + length - 1))
        return (struct match){0};
    const bool known = ends_with(p, i, negated ? verbs : subjects);
    const bool likely = char_is_lower(piece_before(p, i)) && !negated && piece_at(p, i + length) == 's' &&
                        (length == 2 || (p->dropped && is_name(p, i)));
    if (!known && !likely)
        return (struct match){0};
    return (struct match){length, 0x2019, RULE_LOST_QUOTE, ENCODING_1252, known};
}

/* ---- quotes of which all but the first byte was dropped ------------------------------------- */

static bool is_stop(uint32_t cp)
{
    return cp == '.' || cp == ',' || cp == '!' || cp == '?';
}

/* `said.â He`: no word begins right behind a stop and ends there. */
static bool is_closing(const struct piece *p, size_t i)
{
    return piece_at(p, i) == 0xE2 && is_stop(piece_before(p, i)) &&
           char_kind(piece_at(p, i + 1)) == KIND_SPACE;
}

/* Whether a quotation ends so further on. */
static bool is_closed_behind(const struct piece *p, size_t i)
{
    for (size_t k = i + 2; k < p->count && k < i + 600; k++)
        if (is_closing(p, k))
            return true;
    return false;
}

/* `âIt is half of my year,â he said â and meant it`. */
static struct match find_dropped_quote(const struct piece *p, size_t i)
{
    const uint32_t before = piece_before(p, i), after = piece_at(p, i + 1);
    const bool begins = char_kind(before) == KIND_SPACE, ends = !char_is_letter(after) && after < 0x80;
    uint32_t cp = 0;
    if (is_closing(p, i))
        cp = 0x201D;
    else if (begins && after < 0x80 && char_is_letter(after) && is_closed_behind(p, i))
        cp = 0x201C;
    else if (p->dropped && p->quoting && ends && char_is_lower(before))
        cp = 0x201D;
    else if (p->dropped && before == ' ' && after == ' ')
        cp = 0x2013;
    return cp ? (struct match){1, cp, RULE_LOST_QUOTE, ENCODING_1252, is_closing(p, i)} : (struct match){0};
}

/* ---- controls ------------------------------------------------------------------------------- */

/* Whether a word may be elided before what is behind `at`: l’eau, o’clock. */
static bool may_be_elision(const struct piece *p, size_t at)
{
    static const uint16_t sounds[] = {'a', 'e', 'h', 'i', 'o', 'u', 'y', 'A', 'E', 'H', 'I', 'O', 'U', 'Y'};
    const uint32_t next = piece_at(p, at + 1);
    for (size_t k = 0; k < sizeof sounds / sizeof *sounds; k++)
        if (sounds[k] == next)
            return true;
    return next >= 0x80 || at < 2 || !char_is_letter(piece_before(p, at - 1));
}

/* MacRoman read as Latin-1: a control in a word that is no sign of windows-1252 there. */
static struct match find_mac_letter(const struct piece *p, size_t i)
{
    const uint32_t cp = piece_at(p, i), shown = char_from_control(cp);
    const uint32_t letter = encodings[ENCODING_MAC].high[cp - 0x80];
    const bool begun = char_is_lower(piece_before(p, i)), goes_on = char_is_lower(piece_at(p, i + 1));
    const bool strange =
        char_kind(shown) == KIND_WEIRD || shown == 0x17D || shown == 0x160 || shown == 0x2122;
    const bool apostrophe = shown == 0x2019 && (is_english_ending(p, i) || may_be_elision(p, i));
    const bool sure = begun && goes_on && (strange || (shown == 0x2019 && !apostrophe));
    const bool likely = p->mac && (strange ? begun || goes_on : begun && goes_on && !is_english_ending(p, i));
    if (!char_is_lower(letter) || !(sure || likely))
        return (struct match){0};
    return (struct match){1, letter, RULE_MAC_LETTER, ENCODING_MAC, sure};
}

static struct match find_control(const struct piece *p, size_t i)
{
    const uint32_t cp = piece_at(p, i), shown = char_from_control(cp), after = piece_at(p, i + 1);
    const struct match mac = find_mac_letter(p, i);
    if (mac.length > 0 || shown == cp)
        return mac;
    /* U+0085 is a line break, too. */
    const uint32_t before = piece_before(p, i);
    const bool ended = before == '.' || before == '!' || before == '?';
    if (cp == 0x85 && (char_kind(before) == KIND_SPACE || char_is_letter(after) || (after == '\n' && ended)))
        return (struct match){0};
    return (struct match){1, shown, RULE_CONTROL, ENCODING_1252, 1};
}

struct match lossy_find(const struct piece *p, size_t i, bool in_run)
{
    const uint32_t cp = piece_at(p, i);
    if (cp < 0x80 || piece_is_frozen(p, i))
        return (struct match){0};
    if (cp < 0xA0)
        return find_control(p, i);
    const uint32_t next = piece_at(p, i + 1);
    if (tables_slot(p->tables, cp)->leads == 0)
        return (struct match){0};
    struct match m = find_acute(p, i);
    if (m.length > 0)
        return m;
    if (next == ' ')
        m = find_space(p, i);
    else if (next == '?')
        m = find_question(p, i);
    else if (cp == 0xE2 && (next == 0x20AC || next < 0x80))
        m = find_apostrophe(p, i);
    if (m.length == 0 && cp == 0xE2 && next < 0x80)
        m = find_dropped_quote(p, i);
    if (m.length == 0 && cp == 0xE2 && next == 0x20AC)
        m = find_bare_quote(p, i);
    if (m.length == 0 && cp == 0xE2 && piece_at(p, i + 2) == '?')
        m = find_question(p, i);
    if (m.length == 0 && next >= 0x80)
        m = find_broken(p, i, in_run);
    return m.length == 0 ? find_space_in_sequence(p, i) : m;
}
