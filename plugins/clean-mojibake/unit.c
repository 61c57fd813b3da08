/* Units: characters that together are one character of UTF-8, read as some encoding of one byte.
 *
 * How sure a unit is depends on how unlikely its characters are as they stand.  `É…` and `5×£` are
 * sequences too, so a capital and a mark that may follow it count little; `Ã³`, `tÃ`, a quote or © between
 * letters, a small letter and then a capital count as proof.  What comes out counts too: rare characters
 * are never made, and a letter of another script only among others. */
#include "mojibake.h"

#include <string.h>

enum { UNIT_MAX = 4 };

/* Read the sequence at cell `i` as `encoding` has it.
 * ahead   what the tables say of the cells from `i` on; NULL: that is looked up
 * return  characters; 0: it is none */
static size_t read_unit(const struct piece *p, size_t i, unsigned encoding, const struct slot *const *ahead,
                        uint32_t *cp)
{
    const struct slot *const first = ahead ? ahead[0] : tables_slot(p->tables, p->cells[i].cp);
    const unsigned lead = first->bytes[encoding];
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (p->count - i < length)
        return 0;
    uint32_t c = lead & (0x7Fu >> length);
    for (size_t k = 1; k < length; k++) {
        const struct slot *const slot = ahead ? ahead[k] : tables_slot(p->tables, p->cells[i + k].cp);
        const unsigned byte = slot->bytes[encoding];
        if ((byte & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (byte & 0x3F);
    }
    if ((length == 3 && c < 0x800) || (length == 4 && (c < 0x10000 || c > 0x10FFFF)) ||
        (c >= 0xD800 && c < 0xE000))
        return 0;
    *cp = c;
    return length;
}

static bool is_western(unsigned encoding)
{
    return encoding == ENCODING_1252 || encoding == ENCODING_1254;
}

/* š and its like were added to Latin-1 for languages that have no Å or Ã. */
static bool is_added_letter(uint32_t cp)
{
    return cp == 0x152 || cp == 0x153 || cp == 0x160 || cp == 0x161 || cp == 0x17D || cp == 0x17E ||
           cp == 0x178;
}

/* Ã and Â stand before nearly all that is decoded, and in few words else. */
static bool is_usual_lead(uint32_t cp, unsigned encoding)
{
    return encoding < ENCODING_1251 && (cp == 0xC3 || cp == 0xC2);
}

static size_t letters_before(const struct piece *p, size_t i)
{
    size_t n = 0;
    while (n < i && n < 4 && char_is_latin(p->cells[i - 1 - n].cp))
        n++;
    return n;
}

/* © and £ as they stand before names and numbers: `В© 2025`, `Β£5`. */
static bool is_sign_of_its_own(const struct piece *p, size_t i, unsigned encoding, const struct unit *u)
{
    const uint32_t before = piece_before(p, i), after = piece_at(p, i + u->length);
    if (u->cp == 0xD7) /* 3 Ã— 4 */
        return char_kind(before) == KIND_DIGIT ||
               (before == ' ' && i > 1 && char_kind(piece_before(p, i - 1)) == KIND_DIGIT);
    if (is_usual_lead(piece_at(p, i), encoding) || char_is_letter(before))
        return false;
    if (u->cp >= 0xC0 && u->cp < 0x100 && encoding < ENCODING_1251 && char_is_lower(after) &&
        piece_at(p, i + 1) == 0x2013)
        return true; /* Ă–sterreich */
    if (u->cp == NO_BREAK_SPACE && encoding != ENCODING_MAC)
        return before == '.' || before == ',' || before == ':' || before == '?' || before == '!' ||
               before == ')';
    if (before == ' ' && after == ' ' && encoding != ENCODING_MAC && !char_is_latin(piece_at(p, i)) &&
        i > 1 && u->cp > NO_BREAK_SPACE && u->cp < 0xC0 && char_is_latin(piece_before(p, i - 1)) &&
        char_is_latin(piece_at(p, i + 3))) /* Startseite В» Updates */
        return true;
    if (u->cp == 0xE0 && encoding != ENCODING_MAC) /* à and a space */
        return before == ' ' && piece_at(p, i + 1) == NO_BREAK_SPACE && after == ' ';
    if (u->cp == 0xA9 || u->cp == 0xAE)
        return after == ' ' || char_kind(after) == KIND_DIGIT;
    return (u->cp == 0xA3 || u->cp == 0xA7) && char_kind(after) == KIND_DIGIT;
}

/* `Âşık` is a word: no sign stands right before a small letter, but for ¿. */
static bool is_turkish_word(uint32_t lead, uint32_t next, uint32_t after, uint32_t result)
{
    return lead == 0xC2 && char_is_latin(next) && char_is_lower(next) && char_is_lower(after) &&
           result != 0xBF;
}

static int judge_lead_letter(const struct piece *p, size_t i, unsigned encoding, const struct unit *u)
{
    const uint32_t lead = piece_at(p, i), before = char_from_control(piece_before(p, i));
    const uint32_t next = char_from_control(piece_at(p, i + 1)), after = piece_at(p, i + u->length);
    const enum kind kind = char_kind(next);
    if (is_turkish_word(lead, next, after, u->cp))
        return 0;
    int points = is_usual_lead(lead, encoding) ? 6 : lead == 0x139 ? 6 : 3;
    if (char_kind(lead) == KIND_UPPER && char_is_lower(before) &&
        char_is_latin(before) == char_is_latin(lead))
        points += 8;
    if (!char_is_latin(lead) && (char_is_latin(before) || char_is_latin(after)))
        points += 7;
    if (is_sign_of_its_own(p, i, encoding, u))
        points += 7;
    if (!is_usual_lead(lead, encoding))
        return points;
    if (next == NO_BREAK_SPACE && letters_before(p, i) < 2 &&
        (char_is_lower(after) || char_kind(after) == KIND_SPACE))
        return points + 4;
    if (char_is_letter(before))
        return points;
    /* At the start of a word: `Ã–sterreich`, `Â£5`, but not `Ã’s`. */
    if (char_is_lower(after) && next != 0x2019 && next != NO_BREAK_SPACE)
        points += 4;
    else if (char_is_letter(next) || ((kind == KIND_CLOSER || next == 0xA3 || next == 0xB7) && next < 0xC0))
        points += 4;
    else if (char_kind(before) == KIND_DIGIT || (next == NO_BREAK_SPACE && before != '\n' && before < 0x80))
        points += 4;
    return points;
}

/* One of the characters behind the lead, after `last` and before `after`. */
static int judge_trail(uint32_t last, uint32_t cp, uint32_t after, unsigned encoding)
{
    const enum kind kind = char_kind(cp);
    if (kind == KIND_WEIRD || kind == KIND_BOX || kind == KIND_MATH)
        return 10;
    if (kind == KIND_CLOSER)
        return char_is_letter(after) ? 10 : cp == 0x2122 && last == 0xC3 ? 4 : 0;
    if (!char_is_letter(cp))
        return 0;
    if (is_western(encoding) && is_added_letter(cp))
        return 10;
    if (!char_is_letter(last))
        return 2;
    if (last == 0x102 && cp != 0x15E && cp != 0x15F && cp >= 0x100)
        return 10; /* Ă is Romanian, ś and ł are not */
    if (char_is_latin(last) != char_is_latin(cp) && encoding != ENCODING_866)
        return 10;
    if (char_is_lower(last) && !char_is_lower(cp))
        return 8;
    const bool dented = char_is_lower(cp) && char_kind(after) == KIND_UPPER;
    const bool doubled = char_is_latin(cp) && !char_is_lower(cp) && char_is_lower(after);
    return !char_is_lower(last) && (dented || doubled) ? 8 : 2;
}

/* A unit that begins with a letter. */
static int judge_letter(const struct piece *p, size_t i, unsigned encoding, const struct unit *u)
{
    int points = judge_lead_letter(p, i, encoding, u);
    uint32_t last = piece_at(p, i);
    for (size_t k = 1; k < u->length; k++) {
        const uint32_t cp = char_from_control(piece_at(p, i + k));
        points += judge_trail(last, cp, char_from_control(piece_at(p, i + k + 1)), encoding);
        last = cp;
    }
    /* A single `Ã¥` has been an accident of other kinds. */
    return u->cp == 0xE5 && is_western(encoding) && p->rings < 2 && p->around[encoding] < 2 &&
                   points >= CERTAIN
               ? CERTAIN - 1
               : points;
}

/* Whether a question mark follows within a sentence's length. */
static bool asks(const struct piece *p, size_t i)
{
    for (size_t k = i; k < p->count && k < i + 200; k++)
        if (p->cells[k].cp == '?')
            return true;
    return false;
}

/* Box drawing.  A letter beside it is no drawing. */
static int judge_box(const struct piece *p, size_t i, const struct unit *u)
{
    const uint32_t before = piece_before(p, i), after = piece_at(p, i + u->length);
    if (char_kind(piece_at(p, i + 1)) != KIND_BOX)
        return 10;
    if (u->cp == 0xBF)
        return char_kind(before) != KIND_BOX && char_is_latin(after) && asks(p, i) ? 10 : 2;
    /* No drawing joins a single line and a double one like ├╝, nor a word and a line like `n├│`. */
    const uint32_t next = piece_at(p, i + 1);
    if (piece_at(p, i) < 0x2550 && next > 0x2550 && next < 0x256D)
        return 10;
    if (u->result == RESULT_LATIN && letters_before(p, i) > 1 && char_is_lower(before) &&
        char_kind(after) <= KIND_SPACE)
        return 10;
    return char_is_latin(before) && char_is_lower(before) && char_is_latin(after) && char_is_lower(after) ? 10
                                                                                                          : 2;
}

/* Whether the letters that end before `i` are the word. */
static bool ends_with_word(const struct piece *p, size_t i, const char *word)
{
    size_t n = 0;
    while (word[n])
        n++;
    if (n > i || char_is_letter(piece_before(p, i - n)))
        return false;
    for (size_t k = 0; k < n; k++)
        if (p->cells[i - n + k].cp != (unsigned char)word[k])
            return false;
    return true;
}

static bool ends_with_any(const struct piece *p, size_t i, const char *const *words)
{
    for (; *words; words++)
        if (ends_with_word(p, i, *words))
            return true;
    return false;
}

/* √π is a formula, unless a word ends with it: `virt√π` is virtù, and `pi√π` is più behind a word of
 * Italian. */
static bool is_formula(const struct piece *p, size_t i)
{
    static const char *const functions[] = {"sin", "cos", "tan",  "log", "exp", "erf", "lim",
                                            "max", "min", "sqrt", "ln",  "pi",  "Pi",  NULL};
    static const char *const italian[] = {"al",  "alla", "di",  "del",   "della", "il",     "la",    "lo",
                                          "le",  "gli",  "un",  "una",   "che",   "non",    "per",   "in",
                                          "nel", "con",  "da",  "dal",   "molto", "sempre", "tanto", "quanto",
                                          "ben", "mai",  "nei", "delle", "dei",   "ancora", "sono",  NULL};
    if (letters_before(p, i) < 2)
        return true;
    if (ends_with_word(p, i, "pi") && i >= 3 && p->cells[i - 3].cp == ' ')
        return !ends_with_any(p, i - 3, italian);
    return ends_with_any(p, i, functions);
}

/* Signs of mathematics and the like, such as √© and ƒç. */
static int judge_math(const struct piece *p, size_t i, const struct unit *u)
{
    const uint32_t before = piece_before(p, i), next = piece_at(p, i + 1), after = piece_at(p, i + u->length);
    const enum kind kind = char_kind(next);
    if (next == NO_BREAK_SPACE)
        return 2; /* Rosa ×, a space that does not break, medioccidentis */
    const bool formula = kind == KIND_MATH || next == 0x3C0 || next == 0x3A9;
    if (piece_at(p, i) == 0xAC && char_kind(before) == KIND_DIGIT)
        return 10; /* 2¬Ω is 2½ */
    if (formula && !char_is_latin(after))
        return is_formula(p, i) ? 4 : 10;
    if (formula)
        return char_is_latin(before) || letters_before(p, i) > 1 ? 10 : 4;
    if (is_sign_of_its_own(p, i, ENCODING_MAC, u))
        return 10;
    return char_is_latin(before) || char_is_latin(after) || kind == KIND_WEIRD ? 10 : 2;
}

/* A unit that begins with a sign, such as √© and ├⌐. */
static int judge_sign(const struct piece *p, size_t i, const struct unit *u)
{
    switch (char_kind(piece_at(p, i))) {
    case KIND_BOX:
        return judge_box(p, i, u);
    case KIND_MATH:
    case KIND_WEIRD:
        return judge_math(p, i, u);
    default:
        return char_kind(piece_at(p, i + 1)) == KIND_WEIRD ? 8 : 1;
    }
}

/* E2 99: hearts and notes, unless the ™ belongs to the word and a quote ends behind it. */
static bool is_sign_lead(const struct piece *p, size_t i, const struct unit *u)
{
    const enum kind last = char_kind(piece_at(p, i + 2));
    return u->result == RESULT_SIGN && piece_at(p, i) == 0xE2 && piece_at(p, i + 1) == 0x2122 &&
           piece_at(p, i + 2) < 0x100 && last != KIND_SPACE && piece_at(p, i + 2) != NO_BREAK_SPACE;
}

/* E2 80: curly quotes and dashes, which are most of what is read wrongly. */
static bool is_punctuation_lead(const struct piece *p, size_t i, unsigned encoding)
{
    return tables_slot(p->tables, piece_at(p, i))->bytes[encoding] == 0xE2 &&
           tables_slot(p->tables, piece_at(p, i + 1))->bytes[encoding] == 0x80 && encoding != ENCODING_866;
}

static bool stands_alone(enum result r)
{
    return r >= RESULT_CONTROL && r <= RESULT_GREEK;
}

static void judge_unit(const struct piece *p, size_t i, unsigned encoding, struct unit *u)
{
    u->result = char_result(u->cp);
    u->points = 0;
    u->mixed = false;
    for (size_t k = 1; k < u->length; k++)
        u->mixed |= p->cells[i + k].depth != p->cells[i].depth;
    u->taken = false;
    /* Letters of Russian are leads and trails of code page 866. */
    if (encoding == ENCODING_866 && char_is_letter(piece_at(p, i)) && !(u->cp >= 0x2000 && u->cp < 0x2040) &&
        u->cp < 0x1F000)
        u->result = RESULT_ODD;
    if ((u->result == RESULT_CONTROL || u->result == RESULT_ACCENT) && encoding >= ENCODING_MAC)
        u->result = RESULT_ODD;
    if (u->result == RESULT_ODD)
        return;
    u->points = char_is_letter(piece_at(p, i)) ? judge_letter(p, i, encoding, u) : judge_sign(p, i, u);
    if (is_punctuation_lead(p, i, encoding) || u->cp == 0xFEFF || u->cp == REPLACEMENT || u->length == 4 ||
        is_sign_lead(p, i, u))
        u->points += CERTAIN;
    else if (encoding >= ENCODING_MAC && u->cp >= 0x2190 && u->cp < 0x27C0 &&
             (u->cp < 0x2200 || u->cp >= 0x2600))
        u->points += 8;
    else if (encoding == ENCODING_MAC && u->length == 3 && piece_at(p, i) == 0x201A &&
             char_is_letter(piece_at(p, i + 1)) && stands_alone(u->result))
        u->points += 9;
}

/* Whether the units are of one script other than Latin, three at least. */
static bool is_script_run(const struct unit *units, size_t count)
{
    size_t foreign = 0;
    for (size_t k = 0; k < count; k++) {
        if (units[k].result == RESULT_ODD)
            return false;
        foreign += units[k].result >= RESULT_GREEK;
    }
    return foreign >= 3 && foreign * 4 >= count * 3;
}

/* How badly what comes out goes with what is before it; decides between encodings only. */
static int misfit(const struct unit *u, uint32_t before)
{
    static const uint16_t vowels[] = {'a', 'e', 'i', 'o', 'u', 0xE4, 0xF6, 0xFC};
    if (u->result == RESULT_CONTROL)
        return 12;
    if (u->cp != 0xDF)
        return char_kind(u->cp) == KIND_UPPER && char_is_lower(before) ? 3 : 0;
    for (size_t k = 0; k < sizeof vowels / sizeof *vowels; k++)
        if (vowels[k] == before)
            return 0;
    return 3; /* ß */
}

static bool is_cyrillic(uint32_t cp)
{
    return cp >= 0x400 && cp < 0x500;
}

/* Words of Cyrillic that have just come out are sequences here and there, too: `Він` is `³н` once more.  Where nothing of
 * Cyrillic comes out but stands beside it, they are right. */
static bool is_fresh_word(const struct piece *p, size_t i, const struct unit *u)
{
    return p->cells[i].depth > 0 && is_cyrillic(p->cells[i].cp) && u->result != RESULT_CYRILLIC &&
           (is_cyrillic(piece_before(p, i)) || is_cyrillic(piece_at(p, i + u->length)));
}

/* Say which units of a run are to be decoded.
 * return  the points of those */
static int take_units(const struct piece *p, size_t i, bool goes_on, unsigned encoding, struct unit *units,
                      size_t count)
{
    bool proof = goes_on || is_script_run(units, count);
    for (size_t k = 0; k < count; k++)
        proof |= units[k].points >= CERTAIN && (stands_alone(units[k].result) || count > 1);
    uint32_t last = piece_before(p, i);
    int points = 0;
    size_t at = i;
    for (size_t k = 0; k < count; k++) {
        struct unit *u = &units[k];
        const bool at_home = stands_alone(u->result) || (p->scripts >> u->result & 1);
        const bool likely = u->points >= 2 || (u->points > 0 && count > 1 && u->result >= RESULT_GREEK);
        const bool fresh = is_fresh_word(p, at, u);
        const bool near =
            !fresh && ((p->certain[encoding] > 0 && ((at_home && likely) || u->points >= CERTAIN)) ||
                       (p->around[encoding] > 1 && at_home && u->points >= 6));
        const bool supported = !u->mixed && (proof || near);
        u->taken = u->result != RESULT_ODD && (supported || (proof && u->points >= CERTAIN));
        points += u->taken ? u->points + 1 - misfit(u, last) : 0;
        last = u->cp;
        at += u->length;
    }
    return points;
}

/* ahead   what the tables say of the cells from `i` on
 * judged  units from there on, `judged_count` of them, that were read in an encoding that counts the same */
static size_t read_run(const struct piece *p, size_t i, unsigned encoding, const struct slot *const *ahead,
                       struct unit *units, const struct unit *judged, size_t judged_count)
{
    size_t count = 0;
    while (count < RUN_MAX && i < p->count) {
        struct unit *u = &units[count];
        u->length = read_unit(p, i, encoding, count == 0 ? ahead : NULL, &u->cp);
        if (u->length == 0)
            break;
        if (count < judged_count && judged[count].cp == u->cp && judged[count].length == u->length &&
            u->cp != 0xE5) {
            *u = judged[count];
        } else {
            judge_unit(p, i, encoding, u);
            judged_count = 0;
        }
        i += u->length;
        count++;
    }
    return count;
}

size_t units_find(const struct piece *p, size_t i, unsigned behind, struct unit *units, unsigned *encoding)
{
    if (piece_is_frozen(p, i))
        return 0;
    unsigned possible =
        tables_slot(p->tables, piece_at(p, i))->leads & tables_slot(p->tables, piece_at(p, i + 1))->trails;
    size_t best_count = 0, western_count = 0;
    int best = 0;
    const struct slot *ahead[UNIT_MAX];
    for (size_t k = 0; possible != 0 && k < UNIT_MAX; k++)
        ahead[k] = tables_slot(p->tables, piece_at(p, i + k));
    struct unit western[RUN_MAX], other[RUN_MAX]; /* windows-1254 differs from 1252 in six letters */
    for (unsigned e = 0; possible != 0; e++, possible >>= 1) {
        struct unit *const run = e == ENCODING_1252 ? western : other;
        if (!(possible & 1))
            continue;
        const size_t count = read_run(p, i, e, ahead, run, western, e == ENCODING_1254 ? western_count : 0);
        if (e == ENCODING_1252)
            western_count = count;
        int points = count ? take_units(p, i, behind == e, e, run, count) : 0;
        if (points == 0 || !run[0].taken)
            continue;
        points = points * 4 + (p->certain[e] > 0 ? 3 : 0) + (e == ENCODING_LATIN2 && p->controls ? 2 : 0);
        if (points > best) {
            best = points;
            best_count = count;
            *encoding = e;
            memcpy(units, run, count * sizeof *run);
        }
    }
    return best_count;
}

bool units_may_begin(const struct tables *t, uint32_t cp, uint32_t next)
{
    return (tables_slot(t, cp)->leads & tables_slot(t, next)->trails) != 0;
}
