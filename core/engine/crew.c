/* The workers: how they are started, fed, heard and watched. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/engine/child.h"
#include "core/engine/supervisor.h"
#include "core/text/str.h"

enum { PIPE_BYTES = 1024 * 1024, SLICE = 32 };
static const uint64_t START_MAX = 60U * 1000000000U; /* ns */
static const uint64_t STUCK_AFTER =
    10U * 1000000000U;            /* ns: a document that is sent should be settled by then */
static const double AHEAD = 20e6; /* ns of work that a queue should hold */
static const uint64_t RETRY_AFTER = 200U * 1000000U; /* ns, for each attempt spent */

/* ---- starting --------------------------------------------------------------------------------- */

static void on_control(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);
static void on_error(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);
static void on_exited(uv_process_t *process, int64_t status, int signal);

/* A page that both see.  fd: the worker's */
static struct dm_slot *make_slot(int *fd)
{
    *fd = memfd_create("docmill-slot", MFD_CLOEXEC);
    if (*fd < 0 || ftruncate(*fd, (off_t)sizeof(struct dm_slot)) != 0)
        return NULL;
    void *const page = mmap(NULL, sizeof(struct dm_slot), PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    return page != MAP_FAILED ? page : NULL;
}

static int start(struct dm_supervisor *s, struct dm_worker *w)
{
    int pipe[2] = {-1, -1}, slot = -1;
    w->slot = make_slot(&slot);
    int error = w->slot == NULL || pipe2(pipe, O_CLOEXEC) != 0 ? uv_translate_sys_error(errno) : 0;
    if (error == 0) {
        fcntl(pipe[1], F_SETPIPE_SZ,
              PIPE_BYTES); /* fewer wake-ups; refused beyond the user's quota, which is fine */
        const struct dm_child_fds fds = {.records = pipe[1], .slot = slot};
        const struct dm_child_events events = {on_control, on_error, on_exited};
        error = dm__child_spawn(&w->child, w, "__worker", &fds, &events);
    }
    if (pipe[1] >= 0)
        close(pipe[1]);
    if (slot >= 0)
        close(slot);
    if (error == 0)
        w->attached = dm__scribe_attach(s, w->id, pipe[0]);
    else if (pipe[0] >= 0)
        close(pipe[0]);
    return error == 0 && !w->attached ? UV_ENOMEM : error;
}

/* Fewer workers do as well, if slower; none do not. */
static void go_on_with_fewer(struct dm_supervisor *s, int error)
{
    if (s->worker_count == 0) {
        dm__supervisor_stop(s, "a worker cannot be started: %s", uv_strerror(error));
        return;
    }
    char line[128];
    snprintf(line, sizeof line, "a worker cannot be started: %s; going on with %u", uv_strerror(error),
             s->worker_count);
    s->worker_target = s->worker_count;
    dm__supervisor_log(s, DM_LOG_WARNING, DM_LIT(""), DM_LIT("run"), dm__str(line));
}

static void add_worker(struct dm_supervisor *s)
{
    struct dm_worker *const w = calloc(1, sizeof *w);
    if (w == NULL) {
        dm__supervisor_stop(s, "out of memory");
        return;
    }
    w->child.supervisor = s;
    w->id = ++s->next_worker_id;
    w->statm = -1;
    w->started = dm__clock();
    const int error = start(s, w);
    if (error != 0) {
        dm__child_kill(&w->child);
        dm__child_close(&w->child, dm__verdict_release);
        go_on_with_fewer(s, error);
        return;
    }
    w->next = s->workers;
    s->workers = w;
    s->worker_count++;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/statm", uv_process_get_pid(&w->child.process));
    w->statm = open(path, O_RDONLY | O_CLOEXEC);
}

void dm__crew_muster(struct dm_supervisor *s)
{
    while (!s->stopping && !s->finishing && s->worker_count < s->worker_target)
        add_worker(s);
}

/* ---- feeding ---------------------------------------------------------------------------------- */

/* How many documents a queue should hold: some 20 ms of work, and never so many that the others would
 * have nothing at the end. */
static unsigned depth_of(const struct dm_supervisor *s, const struct dm_worker *w)
{
    const double usual = w->pace > 0 ? AHEAD / w->pace : 4;
    unsigned depth = usual < 2 ? 2 : usual > DM_PREFETCH_MAX ? DM_PREFETCH_MAX : (unsigned)usual;
    if (s->found_all && !s->fetching) {
        const size_t left = s->found.count - s->found.next + (s->fetched.count - s->fetched.next);
        const size_t share = 1 + left / (2 * (size_t)s->worker_target);
        if (share < depth)
            depth = (unsigned)share;
    }
    return depth;
}

static bool add_document(struct dm_frames *f, const struct dm_flying *d)
{
    const struct dm_frame_document head = {d->revision, d->path_len, d->source_at};
    char *const p = dm__frames_add(f, DM_FRAME_DOCUMENT, d->number, sizeof head + d->path_len + 1);
    if (p == NULL)
        return false;
    memcpy(p, &head, sizeof head);
    memcpy(p + sizeof head, d->path, d->path_len + 1);
    return true;
}

/* Give a worker one slice of what it may have.  Slices are small, so that workers keep step with each
 * other and little waits for its turn in the writer, but no smaller than is worth a message.
 * return  documents given */
static unsigned feed(struct dm_supervisor *s, struct dm_worker *w)
{
    const unsigned depth = depth_of(s, w), room = depth > w->queue_len ? depth - w->queue_len : 0;
    if (room < (depth < 2 * SLICE ? (depth + 1) / 2 : SLICE) || w->alone)
        return 0;
    if (w->queue_len == 0)
        w->fed_at = dm__clock();
    struct dm_frames f = {0};
    unsigned given = 0;
    while (given < room && given < SLICE && !w->alone) {
        struct dm_flying *const d = dm__supervisor_next(s);
        if (d == NULL)
            break;
        if (d->alone ||
            d->outside >= DM_OUTSIDE_ALONE) { /* whoever kills its workers shall hit nothing else */
            if (w->queue_len != 0) {
                dm__verdict_return(s, d, 0);
                break;
            }
            w->alone = true;
        }
        if (!add_document(&f, d)) {
            dm__supervisor_stop(s, "out of memory");
            break;
        }
        w->queue[(w->queue_at + w->queue_len++) % DM_PREFETCH_MAX] = d->number;
        d->worker = w->id;
        given++;
    }
    if (f.to != f.from && !dm__child_write(&w->child, &f, NULL))
        dm__supervisor_stop(s, "out of memory");
    dm__frames_fini(&f);
    return given;
}

void dm__crew_feed(struct dm_supervisor *s)
{
    for (bool more = true; more && !s->stopping;) {
        more = false;
        for (struct dm_worker *w = s->workers; w != NULL && !s->stopping; w = w->next)
            if (w->ready && !w->child.exited && !w->leaving && w->kill == DM_KILL_NONE)
                more = feed(s, w) != 0 || more;
    }
}

/* ---- hearing ---------------------------------------------------------------------------------- */

static void remember(struct dm_worker *w, dm_str bytes)
{
    if (bytes.len >= sizeof w->log) {
        bytes.ptr += bytes.len - sizeof w->log / 2;
        bytes.len = sizeof w->log / 2;
    }
    if (w->log_len + bytes.len > sizeof w->log) {
        const size_t keep = sizeof w->log - bytes.len;
        memmove(w->log, w->log + w->log_len - (keep < w->log_len ? keep : w->log_len),
                keep < w->log_len ? keep : w->log_len);
        w->log_len = keep < w->log_len ? keep : w->log_len;
    }
    memcpy(w->log + w->log_len, bytes.ptr, bytes.len);
    w->log_len += bytes.len;
}

static void kill_worker(struct dm_worker *w, enum dm_kill why)
{
    if (w->child.exited || w->kill != DM_KILL_NONE)
        return;
    w->kill = why;
    dm__child_kill(&w->child);
}

static void on_sent(struct dm_worker *w, uint64_t n)
{
    const uint64_t now = dm__clock();
    if (n > w->queue_len) {
        kill_worker(w, DM_KILL_GARBLED);
        return;
    }
    w->queue_at = (w->queue_at + (unsigned)n) % DM_PREFETCH_MAX;
    w->queue_len -= (unsigned)n;
    w->alone = w->alone && w->queue_len != 0;
    if (n != 0) {
        const double each = (double)(now - w->fed_at) / (double)n;
        w->pace = w->pace > 0 ? 0.7 * w->pace + 0.3 * each : each;
        w->fed_at = now;
    }
}

/* false: it is not in the worker's queue */
static bool remove_queued(struct dm_worker *w, uint64_t number)
{
    unsigned kept = 0;
    const unsigned had = w->queue_len;
    for (unsigned i = 0; i < w->queue_len; i++) {
        const uint64_t n = w->queue[(w->queue_at + i) % DM_PREFETCH_MAX];
        if (n != number)
            w->queue[(w->queue_at + kept++) % DM_PREFETCH_MAX] = n;
    }
    w->queue_len = kept;
    w->alone = w->alone && kept != 0;
    return kept != had;
}

/* A worker hands a document back: to be tried again, or because its stage cannot go on. */
static void on_handed_back(struct dm_worker *w, const struct dm_frame_view *f)
{
    struct dm_supervisor *const s = w->child.supervisor;
    struct dm_fate_view fate;
    struct dm_flying *const d = remove_queued(w, f->number) ? dm__flight_find(&s->flight, f->number) : NULL;
    if (!dm__fate_read(f->payload, &fate) || (d == NULL && f->number != 0)) {
        kill_worker(w, DM_KILL_GARBLED);
        return;
    }
    char why[DM_WHY_MAX];
    snprintf(why, sizeof why, "%.*s", (int)fate.why.len, fate.why.ptr);
    if (f->type == DM_FRAME_RETRY && d != NULL) {
        w->seen = 0; /* it may come again */
        dm__verdict_charge(s, d, DM_ERETRY, fate.head.step, why, RETRY_AFTER * (d->attempts + 1));
        return;
    }
    const dm_str stage = dm__supervisor_stage(s, fate.head.step);
    if (d != NULL)
        dm__supervisor_stop(s, "%s: %.*s: %s", d->path, (int)stage.len, stage.ptr, why);
    else
        dm__supervisor_stop(s, "%.*s: %s", (int)stage.len, stage.ptr, why);
}

static void on_log(struct dm_worker *w, const struct dm_frame_view *f)
{
    struct dm_supervisor *const s = w->child.supervisor;
    struct dm_frame_log head;
    if (f->payload.len < sizeof head)
        return;
    memcpy(&head, f->payload.ptr, sizeof head);
    if (head.source_len > f->payload.len - sizeof head)
        return;
    const char *const p = f->payload.ptr + sizeof head;
    const dm_str line = {p + head.source_len, f->payload.len - sizeof head - head.source_len};
    remember(w, line);
    remember(w, DM_LIT("\n"));
    dm__supervisor_log(s, head.level, (dm_str){p, head.source_len}, dm__supervisor_stage(s, head.step), line);
}

static void obey(struct dm_worker *w, const struct dm_frame_view *f)
{
    switch (f->type) {
    case DM_FRAME_READY:
        w->ready = true;
        w->resident_base = f->number;
        w->child.supervisor->start_failures = 0;
        w->child.supervisor->crew_ready = true;
        break;
    case DM_FRAME_SENT:
        on_sent(w, f->number);
        break;
    case DM_FRAME_RETRY:
    case DM_FRAME_STOP:
        on_handed_back(w, f);
        break;
    case DM_FRAME_LOG:
        on_log(w, f);
        break;
    default:
        kill_worker(w, DM_KILL_GARBLED);
        break;
    }
}

static void let_leave(struct dm_worker *w)
{
    if (w->leaving_since == 0)
        w->leaving_since = dm__clock();
    w->leaving = true;
}

static void on_control(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct dm_worker *const w = stream->data;
    struct dm_supervisor *const s = w->child.supervisor;
    if (n < 0) {
        uv_read_stop(stream);
        w->child.control_ended = true;
        dm__verdict_on(s, w);
        dm__supervisor_advance(s);
        return;
    }
    if (n == 0 || w->kill == DM_KILL_GARBLED)
        return;
    if (!dm__child_receive(&w->child, (dm_str){buf->base, (size_t)n})) {
        dm__supervisor_stop(s, "out of memory");
        return;
    }
    struct dm_frame_view f;
    int got;
    while ((got = dm__frames_peek(&w->child.in, &f)) > 0 && w->kill != DM_KILL_GARBLED) {
        obey(w, &f);
        w->child.in.from += f.size;
    }
    if (got < 0 || w->child.in.to - w->child.in.from > DM_CONTROL_MAX)
        kill_worker(w, DM_KILL_GARBLED);
    dm__supervisor_advance(s);
}

static void on_error(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct dm_worker *const w = stream->data;
    if (n < 0) {
        uv_read_stop(stream);
        w->child.error_ended = true;
        dm__child_hear(&w->child, (dm_str){"", 0}, "worker");
        dm__verdict_on(w->child.supervisor, w);
        dm__supervisor_advance(w->child.supervisor);
        return;
    }
    if (n == 0)
        return;
    remember(w, (dm_str){buf->base, (size_t)n});
    dm__child_hear(&w->child, (dm_str){buf->base, (size_t)n}, "worker");
}

static void on_exited(uv_process_t *process, int64_t status, int signal)
{
    struct dm_worker *const w = process->data;
    w->child.exited = true;
    w->child.exited_at = dm__clock();
    w->child.status = status;
    w->child.signal = signal;
    dm__child_kill(&w->child); /* what it left behind */
    if (w->attached && !w->detached)
        dm__scribe_send(w->child.supervisor, DM_FRAME_DETACH, w->id);
    dm__verdict_on(w->child.supervisor, w);
    dm__supervisor_advance(w->child.supervisor);
}

void dm__crew_detached(struct dm_supervisor *s, uint64_t id, dm_str held)
{
    struct dm_worker *w = s->workers;
    while (w != NULL && w->id != id)
        w = w->next;
    struct dm_frame_detached head;
    if (w == NULL || held.len < sizeof head || held.len > sizeof w->held)
        return;
    memcpy(&head, held.ptr, sizeof head);
    memcpy(w->held, held.ptr, held.len);
    w->held_len = held.len;
    w->detached = true;
    if (head.broken != 0)
        kill_worker(w, DM_KILL_GARBLED);
    else
        let_leave(w); /* it closed the pipe: it is on its way out */
    dm__verdict_on(s, w);
}

/* ---- watching --------------------------------------------------------------------------------- */

/* How long a document has been at work, as the worker's page says, or as we have seen ourselves: the page
 * lies in the worker's memory, which a plugin may have scribbled over. */
static uint64_t time_of(struct dm_worker *w, uint64_t number, uint64_t now)
{
    if (w->seen != number) {
        w->seen = number;
        w->seen_at = now;
    }
    const uint64_t since = atomic_load_explicit(&w->slot->since, memory_order_relaxed);
    const uint64_t told = now > since ? now - since : 0, seen = now - w->seen_at;
    return told > seen ? told : seen;
}

static enum dm_kill find_excess(const struct dm_supervisor *s, struct dm_worker *w, uint64_t now)
{
    const uint64_t most = s->pipeline->run.timeout * 1000000U;
    if (!w->ready)
        return now - w->started > START_MAX ? DM_KILL_START : DM_KILL_NONE;
    if (w->leaving_since != 0 && now - w->leaving_since > most)
        return DM_KILL_LEAVE;
    const uint64_t number = atomic_load_explicit(&w->slot->number, memory_order_acquire);
    const uint64_t time = time_of(w, number, now);
    if (number == 0)
        return DM_KILL_NONE;
    w->killed_at = number;
    if (time > most)
        return DM_KILL_TIME;
    const uint64_t resident = dm__child_resident_of(w->statm);
    return resident > w->resident_base && resident - w->resident_base > s->pipeline->run.memory
               ? DM_KILL_MEMORY
               : DM_KILL_NONE;
}

static void dismiss(struct dm_worker *w)
{
    struct dm_frames f = {0};
    if (w->child.exited || w->leaving)
        return;
    let_leave(w);
    if (dm__frames_add(&f, DM_FRAME_END, 0, 0) == NULL || !dm__child_write(&w->child, &f, NULL))
        kill_worker(w, DM_KILL_LEAVE);
}

/* A document that is said to be sent and yet is not settled for long: the writer is slow, or the worker did
 * not say the truth.  The worker's end will tell, and costs little. */
static void recall(struct dm_supervisor *s, uint64_t now)
{
    if (s->oldest_seen != s->flight.oldest) {
        s->oldest_seen = s->flight.oldest;
        s->oldest_since = now;
    }
    const struct dm_flying *const d = dm__flight_find(&s->flight, s->flight.oldest);
    if (d == NULL || now - s->oldest_since < STUCK_AFTER)
        return;
    for (struct dm_worker *w = s->workers; w != NULL; w = w->next)
        if (w->id == d->worker && w->queue_len == 0 && w->ready)
            dismiss(w);
}

void dm__crew_watch(struct dm_supervisor *s)
{
    const uint64_t now = dm__clock();
    recall(s, now);
    for (struct dm_worker *w = s->workers, *next; w != NULL; w = next) {
        next = w->next;
        if (w->child.exited) {
            dm__verdict_on(s, w); /* which may free it */
            continue;
        }
        const enum dm_kill excess = w->kill == DM_KILL_NONE ? find_excess(s, w, now) : DM_KILL_NONE;
        if (excess != DM_KILL_NONE)
            kill_worker(w, excess);
    }
}

/* ---- ending ----------------------------------------------------------------------------------- */

void dm__crew_dismiss(struct dm_supervisor *s)
{
    for (struct dm_worker *w = s->workers; w != NULL; w = w->next)
        dismiss(w);
}

void dm__crew_kill(struct dm_supervisor *s)
{
    for (struct dm_worker *w = s->workers; w != NULL; w = w->next)
        if (!w->child.exited)
            dm__child_kill(&w->child);
}

bool dm__crew_is_gone(const struct dm_supervisor *s)
{
    for (const struct dm_worker *w = s->workers; w != NULL; w = w->next)
        if (!w->child.exited)
            return false;
    return true;
}

void dm__crew_close(struct dm_supervisor *s)
{
    while (s->workers != NULL) {
        struct dm_worker *const w = s->workers;
        s->workers = w->next;
        dm__child_close(&w->child, dm__verdict_release);
    }
}
