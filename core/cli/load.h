/* What commands start from: the plugins that can be had, and a pipeline file. */
#ifndef DOCMILL_CLI_LOAD_H
#define DOCMILL_CLI_LOAD_H

#include "core/cli/command.h"
#include "core/pipeline/pipeline.h"

/* A pipeline with all that it was read from.  Lives as long as the arena of the program. */
struct dm_loaded {
    struct dm_registry registry;
    struct dm_pipeline_args args;
    dm_str text;
    struct dm_pipeline *pipeline;
};

/* Describe the plugins of the search path.  Problems are printed.
 * return  false: a folder of --plugin-dir cannot be read, or no memory */
bool dm__load_registry(const struct dm_cli *cli, struct dm_registry *out);

/* A stage that is not found may be in a plugin that was left out: say which were, and why. */
void dm__load_mention_left_out(const struct dm_cli *cli, const struct dm_registry *registry);

/* What replaces the inputs of a pipeline file; all zero: they stay. */
struct dm_inputs {
    const struct dm_words *paths; /* NULL or none: no paths do */
    bool elsewhere;               /* they come another way: a list, `try FILE` */
};

/* Read a pipeline file against the plugins.  Problems are printed as a compiler does.
 * return  false: at least one error */
bool dm__load_pipeline(const struct dm_cli *cli, const char *file, const struct dm_inputs *inputs,
                       struct dm_loaded *out);

/* Load the plugins of a pipeline, and `also` (NULL: none), into this process, and read the pipeline
 * again so that its stages can be opened.
 * return  false: problems were printed */
bool dm__load_here(const struct dm_cli *cli, const struct dm_loaded *from, const struct dm_plugin_file *also,
                   struct dm_loaded *out);

#endif
