/* A job is a list of numbers and strings, each of these with its length before it: the supervisor, the
 * sandboxes, the programs, the pipeline file's name and text, the `--set` pairs, and path and hash of every plugin. */
#include "core/engine/job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/chain/task.h"
#include "core/pipeline/reach.h"
#include "core/text/str.h"

static bool put_number(struct dm_buffer *b, uint64_t n)
{
    return dm__buffer_add(b, (dm_str){(const char *)&n, sizeof n});
}

static bool put_str(struct dm_buffer *b, dm_str s)
{
    return put_number(b, s.len) && dm__buffer_add(b, s);
}

static bool is_used(const struct dm_pipeline *p, const struct dm_plugin_file *file)
{
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].instance_count; k++)
            if (p->steps[i].instances[k].file == file)
                return true;
    return false;
}

static bool put_plugins(struct dm_buffer *b, const struct dm_engine_options *o)
{
    size_t used = 0;
    for (size_t i = 0; i < o->registry->count; i++)
        used += is_used(o->pipeline, &o->registry->files[i]);
    bool ok = put_number(b, used);
    for (size_t i = 0; ok && i < o->registry->count; i++)
        if (is_used(o->pipeline, &o->registry->files[i]))
            ok = put_str(b, o->registry->files[i].path) && put_str(b, o->registry->files[i].hash);
    return ok;
}

static bool put_paths(struct dm_buffer *b, const struct dm_sandbox_paths *paths)
{
    bool ok = put_number(b, paths->count);
    for (size_t i = 0; ok && i < paths->count; i++)
        ok = put_str(b, dm__str(paths->items[i]));
    return ok;
}

static bool put_sandbox(struct dm_buffer *b, const struct dm_sandbox *s)
{
    return put_number(b, s->needs) && put_paths(b, &s->reads) && put_paths(b, &s->writes);
}

static bool put_programs(struct dm_buffer *b, const struct dm_launch_orders *orders)
{
    bool ok = put_number(b, orders->count);
    for (size_t i = 0; ok && i < orders->count; i++) {
        const struct dm_launch_order *const o = &orders->items[i];
        ok = put_number(b, o->count) && put_str(b, dm__str(o->folder)) && put_number(b, o->memory) &&
             put_paths(b, &o->reads);
        for (size_t k = 0; ok && k < o->count; k++)
            ok = put_str(b, dm__str(o->words[k]));
    }
    return ok;
}

/* A list of inputs may name any file, and nobody has read it yet. */
static bool put_sandboxes(struct dm_buffer *b, const struct dm_engine_options *o)
{
    struct dm_arena arena;
    struct dm_sandbox worker, writer;
    dm__arena_init(&arena, 0);
    const bool ok =
        dm__reach_worker(&arena, o->pipeline, &worker) &&
        ((o->from0 == NULL && o->retry == NULL) || dm__reach_add(&arena, &worker.reads, DM_LIT("/"))) &&
        dm__reach_writer(&arena, o->pipeline, &writer) && put_sandbox(b, &worker) && put_sandbox(b, &writer);
    dm__arena_fini(&arena);
    return ok;
}

static bool pack(struct dm_buffer *b, const struct dm_engine_options *o)
{
    bool ok = put_number(b, (uint64_t)getpid()) && put_sandboxes(b, o) &&
              put_programs(b, &o->pipeline->programs.orders) && put_str(b, o->pipeline->file) &&
              put_str(b, o->pipeline->text) && put_str(b, o->pipeline->run.state) &&
              put_number(b, o->args->set_count);
    for (size_t i = 0; ok && i < o->args->set_count; i++)
        ok = put_str(b, o->args->sets[i].name) && put_str(b, o->args->sets[i].value);
    return ok && put_plugins(b, o);
}

int dm__job_write(const struct dm_engine_options *o)
{
    struct dm_buffer b = {0};
    int fd = -1;
    if (!pack(&b, o))
        errno = ENOMEM;
    else
        fd = memfd_create("docmill-job", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    for (size_t n = 0; fd >= 0 && n < b.len;) {
        const ssize_t w = write(fd, b.ptr + n, b.len - n);
        if (w < 0 && errno != EINTR) {
            close(fd);
            fd = -1;
        } else if (w > 0) {
            n += (size_t)w;
        }
    }
    if (fd >= 0)
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    free(b.ptr);
    return fd;
}

/* ---- reading ---------------------------------------------------------------------------------- */

struct reader {
    const char *p, *end;
    bool ok;
};

static uint64_t take_number(struct reader *r)
{
    uint64_t n = 0;
    r->ok = r->ok && (size_t)(r->end - r->p) >= sizeof n;
    if (!r->ok)
        return 0;
    memcpy(&n, r->p, sizeof n);
    r->p += sizeof n;
    return n;
}

/* NUL-terminated copies, since paths go to the system. */
static dm_str take_str(struct reader *r, struct dm_arena *a)
{
    const uint64_t len = take_number(r);
    r->ok = r->ok && len <= (size_t)(r->end - r->p);
    if (!r->ok)
        return (dm_str){NULL, 0};
    const dm_str s = dm__arena_str(a, (dm_str){r->p, (size_t)len});
    r->ok = s.ptr != NULL;
    r->p += len;
    return s;
}

/* An array for as many items as a count says, which cannot exceed the bytes that are left. */
static void *take_array(struct reader *r, struct dm_arena *a, size_t item, size_t *count)
{
    *count = (size_t)take_number(r);
    r->ok = r->ok && *count <= (size_t)(r->end - r->p);
    void *const items = r->ok ? dm__arena_alloc(a, (*count + 1) * item, 16) : NULL;
    r->ok = items != NULL;
    return items;
}

static bool explain(const struct dm_report *report, char why[DM_WHY_MAX])
{
    const struct dm_problem none = {.message = DM_LIT("out of memory")};
    const struct dm_problem *const p = report->count != 0 ? &report->items[0] : &none;
    snprintf(why, DM_WHY_MAX, "%.*s%s%.*s", (int)p->file.len, p->file.ptr, p->file.len != 0 ? ": " : "",
             (int)p->message.len, p->message.ptr);
    return false;
}

static void take_paths(struct reader *r, struct dm_arena *a, struct dm_sandbox_paths *out)
{
    out->items = take_array(r, a, sizeof *out->items, &out->count);
    for (size_t i = 0; r->ok && i < out->count; i++)
        out->items[i] = take_str(r, a).ptr;
}

static void take_programs(struct reader *r, struct dm_arena *a, struct dm_launch_orders *out)
{
    out->items = take_array(r, a, sizeof *out->items, &out->count);
    for (size_t i = 0; r->ok && i < out->count; i++) {
        struct dm_launch_order *const o = &out->items[i];
        o->words = take_array(r, a, sizeof *o->words, &o->count);
        o->folder = take_str(r, a).ptr;
        o->memory = take_number(r);
        take_paths(r, a, &o->reads);
        for (size_t k = 0; r->ok && k < o->count; k++)
            o->words[k] = take_str(r, a).ptr;
    }
}

static void unpack(struct dm_job *job, struct reader *r)
{
    struct dm_arena *const a = &job->arena;
    job->supervisor = (int64_t)take_number(r);
    for (size_t i = 0; i < DM_ROLE_COUNT; i++) {
        job->sandboxes[i].streams_are_pipes = i == DM_ROLE_WORKER; /* the writer holds a pipe of each */
        job->sandboxes[i].needs = (uint32_t)take_number(r);
        take_paths(r, a, &job->sandboxes[i].reads);
        take_paths(r, a, &job->sandboxes[i].writes);
    }
    take_programs(r, a, &job->programs);
    job->file = take_str(r, a);
    job->text = take_str(r, a);
    job->state = take_str(r, a);
    struct dm_override *const sets = take_array(r, a, sizeof *sets, &job->args.set_count);
    for (size_t i = 0; r->ok && i < job->args.set_count; i++) {
        sets[i].name = take_str(r, a);
        sets[i].value = take_str(r, a);
    }
    job->args.sets = sets;
    job->args.inputs_elsewhere = true; /* one that vanished is the document's affair */
    job->files = take_array(r, a, sizeof *job->files, &job->file_count);
    for (size_t i = 0; r->ok && i < job->file_count; i++) {
        job->files[i].path = take_str(r, a);
        job->files[i].hash = take_str(r, a);
    }
}

bool dm__job_load(struct dm_job *job, char why[DM_WHY_MAX])
{
    struct dm_report report;
    dm__report_init(&report, &job->arena);
    if (dm__registry_load(&job->registry, &job->arena, job->files, job->file_count, &report) != DM_OK)
        return explain(&report, why);
    job->pipeline = dm__pipeline_read(&job->registry, job->file, job->text, &job->args, &report);
    return job->pipeline != NULL || explain(&report, why);
}

bool dm__job_open(struct dm_job *job, int fd, char why[DM_WHY_MAX])
{
    *job = (struct dm_job){0};
    dm__arena_init(&job->arena, 0);
    struct stat st;
    void *map = MAP_FAILED;
    if (fstat(fd, &st) == 0 && st.st_size > 0)
        map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED) {
        snprintf(why, DM_WHY_MAX, "the job cannot be read: %s", strerror(errno));
        return false;
    }
    struct reader r = {map, (const char *)map + st.st_size, true};
    unpack(job, &r);
    munmap(map, (size_t)st.st_size);
    if (!r.ok)
        snprintf(why, DM_WHY_MAX, "the job cannot be read");
    return r.ok;
}
