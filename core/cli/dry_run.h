/* `docmill run --dry-run`: what would be done, and why; nothing is written. */
#ifndef DOCMILL_CLI_DRY_RUN_H
#define DOCMILL_CLI_DRY_RUN_H

#include "core/cli/command.h"
#include "core/engine/engine.h"

/* Print the stages with their options, what would become of each input, and what would be written.
 * With --log json: one object a line, of "kind" stage, input, output and total.
 * return  exit status */
int dm__dry_run(const struct dm_cli *cli, const struct dm_engine_options *options);

#endif
