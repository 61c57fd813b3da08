/* Counting what was done, and telling of it: events, dead letters, the summary at the end. */
#include <stdlib.h>
#include <string.h>

#include "core/engine/watching.h"
#include "core/text/str.h"

bool dm__totals_init(struct dm_supervisor *s)
{
    const struct dm_pipeline *const p = s->pipeline;
    size_t rules = 0, metrics = 0;
    s->rules_at = calloc(p->step_count + 1, sizeof *s->rules_at);
    s->metrics_at = calloc(p->step_count + 1, sizeof *s->metrics_at);
    for (size_t i = 0; s->rules_at != NULL && s->metrics_at != NULL && i < p->step_count; i++) {
        s->rules_at[i] = rules;
        s->metrics_at[i] = metrics;
        rules += p->steps[i].instances[0].stage->rules.count;
        metrics += dm__step_metrics(&p->steps[i], NULL);
    }
    s->rules = calloc(2 * rules + 1, sizeof *s->rules);
    s->metrics = calloc(metrics + 1, sizeof *s->metrics);
    s->stage_ns = calloc(p->step_count + 1, sizeof *s->stage_ns);
    s->stage_calls = calloc(p->step_count + 1, sizeof *s->stage_calls);
    return s->rules_at != NULL && s->rules != NULL && s->metrics_at != NULL && s->metrics != NULL &&
           s->stage_ns != NULL && s->stage_calls != NULL;
}

void dm__totals_fini(struct dm_supervisor *s)
{
    free(s->rules_at);
    free(s->rules);
    free(s->metrics_at);
    free(s->metrics);
    free(s->stage_ns);
    free(s->stage_calls);
}

static void add_metrics(struct dm_supervisor *s, const struct dm_fate_view *fate)
{
    for (uint32_t i = 0; i < fate->head.metric_len; i++) {
        struct dm_fate_metric c;
        memcpy(&c, fate->metrics + i * sizeof c, sizeof c);
        if (c.step < s->pipeline->step_count &&
            c.metric < dm__step_metrics(&s->pipeline->steps[c.step], NULL))
            s->metrics[s->metrics_at[c.step] + c.metric] += c.n;
    }
}

static void add_counts(struct dm_supervisor *s, const struct dm_fate_view *fate)
{
    for (uint32_t i = 0; i < fate->head.count_len; i++) {
        struct dm_fate_count c;
        memcpy(&c, fate->counts + i * sizeof c, sizeof c);
        if (c.step >= s->pipeline->step_count ||
            c.rule >= s->pipeline->steps[c.step].instances[0].stage->rules.count)
            continue; /* a worker that lost its mind */
        const size_t at = 2 * (s->rules_at[c.step] + c.rule);
        s->rules[at] += c.made;
        s->rules[at + 1] += c.flagged;
    }
    for (uint32_t i = 0; i < fate->head.step_len && i <= s->pipeline->step_count; i++) {
        uint64_t ns;
        memcpy(&ns, fate->steps + i * sizeof ns, sizeof ns);
        s->stage_ns[i] += ns;
        s->stage_calls[i] += ns != 0;
    }
}

void dm__totals_settle(struct dm_supervisor *s, const struct dm_flying *d, const struct dm_fate_view *fate)
{
    const dm_status status = fate->head.status;
    s->progress.bytes += fate->head.bytes;
    s->progress.done += status == DM_OK;
    s->progress.dropped += status == DM_DROP;
    s->progress.failed += status < DM_OK;
    add_counts(s, fate);
    add_metrics(s, fate);
    if (status >= DM_OK && (!s->events->every_document || s->events->document == NULL))
        return;
    struct dm_engine_document told = {.number = d->number,
                                      .source = dm__flying_source(d),
                                      .path = {d->path, d->path_len},
                                      .status = status,
                                      .stage = status < DM_OK ? dm__supervisor_stage(s, fate->head.step)
                                                              : DM_LIT(""),
                                      .why = fate->why,
                                      .attempts = dm__supervisor_attempts(d, status),
                                      .bytes = fate->head.bytes,
                                      .edits = fate->head.edits,
                                      .dead_letter = {"", 0}};
    if (status < DM_OK && s->dead_letters.len != 0)
        told.dead_letter = dm__deadletter_path(&s->scratch, s->dead_letters, told.source);
    if (s->events->document != NULL)
        s->events->document(s->events->owner, &told);
    dm__arena_reset(&s->scratch);
}

/* Inputs that the run will have, as far as is known. */
static uint64_t count_found(const struct dm_supervisor *s, bool *all)
{
    const uint64_t left_alone = s->pasts[DM_PAST_UNCHANGED] + s->pasts[DM_PAST_FAILED];
    const uint64_t limit = s->options->limit,
                   counted = s->counting || s->counted < left_alone ? 0 : s->counted - left_alone;
    const uint64_t found = counted > s->found_count ? counted : s->found_count;
    *all = s->found_all || counted != 0 || (limit != 0 && found >= limit);
    return limit != 0 && found > limit ? limit : found;
}

void dm__totals_progress(struct dm_supervisor *s)
{
    if (s->events->progress == NULL)
        return;
    s->progress.found = count_found(s, &s->progress.found_all);
    s->progress.unchanged = s->pasts[DM_PAST_UNCHANGED] + s->pasts[DM_PAST_FAILED];
    s->progress.watch_ready = s->watching != NULL && s->writer_ready && s->crew_ready && s->watching->warm;
    s->progress.nanoseconds = dm__clock() - s->began;
    s->events->progress(s->events->owner, &s->progress);
}

static void list_rules(struct dm_supervisor *s)
{
    const struct dm_pipeline *const p = s->pipeline;
    size_t count = 0;
    for (size_t i = 0; i < p->step_count; i++)
        count += p->steps[i].instances[0].stage->rules.count;
    struct dm_engine_rule_total *const out = dm__arena_alloc(s->arena, (count + 1) * sizeof *out, 16);
    if (out == NULL)
        return;
    size_t n = 0;
    for (size_t i = 0; i < p->step_count; i++) {
        const dm_array rules = p->steps[i].instances[0].stage->rules;
        for (uint32_t r = 0; r < rules.count && p->steps[i].kind == DM_CLEANER; r++) {
            const uint64_t *const c = &s->rules[2 * (s->rules_at[i] + r)];
            if ((c[0] | c[1]) != 0)
                out[n++] = (struct dm_engine_rule_total){p->steps[i].name,
                                                         dm__str(DM_AT(dm_rule, rules, r)->id), c[0], c[1]};
        }
    }
    s->summary->rules = out;
    s->summary->rule_count = n;
}

/* The extractor that `extract: auto` chose, "extract-text", or the step's name. */
static dm_str name_instance(struct dm_arena *arena, const struct dm_step *step, const struct dm_instance *of)
{
    return step->instance_count == 1
               ? step->name
               : dm__arena_printf(arena, "%s-%s", dm__kind_verb(step->kind), of->stage->name);
}

static void list_metrics(struct dm_supervisor *s)
{
    const struct dm_pipeline *const p = s->pipeline;
    size_t count = 0, n = 0;
    for (size_t i = 0; i < p->step_count; i++)
        count += dm__step_metrics(&p->steps[i], NULL);
    struct dm_engine_metric_total *const out = dm__arena_alloc(s->arena, (count + 1) * sizeof *out, 16);
    for (size_t i = 0; out != NULL && i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].instance_count; k++) {
            const struct dm_instance *const instance = &p->steps[i].instances[k];
            const dm_str name = name_instance(s->arena, &p->steps[i], instance);
            if (name.ptr == NULL)
                return; /* rather than to give a metric another one's number */
            for (uint32_t m = 0; m < instance->stage->metrics.count; m++, n++) {
                const dm_metric *const about = DM_AT(dm_metric, instance->stage->metrics, m);
                out[n] = (struct dm_engine_metric_total){
                    name, dm__str(about->id), about->unit != NULL ? dm__str(about->unit) : DM_LIT(""),
                    s->metrics[n]};
            }
        }
    s->summary->metrics = out;
    s->summary->metric_count = n;
}

static void list_stages(struct dm_supervisor *s)
{
    const size_t count = s->pipeline->step_count + 1;
    struct dm_engine_stage_total *const out = dm__arena_alloc(s->arena, count * sizeof *out, 16);
    for (size_t i = 0; out != NULL && i < count; i++)
        out[i] = (struct dm_engine_stage_total){i == 0 ? DM_LIT("read") : s->pipeline->steps[i - 1].name,
                                                s->stage_calls[i], s->stage_ns[i]};
    s->summary->stages = out;
    s->summary->stage_count = out != NULL ? count : 0;
}

static void list_targets(struct dm_supervisor *s)
{
    dm_str *const out = dm__arena_alloc(s->arena, (s->pipeline->output_count * 4 + 1) * sizeof *out, 16);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < s->pipeline->step_count; i++) {
        const struct dm_instance *const instance = &s->pipeline->steps[i].instances[0];
        const dm_array options = instance->stage->options;
        for (uint32_t k = 0; k < options.count && s->pipeline->steps[i].kind == DM_OUTPUT; k++) {
            const dm_option *const o = DM_AT(dm_option, options, k);
            if (o->type != DM_PATH_OUT || n == s->pipeline->output_count * 4)
                continue;
            dm_str path;
            memcpy(&path, (const char *)instance->state + o->offset, sizeof path);
            if (path.len != 0)
                out[n++] = path;
        }
    }
    s->summary->written = out;
    s->summary->written_count = n;
}

void dm__totals_finish(struct dm_supervisor *s)
{
    struct dm_engine_summary *const m = s->summary;
    m->found =
        s->options->limit != 0 && s->found_count > s->options->limit ? s->options->limit : s->found_count;
    m->done = s->progress.done;
    m->failed = s->progress.failed + s->pasts[DM_PAST_FAILED];
    m->dropped = s->progress.dropped;
    m->pending = m->found - m->done - s->progress.failed - m->dropped;
    m->fresh = s->pasts[DM_PAST_NEW];
    m->changed = s->pasts[DM_PAST_CHANGED];
    m->outdated = s->pasts[DM_PAST_OUTDATED];
    m->unchanged = s->pasts[DM_PAST_UNCHANGED];
    m->failed_before = s->pasts[DM_PAST_FAILED];
    m->bytes = s->progress.bytes;
    m->nanoseconds = dm__clock() - s->began;
    m->workers = s->worker_target;
    m->dead_letters = m->failed != 0 ? s->dead_letters : (dm_str){"", 0};
    list_rules(s);
    list_metrics(s);
    list_stages(s);
    if (s->finished)
        list_targets(s);
}
