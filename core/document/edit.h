/* Recorded changes: collect what one cleaner asks for, apply it in one pass, keep the record, and go
 * back from the record to the text that it was made from. */
#ifndef DOCMILL_CORE_EDIT_H
#define DOCMILL_CORE_EDIT_H

#include "core/document/document.h"

/* What a stage's rule is set to in this pipeline. */
struct dm_rule_mode {
    uint32_t mode; /* DM_FIX, DM_FLAG, DM_OFF */
    double threshold;
};

/* The changes of one call of one cleaner, until the call succeeds or fails. */
struct dm_edit_batch {
    struct dm_arena *arena;
    const struct dm_rule_mode *modes; /* [rules.count] */
    dm_array rules;                   /* of dm_rule */
    uint32_t stage;                   /* position in the pipeline */
    dm_str stage_name, version;
    dm_change *items; /* with copies of all that they point to */
    size_t count, cap;
    dm_span *protected_spans; /* merged, in order */
    size_t protected_count;
    bool scanned; /* protected_spans is filled in */
};

/* Start a batch for one call; all pointers are borrowed until apply(), and the two names by the records. */
void dm__edit_begin(struct dm_edit_batch *b, struct dm_arena *arena, uint32_t stage, dm_str stage_name,
                    dm_str version, dm_array rules, const struct dm_rule_mode *modes);

/* Take one change.  See dm_change_doc() in the plugin header.
 * why     out, when it fails: what is wrong, a literal */
dm_status dm__edit_add(struct dm_edit_batch *b, const struct dm_doc *d, const dm_change *c, const char **why);

/* Apply all changes to the document in one pass, move its marks, add to its record.  On error the
 * document is as it was.
 * errors  DM_EBUG: changes overlap; DM_ELIMIT: no memory */
dm_status dm__edit_apply(struct dm_edit_batch *b, struct dm_doc *d, const char **why);

/* Count the changes of a batch by rule: add to made[rule], or to flagged[rule] where a change is only
 * recorded. */
void dm__edit_count(const struct dm_edit_batch *b, uint64_t *made, uint64_t *flagged);

/* Rebuild, from the text after them, the text before all records of one stage or later ones: the
 * text that stage `stage` received (0: the extracted text).
 * return  ptr NULL: no memory, or the records do not fit the text */
dm_str dm__edit_undo(struct dm_arena *arena, dm_str text, const dm_edit_record *records, size_t count,
                     uint32_t stage);

/* Where a position of the text before `edits` (text changes that were made, in order) stands in the
 * text after them.  What is inserted exactly at `at` comes to lie before it if `after_inserted`. */
size_t dm__edit_move(const dm_edit_record *edits, size_t count, size_t at, bool after_inserted);

#endif
