/* What `docmill run` says while it runs: failures, lines of stages, and how far it is. */
#ifndef DOCMILL_CLI_LIVE_H
#define DOCMILL_CLI_LIVE_H

#include "core/cli/command.h"
#include "core/cli/progress.h"

struct dm_live {
    const struct dm_log *log;
    struct dm_arena scratch; /* reset after each event */
    struct dm_pace pace;
    struct dm_engine_progress last;
    uint64_t said;  /* nanoseconds of the run at the last plain line or JSON object */
    bool bar;       /* there is one to draw: a terminal, text, not quiet */
    bool bar_shown; /* it stands on the last line now */
};

/* The fields of `events` are set; `live` must stay where it is until dm__live_end(). */
void dm__live_begin(struct dm_live *live, const struct dm_cli *cli, struct dm_engine_events *events);

/* Take the bar away. */
void dm__live_end(struct dm_live *live);

/* "bad document", ...: what a failing status means. */
const char *dm__status_word(dm_status status);

#endif
