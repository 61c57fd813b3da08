// @NAME@: one sentence about what it writes.
#include <docmill/plugin.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

struct state {
    dm_str path;
    int fd;
    off_t length; // of what was written
};

// name, type, flags, place, default, least, greatest, unit, choices, help
const dm_option options[] = {
    {"path", DM_PATH_OUT, 0, DM__FIELD(state, path, dm_str), nullptr, 0, 0, nullptr, nullptr, "The file to append to."},
};

state *of(void *s)
{
    return static_cast<state *>(s);
}

// In the worker: a document as bytes.  Pure: the same document gives the same bytes, always.
dm_status render(const void *, dm_task *t, const dm_doc *d)
{
    dm_put(t, DM_LIT("== "));
    dm_put(t, dm_identify(t, d)->source);
    dm_put(t, DM_LIT("\n"));
    return dm_put(t, dm_text(t, d));
}

dm_status fail_errno(dm_task *t, const char *what)
{
    return dm_fail(t, DM_ECONFIG, "%s: %s", what, std::strerror(errno));
}

// What the token says: the length at the last commit.  false: it is none of ours
bool read_token(state *s, const dm_resume *r)
{
    if (r->token.len != 0 && r->token.len != sizeof s->length)
        return false;
    if (r->token.len != 0)
        std::memcpy(&s->length, r->token.ptr, sizeof s->length);
    return s->length >= 0;
}

// All below runs in the writer.  Going back is cutting the file to the length at the last commit.  Without a
// token, nobody's file is touched.  No exception may leave: docmill is written in C.
dm_status resume(void *self, dm_task *t, const dm_resume *r)
try {
    state *const s = of(self);
    struct stat file;
    s->fd = open(std::string(s->path.ptr, s->path.len).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (s->fd < 0 || fstat(s->fd, &file) != 0)
        return fail_errno(t, "cannot be opened");
    if (!read_token(s, r))
        return dm_fail(t, DM_ECONFIG, "the token is none of this output");
    if (file.st_size < s->length)
        return dm_fail(t, DM_ECONFIG, "shorter than docmill left it");
    if (r->token.len == 0 && file.st_size > 0 && !(r->flags & DM_RESUME_REPLACE))
        return dm_fail(t, DM_ECONFIG, "exists and is not empty");
    if (ftruncate(s->fd, s->length) != 0 || lseek(s->fd, s->length, SEEK_SET) < 0)
        return fail_errno(t, "cannot be cut to its length");
    return DM_OK;
} catch (const std::bad_alloc &) {
    return dm_fail(t, DM_ELIMIT, "out of memory");
}

dm_status write_record(void *self, dm_task *t, const dm_record *r)
{
    state *const s = of(self);
    for (dm_str rest = r->bytes; rest.len > 0;) {
        const ssize_t n = write(s->fd, rest.ptr, rest.len);
        if (n < 0 && errno != EINTR)
            return fail_errno(t, "cannot be written");
        if (n > 0) {
            rest = dm_str{rest.ptr + n, rest.len - static_cast<std::size_t>(n)};
            s->length += n;
        }
    }
    return DM_OK;
}

dm_status commit(void *self, dm_task *t)
{
    state *const s = of(self);
    if (fdatasync(s->fd) != 0)
        return fail_errno(t, "cannot be made durable");
    return dm_put(t, dm_str{reinterpret_cast<const char *>(&s->length), sizeof s->length});
}

dm_status start(dm_task *, void *self)
{
    of(self)->fd = -1;
    return DM_OK;
}

void end(void *self)
{
    if (of(self)->fd >= 0)
        close(of(self)->fd);
}

// size, media type, then the functions; finish and recall are left out
const dm_output_ops ops = {sizeof(dm_output_ops), "text/plain", render, resume, write_record, commit, nullptr, nullptr};
// size, kind, needs, state, name, summary, page, options, rules, metrics, open, close, operations
const dm_stage stage = {sizeof(dm_stage), DM_OUTPUT, 0, sizeof(state), "@NAME@",
                        "Append the texts to one file, each below its name.", nullptr, DM_ARRAY(options), {}, {}, start,
                        end, {&ops}};
const dm_stage *const stages[] = {&stage, nullptr};

} // namespace

// smallest host, flags, name, version, licence, stages
DM_PLUGIN(0, 0, "@NAME@", "0.1.0", "MIT", stages);
