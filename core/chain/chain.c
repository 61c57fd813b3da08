/* Running the stages over one document.
 *
 * Two arenas: the document's, which holds the text, marks and records of a part until the part has
 * gone through, and a scratch arena for what a single call allocates. */
#include "core/chain/chain.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/chain/condition.h"
#include "core/chain/task.h"
#include "core/text/str.h"

enum { HEAD_MAX = 4096, NAME_MAX_PART = 4096, OUT_KEEP = 8 * 1024 * 1024 };

/* One opened stage. */
struct link {
    const struct dm_instance *instance;
    struct dm_arena arena; /* what open() allocated */
    bool opened;
};

struct instant {
    uint64_t time, ticks; /* ns; what the processor counts */
};

struct dm_chain {
    const struct dm_pipeline *pipeline;
    struct dm_chain_events events;
    struct link **links; /* [step][instance] */
    struct dm_step_stats *stats;
    struct dm_arena document, scratch;
    struct dm_buffer out;
    uint64_t memory;
    size_t fail_nth;
    uint64_t *spent;     /* [step]: ticks, of the document at work, since it was last accounted for */
    uint64_t step_began; /* in ticks */
    struct instant accounted;
    bool at_work; /* on a document */
    /* the next part's name and cursor outlive the part that asked for it */
    char name[NAME_MAX_PART], cursor[NAME_MAX_PART];
};

/* ---- opening and closing ---------------------------------------------------------------------- */

static bool allocate(struct dm_chain *c)
{
    const size_t n = c->pipeline->step_count;
    c->links = calloc(n, sizeof(struct link *));
    c->stats = calloc(n, sizeof *c->stats);
    c->spent = calloc(n, sizeof *c->spent);
    if (c->links == NULL || c->stats == NULL || c->spent == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct dm_step *const step = &c->pipeline->steps[i];
        const dm_stage *const stage = step->instances[0].stage;
        c->links[i] = calloc(step->instance_count, sizeof **c->links);
        c->stats[i].rules = calloc(stage->rules.count + 1, sizeof(uint64_t));
        c->stats[i].flagged = calloc(stage->rules.count + 1, sizeof(uint64_t));
        c->stats[i].metrics = calloc(dm__step_metrics(step, NULL) + 1, sizeof(uint64_t));
        if (c->links[i] == NULL || c->stats[i].rules == NULL || c->stats[i].flagged == NULL ||
            c->stats[i].metrics == NULL)
            return false;
    }
    return true;
}

static void listen(const struct dm_chain *c, struct dm_call *call, int32_t step,
                   const struct dm_instance *instance)
{
    call->instance = instance;
    call->programs = &c->pipeline->programs;
    call->log = c->events.log;
    call->log_owner = c->events.owner;
    call->step = step;
    call->fail_nth = c->fail_nth;
}

static dm_status open_link(struct dm_chain *c, size_t step, size_t at, struct dm_outcome *why)
{
    assert(c->links != NULL && c->links[step] != NULL);
    struct link *const l = &c->links[step][at];
    l->instance = &c->pipeline->steps[step].instances[at];
    const dm_stage *const stage = l->instance->stage;
    dm__arena_init(&l->arena, 0);
    if (stage->open != NULL) {
        struct dm_call call;
        dm__call_begin(&call, DM_PHASE_OPEN, stage, &l->arena);
        listen(c, &call, (int32_t)step, l->instance);
        if (dm__call_end(&call, stage->open(&call.task, l->instance->state)) != DM_OK) {
            dm__call_outcome(&call, (int32_t)step, why);
            return call.status;
        }
    }
    l->opened = true;
    return DM_OK;
}

struct dm_chain *dm__chain_open(const struct dm_pipeline *p, uint64_t memory,
                                const struct dm_chain_events *events, struct dm_outcome *why)
{
    *why = (struct dm_outcome){.status = DM_ELIMIT, .step = -1, .why = "out of memory"};
    struct dm_chain *const c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->pipeline = p;
    c->events = *events;
    c->memory = memory;
    dm__arena_init(&c->document, memory);
    dm__arena_init(&c->scratch, memory);
    bool ok = allocate(c);
    for (size_t i = 0; ok && i < p->step_count; i++)
        for (size_t k = 0; ok && k < p->steps[i].instance_count; k++)
            ok = open_link(c, i, k, why) == DM_OK;
    if (ok)
        return c;
    dm__chain_close(c);
    return NULL;
}

void dm__chain_close(struct dm_chain *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->pipeline->step_count && c->links != NULL && c->stats != NULL; i++) {
        for (size_t k = 0; c->links[i] != NULL && k < c->pipeline->steps[i].instance_count; k++) {
            struct link *const l = &c->links[i][k];
            if (l->opened && l->instance->stage->close != NULL)
                l->instance->stage->close(l->instance->state);
            dm__arena_fini(&l->arena);
        }
        free(c->links[i]);
        free(c->stats[i].rules);
        free(c->stats[i].flagged);
        free(c->stats[i].metrics);
    }
    free(c->links);
    free(c->stats);
    free(c->spent);
    free(c->out.ptr);
    dm__arena_fini(&c->document);
    dm__arena_fini(&c->scratch);
    free(c);
}

/* ---- one step --------------------------------------------------------------------------------- */

static uint64_t now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

/* What goes on steadily while a document is at work.  Asking the clock fourteen times would take as long as some of the
 * stages do. */
static uint64_t ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    return now();
#endif
}

static struct instant read_clocks(void)
{
    return (struct instant){.time = now(), .ticks = ticks()};
}

/* Share the time that has passed on the document among the steps, by their ticks. */
static void account_document(struct dm_chain *c)
{
    const struct instant then = c->accounted, at = c->accounted = read_clocks();
    const double ns = (double)(at.time - then.time), all = (double)(at.ticks - then.ticks);
    for (size_t i = 0; i < c->pipeline->step_count; i++) {
        c->stats[i].nanoseconds += all > 0 ? (uint64_t)((double)c->spent[i] / all * ns + 0.5) : 0;
        c->spent[i] = 0;
    }
}

static void enter(struct dm_chain *c, int32_t step)
{
    if (c->events.at_step != NULL)
        c->events.at_step(c->events.owner, step);
}

/* The time from the last step's end to this one's is this step's. */
static void account(struct dm_chain *c, size_t step)
{
    const uint64_t t = ticks();
    c->stats[step].calls++;
    c->spent[step] += t - c->step_began;
    c->step_began = t;
}

static dm_str last_name(dm_str path)
{
    const char *const slash = path.len != 0 ? memrchr(path.ptr, '/', path.len) : NULL;
    if (slash == NULL)
        return path;
    const size_t skip = (size_t)(slash - path.ptr) + 1;
    return (dm_str){path.ptr + skip, path.len - skip};
}

/* The surest extractor; the first of equals.  NULL: none takes the input. */
static const struct dm_instance *choose_extractor(const struct dm_step *step, const struct dm_doc *d)
{
    if (step->instance_count == 1 && step->instances[0].stage->ops.extractor->probe == NULL)
        return &step->instances[0];
    const dm_str head = {d->bytes.ptr, d->bytes.len < HEAD_MAX ? d->bytes.len : HEAD_MAX};
    const dm_str name = last_name(d->identity.source);
    const struct dm_instance *best = NULL;
    int32_t sure = 0;
    for (size_t i = 0; i < step->instance_count; i++) {
        const dm_extractor_ops *const ops = step->instances[i].stage->ops.extractor;
        const int32_t s = ops->probe != NULL ? ops->probe(step->instances[i].state, head, name) : 0;
        if (s > sure) {
            sure = s;
            best = &step->instances[i];
        }
    }
    return best;
}

static dm_status run_extractor(struct dm_chain *c, size_t at, struct dm_call *call, struct dm_doc *d)
{
    const struct dm_step *const step = &c->pipeline->steps[at];
    assert(step->instances != NULL);
    const bool is_auto = dm__str_eq(step->name, DM_LIT("extract-auto"));
    const struct dm_instance *const chosen = is_auto ? choose_extractor(step, d) : &step->instances[0];
    if (chosen == NULL) {
        dm__call_begin(call, DM_PHASE_EXTRACT, step->instances[0].stage, &c->scratch);
        return dm__call_fail(call, DM_EDOC,
                             d->bytes.len == 0 ? "empty file" : "no extractor takes this input");
    }
    dm__call_begin(call, DM_PHASE_EXTRACT, chosen->stage, &c->scratch);
    listen(c, call, (int32_t)at, chosen);
    call->doc = d;
    call->metrics = c->stats[at].metrics + dm__step_metrics(step, chosen);
    const dm_status status =
        dm__call_end(call, chosen->stage->ops.extractor->extract(chosen->state, &call->task, d));
    if (status == DM_OK && !dm__doc_sort_marks(d))
        return dm__call_fail(call, DM_ELIMIT, "the document takes more memory than it may");
    return status;
}

static dm_status run_cleaner(struct dm_chain *c, size_t at, struct dm_call *call, struct dm_doc *d)
{
    const struct dm_step *const step = &c->pipeline->steps[at];
    const struct dm_instance *const instance = &step->instances[0];
    struct dm_edit_batch batch;
    dm__edit_begin(&batch, &c->document, (uint32_t)at, step->name, dm__str(instance->file->about.version),
                   instance->stage->rules, instance->modes);
    dm__call_begin(call, DM_PHASE_CLEAN, instance->stage, &c->scratch);
    listen(c, call, (int32_t)at, instance);
    call->doc = d;
    call->batch = &batch;
    call->metrics = c->stats[at].metrics;
    const dm_status status =
        dm__call_end(call, instance->stage->ops.cleaner->clean(instance->state, &call->task, d));
    if (status != DM_OK)
        return status;
    const char *why = NULL;
    const dm_status applied = dm__edit_apply(&batch, d, &why);
    if (applied != DM_OK)
        return dm__call_fail(call, applied, why);
    dm__edit_count(&batch, c->stats[at].rules, c->stats[at].flagged);
    return DM_OK;
}

static dm_status run_output(struct dm_chain *c, size_t at, struct dm_call *call, struct dm_doc *d)
{
    const struct dm_instance *const instance = &c->pipeline->steps[at].instances[0];
    dm__call_begin(call, DM_PHASE_RENDER, instance->stage, &c->scratch);
    listen(c, call, (int32_t)at, instance);
    call->doc = d;
    call->out = &c->out;
    call->out_max = c->memory;
    call->metrics = c->stats[at].metrics;
    c->out.len = 0;
    const dm_status status =
        dm__call_end(call, instance->stage->ops.output->render(instance->state, &call->task, d));
    if (status != DM_OK || c->events.rendered == NULL)
        return status;
    const dm_status taken = c->events.rendered(c->events.owner, (int32_t)at, d,
                                               (dm_str){c->out.ptr != NULL ? c->out.ptr : "", c->out.len});
    return taken == DM_OK ? DM_OK
                          : dm__call_fail(call, taken, "the rendered document could not be passed on");
}

/* ---- a document ------------------------------------------------------------------------------- */

/* Run one part through all steps. */
static void run_part(struct dm_chain *c, struct dm_doc *d, struct dm_outcome *out)
{
    *out = (struct dm_outcome){.status = DM_OK, .step = -1};
    for (size_t i = 0; i < c->pipeline->step_count; i++) {
        const struct dm_step *const step = &c->pipeline->steps[i];
        if (step->when_count != 0 && !dm__condition_holds(step, d))
            continue;
        struct dm_call call;
        enter(c, (int32_t)i);
        const dm_status status = step->kind == DM_EXTRACTOR ? run_extractor(c, i, &call, d)
                                 : step->kind == DM_CLEANER ? run_cleaner(c, i, &call, d)
                                                            : run_output(c, i, &call, d);
        account(c, i);
        dm__arena_reset(&c->scratch);
        if (status != DM_OK) {
            dm__call_outcome(&call, (int32_t)i, out);
            return;
        }
        if (c->events.after_step == NULL)
            continue;
        if (!c->events.after_step(c->events.owner, (int32_t)i, d))
            return;
        c->step_began = ticks(); /* what the owner did is no step's */
    }
}

/* Keep what the next part needs beyond this part's memory. */
static void prepare_next(struct dm_chain *c, const struct dm_doc *d, dm_identity *id)
{
    memcpy(c->name, d->next_name.ptr, d->next_name.len);
    memcpy(c->cursor, d->next_cursor.ptr, d->next_cursor.len);
    id->part_name = (dm_str){c->name, d->next_name.len};
    id->cursor = (dm_str){c->cursor, d->next_cursor.len};
    id->part++;
}

void dm__chain_run(struct dm_chain *c, const dm_identity *identity, dm_str bytes, struct dm_outcome *out)
{
    dm_identity id = *identity;
    bool kept = false, more = true;
    c->accounted = read_clocks();
    c->step_began = c->accounted.ticks;
    c->at_work = true;
    while (more) {
        struct dm_doc d;
        dm__arena_reset(&c->document);
        dm__doc_begin(&d, &c->document, &id, bytes);
        run_part(c, &d, out);
        if (c->events.part != NULL)
            c->events.part(c->events.owner, &d, out->status);
        if (out->status < DM_OK)
            break;
        kept = kept || out->status == DM_OK;
        more = d.more;
        if (more)
            prepare_next(c, &d, &id);
    }
    account_document(c);
    c->at_work = false;
    if (out->status == DM_DROP && kept)
        out->status = DM_OK;
    if (c->out.cap > OUT_KEEP) { /* a large document's room is not the next one's to answer for */
        free(c->out.ptr);
        c->out = (struct dm_buffer){0};
    }
    enter(c, -1);
}

const struct dm_step_stats *dm__chain_stats(struct dm_chain *c)
{
    if (c->at_work)
        account_document(c);
    return c->stats;
}

void dm__chain_stats_reset(struct dm_chain *c)
{
    for (size_t i = 0; i < c->pipeline->step_count; i++) {
        const dm_stage *const stage = c->pipeline->steps[i].instances[0].stage;
        struct dm_step_stats *const s = &c->stats[i];
        s->calls = s->nanoseconds = 0;
        memset(s->rules, 0, stage->rules.count * sizeof *s->rules);
        memset(s->flagged, 0, stage->rules.count * sizeof *s->flagged);
        memset(s->metrics, 0, dm__step_metrics(&c->pipeline->steps[i], NULL) * sizeof *s->metrics);
    }
}

void dm__chain_fail_alloc(struct dm_chain *c, size_t nth)
{
    c->fail_nth = nth;
}
