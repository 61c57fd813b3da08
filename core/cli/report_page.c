/* `try --report`: rows of two columns, one for each line of the extracted text.
 *
 * An insertion of several lines stays in the row where it begins, so that both columns keep step with
 * the lines of the extracted text. */
#include "core/cli/report_page.h"

#include <string.h>

#include "core/cli/figure.h"
#include "core/cli/html.h"
#include "core/cli/provenance.h"
#include "core/cli/report_style.h"
#include "core/cli/rune.h"
#include "core/text/str.h"

enum { COLOURS = 6, SHOWN = 160 /* code points of a value in the list */ };

enum piece_kind { KEPT, GONE, NEW, FLAGGED };

struct piece {
    enum piece_kind kind;
    dm_str text;
    const struct dm_stretch *stretch; /* NULL: KEPT */
    size_t id;                        /* of the stretch; 0: it has its anchor elsewhere */
};

/* The row being gathered. */
struct row {
    struct dm_report_page *page;
    struct dm_arena *arena;
    const struct dm_diff *diff;
    struct piece *pieces;
    size_t count, cap, line;
    size_t first_id; /* of this part's stretches */
    bool failed;
};

/* ---- reasons ------------------------------------------------------------------------------------ */

static void write_value(FILE *to, dm_str s)
{
    if (!s.ptr) {
        fputs("nothing", to);
        return;
    }
    size_t at = 0;
    uint32_t rune;
    for (int n = 0; n < SHOWN && at < s.len; n++)
        dm__rune_next(s, &at, &rune);
    fputs("“<bdi>", to);
    dm__html_exact(to, (dm_str){s.ptr, at});
    fprintf(to, "</bdi>%s”", at < s.len ? "…" : "");
}

static void write_rule(FILE *to, const dm_edit_record *r)
{
    dm__html_text(to, r->stage_name);
    fputc('/', to);
    dm__html_text(to, r->rule);
}

static void write_reason(FILE *to, const dm_edit_record *r)
{
    fprintf(to, "<span class=\"c%u\"><b>", r->stage % COLOURS);
    write_rule(to, r);
    fputs("</b></span> ", to);
    if (r->target == DM_CHANGE_META) {
        fputs("<i>metadata</i> ", to);
        dm__html_exact(to, r->key);
        fputs(": ", to);
    } else if (r->target != DM_CHANGE_TEXT) {
        fputs("<i>mark</i> ", to);
    }
    write_value(to, r->before);
    fputs(" → ", to);
    write_value(to, r->after);
    if (r->flags & DM_EDIT_FLAGGED)
        fputs(" <i>only flagged</i>", to);
    if (r->confidence < 1)
        fprintf(to, " <i>confidence %.2f</i>", r->confidence);
    if (r->evidence.len > 0) {
        fputs(" <i>", to);
        dm__html_exact(to, r->evidence);
        fputs("</i>", to);
    }
}

/* ---- rows --------------------------------------------------------------------------------------- */

static size_t item_of(const struct row *row, const dm_edit_record *r)
{
    return row->page->changes + row->page->flagged + (size_t)(r - row->diff->edits) + 1;
}

static void write_changed(const struct row *row, const struct piece *p)
{
    static const char *const tags[] = {[GONE] = "del", [NEW] = "ins", [FLAGGED] = "mark"};
    FILE *to = row->page->to;
    const dm_edit_record *last = p->stretch->last->edit;
    fprintf(to, "<%s class=\"c%u\" tabindex=\"0\"", tags[p->kind], last->stage % COLOURS);
    if (p->id > 0)
        fprintf(to, " id=\"s%zu\"", p->id);
    fputc('>', to);
    if (p->text.len == 0)
        fputs("‸", to);
    else if (p->kind == NEW)
        dm__html_text(to, p->text); /* with its line breaks */
    else
        dm__html_exact(to, p->text);
    fputs("<span class=\"tip\" dir=\"ltr\">", to);
    for (const struct dm_cause *c = p->stretch->first; c; c = c->next) {
        fprintf(to, "<a href=\"#e%zu\">", item_of(row, c->edit));
        write_reason(to, c->edit);
        fputs("</a>", to);
    }
    fprintf(to, "</span></%s>", tags[p->kind]);
}

static void write_column(const struct row *row, const char *name, enum piece_kind without)
{
    FILE *to = row->page->to;
    fprintf(to, "<div class=\"%s\" dir=\"auto\">", name);
    for (size_t i = 0; i < row->count; i++) {
        const struct piece *p = &row->pieces[i];
        if (p->kind == KEPT)
            dm__html_text(to, p->text);
        else if (p->kind != without && !(p->kind == FLAGGED && without == GONE))
            write_changed(row, p);
        else if (p->kind == FLAGGED)
            dm__html_text(to, p->text);
    }
    fputs("</div>", to);
}

static void end_row(struct row *row)
{
    bool edited = false;
    for (size_t i = 0; i < row->count; i++)
        edited = edited || row->pieces[i].kind != KEPT;
    fprintf(row->page->to, "<div class=\"row%s\"><span class=\"n\">%zu</span>", edited ? " edited" : "",
            row->line);
    write_column(row, "old", NEW);
    write_column(row, "new", GONE);
    fputs("</div>\n", row->page->to);
    row->count = 0;
    row->line++;
}

static void add_piece(struct row *row, struct piece piece)
{
    struct piece *pieces = dm__arena_grow(row->arena, row->pieces, row->count, &row->cap, sizeof *pieces);
    if (!pieces) {
        row->failed = true;
        return;
    }
    row->pieces = pieces;
    row->pieces[row->count++] = piece;
}

/* A text that is in the extracted one: each line break ends a row. */
static void add_lines(struct row *row, struct piece piece)
{
    dm_str rest = piece.text;
    while (rest.len > 0 && !row->failed) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        const size_t len = end ? (size_t)(end - rest.ptr) + 1 : rest.len;
        piece.text = (dm_str){rest.ptr, len};
        if (piece.kind == KEPT && end)
            piece.text.len -= len > 1 && end[-1] == '\r' ? 2 : 1;
        add_piece(row, piece);
        piece.id = 0;
        if (end)
            end_row(row);
        rest = (dm_str){rest.ptr + len, rest.len - len};
    }
}

static void add_stretch(struct row *row, const struct dm_stretch *s, size_t id)
{
    const dm_str old = dm__str_slice(row->diff->old, s->old), now = dm__str_slice(row->diff->now, s->now);
    if (!s->made) {
        const struct piece flagged = {FLAGGED, now, s, id};
        if (now.len == 0)
            add_piece(row, flagged);
        else
            add_lines(row, flagged);
        return;
    }
    if (now.len > 0 || old.len == 0)
        add_piece(row, (struct piece){NEW, now, s, old.len > 0 ? 0 : id});
    add_lines(row, (struct piece){GONE, old, s, id});
}

static bool write_rows(struct row *row, const struct dm_stretches *stretches)
{
    size_t at = 0;
    for (size_t i = 0; i < stretches->count && !row->failed; i++) {
        const struct dm_stretch *s = &stretches->items[i];
        add_lines(row, (struct piece){.text = dm__str_slice(row->diff->now, (dm_span){at, s->now.begin})});
        add_stretch(row, s, row->first_id + i);
        at = s->now.end;
    }
    add_lines(row, (struct piece){.text = dm__str_slice(row->diff->now, (dm_span){at, row->diff->now.len})});
    if (row->count > 0)
        end_row(row);
    return !row->failed;
}

/* ---- the list ----------------------------------------------------------------------------------- */

/* The stretch that each change is behind; 0: none, it is no change of the text. */
static size_t *find_anchors(const struct row *row, const struct dm_stretches *stretches)
{
    const size_t size = (row->diff->count + 1) * sizeof(size_t);
    size_t *anchors = dm__arena_alloc(row->arena, size, sizeof(size_t));
    if (!anchors)
        return NULL;
    memset(anchors, 0, size);
    for (size_t i = 0; i < stretches->count; i++) {
        for (const struct dm_cause *c = stretches->items[i].first; c; c = c->next)
            anchors[c->edit - row->diff->edits] = row->first_id + i;
    }
    return anchors;
}

static void write_list(const struct row *row, const size_t *anchors)
{
    FILE *to = row->page->to;
    fputs("<ol class=\"list\">\n", to);
    for (size_t i = 0; i < row->diff->count; i++) {
        const dm_edit_record *r = &row->diff->edits[i];
        fprintf(to, "<li id=\"e%zu\" data-rule=\"", item_of(row, r));
        write_rule(to, r);
        fputs("\">", to);
        if (anchors[i] > 0)
            fprintf(to, "<a href=\"#s%zu\">", anchors[i]);
        write_reason(to, r);
        fprintf(to, "%s</li>\n", anchors[i] > 0 ? "</a>" : "");
    }
    fputs("</ol>\n", to);
}

/* ---- the page ----------------------------------------------------------------------------------- */

void dm__report_page_begin(struct dm_report_page *page, FILE *to, dm_str title)
{
    *page = (struct dm_report_page){.to = to};
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>",
          to);
    dm__html_exact(to, title);
    fprintf(to, " – docmill</title>\n<style>\n%s</style></head>\n<body><h1 dir=\"auto\">", dm__report_css);
    dm__html_exact(to, title);
    fputs("</h1>\n<div class=\"filter\"></div>\n", to);
}

bool dm__report_page_add(struct dm_report_page *page, struct dm_arena *arena, const struct dm_diff *diff,
                         unsigned part)
{
    struct dm_stretches stretches;
    if (!dm__provenance_trace(arena, diff->edits, diff->count, &stretches))
        return false;
    struct row row = {.page = page, .arena = arena, .diff = diff, .line = 1, .first_id = page->stretches + 1};
    const size_t *anchors = find_anchors(&row, &stretches);
    size_t flagged = 0;
    for (size_t i = 0; i < diff->count; i++)
        flagged += (diff->edits[i].flags & DM_EDIT_FLAGGED) != 0;
    const size_t made = diff->count - flagged;
    if (part > 0)
        fprintf(page->to, "<h2>part %u</h2>\n", part);
    fprintf(page->to, "<p class=\"sum\">%s change%s; %s only flagged</p>\n", dm__figure_count(made).text,
            made == 1 ? "" : "s", dm__figure_count(flagged).text);
    fputs("<div class=\"row head\"><span></span><span>extracted</span><span>result</span></div>\n", page->to);
    if (!anchors || !write_rows(&row, &stretches))
        return false;
    write_list(&row, anchors);
    page->stretches += stretches.count;
    page->changes += made;
    page->flagged += flagged;
    return true;
}

void dm__report_page_end(struct dm_report_page *page)
{
    fprintf(page->to, "<script>\n%s</script></body></html>\n", dm__report_script);
}
