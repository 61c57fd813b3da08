/* docmill why: the whole story of one document. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/figure.h"
#include "core/cli/printable.h"
#include "core/cli/state.h"
#include "core/cli/table.h"
#include "core/engine/deadletter.h"
#include "core/engine/engine.h"
#include "core/ledger/work.h"
#include "core/text/str.h"

struct why_options {
    bool json;
};

struct story {
    const struct dm_cli *cli;
    struct dm_state *state;
    struct dm_ledger_input in; /* with copies of its strings */
    struct dm_ledger_stage *stages;
    size_t stage_count;
    struct dm_ledger_result *results;
    size_t result_count;
    struct dm_work work;
    dm_str letter; /* path of its dead letter; empty: it has none */
};

/* ---- finding it ---------------------------------------------------------------------------------- */

static bool keep(struct dm_arena *arena, struct dm_ledger_input *in)
{
    in->source = dm__arena_str(arena, in->source);
    in->path = dm__arena_str(arena, in->path);
    in->reason = dm__arena_str(arena, in->reason);
    in->work = dm__arena_str(arena, in->work);
    return in->source.ptr != NULL && in->path.ptr != NULL && in->reason.ptr != NULL && in->work.ptr != NULL;
}

/* By its source; else by its path, as it was opened or as the file system has it.
 * return  as dm__ledger_next() */
static int find(const struct dm_cli *cli, struct dm_state *s, const char *name, struct dm_ledger_input *out)
{
    char real[PATH_MAX], other[PATH_MAX];
    int got = dm__ledger_find(s->ledger, dm__str(name), out);
    if (got != 0)
        return got > 0 && !keep(cli->arena, out) ? -1 : got;
    const bool exists = realpath(name, real) != NULL;
    if (!dm__ledger_walk(s->ledger, DM_LEDGER_ALL))
        return -1;
    while ((got = dm__ledger_next(s->ledger, out)) == 1) {
        if (dm__str_eq(out->path, dm__str(name)))
            break;
        /* Only one whose last name is the same is worth a look at the file system. */
        const dm_str path = dm__arena_str(cli->arena, out->path);
        const char *const a = strrchr(name, '/'), *const b = path.ptr != NULL ? strrchr(path.ptr, '/') : NULL;
        if (exists && path.ptr != NULL &&
            strcmp(a != NULL ? a + 1 : name, b != NULL ? b + 1 : path.ptr) == 0 &&
            realpath(path.ptr, other) != NULL && strcmp(other, real) == 0)
            break;
    }
    return got == 1 && !keep(cli->arena, out) ? -1 : got;
}

static bool complete(struct story *t)
{
    struct dm_arena *const arena = t->cli->arena;
    struct dm_ledger *const l = t->state->ledger;
    if (!dm__ledger_stages(l, arena, t->in.generation, &t->stages, &t->stage_count) ||
        !dm__ledger_results(l, arena, t->in.source, &t->results, &t->result_count))
        return false;
    if (!dm__work_unpack(arena, t->in.work, &t->work))
        t->work = (struct dm_work){0};
    t->letter = DM_LIT("");
    if (t->in.state != DM_LEDGER_FAILED)
        return true;
    const dm_str folder = dm__ledger_path(arena, t->state->folder, "dead-letters");
    t->letter = dm__deadletter_path(arena, folder, t->in.source);
    return true;
}

/* ---- telling it ---------------------------------------------------------------------------------- */

static const char *state_word(enum dm_ledger_state state)
{
    static const char *const words[] = {
        [DM_LEDGER_DONE] = "done", [DM_LEDGER_DROPPED] = "dropped", [DM_LEDGER_FAILED] = "failed"};
    return (unsigned)state < sizeof words / sizeof words[0] ? words[state] : "unknown";
}

static dm_str stage_name(const struct story *t, int64_t position)
{
    return position >= 0 && (uint64_t)position < t->stage_count ? t->stages[position].name : DM_LIT("input");
}

static dm_str rule_name(const struct story *t, const struct dm_work_count *c)
{
    return c->position < t->stage_count && c->rule < t->stages[c->position].rule_count
               ? t->stages[c->position].rules[c->rule]
               : DM_LIT("?");
}

static void print_line(const struct story *t, const char *label, dm_str value)
{
    const dm_str shown = dm__printable(t->cli->arena, value);
    printf("%-12s %.*s\n", label, (int)shown.len, shown.ptr);
}

static void print_moment(const char *label, int64_t ms)
{
    char text[DM_MOMENT_MAX];
    dm__moment_text(ms, text);
    printf("%-12s %s\n", label, text);
}

static void print_fate(const struct story *t)
{
    const struct dm_ledger_input *const in = &t->in;
    const enum dm_tone tone = in->state == DM_LEDGER_FAILED ? DM_TONE_BAD : DM_TONE_GOOD;
    printf("%-12s %s%s%s, revision %llu", "fate", dm__tone(&t->cli->out, tone), state_word(in->state),
           dm__tone(&t->cli->out, DM_TONE_PLAIN), (unsigned long long)in->revision);
    if (in->attempts > 1)
        printf(", %u attempts", in->attempts);
    putchar('\n');
    if (in->state == DM_LEDGER_FAILED) {
        const dm_str stage = stage_name(t, in->stage);
        print_line(t, "reason",
                   dm__arena_printf(t->cli->arena, "%.*s: %.*s", (int)stage.len, stage.ptr,
                                    (int)in->reason.len, in->reason.ptr));
        print_line(t, "dead letter", t->letter);
    }
    if (in->generation != t->state->newest.id)
        puts("             by an earlier pipeline: the next run processes it again");
}

static void print_results(const struct story *t)
{
    for (size_t i = 0; i < t->result_count; i++) {
        const struct dm_ledger_result *const r = &t->results[i];
        const dm_str target =
            (uint64_t)r->position < t->stage_count ? t->stages[r->position].target : DM_LIT("");
        const dm_str name = stage_name(t, r->position);
        print_line(t, r->refused ? "refused by" : "written to",
                   dm__arena_printf(t->cli->arena, "%.*s%s%.*s (%.*s)", (int)target.len, target.ptr,
                                    target.len != 0 && r->place.len != 0 ? ": " : "", (int)r->place.len,
                                    r->place.ptr, (int)name.len, name.ptr));
    }
}

static void print_stages(const struct story *t)
{
    static const char *const heads[] = {"stage", "time", "edits"};
    struct dm_table table;
    dm__table_init(&table, t->cli->arena, "lrr", heads);
    for (size_t i = 0; i < t->work.time_count; i++) {
        uint64_t made = 0;
        for (size_t k = 0; k < t->work.count_count; k++)
            made += t->work.counts[k].position + 1 == i ? t->work.counts[k].made : 0;
        dm__table_cell(&table, i == 0 ? DM_LIT("read") : stage_name(t, (int64_t)i - 1));
        dm__table_text(&table, dm__figure_time(t->work.times[i]).text);
        dm__table_text(&table, i == 0 ? "" : dm__figure_count(made).text);
    }
    if (t->work.time_count == 0)
        return;
    putchar('\n');
    dm__table_write(&table, stdout, &t->cli->out, 0);
}

static void print_rules(const struct story *t)
{
    static const char *const heads[] = {"stage", "rule", "made", "flagged"};
    struct dm_table table;
    dm__table_init(&table, t->cli->arena, "llrr", heads);
    for (size_t i = 0; i < t->work.count_count; i++) {
        const struct dm_work_count *const c = &t->work.counts[i];
        dm__table_cell(&table, stage_name(t, (int64_t)c->position));
        dm__table_cell(&table, rule_name(t, c));
        dm__table_text(&table, dm__figure_count(c->made).text);
        dm__table_text(&table, dm__figure_count(c->flagged).text);
    }
    if (t->work.count_count == 0)
        return;
    putchar('\n');
    dm__table_write(&table, stdout, &t->cli->out, 0);
}

static void tell_text(const struct story *t)
{
    print_line(t, "source", t->in.source);
    print_line(t, "path", t->in.path);
    printf("%-12s %s\n", "size", dm__figure_bytes((double)t->in.size).text);
    print_moment("first seen", t->in.seen);
    print_moment("settled", t->in.settled);
    print_fate(t);
    print_results(t);
    print_stages(t);
    print_rules(t);
}

static void json_work(struct dm_json *j, const struct story *t)
{
    dm__json_key(j, "stages");
    dm__json_open(j, '[');
    for (size_t i = 0; i < t->work.time_count; i++) {
        dm__json_open(j, '{');
        dm__json_key(j, "stage");
        dm__json_str(j, i == 0 ? DM_LIT("read") : stage_name(t, (int64_t)i - 1));
        dm__json_key(j, "nanoseconds");
        dm__json_uint(j, t->work.times[i]);
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
    dm__json_key(j, "rules");
    dm__json_open(j, '[');
    for (size_t i = 0; i < t->work.count_count; i++) {
        const struct dm_work_count *const c = &t->work.counts[i];
        dm__json_open(j, '{');
        dm__json_key(j, "stage");
        dm__json_str(j, stage_name(t, (int64_t)c->position));
        dm__json_key(j, "rule");
        dm__json_str(j, rule_name(t, c));
        dm__json_key(j, "made");
        dm__json_uint(j, c->made);
        dm__json_key(j, "flagged");
        dm__json_uint(j, c->flagged);
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
}

static void json_results(struct dm_json *j, const struct story *t)
{
    dm__json_key(j, "results");
    dm__json_open(j, '[');
    for (size_t i = 0; i < t->result_count; i++) {
        const struct dm_ledger_result *const r = &t->results[i];
        dm__json_open(j, '{');
        dm__json_key(j, "stage");
        dm__json_str(j, stage_name(t, r->position));
        dm__json_key(j, "part");
        dm__json_uint(j, r->part);
        dm__json_key(j, "refused");
        dm__json_bool(j, r->refused);
        if ((uint64_t)r->position < t->stage_count)
            dm__json_bytes(j, "target", t->stages[r->position].target);
        dm__json_bytes(j, "place", r->place);
        dm__json_close(j, '}');
    }
    dm__json_close(j, ']');
}

static void tell_json(const struct story *t)
{
    struct dm_json j;
    dm__json_init(&j, t->cli->arena, 0);
    dm__json_open(&j, '{');
    dm__json_bytes(&j, "source", t->in.source);
    dm__json_bytes(&j, "path", t->in.path);
    dm__json_key(&j, "size");
    dm__json_uint(&j, t->in.size);
    dm__moment_json(&j, "first_seen", t->in.seen);
    dm__moment_json(&j, "settled", t->in.settled);
    dm__json_key(&j, "fate");
    dm__json_cstr(&j, state_word(t->in.state));
    dm__json_key(&j, "current");
    dm__json_bool(&j, t->in.generation == t->state->newest.id);
    dm__json_key(&j, "revision");
    dm__json_uint(&j, t->in.revision);
    dm__json_key(&j, "attempts");
    dm__json_uint(&j, t->in.attempts);
    if (t->in.state == DM_LEDGER_FAILED) {
        dm__json_key(&j, "stage");
        dm__json_str(&j, stage_name(t, t->in.stage));
        dm__json_key(&j, "reason");
        dm__json_str(&j, t->in.reason);
        dm__json_bytes(&j, "dead_letter", t->letter);
    }
    dm__json_key(&j, "edits");
    dm__json_uint(&j, t->in.edits);
    json_results(&j, t);
    json_work(&j, t);
    dm__json_close(&j, '}');
    dm__state_print_json(&j);
}

static int tell(const struct dm_cli *cli, struct dm_state *s, const char *name, bool json)
{
    struct story t = {.cli = cli, .state = s};
    const int got = find(cli, s, name, &t.in);
    if (got < 0 || (got > 0 && !complete(&t)))
        return dm__state_fail(cli, s);
    if (got == 0) {
        const dm_str shown = dm__printable(cli->arena, dm__str(name));
        dm__log_error(&cli->log, "%.*s: no run has met this document", (int)shown.len, shown.ptr);
        return DM_EXIT_FAILED;
    }
    if (json)
        tell_json(&t);
    else
        tell_text(&t);
    return DM_EXIT_OK;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct why_options *const o = options;
    struct dm_state s;
    const int status = dm__state_open(cli, operands->items[0], &s)
                           ? tell(cli, &s, operands->items[1], o->json)
                           : DM_EXIT_REFUSED;
    dm__state_close(&s);
    return status;
}

#define AT(f) (uint32_t) offsetof(struct why_options, f)
static const struct dm_arg args[] = {
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL, "print one JSON object"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill why pipelines/news.yaml articles/a.txt", "what became of an article, and what was done to it"},
    {"docmill why out/.docmill a.txt --json | jq .results", "where its results are"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the story was told"},
    {1, "no run has met the document, or the ledger cannot be read"},
    {2, "there is no ledger, or a mistake in the pipeline or on the command line"},
    {0, NULL},
};

const struct dm_command dm__command_why = {
    .name = "why",
    .operands = "STATE FILE",
    .summary = "tell the whole story of one document",
    .about = "Tells when a document was first seen, what became of it, what every stage did and by which "
             "rules, and where its results are.  FILE is the path of the input, or its source, the path "
             "below the input folder.  STATE is a state folder, or a pipeline file, which names one.\n\n"
             "`docmill try --explain PIPELINE FILE` shows the changes themselves.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 2,
    .most = 2,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct why_options),
    .run = run,
};
