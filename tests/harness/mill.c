#include "tests/harness/mill.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/bench/bench.h"
#include "core/engine/child.h"
#include "core/text/hash.h"
#include "core/text/str.h"

struct mill {
    struct dm_arena arena; /* of all that follows */
    struct dm_registry registry;
    const struct dm_pipeline *pipeline;
    struct dm_chain *chain;
};

static void refuse(struct dm_outcome *why, const struct dm_problem *p)
{
    *why = (struct dm_outcome){.status = DM_ECONFIG, .step = -1};
    snprintf(why->why, sizeof why->why, "line %u: %.*s", p->line, (int)p->message.len, p->message.ptr);
}

static void load_folder(struct mill *m, const char *folder)
{
    glob_t found;
    const dm_str pattern = dm__arena_printf(&m->arena, "%s/*.so", folder);
    if (pattern.ptr == NULL || glob(pattern.ptr, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct dm_registry *const r = &m->registry;
        r->files = dm__arena_grow(&m->arena, r->files, r->count, &r->cap, sizeof *r->files);
        if (r->files == NULL)
            abort();
        if (dm__bench_load(&m->arena, found.gl_pathv[i], &r->files[r->count]))
            r->count++;
    }
    globfree(&found);
}

static bool read_pipeline(struct mill *m, const char *pipeline, struct dm_outcome *why)
{
    struct dm_report report;
    dm__report_init(&report, &m->arena);
    const struct dm_pipeline_args args = {.inputs_elsewhere = true};
    const dm_str text = dm__arena_str(&m->arena, dm__str(pipeline));
    m->pipeline = dm__pipeline_read(&m->registry, DM_LIT("mill.yaml"), text, &args, &report);
    if (m->pipeline == NULL)
        refuse(why, &report.items[0]);
    return m->pipeline != NULL;
}

struct mill *mill_open(const char *pipeline, const struct dm_chain_events *events, struct dm_outcome *why)
{
    struct mill *const m = calloc(1, sizeof *m);
    if (m == NULL)
        abort();
    dm__child_keep_memory();
    dm__arena_init(&m->arena, 0);
    m->registry.arena = &m->arena;
    for (const char **dir = dm__plugin_path(&m->arena, NULL); dir != NULL && *dir != NULL; dir++)
        load_folder(m, *dir);
    if (read_pipeline(m, pipeline, why))
        m->chain = dm__chain_open(m->pipeline, 0, events, why);
    if (m->chain != NULL)
        return m;
    mill_close(m);
    return NULL;
}

void mill_close(struct mill *m)
{
    if (m == NULL)
        return;
    dm__chain_close(m->chain);
    dm__arena_fini(&m->arena);
    free(m);
}

void mill_run(struct mill *m, dm_str source, dm_str bytes, struct dm_outcome *out)
{
    char id[DM_HASH_DIGITS + 1];
    dm__hash_bytes(source, id);
    const dm_identity identity = {.size = sizeof identity,
                                  .revision = 1,
                                  .id = {id, DM_HASH_DIGITS},
                                  .source = source,
                                  .part_name = DM_LIT(""),
                                  .cursor = DM_LIT("")};
    dm__chain_run(m->chain, &identity, bytes, out);
}
