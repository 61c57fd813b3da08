/* The supervisor's side of the writer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/engine/batch.h"
#include "core/text/str.h"

static void obey(struct dm_supervisor *s, const struct dm_frame_view *f)
{
    struct dm_fate_view fate;
    switch (f->type) {
    case DM_FRAME_READY:
    case DM_FRAME_FINISHED:
        dm__batch_add(s, f->payload, (enum dm_frame_type)f->type);
        break;
    case DM_FRAME_SETTLED:
        dm__batch_add(s, f->payload, 0);
        break;
    case DM_FRAME_DETACHED:
        dm__crew_detached(s, f->number, f->payload);
        break;
    case DM_FRAME_STOP:
        if (dm__fate_read(f->payload, &fate)) {
            const dm_str stage = dm__supervisor_stage(s, fate.head.step);
            dm__supervisor_stop(s, "%.*s: %.*s", (int)stage.len, stage.ptr, (int)fate.why.len, fate.why.ptr);
        }
        break;
    case DM_FRAME_LOG: {
        struct dm_frame_log head;
        if (f->payload.len < sizeof head)
            break;
        memcpy(&head, f->payload.ptr, sizeof head);
        dm__supervisor_log(s, head.level, DM_LIT(""), dm__supervisor_stage(s, head.step),
                           (dm_str){f->payload.ptr + sizeof head, f->payload.len - sizeof head});
        break;
    }
    default:
        dm__supervisor_stop(s, "the writer sent something unknown");
    }
}

static void on_control(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct dm_supervisor *const s = stream->data;
    struct dm_child *const c = &s->writer;
    if (n < 0) {
        uv_read_stop(stream);
        c->control_ended = true;
        dm__supervisor_advance(s);
        return;
    }
    if (n == 0)
        return;
    if (!dm__child_receive(c, (dm_str){buf->base, (size_t)n})) {
        dm__supervisor_stop(s, "out of memory");
        return;
    }
    struct dm_frame_view f;
    int got;
    while ((got = dm__frames_peek(&c->in, &f)) > 0) {
        obey(s, &f);
        c->in.from += f.size;
    }
    if (got < 0) {
        dm__supervisor_stop(s, "the writer sent something else than frames");
        dm__child_kill(c); /* it would not hear an END either */
    }
    dm__supervisor_advance(s);
}

static void on_error(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct dm_supervisor *const s = stream->data;
    if (n != 0)
        dm__child_hear(&s->writer, (dm_str){buf->base, n > 0 ? (size_t)n : 0}, "writer");
    if (n >= 0)
        return;
    uv_read_stop(stream);
    s->writer.error_ended = true;
    dm__supervisor_advance(s);
}

static void on_exited(uv_process_t *process, int64_t status, int signal)
{
    struct dm_supervisor *const s = process->data;
    s->writer.exited = true;
    s->writer.exited_at = dm__clock();
    s->writer.status = status;
    s->writer.signal = signal;
    dm__supervisor_advance(s);
}

bool dm__scribe_start(struct dm_supervisor *s)
{
    s->writer.supervisor = s;
    const struct dm_child_fds fds = {.records = -1, .slot = -1, .passes_pipes = true};
    const struct dm_child_events events = {on_control, on_error, on_exited};
    const int error = dm__child_spawn(&s->writer, s, "__writer", &fds, &events);
    if (error != 0) {
        dm__supervisor_stop(s, "the writer cannot be started: %s", uv_strerror(error));
        return false;
    }
    s->writer_started = true;
    struct dm_frames f = {0};
    char why[DM_WHY_MAX];
    if (dm__book_add_resume(&s->book, &f, why)) {
        if (dm__child_write(&s->writer, &f, NULL))
            return true;
        snprintf(why, sizeof why, "out of memory");
    }
    dm__frames_fini(&f);
    dm__supervisor_stop(s, "%s", why);
    return false;
}

void dm__scribe_send(struct dm_supervisor *s, enum dm_frame_type type, uint64_t number)
{
    struct dm_frames f = {0};
    if (dm__frames_add(&f, type, number, 0) == NULL || !dm__child_write(&s->writer, &f, NULL))
        dm__supervisor_stop(s, "out of memory");
}

void dm__scribe_bury(struct dm_supervisor *s, const struct dm_flying *d, dm_status status, int32_t step,
                     dm_str why)
{
    struct dm_frames f = {0};
    const struct dm_fate fate = {.status = status, .step = step, .attempts = d->attempts};
    if (!dm__fate_add(&f, DM_FRAME_TOMBSTONE, d->number, &fate, why) ||
        !dm__child_write(&s->writer, &f, NULL))
        dm__supervisor_stop(s, "out of memory");
}

static void on_passed(uv_handle_t *handle)
{
    free(handle);
}

bool dm__scribe_attach(struct dm_supervisor *s, uint64_t worker, int fd)
{
    struct dm_frames f = {0};
    uv_pipe_t *const pipe = malloc(sizeof *pipe);
    if (pipe == NULL || uv_pipe_init(&s->loop, pipe, 0) != 0) {
        free(pipe);
        close(fd);
        return false;
    }
    if (uv_pipe_open(pipe, fd) != 0) {
        close(fd);
        uv_close((uv_handle_t *)pipe, on_passed);
        return false;
    }
    if (dm__frames_add(&f, DM_FRAME_ATTACH, worker, 0) == NULL) {
        uv_close((uv_handle_t *)pipe, on_passed);
        return false;
    }
    return dm__child_write(&s->writer, &f, (uv_stream_t *)pipe);
}
