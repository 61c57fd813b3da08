/* What the program says on standard error: lines for people or, with --log json, one object a line. */
#ifndef DOCMILL_CLI_LOG_H
#define DOCMILL_CLI_LOG_H

#include "core/cli/style.h"
#include "core/pipeline/report.h"
#include "core/text/json.h"

struct dm_log {
    FILE *to;
    struct dm_style style;
    bool json;
    int32_t least; /* DM_LOG_...: what is less is not shown */
};

/* "docmill: error: ..."; what was printed from files or plugins must have been made printable. */
DM_PRINTF(2, 3)
void dm__log_error(const struct dm_log *log, const char *fmt, ...);
DM_PRINTF(2, 3)
void dm__log_warning(const struct dm_log *log, const char *fmt, ...);
DM_PRINTF(2, 3)
void dm__log_note(const struct dm_log *log, const char *fmt, ...);

/* A line of a stage or of the engine: "warning: a.txt: clean-unicode: ...".  Source and stage may be
 * empty; all three are made printable. */
void dm__log_line(const struct dm_log *log, int32_t level, dm_str source, dm_str stage, dm_str line);

/* The fate of one document for people: "failed: a.txt: extract-text: not text". */
void dm__log_fate(const struct dm_log *log, enum dm_tone tone, const char *fate, dm_str path, dm_str stage,
                  dm_str why);

/* Print the problems of a pipeline file as a compiler does: place, message, the line with a caret, the
 * hint.
 * text  of the file that the places lie in; ptr NULL: no line is shown */
void dm__log_report(const struct dm_log *log, const struct dm_report *report, dm_str text);

/* Begin an event, an object with its time and kind; the caller adds members and ends it. */
void dm__log_begin(struct dm_json *j, struct dm_arena *arena, const char *event);
void dm__log_end(const struct dm_log *log, struct dm_json *j);

/* "debug", "info", "warning", "error" */
const char *dm__log_level(int32_t level);

#endif
