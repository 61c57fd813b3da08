/* A plugin with one sin, for the conformance test's own test: what the sin is, the build says. */
#include <docmill/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each but the first is to be found. */
enum sin {
    NONE,
    REMEMBERS,
    IGNORES_NULL,
    MUMBLES,
    REFUSES_DEFAULTS,
    EDITS_BEYOND,
    TOO_SURE,
    CUTS_FILES,
    GOES_ON_BEHIND,
    HANGS,
    EXITS,
    LEAKS,
    NEVER_DONE
};

/* ---- extractor ------------------------------------------------------------------------------ */

static int32_t probe(const void *state, dm_str head, dm_str name)
{
    (void)state, (void)name;
    return SIN == TOO_SURE && head.len > 10 ? 200 : 10;
}

static dm_status extract(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    const dm_str bytes = dm_bytes(t, d);
    for (volatile bool on = SIN == HANGS; on;)
        ;
    if (SIN == EXITS)
        exit(3);
    if (SIN == LEAKS && malloc(100) == NULL)
        return DM_ELIMIT;
    for (size_t i = 0; i < bytes.len; i++)
        if ((unsigned char)bytes.ptr[i] >= 0x80 || bytes.ptr[i] == 0)
            return dm_fail(t, DM_EDOC, "byte %zu is not ASCII", i);
    return dm_append(t, d, bytes, (dm_span){0, bytes.len});
}

/* ---- cleaner -------------------------------------------------------------------------------- */

static const dm_rule rules[] = {{.id = "capital", .help = "The first letter became a capital."}};

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state;
    static unsigned seen;
    const dm_str text = dm_text(t, d);
    if (text.len == 0 || text.ptr[0] < 'a' || text.ptr[0] > 'z')
        return DM_OK;
    char *const capital = dm_alloc(t, 8);
    if (SIN != IGNORES_NULL && capital == NULL)
        return DM_ELIMIT;
    capital[0] =
        (char)(SIN == NEVER_DONE ? text.ptr[0] == 'z' ? 'a' : text.ptr[0] + 1 : text.ptr[0] - 'a' + 'A');
    if (SIN == REMEMBERS)
        capital[0] = (char)('A' + seen++ % 26);
    return dm_edit(t, d, (dm_span){0, SIN == EDITS_BEYOND ? text.len + 1 : 1}, (dm_str){capital, 1}, 0);
}

static dm_status open_cleaner(dm_task *t, void *state)
{
    (void)state;
    return SIN == REFUSES_DEFAULTS ? dm_fail(t, DM_ECONFIG, "not with these options") : DM_OK;
}

/* ---- output --------------------------------------------------------------------------------- */

struct output {
    dm_str path;
    int fd;
};

static const dm_option options[] = {
    {.name = "path",
     DM_PATH_OUT_AT(struct output, path),
     .help = SIN == MUMBLES ? "the file" : "The file that is written."},
};

static dm_status open_output(dm_task *t, void *state)
{
    (void)t;
    ((struct output *)state)->fd = -1;
    return DM_OK;
}

static void close_output(void *state)
{
    const struct output *const o = state;
    if (o->fd >= 0)
        close(o->fd);
}

static dm_status render(const void *state, dm_task *t, const dm_doc *d)
{
    (void)state;
    dm_put(t, dm_text(t, d));
    return dm_put(t, DM_LIT("\n"));
}

/* The token is the file's length. */
static dm_status resume(void *state, dm_task *t, const dm_resume *r)
{
    struct output *const o = state;
    char path[4096], token[32] = "", *end = token;
    struct stat st;
    snprintf(path, sizeof path, "%.*s", (int)o->path.len, o->path.ptr);
    o->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (o->fd < 0 || fstat(o->fd, &st) != 0)
        return dm_fail(t, DM_ERETRY, "%s: %s", path, strerror(errno));
    if (r->token.len >= sizeof token)
        return dm_fail(t, DM_ECONFIG, "no token of ours");
    memcpy(token, r->token.ptr, r->token.len);
    const long length = strtol(token, &end, 10);
    if (end != token + r->token.len || length < 0)
        return dm_fail(t, DM_ECONFIG, "no token of ours");
    if (st.st_size < length)
        return dm_fail(t, DM_ECONFIG, "%s is too short", path);
    if (SIN != CUTS_FILES && r->token.len == 0 && (r->flags & DM_RESUME_REPLACE) == 0 && st.st_size != 0)
        return dm_fail(t, DM_ECONFIG, "%s exists", path);
    if (!(SIN == GOES_ON_BEHIND && length != 0) && ftruncate(o->fd, length) != 0)
        return dm_fail(t, DM_ERETRY, "%s: %s", path, strerror(errno));
    return lseek(o->fd, 0, SEEK_END) < 0 ? DM_ERETRY : DM_OK;
}

static dm_status write_record(void *state, dm_task *t, const dm_record *r)
{
    const ssize_t n = write(((struct output *)state)->fd, r->bytes.ptr, r->bytes.len);
    return n == (ssize_t)r->bytes.len ? DM_OK : dm_fail(t, DM_ERETRY, "%s", strerror(errno));
}

static dm_status commit(void *state, dm_task *t)
{
    char token[32];
    const int n =
        snprintf(token, sizeof token, "%ld", (long)lseek(((struct output *)state)->fd, 0, SEEK_CUR));
    return dm_put(t, (dm_str){token, (size_t)n});
}

/* ---- the tables ----------------------------------------------------------------------------- */

static const dm_stage extractor = {
    .size = sizeof(dm_stage),
    .kind = DM_EXTRACTOR,
    .name = "ascii",
    .summary = "ASCII as it is.",
    .ops.extractor =
        &(const dm_extractor_ops){.size = sizeof(dm_extractor_ops), .probe = probe, .extract = extract},
};
static const dm_stage cleaner = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "capital",
    .summary = "Begin with a capital.",
    .rules = DM_ARRAY(rules),
    .open = open_cleaner,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};
static const dm_stage output = {
    .size = sizeof(dm_stage),
    .kind = DM_OUTPUT,
    .state_size = sizeof(struct output),
    .name = "lines",
    .summary = "All texts in one file.",
    .options = DM_ARRAY(options),
    .open = open_output,
    .close = close_output,
    .ops.output = &(const dm_output_ops){.size = sizeof(dm_output_ops),
                                         .render = render,
                                         .resume = resume,
                                         .write = write_record,
                                         .commit = commit},
};

DM_PLUGIN(.name = "unsound", .version = "1.0.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&extractor, &cleaner, &output, NULL});
