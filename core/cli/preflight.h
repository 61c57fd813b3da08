/* Open all stages of a pipeline once before anything starts, in a child process: what a stage refuses,
 * and a plugin that crashes, is then known with its place in the file. */
#ifndef DOCMILL_CLI_PREFLIGHT_H
#define DOCMILL_CLI_PREFLIGHT_H

#include "core/cli/load.h"

/* Problems are printed with file, line and column.
 * return  false: a stage refuses its options, crashes, or does not come back within 10 s */
bool dm__preflight(const struct dm_cli *cli, const struct dm_loaded *loaded);

#endif
