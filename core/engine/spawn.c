/* Child processes: our own program again, with its descriptors in known places. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/engine/supervisor.h"
#include "core/text/str.h"

struct write {
    uv_write_t request;
    struct dm_frames frames;
    uv_stream_t *pass; /* goes along, and is closed then */
};

/* One loop reads one stream at a time, and every reader uses the bytes before it returns. */
static void alloc_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct dm_supervisor *const s = uv_loop_get_data(handle->loop);
    *buf = uv_buf_init(s->read_buffer, sizeof s->read_buffer);
}

static int init_pipes(struct dm_child *c, void *data, bool passes_pipes)
{
    int error = uv_pipe_init(&c->supervisor->loop, &c->control, passes_pipes);
    if (error != 0)
        return error;
    c->open_handles++;
    error = uv_pipe_init(&c->supervisor->loop, &c->error, 0);
    c->open_handles += error == 0;
    c->control.data = c->error.data = c->process.data = data;
    return error;
}

int dm__child_spawn(struct dm_child *c, void *data, const char *role, const struct dm_child_fds *fds,
                    const struct dm_child_events *events)
{
    struct dm_supervisor *const s = c->supervisor;
    int error = init_pipes(c, data, fds->passes_pipes);
    if (error != 0)
        return error;
    char name[] = "docmill", word[16];
    snprintf(word, sizeof word, "%s", role);
    char *args[] = {name, word, NULL};
    uv_stdio_container_t stdio[DM_FD_END] = {
        [DM_FD_CONTROL] = {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
                           .data.stream = (uv_stream_t *)&c->control},
        [DM_FD_RECORDS] = {.flags = UV_IGNORE},
        [STDIN_FILENO] = {.flags = UV_IGNORE}, /* /dev/null */
        [STDOUT_FILENO] = {.flags = UV_IGNORE},
        [STDERR_FILENO] = {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
                           .data.stream = (uv_stream_t *)&c->error},
        [DM_FD_JOB] = {.flags = UV_INHERIT_FD, .data.fd = s->job},
        [DM_FD_SLOT] = {.flags = UV_IGNORE},
    };
    if (fds->records >= 0)
        stdio[DM_FD_RECORDS] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = fds->records};
    if (fds->slot >= 0)
        stdio[DM_FD_SLOT] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = fds->slot};
    const uv_process_options_t options = {
        .file = s->exe,
        .args = args,
        .env = s->environment,
        .exit_cb = events->exited,
        .flags = UV_PROCESS_DETACHED, /* a session of its own: the terminal's signals are for us */
        .stdio = stdio,
        .stdio_count = DM_FD_END,
    };
    error = uv_spawn(&s->loop, &c->process, &options);
    c->open_handles++; /* even a failed spawn leaves a handle to close */
    if (error != 0) {
        c->exited = c->control_ended = c->error_ended = true;
        return error;
    }
    uv_read_start((uv_stream_t *)&c->control, alloc_buffer, events->control);
    uv_read_start((uv_stream_t *)&c->error, alloc_buffer, events->error);
    return 0;
}

static void on_pass_closed(uv_handle_t *handle)
{
    free(handle);
}

static void finish_write(struct write *w)
{
    if (w->pass != NULL)
        uv_close((uv_handle_t *)w->pass, on_pass_closed);
    dm__frames_fini(&w->frames);
    free(w);
}

/* A failed write means that the child is gone, which its exit tells. */
static void on_written(uv_write_t *request, int status)
{
    (void)status;
    finish_write((struct write *)(void *)request);
}

bool dm__child_write(struct dm_child *c, struct dm_frames *frames, uv_stream_t *pass)
{
    struct write *const w = calloc(1, sizeof *w);
    if (w == NULL) {
        dm__frames_fini(frames);
        if (pass != NULL)
            uv_close((uv_handle_t *)pass, on_pass_closed);
        return false;
    }
    w->frames = *frames;
    w->pass = pass;
    *frames = (struct dm_frames){0};
    const uv_buf_t buf =
        uv_buf_init(w->frames.ptr + w->frames.from, (unsigned)(w->frames.to - w->frames.from));
    const int error = pass != NULL
                          ? uv_write2(&w->request, (uv_stream_t *)&c->control, &buf, 1, pass, on_written)
                          : uv_write(&w->request, (uv_stream_t *)&c->control, &buf, 1, on_written);
    if (error != 0)
        finish_write(w);
    return true;
}

bool dm__child_receive(struct dm_child *c, dm_str bytes)
{
    char *const p = dm__frames_reserve(&c->in, bytes.len);
    if (p == NULL)
        return false;
    memcpy(p, bytes.ptr, bytes.len);
    c->in.to += bytes.len;
    return true;
}

static void on_closed(uv_handle_t *handle)
{
    struct dm_child *const c = handle->data;
    if (--c->open_handles == 0 && c->closed != NULL)
        c->closed(c);
}

void dm__child_close(struct dm_child *c, void (*closed)(struct dm_child *c))
{
    uv_handle_t *const handles[] = {(uv_handle_t *)&c->control, (uv_handle_t *)&c->error,
                                    (uv_handle_t *)&c->process};
    assert(c->open_handles <= sizeof handles / sizeof handles[0]);
    c->closed = closed;
    for (unsigned i = 0, n = c->open_handles; i < n; i++) {
        if (uv_is_closing(handles[i]))
            continue;
        handles[i]->data = c;
        uv_close(handles[i], on_closed);
    }
    dm__frames_fini(&c->in);
    if (c->open_handles == 0 && closed != NULL)
        closed(c);
}

void dm__child_kill(const struct dm_child *c)
{
    /* Every child leads a session.  What its plugins started goes with it: it may hold our pipes. */
    const pid_t pid = uv_process_get_pid(&c->process);
    if (pid <= 0) /* it never was; 0 and -1 would be ourselves, and everybody */
        return;
    kill(-pid, SIGKILL);
    if (!c->exited)
        kill(pid, SIGKILL);
}

static void end_line(struct dm_child *c, const char *who)
{
    if (c->line_len != 0)
        dm__supervisor_log(c->supervisor, DM_LOG_WARNING, DM_LIT(""), dm__str(who),
                           (dm_str){c->line, c->line_len});
    c->line_len = 0;
}

void dm__child_hear(struct dm_child *c, dm_str bytes, const char *who)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] == '\n' || c->line_len == sizeof c->line)
            end_line(c, who);
        if (bytes.ptr[i] != '\n')
            c->line[c->line_len++] = bytes.ptr[i];
    }
    if (bytes.len == 0)
        end_line(c, who);
}

bool dm__child_is_gone(const struct dm_child *c)
{
    /* A process that it left behind may hold the socket open. */
    static const uint64_t last_words = 500U * 1000000U; /* ns */
    return c->exited && ((c->control_ended && c->error_ended) || dm__clock() - c->exited_at > last_words);
}
