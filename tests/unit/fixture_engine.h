/* Pipelines of real plugins, and children of an engine, which are the test's own program started again: its
 * main() answers the roles, as docmill's does.  See main() of each test that uses it. */
#ifndef DOCMILL_TESTS_FIXTURE_ENGINE_H
#define DOCMILL_TESTS_FIXTURE_ENGINE_H

#include "fixture_folder.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/engine/child.h"
#include "core/pipeline/inspect.h"
#include "core/text/str.h"

static struct dm_arena engine_arena;
static struct dm_registry engine_registry;
static const struct dm_pipeline_args engine_args;

static int engine_set_up(void **state)
{
    alarm(60); /* whatever hangs is a failure */
    dm__arena_init(&engine_arena, 0);
    if (getenv("DOCMILL_BUILD") == NULL || getenv("DOCMILL_TEST_PLUGINS") == NULL)
        return -1;
    return folder_enter(state) == 0 && mkdir("in", 0777) == 0 ? 0 : -1;
}

static int engine_tear_down(void **state)
{
    dm__arena_fini(&engine_arena);
    return folder_leave(state);
}

static inline struct dm_plugin_file engine_plugin(const char *folder_path, const char *name)
{
    struct dm_plugin_file file = {.path = dm__arena_printf(&engine_arena, "%s/%s.so", folder_path, name)};
    assert_true(dm__plugin_hash(&engine_arena, file.path.ptr, &file.hash, &file.problem));
    return file;
}

/* A pipeline from in/ to out.jsonl: extract-text is step 0, what `stages` says follows. */
static inline const struct dm_pipeline *engine_read(const char *run, const char *stages)
{
    struct dm_report report;
    const char *const ours = getenv("DOCMILL_TEST_PLUGINS");
    const char *const theirs =
        dm__arena_printf(&engine_arena, "%s/lib/docmill/plugins", getenv("DOCMILL_BUILD")).ptr;
    const struct dm_plugin_file files[] = {engine_plugin(theirs, "extract-text"),
                                           engine_plugin(theirs, "output-jsonl"),
                                           engine_plugin(ours, "fault"), engine_plugin(ours, "upper")};
    const dm_str yaml = dm__arena_printf(&engine_arena,
                                         "docmill: 1\n"
                                         "input: { paths: [in] }\n"
                                         "run: { %s }\n"
                                         "stages:\n"
                                         "  - extract: text\n"
                                         "%s",
                                         run, stages);
    dm__report_init(&report, &engine_arena);
    assert_int_equal(dm__registry_load(&engine_registry, &engine_arena, files, 4, &report), DM_OK);
    const struct dm_pipeline *const p =
        dm__pipeline_read(&engine_registry, DM_LIT("a.yaml"), yaml, &engine_args, &report);
    if (p == NULL)
        fail_msg("%.*s", (int)report.items[0].message.len, report.items[0].message.ptr);
    return p;
}

static inline int engine_job(const char *run, const char *stages)
{
    const struct dm_engine_options options = {
        .pipeline = engine_read(run, stages), .registry = &engine_registry, .args = &engine_args};
    const int fd = dm__job_write(&options);
    assert_true(fd >= 0);
    return fd;
}

/* A child, seen from the supervisor. */
struct engine_child {
    pid_t pid;
    int control;
    struct dm_frames in;
};

/* Put `fds` at the places that a child inherits. */
static inline void engine_place(const int *fds)
{
    int high[DM_FD_END];
    for (int i = DM_FD_CONTROL; i < DM_FD_END; i++)
        high[i] = fds[i] >= 0 ? fcntl(fds[i], F_DUPFD_CLOEXEC, 50) : -1;
    for (int i = DM_FD_CONTROL; i < DM_FD_END; i++) {
        close(i);
        if (high[i] >= 0)
            dup2(high[i], i);
    }
}

/* Start ourselves as `role`; -1: it has no such descriptor. */
static inline struct engine_child engine_start(const char *role, int records, int job, int slot)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    const int fds[DM_FD_END] = {
        [DM_FD_CONTROL] = pair[1], [DM_FD_RECORDS] = records, [DM_FD_JOB] = job, [DM_FD_SLOT] = slot};
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        engine_place(fds);
        execl("/proc/self/exe", "docmill", role, (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    return (struct engine_child){.pid = pid, .control = pair[0]};
}

static inline void engine_say(const struct engine_child *c, enum dm_frame_type type, uint64_t number)
{
    struct dm_frames f = {0};
    assert_non_null(dm__frames_add(&f, type, number, 0));
    assert_true(dm__frames_flush(&f, c->control));
    dm__frames_fini(&f);
}

/* The next frame from a pipe or socket; it lasts until the next call.  false: the end */
static inline bool engine_next(struct dm_frames *in, int fd, struct dm_frame_view *out)
{
    int got;
    while ((got = dm__frames_peek(in, out)) == 0)
        if (dm__frames_read(in, fd, 64 * 1024) <= 0)
            return false;
    assert_int_equal(got, 1);
    in->from += out->size;
    return true;
}

static inline struct dm_frame_view engine_hear(struct engine_child *c, enum dm_frame_type type)
{
    struct dm_frame_view f = {0};
    assert_true(engine_next(&c->in, c->control, &f));
    assert_int_equal(f.type, type);
    return f;
}

static inline struct dm_fate_view engine_fate(const struct dm_frame_view *f)
{
    struct dm_fate_view fate;
    assert_true(dm__fate_read(f->payload, &fate));
    return fate;
}

/* It has nothing more to say and leaves.  return  as of waitpid() */
static inline int engine_end(struct engine_child *c)
{
    int status = -1;
    struct dm_frame_view f;
    assert_false(engine_next(&c->in, c->control, &f));
    assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
    close(c->control);
    dm__frames_fini(&c->in);
    return status;
}

static inline void assert_str(dm_str is, const char *expected)
{
    if (!dm__str_eq(is, dm__str(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)is.len, is.ptr, expected);
}

static inline void assert_file(const char *path, const char *expected)
{
    char bytes[4096];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail_msg("%s: %s", path, strerror(errno));
    const ssize_t n = read(fd, bytes, sizeof bytes);
    close(fd);
    assert_true(n >= 0);
    assert_str((dm_str){bytes, (size_t)n}, expected);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, engine_set_up, engine_tear_down)

#endif
