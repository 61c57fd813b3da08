#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE_FIRST = 16 * 1024,   /* bytes */
    GREETING_MAX = 64 * 1024, /* bytes */
    SHOWN = 80,               /* bytes of a line, in a message */
    GRACE = 500               /* ms */
};

/* A line that is sent and one that is heard, both perhaps in pieces. */
struct talk {
    struct program *program;
    dm_task *task;
    int64_t deadline; /* ms */
    dm_str unsent;
    char *line;
    size_t len, cap;
};

static int64_t now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- the end ------------------------------------------------------------------------------------- */

static int32_t end(struct program *p, dm_task *t, uint32_t grace)
{
    const int32_t status = p->runs ? p->host->stop(t, &p->at, grace) : -1;
    p->runs = false;
    return status;
}

void program_stop(struct program *p, dm_task *t)
{
    end(p, t, 0);
}

void program_leave(struct program *p)
{
    if (p->runs) {
        close(p->at.input);
        close(p->at.output);
    }
    p->runs = false;
}

/* It closed its output, or no longer reads: it has ended, or is about to. */
static dm_status tell_end(struct program *p, dm_task *t, dm_status code, const char *when)
{
    const int status = end(p, t, GRACE);
    if (status != -1 && WIFEXITED(status))
        return dm_fail(t, code, "the program ended %s, with exit status %d", when, WEXITSTATUS(status));
    if (status != -1 && WTERMSIG(status) != SIGKILL)
        return dm_fail(t, code, "the program was ended %s, by signal %d (%s)", when, WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    return dm_fail(t, code, "the program was killed, or closed its standard output, %s", when);
}

/* ---- lines --------------------------------------------------------------------------------------- */

static dm_status make_room(struct talk *k)
{
    if (k->len < k->cap)
        return DM_OK;
    const size_t cap = k->cap != 0 ? 4 * k->cap : LINE_FIRST;
    char *const line = dm_alloc(k->task, cap);
    if (line == NULL) {
        program_stop(k->program, k->task);
        return DM_ELIMIT;
    }
    if (k->len != 0)
        memcpy(line, k->line, k->len);
    k->line = line;
    k->cap = cap;
    return DM_OK;
}

/* return  0: it would have to wait; -1: nobody reads; else bytes */
static ssize_t send_some(struct talk *k)
{
    const ssize_t n = write(k->program->at.input, k->unsent.ptr, k->unsent.len);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    k->unsent.ptr += n;
    k->unsent.len -= (size_t)n;
    return n;
}

/* return  as read(): 0: it has closed its output; -1: nothing is there yet */
static ssize_t hear_some(struct talk *k)
{
    const ssize_t n = read(k->program->at.output, k->line + k->len, k->cap - k->len);
    k->len += n > 0 ? (size_t)n : 0;
    return n < 0 && errno != EAGAIN && errno != EINTR ? 0 : n;
}

static bool has_line(const struct talk *k, size_t from)
{
    return memchr(k->line + from, '\n', k->len - from) != NULL;
}

static dm_status tell_late(struct talk *k, bool greets, dm_status code)
{
    program_stop(k->program, k->task);
    return dm_fail(k->task, code, "the program did not %s within %lld ms", greets ? "greet" : "answer",
                   (long long)k->program->timeout);
}

static void wait_for(struct talk *k)
{
    struct pollfd fds[] = {{.fd = k->program->at.output, .events = POLLIN},
                           {.fd = k->unsent.len != 0 ? k->program->at.input : -1, .events = POLLOUT}};
    const int64_t left = k->deadline - now();
    if (left > 0)
        poll(fds, 2, (int)left);
}

/* Send what is to be sent and hear one line.
 * code    what it is if the program fails
 * return  DM_OK: the line is there, with its line feed; or a greeting is longer than any is */
static dm_status talk(struct talk *k, bool greets, dm_status code)
{
    const char *const before = greets ? "before it had greeted" : "before it had answered";
    k->deadline = now() + k->program->timeout;
    do {
        const size_t heard = k->len;
        if (k->unsent.len != 0 && send_some(k) < 0)
            return tell_end(k->program, k->task, code, before);
        const dm_status room = make_room(k);
        if (room != DM_OK)
            return room;
        const ssize_t n = hear_some(k);
        if (n == 0)
            return tell_end(k->program, k->task, code, before);
        if (n > 0 && (has_line(k, heard) || (greets && k->len >= GREETING_MAX)))
            return DM_OK;
        if (n < 0)
            wait_for(k);
    } while (now() < k->deadline);
    return tell_late(k, greets, code);
}

/* ---- the beginning ------------------------------------------------------------------------------- */

/* As much of a line as fits a message, without what would break it. */
static dm_str shown(char text[SHOWN + 1], const struct talk *k)
{
    size_t n = 0;
    while (n < SHOWN && n < k->len && k->line[n] != '\n') {
        const unsigned char c = (unsigned char)k->line[n];
        text[n++] = c < 0x20 || c >= 0x7F ? '?' : (char)c;
    }
    return (dm_str){text, n};
}

static dm_status read_greeting(struct program *p, const struct talk *k, dm_status code)
{
    char text[SHOWN + 1];
    const dm_str line = shown(text, k);
    json_t *const root = json_loadb(k->line, k->len, 0, NULL);
    const json_t *const version = json_object_get(root, "docmill"), *const unit =
                                                                        json_object_get(root, "positions");
    const bool greets = json_is_integer(version), known = greets && json_integer_value(version) == 1;
    const bool counts = json_is_string(unit) && position_unit_of(json_string_value(unit), &p->unit);
    json_decref(root);
    if (!greets)
        return dm_fail(k->task, code,
                       "the program's first line is no greeting such as {\"docmill\": 1, \"positions\": "
                       "\"characters\"}: %.*s",
                       (int)line.len, line.ptr);
    if (!known)
        return dm_fail(k->task, code, "the program speaks another version than 1: %.*s", (int)line.len,
                       line.ptr);
    if (!counts)
        return dm_fail(
            k->task, code,
            "the program's greeting must say how it counts: \"positions\": \"characters\", \"bytes\" or "
            "\"utf-16\": %.*s",
            (int)line.len, line.ptr);
    return DM_OK;
}

dm_status program_start(struct program *p, dm_task *t)
{
    p->at = (dm_program){.size = sizeof p->at};
    const dm_status started = p->host->start(t, "command", &p->at);
    if (started != DM_OK)
        return started;
    p->runs = true;
    fcntl(p->at.input, F_SETFL, O_NONBLOCK);
    fcntl(p->at.output, F_SETFL, O_NONBLOCK);
    struct talk k = {.program = p, .task = t};
    const dm_status code = p->greeted ? DM_ERETRY : DM_ECONFIG;
    dm_status status = talk(&k, true, code);
    if (status == DM_OK)
        status = read_greeting(p, &k, code);
    if (status != DM_OK)
        program_stop(p, t);
    p->greeted = p->greeted || status == DM_OK;
    return status;
}

/* ---- questions ----------------------------------------------------------------------------------- */

/* Something that nobody asked for, or its end, between two documents. */
static bool is_out_of_step(const struct program *p)
{
    struct pollfd fd = {.fd = p->at.output, .events = POLLIN};
    return poll(&fd, 1, 0) != 0;
}

dm_status program_ready(struct program *p, dm_task *t)
{
    if (p->runs && is_out_of_step(p)) {
        dm_log(t, DM_LOG_WARNING,
               DM_LIT("the program ended, or spoke unasked, between two documents: started again"));
        program_stop(p, t);
    }
    return p->runs ? DM_OK : program_start(p, t);
}

dm_status program_ask(struct program *p, dm_task *t, dm_str question, dm_str *answer)
{
    struct talk k = {.program = p, .task = t, .unsent = question};
    const dm_status status = talk(&k, false, DM_ERETRY);
    if (status != DM_OK)
        return status;
    const char *const end_of_line = memchr(k.line, '\n', k.len);
    *answer = (dm_str){k.line, (size_t)(end_of_line - k.line)};
    if (answer->len + 1 == k.len && k.unsent.len == 0)
        return DM_OK;
    program_stop(p, t);
    return dm_fail(t, DM_EDOC,
                   k.unsent.len != 0 ? "the program answered before it had read the document"
                                     : "the program answered with more than one line");
}
