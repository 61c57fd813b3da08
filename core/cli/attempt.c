/* One document through the chain, in this process. */
#include "core/cli/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/chain/chain.h"
#include "core/cli/confinement.h"
#include "core/cli/live.h"
#include "core/cli/stage_name.h"
#include "core/cli/trace.h"
#include "core/engine/engine.h"
#include "core/engine/frame.h"
#include "core/pipeline/reach.h"
#include "core/sandbox/inherit.h"
#include "core/text/hash.h"
#include "core/text/str.h"

/* What the events of the chain need. */
struct passage {
    const struct dm_attempt *attempt;
    const struct dm_cli *cli;
    const struct dm_pipeline *pipeline;
    int32_t last; /* the step that renders what is handed on */
    struct dm_trace trace;
    struct dm_chain *chain;
};

/* ---- the input ---------------------------------------------------------------------------------- */

/* Read standard input to its end. */
static dm_status read_stdin(uint64_t max_size, char **buffer, dm_str *out, char why[DM_WHY_MAX])
{
    size_t len = 0, cap = 0;
    for (;;) {
        if (len == cap) {
            char *larger = realloc(*buffer, cap = cap ? cap * 2 : (size_t)1 << 16);
            if (!larger) {
                snprintf(why, DM_WHY_MAX, "out of memory");
                return DM_ELIMIT;
            }
            *buffer = larger;
        }
        const ssize_t n = read(STDIN_FILENO, *buffer + len, cap - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            snprintf(why, DM_WHY_MAX, "cannot be read: %s", strerror(errno));
            return DM_EDOC;
        }
        if (n == 0)
            break;
        len += (size_t)n;
        if (len > max_size) {
            snprintf(why, DM_WHY_MAX, "larger than input.max-size, %llu bytes", (unsigned long long)max_size);
            return DM_EDOC;
        }
    }
    *out = (dm_str){*buffer, len};
    return DM_OK;
}

static dm_status read_input(const char *path, uint64_t max_size, char **buffer, dm_str *out,
                            char why[DM_WHY_MAX])
{
    size_t cap = 0;
    if (strcmp(path, "-") == 0)
        return read_stdin(max_size, buffer, out, why);
    struct dm_input_version version;
    return dm__engine_read(AT_FDCWD, path, max_size, buffer, &cap, out, &version, why);
}

dm_str dm__attempt_source(const char *path)
{
    const char *slash = strrchr(path, '/');
    return dm__str(strcmp(path, "-") == 0 ? "stdin" : slash && slash[1] ? slash + 1 : path);
}

/* ---- the chain ---------------------------------------------------------------------------------- */

static void on_log(void *owner, int32_t step, int32_t level, dm_str line)
{
    const struct passage *a = owner;
    const dm_str stage = step >= 0 ? a->pipeline->steps[step].name : DM_LIT("");
    dm__log_line(&a->cli->log, level, DM_LIT(""), stage, line);
}

static void on_step(void *owner, int32_t step)
{
    struct passage *const a = owner;
    dm__trace_begin(&a->trace, step);
}

static bool after_step(void *owner, int32_t step, const dm_doc *d)
{
    struct passage *const a = owner;
    dm__trace_end(&a->trace, a->chain, step, d);
    return true;
}

static dm_status on_rendered(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    struct passage *const a = owner;
    a->trace.rendered = bytes.len;
    return step == a->last ? a->attempt->rendered(a->attempt->owner, d, bytes) : DM_OK;
}

/* The pipeline up to and with step `stop` (-1: all of it), and behind it one output that renders what is
 * printed.  Steps keep their numbers, which the records of changes hold. */
static bool append_output(struct dm_arena *arena, struct dm_pipeline *p, int32_t stop,
                          struct dm_instance *output)
{
    const size_t count = stop < 0 ? p->step_count : (size_t)stop + 1;
    struct dm_step *steps = dm__arena_alloc(arena, (count + 1) * sizeof *steps, sizeof(void *));
    if (!steps)
        return false;
    memcpy(steps, p->steps, count * sizeof *steps);
    steps[count] = (struct dm_step){.kind = DM_OUTPUT,
                                    .name = dm__stage_full_name(arena, output->stage),
                                    .instances = output,
                                    .instance_count = 1};
    p->steps = steps;
    p->step_count = count + 1;
    return true;
}

/* Say what became of the document unless it went well.  return  exit status */
static int report(const struct dm_cli *cli, const struct dm_pipeline *p, const char *path,
                  const struct dm_outcome *out)
{
    if (out->status == DM_OK)
        return DM_EXIT_OK;
    const bool dropped = out->status == DM_DROP;
    const dm_str stage = out->step >= 0 ? p->steps[out->step].name : DM_LIT("");
    const dm_str why = dm__str(out->why[0] ? out->why : dm__status_word(out->status));
    fflush(stdout);
    if (cli->log.json)
        dm__log_line(&cli->log, dropped ? DM_LOG_WARNING : DM_LOG_ERROR, dm__str(path), stage, why);
    else
        dm__log_fate(&cli->log, dropped ? DM_TONE_WARNING : DM_TONE_BAD, dropped ? "dropped" : "failed",
                     dm__str(path), stage, dropped && out->why[0] == '\0' ? DM_LIT("") : why);
    return dropped ? DM_EXIT_OK : out->status == DM_ECONFIG ? DM_EXIT_REFUSED : DM_EXIT_FAILED;
}

static int run_chain(struct passage *a, const char *path, dm_str bytes)
{
    const bool traced = a->attempt->trace;
    const struct dm_chain_events events = {.owner = a,
                                           .log = on_log,
                                           .rendered = on_rendered,
                                           .at_step = traced ? on_step : NULL,
                                           .after_step = traced ? after_step : NULL};
    struct dm_outcome outcome;
    const uint64_t began = dm__clock();
    struct dm_chain *const chain = dm__chain_open(a->pipeline, a->pipeline->run.memory, &events, &outcome);
    if (!chain) {
        report(a->cli, a->pipeline, path, &outcome);
        return DM_EXIT_REFUSED;
    }
    a->chain = chain;
    if (traced)
        dm__trace_opened(&a->trace, dm__clock() - began);
    char id[DM_HASH_DIGITS + 1];
    const dm_str source = dm__attempt_source(path);
    dm__hash_bytes(source, id);
    const dm_identity identity = {.size = sizeof identity,
                                  .revision = 1,
                                  .id = dm__str(id),
                                  .source = source,
                                  .part_name = DM_LIT(""),
                                  .cursor = DM_LIT("")};
    dm__chain_run(chain, &identity, bytes, &outcome);
    dm__chain_close(chain);
    return report(a->cli, a->pipeline, path, &outcome);
}

/* ---- getting ready ------------------------------------------------------------------------------ */

/* The output with its defaults.  Nothing is written, so what must be given, a path, is anything. */
static struct dm_instance *make_output(const struct dm_cli *cli, struct dm_stage_ref ref, dm_str file)
{
    struct dm_instance *output = dm__arena_alloc(cli->arena, sizeof *output, sizeof(void *));
    dm_str with = DM_LIT("{");
    for (uint32_t i = 0; i < ref.stage->options.count; i++) {
        const dm_option *o = DM_AT(dm_option, ref.stage->options, i);
        if (!o->def && o->type == DM_PATH_OUT)
            with = dm__arena_printf(cli->arena, "%.*s%s: unused, ", (int)with.len, with.ptr, o->name);
    }
    with = dm__arena_printf(cli->arena, "%.*s}", (int)with.len, with.ptr);
    struct dm_report report;
    dm__report_init(&report, cli->arena);
    const struct dm_yaml *yaml = with.ptr ? dm__yaml_read(&report, file, with) : NULL;
    const bool made = output && yaml && dm__instance_make(cli->arena, ref, yaml, file, &report, output);
    dm__log_report(&cli->log, &report, (dm_str){NULL, 0});
    return made ? output : NULL;
}

/* Close all but the streams and the descriptor that is kept, if any. */
static void close_others(int *kept)
{
    const int least = STDERR_FILENO + 1;
    if (kept && *kept > least && dup2(*kept, least) == least)
        *kept = least; /* the other is closed with the rest */
    dm__inherit_close(kept && *kept == least ? least + 1 : least);
}

/* As a worker, for this one input. */
static bool confine(const struct dm_attempt *a, const struct dm_pipeline *p, dm_str output,
                    struct dm_launcher **launcher)
{
    const struct dm_cli *const cli = a->cli;
    struct dm_sandbox sandbox;
    char why[DM_SANDBOX_WHY_MAX] = "out of memory";
    dm__confinement_warn(cli);
    const bool known = dm__reach_worker(cli->arena, p, &sandbox) &&
                       dm__reach_add(cli->arena, &sandbox.reads, output) &&
                       dm__reach_add(cli->arena, &sandbox.reads, dm__str(a->path));
    close_others(a->kept);
    dm__inherit_nothing();
    *launcher = dm__launcher_fork(&p->programs.orders);
    const bool ok = known && dm__sandbox_enter(&sandbox, why);
    if (!ok)
        dm__log_error(&cli->log, "%s", why);
    return ok;
}

/* Load the plugins, find the output, and put the chain together.
 * here  out: what runs */
static bool prepare(const struct dm_cli *cli, const struct dm_attempt *o, struct dm_loaded *here)
{
    const char *const file = o->file;
    const struct dm_inputs inputs = {.elsewhere = true};
    struct dm_loaded described;
    if (!dm__load_pipeline(cli, file, &inputs, &described))
        return false;
    const struct dm_stage_ref wanted =
        dm__output_lookup(cli->arena, &cli->log, &described.registry, o->as ? o->as : "text");
    const int32_t stop = o->stage ? dm__step_lookup(cli->arena, &cli->log, described.pipeline, o->stage) : -1;
    if (!wanted.stage || (o->stage && stop < 0))
        return false;
    if (o->ready && !o->ready(o->owner, described.pipeline))
        return false;
    struct dm_launcher *launcher = NULL;
    if (!o->no_sandbox && !confine(o, described.pipeline, wanted.file->path, &launcher))
        return false;
    if (o->no_sandbox)
        launcher = dm__launcher_fork(&described.pipeline->programs.orders);
    if (!dm__load_here(cli, &described, wanted.file, here))
        return false;
    here->pipeline->programs.launcher = launcher;
    const struct dm_stage_ref loaded =
        dm__registry_find(&here->registry, DM_OUTPUT, dm__str(wanted.stage->name));
    struct dm_instance *output = loaded.stage ? make_output(cli, loaded, dm__str(file)) : NULL;
    return output && append_output(cli->arena, here->pipeline, stop, output);
}

int dm__attempt_run(const struct dm_attempt *a)
{
    struct dm_loaded here;
    if (!prepare(a->cli, a, &here))
        return DM_EXIT_REFUSED;
    struct passage passage = {
        .attempt = a,
        .cli = a->cli,
        .pipeline = here.pipeline,
        .last = (int32_t)here.pipeline->step_count - 1,
        .trace = {.to = stderr, .arena = a->cli->arena, .pipeline = here.pipeline, .at = -1}};
    struct dm_outcome outcome = {.step = -1};
    char *buffer = NULL;
    dm_str bytes;
    outcome.status = read_input(a->path, here.pipeline->input.max_size, &buffer, &bytes, outcome.why);
    const int status = outcome.status == DM_OK ? run_chain(&passage, a->path, bytes)
                                               : report(a->cli, here.pipeline, a->path, &outcome);
    free(buffer);
    dm__launcher_end(here.pipeline->programs.launcher);
    return status;
}
