/* A table of text with aligned columns. */
#include "core/cli/table.h"

#include <assert.h>
#include <string.h>

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

void dm__table_write(const struct dm_table *t, FILE *to, const struct dm_style *style, unsigned indent)
{
    for (size_t row = 0; row < t->count / t->columns; row++) {
        write_spaces(to, indent);
        fputs(row == 0 ? dm__tone(style, DM_TONE_FAINT) : "", to);
        for (size_t column = 0; column < t->columns; column++)
            write_cell(t, to, row, column);
        fputs(row == 0 ? dm__tone(style, DM_TONE_PLAIN) : "", to);
        fputc('\n', to);
    }
}
