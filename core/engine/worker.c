/* A worker: read, run the chain, send the records to the writer, one document after the other.
 *
 * Records gather in one buffer and go out when it is large, when nothing is left to do, or when they
 * have waited for 10 ms; only then is the supervisor told, so that whatever it believes to be sent is in
 * the pipe.  Whatever a document rendered is taken back from the buffer if it fails later. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/engine/child.h"
#include "core/engine/failpoint.h"
#include "core/text/hash.h"
#include "core/text/str.h"

enum { FLUSH_BYTES = 256 * 1024, BUFFER_KEEP = 8 * 1024 * 1024, LOG_LINES = 20, CHECK_EVERY = 256 };
static const uint64_t FLUSH_AFTER = 10U * 1000U * 1000U; /* ns */
static const uint64_t CHECK_AFTER = 50U * 1000U * 1000U; /* ns */

struct worker {
    struct dm_job job;
    struct dm_chain *chain;
    struct dm_frames in, out; /* from the supervisor; to the writer */
    struct dm_slot *slot;
    char *input;
    size_t input_cap;
    int folder; /* where the last input was; -1: none.  Documents come folder by folder */
    char folder_path[PATH_MAX];
    size_t folder_len;
    size_t document_at, part_at; /* in `out`: where the document's, the part's records begin */
    uint64_t number, edits;
    dm_str source;
    uint64_t unsent, flushed_at, checked_at, served, resident_at_start;
    unsigned log_lines; /* of this document */
};

/* ---- what the chain tells us ------------------------------------------------------------------ */

static void at_step(void *owner, int32_t step)
{
    struct worker *const w = owner;
    atomic_store_explicit(&w->slot->step, step, memory_order_relaxed);
}

static void on_log(void *owner, int32_t step, int32_t level, dm_str line)
{
    struct worker *const w = owner;
    if (w->log_lines++ < LOG_LINES)
        dm__child_log(step, level, w->source, line);
}

static dm_status on_rendered(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    struct worker *const w = owner;
    const dm_identity *const id = &d->identity;
    struct dm_frame_record head = {.revision = id->revision,
                                   .step = (uint32_t)step,
                                   .part = id->part,
                                   .source_len = (uint32_t)id->source.len,
                                   .part_name_len = (uint32_t)id->part_name.len};
    memcpy(head.id, id->id.ptr, sizeof head.id);
    char *p = dm__frames_add(&w->out, DM_FRAME_RECORD, w->number,
                             sizeof head + id->source.len + id->part_name.len + bytes.len);
    if (p == NULL)
        return DM_ELIMIT;
    p = mempcpy(p, &head, sizeof head);
    p = mempcpy(p, id->source.ptr, id->source.len);
    if (id->part_name.len != 0)
        p = mempcpy(p, id->part_name.ptr, id->part_name.len);
    memcpy(p, bytes.ptr, bytes.len);
    return DM_OK;
}

static void on_part(void *owner, const dm_doc *d, dm_status status)
{
    struct worker *const w = owner;
    if (status == DM_OK) {
        w->part_at = w->out.to;
        w->edits += d->edit_count;
    } else {
        w->out.to = w->part_at;
    }
}

/* ---- one document ----------------------------------------------------------------------------- */

static size_t count_rules(const struct worker *w)
{
    size_t n = 0;
    const struct dm_step_stats *const stats = dm__chain_stats(w->chain);
    for (size_t i = 0; i < w->job.pipeline->step_count; i++)
        for (uint32_t r = 0; r < w->job.pipeline->steps[i].instances[0].stage->rules.count; r++)
            n += (stats[i].rules[r] | stats[i].flagged[r]) != 0;
    return n;
}

static size_t count_metrics(const struct worker *w)
{
    size_t n = 0;
    const struct dm_step_stats *const stats = dm__chain_stats(w->chain);
    for (size_t i = 0; i < w->job.pipeline->step_count; i++)
        for (size_t m = 0, all = dm__step_metrics(&w->job.pipeline->steps[i], NULL); m < all; m++)
            n += stats[i].metrics[m] != 0;
    return n;
}

static char *put_metrics(const struct worker *w, char *at)
{
    const struct dm_step_stats *const stats = dm__chain_stats(w->chain);
    for (uint32_t i = 0; i < w->job.pipeline->step_count; i++)
        for (size_t m = 0, all = dm__step_metrics(&w->job.pipeline->steps[i], NULL); m < all; m++) {
            const struct dm_fate_metric c = {i, (uint32_t)m, stats[i].metrics[m]};
            if (c.n != 0)
                at = mempcpy(at, &c, sizeof c);
        }
    return at;
}

/* The fate of a document that is complete, with what its stages counted. */
static bool add_fate(struct worker *w, struct dm_fate *fate, dm_str why, uint64_t read_ns)
{
    const struct dm_step_stats *const stats = dm__chain_stats(w->chain);
    const struct dm_pipeline *const p = w->job.pipeline;
    fate->count_len = (uint32_t)count_rules(w);
    fate->metric_len = (uint32_t)count_metrics(w);
    fate->step_len = (uint32_t)p->step_count + 1;
    fate->why_len = (uint32_t)why.len;
    char *at = dm__frames_add(&w->out, DM_FRAME_FATE, w->number,
                              sizeof *fate + fate->count_len * sizeof(struct dm_fate_count) +
                                  fate->metric_len * sizeof(struct dm_fate_metric) +
                                  fate->step_len * sizeof(uint64_t) + why.len);
    if (at == NULL)
        return false;
    at = mempcpy(at, fate, sizeof *fate);
    for (uint32_t i = 0; i < p->step_count && fate->count_len != 0; i++) {
        for (uint32_t r = 0; r < p->steps[i].instances[0].stage->rules.count; r++) {
            const struct dm_fate_count c = {i, r, stats[i].rules[r], stats[i].flagged[r]};
            if ((c.made | c.flagged) != 0)
                at = mempcpy(at, &c, sizeof c);
        }
    }
    at = put_metrics(w, at);
    at = mempcpy(at, &read_ns, sizeof read_ns);
    for (size_t i = 0; i < p->step_count; i++)
        at = mempcpy(at, &stats[i].nanoseconds, sizeof stats[i].nanoseconds);
    if (why.len != 0)
        memcpy(at, why.ptr, why.len);
    return true;
}

/* Tell the supervisor of a document that is not settled by us.  Its records are taken back. */
static bool hand_back(struct worker *w, enum dm_frame_type type, const struct dm_fate *fate, dm_str why)
{
    struct dm_frames f = {0};
    w->out.to = w->document_at;
    const bool ok = dm__fate_add(&f, type, w->number, fate, why) && dm__frames_flush(&f, DM_FD_CONTROL);
    dm__frames_fini(&f);
    return ok;
}

static bool settle(struct worker *w, const struct dm_outcome *outcome, struct dm_fate *fate, uint64_t read_ns)
{
    const dm_str why = dm__str(outcome->why);
    fate->status = outcome->status;
    fate->step = outcome->step;
    fate->edits = w->edits;
    if (outcome->status == DM_ERETRY)
        return hand_back(w, DM_FRAME_RETRY, fate, why);
    if (outcome->status == DM_EBUG || outcome->status == DM_ECONFIG)
        return hand_back(w, DM_FRAME_STOP, fate, why);
    if (outcome->status != DM_OK)
        w->out.to = w->document_at;
    w->unsent++;
    return add_fate(w, fate, why, read_ns);
}

static void identify(const struct dm_frame_document *head, dm_str source, char id[DM_HASH_DIGITS + 1],
                     dm_identity *out)
{
    dm__hash_bytes(source, id);
    *out = (dm_identity){.size = sizeof *out,
                         .revision = head->revision,
                         .id = {id, DM_HASH_DIGITS},
                         .source = source,
                         .part_name = DM_LIT(""),
                         .cursor = DM_LIT("")};
}

static void leave_folder(struct worker *w)
{
    if (w->folder >= 0)
        close(w->folder);
    w->folder = -1;
}

/* Read an input by its name in its folder, which is found once for many: the way there is looked up, and judged by
 * the sandbox, name by name. */
static dm_status read_input(struct worker *w, dm_str path, dm_str *bytes, struct dm_input_version *version,
                            char why[DM_WHY_MAX])
{
    const uint64_t most = w->job.pipeline->input.max_size;
    const char *const slash = memrchr(path.ptr, '/', path.len);
    const size_t len = slash != NULL ? (size_t)(slash - path.ptr) : 0;
    if (len == 0 || len >= sizeof w->folder_path)
        return dm__engine_read(AT_FDCWD, path.ptr, most, &w->input, &w->input_cap, bytes, version, why);
    if (w->folder < 0 || len != w->folder_len || memcmp(path.ptr, w->folder_path, len) != 0) {
        leave_folder(w);
        memcpy(w->folder_path, path.ptr, len);
        w->folder_path[len] = '\0';
        w->folder_len = len;
        w->folder = open(w->folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    if (w->folder < 0)
        return dm__engine_read(AT_FDCWD, path.ptr, most, &w->input, &w->input_cap, bytes, version, why);
    return dm__engine_read(w->folder, slash + 1, most, &w->input, &w->input_cap, bytes, version, why);
}

static bool process(struct worker *w, const struct dm_frame_view *frame)
{
    struct dm_frame_document head;
    memcpy(&head, frame->payload.ptr, sizeof head);
    const dm_str path = {frame->payload.ptr + sizeof head, head.path_len}; /* NUL-terminated */
    const uint64_t began = dm__clock();
    w->number = frame->number;
    w->source = (dm_str){path.ptr + head.source_at, path.len - head.source_at};
    w->document_at = w->part_at = w->out.to;
    w->edits = 0;
    w->log_lines = 0;
    atomic_store_explicit(&w->slot->step, -1, memory_order_relaxed);
    atomic_store_explicit(&w->slot->since, began, memory_order_relaxed);
    atomic_store_explicit(&w->slot->number, w->number, memory_order_release);

    struct dm_outcome outcome = {.step = -1};
    struct dm_fate fate = {0};
    dm_str bytes;
    uint64_t read_ns = 0;
    dm__chain_stats_reset(w->chain);
    struct dm_input_version version;
    outcome.status = read_input(w, path, &bytes, &version, outcome.why);
    fate.size = version.size;
    fate.modified = version.modified;
    dm__failpoint(DM_FAIL_K_READ);
    if (outcome.status == DM_OK) {
        char id[DM_HASH_DIGITS + 1];
        dm_identity identity;
        identify(&head, w->source, id, &identity);
        fate.bytes = bytes.len;
        dm__hash_value(bytes, fate.hash);
        read_ns = dm__clock() - began;
        dm__chain_run(w->chain, &identity, bytes, &outcome);
    }
    dm__failpoint(DM_FAIL_K_RENDERED);
    const bool ok = settle(w, &outcome, &fate, read_ns);
    if (w->log_lines > LOG_LINES) {
        char line[64];
        snprintf(line, sizeof line, "%u more lines were left out", w->log_lines - LOG_LINES);
        dm__child_log(-1, DM_LOG_WARNING, w->source, dm__str(line));
    }
    atomic_store_explicit(&w->slot->number, 0, memory_order_release);
    if (w->input_cap > BUFFER_KEEP) {
        free(w->input);
        w->input = NULL;
        w->input_cap = 0;
    }
    return ok;
}

/* ---- the loop --------------------------------------------------------------------------------- */

static bool flush(struct worker *w)
{
    if (w->out.to != 0 && !dm__frames_flush(&w->out, DM_FD_RECORDS))
        return false;
    if (w->out.cap > BUFFER_KEEP) /* a large document's room is not the next one's to answer for */
        dm__frames_fini(&w->out);
    dm__failpoint(DM_FAIL_K_SENT);
    w->flushed_at = dm__clock();
    const uint64_t n = w->unsent;
    w->unsent = 0;
    const bool ok = n == 0 || dm__child_send(DM_FRAME_SENT, n, DM_LIT(""));
    dm__failpoint(DM_FAIL_K_TOLD);
    return ok;
}

/* A plugin that leaks would in the end make an innocent document exceed its memory: leave before. */
static bool has_grown(struct worker *w)
{
    if (++w->served % CHECK_EVERY != 0 && w->flushed_at - w->checked_at < CHECK_AFTER)
        return false;
    w->checked_at = w->flushed_at;
    const uint64_t resident = dm__child_resident();
    return resident > w->resident_at_start &&
           resident - w->resident_at_start > w->job.pipeline->run.memory / 2;
}

/* return  exit status */
static int serve(struct worker *w)
{
    for (;;) {
        struct dm_frame_view frame;
        const int got = dm__frames_peek(&w->in, &frame);
        if (got < 0 || (got > 0 && frame.type != DM_FRAME_DOCUMENT && frame.type != DM_FRAME_END))
            return DM_EXIT_FAILED;
        if (got == 0) {
            leave_folder(w); /* while we wait, another may take its place */
            if (!flush(w) || dm__frames_read(&w->in, DM_FD_CONTROL, 64 * 1024) <= 0)
                return DM_EXIT_FAILED; /* the supervisor or the writer is gone */
            continue;
        }
        if (frame.type == DM_FRAME_END)
            return flush(w) ? DM_EXIT_OK : DM_EXIT_FAILED;
        if (!process(w, &frame))
            return DM_EXIT_FAILED;
        w->in.from += frame.size;
        if ((w->out.to >= FLUSH_BYTES || dm__clock() - w->flushed_at > FLUSH_AFTER) && !flush(w))
            return DM_EXIT_FAILED;
        if (has_grown(w) || dm__launcher_is_gone(w->job.pipeline->programs.launcher))
            return flush(w) ? DM_WORKER_RENEW : DM_EXIT_FAILED;
    }
}

/* An address-space limit backs up the watched resident size.  The sanitizers reserve terabytes. */
static void limit_address_space(uint64_t memory)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(DOCMILL_SANITIZED)
    char text[64] = "";
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    const ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return;
    const rlim_t now = (rlim_t)strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
    const rlim_t limit = now + (rlim_t)memory + (rlim_t)memory / 4 + 64 * 1024 * 1024;
    setrlimit(RLIMIT_AS, &(struct rlimit){limit, limit});
#else
    (void)memory;
#endif
}

/* A crash must look like one: the sanitizers would turn it into an exit status. */
static void reset_signals(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        signal(crashes[i], SIG_DFL);
}

static bool begin(struct worker *w)
{
    reset_signals();
    void *const page = mmap(NULL, sizeof *w->slot, PROT_READ | PROT_WRITE, MAP_SHARED, DM_FD_SLOT, 0);
    close(DM_FD_SLOT);
    if (page == MAP_FAILED || !dm__child_begin(&w->job) || !dm__child_confine(&w->job, DM_ROLE_WORKER))
        return false;
    w->slot = page;
    dm__failpoint(DM_FAIL_K_BEGIN);
    const struct dm_chain_events events = {
        .owner = w, .at_step = at_step, .log = on_log, .rendered = on_rendered, .part = on_part};
    struct dm_outcome why;
    w->chain = dm__chain_open(w->job.pipeline, w->job.pipeline->run.memory, &events, &why);
    if (w->chain == NULL) {
        dm__child_stop(why.step, why.why);
        return false;
    }
    w->resident_at_start = dm__child_resident();
    w->flushed_at = w->checked_at = dm__clock();
    limit_address_space(w->job.pipeline->run.memory);
    const bool ok = dm__child_send(DM_FRAME_READY, w->resident_at_start, DM_LIT(""));
    dm__failpoint(DM_FAIL_K_READY);
    return ok;
}

int dm__worker_main(void)
{
    struct worker w = {.folder = -1};
    if (!begin(&w))
        return DM_EXIT_FAILED;
    const int status = serve(&w);
    close(DM_FD_RECORDS); /* the end of what we send: from here on the time for close() counts */
    dm__chain_close(w.chain);
    dm__launcher_end(w.job.pipeline->programs.launcher);
    dm__frames_fini(&w.in);
    dm__frames_fini(&w.out);
    free(w.input);
    dm__arena_fini(&w.job.arena);
    return status;
}
