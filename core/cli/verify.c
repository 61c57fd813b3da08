/* docmill verify: hold the outputs and the edits against the ledger.
 *
 * Two things are checked of each document that is done.  Its records: each output gives back what is at the place
 * that it named, and the hash must be the one on record.  Its edits: where the input is still the same, it goes
 * through the chain once more, in this process; undoing all edits must give the extracted text, the edits of each
 * rule must be as many as on record, and what is rendered must have the hash of what was written.
 *
 * Plugins see documents here, so the process confines itself as a worker is, and has read the ledger before. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/chain/chain.h"
#include "core/cli/confinement.h"
#include "core/cli/figure.h"
#include "core/cli/printable.h"
#include "core/cli/state.h"
#include "core/document/edit.h"
#include "core/engine/engine.h"
#include "core/ledger/work.h"
#include "core/pipeline/fingerprint.h"
#include "core/pipeline/reach.h"
#include "core/sandbox/inherit.h"
#include "core/text/str.h"

struct verify_options {
    bool json;
};

/* A document as the ledger has it. */
struct entry {
    struct dm_ledger_input in; /* with copies of its strings */
    struct dm_ledger_result *results;
    size_t result_count;
};

struct check {
    const struct dm_cli *cli;
    bool json;
    struct dm_state state;
    struct entry *entries;
    size_t count, cap;
    struct dm_loaded chain_side, sink_side; /* each has states of its own */
    struct dm_chain *chain;
    struct dm_sink **sinks; /* [step]; NULL: no output, or it does not open */
    const struct entry *at; /* at work */
    unsigned rendered;      /* records that the chain rendered for it */
    bool sound;             /* nothing is wrong with it */
    struct dm_arena scratch;
    uint64_t documents, records, unknown, rerun, changed, wrong;
};

/* ---- telling ------------------------------------------------------------------------------------ */

/* Something is not as it should be; step -1: no output is concerned. */
DM_PRINTF(3, 4) static void complain(struct check *c, int64_t step, const char *fmt, ...)
{
    char why[DM_WHY_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    c->wrong += c->sound;
    c->sound = false;
    const struct dm_pipeline *const p = c->chain_side.pipeline;
    const dm_str stage = step >= 0 && (uint64_t)step < p->step_count ? p->steps[step].name : DM_LIT("");
    if (!c->json) {
        dm__log_fate(&c->cli->log, DM_TONE_BAD, "wrong", c->at->in.path, stage, dm__str(why));
        return;
    }
    struct dm_json j;
    dm__json_init(&j, &c->scratch, 0);
    dm__json_open(&j, '{');
    dm__json_key(&j, "kind");
    dm__json_cstr(&j, "wrong");
    dm__json_bytes(&j, "source", c->at->in.source);
    dm__json_bytes(&j, "path", c->at->in.path);
    dm__json_key(&j, "stage");
    dm__json_str(&j, stage);
    dm__json_key(&j, "why");
    dm__json_cstr(&j, why);
    dm__json_close(&j, '}');
    dm__state_print_json(&j);
}

static void tell_total(const struct check *c)
{
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {{"documents", c->documents}, {"records", c->records}, {"unknown", c->unknown},
                  {"rerun", c->rerun},         {"changed", c->changed}, {"wrong", c->wrong}};
    if (c->json) {
        struct dm_json j;
        dm__json_init(&j, c->cli->arena, 0);
        dm__json_open(&j, '{');
        dm__json_key(&j, "kind");
        dm__json_cstr(&j, "total");
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            dm__json_key(&j, counts[i].key);
            dm__json_uint(&j, counts[i].value);
        }
        dm__json_close(&j, '}');
        dm__state_print_json(&j);
        return;
    }
    if (c->cli->common.quiet)
        return;
    printf("%s document%s checked, %s wrong\n", dm__figure_count(c->documents).text,
           c->documents == 1 ? "" : "s", dm__figure_count(c->wrong).text);
    printf("%s record%s read back from the outputs", dm__figure_count(c->records).text,
           c->records == 1 ? "" : "s");
    if (c->unknown != 0)
        printf("; %s of outputs that cannot read back", dm__figure_count(c->unknown).text);
    printf("\n%s run through the chain again", dm__figure_count(c->rerun).text);
    if (c->changed != 0)
        printf("; %s not, as the input has changed or is gone", dm__figure_count(c->changed).text);
    putchar('\n');
}

/* ---- what the ledger says ------------------------------------------------------------------------ */

static bool add_entry(struct check *c, const struct dm_ledger_input *in)
{
    struct dm_arena *const arena = c->cli->arena;
    c->entries = dm__arena_grow(arena, c->entries, c->count, &c->cap, sizeof *c->entries);
    if (c->entries == NULL)
        return false;
    struct entry *const e = &c->entries[c->count];
    *e = (struct entry){.in = *in};
    e->in.source = dm__arena_str(arena, in->source);
    e->in.path = dm__arena_str(arena, in->path);
    e->in.work = dm__arena_str(arena, in->work);
    c->count++;
    return e->in.source.ptr != NULL && e->in.path.ptr != NULL && e->in.work.ptr != NULL &&
           dm__ledger_results(c->state.ledger, arena, e->in.source, &e->results, &e->result_count);
}

static bool read_entries(struct check *c)
{
    struct dm_ledger_input in;
    int got = dm__ledger_walk(c->state.ledger, DM_LEDGER_ALL) ? 1 : -1;
    while (got == 1 && (got = dm__ledger_next(c->state.ledger, &in)) == 1)
        if (in.generation == c->state.newest.id && in.state == DM_LEDGER_DONE && !add_entry(c, &in))
            return false;
    return got == 0;
}

/* ---- records ------------------------------------------------------------------------------------- */

static void check_record(struct check *c, const struct dm_ledger_result *r)
{
    unsigned char hash[DM_HASH_SIZE];
    struct dm_outcome why;
    dm_str bytes;
    struct dm_sink *const sink =
        (uint64_t)r->position < c->sink_side.pipeline->step_count ? c->sinks[r->position] : NULL;
    const dm_status status =
        sink != NULL ? dm__sink_recall(sink, r->place, &bytes, &why) : (dm_status)DM_DROP;
    if (status == DM_DROP) {
        c->unknown++;
        return;
    }
    c->records++;
    if (status != DM_OK) {
        complain(c, r->position, "%s", why.why);
        return;
    }
    dm__hash_value(bytes, hash);
    if (memcmp(hash, r->hash, sizeof hash) != 0)
        complain(c, r->position, "what is at %.*s is not what was written", (int)r->place.len, r->place.ptr);
}

/* ---- edits --------------------------------------------------------------------------------------- */

static const struct dm_ledger_result *find_result(const struct entry *e, uint32_t part, int64_t position)
{
    for (size_t i = 0; i < e->result_count; i++)
        if (e->results[i].part == part && e->results[i].position == position)
            return &e->results[i];
    return NULL;
}

static dm_status on_rendered(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    struct check *const c = owner;
    unsigned char hash[DM_HASH_SIZE];
    const struct dm_ledger_result *const r = find_result(c->at, d->identity.part, step);
    c->rendered++;
    dm__hash_value(bytes, hash);
    if (r == NULL)
        complain(c, step, "the chain renders a record that was never written");
    else if (memcmp(hash, r->hash, sizeof hash) != 0)
        complain(c, step, "the chain renders another record than was written");
    return DM_OK;
}

static void on_part(void *owner, const dm_doc *d, dm_status status)
{
    struct check *const c = owner;
    struct dm_arena arena;
    if (status != DM_OK)
        return;
    dm__arena_init(&arena, 0);
    const dm_str before = dm__edit_undo(&arena, d->text, d->edits, d->edit_count, 0);
    if (before.ptr == NULL || !dm__str_eq(before, d->extracted))
        complain(c, -1, "undoing the edits does not give the extracted text");
    dm__arena_fini(&arena);
}

/* The edits of each rule, as many as on record. */
static void check_counts(struct check *c)
{
    const struct dm_step_stats *const stats = dm__chain_stats(c->chain);
    const struct dm_pipeline *const p = c->chain_side.pipeline;
    struct dm_work work;
    if (!dm__work_unpack(&c->scratch, c->at->in.work, &work)) {
        complain(c, -1, "the ledger's record of its edits is damaged");
        return;
    }
    for (size_t i = 0; i < p->step_count; i++) {
        const dm_array rules = p->steps[i].instances[0].stage->rules;
        for (uint32_t r = 0; r < rules.count; r++) {
            uint64_t made = 0, flagged = 0;
            for (size_t k = 0; k < work.count_count; k++) {
                const bool same = work.counts[k].position == i && work.counts[k].rule == r;
                made += same ? work.counts[k].made : 0;
                flagged += same ? work.counts[k].flagged : 0;
            }
            if (made != stats[i].rules[r] || flagged != stats[i].flagged[r])
                complain(c, (int64_t)i, "rule %s: %llu edits on record, %llu when it is run again",
                         DM_AT(dm_rule, rules, r)->id, (unsigned long long)made,
                         (unsigned long long)stats[i].rules[r]);
        }
    }
}

static void run_again(struct check *c, dm_str bytes)
{
    char id[DM_HASH_DIGITS + 1];
    struct dm_outcome outcome;
    dm__hash_bytes(c->at->in.source, id);
    const dm_identity identity = {.size = sizeof identity,
                                  .revision = c->at->in.revision,
                                  .id = {id, DM_HASH_DIGITS},
                                  .source = c->at->in.source,
                                  .part_name = DM_LIT(""),
                                  .cursor = DM_LIT("")};
    c->rerun++;
    c->rendered = 0;
    dm__chain_stats_reset(c->chain);
    dm__chain_run(c->chain, &identity, bytes, &outcome);
    if (outcome.status != DM_OK) {
        complain(c, outcome.step, "it was done, and fails now: %s", outcome.why);
        return;
    }
    if (c->rendered != c->at->result_count)
        complain(c, -1, "%zu records were written, and the chain renders %u", c->at->result_count,
                 c->rendered);
    check_counts(c);
}

static void check_edits(struct check *c, char **buffer, size_t *cap)
{
    unsigned char hash[DM_HASH_SIZE];
    char why[DM_WHY_MAX];
    struct dm_input_version version;
    dm_str bytes;
    const struct dm_ledger_input *const in = &c->at->in;
    bool same = dm__engine_read(AT_FDCWD, in->path.ptr, c->chain_side.pipeline->input.max_size, buffer, cap,
                                &bytes, &version, why) == DM_OK;
    if (same)
        dm__hash_value(bytes, hash);
    same = same && in->hashed && memcmp(hash, in->hash, sizeof hash) == 0;
    if (same)
        run_again(c, bytes);
    else
        c->changed++;
}

/* ---- the command --------------------------------------------------------------------------------- */

/* As a worker, but for what there is to read: inputs and outputs may lie anywhere. */
static bool confine(const struct check *c, struct dm_launcher **launcher)
{
    struct dm_sandbox sandbox;
    char why[DM_SANDBOX_WHY_MAX] = "out of memory";
    dm__confinement_warn(c->cli);
    *launcher = dm__launcher_fork(&c->state.loaded.pipeline->programs.orders);
    const bool ok = dm__reach_worker(c->cli->arena, c->state.loaded.pipeline, &sandbox) &&
                    dm__reach_add(c->cli->arena, &sandbox.reads, DM_LIT("/")) &&
                    dm__sandbox_enter(&sandbox, why);
    if (!ok)
        dm__log_error(&c->cli->log, "%s", why);
    return ok;
}

static bool open_sides(struct check *c, struct dm_launcher *launcher, const struct dm_chain_events *events)
{
    struct dm_outcome why;
    if (!dm__load_here(c->cli, &c->state.loaded, NULL, &c->chain_side) ||
        !dm__load_here(c->cli, &c->state.loaded, NULL, &c->sink_side))
        return false;
    const struct dm_pipeline *const p = c->sink_side.pipeline;
    c->chain_side.pipeline->programs.launcher = launcher;
    c->chain = dm__chain_open(c->chain_side.pipeline, p->run.memory, events, &why);
    if (c->chain == NULL) {
        dm__log_error(&c->cli->log, "%s", why.why);
        return false;
    }
    c->sinks = dm__arena_alloc(c->cli->arena, p->step_count * sizeof(struct dm_sink *), _Alignof(void *));
    for (size_t i = 0; c->sinks != NULL && i < p->step_count; i++)
        if (p->steps[i].kind == DM_OUTPUT)
            c->sinks[i] = dm__sink_open(&p->steps[i].instances[0], &why);
    return c->sinks != NULL;
}

static void check_all(struct check *c)
{
    char *buffer = NULL;
    size_t cap = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->at = &c->entries[i];
        c->sound = true;
        c->documents++;
        for (size_t k = 0; k < c->at->result_count; k++)
            if (!c->at->results[k].refused)
                check_record(c, &c->at->results[k]);
        check_edits(c, &buffer, &cap);
        dm__arena_reset(&c->scratch);
    }
    free(buffer);
}

static void close_sides(struct check *c)
{
    for (size_t i = 0; c->sinks != NULL && i < c->sink_side.pipeline->step_count; i++)
        dm__sink_close(c->sinks[i]);
    dm__chain_close(c->chain);
}

/* Only the pipeline that wrote the outputs can say whether they are right. */
static bool is_its_pipeline(const struct check *c, const char *operand)
{
    char fingerprint[DM_HASH_DIGITS + 1];
    if (!c->state.has_pipeline) {
        dm__log_error(&c->cli->log, "%s is a state folder: verify needs the pipeline file", operand);
        return false;
    }
    if (dm__fingerprint(c->state.loaded.pipeline, fingerprint) &&
        dm__str_eq(dm__str(fingerprint), c->state.newest.fingerprint))
        return true;
    dm__log_error(&c->cli->log,
                  "the pipeline, a plugin or a data file is another one now than that which wrote the "
                  "outputs: `docmill run` builds them anew");
    return false;
}

static int verify(struct check *c)
{
    const struct dm_chain_events events = {.owner = c, .rendered = on_rendered, .part = on_part};
    if (!read_entries(c))
        return dm__state_fail(c->cli, &c->state);
    dm__state_close(&c->state);
    struct dm_launcher *launcher = NULL;
    if (!confine(c, &launcher) || !open_sides(c, launcher, &events))
        return DM_EXIT_REFUSED;
    check_all(c);
    tell_total(c);
    close_sides(c);
    dm__launcher_end(launcher);
    return c->wrong == 0 ? DM_EXIT_OK : DM_EXIT_FAILED;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct verify_options *const o = options;
    struct check c = {.cli = cli, .json = o->json};
    dm__arena_init(&c.scratch, 0);
    const bool open = dm__state_open(cli, operands->items[0], &c.state);
    const int status = open && is_its_pipeline(&c, operands->items[0]) ? verify(&c) : DM_EXIT_REFUSED;
    dm__state_close(&c.state);
    dm__arena_fini(&c.scratch);
    return status;
}

#define AT(f) (uint32_t) offsetof(struct verify_options, f)
static const struct dm_arg args[] = {
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL,
     "print one JSON object a line: what is wrong, and the totals"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill verify pipelines/news.yaml", "check that the outputs are what was written"},
    {"docmill verify --json pipelines/news.yaml | jq -r 'select(.kind == \"wrong\").path'",
     "the inputs whose results are not"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "everything that could be checked is right"},
    {1, "something is wrong, and was named; or the ledger cannot be read"},
    {2, "refused to start: there is no ledger, or the pipeline is not the one that wrote the outputs"},
    {0, NULL},
};

const struct dm_command dm__command_verify = {
    .name = "verify",
    .operands = "PIPELINE",
    .summary = "check the outputs and the edits against the ledger",
    .about =
        "Reads every record back from the outputs and compares it with what was written.  Where the input "
        "is unchanged, the document goes through the pipeline once more: undoing its edits must give the "
        "extracted text byte for byte, there must be as many edits of each rule as on record, and the "
        "result must be the same.  Nothing is written.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = 1,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct verify_options),
    .run = run,
};
