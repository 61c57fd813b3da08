/* Changes in words: "clean-unicode/zero-width  "a\u200Bb" -> "ab"". */
#ifndef DOCMILL_CLI_CAUSES_H
#define DOCMILL_CLI_CAUSES_H

#include "core/cli/diff.h"
#include "core/cli/provenance.h"

struct dm_cause_list {
    struct dm_arena *arena;
    const struct dm_diff *diff;
    dm_str *received; /* [stages] the text that each stage received; ptr NULL: it changed nothing */
    size_t stages;
    const dm_edit_record **items; /* added since the last write */
    size_t count, cap;
};

/* return  false: no memory */
bool dm__causes_init(struct dm_cause_list *list, struct dm_arena *arena, const struct dm_diff *diff);

/* Add the changes of a stretch. */
void dm__causes_add(struct dm_cause_list *list, const struct dm_cause *causes);

/* Write the changes that were added, a line each, and forget them. */
void dm__causes_write(struct dm_cause_list *list, FILE *to, const struct dm_style *style);

/* "14 changes: clean-unicode 12, clean-quotes 2; 1 only flagged" */
void dm__causes_summary(struct dm_cause_list *list, FILE *to, const struct dm_style *style);

/* Changes of metadata and of marks, which have no place in the text's rows. */
void dm__causes_others(struct dm_cause_list *list, FILE *to, const struct dm_style *style);

#endif
