/* docmill watch: a pipeline over files as they come. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/cli/confinement.h"
#include "core/cli/live.h"
#include "core/cli/notify.h"
#include "core/cli/preflight.h"
#include "core/cli/printable.h"
#include "core/pipeline/reach.h"
#include "core/text/str.h"

enum { PAUSE_LEAST = 5, PAUSE_MOST = 300, LINE_MAX = 512 }; /* seconds; bytes */
static const uint64_t second = 1000000000;                  /* ns */

struct watch_options {
    uint64_t workers; /* UINT64_MAX: auto */
};

/* A pipeline as it was read last, in an arena of its own. */
struct version {
    struct dm_arena arena;
    struct dm_cli cli;
    struct dm_loaded loaded;
    struct dm_sandbox_paths data; /* data files and scripts */
    uint64_t stamp;               /* of the files that it was read from */
};

struct watch {
    struct dm_cli *cli;
    const struct watch_options *options;
    const char *file;
    struct dm_words paths;
    struct version *now, *next; /* next: to be taken up */
    struct dm_live live;
    struct dm_engine_events told;   /* what `live` does with what the engine tells */
    uint64_t done, failed, dropped; /* of the generations before this one */
    uint64_t said_at, refused_stamp;
    bool ready, unsaid; /* unsaid: figures changed, and status does not know */
};

/* ---- the pipeline ------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t h, const char *path)
{
    struct stat st;
    const bool there = stat(path, &st) == 0;
    const uint64_t parts[] = {there ? (uint64_t)st.st_mtim.tv_sec : 0,
                              there ? (uint64_t)st.st_mtim.tv_nsec : 0, there ? (uint64_t)st.st_size : 0,
                              there ? (uint64_t)st.st_ino : 0};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        h = (h ^ parts[i]) * 1099511628211U;
    return h;
}

/* What the pipeline file, its plugins, data files and scripts are, by size and time. */
static uint64_t stamp_of(const struct watch *w, const struct version *v)
{
    uint64_t h = mix(14695981039346656037U, w->file);
    for (size_t i = 0; v != NULL && i < v->loaded.registry.count; i++)
        h = mix(h, v->loaded.registry.files[i].path.ptr);
    for (size_t i = 0; v != NULL && i < v->data.count; i++)
        h = mix(h, v->data.items[i]);
    return h;
}

static void drop(struct version *v)
{
    if (v == NULL)
        return;
    dm__arena_fini(&v->arena);
    free(v);
}

/* NULL: the problems were printed */
static struct version *read_version(const struct watch *w)
{
    struct version *const v = calloc(1, sizeof *v);
    if (v == NULL)
        return NULL;
    dm__arena_init(&v->arena, 0);
    v->cli = *w->cli;
    v->cli.arena = &v->arena;
    const struct dm_inputs inputs = {.paths = &w->paths};
    if (!dm__load_pipeline(&v->cli, w->file, &inputs, &v->loaded) || !dm__preflight(&v->cli, &v->loaded)) {
        drop(v);
        return NULL;
    }
    if (v->loaded.pipeline->run.state.len == 0) {
        dm__log_error(&w->cli->log,
                      "a watch needs a state folder: with 'state: none' it would not know what is new");
        drop(v);
        return NULL;
    }
    if (w->options->workers == UINT64_MAX)
        v->loaded.pipeline->run.workers = 0;
    if (!dm__reach_data(&v->arena, v->loaded.pipeline, &v->data)) {
        drop(v);
        return NULL;
    }
    v->stamp = stamp_of(w, v);
    return v;
}

/* Check a changed pipeline before anything is given up for it. */
static bool on_reload(void *owner, bool asked)
{
    struct watch *const w = owner;
    const uint64_t stamp = stamp_of(w, w->now);
    if (!asked && (stamp == w->now->stamp || stamp == w->refused_stamp))
        return false;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    dm__notify("RELOADING=1\nMONOTONIC_USEC=%llu",
               (unsigned long long)t.tv_sec * 1000000 + (unsigned long long)t.tv_nsec / 1000);
    struct version *const v = read_version(w);
    if (v == NULL) {
        w->refused_stamp = stamp;
        dm__log_error(&w->cli->log, "the changed pipeline is not taken up; the old one goes on");
        dm__notify("READY=1\nSTATUS=the changed pipeline is wrong; the old one goes on");
        return false;
    }
    drop(w->next);
    w->next = v;
    dm__log_note(&w->cli->log, "taking up the pipeline anew");
    return true;
}

/* ---- telling -------------------------------------------------------------------------------------- */

static void describe(const struct watch *w, const struct dm_engine_progress *p, char line[LINE_MAX])
{
    const uint64_t under_way = p->watch.ready + p->watch.waiting + p->watch.at_work + p->watch.backlog,
                   all_done = w->done + p->done, failed = w->failed + p->failed,
                   dropped = w->dropped + p->dropped;
    snprintf(line, LINE_MAX,
             "watching %zu folder%s%s: %" PRIu64 " done, %" PRIu64 " failed, %" PRIu64 " dropped, %" PRIu64
             " under way, %.0f/s",
             p->watch.folders, p->watch.folders == 1 ? "" : "s",
             p->watch.missing != 0 ? " (some are not there)" : "", all_done, failed, dropped, under_way,
             w->live.pace.documents);
}

/* What `docmill status` tells of a watch: written beside the ledger by temporary and rename. */
static void keep(const struct watch *w, const struct dm_engine_progress *p)
{
    const dm_str state = w->now->loaded.pipeline->run.state;
    char path[4096], temporary[4096 + 8];
    struct dm_arena arena;
    struct dm_json j;
    snprintf(path, sizeof path, "%.*s/watch.json", (int)(state.len < 4000 ? state.len : 4000), state.ptr);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    dm__arena_init(&arena, 0);
    dm__json_init(&j, &arena, 0);
    dm__json_open(&j, '{');
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {{"pid", (uint64_t)getpid()},       {"done", w->done + p->done},
                  {"failed", w->failed + p->failed}, {"dropped", w->dropped + p->dropped},
                  {"moved", p->watch_moved},         {"backlog", p->watch.ready + p->watch.backlog},
                  {"waiting", p->watch.waiting},     {"at_work", p->watch.at_work},
                  {"folders", p->watch.folders},     {"unwatched", p->watch.unwatched},
                  {"polled", p->watch.polled},       {"missing", p->watch.missing},
                  {"events", p->watch.events},       {"overflows", p->watch.overflows},
                  {"scans", p->watch.scans}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        dm__json_key(&j, counts[i].key);
        dm__json_uint(&j, counts[i].value);
    }
    dm__json_close(&j, '}');
    const dm_str text = dm__json_text(&j);
    FILE *const f = text.ptr != NULL ? fopen(temporary, "we") : NULL;
    if (f != NULL) {
        fwrite(text.ptr, 1, text.len, f);
        fputc('\n', f);
        if (fclose(f) == 0)
            rename(temporary, path);
    }
    dm__arena_fini(&arena);
}

static void say_ready(struct watch *w)
{
    w->ready = true;
    dm__notify("READY=1");
    if (w->cli->log.json) {
        struct dm_json j;
        dm__log_begin(&j, &w->live.scratch, "ready");
        dm__log_end(&w->cli->log, &j);
        dm__arena_reset(&w->live.scratch);
        return;
    }
    dm__log_note(&w->cli->log, "watching");
}

static void draw(struct watch *w, const char *line)
{
    const unsigned columns = dm__terminal_columns(STDERR_FILENO);
    fprintf(w->cli->log.to, "\r\033[K%.*s", (int)(columns > 1 ? columns - 1 : 1), line);
    fflush(w->cli->log.to);
    w->live.bar_shown = true;
}

static void on_progress(void *owner, const struct dm_engine_progress *p)
{
    struct watch *const w = owner;
    char line[LINE_MAX];
    dm__pace_update(&w->live.pace, p);
    const bool changed =
        p->done + p->failed + p->dropped != w->live.last.done + w->live.last.failed + w->live.last.dropped ||
        p->watch.scans != w->live.last.watch.scans || p->watch.folders != w->live.last.watch.folders ||
        p->watch.waiting != w->live.last.watch.waiting;
    w->live.last = *p;
    if (p->watch_ready && !w->ready)
        say_ready(w);
    if (dm__notify_watchdog() != 0)
        dm__notify("WATCHDOG=1");
    describe(w, p, line);
    if (w->live.bar)
        draw(w, line);
    w->unsaid = w->unsaid || changed;
    if (!w->unsaid || (p->nanoseconds - w->said_at < second && w->said_at != 0))
        return;
    w->said_at = p->nanoseconds;
    w->unsaid = false;
    keep(w, p);
    dm__notify("STATUS=%s", line);
}

static void on_document(void *owner, const struct dm_engine_document *d)
{
    struct watch *const w = owner;
    w->told.document(&w->live, d);
}

static void on_log(void *owner, int32_t level, dm_str source, dm_str stage, dm_str line)
{
    struct watch *const w = owner;
    w->told.log(&w->live, level, source, stage, line);
}

/* ---- going on ------------------------------------------------------------------------------------- */

static volatile sig_atomic_t caught;

static void catch_signal(int signal)
{
    caught = signal;
}

/* After an error: wait, unless a signal asks for something else.  return  the signal; 0: none */
static int pause_for(struct watch *w, unsigned seconds, const char *why)
{
    const struct sigaction act = {.sa_handler = catch_signal};
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
    const dm_str shown = dm__printable(w->cli->arena, dm__str(why));
    sigset_t set;
    caught = 0;
    sigemptyset(&set);
    for (size_t i = 0; i < 3; i++) {
        sigaction(signals[i], &act, NULL);
        sigaddset(&set, signals[i]);
    }
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    dm__log_error(&w->cli->log, "%.*s", (int)shown.len, shown.ptr);
    dm__log_note(&w->cli->log, "paused for %u seconds; SIGHUP goes on at once", seconds);
    dm__notify("STATUS=paused: %.*s", (int)shown.len, shown.ptr);
    for (unsigned i = 0; i < seconds && caught == 0; i++) {
        struct timespec t = {1, 0};
        nanosleep(&t, NULL);
        if (dm__notify_watchdog() != 0)
            dm__notify("WATCHDOG=1");
    }
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return caught;
}

static int run_once(struct watch *w, struct dm_engine_summary *summary)
{
    const struct version *const v = w->now;
    struct dm_engine_events events;
    struct dm_arena arena;
    const bool is_auto = w->options->workers == UINT64_MAX;
    const struct dm_engine_options engine = {.pipeline = v->loaded.pipeline,
                                             .registry = &v->loaded.registry,
                                             .args = &v->loaded.args,
                                             .workers = is_auto ? 0 : (uint32_t)w->options->workers,
                                             .watch = true};
    dm__arena_init(&arena, 0);
    dm__live_begin(&w->live, w->cli, &w->told);
    w->said_at = 0;
    events = (struct dm_engine_events){.owner = w,
                                       .document = on_document,
                                       .progress = on_progress,
                                       .log = on_log,
                                       .reload = on_reload,
                                       .every_document = !w->cli->common.quiet};
    const int status = dm__engine_run(&arena, &engine, &events, summary);
    dm__live_end(&w->live);
    keep(w, &w->live.last);
    w->done += summary->done;
    w->failed += w->live.last.failed;
    w->dropped += summary->dropped;
    if (summary->stopped != NULL)
        summary->stopped = dm__arena_str(w->cli->arena, dm__str(summary->stopped)).ptr;
    dm__arena_fini(&arena);
    return status;
}

/* Whether to go on after the engine came back; *status is what to end with. */
static bool goes_on(struct watch *w, const struct dm_engine_summary *s, int *status, unsigned *pause)
{
    if (s->reload && w->next != NULL && s->signal == 0) {
        drop(w->now);
        w->now = w->next;
        w->next = NULL;
        w->ready = false;
        return true;
    }
    if (s->bereaved && s->signal == 0) {
        nanosleep(&(struct timespec){0, w->ready ? 0 : 200000000}, NULL);
        dm__log_warning(&w->cli->log, "%s; starting again",
                        s->stopped != NULL ? s->stopped : "a process was killed");
        return true;
    }
    if (s->stopped == NULL || s->signal != 0) { /* it was told to stop */
        *status = *status == DM_EXIT_FAILED ? DM_EXIT_OK : *status;
        return false;
    }
    if (!w->ready) {
        const dm_str why = dm__printable(w->cli->arena, dm__str(s->stopped));
        dm__log_error(&w->cli->log, "%.*s", (int)why.len, why.ptr);
        return false;
    }
    const int signal = pause_for(w, *pause, s->stopped);
    *pause = *pause * 2 > PAUSE_MOST ? PAUSE_MOST : *pause * 2;
    if (signal == SIGINT || signal == SIGTERM) {
        *status = 128 + signal;
        return false;
    }
    if (signal == SIGHUP) {
        struct version *const v = read_version(w);
        if (v != NULL) {
            drop(w->now);
            w->now = v;
        }
    }
    return true;
}

static int watch(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    struct watch w = {.cli = cli,
                      .options = options,
                      .file = operands->items[0],
                      .paths = {.items = operands->items + 1, .count = operands->count - 1}};
    unsigned pause = PAUSE_LEAST;
    int status;
    if (w.options->workers != UINT64_MAX && w.options->workers > UINT32_MAX) {
        dm__log_error(&cli->log, "--workers: that many processes will not do");
        return DM_EXIT_REFUSED;
    }
    w.now = read_version(&w);
    if (w.now == NULL)
        return DM_EXIT_REFUSED;
    dm__confinement_warn(cli);
    for (bool on = true; on;) {
        struct dm_engine_summary summary = {0};
        status = run_once(&w, &summary);
        if (summary.done != 0)
            pause = PAUSE_LEAST;
        on = goes_on(&w, &summary, &status, &pause);
    }
    dm__notify("STOPPING=1");
    if (w.ready)
        dm__log_note(&cli->log, "stopped: %llu done, %llu failed, %llu dropped", (unsigned long long)w.done,
                     (unsigned long long)w.failed, (unsigned long long)w.dropped);
    drop(w.now);
    drop(w.next);
    return status;
}

#define AT(f) (uint32_t) offsetof(struct watch_options, f)
static const char *const auto_word[] = {"auto", NULL};
static const struct dm_arg args[] = {
    {"workers", 0, DM_ARG_COUNT, AT(workers), "N", auto_word,
     "use N worker processes instead of what the pipeline says; auto: one for each processor"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill watch pipelines/inbox.yaml inbox", "process what comes into the folder"},
    {"docmill watch --log json pipelines/inbox.yaml inbox", "with one JSON object a line on standard error"},
    {"docmill audit pipelines/inbox.yaml inbox", "see that nothing was left out"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "stopped by SIGINT or SIGTERM, and all that was begun is finished"},
    {1, "it could not go on, as its last line says"},
    {2, "refused to start: a mistake in the pipeline or on the command line, a folder that is not there"},
    {130, "SIGINT while it was paused, or a second one"},
    {143, "SIGTERM in the same way"},
    {0, NULL},
};

const struct dm_command dm__command_watch = {
    .name = "watch",
    .operands = "PIPELINE [FOLDER...]",
    .summary = "run a pipeline over files as they come",
    .about =
        "Processes what lies in the folders, and then each file that comes, until it is told to stop.  "
        "FOLDER "
        "replaces the inputs that the pipeline names.  A file is read once nobody has it open for writing; "
        "what "
        "was processed is in the ledger, so that a restart repeats nothing and leaves nothing out.  `watch:` "
        "in "
        "the pipeline file says what is ignored, when a file is complete, and what becomes of it "
        "afterwards.\n\n"
        "SIGHUP has a changed pipeline taken up, if it is right.  A stage that fails with document after "
        "document, or an output that cannot be written, pauses the watch; it goes on by itself.  With "
        "NOTIFY_SOCKET in the environment the service manager hears of it: readiness, status, watchdog.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = SIZE_MAX,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct watch_options),
    .run = watch,
};
