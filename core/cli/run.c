/* docmill run: a pipeline over its inputs. */
#include "core/cli/run.h"

#include <stdlib.h>
#include <string.h>

#include "core/cli/confinement.h"
#include "core/cli/dry_run.h"
#include "core/cli/live.h"
#include "core/cli/preflight.h"
#include "core/cli/printable.h"
#include "core/cli/summary.h"
#include "core/text/str.h"

struct run_options {
    const char *from0;
    uint64_t limit, workers; /* workers UINT64_MAX: auto */
    bool force, overwrite, dry_run;
};

static void say_start(const struct dm_cli *cli, const struct dm_pipeline *p)
{
    if (!cli->log.json)
        return;
    struct dm_json j;
    dm__log_begin(&j, cli->arena, "start");
    dm__json_bytes(&j, "pipeline", p->file);
    dm__json_key(&j, "stages");
    dm__json_open(&j, '[');
    for (size_t i = 0; i < p->step_count; i++)
        dm__json_str(&j, p->steps[i].name);
    dm__json_close(&j, ']');
    dm__log_end(&cli->log, &j);
}

static void say_end_json(const struct dm_cli *cli, const struct dm_engine_summary *s, int status)
{
    struct dm_json j;
    dm__log_begin(&j, cli->arena, "end");
    dm__json_key(&j, "status");
    dm__json_int(&j, status);
    dm__json_key(&j, "stopped");
    dm__json_cstr(&j, s->stopped);
    dm__json_key(&j, "done");
    dm__json_uint(&j, s->done);
    dm__json_key(&j, "failed");
    dm__json_uint(&j, s->failed);
    dm__json_key(&j, "dropped");
    dm__json_uint(&j, s->dropped);
    dm__json_key(&j, "pending");
    dm__json_uint(&j, s->pending);
    dm__log_end(&cli->log, &j);
}

/* Why it did not go to its end, in words. */
static void say_stopped(const struct dm_cli *cli, const struct dm_engine_summary *s, int status)
{
    if (s->stopped) {
        const dm_str why = dm__printable(cli->arena, dm__str(s->stopped));
        dm__log_error(&cli->log, "%.*s", (int)why.len, why.ptr);
    } else if (status == DM_EXIT_SIGINT || status == DM_EXIT_SIGTERM) {
        dm__log_warning(&cli->log, "interrupted");
    }
}

static void say_end(const struct dm_cli *cli, const struct dm_engine_summary *s, int status)
{
    if (cli->log.json) {
        say_end_json(cli, s, status);
        dm__summary_json(stdout, cli->arena, s, status);
        return;
    }
    const bool started = s->found > 0 || status != DM_EXIT_REFUSED;
    if (started && !cli->common.quiet)
        dm__summary_text(stdout, &cli->out, cli->arena, s);
    fflush(stdout); /* the reason stands below the table */
    say_stopped(cli, s, status);
}

int dm__run_engine(struct dm_cli *cli, const struct dm_engine_options *options)
{
    struct dm_live live;
    struct dm_engine_events events;
    struct dm_engine_summary summary = {0};
    say_start(cli, options->pipeline);
    dm__confinement_warn(cli);
    dm__live_begin(&live, cli, &events);
    const int status = dm__engine_run(cli->arena, options, &events, &summary);
    dm__live_end(&live);
    say_end(cli, &summary, status);
    return status;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct run_options *o = options;
    const struct dm_words paths = {.items = operands->items + 1, .count = operands->count - 1};
    if (o->from0 && paths.count > 0) {
        dm__log_error(&cli->log, "inputs come from --from0 or from PATH, not from both");
        return DM_EXIT_REFUSED;
    }
    const struct dm_inputs inputs = {.paths = &paths, .elsewhere = o->from0 != NULL};
    struct dm_loaded loaded;
    if (!dm__load_pipeline(cli, operands->items[0], &inputs, &loaded) || !dm__preflight(cli, &loaded))
        return DM_EXIT_REFUSED;
    const bool is_auto = o->workers == UINT64_MAX;
    if (is_auto)
        loaded.pipeline->run.workers = 0;
    if (!is_auto && o->workers > UINT32_MAX) {
        dm__log_error(&cli->log, "--workers: that many processes will not do");
        return DM_EXIT_REFUSED;
    }
    const struct dm_engine_options engine = {.pipeline = loaded.pipeline,
                                             .registry = &loaded.registry,
                                             .args = &loaded.args,
                                             .workers = is_auto ? 0 : (uint32_t)o->workers,
                                             .limit = o->limit,
                                             /* Whoever watches wants to know how much is left. */
                                             .count_ahead = cli->log.json || cli->log.style.terminal,
                                             .from0 = o->from0,
                                             .force = o->force,
                                             .overwrite = o->overwrite};
    return o->dry_run ? dm__dry_run(cli, &engine) : dm__run_engine(cli, &engine);
}

#define AT(f) (uint32_t) offsetof(struct run_options, f)
static const char *const auto_word[] = {"auto", NULL};
static const struct dm_arg args[] = {
    {"from0", 0, DM_ARG_TEXT, AT(from0), "FILE", NULL,
     "read the inputs from FILE: paths, each ended by a NUL byte, as `find -print0` writes them; `-` is "
     "standard input"},
    {"limit", 0, DM_ARG_COUNT, AT(limit), "N", NULL, "process the first N documents only"},
    {"workers", 0, DM_ARG_COUNT, AT(workers), "N", auto_word,
     "use N worker processes instead of what the pipeline says; auto: one for each processor"},
    {"force", 0, DM_ARG_FLAG, AT(force), NULL, NULL,
     "process unchanged inputs again, and those that failed; their records get the next revision"},
    {"overwrite", 0, DM_ARG_FLAG, AT(overwrite), NULL, NULL,
     "process everything anew, and let the outputs replace whatever is where they go: without this, a file "
     "that docmill has no record of writing is never touched"},
    {"dry-run", 'n', DM_ARG_FLAG, AT(dry_run), NULL, NULL, "say what would be done, and why; write nothing"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill run pipelines/news.yaml", "run the pipeline over the inputs that it names"},
    {"docmill run pipelines/news.yaml articles more/a.txt", "over a folder and a file instead"},
    {"docmill run --set out=/tmp/out --limit 100 pipelines/news.yaml",
     "the first hundred documents, written somewhere else"},
    {"find . -name '*.txt' -print0 | docmill run --from0 - pipelines/news.yaml",
     "over the files that another program lists"},
    {"docmill run --dry-run pipelines/news.yaml", "say what would be done, and why"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "every document has its final state, and none failed"},
    {1, "at least one document failed, and was named with the reason; or the run was stopped early, as its "
        "last line says: a stage that fails with document after document, an output that cannot be written"},
    {2, "refused to start: a mistake in the pipeline or on the command line, an input that is not there"},
    {130, "interrupted by SIGINT (Ctrl-C): what was begun is finished; a second one stops at once"},
    {143, "interrupted by SIGTERM, in the same way"},
    {0, NULL},
};

const struct dm_command dm__command_run = {
    .name = "run",
    .operands = "PIPELINE [PATH...]",
    .summary = "run a pipeline over its inputs",
    .about =
        "Runs each input through the stages of the pipeline file and writes its outputs.  PATH, a file or a "
        "folder, replaces the inputs that the pipeline names.\n\n"
        "A document that cannot be processed costs no other: it is named with the stage and the reason, "
        "kept as a dead letter where the pipeline has a state folder, and counted in the exit status.\n\n"
        "On a terminal a bar shows how far the run is, elsewhere a line every ten seconds.  At the end, "
        "tables on standard output show what was done.  With --log json, standard error has one JSON "
        "object a line (start, failed, log, progress, end), and standard output a single one, the summary.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = SIZE_MAX,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct run_options),
    .run = run,
};
