/* The state folder that a command is about, and what is known there. */
#ifndef DOCMILL_CLI_STATE_H
#define DOCMILL_CLI_STATE_H

#include "core/cli/load.h"
#include "core/ledger/ledger.h"
#include "core/text/json.h"

struct dm_state {
    dm_str folder;
    bool has_pipeline; /* the operand was a pipeline file, and `loaded` is it */
    struct dm_loaded loaded;
    struct dm_ledger *ledger; /* for reading */
    struct dm_ledger_generation newest;
};

/* Open the ledger for an operand: a state folder, or a pipeline file, which names one.
 * return  false: the problem was printed; dm__state_close() is owed either way */
bool dm__state_open(const struct dm_cli *cli, const char *operand, struct dm_state *out);
void dm__state_close(struct dm_state *s);

/* Print why the ledger cannot be read.  return  DM_EXIT_FAILED */
int dm__state_fail(const struct dm_cli *cli, const struct dm_state *s);

/* The name of a stage of a generation, "input" for -1; in the program's arena. */
dm_str dm__state_stage(const struct dm_cli *cli, struct dm_state *s, int64_t generation, int64_t position);

/* A moment, in ms since 1970: as people here read it, and for programs (ISO 8601, UTC). */
enum { DM_MOMENT_MAX = 32 };
void dm__moment_text(int64_t ms, char out[DM_MOMENT_MAX]);
void dm__moment_json(struct dm_json *j, const char *key, int64_t ms);

/* Print a finished JSON value on a line of standard output. */
void dm__state_print_json(const struct dm_json *j);

#endif
