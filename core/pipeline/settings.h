/* `input:`, `watch:` and `run:` of a pipeline file. */
#ifndef DOCMILL_CORE_SETTINGS_H
#define DOCMILL_CORE_SETTINGS_H

#include "core/pipeline/options.h"
#include "core/pipeline/pipeline.h"

/* Their keys, of dm_option: for the schema and the reference pages. */
extern const dm_array dm__input_options, dm__watch_options, dm__run_options;

/* node    NULL: absent
 * args    paths replace those of the file
 * return  false: reported */
bool dm__input_read(const struct dm_reader *r, const struct dm_yaml *node,
                    const struct dm_pipeline_args *args, struct dm_input_settings *out);

bool dm__watch_read(const struct dm_reader *r, const struct dm_yaml *node, struct dm_watch_settings *out);

/* file    of the pipeline; the default of the state folder is named after it */
bool dm__run_read(const struct dm_reader *r, const struct dm_yaml *node, dm_str file,
                  struct dm_run_settings *out);

#endif
