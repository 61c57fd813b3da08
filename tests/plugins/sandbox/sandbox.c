/* sandbox: each document says what to try, "read /etc/shadow" on a line of its own, and the log gets the
 * answers: "read /etc/shadow: Permission denied".  The cleaner tries it in a worker, the output in the
 * writer, when a document has been rendered.  Three more cleaners are the same and need something. */
#include <docmill/plugin.h>

#include <stdlib.h>
#include <string.h>

#include "acts.h"

struct target {
    dm_str path; /* where something may be written, if the stage may write at all */
};

static const dm_option options[] = {{.name = "path",
                                     DM_PATH_OUT_AT(struct target, path),
                                     .def = "\"\"",
                                     .help = "A file that is never written."}};

static void try_line(dm_task *t, dm_str line)
{
    char act[64] = "", path[4096] = "", said[4608];
    if (line.len == 0 || line.len >= sizeof path)
        return;
    const char *const space = memchr(line.ptr, ' ', line.len);
    const size_t name = space != NULL ? (size_t)(space - line.ptr) : line.len;
    if (name >= sizeof act)
        return;
    memcpy(act, line.ptr, name);
    if (space != NULL)
        memcpy(path, space + 1, line.len - name - 1);
    const int error = acts_try(act, path);
    const int n = snprintf(said, sizeof said, "%s%s%s: %s", act, space != NULL ? " " : "", path,
                           error < 0    ? "no such act"
                           : error == 0 ? "done"
                                        : strerror(error));
    dm_log(t, DM_LOG_WARNING, (dm_str){said, (size_t)n});
}

static void try_lines(dm_task *t, dm_str text)
{
    for (size_t from = 0; from < text.len;) {
        const char *const end = memchr(text.ptr + from, '\n', text.len - from);
        const size_t len = (end != NULL ? (size_t)(end - text.ptr) : text.len) - from;
        try_line(t, (dm_str){text.ptr + from, len});
        from += len + 1;
    }
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    try_lines(t, dm_text(t, d));
    return DM_OK;
}

static dm_status render(const void *state, dm_task *t, const dm_doc *d)
{
    (void)state;
    return dm_put(t, dm_text(t, d));
}

static dm_status resume(void *state, dm_task *t, const dm_resume *r)
{
    (void)state, (void)t, (void)r;
    return DM_OK;
}

static dm_status write_record(void *state, dm_task *t, const dm_record *r)
{
    (void)state;
    try_lines(t, r->bytes);
    return DM_OK;
}

static dm_status commit(void *state, dm_task *t)
{
    (void)state, (void)t;
    return DM_OK;
}

static const dm_cleaner_ops cleaner = {.size = sizeof cleaner, .clean = clean};
static const dm_output_ops output = {
    .size = sizeof output, .render = render, .resume = resume, .write = write_record, .commit = commit};

#define CLEANER(NAME, NEEDS)                                                                                 \
    {                                                                                                        \
        .size = sizeof(dm_stage), .kind = DM_CLEANER, .flags = (NEEDS), .name = (NAME),                      \
        .summary = "Try what a document says.", .state_size = sizeof(struct target),                         \
        .options = DM_ARRAY(options), .ops.cleaner = &cleaner                                                \
    }
static const dm_stage plain = CLEANER("sandbox", 0);
static const dm_stage with_network = CLEANER("sandbox-network", DM_NEEDS_NETWORK);
static const dm_stage with_exec = CLEANER("sandbox-exec", DM_NEEDS_EXEC);
static const dm_stage with_write = CLEANER("sandbox-write", DM_NEEDS_WRITE);
#undef CLEANER

static const dm_stage writer = {
    .size = sizeof writer,
    .kind = DM_OUTPUT,
    .name = "sandbox",
    .summary = "Try what a document says.",
    .state_size = sizeof(struct target),
    .options = DM_ARRAY(options),
    .ops.output = &output,
};

static const dm_stage *const stages[] = {&plain, &with_network, &with_exec, &with_write, &writer, NULL};
DM_PLUGIN(.name = "sandbox", .version = "1.0.0", .license = "MIT", .stages = stages);
