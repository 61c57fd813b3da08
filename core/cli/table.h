/* A table of text with aligned columns. */
#ifndef DOCMILL_CLI_TABLE_H
#define DOCMILL_CLI_TABLE_H

#include "core/cli/style.h"
#include "core/document/arena.h"

enum { DM_TABLE_COLUMNS = 10 };

struct dm_table {
    struct dm_arena *arena;
    const char *align; /* a letter for each column: 'l' or 'r' */
    size_t columns;
    size_t widths[DM_TABLE_COLUMNS];
    dm_str *cells; /* the first row is the head */
    size_t count, cap;
};

/* heads  [strlen(align)] the column titles; borrowed */
void dm__table_init(struct dm_table *t, struct dm_arena *arena, const char *align, const char *const *heads);

/* Add the next cell, from left to right; made printable.  A cell that there is no memory for is
 * left out, and dm__table_write() then writes only whole rows. */
void dm__table_cell(struct dm_table *t, dm_str text);
void dm__table_text(struct dm_table *t, const char *text);

/* Write head and rows, two spaces between columns, `indent` before the first; nothing is written
 * behind the last cell of a row, which is broken at spaces where a terminal is too narrow for it. */
void dm__table_write(const struct dm_table *t, FILE *to, const struct dm_style *style, unsigned indent);

#endif
