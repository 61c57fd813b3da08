/* The stages of a pipeline as they were understood: options with their values, rules, conditions, and which
 * extractors `auto` chooses from.  For `run --dry-run` and `check --verbose`. */
#ifndef DOCMILL_CLI_PLAN_H
#define DOCMILL_CLI_PLAN_H

#include "core/cli/style.h"
#include "core/pipeline/pipeline.h"

/* For people, under the heading "stages". */
/* A condition in words: "language is en or de", in the arena.
 * quoted  a regular expression as a text in quotes, shortened */
dm_str dm__plan_condition(struct dm_arena *arena, const struct dm_condition *c, bool quoted);

void dm__plan_text(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                   const struct dm_pipeline *p);

/* One object a line, of the kind "stage". */
void dm__plan_json(FILE *to, struct dm_arena *arena, const struct dm_pipeline *p);

#endif
