/* What `docmill run` says while it runs. */
#include "core/cli/live.h"

#include <unistd.h>

#include "core/text/str.h"

enum { LINE_SECONDS = 10, JSON_SECONDS = 1 };

static const char clear_line[] = "\r\033[K";

const char *dm__status_word(dm_status status)
{
    switch (status) {
    case DM_OK:
        return "done";
    case DM_DROP:
        return "dropped";
    case DM_EDOC:
        return "bad document";
    case DM_ERETRY:
        return "out of attempts";
    case DM_ECONFIG:
        return "bad configuration";
    case DM_ELIMIT:
        return "limit exceeded";
    default:
        return "plugin error";
    }
}

/* ---- the bar ------------------------------------------------------------------------------------ */

static void hide_bar(struct dm_live *live)
{
    if (!live->bar_shown)
        return;
    fputs(clear_line, live->log->to);
    live->bar_shown = false;
}

static void draw_bar(struct dm_live *live)
{
    if (!live->bar || live->last.nanoseconds == 0)
        return;
    char line[DM_PROGRESS_MAX];
    /* the last column stays free: some terminals wrap when it is written */
    const unsigned columns = dm__terminal_columns(STDERR_FILENO) - 1;
    dm__progress_bar(line, &live->log->style, &live->last, &live->pace, columns);
    fprintf(live->log->to, "%s%s", clear_line, line);
    fflush(live->log->to);
    live->bar_shown = true;
}

/* ---- documents ---------------------------------------------------------------------------------- */

static void document_json(struct dm_live *live, const struct dm_engine_document *d)
{
    struct dm_json j;
    dm__log_begin(&j, &live->scratch, d->status < 0 ? "failed" : "document");
    dm__json_key(&j, "number");
    dm__json_uint(&j, d->number);
    dm__json_bytes(&j, "source", d->source);
    dm__json_bytes(&j, "path", d->path);
    dm__json_key(&j, "status");
    dm__json_cstr(&j, dm__status_word(d->status));
    if (d->status != DM_OK) {
        dm__json_key(&j, "stage");
        dm__json_str(&j, d->stage);
        dm__json_key(&j, "reason");
        dm__json_str(&j, d->why);
    }
    dm__json_key(&j, "attempts");
    dm__json_uint(&j, d->attempts);
    dm__json_key(&j, "bytes");
    dm__json_uint(&j, d->bytes);
    dm__json_key(&j, "edits");
    dm__json_uint(&j, d->edits);
    if (d->dead_letter.len > 0)
        dm__json_bytes(&j, "dead_letter", d->dead_letter);
    dm__log_end(live->log, &j);
}

static void document_text(struct dm_live *live, const struct dm_engine_document *d)
{
    const bool failed = d->status < 0;
    dm_str why = d->why;
    if (why.len == 0 && d->status != DM_OK)
        why = dm__str(dm__status_word(d->status));
    if (d->attempts > 1)
        why = dm__arena_printf(&live->scratch, "%.*s%s(%u attempts)", (int)why.len, why.ptr,
                               why.len > 0 ? " " : "", d->attempts);
    dm__log_fate(live->log, failed ? DM_TONE_BAD : DM_TONE_FAINT,
                 failed ? "failed" : dm__status_word(d->status), d->path, d->stage, why);
}

static void on_document(void *owner, const struct dm_engine_document *d)
{
    struct dm_live *live = owner;
    if (live->log->json) {
        document_json(live, d);
    } else {
        hide_bar(live); /* the next progress, a tenth of a second away, draws it again */
        document_text(live, d);
    }
    fflush(live->log->to);
    dm__arena_reset(&live->scratch);
}

/* ---- progress and log --------------------------------------------------------------------------- */

static void progress_json(struct dm_live *live)
{
    const struct dm_engine_progress *p = &live->last;
    struct dm_json j;
    dm__log_begin(&j, &live->scratch, "progress");
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {{"done", p->done},
                  {"failed", p->failed},
                  {"dropped", p->dropped},
                  {"found", p->found},
                  {"bytes", p->bytes}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dm__json_key(&j, counts[i].key);
        dm__json_uint(&j, counts[i].value);
    }
    dm__json_key(&j, "found_all");
    dm__json_bool(&j, p->found_all);
    dm__json_key(&j, "seconds");
    dm__json_real(&j, (double)p->nanoseconds / 1e9);
    dm__json_key(&j, "documents_per_second");
    dm__json_real(&j, live->pace.documents);
    dm__json_key(&j, "bytes_per_second");
    dm__json_uint(&j, (uint64_t)(live->pace.bytes + 0.5));
    const uint64_t left = dm__pace_left(&live->pace, p);
    dm__json_key(&j, "seconds_left");
    if (left == UINT64_MAX)
        dm__json_null(&j);
    else
        dm__json_uint(&j, left);
    dm__log_end(live->log, &j);
    dm__arena_reset(&live->scratch);
}

static void on_progress(void *owner, const struct dm_engine_progress *p)
{
    struct dm_live *live = owner;
    dm__pace_update(&live->pace, p);
    live->last = *p;
    if (live->bar) {
        draw_bar(live);
        return;
    }
    const uint64_t interval = (live->log->json ? JSON_SECONDS : LINE_SECONDS) * (uint64_t)1000000000;
    if (p->nanoseconds - live->said < interval || live->log->least > DM_LOG_INFO)
        return;
    live->said = p->nanoseconds;
    if (live->log->json) {
        progress_json(live);
        return;
    }
    char line[DM_PROGRESS_MAX];
    dm__progress_line(line, p, &live->pace);
    dm__log_note(live->log, "%s", line);
}

static void on_log(void *owner, int32_t level, dm_str source, dm_str stage, dm_str line)
{
    struct dm_live *live = owner;
    if (level < live->log->least)
        return;
    hide_bar(live);
    dm__log_line(live->log, level, source, stage, line);
}

void dm__live_begin(struct dm_live *live, const struct dm_cli *cli, struct dm_engine_events *events)
{
    *live = (struct dm_live){.log = &cli->log};
    dm__arena_init(&live->scratch, 0);
    live->bar = cli->log.style.terminal && !cli->log.json && !cli->common.quiet;
    *events = (struct dm_engine_events){.owner = live,
                                        .document = on_document,
                                        .progress = on_progress,
                                        .log = on_log,
                                        .every_document = cli->common.verbose};
}

void dm__live_end(struct dm_live *live)
{
    hide_bar(live);
    fflush(live->log->to);
    dm__arena_fini(&live->scratch);
}
