/* The writer: takes the rendered documents of all workers, puts them in order, and hands them to the
 * outputs.  It always reads, whatever waits for its turn, so that the order can never block a pipe.
 *
 * A document is a block of frames that ends with its fate.  Nothing of it is used before the block is
 * whole and was checked from end to end: a worker runs code that may have scribbled over everything.  What a
 * dying worker left unfinished is dropped. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/engine/child.h"
#include "core/engine/failpoint.h"
#include "core/engine/flight.h"
#include "core/engine/reorder.h"
#include "core/engine/spill.h"
#include "core/ledger/ledger.h"
#include "core/ledger/lock.h"
#include "core/text/str.h"

enum {
    READ_BYTES = 256 * 1024,
    BUFFER_KEEP = 4 * 1024 * 1024,
    COMMIT_DOCUMENTS = 8192,         /* a quarter of the supervisor's window */
    COMMIT_BYTES = 64 * 1024 * 1024, /* of records */
    COMMIT_FATES = 4 * 1024 * 1024,  /* bytes */
    IDLE_MS = 20,                    /* more than a busy machine makes its workers wait for a turn */
    LOCK_WAIT_MS = 30 * 1000,
    FDS_MAX = 16
};
static const uint64_t COMMIT_AFTER = 200U * 1000U * 1000U; /* ns */
static const uint64_t COMMIT_PAUSE = 40U * 1000U * 1000U;  /* ns: an idle writer commits no sooner again */

/* The pipe of one worker. */
struct connection {
    int fd;
    uint64_t worker;
    struct dm_frames frames;
    size_t scanned; /* bytes from frames.from that belong to an incomplete document */
};

struct writer {
    struct dm_job job;
    struct dm_sink **sinks; /* [step], NULL where the step is no output */
    struct dm_reorder *early;
    struct connection *connections;
    struct pollfd *polls; /* [connection_count + 1]; the first is the supervisor */
    size_t connection_count, connection_cap;
    struct dm_frames control;
    int fds[FDS_MAX]; /* pipes that came before their ATTACH was read */
    size_t fd_count;
    uint64_t next;   /* the document whose turn it is */
    uint64_t newest; /* the last one that there is, as far as the supervisor has said; 0: it has not */
    struct dm_frames settled; /* fates since the last commit */
    uint64_t settled_count, settled_since, written, committed_at;
    struct dm_frames results; /* of the document that is being settled; like settled, taken only whole */
    bool failed, leaving;     /* failed: said so */
};

static void fail(struct writer *w, int32_t step, const char *why)
{
    if (!w->failed)
        dm__child_stop(step, why);
    w->failed = true;
}

/* ---- committing ------------------------------------------------------------------------------- */

/* Make what was written durable, and add the tokens to what is reported. */
static void commit_outputs(struct writer *w)
{
    for (size_t i = 0; !w->failed && i < w->job.pipeline->step_count; i++) {
        dm_str token;
        struct dm_outcome why;
        if (w->sinks[i] == NULL)
            continue;
        if (dm__sink_commit(w->sinks[i], &token, &why) != DM_OK) {
            fail(w, (int32_t)i, why.why);
            return;
        }
        char *const p = dm__frames_add(&w->settled, DM_FRAME_TOKEN, i, token.len);
        if (p == NULL)
            fail(w, -1, "the writer has no memory left");
        else
            memcpy(p, token.ptr, token.len);
    }
}

/* Report fates and tokens in one message, as they are stored together. */
static void report(struct writer *w, enum dm_frame_type type, uint64_t number)
{
    if (w->failed)
        return;
    const dm_str payload = {w->settled.ptr, w->settled.to};
    w->leaving = !dm__child_send(type, number, payload) || w->leaving;
    w->settled.to = 0;
    w->settled_count = w->written = 0;
    w->committed_at = dm__clock();
    if (w->settled.cap > BUFFER_KEEP)
        dm__frames_fini(&w->settled);
}

static void commit(struct writer *w)
{
    if (w->settled_count == 0)
        return;
    dm__failpoint(DM_FAIL_W_BEFORE_COMMIT);
    commit_outputs(w);
    dm__failpoint(DM_FAIL_W_AFTER_COMMIT);
    report(w, DM_FRAME_SETTLED, w->settled_count);
    dm__failpoint(DM_FAIL_W_REPORTED);
}

static bool commit_is_due(const struct writer *w)
{
    return w->settled_count >= COMMIT_DOCUMENTS || w->written >= COMMIT_BYTES ||
           w->settled.to - w->settled.from >= COMMIT_FATES ||
           (w->settled_count != 0 &&
            (w->next == w->newest + 1 || dm__clock() - w->settled_since >= COMMIT_AFTER));
}

/* How long to wait for more before an idle writer commits, in ms; -1: there is nothing to commit. */
static int idle_time(const struct writer *w)
{
    if (w->settled_count == 0)
        return -1;
    const uint64_t passed = dm__clock() - w->committed_at;
    return passed >= COMMIT_PAUSE ? IDLE_MS : IDLE_MS + (int)((COMMIT_PAUSE - passed) / 1000000U);
}

/* All documents there are, up to number `last`, are here. */
static void finish(struct writer *w, uint64_t last)
{
    if (w->next != last + 1)
        fail(w, -1, "the run is to end before all documents have arrived");
    commit(w);
    dm__failpoint(DM_FAIL_W_BEFORE_FINISH);
    for (size_t i = 0; !w->failed && i < w->job.pipeline->step_count; i++) {
        struct dm_outcome why;
        if (w->sinks[i] != NULL && dm__sink_finish(w->sinks[i], &why) != DM_OK)
            fail(w, (int32_t)i, why.why);
    }
    dm__failpoint(DM_FAIL_W_AFTER_FINISH);
    if (!w->failed)
        commit_outputs(w); /* a token may say more of a target that has its name */
    report(w, DM_FRAME_FINISHED, 0);
    dm__failpoint(DM_FAIL_W_FINISHED_REPORTED);
    w->leaving = true;
}

/* ---- settling one document -------------------------------------------------------------------- */

static bool read_record(const struct writer *w, const struct dm_frame_view *f, dm_record *out, uint32_t *step)
{
    struct dm_frame_record head;
    if (f->payload.len < sizeof head)
        return false;
    memcpy(&head, f->payload.ptr, sizeof head);
    const char *const p = f->payload.ptr + sizeof head;
    const size_t rest = f->payload.len - sizeof head;
    if (head.source_len > rest || head.part_name_len > rest - head.source_len ||
        head.step >= w->job.pipeline->step_count || w->sinks[head.step] == NULL)
        return false;
    char id[DM_HASH_DIGITS + 1];
    dm__hash_bytes((dm_str){p, head.source_len}, id);
    if (memcmp(id, head.id, sizeof head.id) != 0)
        return false;
    const size_t names = (size_t)head.source_len + head.part_name_len;
    *step = head.step;
    *out = (dm_record){.size = sizeof *out,
                       .part = head.part,
                       .revision = head.revision,
                       .id = {f->payload.ptr + offsetof(struct dm_frame_record, id), sizeof head.id},
                       .source = {p, head.source_len},
                       .part_name = {p + head.source_len, head.part_name_len},
                       .bytes = {p + names, rest - names}};
    return true;
}

static bool is_fate(const struct dm_frame_view *f, bool has_records)
{
    struct dm_fate_view fate;
    if (!dm__fate_read(f->payload, &fate))
        return false;
    const dm_status status = fate.head.status;
    if (fate.head.result_len != 0)
        return false; /* they are ours to add */
    return status == DM_OK ||
           (!has_records && (status == DM_DROP || status == DM_EDOC || status == DM_ELIMIT));
}

/* Whether a worker's block is a document: records and then a fate, all of one number. */
static bool is_document(const struct writer *w, uint64_t number, dm_str block)
{
    struct dm_frames frames = {(char *)(uintptr_t)block.ptr, 0, block.len, block.len}; /* read only */
    struct dm_frame_view f;
    dm_record record;
    uint32_t step;
    for (bool has_records = false; dm__frames_peek(&frames, &f) > 0; has_records = true) {
        frames.from += f.size;
        if (f.number != number || number == 0)
            return false;
        if (f.type == DM_FRAME_FATE)
            return is_fate(&f, has_records);
        if (!read_record(w, &f, &record, &step))
            return false;
    }
    return false;
}

/* Remember where an output put a record. */
static bool note_result(struct writer *w, uint32_t step, const dm_record *r, bool refused, dm_str place)
{
    w->written += r->bytes.len;
    if (w->job.state.len == 0)
        return true; /* nobody keeps it */
    struct dm_fate_result head = {
        .step = step, .part = r->part, .refused = refused, .place_len = (uint32_t)place.len};
    dm__hash_value(r->bytes, head.hash);
    char *p = dm__frames_reserve(&w->results, sizeof head + place.len);
    if (p == NULL)
        return false;
    p = mempcpy(p, &head, sizeof head);
    if (place.len != 0)
        memcpy(p, place.ptr, place.len);
    w->results.to += sizeof head + place.len;
    return true;
}

/* Add the document's fate, and where its records are, to what the next commit reports. */
static bool note_fate(struct writer *w, const struct dm_frame_view *f, const struct dm_outcome *refused)
{
    struct dm_fate_view fate;
    if (w->settled_count++ == 0)
        w->settled_since = dm__clock();
    if (!dm__fate_read(f->payload, &fate))
        return false;
    const dm_str results = {w->results.ptr, w->results.to};
    const size_t counted = (size_t)(fate.why.ptr - fate.counts);
    if (refused->status != DM_OK) {
        fate.head.status = refused->status;
        fate.head.step = refused->step;
        fate.why = dm__str(refused->why);
    }
    fate.head.why_len = (uint32_t)fate.why.len;
    fate.head.result_len = (uint32_t)results.len;
    char *p = dm__frames_add(&w->settled, DM_FRAME_FATE, f->number,
                             sizeof fate.head + counted + fate.why.len + results.len);
    if (p == NULL)
        return false;
    p = mempcpy(p, &fate.head, sizeof fate.head);
    p = mempcpy(p, fate.counts, counted);
    p = mempcpy(p, fate.why.ptr, fate.why.len);
    if (results.len != 0)
        memcpy(p, results.ptr, results.len);
    w->results.to = 0;
    return true;
}

/* Write a whole document.  A record that an output refuses makes the document a failed one; any other
 * error is the output's and ends the run. */
static void settle(struct writer *w, dm_str block)
{
    struct dm_frames frames = {(char *)(uintptr_t)block.ptr, 0, block.len, block.len}; /* read only */
    struct dm_outcome refused = {.status = DM_OK};
    struct dm_frame_view f;
    while (!w->failed && dm__frames_peek(&frames, &f) > 0) {
        frames.from += f.size;
        if (f.type != DM_FRAME_RECORD) {
            if (!note_fate(w, &f, &refused))
                fail(w, -1, "the writer has no memory left");
            continue;
        }
        dm_record record;
        uint32_t step;
        struct dm_outcome why;
        dm_str place;
        if (!read_record(w, &f, &record, &step))
            continue; /* is_document() has seen to it */
        const dm_status status = dm__sink_write(w->sinks[step], &record, &place, &why);
        why.step = (int32_t)step;
        if (status != DM_OK && status != DM_EDOC)
            fail(w, why.step, why.why);
        else if (!note_result(w, step, &record, status != DM_OK, place))
            fail(w, -1, "the writer has no memory left");
        else if (status != DM_OK && refused.status == DM_OK)
            refused = why;
    }
    w->next++;
    if (commit_is_due(w))
        commit(w);
}

static void settle_early(struct writer *w)
{
    dm_str block;
    int got = 0;
    while (!w->failed && (got = dm__reorder_take(w->early, w->next, &block)) > 0)
        settle(w, block);
    if (got < 0)
        fail(w, -1, "documents that wait for their turn cannot be read back");
}

/* A document is complete: use it, or keep it for later.  Each number is accepted once. */
static void accept_document(struct writer *w, uint64_t number, dm_str block)
{
    if (number < w->next || dm__reorder_has(w->early, number))
        return;
    if (number == w->next) {
        settle(w, block);
        settle_early(w);
    } else if (!dm__reorder_put(w->early, number, block)) {
        char why[128];
        snprintf(why, sizeof why, "documents that wait for their turn cannot be kept: %s", strerror(errno));
        fail(w, -1, why);
    }
}

/* ---- the workers' pipes ----------------------------------------------------------------------- */

/* What a worker may send for one document: more than its memory holds is none. */
static size_t block_max(const struct writer *w)
{
    const uint64_t memory = w->job.pipeline->run.memory;
    return memory < SIZE_MAX / 4 ? (size_t)memory * 2 + 64 * 1024 * 1024 : SIZE_MAX;
}

/* Use every document that is complete.  false: the worker sent something else. */
static bool take_documents(struct writer *w, struct connection *c)
{
    while (!w->failed) {
        struct dm_frames rest = c->frames;
        struct dm_frame_view f;
        rest.from += c->scanned;
        const int got = dm__frames_peek(&rest, &f);
        if (got <= 0)
            return got == 0 && c->frames.to - c->frames.from <= block_max(w);
        if (f.type != DM_FRAME_RECORD && f.type != DM_FRAME_FATE)
            return false;
        c->scanned += f.size;
        if (f.type != DM_FRAME_FATE)
            continue;
        const dm_str block = {c->frames.ptr + c->frames.from, c->scanned};
        if (!is_document(w, f.number, block) || (f.number >= w->next && f.number - w->next >= DM_WINDOW))
            return false;
        accept_document(w, f.number, block);
        c->frames.from += c->scanned;
        c->scanned = 0;
    }
    return true;
}

/* Let go of a worker's pipe and say which documents are here.  broken: it sent something else */
static void detach(struct writer *w, size_t at, bool broken)
{
    struct connection *const c = &w->connections[at];
    struct {
        struct dm_frame_detached head;
        unsigned char bits[DM_WINDOW / 8];
    } d = {.head = {w->next, broken}};
    size_t used = 0;
    for (size_t i = 0; i < DM_WINDOW; i++) {
        if (!dm__reorder_has(w->early, w->next + i))
            continue;
        d.bits[i / 8] = (unsigned char)(d.bits[i / 8] | 1U << i % 8);
        used = i / 8 + 1;
    }
    const dm_str payload = {(const char *)&d, sizeof d.head + used};
    w->leaving = !dm__child_send(DM_FRAME_DETACHED, c->worker, payload) || w->leaving;
    close(c->fd);
    dm__frames_fini(&c->frames);
    w->connections[at] = w->connections[--w->connection_count];
}

/* A worker is gone, and yet the end of its pipe may never come: a process that it left behind can hold it.
 * What the worker sent is in the pipe now. */
static void drain(struct writer *w, uint64_t worker)
{
    size_t at = 0;
    while (at < w->connection_count && w->connections[at].worker != worker)
        at++;
    if (at == w->connection_count)
        return; /* it ended by itself */
    struct connection *const c = &w->connections[at];
    bool ok = true;
    int left = 0;
    if (ioctl(c->fd, FIONREAD, &left) != 0)
        left = 0;
    while (ok && left > 0 && !w->failed) {
        const ssize_t n = dm__frames_read(&c->frames, c->fd, left < READ_BYTES ? (size_t)left : READ_BYTES);
        if (n <= 0)
            break;
        left -= (int)n;
        ok = take_documents(w, c);
    }
    detach(w, at, !ok);
}

static bool attach(struct writer *w, uint64_t worker)
{
    if (w->fd_count == 0)
        return false;
    if (w->connection_count == w->connection_cap) {
        const size_t cap = w->connection_cap * 2 + 8;
        struct connection *const c = realloc(w->connections, cap * sizeof *c);
        if (c != NULL)
            w->connections = c;
        struct pollfd *const p = realloc(w->polls, (cap + 1) * sizeof *p);
        if (p != NULL)
            w->polls = p;
        if (c == NULL || p == NULL)
            return false;
        w->connection_cap = cap;
    }
    w->connections[w->connection_count++] = (struct connection){.fd = w->fds[0], .worker = worker};
    memmove(w->fds, w->fds + 1, --w->fd_count * sizeof *w->fds);
    return true;
}

/* ---- the supervisor's socket ------------------------------------------------------------------ */

/* Read frames, and the pipes that come along with them. */
static bool receive(struct writer *w)
{
    char *const p = dm__frames_reserve(&w->control, 64 * 1024);
    if (p == NULL)
        return false;
    struct iovec iov = {p, 64 * 1024};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * FDS_MAX)];
    } space;
    struct msghdr m = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &space, .msg_controllen = sizeof space};
    ssize_t n;
    do
        n = recvmsg(DM_FD_CONTROL, &m, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    w->control.to += (size_t)n;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c)) {
        if (c->cmsg_type != SCM_RIGHTS)
            continue;
        const size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        if (count > FDS_MAX - w->fd_count)
            return false;
        memcpy(w->fds + w->fd_count, CMSG_DATA(c), count * sizeof(int));
        w->fd_count += count;
    }
    return true;
}

static void obey(struct writer *w)
{
    struct dm_frame_view f;
    int got;
    while (!w->leaving && !w->failed && (got = dm__frames_peek(&w->control, &f)) != 0) {
        if (got < 0) {
            fail(w, -1, "the supervisor sent something else than frames");
            return;
        }
        const dm_str block = {w->control.ptr + w->control.from, f.size};
        w->control.from += f.size;
        if (f.type == DM_FRAME_ATTACH) {
            if (!attach(w, f.number))
                fail(w, -1, "a worker's pipe did not arrive");
        } else if (f.type == DM_FRAME_DETACH) {
            drain(w, f.number);
        } else if (f.type == DM_FRAME_TOMBSTONE) {
            accept_document(w, f.number, block);
        } else if (f.type == DM_FRAME_NEWEST) {
            w->newest = f.number;
        } else if (f.type == DM_FRAME_FINISH) {
            finish(w, f.number);
        } else if (f.type == DM_FRAME_END) {
            commit(w);
            w->leaving = true;
        }
    }
}

/* ---- the loop --------------------------------------------------------------------------------- */

static void serve_connection(struct writer *w, size_t at)
{
    struct connection *const c = &w->connections[at];
    const ssize_t n = dm__frames_read(&c->frames, c->fd, READ_BYTES);
    if (n < 0 && errno == EAGAIN)
        return; /* passing the pipe through the supervisor's loop made it non-blocking */
    const bool ok = n <= 0 || take_documents(w, c);
    if (n <= 0 || !ok)
        detach(w, at, !ok);
    else if (c->frames.from == c->frames.to && c->frames.cap > BUFFER_KEEP)
        dm__frames_fini(&c->frames); /* a large document's room is not needed for the next */
}

static void serve(struct writer *w)
{
    obey(w); /* what came along with the first frame */
    while (!w->leaving && !w->failed) {
        w->polls[0] = (struct pollfd){.fd = DM_FD_CONTROL, .events = POLLIN};
        for (size_t i = 0; i < w->connection_count; i++)
            w->polls[i + 1] = (struct pollfd){.fd = w->connections[i].fd, .events = POLLIN};
        const size_t count = w->connection_count;
        const int ready = poll(w->polls, count + 1, idle_time(w));
        if (ready < 0 && errno != EINTR)
            fail(w, -1, strerror(errno));
        for (size_t i = count; ready > 0 && i-- != 0 && !w->failed;) /* backwards: detach() moves the last */
            if (w->polls[i + 1].revents != 0)
                serve_connection(w, i);
        if (ready > 0 && w->polls[0].revents != 0) {
            if (!receive(w))
                return; /* the supervisor is gone */
            obey(w);
        }
        if (!w->failed && !w->leaving && (ready == 0 || commit_is_due(w)))
            commit(w);
    }
}

static void on_log(void *owner, int32_t step, int32_t level, dm_str line)
{
    (void)owner;
    dm__child_log(step, level, DM_LIT(""), line);
}

/* One writer at a time works on a state folder.  Another may be on its way out, as its supervisor is gone. */
static bool lock_state(struct writer *w)
{
    const dm_str state = w->job.state;
    long holder;
    if (state.len == 0)
        return true;
    const dm_str path = dm__ledger_path(&w->job.arena, state, "writer.lock");
    if (path.ptr != NULL && dm__lock_take(path.ptr, LOCK_WAIT_MS, &holder) >= 0)
        return true; /* held until this process ends */
    char why[DM_WHY_MAX];
    snprintf(why, sizeof why, "%.400s: %s", path.ptr != NULL ? path.ptr : "writer.lock",
             errno == EWOULDBLOCK ? "another writer holds it" : strerror(errno));
    fail(w, -1, why);
    return false;
}

/* Wait for the supervisor to say where the outputs start from. */
static bool hear_resume(struct writer *w, struct dm_frame_view *f)
{
    int got;
    while ((got = dm__frames_peek(&w->control, f)) == 0)
        if (!receive(w))
            return false; /* the supervisor is gone */
    if (got > 0 && f->type == DM_FRAME_RESUME) {
        w->control.from += f->size; /* the payload stays until the next receive() */
        return true;
    }
    if (got < 0 || f->type != DM_FRAME_END)
        fail(w, -1, "the supervisor did not say where to start from");
    return false;
}

static bool resume_sink(struct writer *w, size_t step, const dm_resume *from)
{
    struct dm_outcome why;
    w->sinks[step] = dm__sink_open(&w->job.pipeline->steps[step].instances[0], &why);
    if (w->sinks[step] != NULL)
        dm__sink_log(w->sinks[step], NULL, on_log);
    if (w->sinks[step] != NULL && dm__sink_resume(w->sinks[step], from, &why) == DM_OK)
        return true;
    fail(w, (int32_t)step, why.why);
    return false;
}

/* Bring each output to where its token says, and report the first tokens: before they are stored nothing is
 * written, so that a target that holds something and has no token is somebody else's. */
static bool open_sinks(struct writer *w)
{
    const struct dm_pipeline *const p = w->job.pipeline;
    struct dm_frame_view resume, f;
    w->sinks = calloc(p->step_count, sizeof(struct dm_sink *));
    if (w->sinks == NULL || !hear_resume(w, &resume))
        return false;
    struct dm_frames tokens = {(char *)(uintptr_t)resume.payload.ptr, 0, resume.payload.len,
                               resume.payload.len}; /* read only */
    for (; dm__frames_peek(&tokens, &f) > 0; tokens.from += f.size) {
        uint32_t flags;
        if (f.type != DM_FRAME_TOKEN || f.number >= p->step_count || p->steps[f.number].kind != DM_OUTPUT ||
            f.payload.len < sizeof flags)
            continue;
        memcpy(&flags, f.payload.ptr, sizeof flags);
        const dm_resume from = {
            sizeof from, flags, {f.payload.ptr + sizeof flags, f.payload.len - sizeof flags}};
        if (!resume_sink(w, f.number, &from))
            return false;
    }
    dm__failpoint(DM_FAIL_W_RESUMED);
    commit_outputs(w);
    dm__failpoint(DM_FAIL_W_FIRST_TOKENS);
    report(w, DM_FRAME_READY, dm__child_resident());
    return !w->failed && !w->leaving;
}

static void close_all(struct writer *w)
{
    for (size_t i = 0; w->sinks != NULL && i < w->job.pipeline->step_count; i++)
        dm__sink_close(w->sinks[i]);
    free(w->sinks);
    for (size_t i = 0; i < w->connection_count; i++)
        dm__frames_fini(&w->connections[i].frames);
    free(w->connections);
    free(w->polls);
    dm__frames_fini(&w->control);
    dm__frames_fini(&w->settled);
    dm__frames_fini(&w->results);
    dm__reorder_drop(w->early);
    dm__arena_fini(&w->job.arena);
}

int dm__writer_main(void)
{
    struct writer w = {.next = 1};
    if (!dm__child_begin(&w.job))
        return DM_EXIT_FAILED;
    dm__failpoint(DM_FAIL_W_BEGIN);
    w.early = dm__reorder_new(0, dm__spill_open()); /* its folder, and the state's, are out of reach later */
    w.polls = calloc(1, sizeof *w.polls);
    if (w.early == NULL || w.polls == NULL)
        fail(&w, -1, "out of memory");
    if (!w.failed && lock_state(&w) && dm__child_confine(&w.job, DM_ROLE_WRITER)) {
        dm__failpoint(DM_FAIL_W_LOCKED);
        if (open_sinks(&w))
            serve(&w);
    } else {
        w.failed = true;
    }
    close_all(&w);
    return w.failed ? DM_EXIT_FAILED : DM_EXIT_OK;
}
