/* What `docmill run` ends with. */
#include "core/cli/summary.h"

#include "core/cli/figure.h"
#include "core/cli/live.h"
#include "core/cli/printable.h"
#include "core/cli/table.h"
#include "core/text/str.h"

static double seconds_of(const struct dm_engine_summary *s)
{
    return (double)s->nanoseconds / 1e9;
}

static double per_second(uint64_t n, const struct dm_engine_summary *s)
{
    return s->nanoseconds == 0 ? 0 : (double)n / seconds_of(s);
}

/* ---- for people --------------------------------------------------------------------------------- */

/* Why this run did what it did, where earlier ones have a say in it. */
static void write_reasons(FILE *to, const struct dm_engine_summary *s)
{
    const struct {
        uint64_t count;
        const char *one, *more;
    } reasons[] = {
        {s->changed, "has changed since it was processed", "have changed since they were processed"},
        {s->outdated, "is new to what the pipeline, its plugins and data files are now",
         "are new to what the pipeline, its plugins and data files are now"},
        {s->failed_before, "failed in an earlier run and is unchanged: see `docmill failures`",
         "failed in an earlier run and are unchanged: see `docmill failures`"},
        {s->left_behind, "of an earlier run was no input, and is not in the rebuilt outputs",
         "of earlier runs were no inputs, and are not in the rebuilt outputs"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].count != 0)
            fprintf(to, "%s %s\n", dm__figure_count(reasons[i].count).text,
                    reasons[i].count == 1 ? reasons[i].one : reasons[i].more);
}

static void write_documents(FILE *to, const struct dm_style *style, const struct dm_engine_summary *s)
{
    const uint64_t total = s->done + s->failed - s->failed_before + s->dropped;
    fprintf(to, "%s%s%s done", dm__tone(style, DM_TONE_STRONG), dm__figure_count(s->done).text,
            dm__tone(style, DM_TONE_PLAIN));
    fprintf(to, ", %s%s failed%s", s->failed ? dm__tone(style, DM_TONE_BAD) : "",
            dm__figure_count(s->failed).text, s->failed ? dm__tone(style, DM_TONE_PLAIN) : "");
    fprintf(to, ", %s dropped, %s pending", dm__figure_count(s->dropped).text,
            dm__figure_count(s->pending).text);
    if (s->unchanged != 0)
        fprintf(to, ", %s unchanged", dm__figure_count(s->unchanged).text);
    fputc('\n', to);
    write_reasons(to, s);
    if (total == 0 && s->unchanged + s->failed_before != 0)
        return;
    fprintf(to, "%s read in %s", dm__figure_bytes((double)s->bytes).text,
            dm__figure_time(s->nanoseconds).text);
    fprintf(to, ": %s documents/s, %s/s with %u worker%s\n", dm__figure_rate(per_second(total, s)).text,
            dm__figure_bytes(per_second(s->bytes, s)).text, s->workers, s->workers == 1 ? "" : "s");
}

static void write_rules(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                        const struct dm_engine_summary *s)
{
    static const char *const heads[] = {"stage", "rule", "made", "flagged"};
    struct dm_table table;
    dm__table_init(&table, arena, "llrr", heads);
    for (size_t i = 0; i < s->rule_count; i++) {
        const struct dm_engine_rule_total *r = &s->rules[i];
        if (r->made == 0 && r->flagged == 0)
            continue;
        dm__table_cell(&table, r->stage);
        dm__table_cell(&table, r->rule);
        dm__table_text(&table, dm__figure_count(r->made).text);
        dm__table_text(&table, dm__figure_count(r->flagged).text);
    }
    if (table.count <= table.columns)
        return;
    fputs("\nedits by rule\n", to);
    dm__table_write(&table, to, style, 2);
}

static void write_metrics(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                          const struct dm_engine_summary *s)
{
    static const char *const heads[] = {"stage", "metric", "unit", "total"};
    struct dm_table table;
    dm__table_init(&table, arena, "lllr", heads);
    for (size_t i = 0; i < s->metric_count; i++) {
        const struct dm_engine_metric_total *m = &s->metrics[i];
        dm__table_cell(&table, m->stage);
        dm__table_cell(&table, m->metric);
        dm__table_cell(&table, m->unit);
        dm__table_text(&table, dm__figure_count(m->n).text);
    }
    if (table.count <= table.columns)
        return;
    fputs("\ncounted by stage\n", to);
    dm__table_write(&table, to, style, 2);
}

static void write_stages(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                         const struct dm_engine_summary *s)
{
    static const char *const heads[] = {"stage", "calls", "total", "mean", "share"};
    struct dm_table table;
    dm__table_init(&table, arena, "lrrrr", heads);
    uint64_t total = 0;
    for (size_t i = 0; i < s->stage_count; i++)
        total += s->stages[i].nanoseconds;
    for (size_t i = 0; i < s->stage_count; i++) {
        const struct dm_engine_stage_total *stage = &s->stages[i];
        if (stage->calls == 0)
            continue;
        dm__table_cell(&table, stage->stage);
        dm__table_text(&table, dm__figure_count(stage->calls).text);
        dm__table_cell(&table, dm__arena_printf(arena, "%.1f ms", (double)stage->nanoseconds / 1e6));
        const double mean = (double)stage->nanoseconds / (double)stage->calls / 1e3;
        dm__table_cell(&table, dm__arena_printf(arena, "%.1f µs", mean));
        dm__table_text(&table, dm__figure_share((double)stage->nanoseconds, (double)total).text);
    }
    if (table.count <= table.columns)
        return;
    fputs("\ntime by stage\n", to);
    dm__table_write(&table, to, style, 2);
}

static void write_path(FILE *to, struct dm_arena *arena, const char *label, dm_str path)
{
    const dm_str shown = dm__printable(arena, path);
    fprintf(to, "%s  %.*s\n", label, (int)shown.len, shown.ptr);
}

static void write_targets(FILE *to, struct dm_arena *arena, const struct dm_engine_summary *s)
{
    if (s->written_count > 0 || s->dead_letters.len > 0)
        fputc('\n', to);
    for (size_t i = 0; i < s->written_count; i++)
        write_path(to, arena, "written     ", s->written[i]);
    if (s->dead_letters.len > 0)
        write_path(to, arena, "dead letters", s->dead_letters);
}

void dm__summary_text(FILE *to, const struct dm_style *style, struct dm_arena *arena,
                      const struct dm_engine_summary *s)
{
    write_documents(to, style, s);
    write_rules(to, style, arena, s);
    write_metrics(to, style, arena, s);
    write_stages(to, style, arena, s);
    write_targets(to, arena, s);
}

/* ---- for programs ------------------------------------------------------------------------------- */

static void json_rules(struct dm_json *j, const struct dm_engine_summary *s)
{
    dm__json_key(j, "rules");
    dm__json_open(j, '[');
    for (size_t i = 0; i < s->rule_count; i++) {
        dm__json_open(j, '{');
        dm__json_key(j, "stage");
        dm__json_str(j, s->rules[i].stage);
        dm__json_key(j, "rule");
        dm__json_str(j, s->rules[i].rule);
        dm__json_key(j, "made");
        dm__json_uint(j, s->rules[i].made);
        dm__json_key(j, "flagged");
        dm__json_uint(j, s->rules[i].flagged);
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
}

static void json_metrics(struct dm_json *j, const struct dm_engine_summary *s)
{
    dm__json_key(j, "metrics");
    dm__json_open(j, '[');
    for (size_t i = 0; i < s->metric_count; i++) {
        dm__json_open(j, '{');
        dm__json_key(j, "stage");
        dm__json_str(j, s->metrics[i].stage);
        dm__json_key(j, "metric");
        dm__json_str(j, s->metrics[i].metric);
        dm__json_key(j, "total");
        dm__json_uint(j, s->metrics[i].n);
        dm__json_key(j, "unit");
        dm__json_str(j, s->metrics[i].unit);
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
}

static void json_stages(struct dm_json *j, const struct dm_engine_summary *s)
{
    dm__json_key(j, "stages");
    dm__json_open(j, '[');
    for (size_t i = 0; i < s->stage_count; i++) {
        dm__json_open(j, '{');
        dm__json_key(j, "stage");
        dm__json_str(j, s->stages[i].stage);
        dm__json_key(j, "calls");
        dm__json_uint(j, s->stages[i].calls);
        dm__json_key(j, "nanoseconds");
        dm__json_uint(j, s->stages[i].nanoseconds);
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
}

static void json_targets(struct dm_json *j, const struct dm_engine_summary *s)
{
    dm__json_key(j, "written");
    dm__json_open(j, '[');
    for (size_t i = 0; i < s->written_count; i++)
        dm__json_str(j, s->written[i]);
    dm__json_close(j, ']');
    dm__json_key(j, "dead_letters");
    if (s->dead_letters.len > 0)
        dm__json_str(j, s->dead_letters);
    else
        dm__json_null(j);
}

void dm__summary_json(FILE *to, struct dm_arena *arena, const struct dm_engine_summary *s, int status)
{
    struct dm_json j;
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {{"found", s->found},
                  {"done", s->done},
                  {"failed", s->failed},
                  {"dropped", s->dropped},
                  {"pending", s->pending},
                  {"unchanged", s->unchanged},
                  {"new", s->fresh},
                  {"changed", s->changed},
                  {"outdated", s->outdated},
                  {"failed_before", s->failed_before},
                  {"left_behind", s->left_behind},
                  {"bytes", s->bytes},
                  {"workers", s->workers}};
    dm__json_init(&j, arena, 0);
    dm__json_open(&j, '{');
    dm__json_key(&j, "status");
    dm__json_int(&j, status);
    dm__json_key(&j, "stopped");
    dm__json_cstr(&j, s->stopped);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dm__json_key(&j, counts[i].key);
        dm__json_uint(&j, counts[i].value);
    }
    dm__json_key(&j, "seconds");
    dm__json_real(&j, seconds_of(s));
    json_rules(&j, s);
    json_metrics(&j, s);
    json_stages(&j, s);
    json_targets(&j, s);
    dm__json_close(&j, '}');
    const dm_str text = dm__json_text(&j);
    if (text.ptr)
        fprintf(to, "%.*s\n", (int)text.len, text.ptr);
}
