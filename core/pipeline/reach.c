/* From what a pipeline says to what its processes may touch.  Options know which paths are read and which
 * are written, so nobody has to say it twice. */
#include "core/pipeline/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/pipeline/options.h"
#include "core/pipeline/overlap.h"
#include "core/pipeline/programs.h"
#include "core/text/str.h"

enum { INPUTS_MAX = 256 /* more of them are known by the folder that they have in common */ };

bool dm__reach_add(struct dm_arena *arena, struct dm_sandbox_paths *paths, dm_str path)
{
    const char **const items =
        dm__arena_grow(arena, paths->items, paths->count, &paths->cap, sizeof *paths->items);
    const dm_str copy = dm__arena_str(arena, path);
    if (items == NULL || copy.ptr == NULL)
        return false;
    paths->items = items;
    items[paths->count++] = copy.ptr;
    return true;
}

/* The same once only. */
static bool add_new(struct dm_arena *arena, struct dm_sandbox_paths *paths, dm_str path)
{
    for (size_t i = 0; i < paths->count; i++)
        if (dm__str_eq(dm__str(paths->items[i]), path))
            return true;
    return dm__reach_add(arena, paths, path);
}

uint32_t dm__reach_needs(const struct dm_pipeline *p)
{
    uint32_t needs = 0;
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].instance_count; k++)
            needs |= p->steps[i].instances[k].stage->flags;
    return needs & (DM_NEEDS_NETWORK | DM_NEEDS_EXEC | DM_NEEDS_WRITE);
}

/* ---- what is read ----------------------------------------------------------------------------- */

/* The folder that the file lies in, and the one that it really lies in where its name is a link. */
static bool add_plugin(struct dm_arena *arena, dm_str path, struct dm_sandbox_paths *reads)
{
    const dm_str real = dm__path_resolve(arena, path);
    const dm_str named = dm__path_folder(arena, path),
                 true_one = real.ptr != NULL ? dm__path_folder(arena, real) : real;
    return named.ptr != NULL && true_one.ptr != NULL && add_new(arena, reads, named) &&
           add_new(arena, reads, true_one);
}

/* Where the loader was told to look for libraries. */
static bool add_libraries(struct dm_arena *arena, struct dm_sandbox_paths *reads)
{
    const char *at = getenv("LD_LIBRARY_PATH");
    for (size_t len; at != NULL && *at != '\0'; at += len + (at[len] == ':')) {
        len = strcspn(at, ":");
        if (len != 0 && !dm__reach_add(arena, reads, (dm_str){at, len}))
            return false;
    }
    return true;
}

static dm_str path_of(const struct dm_instance *instance, const dm_option *o)
{
    return *(const dm_str *)(const void *)((const char *)instance->state + o->offset);
}

static bool add_files(struct dm_arena *arena, dm_str folder, const dm_array *words,
                      struct dm_sandbox_paths *out)
{
    bool good = true;
    for (uint32_t i = 0; good && i < words->count; i++) {
        dm_str path;
        if (dm__command_file(arena, folder, words, i, &path))
            good = add_new(arena, out, path);
    }
    return good;
}

/* Data files, and the files of commands: whoever reads the pipeline reads the rules that these declare. */
static bool add_data(struct dm_arena *arena, dm_str folder, const struct dm_instance *instance,
                     struct dm_sandbox_paths *out)
{
    bool good = true;
    for (uint32_t i = 0; good && i < instance->stage->options.count; i++) {
        const dm_option *const o = DM_AT(dm_option, instance->stage->options, i);
        if (o->type == DM_PATH_IN && path_of(instance, o).len != 0)
            good = add_new(arena, out, path_of(instance, o));
        else if (dm__is_command(o))
            good = add_files(arena, folder, dm__command_words(instance, o), out);
    }
    return good;
}

bool dm__reach_data(struct dm_arena *arena, const struct dm_pipeline *p, struct dm_sandbox_paths *out)
{
    const dm_str folder = dm__path_folder(arena, p->file);
    bool good = folder.ptr != NULL;
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].instance_count; k++)
            good = good && add_data(arena, folder, &p->steps[i].instances[k], out);
    return good;
}

/* What all processes of the pipeline read. */
static bool add_reads(struct dm_arena *arena, const struct dm_pipeline *p, struct dm_sandbox_paths *reads)
{
    bool good = add_libraries(arena, reads);
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].instance_count; k++)
            good = good && add_plugin(arena, p->steps[i].instances[k].file->path, reads);
    return good && dm__reach_data(arena, p, reads);
}

/* The deepest folder that all inputs lie in. */
static dm_str common_folder(struct dm_arena *arena, const struct dm_input_settings *input)
{
    dm_str common = {NULL, 0};
    for (size_t i = 0; i < input->path_count; i++) {
        const dm_str path = dm__path_resolve(arena, dm__input_folder(input->paths[i], input));
        if (path.ptr == NULL)
            return path;
        if (i == 0)
            common = dm__path_folder(arena, path);
        while (common.ptr != NULL && !dm__path_is_below(path, common))
            common = dm__path_folder(arena, common);
        if (common.ptr == NULL)
            return common;
    }
    return common;
}

static bool add_inputs(struct dm_arena *arena, const struct dm_input_settings *input,
                       struct dm_sandbox_paths *reads)
{
    if (input->path_count > INPUTS_MAX) {
        const dm_str folder = common_folder(arena, input);
        return folder.ptr != NULL && add_new(arena, reads, folder);
    }
    bool good = true;
    for (size_t i = 0; good && i < input->path_count; i++) {
        const dm_str folder = dm__input_folder(input->paths[i], input);
        good = add_new(arena, reads, folder.len != 0 ? folder : DM_LIT("."));
    }
    return good;
}

/* ---- what is written -------------------------------------------------------------------------- */

/* A target that is a folder is that; any other stands in one, where it may have files beside it until it
 * takes its name. */
static bool add_target(struct dm_arena *arena, dm_str path, struct dm_sandbox_paths *writes)
{
    struct stat st;
    dm_str folder = dm__path_resolve(arena, path);
    if (folder.ptr == NULL)
        return false;
    if (stat(dm__arena_str(arena, folder).ptr, &st) != 0 || !S_ISDIR(st.st_mode))
        folder = dm__path_folder(arena, folder);
    return folder.ptr != NULL && add_new(arena, writes, folder);
}

static bool add_targets(struct dm_arena *arena, const struct dm_instance *instance,
                        struct dm_sandbox_paths *writes)
{
    bool good = true;
    for (uint32_t i = 0; good && i < instance->stage->options.count; i++) {
        const dm_option *const o = DM_AT(dm_option, instance->stage->options, i);
        if (o->type == DM_PATH_OUT && path_of(instance, o).len != 0)
            good = add_target(arena, path_of(instance, o), writes);
    }
    return good;
}

/* The targets of the stages of a kind (0: any) that have all of these needs. */
static bool add_writes(struct dm_arena *arena, const struct dm_pipeline *p, uint32_t kind, uint32_t needs,
                       struct dm_sandbox_paths *writes)
{
    bool good = true;
    for (size_t i = 0; i < p->step_count; i++) {
        const struct dm_step *const step = &p->steps[i];
        for (size_t k = 0; k < step->instance_count && (kind == 0 || step->kind == kind); k++)
            if ((step->instances[k].stage->flags & needs) == needs)
                good = good && add_targets(arena, &step->instances[k], writes);
    }
    return good;
}

/* ---- the sandboxes ---------------------------------------------------------------------------- */

static bool begin(struct dm_arena *arena, const struct dm_pipeline *p, struct dm_sandbox *out)
{
    *out = (struct dm_sandbox){.needs = dm__reach_needs(p)};
    return add_reads(arena, p, &out->reads);
}

bool dm__reach_worker(struct dm_arena *arena, const struct dm_pipeline *p, struct dm_sandbox *out)
{
    return begin(arena, p, out) && add_inputs(arena, &p->input, &out->reads) &&
           ((out->needs & DM_NEEDS_WRITE) == 0 || add_writes(arena, p, 0, DM_NEEDS_WRITE, &out->writes));
}

bool dm__reach_writer(struct dm_arena *arena, const struct dm_pipeline *p, struct dm_sandbox *out)
{
    return begin(arena, p, out) && add_writes(arena, p, DM_OUTPUT, 0, &out->writes);
}

bool dm__reach_plugin(struct dm_arena *arena, const char *path, struct dm_sandbox *out)
{
    *out = (struct dm_sandbox){.needs = 0};
    return add_libraries(arena, &out->reads) && add_plugin(arena, dm__str(path), &out->reads);
}

/* The name of a folder must last as long as what is written into it.  One that is there already may have been
 * made by a run that was killed before it could see to that. */
static void sync_above(char *path, char *slash)
{
    *slash = '\0';
    const int folder = open(slash == path ? "/" : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *slash = '/';
    if (folder < 0)
        return;
    fsync(folder);
    close(folder);
}

static void make_folders(char *path)
{
    for (char *slash = path, *next; slash != NULL; slash = next) {
        next = strchr(slash + 1, '/');
        if (next != NULL)
            *next = '\0';
        const bool is_there = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (next != NULL)
            *next = '/';
        if (is_there)
            sync_above(path, slash);
    }
}

void dm__reach_make(const struct dm_sandbox_paths *writes)
{
    for (size_t i = 0; i < writes->count; i++) {
        char *const path = writes->items[i][0] == '/' ? strdup(writes->items[i]) : NULL;
        if (path != NULL)
            make_folders(path);
        free(path);
    }
}
