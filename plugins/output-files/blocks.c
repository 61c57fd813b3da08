/* Containers (quotes, list items) put a prefix before each line of what they hold.  It is kept twice:
 * as the next line has it, where a list item still shows its bullet, and as all lines after it do. */
#include "blocks.h"
#include "inline.h"

#include <string.h>

enum { DEPTH_MAX = 24, LIST_DEPTH_MAX = 16, PREFIX_MAX = 256, ORDINAL_DIGITS = 9 };

/* What stands before the next block. */
enum gap { GAP_NONE, GAP_TIGHT /* a blank line, unless a list goes on */, GAP_BLANK };

struct blocks {
    struct put *out;
    dm_str text;
    struct marks marks;
    size_t next; /* the first mark that was not looked at */
    struct inline_writer words;
    char now[PREFIX_MAX], later[PREFIX_MAX];
    size_t prefix;
    enum gap gap;
};

/* Where a block stands. */
struct scope {
    uint32_t depth;
    uint32_t list_level; /* of the list item around it; 0: there is none */
};

/* columns[n]: where the text of the last item of depth n began; that is where one of n + 1 starts. */
struct list {
    size_t columns[LIST_DEPTH_MAX + 1];
};

static void write_range(struct blocks *b, dm_span at, struct scope scope);

static const dm_mark *mark_at(const struct blocks *b, size_t i)
{
    return b->marks.items[i];
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* return  what to give to pop() */
static size_t push(struct blocks *b, const char *now, const char *later)
{
    const size_t before = b->prefix, len = strlen(now);
    if (before + len <= PREFIX_MAX) {
        memcpy(b->now + before, now, len);
        memcpy(b->later + before, later, len);
        b->prefix += len;
    }
    b->gap = GAP_NONE;
    return before;
}

static void pop(struct blocks *b, size_t before)
{
    b->prefix = before;
}

static void begin_line(struct blocks *b)
{
    put_bytes(b->out, b->now, b->prefix);
    memcpy(b->now, b->later, b->prefix);
}

static void end_line(struct blocks *b)
{
    put_char(b->out, '\n');
}

static void blank_line(struct blocks *b)
{
    size_t len = b->prefix;
    while (len && b->later[len - 1] == ' ')
        len--;
    put_bytes(b->out, b->later, len);
    end_line(b);
}

static void begin_block(struct blocks *b)
{
    if (b->gap != GAP_NONE)
        blank_line(b);
    b->gap = GAP_NONE;
}

/* ---- blocks of running text ----------------------------------------------------------------- */

static void write_paragraph(struct blocks *b, dm_span at, struct scope scope)
{
    dm_span line;
    bool any = false;
    while (inline_next_line(b->text, &at, &line)) {
        if (line.begin == line.end) {
            b->gap = any ? GAP_BLANK : b->gap;
            continue;
        }
        begin_block(b);
        begin_line(b);
        inline_write(&b->words, line, INLINE_LINE_START);
        end_line(b);
        any = true;
    }
    b->gap = scope.list_level ? GAP_TIGHT : GAP_BLANK;
}

/* All lines in one, with a space between them. */
static void write_joined(struct blocks *b, dm_span at, unsigned flags)
{
    dm_span line;
    bool any = false;
    while (inline_next_line(b->text, &at, &line)) {
        if (line.begin == line.end)
            continue;
        if (any)
            put_char(b->out, ' ');
        inline_write(&b->words, line, flags);
        any = true;
    }
}

static void write_heading(struct blocks *b, dm_span at, uint32_t level)
{
    static const char hashes[] = "###### ";
    enum { DEEPEST = 6 };
    level = level > DEEPEST ? DEEPEST : level;
    begin_block(b);
    begin_line(b);
    put_cstr(b->out, hashes + DEEPEST - level);
    write_joined(b, at, INLINE_HEADING);
    end_line(b);
    b->gap = GAP_BLANK;
}

static void write_caption(struct blocks *b, dm_span at)
{
    begin_block(b);
    begin_line(b);
    put_char(b->out, '*');
    write_joined(b, at, 0);
    put_char(b->out, '*');
    end_line(b);
    b->gap = GAP_BLANK;
}

/* ---- code ----------------------------------------------------------------------------------- */

static void write_fence(struct blocks *b, size_t ticks, dm_str language)
{
    begin_line(b);
    while (ticks--)
        put_char(b->out, '`');
    for (size_t i = 0; i < language.len; i++) /* the first word, as far as it may stand there */
        if ((unsigned char)language.ptr[i] <= ' ' || language.ptr[i] == '`')
            break;
        else
            put_char(b->out, language.ptr[i]);
    end_line(b);
}

static void write_code(struct blocks *b, const dm_mark *m, dm_span at)
{
    enum { SHORTEST = 3 };
    const size_t longest = inline_longest_ticks((dm_str){b->text.ptr + at.begin, at.end - at.begin});
    const size_t ticks = longest < SHORTEST ? SHORTEST : longest + 1;
    dm_span line;
    begin_block(b);
    write_fence(b, ticks, m->value);
    while (inline_next_raw_line(b->text, &at, &line)) {
        if (line.begin == line.end) {
            blank_line(b);
            continue;
        }
        begin_line(b);
        put_bytes(b->out, b->text.ptr + line.begin, line.end - line.begin);
        end_line(b);
    }
    write_fence(b, ticks, (dm_str){NULL, 0});
    b->gap = GAP_BLANK;
}

/* ---- tables --------------------------------------------------------------------------------- */

/* White space and what people draw tables with. */
static bool is_drawing(dm_str text, dm_span at)
{
    for (size_t i = at.begin; i < at.end; i++)
        if (!text.ptr[i] || !strchr(" \t\r\n|+-=:", text.ptr[i]))
            return false;
    return true;
}

/* Goes through the cells of a row, or the rows of a table. */
struct walk {
    dm_span within;
    size_t mark, at; /* the next mark; where the last one that was found ended */
};

static bool next_mark(const struct blocks *b, struct walk *w, uint32_t kind, dm_span *at, uint32_t *level)
{
    for (; w->mark < b->marks.count; w->mark++) {
        const dm_mark *const m = mark_at(b, w->mark);
        if (m->at.begin >= w->within.end)
            break;
        if (m->kind != kind || m->at.begin < w->at || m->at.begin >= m->at.end)
            continue;
        at->begin = m->at.begin;
        at->end = m->at.end < w->within.end ? m->at.end : w->within.end;
        *level = m->level;
        w->at = at->end;
        w->mark++;
        return true;
    }
    return false;
}

/* The next cell of a row.  Text between cells goes to the one behind it, text behind the last is one. */
static bool next_cell(const struct blocks *b, struct walk *w, dm_span *cell, bool *is_head)
{
    const size_t from = w->at;
    uint32_t level = 0;
    dm_span at;
    if (next_mark(b, w, DM_CELL, &at, &level)) {
        const bool nothing = is_drawing(b->text, (dm_span){from, at.begin});
        *cell = (dm_span){nothing ? at.begin : from, at.end};
        *is_head = level == 1;
        return true;
    }
    *cell = (dm_span){from, w->within.end};
    *is_head = false;
    w->at = w->within.end;
    return !is_drawing(b->text, *cell);
}

static struct walk cells_of(const struct walk *rows, dm_span row)
{
    return (struct walk){row, rows->mark, row.begin};
}

static size_t count_columns(const struct blocks *b, struct walk rows, bool *has_head)
{
    size_t columns = 0;
    uint32_t level;
    bool first = true, is_head;
    dm_span row, cell;
    *has_head = false;
    while (next_mark(b, &rows, DM_ROW, &row, &level)) {
        struct walk cells = cells_of(&rows, row);
        bool all_heads = true;
        size_t n = 0;
        for (; next_cell(b, &cells, &cell, &is_head); n++)
            all_heads &= is_head;
        columns = n > columns ? n : columns;
        if (first && n)
            *has_head = all_heads;
        first = first && !n;
    }
    return columns;
}

static void write_row(struct blocks *b, struct walk cells, size_t columns)
{
    dm_span cell;
    bool is_head;
    begin_line(b);
    put_char(b->out, '|');
    while (next_cell(b, &cells, &cell, &is_head)) {
        put_char(b->out, ' ');
        inline_seek(&b->words, cell.begin);
        write_joined(b, cell, INLINE_CELL);
        put_cstr(b->out, " |");
        columns--;
    }
    while (columns--)
        put_cstr(b->out, "  |");
    end_line(b);
}

static void write_line_below_head(struct blocks *b, size_t columns)
{
    begin_line(b);
    put_char(b->out, '|');
    while (columns--)
        put_cstr(b->out, " --- |");
    end_line(b);
}

static void write_rows(struct blocks *b, struct walk rows, size_t columns, bool has_head)
{
    uint32_t level;
    dm_span row;
    begin_block(b);
    if (!has_head) {
        write_row(b, (struct walk){{0, 0}, b->marks.count, 0}, columns);
        write_line_below_head(b, columns);
    }
    while (next_mark(b, &rows, DM_ROW, &row, &level)) {
        if (inline_is_blank(b->text, row))
            continue;
        write_row(b, cells_of(&rows, row), columns);
        if (has_head)
            write_line_below_head(b, columns);
        has_head = false;
    }
    b->gap = GAP_BLANK;
}

/* Text of a table that is in no row, such as a caption. */
static void write_outside_rows(struct blocks *b, dm_span at, size_t first_mark, struct scope scope)
{
    if (is_drawing(b->text, at))
        return;
    inline_seek(&b->words, at.begin);
    b->next = b->words.next > first_mark ? b->words.next : first_mark;
    write_range(b, at, scope);
}

static void write_table(struct blocks *b, dm_span at, struct scope scope)
{
    const size_t first_mark = b->next;
    const struct walk all = {at, first_mark, at.begin};
    struct walk rows = all;
    uint32_t level;
    dm_span row;
    bool has_head;
    const size_t columns = count_columns(b, all, &has_head);
    if (!columns || !next_mark(b, &rows, DM_ROW, &row, &level)) {
        write_range(b, at, scope);
        return;
    }
    write_outside_rows(b, (dm_span){at.begin, row.begin}, first_mark, scope);
    write_rows(b, all, columns, has_head);
    size_t from = row.end;
    while (next_mark(b, &rows, DM_ROW, &row, &level)) {
        write_outside_rows(b, (dm_span){from, row.begin}, first_mark, scope);
        from = row.end;
    }
    write_outside_rows(b, (dm_span){from, at.end}, first_mark, scope);
    inline_seek(&b->words, at.end);
    b->next = b->words.next > first_mark ? b->words.next : first_mark;
}

/* ---- containers ----------------------------------------------------------------------------- */

static void write_quote(struct blocks *b, dm_span at, struct scope scope)
{
    begin_block(b);
    const size_t before = push(b, "> ", "> ");
    write_range(b, at, (struct scope){scope.depth + 1, 0});
    pop(b, before);
    b->gap = GAP_BLANK;
}

static bool is_ordinal(dm_str value)
{
    size_t i = 0;
    while (i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9')
        i++;
    return i && i == value.len && i <= ORDINAL_DIGITS;
}

/* How deep an item stands below the item around it, from 1. */
static uint32_t depth_of(const dm_mark *m, struct scope scope)
{
    const uint32_t depth = m->level > scope.list_level ? m->level - scope.list_level : 1;
    return depth > LIST_DEPTH_MAX ? LIST_DEPTH_MAX : depth;
}

static void write_item(struct blocks *b, const dm_mark *m, dm_span at, struct scope scope, struct list *list)
{
    char now[PREFIX_MAX] = "", later[PREFIX_MAX] = "";
    const uint32_t depth = depth_of(m, scope);
    const size_t column = list->columns[depth - 1];
    const size_t bullet = is_ordinal(m->value) ? m->value.len + 2 : 2;
    memset(now, ' ', column + bullet);
    memset(later, ' ', column + bullet);
    if (bullet > 2)
        memcpy(now + column, m->value.ptr, m->value.len);
    now[column + bullet - 2] = bullet > 2 ? '.' : '-';
    for (size_t d = depth; d <= LIST_DEPTH_MAX; d++)
        list->columns[d] = column + bullet;

    if (b->gap == GAP_TIGHT)
        b->gap = GAP_NONE;
    begin_block(b);
    const size_t before = push(b, now, later);
    write_range(b, at, (struct scope){scope.depth + 1, scope.list_level + depth});
    pop(b, before);
    b->gap = GAP_TIGHT;
}

/* ---- everything ----------------------------------------------------------------------------- */

static bool is_block(uint32_t kind)
{
    return kind <= DM_CAPTION && kind != DM_ROW && kind != DM_CELL;
}

/* Blocks of running text hold no others; what is marked in them is up to inline.c. */
static void skip_marks(struct blocks *b, size_t end)
{
    while (b->next < b->marks.count && mark_at(b, b->next)->at.begin < end)
        b->next++;
}

static bool cover_the_same(const dm_mark *a, const dm_mark *b)
{
    return a->at.begin == b->at.begin && a->at.end == b->at.end;
}

/* Code that is a line of its own in a paragraph stays within the line. */
static bool is_inline_code(const struct blocks *b, const dm_mark *m)
{
    const dm_mark *const next = b->next < b->marks.count ? mark_at(b, b->next) : NULL;
    return next && next->kind == DM_PARAGRAPH && cover_the_same(m, next) &&
           !memchr(b->text.ptr + m->at.begin, '\n', m->at.end - m->at.begin);
}

static void write_block(struct blocks *b, const dm_mark *m, dm_span at, struct scope scope, struct list *list)
{
    uint32_t kind = scope.depth < DEPTH_MAX ? m->kind : (uint32_t)DM_PARAGRAPH;
    if (kind == DM_CODE && is_inline_code(b, m))
        kind = DM_PARAGRAPH;
    if (kind != DM_LIST_ITEM)
        *list = (struct list){{0}};
    switch (kind) {
    case DM_LIST_ITEM:
        write_item(b, m, at, scope, list);
        return;
    case DM_QUOTE:
        write_quote(b, at, scope);
        return;
    case DM_TABLE:
        write_table(b, at, (struct scope){scope.depth + 1, 0});
        return;
    case DM_TITLE:
        write_heading(b, at, 1);
        break;
    case DM_HEADING:
        write_heading(b, at, m->level ? m->level : 2);
        break;
    case DM_CODE:
        write_code(b, m, at);
        break;
    case DM_CAPTION:
        write_caption(b, at);
        break;
    default:
        write_paragraph(b, at, scope);
    }
    skip_marks(b, at.end);
}

static void write_loose(struct blocks *b, dm_span at, struct scope scope, struct list *list)
{
    if (inline_is_blank(b->text, at))
        return;
    *list = (struct list){{0}};
    write_paragraph(b, at, scope);
}

static void write_range(struct blocks *b, dm_span at, struct scope scope)
{
    struct list list = {{0}};
    size_t done = at.begin;
    while (b->next < b->marks.count && mark_at(b, b->next)->at.begin < at.end) {
        const dm_mark *const m = mark_at(b, b->next++);
        const dm_span within = {m->at.begin > done ? m->at.begin : done,
                                m->at.end < at.end ? m->at.end : at.end};
        const bool syntax = m->kind == DM_SYNTAX; /* between blocks: Markdown has its own */
        if ((!is_block(m->kind) && !syntax) || within.begin >= within.end || inline_is_blank(b->text, within))
            continue;
        write_loose(b, (dm_span){done, within.begin}, scope, &list);
        if (!syntax)
            write_block(b, m, within, scope, &list);
        done = within.end;
    }
    write_loose(b, (dm_span){done, at.end}, scope, &list);
}

dm_status blocks_write(struct put *out, dm_str text, dm_array marks)
{
    struct marks ordered = {NULL, 0};
    if (marks.count && !marks_order(out->task, marks, &ordered))
        return DM_ELIMIT;
    struct blocks b = {.out = out, .text = text, .marks = ordered, .words = {out, text, ordered, 0, NULL}};
    write_range(&b, (dm_span){0, text.len}, (struct scope){0, 0});
    return DM_OK;
}
