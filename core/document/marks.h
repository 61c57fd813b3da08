/* How marks follow the text when a batch of changes is applied. */
#ifndef DOCMILL_CORE_MARKS_H
#define DOCMILL_CORE_MARKS_H

#include "core/document/document.h"

/* What one batch does to the marks. */
struct dm_mark_changes {
    const dm_edit_record *text; /* text changes that were made, in order */
    size_t text_count;
    const dm_change *const *changes; /* all other changes, those of metadata among them */
    dm_edit_record *records;         /* [count], for `changes`: before, after, at and to are filled in */
    size_t count;
};

/* The marks of `d` after the changes, in the document's arena.
 * return  false: no memory; the document is untouched either way */
bool dm__marks_apply(const struct dm_doc *d, const struct dm_mark_changes *c, dm_mark **out,
                     size_t *out_count);

#endif
