/* docmill check: find the mistakes of a pipeline file without running it. */
#include "core/chain/chain.h"
#include "core/cli/confinement.h"
#include "core/cli/plan.h"
#include "core/cli/preflight.h"

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    (void)options;
    const struct dm_inputs inputs = {0};
    struct dm_loaded loaded;
    if (!dm__load_pipeline(cli, operands->items[0], &inputs, &loaded) || !dm__preflight(cli, &loaded))
        return 2;
    const struct dm_pipeline *p = loaded.pipeline;
    if (cli->common.verbose) {
        dm__plan_text(stdout, &cli->out, cli->arena, p);
        dm__confinement_text(stdout, &cli->out, cli->arena, p);
    }
    if (!cli->common.quiet)
        printf("ok: %zu stage%s, %zu output%s\n", p->step_count, plural(p->step_count), p->output_count,
               plural(p->output_count));
    return 0;
}

static const struct dm_example examples[] = {
    {"docmill check pipelines/news.yaml", "say what is wrong with the pipeline, or \"ok\""},
    {"docmill check --verbose pipelines/news.yaml",
     "show the stages too, with the values of all options, and what the sandbox enforces on this kernel"},
    {"docmill check --set out=/tmp/out pipelines/news.yaml", "the same with a variable replaced"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the pipeline is good: `docmill run` would start"},
    {2, "it is not; each mistake was printed with its line and column"},
    {0, NULL},
};

const struct dm_command dm__command_check = {
    .name = "check",
    .operands = "PIPELINE",
    .summary = "find the mistakes of a pipeline file without running it",
    .about = "Reads the pipeline file as `docmill run` would, checks all options against what the plugins "
             "declare, and opens every stage in a child process.  No input is read, nothing is written.",
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = 1,
    .flags = DM_COMMAND_READS_PIPELINE,
    .run = run,
};
