/* `try --explain`: the texts as rows of slices, and the rows around changes on the screen. */
#include "core/cli/diff.h"

#include <string.h>

#include "core/cli/causes.h"
#include "core/cli/printable.h"
#include "core/cli/provenance.h"
#include "core/cli/rune.h"
#include "core/text/str.h"

enum { CONTEXT_ROWS = 2, GUTTER = 8, NEAR = 40 /* columns of unchanged text kept beside a change */ };

enum slice_kind { KEPT, GONE, NEW, FLAGGED };

struct slice {
    enum slice_kind kind;
    dm_str text;   /* without the line break that ends it */
    bool line_end; /* a line break ended it; shown by a sign unless KEPT */
};

/* One line on the screen: up to a line break of either text. */
struct row {
    size_t first, count; /* slices */
    size_t line;         /* of the extracted text, from 1 */
    bool changed;
    struct dm_cause **causes; /* lists of the stretches that begin here */
    size_t cause_count, cause_cap;
};

struct page {
    struct dm_arena *arena;
    struct slice *slices;
    size_t slice_count, slice_cap;
    struct row *rows;
    size_t row_count, row_cap;
    size_t line;
    bool failed;
};

/* ---- rows --------------------------------------------------------------------------------------- */

static void begin_row(struct page *p)
{
    struct row *rows = dm__arena_grow(p->arena, p->rows, p->row_count, &p->row_cap, sizeof *rows);
    if (!rows) {
        p->failed = true;
        return;
    }
    p->rows = rows;
    p->rows[p->row_count++] = (struct row){.first = p->slice_count, .line = p->line};
}

static void add_slice(struct page *p, enum slice_kind kind, dm_str text, bool line_end)
{
    struct slice *slices = dm__arena_grow(p->arena, p->slices, p->slice_count, &p->slice_cap, sizeof *slices);
    if (!slices || p->failed) {
        p->failed = true;
        return;
    }
    p->slices = slices;
    p->slices[p->slice_count++] = (struct slice){kind, text, line_end};
    struct row *row = &p->rows[p->row_count - 1];
    row->count++;
    row->changed = row->changed || kind != KEPT;
}

static void add_text(struct page *p, enum slice_kind kind, dm_str text)
{
    while (text.len > 0 && !p->failed) {
        const char *end = memchr(text.ptr, '\n', text.len);
        const size_t len = end ? (size_t)(end - text.ptr) : text.len;
        add_slice(p, kind, (dm_str){text.ptr, len}, end != NULL);
        if (!end)
            return;
        p->line += kind != NEW;
        text = (dm_str){end + 1, text.len - len - 1};
        begin_row(p);
    }
}

static void add_causes(struct page *p, struct dm_cause *causes)
{
    struct row *row = &p->rows[p->row_count - 1];
    struct dm_cause **lists =
        dm__arena_grow(p->arena, row->causes, row->cause_count, &row->cause_cap, sizeof(struct dm_cause *));
    if (!lists) {
        p->failed = true;
        return;
    }
    row->causes = lists;
    row->causes[row->cause_count++] = causes;
}

static bool build_page(struct page *p, const struct dm_diff *d, const struct dm_stretches *stretches)
{
    size_t at = 0; /* in the present text */
    p->line = 1;
    begin_row(p);
    for (size_t i = 0; i < stretches->count && !p->failed; i++) {
        const struct dm_stretch *s = &stretches->items[i];
        add_text(p, KEPT, dm__str_slice(d->now, (dm_span){at, s->now.begin}));
        if (p->failed)
            return false;
        add_causes(p, s->first);
        p->rows[p->row_count - 1].changed = true;
        if (s->made)
            add_text(p, GONE, dm__str_slice(d->old, s->old));
        add_text(p, s->made ? NEW : FLAGGED, dm__str_slice(d->now, s->now));
        at = s->now.end;
    }
    add_text(p, KEPT, dm__str_slice(d->now, (dm_span){at, d->now.len}));
    if (p->row_count > 1 && p->rows[p->row_count - 1].count == 0 && !p->rows[p->row_count - 1].changed)
        p->row_count--; /* behind the last line break */
    return !p->failed;
}

/* ---- the screen --------------------------------------------------------------------------------- */

struct screen {
    FILE *to;
    const struct dm_style *style;
    unsigned columns;
};

static bool is_blank(dm_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != ' ')
            return false;
    }
    return true;
}

/* A code point that would not be seen, or not be told from another, is shown by its name. */
static bool needs_name(uint32_t rune, enum slice_kind kind)
{
    if (!dm__rune_visible(rune))
        return true;
    return kind != KEPT && dm__rune_mistakable(rune);
}

static void write_runes(const struct screen *s, dm_str text, enum slice_kind kind)
{
    const bool blank = kind != KEPT && is_blank(text);
    for (size_t at = 0; at < text.len;) {
        const size_t begin = at;
        uint32_t rune;
        if (!dm__rune_next(text, &at, &rune) || needs_name(rune, kind)) {
            char name[DM_RUNE_NAME_MAX];
            dm__rune_name(rune, name);
            fputs(name, s->to);
        } else if (blank) {
            fputs("·", s->to);
        } else {
            fwrite(text.ptr + begin, 1, at - begin, s->to);
        }
    }
}

/* Where the first `columns` of a text end, at a space if one is near. */
static size_t cut_behind(dm_str s, size_t columns)
{
    size_t at = 0, space = 0;
    uint32_t rune;
    while (at < s.len && columns-- > 0) {
        dm__rune_next(s, &at, &rune);
        if (rune == ' ')
            space = at - 1;
    }
    return at < s.len && space > at / 2 ? space : at;
}

/* Where the last `columns` bytes or so begin, behind a space if one is near. */
static size_t cut_before(dm_str s, size_t columns)
{
    if (s.len <= columns)
        return 0;
    size_t at = s.len - columns;
    const char *space = memchr(s.ptr + at, ' ', columns / 2);
    if (space)
        return (size_t)(space - s.ptr) + 1;
    while (at < s.len && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static void write_dots(const struct screen *s)
{
    fprintf(s->to, "%s…%s", dm__tone(s->style, DM_TONE_FAINT), dm__tone(s->style, DM_TONE_PLAIN));
}

/* Unchanged text: of a long piece only what lies next to a change. */
static void write_kept(const struct screen *s, dm_str text, bool change_before, bool change_after)
{
    const size_t most = change_before && change_after   ? 2 * NEAR + 10
                        : change_before || change_after ? NEAR
                                                        : s->columns;
    if (dm__text_width(text) <= most) {
        write_runes(s, text, KEPT);
        return;
    }
    const size_t head = change_before ? cut_behind(text, NEAR) : change_after ? 0 : cut_behind(text, most);
    const size_t tail = change_after ? cut_before(text, NEAR) : text.len;
    write_runes(s, (dm_str){text.ptr, head}, KEPT);
    write_dots(s);
    if (tail < text.len)
        write_runes(s, (dm_str){text.ptr + tail, text.len - tail}, KEPT);
}

static void write_changed(const struct screen *s, const struct slice *slice)
{
    static const struct {
        enum dm_tone tone;
        const char *open, *close;
    } looks[] = {[GONE] = {DM_TONE_GONE, "[-", "-]"},
                 [NEW] = {DM_TONE_NEW, "{+", "+}"},
                 [FLAGGED] = {DM_TONE_WARNING, "[?", "?]"}};
    const bool colour = s->style->colour;
    fputs(colour ? dm__tone(s->style, looks[slice->kind].tone) : looks[slice->kind].open, s->to);
    write_runes(s, slice->text, slice->kind);
    if (slice->line_end)
        fputs("↵", s->to);
    fputs(colour ? dm__tone(s->style, DM_TONE_PLAIN) : looks[slice->kind].close, s->to);
}

/* The CR of a kept CR LF says nothing. */
static dm_str without_return(const struct slice *slice)
{
    dm_str text = slice->text;
    if (slice->line_end && text.len > 0 && text.ptr[text.len - 1] == '\r')
        text.len--;
    return text;
}

static bool is_empty(const struct page *p, const struct row *row)
{
    return !row->changed &&
           (row->count == 0 || (row->count == 1 && without_return(&p->slices[row->first]).len == 0));
}

static void write_row(const struct screen *s, const struct page *p, const struct row *row)
{
    fprintf(s->to, "%s%6zu │%s%s", dm__tone(s->style, DM_TONE_FAINT), row->line,
            dm__tone(s->style, DM_TONE_PLAIN), is_empty(p, row) ? "" : " ");
    for (size_t i = row->first; i < row->first + row->count; i++) {
        const struct slice *slice = &p->slices[i];
        if (slice->kind == KEPT)
            write_kept(s, without_return(slice), i > row->first, i + 1 < row->first + row->count);
        else
            write_changed(s, slice);
    }
    fputc('\n', s->to);
}

/* Whether a change lies within CONTEXT_ROWS of a row. */
static bool is_near_change(const struct page *p, size_t at)
{
    const size_t begin = at > CONTEXT_ROWS ? at - CONTEXT_ROWS : 0;
    for (size_t i = begin; i < p->row_count && i <= at + CONTEXT_ROWS; i++) {
        if (p->rows[i].changed)
            return true;
    }
    return false;
}

/* The changes of rows [begin, end), which stand together. */
static void write_group_causes(const struct screen *s, const struct page *p, struct dm_cause_list *list,
                               size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        for (size_t k = 0; k < p->rows[i].cause_count; k++)
            dm__causes_add(list, p->rows[i].causes[k]);
    }
    dm__causes_write(list, s->to, s->style);
}

static void write_rows(const struct screen *s, const struct page *p, struct dm_cause_list *list)
{
    bool gap = false;
    for (size_t i = 0; i < p->row_count;) {
        if (!is_near_change(p, i)) {
            gap = true;
            i++;
            continue;
        }
        if (gap)
            fprintf(s->to, "%s       ⋮%s\n", dm__tone(s->style, DM_TONE_FAINT),
                    dm__tone(s->style, DM_TONE_PLAIN));
        gap = false;
        size_t end = i;
        do {
            write_row(s, p, &p->rows[end++]);
        } while (p->rows[end - 1].changed && end < p->row_count && p->rows[end].changed);
        write_group_causes(s, p, list, i, end);
        i = end;
    }
}

bool dm__diff_write(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                    const struct dm_diff *diff)
{
    struct dm_stretches stretches;
    struct page page = {.arena = arena};
    struct dm_cause_list list;
    if (!dm__provenance_trace(arena, diff->edits, diff->count, &stretches) ||
        !build_page(&page, diff, &stretches) || !dm__causes_init(&list, arena, diff))
        return false;
    const unsigned least = 2 * NEAR;
    const struct screen screen = {to, style, diff->columns > least + GUTTER ? diff->columns - GUTTER : least};
    dm__causes_summary(&list, to, style);
    if (stretches.count > 0)
        write_rows(&screen, &page, &list);
    dm__causes_others(&list, to, style);
    return true;
}
