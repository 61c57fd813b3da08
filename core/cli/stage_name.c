/* Stages by name: "clean-unicode", or "unicode" where only one stage is called so. */
#include "core/cli/stage_name.h"

#include <stdlib.h>
#include <string.h>

#include "core/cli/printable.h"
#include "core/pipeline/pipeline.h"
#include "core/text/str.h"

const char *dm__kind_noun(uint32_t kind)
{
    return kind == DM_EXTRACTOR ? "extractor" : kind == DM_CLEANER ? "cleaner" : "output";
}

dm_str dm__stage_full_name(struct dm_arena *arena, const dm_stage *stage)
{
    const dm_str name = dm__arena_printf(arena, "%s-%s", dm__kind_verb(stage->kind), stage->name);
    return name.ptr ? name : DM_LIT("?");
}

/* A list of names, for messages. */
static dm_str add_name(struct dm_arena *arena, dm_str list, dm_str name)
{
    const dm_str longer = dm__arena_printf(arena, "%.*s%s%.*s", (int)list.len, list.ptr,
                                           list.len > 0 ? ", " : "", (int)name.len, name.ptr);
    return longer.ptr ? longer : list;
}

dm_str dm__stage_needs(struct dm_arena *arena, const dm_stage *stage)
{
    dm_str list = DM_LIT("");
    for (size_t bit = 0; dm__needs[bit] != NULL; bit++)
        if ((stage->flags & 1U << bit) != 0)
            list = add_name(arena, list, dm__str(dm__needs[bit]));
    return list;
}

/* What a search found: how many, the last of them, and their names. */
struct search {
    struct dm_stage_ref ref;
    size_t count;
    dm_str names;
};

enum match { MATCH_FULL, MATCH_SHORT, MATCH_START };

static bool matches(struct dm_arena *arena, const dm_stage *stage, dm_str word, enum match how)
{
    if (how == MATCH_FULL)
        return dm__str_eq(dm__stage_full_name(arena, stage), word);
    if (how == MATCH_SHORT)
        return dm__str_eq(dm__str(stage->name), word);
    return strncmp(stage->name, word.ptr, word.len) == 0;
}

/* kind  0: any */
static struct search search(struct dm_arena *arena, const struct dm_registry *registry, uint32_t kind,
                            dm_str word, enum match how)
{
    struct search s = {.names = DM_LIT("")};
    for (size_t i = 0; i < registry->count; i++) {
        const struct dm_plugin_file *file = &registry->files[i];
        if (file->problem.len > 0 || file->shadowed)
            continue;
        for (const dm_stage *const *stage = file->about.stages; *stage; stage++) {
            if ((kind != 0 && (*stage)->kind != kind) || !matches(arena, *stage, word, how))
                continue;
            s.ref = (struct dm_stage_ref){file, *stage};
            s.names = add_name(arena, s.names, dm__stage_full_name(arena, *stage));
            s.count++;
        }
    }
    return s;
}

static void say_not_found(struct dm_arena *arena, const struct dm_log *log, const char *what, dm_str word,
                          dm_str names)
{
    const dm_str shown = dm__printable_quoted(arena, word, 60);
    if (names.len == 0)
        dm__log_error(log, "no %s %.*s: none is installed; see docmill plugins --path", what, (int)shown.len,
                      shown.ptr);
    else
        dm__log_error(log, "no %s %.*s; there are: %.*s", what, (int)shown.len, shown.ptr, (int)names.len,
                      names.ptr);
}

static struct dm_stage_ref lookup(struct dm_arena *arena, const struct dm_log *log,
                                  const struct dm_registry *registry, uint32_t kind, dm_str word,
                                  enum match last)
{
    for (enum match how = MATCH_FULL; how <= last; how++) {
        const struct search s = search(arena, registry, kind, word, how);
        if (s.count == 1)
            return s.ref;
        if (s.count > 1) {
            const dm_str shown = dm__printable_quoted(arena, word, 60);
            dm__log_error(log, "%.*s may be any of: %.*s", (int)shown.len, shown.ptr, (int)s.names.len,
                          s.names.ptr);
            return (struct dm_stage_ref){NULL, NULL};
        }
    }
    const struct search all = search(arena, registry, kind, DM_LIT(""), MATCH_START);
    say_not_found(arena, log, kind == DM_OUTPUT ? "output" : "stage", word, all.names);
    return (struct dm_stage_ref){NULL, NULL};
}

struct dm_stage_ref dm__stage_lookup(struct dm_arena *arena, const struct dm_log *log,
                                     const struct dm_registry *registry, const char *word)
{
    return lookup(arena, log, registry, 0, dm__str(word), MATCH_SHORT);
}

const struct dm_plugin_file *dm__plugin_lookup(struct dm_arena *arena, const struct dm_registry *registry,
                                               const char *word)
{
    if (search(arena, registry, 0, dm__str(word), MATCH_FULL).count > 0 ||
        search(arena, registry, 0, dm__str(word), MATCH_SHORT).count > 0)
        return NULL;
    for (size_t i = 0; i < registry->count; i++) {
        const struct dm_plugin_file *file = &registry->files[i];
        if (file->problem.len == 0 && !file->shadowed && strcmp(file->about.name, word) == 0)
            return file;
    }
    return NULL;
}

struct dm_stage_ref dm__output_lookup(struct dm_arena *arena, const struct dm_log *log,
                                      const struct dm_registry *registry, const char *word)
{
    return lookup(arena, log, registry, DM_OUTPUT, dm__str(word), MATCH_START);
}

/* "clean-unicode" without the verb. */
static dm_str short_name(dm_str name)
{
    const char *dash = memchr(name.ptr, '-', name.len);
    if (!dash)
        return name;
    const size_t skip = (size_t)(dash - name.ptr) + 1;
    return (dm_str){name.ptr + skip, name.len - skip};
}

/* "1 extract-auto, 2 clean-unicode" */
static dm_str step_names(struct dm_arena *arena, const struct dm_pipeline *p)
{
    dm_str names = DM_LIT("");
    for (size_t i = 0; i < p->step_count; i++) {
        const dm_str name = p->steps[i].name;
        names = add_name(arena, names, dm__arena_printf(arena, "%zu %.*s", i + 1, (int)name.len, name.ptr));
    }
    return names;
}

/* How many steps are called so; `found` is the first of them. */
static size_t count_steps(const struct dm_pipeline *p, dm_str word, enum match how, int32_t *found)
{
    size_t count = 0;
    for (size_t i = p->step_count; i-- > 0;) {
        const dm_str name = p->steps[i].name;
        if (!dm__str_eq(how == MATCH_FULL ? name : short_name(name), word))
            continue;
        *found = (int32_t)i;
        count++;
    }
    return count;
}

/* A pipeline may use a stage twice; then only its number tells which. */
int32_t dm__step_lookup(struct dm_arena *arena, const struct dm_log *log, const struct dm_pipeline *p,
                        const char *word)
{
    char *end;
    const unsigned long number = strtoul(word, &end, 10);
    if (word[0] >= '1' && word[0] <= '9' && *end == '\0' && number <= p->step_count)
        return (int32_t)number - 1;
    int32_t found = -1;
    size_t count = count_steps(p, dm__str(word), MATCH_FULL, &found);
    if (count == 0)
        count = count_steps(p, dm__str(word), MATCH_SHORT, &found);
    if (count == 1)
        return found;
    const dm_str shown = dm__printable_quoted(arena, dm__str(word), 60);
    const dm_str names = step_names(arena, p);
    if (count > 1)
        dm__log_error(log, "several stages of the pipeline are called %.*s, give its number: %.*s",
                      (int)shown.len, shown.ptr, (int)names.len, names.ptr);
    else
        dm__log_error(log, "the pipeline has no stage %.*s; it has: %.*s", (int)shown.len, shown.ptr,
                      (int)names.len, names.ptr);
    return -1;
}
