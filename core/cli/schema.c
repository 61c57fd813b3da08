/* docmill schema: the JSON schema of pipeline files. */
#include "core/cli/load.h"

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    (void)options;
    (void)operands;
    struct dm_registry registry;
    if (!dm__load_registry(cli, &registry))
        return 2;
    const dm_str schema = dm__schema_write(cli->arena, &registry);
    if (!schema.ptr) {
        dm__log_error(&cli->log, "out of memory");
        return 2;
    }
    fwrite(schema.ptr, 1, schema.len, stdout);
    if (schema.len == 0 || schema.ptr[schema.len - 1] != '\n')
        fputc('\n', stdout);
    return 0;
}

static const struct dm_example examples[] = {
    {"docmill schema > pipeline.schema.json", "write the schema to a file"},
    {"sed -i '1i # yaml-language-server: $schema=pipeline.schema.json' news.yaml",
     "let an editor's YAML support use it for this pipeline"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the schema was written"},
    {2, "the plugins cannot be listed"},
    {0, NULL},
};

const struct dm_command dm__command_schema = {
    .name = "schema",
    .operands = "",
    .summary = "print a JSON schema of pipeline files for editors",
    .about = "Prints a JSON schema of pipeline files, with the options and rules of all plugins that are "
             "installed here.  Editors use it to complete and to check a pipeline while it is written.",
    .examples = examples,
    .exits = exits,
    .run = run,
};
