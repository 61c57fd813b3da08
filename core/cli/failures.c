/* docmill failures: the documents that failed, with their reasons. */
#include <string.h>

#include "core/cli/figure.h"
#include "core/cli/state.h"
#include "core/cli/table.h"
#include "core/engine/deadletter.h"
#include "core/engine/engine.h"
#include "core/text/str.h"

struct failures_options {
    const char *stage, *reason;
    bool json;
};

struct failure {
    dm_str source, path, stage, reason;
    uint32_t attempts;
    int64_t settled;
};

static bool is_wanted(const struct failures_options *o, dm_str stage, dm_str reason)
{
    return (o->stage == NULL || dm__str_eq(dm__str(o->stage), stage)) &&
           (o->reason == NULL || memmem(reason.ptr, reason.len, o->reason, strlen(o->reason)) != NULL);
}

static void print_json(const struct dm_cli *cli, const struct dm_state *s, const struct failure *f)
{
    const dm_str folder = dm__ledger_path(cli->arena, s->folder, "dead-letters");
    struct dm_json j;
    dm__json_init(&j, cli->arena, 0);
    dm__json_open(&j, '{');
    dm__json_bytes(&j, "source", f->source);
    dm__json_bytes(&j, "path", f->path);
    dm__json_key(&j, "stage");
    dm__json_str(&j, f->stage);
    dm__json_key(&j, "reason");
    dm__json_str(&j, f->reason);
    dm__json_key(&j, "attempts");
    dm__json_uint(&j, f->attempts);
    dm__moment_json(&j, "when", f->settled);
    dm__json_bytes(&j, "dead_letter", dm__deadletter_path(cli->arena, folder, f->source));
    dm__json_close(&j, '}');
    dm__state_print_json(&j);
}

static void add_row(struct dm_table *table, const struct failure *f)
{
    char when[DM_MOMENT_MAX];
    dm__moment_text(f->settled, when);
    dm__table_text(table, when);
    dm__table_cell(table, f->path);
    dm__table_cell(table, f->stage);
    dm__table_text(table, dm__figure_count(f->attempts).text);
    dm__table_cell(table, f->reason);
}

static int list(const struct dm_cli *cli, struct dm_state *s, const struct failures_options *o)
{
    static const char *const heads[] = {"when", "input", "stage", "attempts", "reason"};
    struct dm_ledger_input in;
    struct dm_table table;
    size_t count = 0;
    dm__table_init(&table, cli->arena, "lllrl", heads);
    int got = dm__ledger_walk(s->ledger, DM_LEDGER_FAILURES) ? 1 : -1;
    while (got == 1 && (got = dm__ledger_next(s->ledger, &in)) == 1) {
        const struct failure f = {.source = dm__arena_str(cli->arena, in.source),
                                  .path = dm__arena_str(cli->arena, in.path),
                                  .reason = dm__arena_str(cli->arena, in.reason),
                                  .stage = dm__state_stage(cli, s, in.generation, in.stage),
                                  .attempts = in.attempts,
                                  .settled = in.settled};
        if (!is_wanted(o, f.stage, f.reason))
            continue;
        count++;
        if (o->json)
            print_json(cli, s, &f);
        else
            add_row(&table, &f);
    }
    if (got < 0)
        return dm__state_fail(cli, s);
    if (!o->json && count != 0)
        dm__table_write(&table, stdout, &cli->out, 0);
    else if (!o->json && !cli->common.quiet)
        puts("nothing failed");
    return DM_EXIT_OK;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    struct dm_state s;
    const int status = dm__state_open(cli, operands->items[0], &s) ? list(cli, &s, options) : DM_EXIT_REFUSED;
    dm__state_close(&s);
    return status;
}

#define AT(f) (uint32_t) offsetof(struct failures_options, f)
static const struct dm_arg args[] = {
    {"stage", 0, DM_ARG_TEXT, AT(stage), "NAME", NULL,
     "only what failed in this stage, such as extract-text; input: what could not be read"},
    {"reason", 0, DM_ARG_TEXT, AT(reason), "TEXT", NULL, "only what failed for a reason that holds TEXT"},
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL, "print one JSON object a line"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill failures pipelines/news.yaml", "what failed, where and why"},
    {"docmill failures --stage extract-text out/.docmill", "only what failed in one stage"},
    {"docmill failures --json out/.docmill | jq -r .path", "the paths of what failed"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the failures were listed, if there are any"},
    {1, "the ledger cannot be read"},
    {2, "there is no ledger, or a mistake in the pipeline or on the command line"},
    {0, NULL},
};

const struct dm_command dm__command_failures = {
    .name = "failures",
    .operands = "STATE",
    .summary = "list the documents that failed, with their reasons",
    .about = "Lists the documents that could not be processed.  Each of them is a dead letter in the state "
             "folder too: dead-letters/ID.json says what happened, ID.input leads to the input.  STATE is a "
             "state folder, or a pipeline file, which names one.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = 1,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct failures_options),
    .run = run,
};
