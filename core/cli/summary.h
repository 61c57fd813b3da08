/* What `docmill run` ends with. */
#ifndef DOCMILL_CLI_SUMMARY_H
#define DOCMILL_CLI_SUMMARY_H

#include "core/cli/command.h"
#include "core/engine/engine.h"

/* Tables for people on standard output, and on standard error why the run stopped early if it did. */
void dm__summary_text(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                      const struct dm_engine_summary *s);

/* The same as one JSON object on a line. */
void dm__summary_json(FILE *to, struct dm_arena *arena, const struct dm_engine_summary *s, int status);

#endif
