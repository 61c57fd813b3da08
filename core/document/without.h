/* The text of a document without some of its changes. */
#ifndef DOCMILL_CORE_WITHOUT_H
#define DOCMILL_CORE_WITHOUT_H

#include "core/document/edit.h"

/* Take changes back, and with them the later ones that build on them: those that touch what an undone
 * change had put there.  Changes of metadata and marks, and those that were only recorded, stay out of it.
 *
 * text     that the records lead to
 * records  of all stages, in the order in which they were made, each stage's in text order
 * undo     [count] in: what to take back; out: what was taken back
 * return   ptr NULL: no memory, or the records do not fit the text
 * cost     linear in the text, the records, and the stages times what is undone */
dm_str dm__edit_without(struct dm_arena *arena, dm_str text, const dm_edit_record *records, size_t count,
                        bool *undo);

#endif
