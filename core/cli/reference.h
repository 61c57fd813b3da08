/* What a stage declares, as a page: for the terminal, for docs/reference, for programs. */
#ifndef DOCMILL_CLI_REFERENCE_H
#define DOCMILL_CLI_REFERENCE_H

#include "core/cli/style.h"
#include "core/pipeline/plugin.h"
#include "core/text/json.h"

/* For the terminal. */
void dm__reference_text(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                        struct dm_stage_ref ref);

/* The page of docs/reference. */
void dm__reference_markdown(FILE *to, struct dm_arena *arena, struct dm_stage_ref ref);

/* One object. */
void dm__reference_json(struct dm_json *j, struct dm_arena *arena, struct dm_stage_ref ref);

#endif
