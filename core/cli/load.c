/* What commands start from: the plugins that can be had, and a pipeline file. */
#include "core/cli/load.h"

#include <string.h>

#include "core/cli/printable.h"
#include "core/text/str.h"

bool dm__load_registry(const struct dm_cli *cli, struct dm_registry *out)
{
    struct dm_words dirs = cli->common.plugin_dirs;
    struct dm_report report;
    dm__report_init(&report, cli->arena);
    if (!dm__words_add(cli->arena, &dirs, NULL))
        return false;
    const char **path = dm__plugin_path(cli->arena, dirs.items);
    const dm_status status = path ? dm__registry_scan(out, cli->arena, path, &report) : (dm_status)DM_ELIMIT;
    dm__log_report(&cli->log, &report, (dm_str){NULL, 0});
    if (status != DM_OK && report.errors == 0)
        dm__log_error(&cli->log, "the plugins cannot be listed");
    return status == DM_OK && report.errors == 0;
}

/* --set NAME=VALUE, split. */
static bool split_sets(const struct dm_cli *cli, struct dm_pipeline_args *args)
{
    struct dm_override *sets = dm__arena_alloc(cli->arena, cli->sets.count * sizeof *sets, sizeof(void *));
    if (!sets)
        return false;
    for (size_t i = 0; i < cli->sets.count; i++) {
        const char *word = cli->sets.items[i];
        const char *equals = strchr(word, '=');
        if (!equals || equals == word) {
            const dm_str shown = dm__printable_quoted(cli->arena, dm__str(word), 60);
            dm__log_error(&cli->log, "--set takes NAME=VALUE, not %.*s", (int)shown.len, shown.ptr);
            return false;
        }
        sets[i] = (struct dm_override){{word, (size_t)(equals - word)}, dm__str(equals + 1)};
    }
    args->sets = sets;
    args->set_count = cli->sets.count;
    return true;
}

static bool collect_paths(const struct dm_cli *cli, const struct dm_words *words,
                          struct dm_pipeline_args *args)
{
    if (!words || words->count == 0)
        return true;
    dm_str *paths = dm__arena_alloc(cli->arena, words->count * sizeof *paths, sizeof(void *));
    if (!paths)
        return false;
    for (size_t i = 0; i < words->count; i++)
        paths[i] = dm__str(words->items[i]);
    args->paths = paths;
    args->path_count = words->count;
    return true;
}

void dm__load_mention_left_out(const struct dm_cli *cli, const struct dm_registry *registry)
{
    for (size_t i = 0; i < registry->count; i++) {
        const struct dm_plugin_file *file = &registry->files[i];
        if (file->problem.len == 0)
            continue;
        const dm_str path = dm__printable(cli->arena, file->path);
        const dm_str problem = dm__printable(cli->arena, file->problem);
        dm__log_note(&cli->log, "note: the plugin %.*s is left out: %.*s", (int)path.len, path.ptr,
                     (int)problem.len, problem.ptr);
    }
}

bool dm__load_pipeline(const struct dm_cli *cli, const char *file, const struct dm_inputs *inputs,
                       struct dm_loaded *out)
{
    *out = (struct dm_loaded){.args = {.inputs_elsewhere = inputs->elsewhere}};
    if (!split_sets(cli, &out->args) || !collect_paths(cli, inputs->paths, &out->args) ||
        !dm__load_registry(cli, &out->registry))
        return false;
    struct dm_report report;
    dm__report_init(&report, cli->arena);
    if (dm__pipeline_slurp(cli->arena, file, DM_YAML_MAX_BYTES, &out->text, &report))
        out->pipeline = dm__pipeline_read(&out->registry, dm__str(file), out->text, &out->args, &report);
    dm__log_report(&cli->log, &report, out->text);
    if (!out->pipeline && out->text.ptr)
        dm__load_mention_left_out(cli, &out->registry);
    return out->pipeline != NULL;
}

static bool is_listed(const struct dm_plugin_file *files, size_t count, const struct dm_plugin_file *file)
{
    for (size_t i = 0; i < count; i++) {
        if (dm__str_eq(files[i].path, file->path))
            return true;
    }
    return false;
}

/* The files of all stages, each once. */
static struct dm_plugin_file *used_files(struct dm_arena *arena, const struct dm_loaded *from,
                                         const struct dm_plugin_file *also, size_t *count)
{
    struct dm_plugin_file *files =
        dm__arena_alloc(arena, (from->registry.count + 1) * sizeof *files, sizeof(void *));
    *count = 0;
    if (!files)
        return NULL;
    for (size_t i = 0; i < from->pipeline->step_count; i++) {
        const struct dm_step *step = &from->pipeline->steps[i];
        for (size_t k = 0; k < step->instance_count; k++) {
            if (!is_listed(files, *count, step->instances[k].file))
                files[(*count)++] = *step->instances[k].file;
        }
    }
    if (also && !is_listed(files, *count, also))
        files[(*count)++] = *also;
    return files;
}

bool dm__load_here(const struct dm_cli *cli, const struct dm_loaded *from, const struct dm_plugin_file *also,
                   struct dm_loaded *out)
{
    *out = (struct dm_loaded){.args = from->args, .text = from->text};
    struct dm_report report;
    dm__report_init(&report, cli->arena);
    size_t count;
    const struct dm_plugin_file *files = used_files(cli->arena, from, also, &count);
    if (files && dm__registry_load(&out->registry, cli->arena, files, count, &report) == DM_OK)
        out->pipeline =
            dm__pipeline_read(&out->registry, from->pipeline->file, from->text, &out->args, &report);
    /* warnings were printed when it was read the first time */
    if (!out->pipeline)
        dm__log_report(&cli->log, &report, from->text);
    return out->pipeline != NULL;
}
