#include "core/engine/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/engine/failpoint.h"
#include "core/engine/watching.h"
#include "core/ledger/work.h"
#include "core/text/str.h"

static const char out_of_turn[] = "the writer reported a document whose turn it is not";

/* ---- in the thread pool: one transaction -------------------------------------------------------- */

/* The fate in the form that the ledger keeps.  false: no memory */
static bool pack_work(struct dm_arena *arena, const struct dm_fate_view *fate, dm_str *out)
{
    struct dm_work w = {.time_count = fate->head.step_len, .count_count = fate->head.count_len};
    w.times = dm__arena_alloc(arena, (w.time_count + 1) * sizeof *w.times, _Alignof(uint64_t));
    w.counts = dm__arena_alloc(arena, (w.count_count + 1) * sizeof *w.counts, _Alignof(uint64_t));
    char *const packed = w.times != NULL && w.counts != NULL ? dm__arena_raw(arena, dm__work_size(&w)) : NULL;
    if (packed == NULL)
        return false;
    memcpy(w.times, fate->steps, w.time_count * sizeof *w.times);
    for (size_t i = 0; i < w.count_count; i++) {
        struct dm_fate_count c;
        memcpy(&c, fate->counts + i * sizeof c, sizeof c);
        w.counts[i] = (struct dm_work_count){c.step, c.rule, c.made, c.flagged};
    }
    *out = (dm_str){packed, dm__work_pack(&w, packed)};
    return true;
}

static bool list_results(struct dm_arena *arena, dm_str packed, struct dm_ledger_result **out, size_t *count)
{
    struct dm_fate_result head;
    dm_str place;
    struct dm_ledger_result *items = NULL;
    size_t cap = 0;
    *count = 0;
    while (dm__fate_next_result(&packed, &head, &place)) {
        items = dm__arena_grow(arena, items, *count, &cap, sizeof *items);
        if (items == NULL)
            return false;
        struct dm_ledger_result *const r = &items[(*count)++];
        *r = (struct dm_ledger_result){
            .part = head.part, .position = head.step, .refused = head.refused != 0, .place = place};
        memcpy(r->hash, head.hash, sizeof r->hash);
    }
    *out = items;
    return true;
}

/* Which version of an input failed whose worker could not say so, as it died of it.  What cannot be read has
 * no content to compare, and counts as the same as long as size and time are. */
static void look_at_input(const struct dm_supervisor *s, const struct dm_flying *d,
                          struct dm_ledger_input *in)
{
    struct stat st;
    if (stat(d->path, &st) != 0)
        return;
    const struct dm_input_version version = dm__engine_version(&st);
    in->size = version.size;
    in->modified = version.modified;
    if (d->refused || !S_ISREG(st.st_mode) || version.size > s->pipeline->input.max_size)
        return;
    const int fd = open(d->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    in->hashed = fd >= 0 && dm__hash_fd_value(fd, in->hash);
    if (fd >= 0)
        close(fd);
}

static void write_letter(struct dm_supervisor *s, const struct dm_flying *d, const struct dm_fate_view *fate)
{
    const struct dm_deadletter letter = {.pipeline = s->pipeline->file,
                                         .source = dm__flying_source(d),
                                         .path = {d->path, d->path_len},
                                         .stage = dm__supervisor_stage(s, fate->head.step),
                                         .why = fate->why,
                                         .attempts = dm__supervisor_attempts(d, fate->head.status),
                                         .log = dm__str(d->log)};
    if (!dm__deadletter_write(&s->batch.arena, s->dead_letters, &letter))
        snprintf(s->batch.letter_why, sizeof s->batch.letter_why, "a dead letter cannot be written: %s",
                 strerror(errno));
}

static bool store_fate(struct dm_supervisor *s, const struct dm_flying *d, const struct dm_fate_view *fate)
{
    static const unsigned char unread[DM_HASH_SIZE];
    const dm_status status = fate->head.status;
    struct dm_ledger_input in = {.source = dm__flying_source(d),
                                 .path = {d->path, d->path_len},
                                 .size = fate->head.size,
                                 .modified = fate->head.modified,
                                 .hashed = memcmp(fate->head.hash, unread, sizeof unread) != 0,
                                 .generation = s->book.generation.id,
                                 .state = status < DM_OK      ? DM_LEDGER_FAILED
                                          : status == DM_DROP ? DM_LEDGER_DROPPED
                                                              : DM_LEDGER_DONE,
                                 .revision = d->revision,
                                 .attempts = dm__supervisor_attempts(d, status),
                                 .stage = status < DM_OK ? fate->head.step : -1,
                                 .reason = status < DM_OK ? fate->why : DM_LIT(""),
                                 .seen = s->batch.now,
                                 .settled = s->batch.now,
                                 .bytes = fate->head.bytes,
                                 .edits = fate->head.edits};
    struct dm_ledger_result *results;
    size_t count;
    memcpy(in.hash, fate->head.hash, sizeof in.hash);
    if (fate->head.modified == 0 && status < DM_OK)
        look_at_input(s, d, &in);
    if (!pack_work(&s->batch.arena, fate, &in.work) ||
        !list_results(&s->batch.arena, fate->results, &results, &count)) {
        snprintf(s->batch.why, sizeof s->batch.why, "out of memory");
        return false;
    }
    if (status < DM_OK)
        write_letter(s, d, fate);
    return dm__ledger_put(s->book.ledger, &in, results, count, d->known);
}

/* Outputs that were built anew lack what was no input of the runs that built them. */
static bool count_left_behind(struct dm_supervisor *s)
{
    struct dm_ledger_totals totals;
    if (!s->book.rebuilds)
        return true;
    if (!dm__ledger_totals(s->book.ledger, &totals))
        return false;
    s->book.left_behind = totals.older;
    return true;
}

/* Whoever puts files into a watched folder may take them away again.  What nobody can read any more has no fate. */
static bool is_gone(const struct dm_supervisor *s, const struct dm_flying *d, const struct dm_fate_view *fate)
{
    struct stat st;
    return s->watching != NULL && fate->head.status == DM_EDOC && fate->head.step == -1 &&
           lstat(d->path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static bool store_frame(struct dm_supervisor *s, const struct dm_frame_view *f)
{
    struct dm_fate_view fate;
    struct dm_flying *d;
    switch (f->type) {
    case DM_FRAME_FATE:
        d = dm__flight_find(&s->flight, f->number);
        if (!dm__fate_read(f->payload, &fate))
            return false;
        d->gone = is_gone(s, d, &fate);
        return d->gone || store_fate(s, d, &fate);
    case DM_FRAME_TOKEN:
        return dm__ledger_put_token(s->book.ledger, (int64_t)f->number, f->payload);
    case DM_FRAME_TOUCH:
        return dm__ledger_touch(s->book.ledger, f->payload, (int64_t)f->number);
    case DM_FRAME_FINISHED:
        return dm__ledger_finish_generation(s->book.ledger, s->book.generation.id, s->batch.now) &&
               count_left_behind(s);
    default:
        return true;
    }
}

/* A document that failed once and now does not needs its letter no more. */
static void drop_letters(struct dm_supervisor *s)
{
    struct dm_frames frames = s->batch.storing;
    struct dm_frame_view f;
    struct dm_fate_view fate;
    for (; dm__frames_peek(&frames, &f) > 0; frames.from += f.size) {
        const struct dm_flying *const d =
            f.type == DM_FRAME_FATE ? dm__flight_find(&s->flight, f.number) : NULL;
        if (d != NULL && d->has_letter && dm__fate_read(f.payload, &fate) && fate.head.status >= DM_OK)
            dm__deadletter_remove(s->dead_letters, dm__flying_source(d));
    }
}

/* Whether all of it can take effect.  Nothing of it is stored otherwise: a token is behind the records of a
 * document, and must not be on record without the document. */
static bool is_in_turn(struct dm_supervisor *s)
{
    struct dm_frames frames = s->batch.storing;
    struct dm_frame_view f;
    struct dm_fate_view fate;
    uint64_t turn = s->flight.oldest; /* which nobody settles meanwhile */
    for (; dm__frames_peek(&frames, &f) > 0; frames.from += f.size) {
        if (f.type != DM_FRAME_FATE)
            continue;
        if (f.number != turn || dm__flight_find(&s->flight, turn) == NULL ||
            !dm__fate_read(f.payload, &fate)) {
            snprintf(s->batch.why, sizeof s->batch.why, "%s", out_of_turn);
            return false;
        }
        turn++;
    }
    if (frames.from != frames.to)
        snprintf(s->batch.why, sizeof s->batch.why, "the writer sent something that no writer sends");
    return frames.from == frames.to;
}

static bool store_all(struct dm_supervisor *s)
{
    struct dm_frames frames = s->batch.storing;
    struct dm_frame_view f;
    if (!is_in_turn(s) || !dm__ledger_begin(s->book.ledger))
        return false;
    dm__arena_reset(&s->batch.arena); /* the ledger may hold what is put until the commit */
    for (; dm__frames_peek(&frames, &f) > 0; frames.from += f.size)
        if (!store_frame(s, &f))
            return false;
    dm__failpoint(DM_FAIL_S_BATCH_COMMIT);
    return dm__ledger_commit(s->book.ledger);
}

static void store(uv_work_t *work)
{
    struct dm_supervisor *const s = work->data;
    s->batch.now = dm__book_now();
    s->batch.why[0] = s->batch.letter_why[0] = '\0';
    dm__failpoint(DM_FAIL_S_BATCH_BEGIN);
    s->batch.stored = store_all(s);
    if (s->batch.stored) {
        dm__failpoint(DM_FAIL_S_BATCH_STORED);
        drop_letters(s);
        return;
    }
    if (s->batch.why[0] == '\0')
        snprintf(s->batch.why, sizeof s->batch.why, "%s", dm__ledger_why(s->book.ledger));
    dm__ledger_roll_back(s->book.ledger);
}

/* ---- on the loop: what was stored takes effect --------------------------------------------------- */

static bool settle(struct dm_supervisor *s, const struct dm_frame_view *f)
{
    struct dm_fate_view fate;
    struct dm_flying *const d = dm__flight_find(&s->flight, f->number);
    if (d == NULL || f->number != s->flight.oldest || !dm__fate_read(f->payload, &fate)) {
        dm__supervisor_stop(s, "%s", out_of_turn);
        return false;
    }
    if (d->waits) /* a worker had it that said otherwise */
        dm__flight_unwait(&s->flight, d);
    if (d->gone) {
        fate.head.status = DM_DROP;
        fate.why = DM_LIT("gone before it was read");
    }
    dm__totals_settle(s, d, &fate);
    if (s->watching != NULL)
        dm__watching_settle(s, d, &fate);
    dm__flight_settle(&s->flight, d);
    return true;
}

/* Before its first tokens are stored nothing is written, and from then on the ledger may be behind. */
static void begin_work(struct dm_supervisor *s)
{
    /* An input that is moved or deleted cannot be processed again. */
    const bool durable = s->watching != NULL && s->pipeline->watch.after != DM_WATCH_LEAVE;
    if (s->book.ledger != NULL && !dm__ledger_set_durable(s->book.ledger, durable)) {
        dm__supervisor_stop(s, "%s", dm__ledger_why(s->book.ledger));
        return;
    }
    s->writer_ready = true;
    dm__failpoint(DM_FAIL_S_WRITER_READY);
}

static void take_effect(struct dm_supervisor *s, struct dm_frames frames)
{
    struct dm_frame_view f;
    for (; dm__frames_peek(&frames, &f) > 0; frames.from += f.size) {
        if (f.type == DM_FRAME_FATE && !settle(s, &f))
            return;
        if (f.type == DM_FRAME_READY)
            begin_work(s);
        if (f.type == DM_FRAME_FINISHED) {
            s->finished = true;
            dm__failpoint(DM_FAIL_S_FINISHED_STORED);
        }
    }
}

/* ---- the queue ----------------------------------------------------------------------------------- */

static void start(struct dm_supervisor *s);

static void on_stored(uv_work_t *work, int status)
{
    struct dm_supervisor *const s = work->data;
    (void)status;
    s->batch.busy = false;
    if (s->batch.letter_why[0] != '\0')
        dm__supervisor_log(s, DM_LOG_ERROR, DM_LIT(""), DM_LIT("dead-letters"), dm__str(s->batch.letter_why));
    if (s->batch.stored) {
        take_effect(s, s->batch.storing);
    } else {
        s->batch.broken = true; /* what comes after it must not be stored without it */
        dm__supervisor_stop(s, "%s", s->batch.why);
    }
    s->batch.storing.from = s->batch.storing.to = 0;
    start(s);
    dm__supervisor_advance(s);
}

static void start(struct dm_supervisor *s)
{
    struct dm_batch *const b = &s->batch;
    if (b->busy || b->broken || b->waiting.to == 0)
        return;
    const struct dm_frames empty = b->storing;
    b->storing = b->waiting;
    b->waiting = empty;
    b->busy = true;
    b->work.data = s;
    uv_queue_work(&s->loop, &b->work, store, on_stored);
}

void dm__batch_add(struct dm_supervisor *s, dm_str frames, enum dm_frame_type end)
{
    struct dm_batch *const b = &s->batch;
    char *const p = frames.len != 0 ? dm__frames_reserve(&b->waiting, frames.len) : NULL;
    if (frames.len != 0 && p == NULL) {
        dm__supervisor_stop(s, "out of memory");
        b->broken = true;
        return;
    }
    if (p != NULL)
        memcpy(p, frames.ptr, frames.len);
    b->waiting.to += frames.len;
    if (end != 0 && dm__frames_add(&b->waiting, end, 0, 0) == NULL) {
        dm__supervisor_stop(s, "out of memory");
        b->broken = true;
    }
    if (s->book.ledger != NULL) {
        start(s);
        return;
    }
    const struct dm_frames all = b->waiting;
    b->waiting.from = b->waiting.to = 0;
    take_effect(s, all);
}

bool dm__batch_is_idle(const struct dm_supervisor *s)
{
    return !s->batch.busy && (s->batch.broken || s->batch.waiting.to == 0);
}

void dm__batch_fini(struct dm_supervisor *s)
{
    dm__frames_fini(&s->batch.waiting);
    dm__frames_fini(&s->batch.storing);
    dm__arena_fini(&s->batch.arena);
}
