/* The supervisor: one libuv loop that runs no plugin code.
 *
 * Inputs are fetched by the thread pool, numbered in order, and handed to the
 * workers; the writer tells which are settled.  Everything that happens ends in
 * advance(), which does what can be done next. */
#include "core/engine/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/failpoint.h"
#include "core/engine/watching.h"
#include "core/sandbox/inherit.h"
#include "core/text/str.h"

enum {
    FETCH_COUNT = 4096,
    LOOK_COUNT = 16384, /* inputs that are looked at in one go, most of which may be left alone */
    FETCH_BYTES = 256 * 1024,
    REFUSAL_MAX = 256,
    TICK_MS = 50,
    TICK_LEAST_MS = 5,
    PROGRESS_MS = 100,
    SLOW_MS = 1000,   /* both timers of a watch that has nothing to do */
    WATCH_FETCH = 256 /* inputs that a watch has ahead: what waits may change meanwhile */
};
static const uint64_t STOP_MAX = 60U * 1000000000U; /* ns: for the writer's last commit */

/* ---- telling
 * ----------------------------------------------------------------------------------
 */

dm_str dm__supervisor_stage(const struct dm_supervisor *s, int32_t step)
{
    return step >= 0 && (size_t)step < s->pipeline->step_count ? s->pipeline->steps[step].name
                                                               : DM_LIT("input");
}

uint32_t dm__supervisor_attempts(const struct dm_flying *d, dm_status status)
{
    return d->attempts != 0 && status < DM_OK ? d->attempts : d->attempts + 1;
}

void dm__supervisor_log(struct dm_supervisor *s, int32_t level, dm_str source, dm_str stage, dm_str line)
{
    if (s->events->log != NULL)
        s->events->log(s->events->owner, level, source, stage, line);
}

void dm__supervisor_stop(struct dm_supervisor *s, const char *fmt, ...)
{
    if (s->stopping)
        return;
    s->stopping = s->draining = true;
    s->stopped_at = dm__clock();
    va_list ap;
    va_start(ap, fmt);
    char why[DM_WHY_MAX * 2];
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    s->summary->stopped = dm__arena_str(s->arena, dm__str(why)).ptr;
    if (s->summary->stopped == NULL)
        s->summary->stopped = "out of memory";
    dm__crew_kill(s);
}

void dm__supervisor_bury(struct dm_supervisor *s, struct dm_flying *d, dm_status status, int32_t step,
                         const char *why)
{
    d->worker = 0; /* whoever had it has it no longer */
    dm__scribe_bury(s, d, status, step, dm__str(why));
}

/* ---- finding inputs
 * ---------------------------------------------------------------------------
 */

/* Where a retried input lies now: what is a link may lead out of the folder that it was found in. */
static const char *check_retried(dm_str path, dm_str source)
{
    char real[PATH_MAX], base[PATH_MAX];
    struct stat st;
    if (lstat(path.ptr, &st) != 0 || !S_ISLNK(st.st_mode))
        return NULL;
    const size_t len = path.len - source.len;
    snprintf(base, sizeof base, "%.*s", (int)len, len != 0 ? path.ptr : "");
    char folder[PATH_MAX];
    if (realpath(path.ptr, real) == NULL || realpath(len != 0 ? base : ".", folder) == NULL)
        return "is a symbolic link that leads nowhere";
    const size_t above = strlen(folder);
    return strncmp(real, folder, above) == 0 && (real[above] == '/' || above == 1)
               ? NULL
               : "is a symbolic link that leads out of the input folder";
}

/* The next input and what is known of it.  return  as dm__source_next() */
static int next_input(struct dm_supervisor *s, struct dm_source_item *item, struct dm_history *history)
{
    if (s->watching != NULL)
        return dm__watching_next(s, item, history);
    if (s->source == NULL) {
        const int got = dm__book_next_failure(&s->book, &item->path, &item->source, history, s->fetch_why);
        if (got == 1)
            item->refused = check_retried(item->path, item->source);
        return got;
    }
    const int got = dm__source_next(s->source, item, s->fetch_why);
    return got == 1 && !dm__book_judge(&s->book, item->path, item->source, history, s->fetch_why) ? -1 : got;
}

/* Without memory for it the next run looks at the content again. */
static void note_touched(struct dm_found *f, dm_str source, int64_t modified)
{
    char *const p = dm__frames_add(&f->touched, DM_FRAME_TOUCH, (uint64_t)modified, source.len);
    if (p != NULL)
        memcpy(p, source.ptr, source.len);
}

/* In the thread pool: the next stretch of inputs, less those that are to be left alone. */
static void fetch_inputs(struct dm_supervisor *s)
{
    struct dm_found *const f = &s->fetched;
    size_t used = 0;
    f->count = f->next = 0;
    memset(f->pasts, 0, sizeof f->pasts);
    for (size_t looked = 0;
         looked < LOOK_COUNT && f->count < (s->watching != NULL ? WATCH_FETCH : FETCH_COUNT) &&
         used + PATH_MAX + 1 + REFUSAL_MAX <= FETCH_BYTES;
         looked++) {
        struct dm_source_item item;
        struct dm_history history;
        s->fetch_result = next_input(s, &item, &history);
        if (s->fetch_result != 1)
            return;
        f->pasts[history.past]++;
        if (history.touched != 0)
            note_touched(f, item.source, history.touched);
        if (!dm__past_is_due(history.past)) {
            if (s->watching != NULL)
                dm__watcher_done(s->watching->watcher, item.path);
            continue;
        }
        struct dm_found_item *const to = &f->items[f->count++];
        *to = (struct dm_found_item){used, item.path.len, (size_t)(item.source.ptr - item.path.ptr), 0,
                                     history};
        memcpy(f->paths + used, item.path.ptr, item.path.len + 1);
        used += item.path.len + 1;
        if (item.refused != NULL) {
            to->refusal_at = used;
            used += (size_t)snprintf(f->paths + used, REFUSAL_MAX, "%s", item.refused) + 1;
        }
    }
}

static void fetch(uv_work_t *work)
{
    struct dm_supervisor *const s = work->data;
    const bool judging =
        s->source != NULL || s->watching != NULL; /* a walk over failures is one statement already */
    if (s->watching != NULL)
        dm__watching_work(s);
    if (s->watching != NULL && !s->watching->fills)
        return;
    if (judging && !dm__book_begin_judging(&s->book, s->fetch_why)) {
        s->fetched.count = 0;
        s->fetch_result = -1;
        return;
    }
    fetch_inputs(s);
    if (judging)
        dm__book_end_judging(&s->book);
}

static void on_fetched(uv_work_t *work, int status)
{
    struct dm_supervisor *const s = work->data;
    (void)status;
    s->fetching = false;
    if (s->watching != NULL)
        dm__watching_worked(s);
    if (s->watching != NULL && !s->watching->fills) {
        dm__supervisor_advance(s);
        return;
    }
    s->found_count += s->fetched.count;
    for (size_t i = 0; i < DM_PAST_COUNT; i++)
        s->pasts[i] += s->fetched.pasts[i];
    if (s->fetched.touched.to != 0)
        dm__batch_add(s, (dm_str){s->fetched.touched.ptr, s->fetched.touched.to}, 0);
    s->fetched.touched.to = 0;
    if (s->fetch_result == 0)
        s->found_all = s->watching == NULL;
    else if (s->fetch_result < 0)
        dm__supervisor_stop(s, "%s", s->fetch_why);
    dm__supervisor_advance(s);
}

/* In the thread pool: how many inputs there are.  A list that is no file can be
 * read once only. */
static void count(uv_work_t *work)
{
    struct dm_supervisor *const s = work->data;
    char why[DM_WHY_MAX];
    struct dm_source_item item;
    struct dm_source *const source = dm__source_open(&s->pipeline->input, s->options->from0, why);
    uint64_t n = 0;
    int got = source != NULL ? 1 : -1;
    while (got == 1 && !atomic_load_explicit(&s->uncount, memory_order_relaxed)) {
        got = dm__source_next(source, &item, why);
        n += got == 1;
    }
    s->counted = got == 0 ? n : 0;
    dm__source_close(source);
}

static void on_counted(uv_work_t *work, int status)
{
    struct dm_supervisor *const s = work->data;
    (void)status;
    s->counting = false;
    dm__supervisor_advance(s);
}

static bool can_be_read_twice(const char *file)
{
    struct stat st;
    return strcmp(file, "-") != 0 && stat(file, &st) == 0 && S_ISREG(st.st_mode);
}

static void count_ahead(struct dm_supervisor *s)
{
    if (!s->options->count_ahead || s->options->retry != NULL ||
        (s->options->from0 != NULL && !can_be_read_twice(s->options->from0)))
        return;
    s->counting = true;
    s->count.data = s;
    uv_queue_work(&s->loop, &s->count, count, on_counted);
}

static void swap_found(struct dm_supervisor *s)
{
    const struct dm_found used = s->found;
    s->found = s->fetched;
    s->fetched = used;
    s->fetched.count = s->fetched.next = 0;
}

static void fetch_more(struct dm_supervisor *s)
{
    if (s->fetching || (s->draining && !dm__watching_owes(s)))
        return;
    if (s->found.next == s->found.count && s->fetched.count != 0)
        swap_found(s);
    if (s->watching != NULL ? !dm__watching_is_due(s) : s->found_all || s->fetched.count != 0)
        return;
    s->fetching = true;
    s->fetch.data = s;
    uv_queue_work(&s->loop, &s->fetch, fetch, on_fetched);
}

static bool is_exhausted(const struct dm_supervisor *s)
{
    return (s->options->limit != 0 && s->given >= s->options->limit) ||
           (s->found_all && !s->fetching && s->found.next == s->found.count && s->fetched.count == 0);
}

/* Number the next input.  NULL: none now. */
static struct dm_flying *number_next(struct dm_supervisor *s)
{
    if (s->draining || is_exhausted(s) || dm__flight_is_full(&s->flight))
        return NULL;
    if (s->found.next == s->found.count) {
        fetch_more(s);
        if (s->found.next == s->found.count)
            return NULL;
    }
    const struct dm_found_item *const item = &s->found.items[s->found.next++];
    struct dm_flying *const d =
        dm__flight_add(&s->flight, (dm_str){s->found.paths + item->path_at, item->path_len}, item->source_at);
    if (d == NULL) {
        dm__supervisor_stop(s, "out of memory");
        return NULL;
    }
    s->given++;
    d->revision = item->history.revision;
    d->known = item->history.known;
    d->has_letter = item->history.failed;
    fetch_more(s);
    d->refused = item->refusal_at != 0;
    if (d->refused)
        dm__supervisor_bury(s, d, DM_EDOC, -1, s->found.paths + item->refusal_at);
    return d;
}

struct dm_flying *dm__supervisor_next(struct dm_supervisor *s)
{
    struct dm_flying *d = dm__flight_ready(&s->flight, s->flight.waiting != NULL ? dm__clock() : 0);
    if (d != NULL) {
        dm__flight_unwait(&s->flight, d);
        return d;
    }
    do
        d = number_next(s);
    while (d != NULL && d->refused);
    return d;
}

static void pace(struct dm_supervisor *s);
static void on_tick(uv_timer_t *timer);
static void on_progress(uv_timer_t *timer);
static uint64_t tick_of(const struct dm_supervisor *s);

/* ---- going on and ending
 * ---------------------------------------------------------------------- */

/* Whether the outputs may take their names.  Those that replace older ones wait until all inputs are in them:
 * a limit must not make documents vanish. */
static bool is_complete(const struct dm_supervisor *s)
{
    if (s->watching != NULL)
        return s->draining && dm__flight_is_empty(&s->flight);
    const bool all = s->found_all && !s->fetching && s->found.next == s->found.count && s->fetched.count == 0;
    return s->book.rebuilds ? all && s->source != NULL : is_exhausted(s);
}

static void end_writer(struct dm_supervisor *s)
{
    if (s->finishing || !s->writer_started || s->writer.exited)
        return;
    s->finishing = true;
    dm__failpoint(DM_FAIL_S_FINISHING);
    s->partial = !s->stopping && s->caught == 0 && !is_complete(s);
    if (!s->stopping && is_complete(s))
        dm__scribe_send(s, DM_FRAME_FINISH, s->flight.newest);
    else
        dm__scribe_send(s, DM_FRAME_END, 0);
}

/* The writer need not wait for more; of a watch: for now. */
static void announce_newest(struct dm_supervisor *s)
{
    const bool all = s->watching != NULL ? s->found.next == s->found.count && s->fetched.count == 0
                                         : is_exhausted(s) && !s->fetching;
    if (!all || dm__flight_is_empty(&s->flight) || s->announced == s->flight.newest)
        return;
    s->announced = s->flight.newest;
    dm__scribe_send(s, DM_FRAME_NEWEST, s->announced);
}

void dm__supervisor_advance(struct dm_supervisor *s)
{
    if (s->advancing)
        return;
    s->advancing = true;
    const bool writer_gone = !s->writer_started || dm__child_is_gone(&s->writer);
    if (s->writer_started && writer_gone && !s->finishing && !s->stopping) {
        s->bereaved = s->writer.signal == SIGKILL;
        dm__supervisor_stop(s, "the writer died (%s)",
                            s->writer.signal != 0 ? strsignal(s->writer.signal) : "it exited");
    }
    if (!s->stopping) {
        fetch_more(s);
        if (s->writer_ready) {
            dm__crew_feed(s);
            announce_newest(s);
        }
    }
    const bool all_settled = dm__flight_is_empty(&s->flight) && (s->draining || is_exhausted(s)) &&
                             !s->fetching && !dm__watching_owes(s);
    if (all_settled && (s->writer_ready || s->stopping)) {
        dm__crew_dismiss(s);
        end_writer(s);
    } else if (s->stopping && dm__crew_is_gone(s)) {
        end_writer(s);
    }
    if (s->finishing || s->stopping)
        atomic_store(&s->uncount, true);
    if (writer_gone && dm__crew_is_gone(s) && !s->fetching && !s->counting && dm__batch_is_idle(s) &&
        (s->stopping || s->finishing || !s->writer_started))
        uv_stop(&s->loop);
    pace(s);
    s->advancing = false;
}

/* How often the timers tick. */
static void pace(struct dm_supervisor *s)
{
    const bool slow = s->watching != NULL && dm__flight_is_empty(&s->flight) && s->writer_ready &&
                      s->crew_ready && !s->draining && s->found.next == s->found.count;
    if (slow == s->slow)
        return;
    s->slow = slow;
    uv_timer_start(&s->tick, on_tick, slow ? SLOW_MS : tick_of(s), slow ? SLOW_MS : tick_of(s));
    uv_timer_start(&s->progress_timer, on_progress, PROGRESS_MS, slow ? SLOW_MS : PROGRESS_MS);
}

static void on_tick(uv_timer_t *timer)
{
    struct dm_supervisor *const s = uv_loop_get_data(timer->loop);
    dm__crew_watch(s);
    if (s->stopping && s->writer_started && !s->writer.exited && dm__clock() - s->stopped_at > STOP_MAX)
        dm__child_kill(&s->writer);
    dm__supervisor_advance(s);
}

static void on_progress(uv_timer_t *timer)
{
    struct dm_supervisor *const s = uv_loop_get_data(timer->loop);
    dm__totals_progress(s);
    if (s->watching != NULL)
        dm__watching_reload(s, false);
}

/* The first signal drains; the second stops at once. */
static void on_signal(uv_signal_t *handle, int signal)
{
    struct dm_supervisor *const s = uv_loop_get_data(handle->loop);
    if (s->caught == 0) {
        s->caught = signal;
        s->draining = true;
        dm__supervisor_log(s, DM_LOG_INFO, DM_LIT(""), DM_LIT("run"),
                           DM_LIT("stopping after the documents at work; once more to stop at once"));
        dm__supervisor_advance(s);
        return;
    }
    dm__supervisor_stop(s, "interrupted at once");
    if (!s->writer.exited && s->writer_started)
        dm__child_kill(&s->writer);
}

/* ---- a run's beginning and end
 * ---------------------------------------------------------------- */

static bool make_found(struct dm_found *f)
{
    f->paths = malloc(FETCH_BYTES);
    f->items = calloc(FETCH_COUNT, sizeof *f->items);
    return f->paths != NULL && f->items != NULL;
}

static uint32_t count_workers(const struct dm_engine_options *o)
{
    const uint32_t asked = o->workers != 0 ? o->workers : o->pipeline->run.workers;
    return asked != 0 ? asked : uv_available_parallelism();
}

/* The ledger, the dead letters, and where inputs come from. */
static bool open_past(struct dm_supervisor *s, char why[DM_WHY_MAX])
{
    const dm_str state = s->pipeline->run.state;
    if (s->options->retry != NULL && state.len == 0) {
        snprintf(why, DM_WHY_MAX, "with 'state: none' nothing is known of earlier failures");
        return false;
    }
    if (s->options->watch && !dm__watching_open(s, why))
        return false;
    if (s->options->retry == NULL && !s->options->watch) {
        s->source = dm__source_open(&s->pipeline->input, s->options->from0, why);
        if (s->source == NULL)
            return false;
    }
    if (!dm__book_open(&s->book, s->options, why))
        return false;
    if (state.len != 0 && !dm__deadletter_open(s->arena, state, s->book.past, &s->dead_letters, why))
        return false;
    return s->options->retry == NULL || dm__book_begin_failures(&s->book, why);
}

static bool begin(struct dm_supervisor *s)
{
    char why[DM_WHY_MAX];
    uv_loop_set_data(&s->loop, s);
    s->worker_target = count_workers(s->options);
    s->job = dm__job_write(s->options);
    const int job_error = errno;
    s->environment = dm__inherit_environment();
    if (!dm__flight_init(&s->flight) || !make_found(&s->found) || !make_found(&s->fetched) ||
        s->environment == NULL || !dm__totals_init(s)) {
        dm__supervisor_stop(s, "out of memory");
        return false;
    }
    if (s->job < 0) {
        dm__supervisor_stop(s, "the job cannot be written: %s", strerror(job_error));
        return false;
    }
    if (!open_past(s, why)) {
        dm__supervisor_stop(s, "%s", why);
        return false;
    }
    return true;
}

/* A time limit below the usual tick wants a faster one. */
static uint64_t tick_of(const struct dm_supervisor *s)
{
    const uint64_t half = s->pipeline->run.timeout / 2;
    return half > TICK_MS ? TICK_MS : half < TICK_LEAST_MS ? TICK_LEAST_MS : half;
}

static void start_handles(struct dm_supervisor *s)
{
    uv_timer_init(&s->loop, &s->tick);
    uv_timer_start(&s->tick, on_tick, tick_of(s), tick_of(s));
    uv_timer_init(&s->loop, &s->progress_timer);
    uv_timer_start(&s->progress_timer, on_progress, PROGRESS_MS, PROGRESS_MS);
    uv_signal_init(&s->loop, &s->interrupt);
    uv_signal_start(&s->interrupt, on_signal, SIGINT);
    uv_signal_init(&s->loop, &s->terminate);
    uv_signal_start(&s->terminate, on_signal, SIGTERM);
    if (s->watching != NULL)
        dm__watching_start(s);
}

static void close_handles(struct dm_supervisor *s)
{
    uv_close((uv_handle_t *)&s->tick, NULL);
    uv_close((uv_handle_t *)&s->progress_timer, NULL);
    uv_close((uv_handle_t *)&s->interrupt, NULL);
    uv_close((uv_handle_t *)&s->terminate, NULL);
    dm__watching_close_handles(s);
    dm__crew_close(s);
    if (s->writer.supervisor != NULL)
        dm__child_close(&s->writer, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
}

static void release(struct dm_supervisor *s)
{
    dm__source_close(s->source);
    dm__watching_free(s);
    dm__batch_fini(s);
    dm__flight_fini(&s->flight);
    dm__totals_fini(s);
    free(s->found.paths);
    free(s->found.items);
    free(s->fetched.paths);
    dm__frames_fini(&s->found.touched);
    dm__frames_fini(&s->fetched.touched);
    free(s->fetched.items);
    free(s->environment);
    if (s->job >= 0)
        close(s->job);
    dm__arena_fini(&s->scratch);
}

static int exit_status(const struct dm_supervisor *s, bool started)
{
    if (!started)
        return DM_EXIT_REFUSED;
    if (s->caught != 0 && !s->finished)
        return 128 + s->caught;
    return (s->finished || s->partial) && s->summary->failed == 0 && s->summary->pending == 0 && !s->stopping
               ? DM_EXIT_OK
               : DM_EXIT_FAILED;
}

static void close_book(struct dm_supervisor *s)
{
    char why[DM_WHY_MAX];
    s->summary->left_behind = s->book.left_behind;
    if (!dm__book_close(&s->book, why) && !s->stopping)
        dm__supervisor_stop(s, "%s", why);
}

/* Whoever closed our standard streams did not mean them to become a worker's
 * socket. */
static void open_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

/* Between two runs of a watch nobody would hear signals: they wait.  The threads of the pool, which are made while
 * they do, never get one. */
static void hold_signals(const struct dm_supervisor *s, int how)
{
    sigset_t set;
    if (!s->options->watch)
        return;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(how, &set, NULL);
}

/* A signal that came behind the loop's last look is in the loop's pipe, and would be lost with it. */
static void hear_late_signals(struct dm_supervisor *s)
{
    if (!s->options->watch)
        return;
    uv_timer_stop(&s->tick);
    uv_timer_stop(&s->progress_timer);
    uv_run(&s->loop, UV_RUN_NOWAIT);
}

int dm__engine_run(struct dm_arena *arena, const struct dm_engine_options *options,
                   const struct dm_engine_events *events, struct dm_engine_summary *summary)
{
    *summary = (struct dm_engine_summary){0};
    open_streams();
    struct dm_supervisor *const s = calloc(1, sizeof *s);
    const int error = s != NULL ? uv_loop_init(&s->loop) : UV_ENOMEM;
    if (error != 0) {
        summary->stopped = uv_strerror(error);
        free(s);
        return DM_EXIT_REFUSED;
    }
    s->options = options;
    s->events = events;
    s->pipeline = options->pipeline;
    s->arena = arena;
    s->summary = summary;
    s->began = dm__clock();
    s->job = -1;
    snprintf(s->exe, sizeof s->exe, "/proc/self/exe");
    dm__arena_init(&s->scratch, 0);
    dm__arena_init(&s->batch.arena, 0);
    signal(SIGPIPE, SIG_IGN);
    hold_signals(s, SIG_BLOCK);
    const bool started_at_all = begin(s);
    bool started = started_at_all;
    if (started) {
        start_handles(s);
        count_ahead(s);
        if (dm__scribe_start(s))
            dm__crew_muster(s);
        dm__supervisor_advance(s);
        hold_signals(s, SIG_UNBLOCK);
        uv_run(&s->loop, UV_RUN_DEFAULT);
        hold_signals(s, SIG_BLOCK);
        hear_late_signals(s);
        /* A target that cannot be had, or a stage that does not open, refuses the run; whoever kills our processes
         * does not: the same command will go on. */
        started = s->bereaved || (s->writer_ready && (s->crew_ready || !s->stopping));
        dm__totals_progress(s);
        close_handles(s);
    }
    close_book(s);
    if (started_at_all)
        dm__totals_finish(s);
    summary->bereaved = s->bereaved;
    summary->signal = s->caught;
    dm__failpoint(DM_FAIL_S_LEAVING);
    const int status = exit_status(s, started);
    uv_loop_close(&s->loop);
    release(s);
    free(s);
    return status;
}
