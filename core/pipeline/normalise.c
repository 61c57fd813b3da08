/* Copy a plugin's table so that every struct in it has today's size: what an older plugin lacks is
 * zero, what a newer one adds is cut.  Nothing behind this needs to know what a plugin was built with. */
#include "core/pipeline/inspect.h"

#include <string.h>

enum { STRUCT_MAX = 4096 }; /* bytes; no table of ours will ever come near */

/* The bytes of a struct up to and with member `m`: the least that a plugin must bring.  These stay as
 * they are when members are added behind. */
#define THROUGH(T, m) (offsetof(T, m) + sizeof(((T *)0)->m))

/* A struct of `size` bytes from one of `had` bytes. */
static void *fit(struct dm_arena *arena, const void *from, size_t had, size_t size)
{
    void *const to = dm__arena_alloc(arena, size, _Alignof(max_align_t));
    if (to != NULL)
        memcpy(to, from, had < size ? had : size);
    return to;
}

static bool size_ok(struct dm_arena *arena, dm_str *problem, const char *what, uint32_t size, size_t least)
{
    if (size >= least && size <= STRUCT_MAX)
        return true;
    return dm__refuse(arena, problem, "bad table: %s has a size of %u bytes, expected %zu to %d", what, size,
                      least, STRUCT_MAX);
}

static bool fit_array(struct dm_arena *arena, dm_array *array, const char *what, size_t least, size_t size,
                      dm_str *problem)
{
    const dm_array from = *array;
    *array = (dm_array){NULL, 0, (uint32_t)size};
    if (from.count == 0)
        return true;
    if (from.items == NULL || from.count > DM_ITEMS_MAX)
        return dm__refuse(arena, problem, "bad table: %u %s%s, at most %d", from.count, what,
                          from.items == NULL ? " at NULL" : "", DM_ITEMS_MAX);
    if (from.stride < least || from.stride > STRUCT_MAX)
        return dm__refuse(arena, problem, "bad table: %s with a stride of %u bytes, expected %zu to %d", what,
                          from.stride, least, STRUCT_MAX);
    char *const items = dm__arena_alloc(arena, from.count * size, _Alignof(max_align_t));
    if (items == NULL)
        return dm__refuse(arena, problem, "out of memory");
    const size_t kept = from.stride < size ? from.stride : size;
    for (size_t i = 0; i < from.count; i++)
        memcpy(items + i * size, (const char *)from.items + i * from.stride, kept);
    *array = (dm_array){items, from.count, (uint32_t)size};
    return true;
}

static dm_stage *fit_stage(struct dm_arena *arena, const dm_stage *raw, dm_str *problem)
{
    if (!size_ok(arena, problem, "a stage", raw->size, THROUGH(dm_stage, ops)))
        return NULL;
    dm_stage *const stage = fit(arena, raw, raw->size, sizeof *stage);
    if (stage == NULL) {
        dm__refuse(arena, problem, "out of memory");
        return NULL;
    }
    stage->size = sizeof *stage;
    if (!fit_array(arena, &stage->options, "options", THROUGH(dm_option, help), sizeof(dm_option), problem) ||
        !fit_array(arena, &stage->rules, "rules", THROUGH(dm_rule, mode), sizeof(dm_rule), problem) ||
        !fit_array(arena, &stage->metrics, "metrics", THROUGH(dm_metric, help), sizeof(dm_metric), problem))
        return NULL;
    return stage;
}

static dm_stage **fit_stages(struct dm_arena *arena, const dm_stage *const *raw, dm_str *problem)
{
    size_t count = 0;
    while (raw != NULL && count <= DM_STAGES_MAX && raw[count] != NULL)
        count++;
    if (count > DM_STAGES_MAX) {
        dm__refuse(arena, problem, "bad table: more than %d stages, or no NULL at their end", DM_STAGES_MAX);
        return NULL;
    }
    dm_stage **const stages = dm__arena_alloc(arena, (count + 1) * sizeof *stages, _Alignof(dm_stage *));
    if (stages == NULL) {
        dm__refuse(arena, problem, "out of memory");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        stages[i] = fit_stage(arena, raw[i], problem);
        if (stages[i] == NULL)
            return NULL;
    }
    return stages;
}

/* The name of a function that a stage cannot do without and has not; NULL: all are there. */
static const char *missing_function(const dm_stage *s)
{
    if (s->kind == DM_EXTRACTOR)
        return s->ops.extractor->extract == NULL ? "extract" : NULL;
    if (s->kind == DM_CLEANER)
        return s->ops.cleaner->clean == NULL ? "clean" : NULL;
    const dm_output_ops *const output = s->ops.output;
    if (output->render == NULL)
        return "render";
    if (output->resume == NULL)
        return "resume";
    if (output->write == NULL)
        return "write";
    return output->commit == NULL ? "commit" : NULL;
}

/* The functions of a stage whose kind was checked. */
static bool fit_ops(struct dm_arena *arena, dm_stage *s, dm_str *problem)
{
    static const struct {
        size_t least, size;
    } ops[] = {
        [DM_EXTRACTOR] = {THROUGH(dm_extractor_ops, extract), sizeof(dm_extractor_ops)},
        [DM_CLEANER] = {THROUGH(dm_cleaner_ops, clean), sizeof(dm_cleaner_ops)},
        [DM_OUTPUT] = {THROUGH(dm_output_ops, commit), sizeof(dm_output_ops)},
    };
    if (s->ops.any == NULL)
        return dm__refuse(arena, problem, "bad table: stage '%s': ops is NULL", s->name);
    const uint32_t had = *(const uint32_t *)s->ops.any;
    if (!size_ok(arena, problem, "a stage's ops", had, ops[s->kind].least))
        return false;
    uint32_t *const copy = fit(arena, s->ops.any, had, ops[s->kind].size);
    if (copy == NULL)
        return dm__refuse(arena, problem, "out of memory");
    *copy = (uint32_t)ops[s->kind].size;
    s->ops.any = copy;
    const char *const missing = missing_function(s);
    return missing == NULL ||
           dm__refuse(arena, problem, "bad table: stage '%s': function %s is missing", s->name, missing);
}

bool dm__plugin_normalise(struct dm_arena *arena, const dm_plugin *raw, dm_plugin *out, dm_str *problem)
{
    *problem = (dm_str){0};
    *out = (dm_plugin){0};
    if (!size_ok(arena, problem, "the plugin", raw->size, THROUGH(dm_plugin, stages)))
        return false;
    if (raw->host_size > sizeof(dm_host))
        return dm__refuse(
            arena, problem,
            "needs host services of docmill ABI 1.%u or newer (host table of %u bytes, this one "
            "has %zu and is 1.%d)",
            raw->abi_minor, raw->host_size, sizeof(dm_host), DM_ABI_MINOR);
    dm_plugin about = {0};
    memcpy(&about, raw, raw->size < sizeof about ? raw->size : sizeof about);
    about.size = sizeof about;
    dm_stage **const stages = fit_stages(arena, about.stages, problem);
    if (stages == NULL)
        return false;
    about.stages = (const dm_stage *const *)stages;
    if (!dm__plugin_check(arena, &about, problem) || !dm__plugin_check_defaults(arena, &about, problem))
        return false;
    for (size_t i = 0; stages[i] != NULL; i++) {
        if (!fit_ops(arena, stages[i], problem))
            return false;
    }
    *out = about;
    return true;
}
