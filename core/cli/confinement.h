/* The sandbox, told to people: what is enforced on this kernel, and what a pipeline reaches in it. */
#ifndef DOCMILL_CLI_CONFINEMENT_H
#define DOCMILL_CLI_CONFINEMENT_H

#include "core/cli/command.h"
#include "core/pipeline/pipeline.h"

/* For people, under the heading "sandbox". */
void dm__confinement_text(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                          const struct dm_pipeline *p);

/* Warn of a kernel that does not filter system calls; with --verbose, mention one without Landlock. */
void dm__confinement_warn(const struct dm_cli *cli);

#endif
