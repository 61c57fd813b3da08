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
#include "core/engine/flight.h"
#include "core/engine/reorder.h"
#include "core/text/hash.h"
#include "core/text/str.h"

enum {
    READ_BYTES = 256 * 1024,
    BUFFER_KEEP = 4 * 1024 * 1024,
    COMMIT_DOCUMENTS = 1000,
    COMMIT_BYTES = 1024 * 1024, /* of fates */
    IDLE_MS = 5,
    FDS_MAX = 16
};
static const uint64_t COMMIT_AFTER = 200U * 1000U * 1000U; /* ns */

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
    uint64_t next;            /* the document whose turn it is */
    struct dm_frames settled; /* fates since the last commit */
    uint64_t settled_count, settled_since;
    bool failed, leaving; /* failed: said so */
};

static void fail(struct writer *w, int32_t step, const char *why)
{
    if (!w->failed)
        dm__child_stop(step, why);
    w->failed = true;
}

/* ---- committing ------------------------------------------------------------------------------- */

/* Make what was written durable and report it.  The tokens' place is the supervisor's ledger. */
static void commit(struct writer *w)
{
    for (size_t i = 0; !w->failed && i < w->job.pipeline->step_count; i++) {
        dm_str token;
        struct dm_outcome why;
        if (w->sinks[i] != NULL && dm__sink_commit(w->sinks[i], &token, &why) != DM_OK)
            fail(w, (int32_t)i, why.why);
    }
    if (w->failed || w->settled_count == 0)
        return;
    const dm_str fates = {w->settled.ptr + w->settled.from, w->settled.to - w->settled.from};
    w->leaving = !dm__child_send(DM_FRAME_SETTLED, w->settled_count, fates) || w->leaving;
    w->settled.from = w->settled.to = 0;
    w->settled_count = 0;
    if (w->settled.cap > BUFFER_KEEP)
        dm__frames_fini(&w->settled);
}

static bool commit_is_due(const struct writer *w)
{
    return w->settled_count >= COMMIT_DOCUMENTS || w->settled.to - w->settled.from >= COMMIT_BYTES ||
           (w->settled_count != 0 && dm__clock() - w->settled_since >= COMMIT_AFTER);
}

/* All documents there are, up to number `last`, are here. */
static void finish(struct writer *w, uint64_t last)
{
    if (w->next != last + 1)
        fail(w, -1, "the run is to end before all documents have arrived");
    commit(w);
    for (size_t i = 0; !w->failed && i < w->job.pipeline->step_count; i++) {
        struct dm_outcome why;
        if (w->sinks[i] != NULL && dm__sink_finish(w->sinks[i], &why) != DM_OK)
            fail(w, (int32_t)i, why.why);
    }
    if (!w->failed)
        dm__child_send(DM_FRAME_FINISHED, 0, DM_LIT(""));
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

/* Add the document's fate to those that the next commit reports. */
static bool note_fate(struct writer *w, const struct dm_frame_view *f, const struct dm_outcome *refused)
{
    if (w->settled_count++ == 0)
        w->settled_since = dm__clock();
    if (refused->status != DM_OK) {
        struct dm_fate_view fate;
        if (!dm__fate_read(f->payload, &fate))
            return false;
        fate.head.status = refused->status;
        fate.head.step = refused->step;
        return dm__fate_add(&w->settled, DM_FRAME_FATE, f->number, &fate.head, dm__str(refused->why));
    }
    char *const p = dm__frames_add(&w->settled, DM_FRAME_FATE, f->number, f->payload.len);
    return p != NULL && memcpy(p, f->payload.ptr, f->payload.len) != NULL;
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
        if (!read_record(w, &f, &record, &step) ||
            dm__sink_write(w->sinks[step], &record, &place, &why) == DM_OK)
            continue;
        why.step = (int32_t)step;
        if (why.status != DM_EDOC)
            fail(w, why.step, why.why);
        else if (refused.status == DM_OK)
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
    while (!w->leaving && !w->failed) {
        w->polls[0] = (struct pollfd){.fd = DM_FD_CONTROL, .events = POLLIN};
        for (size_t i = 0; i < w->connection_count; i++)
            w->polls[i + 1] = (struct pollfd){.fd = w->connections[i].fd, .events = POLLIN};
        const size_t count = w->connection_count;
        const int ready = poll(w->polls, count + 1, w->settled_count != 0 ? IDLE_MS : -1);
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

/* No ledger stands behind a run: each builds its targets anew. */
static bool open_sinks(struct writer *w)
{
    const struct dm_pipeline *const p = w->job.pipeline;
    const dm_resume from = {sizeof from, DM_RESUME_REPLACE | DM_RESUME_VOLATILE, {"", 0}};
    w->sinks = calloc(p->step_count, sizeof(struct dm_sink *));
    for (size_t i = 0; w->sinks != NULL && i < p->step_count; i++) {
        struct dm_outcome why;
        if (p->steps[i].kind != DM_OUTPUT)
            continue;
        w->sinks[i] = dm__sink_open(&p->steps[i].instances[0], &why);
        if (w->sinks[i] != NULL)
            dm__sink_log(w->sinks[i], NULL, on_log);
        if (w->sinks[i] == NULL || dm__sink_resume(w->sinks[i], &from, &why) != DM_OK) {
            fail(w, (int32_t)i, why.why);
            return false;
        }
    }
    return w->sinks != NULL;
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
    dm__reorder_drop(w->early);
    dm__arena_fini(&w->job.arena);
}

int dm__writer_main(void)
{
    struct writer w = {.next = 1};
    if (!dm__child_begin(&w.job))
        return DM_EXIT_FAILED;
    w.early = dm__reorder_new(0);
    w.polls = calloc(1, sizeof *w.polls);
    if (w.early != NULL && w.polls != NULL && open_sinks(&w) &&
        dm__child_send(DM_FRAME_READY, dm__child_resident(), DM_LIT("")))
        serve(&w);
    close_all(&w);
    return w.failed ? DM_EXIT_FAILED : DM_EXIT_OK;
}
