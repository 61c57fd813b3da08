/* A table of text with aligned columns. */
#include "core/cli/table.h"

#include <assert.h>
#include <string.h>

#include "core/cli/help.h"
#include "core/cli/printable.h"
#include "core/cli/rune.h"

void dm__table_init(struct dm_table *t, struct dm_arena *arena, const char *align, const char *const *heads)
{
    assert(strlen(align) <= DM_TABLE_COLUMNS);
    *t = (struct dm_table){.arena = arena, .align = align, .columns = strlen(align)};
    for (size_t i = 0; i < t->columns; i++)
        dm__table_text(t, heads[i]);
}

void dm__table_cell(struct dm_table *t, dm_str text)
{
    const dm_str copy = dm__arena_str(t->arena, dm__printable(t->arena, text));
    dm_str *cells = dm__arena_grow(t->arena, t->cells, t->count, &t->cap, sizeof *cells);
    if (!cells || !copy.ptr)
        return;
    size_t *width = &t->widths[t->count % t->columns];
    const size_t needed = dm__text_width(copy);
    if (needed > *width)
        *width = needed;
    t->cells = cells;
    t->cells[t->count++] = copy;
}

void dm__table_text(struct dm_table *t, const char *text)
{
    dm__table_cell(t, (dm_str){text, strlen(text)});
}

static void write_spaces(FILE *to, size_t count)
{
    fprintf(to, "%*s", (int)count, "");
}

static void write_cell(const struct dm_table *t, FILE *to, size_t row, size_t column)
{
    const dm_str cell = t->cells[row * t->columns + column];
    const size_t space = t->widths[column] - dm__text_width(cell);
    const bool last = column + 1 == t->columns;
    if (t->align[column] == 'r')
        write_spaces(to, space);
    fwrite(cell.ptr, 1, cell.len, to);
    if (t->align[column] == 'l' && !last)
        write_spaces(to, space);
    if (!last)
        fputs("  ", to);
}

/* A cell that ends its row may go on in the next lines where the terminal is too narrow for it. */
static bool wraps(const struct dm_table *t, const struct dm_style *style, size_t column, dm_str cell)
{
    enum { LEAST = 24 };
    return style->terminal && t->align[t->columns - 1] == 'l' && column + LEAST <= style->columns &&
           column + dm__text_width(cell) > style->columns;
}

static void write_row(const struct dm_table *t, FILE *to, const struct dm_style *style, size_t row,
                      unsigned indent)
{
    size_t at = indent;
    write_spaces(to, indent);
    fputs(row == 0 ? dm__tone(style, DM_TONE_FAINT) : "", to);
    for (size_t column = 0; column + 1 < t->columns; column++) {
        write_cell(t, to, row, column);
        at += t->widths[column] + 2;
    }
    const dm_str last = t->cells[row * t->columns + t->columns - 1];
    if (row > 0 && wraps(t, style, at, last)) {
        dm__help_wrap(to, last.ptr, (unsigned)at, (unsigned)at, style->columns);
        return;
    }
    write_cell(t, to, row, t->columns - 1);
    fprintf(to, "%s\n", row == 0 ? dm__tone(style, DM_TONE_PLAIN) : "");
}

void dm__table_write(const struct dm_table *t, FILE *to, const struct dm_style *style, unsigned indent)
{
    for (size_t row = 0; row < t->count / t->columns; row++)
        write_row(t, to, style, row, indent);
}
