/* Lines and what they are: prose, whose spaces are only spaces, or tables, verse and code, whose spaces
 * are their shape.  A line is judged by what it will look like when it is clean (characters that will
 * be dropped take no column, a ligature takes two), so that it is judged the same the second time. */
#include "unicode.h"

#include <string.h>

enum { INDENT = 4, INDENTED_MAX = 100, VERSE_WIDTH = 60, VERSE_LINES = 3, GUTTERS_MAX = 16 };

struct gutter {
    size_t begin, end; /* columns */
};

/* What a look at the characters of a line tells. */
struct look {
    size_t width; /* up to the last character that is not a space */
    size_t indent;
    size_t letters, cjk;
    bool rtl, tab_before, tab_within, upper_first;
    uint32_t first, last; /* of those that are not spaces */
    size_t first_at;      /* its byte; of a blank line, where it ends */
    unsigned ticks, bars; /* backticks at the start; vertical bars */
    unsigned gutter_count, wide_gutters;
    struct gutter gutters[GUTTERS_MAX]; /* runs of two and more spaces within */
};

/* Few texts have a backtick at all, and one byte is found much faster than three. */
static bool has_fence(dm_str s)
{
    const char *const tick = memchr(s.ptr, '`', s.len);
    return tick && memmem(tick, (size_t)(s.ptr + s.len - tick), "```", 3);
}

void uni_reader_init(struct uni_reader *r, dm_task *t, const dm_doc *d, const struct uni_scan *scan)
{
    const dm_str text = dm_text(t, d);
    *r = (struct uni_reader){.task = t,
                             .scan = scan,
                             .text = text,
                             .marks = dm_marks(t, d),
                             .fences = has_fence(text),
                             .code = {text, 0}};
}

/* A typist's two spaces after a full stop are no column. */
static bool is_stop(uint32_t cp)
{
    return cp < 0x80 ? cp != 0 && strchr(".!?:;,\"')", (int)cp) != NULL
                     : cp == 0x2019 || cp == 0x201D || cp == 0xBB;
}

/* A run of two or more spaces ends at `column`. */
static void look_at_run(struct look *k, size_t column)
{
    const size_t run = column - k->width;
    if (run == 2 && is_stop(char_plain(k->last)))
        return;
    k->wide_gutters += run > 2;
    if (k->gutter_count < GUTTERS_MAX)
        k->gutters[k->gutter_count++] = (struct gutter){k->width, column};
}

/* Take in a character that is neither space nor invisible, and begins at `column`. */
static void look_at_character(struct look *k, uint32_t cp, size_t column, unsigned width)
{
    const uint32_t plain = char_plain(cp);
    if (!k->first) {
        k->indent = column;
        k->first = cp;
        k->tab_before = k->tab_within;
        k->tab_within = false;
    } else if (column - k->width > 1) {
        look_at_run(k, column);
    }
    k->ticks += plain == '`' && k->ticks == column - k->indent;
    k->bars += plain == '|';
    const enum char_script script = char_script(cp);
    if (script == SCRIPT_CJK) {
        k->cjk += width;
    } else if (script != SCRIPT_NONE) {
        if (!k->letters)
            k->upper_first = char_is_upper(cp);
        k->letters += width;
        k->rtl |= script == SCRIPT_RTL;
    }
    k->last = cp;
    k->width = column + width;
}

/* Whether p begins a letter of two bytes of accented Latin or Cyrillic. */
static bool is_accented_or_cyrillic(const unsigned char *p)
{
    return p[0] == 0xD0 || p[0] == 0xD1 || (p[0] == 0xC3 && (p[1] & 0xDF) != 0x97);
}

/* Step over what is in most texts (ASCII with single spaces, letters of accented Latin, Cyrillic and Arabic), and has
 * nothing to tell but how much there is.  Only where a table may be, bars are counted.
 * return  where it ends */
static size_t skip_words(const struct uni_scan *scan, size_t i, struct look *k)
{
    const dm_str s = scan->text;
    const unsigned char *p = (const unsigned char *)s.ptr;
    const bool table = char_plain(k->first) == '|';
    for (;;) {
        const size_t end = i < s.len && p[i] < 0x80 ? uni_scan_ascii(scan, i, table, &k->letters) : i;
        if (end > i)
            k->last = p[end - 1];
        k->width += end - i;
        const size_t begin = i = end;
        while (i + 1 < s.len && (is_accented_or_cyrillic(p + i) || char_is_arabic(p + i))) {
            k->rtl |= p[i] >= 0xD8;
            i += 2;
        }
        if (i == begin)
            return i;
        k->last = 'a';
        k->letters += (i - begin) / 2;
        k->width += (i - begin) / 2;
    }
}

/* ---- long lines ----------------------------------------------------------------------------- */

/* U+00A0 and U+202F, each of which is a column as a plain space is. */
static size_t no_break_length(const unsigned char *p, size_t left)
{
    return left > 1 && p[0] == 0xC2 && p[1] == 0xA0                   ? 2
           : left > 2 && p[0] == 0xE2 && p[1] == 0x80 && p[2] == 0xAF ? 3
                                                                      : 0;
}

/* Whether the character at p, which is not ASCII nor a space at the start, has nothing to say once a line is
 * long: Latin, Greek, Cyrillic, common signs, and a space that is not beside another one. */
static bool is_common(const unsigned char *p, size_t left)
{
    const size_t space = no_break_length(p, left);
    if (space > 0)
        return p[-1] != ' ' &&
               (space == left || (p[space] != ' ' && !no_break_length(p + space, left - space)));
    if (p[0] == 0xC2)
        return p[1] > 0xA0 && p[1] != 0xAD;
    if (p[0] == 0xE2)
        return p[1] == 0x80   ? p[2] >= 0x90 && (p[2] <= 0xA7 || p[2] >= 0xB0)
               : p[1] == 0x81 ? p[2] < 0x9F
                              : p[1] < 0xBA;
    return (p[0] >= 0xC3 && p[0] <= 0xCB) || (p[0] >= 0xCE && p[0] <= 0xD1);
}

/* Read a line that is too wide for verse, is not indented, begins no table or fence, and has neither tabs nor
 * two spaces in a row: nothing else is asked about it.
 * return  false: it is none, or perhaps not */
static bool read_long_line(const struct uni_scan *scan, size_t from, struct uni_line *line, struct look *k)
{
    enum { TRAILING = 1 };
    const dm_str s = scan->text;
    const unsigned char *const p = (const unsigned char *)s.ptr;
    size_t end = s.len, narrow = 0;
    uint64_t blank_before = 0;
    if (p[from] <= ' ' || p[from] == '|' || p[from] == '`' || no_break_length(p + from, s.len - from))
        return false;
    for (size_t base = from / 64 * 64; base < end; base += 64) {
        const dm_classes *const c = DM_AT(dm_classes, scan->classes, base / 64);
        uint64_t in = base < from ? UINT64_MAX << (from - base) : UINT64_MAX;
        if (c->lf & in) {
            end = base + (size_t)__builtin_ctzll(c->lf & in);
            in &= ~(UINT64_MAX << (end - base));
        } else if (end - base < 64) {
            in &= ~(UINT64_MAX << (end - base));
        }
        const uint64_t controls = scan->odd[base / 64] & ~c->wide;
        if (in & (c->tab | controls | (c->space & (c->space << 1 | blank_before))))
            return false;
        blank_before = c->space >> 63;
        narrow += (size_t)__builtin_popcountll(in & ~c->wide);
        for (uint64_t wide = c->wide & in; wide; wide &= wide - 1) {
            const size_t at = base + (size_t)__builtin_ctzll(wide);
            if (p[at] >= 0xC0 && !is_common(p + at, s.len - at))
                return false;
        }
    }
    memset(k, 0, offsetof(struct look, gutters));
    k->first = p[from];
    k->first_at = from;
    k->width = narrow;
    *line = (struct uni_line){from, end, end + (end < s.len), 0};
    return narrow > VERSE_WIDTH + TRAILING;
}

/* Read the line that begins at `from`. */
static void read_line(const struct uni_scan *scan, size_t from, struct uni_line *line, struct look *k)
{
    const dm_str s = scan->text;
    size_t i = from, column = 0;
    bool tab = false;
    memset(k, 0, offsetof(struct look, gutters));
    while (i < s.len && char_break_length(s, i) == 0) {
        const uint32_t cp = char_decode(s, i);
        const unsigned width = char_width(cp);
        if (!k->first)
            k->first_at = i;
        i += char_length(s, i);
        if (cp == '\t')
            tab = true;
        if (cp == ' ' || cp == '\t' || char_class(cp) == CLASS_ODD_SPACE) {
            column++;
        } else if (width) {
            k->tab_within |= tab;
            tab = false;
            look_at_character(k, cp, column, width);
            if (k->letters > 0)
                i = skip_words(scan, i, k);
            column = k->width;
        }
    }
    if (!k->first)
        k->first_at = i;
    *line = (struct uni_line){from, i, i < s.len ? i + char_break_length(s, i) : i, 0};
}

static bool share_gutter(const struct look *a, const struct look *b)
{
    for (unsigned i = 0; i < a->gutter_count; i++)
        for (unsigned j = 0; j < b->gutter_count; j++) {
            const struct gutter g = a->gutters[i], h = b->gutters[j];
            const size_t begin = g.begin > h.begin ? g.begin : h.begin;
            const size_t end = g.end < h.end ? g.end : h.end;
            if (begin + 2 <= end)
                return true;
        }
    return false;
}

/* What a line is by itself. */
static unsigned judge(const struct look *k)
{
    const bool indented = (k->indent >= INDENT || k->tab_before) && k->width <= INDENTED_MAX;
    const bool table = k->tab_within || k->wide_gutters >= 2 || (k->bars >= 2 && char_plain(k->first) == '|');
    return (indented || table ? LINE_SHAPED : 0u) | (k->cjk > 0 && k->cjk * 2 >= k->letters ? LINE_CJK : 0u) |
           (k->rtl ? LINE_RTL : 0u);
}

/* What the marks say of a line: extractors that know their format mark code and tables.  Its first
 * character decides, as it is there before and after. */
static unsigned judge_marks(struct uni_reader *r, const struct uni_line *line, const struct look *k)
{
    for (; r->mark < r->marks.count; r->mark++) {
        const dm_mark *m = DM_AT(dm_mark, r->marks, r->mark);
        if (m->at.begin >= line->next)
            break;
        if (m->kind == DM_CODE && m->at.end > r->code_end)
            r->code_end = m->at.end;
        if (m->kind == DM_TABLE && m->at.end > r->table_end)
            r->table_end = m->at.end;
    }
    const size_t at = k->first ? k->first_at : k->first_at - (k->first_at > line->begin);
    return (at < r->code_end ? LINE_CODE | LINE_SHAPED : 0u) | (at < r->table_end ? LINE_SHAPED : 0u);
}

/* A line of backticks that is indented is no fence, and must not become one. */
static unsigned judge_fence(struct uni_reader *r, const struct look *k)
{
    if (k->ticks < 3)
        return r->fenced ? LINE_CODE | LINE_SHAPED : 0u;
    const bool fence = k->indent < INDENT;
    const bool inside = r->fenced || fence;
    if (fence)
        r->fenced = !r->fenced;
    return inside ? LINE_CODE | LINE_SHAPED : LINE_SHAPED;
}

static bool is_printable(dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || (unsigned char)s.ptr[i] >= 0x7F)
            return false;
    return true;
}

/* Only what is ASCII is code, as nothing of it is dropped or folded, and it is judged the same the second time. */
static unsigned judge_code(struct uni_reader *r, const struct uni_line *line)
{
    const dm_str s = {r->text.ptr + line->begin, line->end - line->begin};
    return code_is_line(&r->code, (dm_span){line->begin, line->end}) && is_printable(s)
               ? LINE_CODE | LINE_SHAPED
               : 0u;
}

static bool add_line(struct uni_reader *r, struct uni_line line)
{
    if (r->line_count == r->line_cap) {
        const size_t cap = r->line_cap ? r->line_cap * 2 : 32;
        struct uni_line *bigger = dm_alloc(r->task, cap * sizeof *bigger);
        if (!bigger)
            return false;
        if (r->line_count)
            memcpy(bigger, r->lines, r->line_count * sizeof *bigger);
        r->lines = bigger;
        r->line_cap = cap;
    }
    r->lines[r->line_count++] = line;
    return true;
}

/* How the lines of a block look together. */
struct shape {
    size_t lines, narrow, capitals, stopped; /* short ones, with a capital first, with a full stop last */
};

static void add_shape(struct shape *s, const struct look *k)
{
    const uint32_t last = char_plain(k->last);
    s->lines++;
    s->narrow += k->width <= VERSE_WIDTH;
    s->capitals += k->upper_first;
    s->stopped += last == '.' || last == '!' || last == '?';
}

/* Verse: short lines, most of which begin with a capital and few of which end a sentence. */
static bool is_verse(const struct shape *s)
{
    return s->lines >= VERSE_LINES && s->narrow == s->lines && s->capitals * 3 >= s->lines * 2 &&
           s->stopped * 2 <= s->lines;
}

/* The last place in [from, to] with two line breaks before it, both behind `from`; from: there is none. */
static size_t last_gap(dm_array classes, size_t from, size_t to)
{
    uint64_t after = 0; /* the lowest of the block behind is a line break */
    for (size_t base = to / 64 * 64;; base -= 64) {
        const uint64_t lf = DM_AT(dm_classes, classes, base / 64)->lf;
        uint64_t first = lf & (lf >> 1 | after << 63);
        if (to - base < 66)
            first &= to - base < 2 ? 0 : UINT64_MAX >> (65 - (to - base));
        if (base < from)
            first &= UINT64_MAX << (from - base);
        if (first != 0)
            return base + 65 - (size_t)__builtin_clzll(first);
        if (base <= from)
            return from;
        after = lf & 1;
    }
}

void uni_reader_skip(struct uni_reader *r, size_t suspect)
{
    if (!r->fences)
        r->at = last_gap(r->scan->classes, r->at, suspect);
}

bool uni_reader_next(struct uni_reader *r)
{
    struct look looks[2];
    struct shape shape = {0, 0, 0, 0};
    r->line_count = 0;
    while (r->at < r->text.len) {
        struct uni_line line;
        struct look *k = &looks[r->line_count & 1];
        const struct look *above = &looks[~r->line_count & 1];
        if (!read_long_line(r->scan, r->at, &line, k))
            read_line(r->scan, r->at, &line, k);
        if (!k->width && r->line_count > 0)
            break;
        line.flags = judge(k) | judge_marks(r, &line, k) | judge_fence(r, k) | judge_code(r, &line);
        if (r->line_count > 0 && share_gutter(above, k)) {
            line.flags |= LINE_SHAPED;
            r->lines[r->line_count - 1].flags |= LINE_SHAPED;
        }
        add_shape(&shape, k);
        if (!add_line(r, line))
            return false;
        r->at = line.next;
        if (!k->width)
            break;
    }
    if (is_verse(&shape))
        for (size_t i = 0; i < r->line_count; i++)
            r->lines[i].flags |= LINE_SHAPED;
    return r->line_count > 0;
}
