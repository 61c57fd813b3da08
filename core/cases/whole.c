#include "core/cases/whole.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/hash.h"
#include "core/text/str.h"

/* ---- plugins ---------------------------------------------------------------------------------- */

static struct dm_plugin_file *load(struct dm_registry *loaded, dm_str path, dm_str *problem)
{
    for (size_t i = 0; i < loaded->count; i++)
        if (dm__str_eq(loaded->files[i].path, path))
            return &loaded->files[i];
    if (loaded->count == loaded->cap) { /* instances point into it, so that it is made once */
        *problem = DM_LIT("more plugins than there were");
        return NULL;
    }
    struct dm_plugin_file *const file = &loaded->files[loaded->count];
    if (!dm__bench_load(loaded->arena, path.ptr, file)) {
        *problem = file->problem;
        return NULL;
    }
    loaded->count++;
    return file;
}

struct dm_stage_ref dm__whole_find_stage(struct dm_arena *arena, const struct dm_registry *known,
                                         struct dm_registry *loaded, dm_str name, dm_str *problem)
{
    const struct dm_stage_ref none = {NULL, NULL};
    for (size_t i = 0; i < known->count; i++) {
        const struct dm_plugin_file *const k = &known->files[i];
        if (k->problem.len != 0 || dm__bench_find(k, name).stage == NULL)
            continue;
        const struct dm_plugin_file *const file = load(loaded, k->path, problem);
        return file != NULL ? dm__bench_find(file, name) : none;
    }
    *problem = dm__arena_printf(arena, "no plugin has a stage '%.*s'", (int)name.len, name.ptr);
    return none;
}

/* ---- pipelines -------------------------------------------------------------------------------- */

struct passage {
    dm_bench_part_fn *part;
    void *owner;
    int32_t step; /* whose bytes are handed on */
    struct dm_arena *arena;
    dm_str rendered;
};

static dm_status on_rendered(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    struct passage *const p = owner;
    (void)d;
    if (step == p->step)
        p->rendered = dm__arena_str(p->arena, bytes); /* the next output renders into the same place */
    return DM_OK;
}

static void on_part(void *owner, const dm_doc *d, dm_status status)
{
    struct passage *const p = owner;
    p->part(p->owner, d, status, p->rendered);
    p->rendered = DM_LIT("");
}

static void tell(struct dm_arena *arena, dm_str file, const struct dm_report *report, dm_str *problem)
{
    const struct dm_problem none = {.message = DM_LIT("refused without a word")};
    const struct dm_problem *p = &none;
    for (size_t i = report->count; i-- > 0;)
        if (!report->items[i].warning)
            p = &report->items[i];
    *problem = dm__arena_printf(arena, "%.*s:%u: %.*s", (int)file.len, file.ptr, p->line, (int)p->message.len,
                                p->message.ptr);
}

/* Read it against what is known, load what it uses, and read it again against that. */
static struct dm_pipeline *read_pipeline(struct dm_arena *arena, const struct dm_registry *known,
                                         struct dm_registry *loaded, dm_str file, dm_str *problem)
{
    const struct dm_pipeline_args args = {.inputs_elsewhere = true};
    struct dm_report report;
    dm_str text;
    dm__report_init(&report, arena);
    const struct dm_pipeline *first = NULL;
    const dm_str name = dm__arena_str(arena, file);
    if (dm__pipeline_slurp(arena, name.ptr, DM_YAML_MAX_BYTES, &text, &report))
        first = dm__pipeline_read(known, name, text, &args, &report);
    for (size_t i = 0; first != NULL && i < first->step_count; i++)
        for (size_t k = 0; k < first->steps[i].instance_count; k++)
            if (load(loaded, first->steps[i].instances[k].file->path, problem) == NULL)
                return NULL;
    struct dm_pipeline *const p =
        first != NULL ? dm__pipeline_read(loaded, name, text, &args, &report) : NULL;
    if (p == NULL)
        tell(arena, file, &report, problem);
    return p;
}

static int32_t find_output(const struct dm_pipeline *p, dm_str name)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (p->steps[i].kind == DM_OUTPUT && (name.ptr == NULL || dm__str_eq(p->steps[i].name, name)))
            return (int32_t)i;
    return -1;
}

bool dm__whole_run(struct dm_arena *arena, const struct dm_registry *known, struct dm_registry *loaded,
                   dm_str file, dm_str output, const struct dm_bench_document *in, dm_bench_part_fn *part,
                   void *owner, struct dm_outcome *out, dm_str *problem)
{
    char id[DM_HASH_DIGITS + 1];
    struct dm_pipeline *const p = read_pipeline(arena, known, loaded, file, problem);
    if (p == NULL)
        return false;
    struct passage passage = {part, owner, find_output(p, output), arena, DM_LIT("")};
    if (passage.step < 0 && output.ptr != NULL) {
        *problem = dm__arena_printf(arena, "the pipeline has no stage '%.*s'", (int)output.len, output.ptr);
        return false;
    }
    const struct dm_chain_events events = {.owner = &passage, .rendered = on_rendered, .part = on_part};
    p->programs.launcher = dm__launcher_fork(&p->programs.orders);
    struct dm_chain *const chain = dm__chain_open(p, p->run.memory, &events, out);
    if (chain == NULL) {
        dm__launcher_end(p->programs.launcher);
        *problem = dm__arena_printf(arena, "%.*s: %s", (int)file.len, file.ptr, out->why);
        return false;
    }
    dm__hash_bytes(in->source, id);
    const dm_identity identity = {.size = sizeof identity,
                                  .revision = 1,
                                  .id = {id, DM_HASH_DIGITS},
                                  .source = in->source,
                                  .part_name = DM_LIT(""),
                                  .cursor = DM_LIT("")};
    dm__chain_run(chain, &identity, in->bytes, out);
    dm__chain_close(chain);
    dm__launcher_end(p->programs.launcher);
    return true;
}
