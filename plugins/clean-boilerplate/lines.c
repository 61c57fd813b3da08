#include "lines.h"
#include "fold.h"

#include <string.h>

enum { SENTENCE_WORDS = 8 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static dm_span trim(dm_str s, dm_span at)
{
    while (at.begin < at.end && is_blank(s.ptr[at.begin]))
        at.begin++;
    while (at.begin < at.end && is_blank(s.ptr[at.end - 1]))
        at.end--;
    return at;
}

/* The last 64 of 128 bits, of which those from `end` on are not asked for. */
static uint64_t last_bits(const uint64_t bits[2], size_t end)
{
    return end == 64 ? bits[1] : bits[1] << (64 - end) | bits[0] >> end;
}

/* Count the words of the line, 64 bytes at a time.  No two bytes beside each other begin a word, and no
 * line that is looked at lies in more than six times 64 bytes: so four bits get two each time at most, and
 * are added up last. */
static void count_words(dm_array classes, struct line *l)
{
    uint64_t filled_before = 0, wide = 0, counts = 0;
    const size_t last = (l->at.end - 1) / 64;
    uint64_t in = UINT64_MAX << l->at.begin % 64;
    for (size_t i = l->at.begin / 64; i <= last; i++, in = UINT64_MAX) {
        const dm_classes *const c = DM_AT(dm_classes, classes, i);
        in &= i == last ? UINT64_MAX >> (63 - (l->at.end - 1) % 64) : UINT64_MAX;
        const uint64_t filled = in & ~(c->space | c->tab);
        const uint64_t begins = filled & ~(filled << 1 | filled_before);
        const uint64_t pairs = (begins | begins >> 1) & 0x5555555555555555u;
        counts += (pairs & 0x3333333333333333u) + (pairs >> 2 & 0x3333333333333333u);
        wide |= in & c->wide;
        filled_before = filled >> 63;
    }
    counts = (counts & 0x0F0F0F0F0F0F0F0Fu) + (counts >> 4 & 0x0F0F0F0F0F0F0F0Fu);
    l->words = (uint32_t)(counts * 0x0101010101010101u >> 56);
    l->wide = wide != 0;
}

/* See what signs the line has. */
static void look_at_signs(dm_array classes, struct line *l)
{
    uint64_t blank_before = 0, marks = 0, digits = 0, signs[2] = {0}, blanks[2] = {0};
    const size_t last = (l->at.end - 1) / 64;
    uint64_t in = UINT64_MAX << l->at.begin % 64;
    for (size_t i = l->at.begin / 64; i <= last; i++, in = UINT64_MAX) {
        const dm_classes *const c = DM_AT(dm_classes, classes, i);
        in &= i == last ? UINT64_MAX >> (63 - (l->at.end - 1) % 64) : UINT64_MAX;
        const uint64_t blank = in & (c->space | c->tab | c->cr);
        const uint64_t sign = in & ~(c->small | c->capital | c->digit | blank);
        digits |= in & c->digit;
        marks |= sign & (c->wide | blank << 1 | blank_before);
        blank_before = blank >> 63;
        signs[0] = signs[1], signs[1] = sign;
        blanks[0] = blanks[1], blanks[1] = blank;
    }
    const size_t end = (l->at.end - 1) % 64 + 1;
    l->marked = marks != 0;
    l->digits = digits != 0;
    l->last_signs = last_bits(signs, end) & last_bits(blanks, end) >> 1;
}

/* A stop, perhaps with a quote or bracket behind it; also the Arabic question mark and the ideographic stop. */
static bool is_stopped(dm_str s)
{
    while (s.len) {
        const unsigned char c = (unsigned char)s.ptr[s.len - 1];
        if (c == '.' || c == '!' || c == '?')
            return true;
        if (c < 0x80 && c != '"' && c != '\'' && c != ')' && c != ' ')
            return false;
        if (s.len >= 3 &&
            (!memcmp(s.ptr + s.len - 3, "\xE2\x80\xA6", 3) || !memcmp(s.ptr + s.len - 3, "\xE3\x80\x82", 3)))
            return true;
        if (s.len >= 2 && !memcmp(s.ptr + s.len - 2, "\xD8\x9F", 2))
            return true;
        if (c < 0x80)
            s.len--;
        else if (s.len >= 3 && !memcmp(s.ptr + s.len - 3, "\xE2\x80", 2))
            s.len -= 3;
        else if (s.len >= 2 &&
                 (!memcmp(s.ptr + s.len - 2, "\xC2\xBB", 2) || !memcmp(s.ptr + s.len - 2, "\xC2\xAB", 2)))
            s.len -= 2;
        else
            return false;
    }
    return false;
}

/* `- Facebook`, `* Facebook`, `• Facebook` */
static bool is_item(dm_str s)
{
    const size_t bullet = s.len > 3 && !memcmp(s.ptr, "\xE2\x80\xA2", 3) ? 3 : 1;
    return s.len > bullet + 1 && (bullet == 3 || *s.ptr == '-' || *s.ptr == '*') && s.ptr[bullet] == ' ' &&
           s.ptr[s.len - 1] != '-';
}

static void read_line(dm_array classes, dm_str s, struct line *out)
{
    out->stopped = is_stopped(s);
    out->item = is_item(s);
    if (s.len > LINE_MAX_BYTES)
        return;
    count_words(classes, out);
    out->sentence = out->stopped && out->words >= SENTENCE_WORDS;
    if (!out->sentence || s.len <= LINE_CREDIT_BYTES)
        look_at_signs(classes, out);
}

/* The lines from a byte on are no more than runs of line breaks, and one. */
static size_t count_lines(dm_array classes, size_t from)
{
    size_t count = 1;
    uint64_t before = 0;
    for (size_t i = from / 64; i < classes.count; i++) {
        const uint64_t breaks = DM_AT(dm_classes, classes, i)->lf;
        for (uint64_t runs = breaks & ~(breaks << 1 | before); runs; runs &= runs - 1)
            count++;
        before = breaks >> 63;
    }
    return count;
}

/* The next line.  Most texts have no more than there is room for; where one has, its lines are counted.
 * return  NULL: out of memory */
static struct line *add_line(struct lines *lines, dm_array classes, dm_span at)
{
    if (lines->count == lines->room) {
        enum { FEW = 16, BYTES_OF_LINE = 256 };
        lines->room = lines->count ? lines->count + count_lines(classes, at.begin)
                                   : FEW + lines->text.len / BYTES_OF_LINE;
        struct line *const items = dm_alloc(lines->task, lines->room * sizeof *items);
        if (!items)
            return NULL;
        if (lines->count)
            memcpy(items, lines->items, lines->count * sizeof *items);
        lines->items = items;
    }
    struct line *const l = &lines->items[lines->count++];
    l->at = at; /* all else is 0 */
    l->rule = l->weak = UNDECIDED;
    l->words = UINT32_MAX;
    l->sentence = l->digits = l->wide = l->marked = true;
    return l;
}

/* Lines between lines of three backticks, and what is marked as code or a table. */
static void find_code(const dm_str text, dm_array marks, struct lines *lines)
{
    bool fenced = false;
    uint32_t mark = 0;
    size_t end = 0;
    for (size_t i = 0; i < lines->count; i++) {
        struct line *const l = &lines->items[i];
        for (; mark < marks.count && DM_AT(dm_mark, marks, mark)->at.begin <= l->at.begin; mark++) {
            const dm_mark *const m = DM_AT(dm_mark, marks, mark);
            if ((m->kind == DM_CODE || m->kind == DM_TABLE) && m->at.end > end)
                end = m->at.end;
        }
        const bool fence = l->at.end - l->at.begin >= 3 && !memcmp(text.ptr + l->at.begin, "```", 3);
        l->code = fence || fenced || l->at.begin < end;
        fenced ^= fence;
    }
}

dm_status lines_read(dm_task *t, const dm_doc *d, const struct small_ends *ends, struct lines *out)
{
    const dm_str text = dm_text(t, d);
    const dm_array classes = dm_classify(t, d);
    *out = (struct lines){.small_ends = ends, .task = t, .text = text};
    if (!classes.items)
        return DM_ELIMIT;
    dm_runs breaks = dm_runs_of(classes, 0, text.len, DM_LF);
    for (size_t from = 0; from < text.len; from = dm_next_edge(&breaks)) {
        const dm_span at = trim(text, (dm_span){from, dm_next_edge(&breaks)});
        if (at.begin == at.end)
            continue;
        struct line *const l = add_line(out, classes, at);
        if (!l)
            return DM_ELIMIT;
        read_line(classes, line_text(out, l), l);
        if (l->sentence)
            out->sentences_end = out->count;
    }
    find_code(text, dm_marks(t, d), out);
    return DM_OK;
}

dm_str line_fold(const struct lines *lines, struct line *l)
{
    if (l->folded.ptr)
        return l->folded;
    l->folded = (dm_str){"", 0};
    if (l->words > LINE_MAX_WORDS)
        return l->folded;
    const dm_str s = line_text(lines, l);
    char *const folded = dm_alloc(lines->task, s.len + 1);
    if (folded)
        l->folded = fold_trim((dm_str){folded, fold(s, folded)});
    return l->folded;
}
