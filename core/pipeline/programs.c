/* A command runs in the pipeline file's folder, so that its words mean there what they mean to whoever wrote them. */
#include "core/pipeline/programs.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "core/pipeline/options.h"
#include "core/pipeline/overlap.h"
#include "core/pipeline/reach.h"
#include "core/text/str.h"

static dm_str join(struct dm_arena *arena, dm_str folder, dm_str name)
{
    return dm__arena_printf(arena, "%.*s/%.*s", (int)folder.len, folder.ptr, (int)name.len, name.ptr);
}

bool dm__command_file(struct dm_arena *arena, dm_str folder, const dm_array *words, uint32_t at, dm_str *path)
{
    struct stat st;
    const dm_str word = *DM_AT(dm_str, *words, at);
    *path = (dm_str){NULL, 0};
    const bool has_slash = word.len != 0 && memchr(word.ptr, '/', word.len) != NULL;
    if (word.len == 0 || word.ptr[0] == '-' || (at == 0 && !has_slash))
        return false;
    const dm_str from_here = word.ptr[0] == '/' ? dm__arena_str(arena, word) : join(arena, folder, word);
    if (from_here.ptr == NULL || stat(from_here.ptr, &st) != 0 ||
        !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
        return false;
    *path = dm__path_resolve(arena, from_here);
    return S_ISREG(st.st_mode);
}

static bool add(struct dm_arena *arena, struct dm_sandbox_paths *reads, dm_str path)
{
    return path.ptr != NULL && dm__reach_add(arena, reads, path);
}

/* Of a program with a `/` in its name: its folder, and the environment that it is the python of.  Its name may be a link,
 * which then is what the program goes by. */
static bool add_program(struct dm_arena *arena, dm_str folder, dm_str word, struct dm_sandbox_paths *reads)
{
    struct stat st;
    const dm_str named = word.ptr[0] == '/' ? dm__arena_str(arena, word) : join(arena, folder, word),
                 beside = dm__path_folder(arena, named), above = dm__path_folder(arena, beside),
                 mark = join(arena, above, DM_LIT("pyvenv.cfg"));
    if (mark.ptr == NULL || !add(arena, reads, dm__path_resolve(arena, beside)))
        return false;
    return stat(mark.ptr, &st) != 0 || add(arena, reads, dm__path_resolve(arena, above));
}

/* What the words name; and of the first behind the program that names a file, the script, the folder, where it may have
 * others beside it. */
static bool add_reads(struct dm_arena *arena, dm_str folder, const dm_array *words,
                      struct dm_sandbox_paths *reads)
{
    bool good = true, first = true;
    for (uint32_t i = 0; good && i < words->count; i++) {
        dm_str path;
        const bool is_file = dm__command_file(arena, folder, words, i, &path);
        if (path.ptr == NULL)
            continue;
        good = add(arena, reads, path);
        if (good && i == 0) {
            good = add_program(arena, folder, *DM_AT(dm_str, *words, 0), reads);
        } else if (good && is_file && first) {
            good = add(arena, reads, dm__path_folder(arena, path));
            first = false;
        }
    }
    return good;
}

static bool add_command(struct dm_arena *arena, struct dm_pipeline *p, const struct dm_instance *instance,
                        const dm_option *o)
{
    struct dm_stage_programs *const all = &p->programs;
    const dm_array *const words = dm__command_words(instance, o);
    const dm_str folder = dm__path_folder(arena, p->file);
    const size_t n = all->orders.count;
    if (words->count == 0)
        return true;
    all->orders.items =
        dm__arena_grow(arena, all->orders.items, n, &all->order_cap, sizeof *all->orders.items);
    all->owners = dm__arena_grow(arena, all->owners, n, &all->owner_cap, sizeof *all->owners);
    const char **const list = dm__arena_raw(arena, words->count * sizeof *list);
    if (all->orders.items == NULL || all->owners == NULL || list == NULL || folder.ptr == NULL)
        return false;
    all->owners[n] = (struct dm_program_owner){instance, o->name};
    struct dm_launch_order *const order = &all->orders.items[n];
    *order = (struct dm_launch_order){
        .words = list, .count = words->count, .folder = folder.ptr, .memory = p->run.memory};
    for (uint32_t i = 0; i < words->count; i++)
        if ((list[i] = dm__arena_str(arena, *DM_AT(dm_str, *words, i)).ptr) == NULL)
            return false;
    all->orders.count++;
    return add_reads(arena, folder, words, &order->reads);
}

bool dm__programs_find(struct dm_arena *arena, struct dm_pipeline *p)
{
    bool good = true;
    p->programs = (struct dm_stage_programs){.launcher = NULL};
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].instance_count; k++) {
            const struct dm_instance *const instance = &p->steps[i].instances[k];
            for (uint32_t n = 0; good && n < instance->stage->options.count; n++) {
                const dm_option *const o = DM_AT(dm_option, instance->stage->options, n);
                good = !dm__is_command(o) || add_command(arena, p, instance, o);
            }
        }
    return good;
}

size_t dm__programs_lookup(const struct dm_stage_programs *programs, const struct dm_instance *instance,
                           const char *option)
{
    for (size_t i = 0; i < programs->orders.count; i++)
        if (programs->owners[i].instance == instance && strcmp(programs->owners[i].option, option) == 0)
            return i;
    return SIZE_MAX;
}
