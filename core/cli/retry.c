/* docmill retry: run the documents that failed again. */
#include <string.h>

#include "core/cli/load.h"
#include "core/cli/preflight.h"
#include "core/cli/run.h"
#include "core/text/str.h"

struct retry_options {
    const char *stage, *reason;
    uint64_t limit;
};

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct retry_options *const o = options;
    const struct dm_inputs inputs = {.elsewhere = true};
    struct dm_loaded loaded;
    if (!dm__load_pipeline(cli, operands->items[0], &inputs, &loaded) || !dm__preflight(cli, &loaded))
        return DM_EXIT_REFUSED;
    dm_str *const sources = dm__arena_alloc(cli->arena, operands->count * sizeof *sources, _Alignof(dm_str));
    if (sources == NULL)
        return DM_EXIT_REFUSED;
    for (size_t i = 1; i < operands->count; i++)
        sources[i - 1] = dm__str(operands->items[i]);
    const struct dm_engine_retry retry = {.stage = o->stage != NULL ? dm__str(o->stage) : DM_LIT(""),
                                          .reason = o->reason != NULL ? dm__str(o->reason) : DM_LIT(""),
                                          .sources = sources,
                                          .source_count = operands->count - 1};
    const struct dm_engine_options engine = {.pipeline = loaded.pipeline,
                                             .registry = &loaded.registry,
                                             .args = &loaded.args,
                                             .limit = o->limit,
                                             .retry = &retry};
    return dm__run_engine(cli, &engine);
}

#define AT(f) (uint32_t) offsetof(struct retry_options, f)
static const struct dm_arg args[] = {
    {"stage", 0, DM_ARG_TEXT, AT(stage), "NAME", NULL,
     "only what failed in this stage, such as extract-text; input: what could not be read"},
    {"reason", 0, DM_ARG_TEXT, AT(reason), "TEXT", NULL, "only what failed for a reason that holds TEXT"},
    {"limit", 0, DM_ARG_COUNT, AT(limit), "N", NULL, "only the first N of them"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill retry pipelines/news.yaml", "run everything again that failed"},
    {"docmill retry --reason 'took longer' pipelines/news.yaml", "only what took too long"},
    {"docmill retry pipelines/news.yaml articles/a.txt", "one document, by its path or source"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "nothing that was run again failed"},
    {1, "at least one document failed again, or the run was stopped early"},
    {2, "refused to start: a mistake in the pipeline or on the command line, no ledger"},
    {130, "interrupted by SIGINT (Ctrl-C)"},
    {143, "interrupted by SIGTERM"},
    {0, NULL},
};

const struct dm_command dm__command_retry = {
    .name = "retry",
    .operands = "PIPELINE [FILE...]",
    .summary = "run the documents that failed again",
    .about = "Runs the documents that failed in earlier runs of the pipeline again: all of them, those of a "
             "stage or a reason, or the FILEs that are named by path or source.  What succeeds now goes to "
             "the outputs with the next revision, and its dead letter is removed.  `docmill failures` lists "
             "what there is to retry.  Where the pipeline, a plugin or a data file has changed since, "
             "`docmill run` takes up all documents, and `docmill watch` those that failed.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = SIZE_MAX,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct retry_options),
    .run = run,
};
