/* docmill plugins: what is installed, and what each stage takes. */
#include "core/cli/load.h"
#include "core/cli/printable.h"
#include "core/cli/reference.h"
#include "core/cli/stage_name.h"
#include "core/cli/table.h"
#include "core/text/str.h"

struct plugins_options {
    bool json, markdown, path;
};

static bool is_usable(const struct dm_plugin_file *file)
{
    return file->problem.len == 0 && !file->shadowed;
}

static int show_path(const struct dm_cli *cli)
{
    struct dm_words dirs = cli->common.plugin_dirs;
    if (!dm__words_add(cli->arena, &dirs, NULL))
        return 2;
    for (const char **dir = dm__plugin_path(cli->arena, dirs.items); dir && *dir; dir++) {
        const dm_str shown = dm__printable(cli->arena, dm__str(*dir));
        printf("%.*s\n", (int)shown.len, shown.ptr);
    }
    return 0;
}

/* only  the plugin whose stages are listed; NULL: all */
static void list_stages(const struct dm_cli *cli, const struct dm_registry *registry,
                        const struct dm_plugin_file *only)
{
    static const char *const heads[] = {"stage", "kind", "version", "what it does"};
    struct dm_table table;
    dm__table_init(&table, cli->arena, "llll", heads);
    for (size_t i = 0; i < registry->count; i++) {
        const struct dm_plugin_file *file = &registry->files[i];
        if (!is_usable(file) || (only && file != only))
            continue;
        for (const dm_stage *const *s = file->about.stages; *s; s++) {
            dm__table_cell(&table, dm__stage_full_name(cli->arena, *s));
            dm__table_text(&table, dm__kind_noun((*s)->kind));
            dm__table_text(&table, file->about.version);
            dm__table_text(&table, (*s)->summary);
        }
    }
    dm__table_write(&table, stdout, &cli->out, 0);
}

static void list_left_out(const struct dm_cli *cli, const struct dm_registry *registry)
{
    static const char *const heads[] = {"left out", "why"};
    struct dm_table table;
    dm__table_init(&table, cli->arena, "ll", heads);
    for (size_t i = 0; i < registry->count; i++) {
        const struct dm_plugin_file *file = &registry->files[i];
        if (is_usable(file))
            continue;
        dm__table_cell(&table, file->path);
        dm__table_cell(&table, file->problem.len > 0 ? file->problem
                                                     : DM_LIT("an earlier plugin has the same stages"));
    }
    if (table.count <= table.columns)
        return;
    putchar('\n');
    dm__table_write(&table, stdout, &cli->out, 0);
}

static void left_out_json(struct dm_json *j, const struct dm_plugin_file *file)
{
    dm__json_open(j, '{');
    dm__json_key(j, "path");
    dm__json_str(j, file->path);
    dm__json_key(j, "problem");
    dm__json_str(j, file->problem.len > 0 ? file->problem : DM_LIT("an earlier plugin has the same stages"));
    dm__json_close(j, '}');
}

static int write_json(const struct dm_json *j)
{
    const dm_str text = dm__json_text(j);
    if (!text.ptr)
        return 2;
    fwrite(text.ptr, 1, text.len, stdout);
    putchar('\n');
    return 0;
}

static void stages_json(struct dm_json *j, const struct dm_cli *cli, const struct dm_plugin_file *file)
{
    for (const dm_stage *const *s = file->about.stages; *s; s++)
        dm__reference_json(j, cli->arena, (struct dm_stage_ref){file, *s});
}

static int list_json(const struct dm_cli *cli, const struct dm_registry *registry)
{
    struct dm_json j;
    dm__json_init(&j, cli->arena, 2);
    dm__json_open(&j, '{');
    dm__json_key(&j, "stages");
    dm__json_open(&j, '[');
    for (size_t i = 0; i < registry->count; i++) {
        if (is_usable(&registry->files[i]))
            stages_json(&j, cli, &registry->files[i]);
    }
    dm__json_close(&j, ']');
    dm__json_key(&j, "left_out");
    dm__json_open(&j, '[');
    for (size_t i = 0; i < registry->count; i++) {
        if (!is_usable(&registry->files[i]))
            left_out_json(&j, &registry->files[i]);
    }
    dm__json_close(&j, ']');
    dm__json_close(&j, '}');
    return write_json(&j);
}

static int refuse_markdown(const struct dm_cli *cli)
{
    dm__log_error(&cli->log, "--markdown writes the page of one stage: docmill plugins NAME --markdown");
    return 2;
}

/* The stages of one plugin. */
static int list_plugin(const struct dm_cli *cli, const struct plugins_options *o,
                       const struct dm_registry *registry, const struct dm_plugin_file *file)
{
    if (o->markdown)
        return refuse_markdown(cli);
    if (o->json) {
        struct dm_json j;
        dm__json_init(&j, cli->arena, 2);
        dm__json_open(&j, '{');
        dm__json_key(&j, "stages");
        dm__json_open(&j, '[');
        stages_json(&j, cli, file);
        dm__json_close(&j, ']');
        dm__json_close(&j, '}');
        return write_json(&j);
    }
    const dm_str path = dm__printable(cli->arena, file->path);
    printf("the plugin %s %s (%s)\nin %.*s\n\n", file->about.name, file->about.version, file->about.license,
           (int)path.len, path.ptr);
    list_stages(cli, registry, file);
    return 0;
}

static int list(const struct dm_cli *cli, const struct plugins_options *o, const struct dm_registry *registry)
{
    if (o->markdown)
        return refuse_markdown(cli);
    if (o->json)
        return list_json(cli, registry);
    list_stages(cli, registry, NULL);
    list_left_out(cli, registry);
    return 0;
}

static int describe(const struct dm_cli *cli, const struct plugins_options *o, struct dm_stage_ref ref)
{
    if (o->markdown) {
        dm__reference_markdown(stdout, cli->arena, ref);
        return 0;
    }
    if (!o->json) {
        dm__reference_text(stdout, &cli->out, cli->arena, ref);
        return 0;
    }
    struct dm_json j;
    dm__json_init(&j, cli->arena, 2);
    dm__reference_json(&j, cli->arena, ref);
    return write_json(&j);
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct plugins_options *o = options;
    if (o->path)
        return show_path(cli);
    struct dm_registry registry;
    if (!dm__load_registry(cli, &registry))
        return 2;
    if (operands->count == 0)
        return list(cli, o, &registry);
    const char *name = operands->items[0];
    const struct dm_plugin_file *file = dm__plugin_lookup(cli->arena, &registry, name);
    if (file)
        return list_plugin(cli, o, &registry, file);
    const struct dm_stage_ref ref = dm__stage_lookup(cli->arena, &cli->log, &registry, name);
    if (ref.stage)
        return describe(cli, o, ref);
    dm__load_mention_left_out(cli, &registry);
    return 2;
}

#define AT(f) (uint32_t) offsetof(struct plugins_options, f)
static const struct dm_arg args[] = {
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL, "write JSON, for programs"},
    {"markdown", 0, DM_ARG_FLAG, AT(markdown), NULL, NULL, "write the reference page of NAME"},
    {"path", 0, DM_ARG_FLAG, AT(path), NULL, NULL, "print the folders that are searched, and end"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill plugins", "list all stages, and the plugins that were left out and why"},
    {"docmill plugins clean-unicode", "the options, rules and metrics of a stage"},
    {"docmill plugins output-files", "the stages of a plugin that has several"},
    {"docmill plugins jsonl --markdown > output-jsonl.md", "its reference page"},
    {"docmill plugins --json", "all of it, for programs"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the plugins were listed, or the stage described; plugins that were left out do not change this"},
    {2, "there is no such stage, or the plugins cannot be listed"},
    {0, NULL},
};

const struct dm_command dm__command_plugins = {
    .name = "plugins",
    .operands = "[NAME]",
    .summary = "list the plugins, or describe a stage with its options",
    .about = "Without NAME: lists the stages of all plugins that can be had.  With NAME, such as "
             "clean-unicode, or unicode where only one stage is called so: describes its options, rules and "
             "metrics.  With the name of a plugin that no stage has: lists the stages of that plugin.\n\n"
             "Plugins are looked for in the folders of --plugin-dir, in those of DOCMILL_PLUGIN_PATH, and in "
             "the folder that belongs to the installation.  The first that has a stage's name is used.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 0,
    .most = 1,
    .options_size = sizeof(struct plugins_options),
    .run = run,
};
