/* The registry: all plugins of the search path with what they declare, and, in a worker, the few of
 * them that a pipeline uses, loaded. */
#include "core/pipeline/inspect.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/text/str.h"

enum { DESCRIBE_TIMEOUT_MS = 10000 };

const char *dm__kind_verb(uint32_t kind)
{
    switch (kind) {
    case DM_EXTRACTOR:
        return "extract";
    case DM_CLEANER:
        return "clean";
    case DM_OUTPUT:
        return "output";
    default:
        return "?";
    }
}

struct dm_stage_ref dm__registry_find(const struct dm_registry *r, uint32_t kind, dm_str name)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct dm_plugin_file *const file = &r->files[i];
        if (file->problem.len > 0)
            continue;
        for (const dm_stage *const *s = file->about.stages; *s != NULL; s++) {
            if ((*s)->kind == kind && dm__str_eq(dm__str((*s)->name), name))
                return (struct dm_stage_ref){file, *s};
        }
    }
    return (struct dm_stage_ref){NULL, NULL};
}

static struct dm_plugin_file *add_file(struct dm_registry *r, const struct dm_plugin_file *file)
{
    struct dm_plugin_file *const files =
        dm__arena_grow(r->arena, r->files, r->count, &r->cap, sizeof *r->files);
    if (files == NULL)
        return NULL;
    r->files = files;
    files[r->count] = *file;
    return &files[r->count++];
}

/* ---- scanning ------------------------------------------------------------------------------- */

struct scan {
    struct dm_registry *registry;
    struct dm_report *report;
    const char *cache; /* folder; NULL: none */
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_plugin_name(const char *name)
{
    const size_t len = strlen(name);
    return name[0] != '.' && len > 3 && strcmp(name + len - 3, ".so") == 0;
}

/* The *.so of a folder in bytewise order.
 * return  NULL: errno says why */
static const char **list_folder(struct dm_arena *arena, const char *folder, size_t *count)
{
    DIR *const dir = opendir(folder);
    if (dir == NULL)
        return NULL;
    size_t cap = 0;
    const char **names = dm__arena_grow(arena, NULL, *count = 0, &cap, sizeof *names);
    for (const struct dirent *entry; names != NULL && (entry = readdir(dir)) != NULL;) {
        if (!is_plugin_name(entry->d_name))
            continue;
        const char **const grown = dm__arena_grow(arena, names, *count, &cap, sizeof *names);
        const char *const name = dm__arena_str(arena, dm__str(entry->d_name)).ptr;
        names = name != NULL ? grown : NULL;
        if (names != NULL)
            names[(*count)++] = name;
    }
    closedir(dir);
    if (names == NULL)
        errno = ENOMEM;
    else
        qsort(names, *count, sizeof *names, compare_names);
    return names;
}

/* From the cache, or from the plugin's own child process. */
static void describe(const struct scan *scan, struct dm_plugin_file *file)
{
    struct dm_arena *const arena = scan->registry->arena;
    if (!dm__plugin_hash(arena, file->path.ptr, &file->hash, &file->problem))
        return;
    if (scan->cache != NULL) {
        const dm_str kept = dm__cache_read(arena, scan->cache, file->hash);
        if (kept.len > 0 && dm__describe_read(arena, kept, &file->about, &file->problem))
            return;
    }
    dm_str text;
    dm__inspect(arena, file, DESCRIBE_TIMEOUT_MS, &text);
    if (scan->cache != NULL && text.len > 0)
        dm__cache_write(arena, scan->cache, file->hash, text);
}

static bool is_shadowed(const struct dm_registry *r, const struct dm_plugin_file *file)
{
    if (file->problem.len > 0)
        return false;
    for (const dm_stage *const *s = file->about.stages; *s != NULL; s++) {
        if (dm__registry_find(r, (*s)->kind, dm__str((*s)->name)).stage == NULL)
            return false;
    }
    return true;
}

static dm_status scan_folder(const struct scan *scan, const char *folder)
{
    struct dm_registry *const r = scan->registry;
    size_t count;
    const char **const names = list_folder(r->arena, folder, &count);
    if (names == NULL) {
        dm__report_error(scan->report, dm__str(folder), 0, 0, "plugin folder cannot be read: %s",
                         strerror(errno));
        return DM_ECONFIG;
    }
    for (size_t i = 0; i < count; i++) {
        struct dm_plugin_file file = {.path = dm__arena_printf(r->arena, "%s/%s", folder, names[i])};
        if (file.path.ptr == NULL)
            return DM_ELIMIT;
        describe(scan, &file);
        file.shadowed = is_shadowed(r, &file);
        if (add_file(r, &file) == NULL)
            return DM_ELIMIT;
    }
    return DM_OK;
}

/* Whether folder `at` is an earlier one by another name. */
static bool seen_before(const char *const *path, size_t at)
{
    struct stat here, there;
    if (stat(path[at], &here) != 0)
        return false;
    for (size_t i = 0; i < at; i++) {
        if (stat(path[i], &there) == 0 && there.st_dev == here.st_dev && there.st_ino == here.st_ino)
            return true;
    }
    return false;
}

dm_status dm__registry_scan(struct dm_registry *r, struct dm_arena *arena, const char *const *path,
                            struct dm_report *report)
{
    *r = (struct dm_registry){.arena = arena};
    const struct scan scan = {r, report, dm__cache_folder(arena)};
    dm_status status = DM_OK;
    for (size_t i = 0; path[i] != NULL; i++) {
        if (seen_before(path, i))
            continue;
        const dm_status result = scan_folder(&scan, path[i]);
        if (result == DM_ELIMIT)
            return result;
        status = result != DM_OK ? result : status;
    }
    return status;
}

/* ---- loading -------------------------------------------------------------------------------- */

/* Whether the content is that of `want`. */
static bool check_hash(struct dm_arena *arena, dm_str path, dm_str want, dm_str *problem)
{
    dm_str hash;
    if (!dm__plugin_hash(arena, path.ptr, &hash, problem))
        return false;
    return dm__str_eq(hash, want) ||
           dm__refuse(arena, problem, "was replaced since it was described: start again to use the new one");
}

dm_status dm__registry_load(struct dm_registry *r, struct dm_arena *arena, const struct dm_plugin_file *files,
                            size_t count, struct dm_report *report)
{
    *r = (struct dm_registry){.arena = arena};
    dm_status status = DM_OK;
    for (size_t i = 0; i < count; i++) {
        struct dm_plugin_file file = files[i];
        /* Hashed on both sides of loading: in between, another file may take the name. */
        const bool ok =
            file.problem.len > 0 || file.shadowed ||
            (check_hash(arena, file.path, file.hash, &file.problem) && dm__plugin_load(arena, &file) &&
             check_hash(arena, file.path, file.hash, &file.problem));
        if (!ok) {
            dm__report_error(report, file.path, 0, 0, "%s", file.problem.ptr);
            status = DM_ECONFIG;
        }
        if (add_file(r, &file) == NULL)
            return DM_ELIMIT;
    }
    return status;
}
