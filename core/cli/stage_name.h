/* Stages by name: "clean-unicode", or "unicode" where only one stage is called so. */
#ifndef DOCMILL_CLI_STAGE_NAME_H
#define DOCMILL_CLI_STAGE_NAME_H

#include "core/cli/log.h"
#include "core/pipeline/pipeline.h"

/* "extractor", "cleaner", "output" */
const char *dm__kind_noun(uint32_t kind);

/* "clean-unicode" */
dm_str dm__stage_full_name(struct dm_arena *arena, const dm_stage *stage);

/* What a stage needs beyond the sandbox, as in `allow: [...]`: "network, exec"; empty: nothing. */
dm_str dm__stage_needs(struct dm_arena *arena, const dm_stage *stage);

/* A usable stage of the registry by its full or its short name.  Prints why there is none.
 * return  stage NULL: not found, or several are called so */
struct dm_stage_ref dm__stage_lookup(struct dm_arena *arena, const struct dm_log *log,
                                     const struct dm_registry *registry, const char *word);

/* The usable plugin that is called `word`, where no stage is.
 * return  NULL: there is none */
const struct dm_plugin_file *dm__plugin_lookup(struct dm_arena *arena, const struct dm_registry *registry,
                                               const char *word);

/* The output stage that is called `word` or, if only one does, starts with it. */
struct dm_stage_ref dm__output_lookup(struct dm_arena *arena, const struct dm_log *log,
                                      const struct dm_registry *registry, const char *word);

/* A step of a pipeline by its full name, its short name or its number (from 1).
 * return  its index, or -1: why was printed, with all names */
int32_t dm__step_lookup(struct dm_arena *arena, const struct dm_log *log, const struct dm_pipeline *p,
                        const char *word);

#endif
