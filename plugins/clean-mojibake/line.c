/* A line under repair: units are merged pass by pass until none is left.  Text that was read wrongly twice is
 * right after two passes, whatever part of it was read so. */
#include "mojibake.h"

#include <string.h>

enum { PASSES_MAX = 8, ROUNDS_MAX = 16 };

static uint8_t rule_of(unsigned encoding)
{
    switch (encoding) {
    case ENCODING_1252:
    case ENCODING_1254:
        return RULE_WESTERN;
    case ENCODING_1250:
    case ENCODING_1257:
    case ENCODING_LATIN2:
        return RULE_CENTRAL;
    case ENCODING_1251:
    case ENCODING_KOI8:
        return RULE_CYRILLIC;
    case ENCODING_1253:
        return RULE_GREEK;
    case ENCODING_1256:
        return RULE_ARABIC;
    case ENCODING_MAC:
        return RULE_MAC;
    default:
        return RULE_DOS;
    }
}

static void write_cell(struct piece *p, size_t at, struct cell c)
{
    p->spare[at] = c;
    if (c.cp == 0x201C || c.cp == 0x201D)
        p->quoting = c.cp == 0x201C;
    p->mac |= c.rule == RULE_MAC_LETTER;
    p->signs |= c.cp == REPLACEMENT;
    p->vietnamese |= c.cp >= 0x1EA0 && c.cp <= 0x1EF9;
}

/* The cells [i, i + length) as one. */
static struct cell merge_cells(const struct piece *p, size_t i, const struct match *m)
{
    struct cell c = p->cells[i];
    c.sure = m->sure;
    for (size_t k = 0; k < m->length; k++) {
        const struct cell *from = &p->cells[i + k];
        if (from->level > c.level)
            c.level = from->level;
        if (from->depth > c.depth)
            c.depth = from->depth;
        if (from->end > c.end)
            c.end = from->end;
        if (from->rule == RULE_LOST_BYTE || from->rule == RULE_LOST_SPACE)
            c.rule = from->rule;
        if (from->rule != RULE_NONE && !from->sure)
            c.sure = 0;
    }
    c.cp = m->cp;
    c.level++;
    c.depth++;
    c.encoding = m->encoding;
    if (m->rule >= RULE_REPEATED || c.level == 1)
        c.rule = m->rule;
    else if (c.rule != RULE_LOST_BYTE && c.rule != RULE_LOST_SPACE)
        c.rule = RULE_REPEATED;
    return c;
}

static void note_certain(struct piece *p, const struct unit *units, size_t count, unsigned encoding)
{
    for (size_t k = 0; k < count; k++) {
        if (count > 1 && units[k].taken && units[k].result > RESULT_GREEK)
            p->scripts |= 1u << units[k].result;
        if (units[k].points < CERTAIN)
            continue;
        p->certain[encoding]++;
        p->extended |= units[k].cp >= 0x100 && units[k].cp < 0x180;
    }
}

static bool note_lossy(struct piece *p, size_t i)
{
    const struct match m = lossy_find(p, i, true);
    if (m.length == 0)
        return false;
    p->mac |= m.rule == RULE_MAC_LETTER;
    p->dropped |= m.rule == RULE_LOST_QUOTE && (m.cp == 0x2019 || (m.length == 1 && m.sure));
    return true;
}

/* Count what is beyond doubt, as it decides about the rest. */
static bool count_certain(struct piece *p)
{
    bool any = false;
    unsigned behind = ENCODING_COUNT;
    for (size_t i = 0; i < p->count;) {
        struct unit units[RUN_MAX];
        unsigned encoding;
        if (p->cells[i].cp < 0x80) {
            behind = ENCODING_COUNT;
            i = piece_skip_ascii(p, i);
            continue;
        }
        const size_t count = units_find(p, i, behind, units, &encoding);
        if (count == 0) {
            behind = ENCODING_COUNT;
            any |= note_lossy(p, i);
            i++;
            continue;
        }
        any = true;
        note_certain(p, units, count, encoding);
        for (size_t k = 0; k < count; k++) {
            p->vietnamese |= units[k].cp >= 0x1EA0 && units[k].cp <= 0x1EF9;
            i += units[k].length;
        }
        behind = encoding;
    }
    return any;
}

/* One pass.
 * return  whether it changed anything */
static bool merge_units(struct piece *p)
{
    bool changed = false;
    unsigned behind = ENCODING_COUNT;
    size_t written = 0;
    p->quoting = false;
    for (size_t i = 0; i < p->count;) {
        struct unit units[RUN_MAX];
        unsigned encoding;
        if (p->cells[i].cp < 0x80) {
            const size_t end = piece_skip_ascii(p, i);
            behind = ENCODING_COUNT;
            memcpy(p->spare + written, p->cells + i, (end - i) * sizeof *p->cells);
            written += end - i;
            i = end;
            continue;
        }
        const size_t count = units_find(p, i, behind, units, &encoding);
        if (count == 0) {
            struct match m = lossy_find(p, i, behind != ENCODING_COUNT);
            if (m.length > 0) {
                write_cell(p, written++, merge_cells(p, i, &m));
                i += m.length;
                changed = true;
            } else {
                behind = ENCODING_COUNT;
                write_cell(p, written++, p->cells[i++]);
            }
            continue;
        }
        behind = encoding;
        for (size_t k = 0; k < count; k++) {
            const struct unit *u = &units[k];
            if (!u->taken) {
                behind = ENCODING_COUNT;
                break;
            }
            const struct match m = {u->length, u->cp, rule_of(encoding), (uint8_t)encoding,
                                    u->points >= CERTAIN};
            write_cell(p, written++, merge_cells(p, i, &m));
            i += u->length;
            changed = true;
        }
        if (behind == ENCODING_COUNT)
            write_cell(p, written++, p->cells[i++]);
    }
    struct cell *const old = p->cells;
    p->cells = p->spare;
    p->spare = old;
    p->count = written;
    return changed;
}

static bool is_long_lead(uint32_t cp)
{
    return cp == 0xE2 || cp == 0xE3;
}

/* Whether a character of three bytes begins at `i` and breaks off after two, as when mojibake of several
 * levels was put in lower case: nothing of it can be read. */
static bool breaks_off(const struct piece *p, size_t i)
{
    if (!is_long_lead(piece_at(p, i)))
        return false;
    const unsigned begun = tables_slot(p->tables, piece_at(p, i + 1))->trails & 0xFFu;
    return (begun & 1u << ENCODING_1252) && !(tables_slot(p->tables, piece_at(p, i + 2))->trails & begun) &&
           piece_at(p, i + 2) > 0x80 && piece_at(p, i + 2) != REPLACEMENT &&
           char_from_control(piece_at(p, i + 1)) == piece_at(p, i + 1);
}

/* Words that break off several times are left as they are. */
static void freeze_words(struct piece *p)
{
    size_t begin = 0, breaks = 0;
    for (size_t i = 0; i <= p->count; i++) {
        if (i < p->count && p->cells[i].cp != ' ') {
            breaks += breaks_off(p, i);
            continue;
        }
        for (size_t k = begin; breaks > 1 && k < i; k++)
            p->cells[k].frozen = true;
        begin = i + 1;
        breaks = 0;
    }
}

static void forget_round(struct piece *p)
{
    struct cell *const end = p->cells + p->count;
    for (struct cell *c = p->cells; c < end; c++) {
        c->frozen = false;
        c->depth = 0;
    }
}

/* Judge the piece as if it had come so. */
static void begin_round(struct piece *p, unsigned round)
{
    size_t breaks = 0;
    memset(p->certain, 0, sizeof p->certain);
    p->vietnamese = p->extended = p->controls = p->mac = p->dropped = false;
    p->scripts = 0;
    p->rings = 0;
    if (round > 0)
        forget_round(p);
    for (size_t i = 0; (i = piece_skip_ascii(p, i)) < p->count; i++) {
        const uint32_t cp = p->cells[i].cp;
        p->rings += cp == 0xC3 && piece_at(p, i + 1) == 0xA5;
        p->controls |= cp < 0xA0 && encodings[ENCODING_1250].high[cp - 0x80];
        breaks += breaks_off(p, i);
    }
    if (breaks > 1)
        freeze_words(p);
}

/* What one round decodes may be evidence for another, and the last one must find nothing, as cleaning a clean
 * text must change nothing. */
bool piece_repair(struct piece *p)
{
    bool changed = false;
    uint32_t found[ENCODING_COUNT] = {0};
    for (unsigned round = 0; round < ROUNDS_MAX; round++) {
        bool now = false;
        begin_round(p, round);
        for (unsigned pass = 0; pass < PASSES_MAX; pass++) {
            if (!count_certain(p) || !merge_units(p))
                break;
            now = true;
        }
        for (unsigned e = 0; e < ENCODING_COUNT; e++)
            found[e] += p->certain[e];
        if (!now)
            break;
        changed = true;
    }
    for (unsigned e = 0; e < ENCODING_COUNT; e++)
        p->around[e] += found[e] < 1000 ? found[e] : 1000;
    return changed;
}
