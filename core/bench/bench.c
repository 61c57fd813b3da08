/* The chain is the engine's own: what passes here passes there. */
#include "core/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/edit.h"
#include "core/pipeline/programs.h"
#include "core/text/hash.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

struct dm_bench {
    struct dm_arena arena; /* of the instance */
    struct dm_pipeline pipeline;
    struct dm_step steps[2];
    struct dm_instance instance, given;
    struct dm_chain *chain;
    const struct dm_bench_document *document; /* that is being run */
    dm_bench_part_fn *part;
    void *owner;
    dm_str rendered;
};

/* ---- the given document ----------------------------------------------------------------------- */

/* Straight into the document: the service calls that are made to fail are to be those of the stage
 * under test. */
static dm_status give(const void *state, dm_task *t, dm_doc *d)
{
    const struct dm_bench_document *const in = ((const struct dm_bench *)state)->document;
    if (dm__doc_append(d, in->text, (dm_span){0, 0}) != DM_OK)
        return dm_fail(t, DM_EBUG, "the text that is given is not UTF-8");
    for (size_t i = 0; i < in->mark_count; i++) {
        const dm_mark bare = {in->marks[i].kind, in->marks[i].level, in->marks[i].at, DM_LIT("")};
        if (dm__doc_add_mark(d, &bare) != DM_OK)
            return dm_fail(t, DM_EBUG, "mark %zu that is given lies outside the text or splits a code point",
                           i + 1);
        d->marks[i].value = in->marks[i].value; /* unchecked: outputs are to stand any value */
    }
    for (size_t i = 0; i < in->meta_count; i++) {
        char key[256];
        snprintf(key, sizeof key, "%.*s", (int)in->metas[i].key.len, in->metas[i].key.ptr);
        if (dm__doc_set_meta(d, key, in->metas[i].value) != DM_OK)
            return dm_fail(t, DM_EBUG, "the value of '%s' that is given is not UTF-8", key);
    }
    return DM_OK;
}

static const dm_stage given_stage = {
    .size = sizeof(dm_stage),
    .kind = DM_EXTRACTOR,
    .name = "given",
    .summary = "The document that a test gives.",
    .ops.extractor = &(const dm_extractor_ops){.size = sizeof(dm_extractor_ops), .extract = give},
};

/* ---- opening ---------------------------------------------------------------------------------- */

bool dm__bench_load(struct dm_arena *arena, const char *path, struct dm_plugin_file *file)
{
    *file = (struct dm_plugin_file){.path = dm__arena_str(arena, dm__str(path))};
    return dm__plugin_load(arena, file);
}

dm_str dm__bench_stage_name(struct dm_arena *arena, const dm_stage *stage)
{
    return dm__arena_printf(arena, "%s-%s", dm__kind_verb(stage->kind), stage->name);
}

struct dm_stage_ref dm__bench_find(const struct dm_plugin_file *file, dm_str name)
{
    for (const dm_stage *const *s = file->about.stages; *s != NULL; s++) {
        char called[256];
        snprintf(called, sizeof called, "%s-%s", dm__kind_verb((*s)->kind), (*s)->name);
        if (dm__str_eq(name, dm__str(called)))
            return (struct dm_stage_ref){file, *s};
    }
    return (struct dm_stage_ref){file, NULL};
}

static dm_status on_rendered(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    (void)step, (void)d;
    ((struct dm_bench *)owner)->rendered = bytes;
    return DM_OK;
}

static void on_part(void *owner, const dm_doc *d, dm_status status)
{
    struct dm_bench *const b = owner;
    if (b->part != NULL)
        b->part(b->owner, d, status, b->rendered);
    b->rendered = DM_LIT("");
}

static void add_step(struct dm_bench *b, struct dm_instance *instance)
{
    b->steps[b->pipeline.step_count++] = (struct dm_step){
        .kind = instance->stage->kind,
        .name = dm__bench_stage_name(&b->arena, instance->stage),
        .instances = instance,
        .instance_count = 1,
    };
}

/* The first problem of a report as an outcome. */
static void refuse(const struct dm_report *report, struct dm_outcome *why)
{
    const struct dm_problem none = {.message = DM_LIT("refused without a word")};
    const struct dm_problem *const p = report->count != 0 ? &report->items[0] : &none;
    *why = (struct dm_outcome){.status = DM_ECONFIG, .step = -1};
    snprintf(why->why, sizeof why->why, "%.*s", (int)p->message.len, p->message.ptr);
}

struct dm_bench *dm__bench_open(struct dm_stage_ref ref, const struct dm_yaml *with, dm_str file,
                                struct dm_outcome *why)
{
    struct dm_bench *const b = calloc(1, sizeof *b);
    if (b == NULL)
        abort();
    dm__arena_init(&b->arena, 0);
    struct dm_report report;
    dm__report_init(&report, &b->arena);
    if (!dm__instance_make(&b->arena, ref, with, file, &report, &b->instance)) {
        refuse(&report, why);
        dm__bench_close(b);
        return NULL;
    }
    b->pipeline.steps = b->steps;
    b->given = (struct dm_instance){.file = ref.file, .stage = &given_stage, .state = b};
    if (ref.stage->kind != DM_EXTRACTOR)
        add_step(b, &b->given);
    add_step(b, &b->instance);
    b->pipeline.file = file;
    if (!dm__programs_find(&b->arena, &b->pipeline))
        abort();
    b->pipeline.programs.launcher = dm__launcher_fork(&b->pipeline.programs.orders);
    const struct dm_chain_events events = {.owner = b, .rendered = on_rendered, .part = on_part};
    b->chain = dm__chain_open(&b->pipeline, 0, &events, why);
    if (b->chain != NULL)
        return b;
    dm__bench_close(b);
    return NULL;
}

struct dm_bench *dm__bench_open_linked(struct dm_arena *arena, const dm_plugin *plugin, const char *stage,
                                       const char *with, struct dm_outcome *why)
{
    static const dm_str file = {"linked.yaml", 11};
    struct dm_plugin_file *const linked =
        dm__arena_alloc(arena, sizeof *linked, _Alignof(struct dm_plugin_file));
    struct dm_report report;
    dm_str problem;
    if (linked == NULL)
        abort();
    dm__report_init(&report, arena);
    *why = (struct dm_outcome){.status = DM_ECONFIG, .step = -1};
    if (!dm__plugin_normalise(arena, plugin, &linked->about, &problem)) {
        snprintf(why->why, sizeof why->why, "%.*s", (int)problem.len, problem.ptr);
        return NULL;
    }
    linked->loaded = true;
    const struct dm_stage_ref ref = dm__bench_find(linked, dm__str(stage));
    const struct dm_yaml *const options = with != NULL ? dm__yaml_read(&report, file, dm__str(with)) : NULL;
    if (ref.stage != NULL && (with == NULL || options != NULL))
        return dm__bench_open(ref, options, file, why);
    if (ref.stage == NULL)
        snprintf(why->why, sizeof why->why, "the plugin has no stage %s", stage);
    else
        refuse(&report, why);
    return NULL;
}

void dm__bench_close(struct dm_bench *b)
{
    if (b == NULL)
        return;
    dm__chain_close(b->chain);
    dm__launcher_end(b->pipeline.programs.launcher);
    dm__arena_fini(&b->arena);
    free(b);
}

const void *dm__bench_state(const struct dm_bench *b)
{
    return b->instance.state;
}

void dm__bench_fail(struct dm_bench *b, size_t nth)
{
    dm__chain_fail_alloc(b->chain, nth);
}

void dm__bench_run(struct dm_bench *b, const struct dm_bench_document *in, dm_bench_part_fn *part,
                   void *owner, struct dm_outcome *out)
{
    char id[DM_HASH_DIGITS + 1];
    dm__hash_bytes(in->source, id);
    const dm_identity identity = {.size = sizeof identity,
                                  .part = in->part,
                                  .revision = in->revision != 0 ? in->revision : 1,
                                  .id = {id, DM_HASH_DIGITS},
                                  .source = in->source,
                                  .part_name = in->part_name.ptr != NULL ? in->part_name : DM_LIT(""),
                                  .cursor = DM_LIT("")};
    b->document = in;
    b->part = part;
    b->owner = owner;
    b->rendered = DM_LIT("");
    dm__chain_run(b->chain, &identity, in->bytes.ptr != NULL ? in->bytes : DM_LIT(""), out);
}

/* ---- what must hold for every document -------------------------------------------------------- */

static const char *mark_fault(const dm_doc *d)
{
    for (size_t i = 0; i < d->mark_count; i++) {
        const dm_span at = d->marks[i].at;
        if (!dm__doc_span_ok(d, at))
            return "a mark lies outside the text or splits a code point";
        if (i == 0)
            continue;
        const dm_span last = d->marks[i - 1].at;
        if (last.begin > at.begin || (last.begin == at.begin && last.end < at.end))
            return "the marks are out of order";
    }
    return NULL;
}

const char *dm__bench_fault(const dm_doc *d)
{
    if (dm__utf8_check(d->text) != d->text.len)
        return "the text is not valid UTF-8";
    const char *const fault = mark_fault(d);
    if (fault != NULL)
        return fault;
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    const dm_str back = dm__edit_undo(&arena, d->text, d->edits, d->edit_count, 0);
    const bool same = back.ptr != NULL && dm__str_eq(back, d->extracted);
    dm__arena_fini(&arena);
    return same ? NULL : "the text and the edits do not give back what was extracted";
}

const char *dm__bench_kind_name(uint32_t kind)
{
    static const char *const blocks[] = {"paragraph", "title", "heading", "list-item", "quote",
                                         "code",      "table", "row",     "cell",      "caption"};
    if (kind < sizeof blocks / sizeof blocks[0])
        return blocks[kind];
    static const char *const inlines[] = {"link", "protected", "syntax", "language"};
    return kind >= DM_LINK && kind <= DM_LANGUAGE ? inlines[kind - DM_LINK] : NULL;
}
