/* Running the engine and telling of it, for the commands that do. */
#ifndef DOCMILL_CLI_RUN_H
#define DOCMILL_CLI_RUN_H

#include "core/cli/command.h"
#include "core/engine/engine.h"

/* return  exit status */
int dm__run_engine(struct dm_cli *cli, const struct dm_engine_options *options);

#endif
