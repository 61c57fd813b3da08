/* `try --explain`: what the stages changed in a text, and why.  Computed from the records of the
 * changes, never by comparing texts, so that each deletion and insertion has its stage and rule. */
#ifndef DOCMILL_CLI_DIFF_H
#define DOCMILL_CLI_DIFF_H

#include "core/cli/style.h"
#include "core/document/arena.h"

struct dm_diff {
    dm_str old, now;             /* the extracted text; the present one */
    const dm_edit_record *edits; /* that lead from the one to the other, in the order made */
    size_t count;
    unsigned columns; /* about how wide lines may become */
};

/* Write the lines with changes, numbered as in the extracted text, two lines around them, and after each
 * group of lines the changes in it:
 *
 *        3 │ The [-min‹U+200B›ister-]{+minister+} said on Monday
 *            clean-unicode/zero-width  "min\u200Bister" -> "minister"
 *
 * With colour, deletions are red and struck through, insertions green, and the markers are left out.
 * Changes of metadata and marks follow.
 * return  false: no memory */
bool dm__diff_write(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                    const struct dm_diff *diff);

#endif
