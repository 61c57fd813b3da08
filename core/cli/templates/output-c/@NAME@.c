/* @NAME@: one sentence about what it writes. */
#define _POSIX_C_SOURCE 200809L
#include <docmill/plugin.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct state {
    dm_str path;
    int fd;
    off_t length; /* of what was written */
};

static const dm_option options[] = {
    {.name = "path", DM_PATH_OUT_AT(struct state, path), .help = "The file to append to."},
};

/* In the worker: a document as bytes.  Pure: the same document gives the same bytes, always. */
static dm_status render(const void *state, dm_task *t, const dm_doc *d)
{
    (void)state;
    dm_put(t, DM_LIT("== "));
    dm_put(t, dm_identify(t, d)->source);
    dm_put(t, DM_LIT("\n"));
    return dm_put(t, dm_text(t, d));
}

static dm_status fail_errno(dm_task *t, const char *what)
{
    return dm_fail(t, DM_ECONFIG, "%s: %s", what, strerror(errno));
}

/* All below runs in the writer.  The token is the length at the last commit: going back is cutting the
 * file to it.  Without a token, nobody's file is touched. */
static dm_status resume(void *state, dm_task *t, const dm_resume *r)
{
    struct state *s = state;
    char *path = dm_alloc(t, s->path.len + 1);
    if (!path)
        return DM_ELIMIT;
    memcpy(path, s->path.ptr, s->path.len);
    s->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    struct stat file;
    if (s->fd < 0 || fstat(s->fd, &file) != 0)
        return fail_errno(t, "cannot be opened");
    if (r->token.len != 0 && r->token.len != sizeof s->length)
        return dm_fail(t, DM_ECONFIG, "the token is none of this output");
    if (r->token.len != 0)
        memcpy(&s->length, r->token.ptr, sizeof s->length);
    if (s->length < 0)
        return dm_fail(t, DM_ECONFIG, "the token is none of this output");
    if (file.st_size < s->length)
        return dm_fail(t, DM_ECONFIG, "shorter than docmill left it");
    if (r->token.len == 0 && file.st_size > 0 && !(r->flags & DM_RESUME_REPLACE))
        return dm_fail(t, DM_ECONFIG, "exists and is not empty");
    if (ftruncate(s->fd, s->length) != 0 || lseek(s->fd, s->length, SEEK_SET) < 0)
        return fail_errno(t, "cannot be cut to its length");
    return DM_OK;
}

static dm_status write_record(void *state, dm_task *t, const dm_record *r)
{
    struct state *s = state;
    dm_str rest = r->bytes;
    while (rest.len > 0) {
        const ssize_t n = write(s->fd, rest.ptr, rest.len);
        if (n < 0 && errno != EINTR)
            return fail_errno(t, "cannot be written");
        if (n > 0) {
            rest.ptr += n;
            rest.len -= (size_t)n;
            s->length += n;
        }
    }
    return DM_OK;
}

static dm_status commit(void *state, dm_task *t)
{
    struct state *s = state;
    if (fdatasync(s->fd) != 0)
        return fail_errno(t, "cannot be made durable");
    return dm_put(t, (dm_str){(const char *)&s->length, sizeof s->length});
}

static dm_status start(dm_task *t, void *state)
{
    (void)t;
    ((struct state *)state)->fd = -1;
    return DM_OK;
}

static void end(void *state)
{
    if (((struct state *)state)->fd >= 0)
        close(((struct state *)state)->fd);
}

static const dm_output_ops ops = {.size = sizeof(dm_output_ops),
                                  .media_type = "text/plain",
                                  .render = render,
                                  .resume = resume,
                                  .write = write_record,
                                  .commit = commit};

static const dm_stage stage = {
    .size = sizeof(dm_stage),
    .kind = DM_OUTPUT,
    .name = "@NAME@",
    .summary = "Append the texts to one file, each below its name.",
    .state_size = sizeof(struct state),
    .options = DM_ARRAY(options),
    .open = start,
    .close = end,
    .ops.output = &ops,
};

static const dm_stage *const stages[] = {&stage, NULL};
DM_PLUGIN(.name = "@NAME@", .version = "0.1.0", .license = "MIT", .stages = stages);
