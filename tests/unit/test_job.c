/* A job: what goes in comes out in the child, from a sealed memfd; what is damaged, changed or missing is
 * refused in one line. */
#include "fixture_folder.h"

#include <sys/mman.h>

#include "core/engine/job.h"
#include "core/pipeline/inspect.h"
#include "core/text/str.h"

static const char yaml[] = "docmill: 1\n"
                           "vars: { words: none }\n"
                           "input: { paths: [in] }\n"
                           "run: { timeout: 7s, attempts: 3 }\n"
                           "stages:\n"
                           "  - extract: all\n"
                           "  - clean: upper\n"
                           "    when: { metadata: { author: \"${words}\" } }\n";

static struct dm_arena arena;
static struct dm_registry registry;
static char why[DM_WHY_MAX];

static int set_up(void **state)
{
    dm__arena_init(&arena, 0);
    return folder_enter(state) == 0 && mkdir("in", 0777) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    dm__arena_fini(&arena);
    return folder_leave(state);
}

static struct dm_plugin_file plugin(const char *path)
{
    struct dm_plugin_file file = {.path = dm__arena_str(&arena, dm__str(path))};
    assert_true(dm__plugin_hash(&arena, path, &file.hash, &file.problem));
    return file;
}

/* The plugins of the tests, loaded here, and the pipeline above. */
static const struct dm_pipeline *read_pipeline(const struct dm_pipeline_args *args)
{
    struct dm_report report;
    const char *const build = getenv("DOCMILL_BUILD"), *const plugins = getenv("DOCMILL_TEST_PLUGINS");
    assert_non_null(build);
    assert_non_null(plugins);
    const struct dm_plugin_file files[] = {
        plugin(dm__arena_printf(&arena, "%s/tests/abi/plain.so", build).ptr), /* no stage of it is used */
        plugin(dm__arena_printf(&arena, "%s/tests/abi/header-c11.so", build).ptr),
        plugin(dm__arena_printf(&arena, "%s/upper.so", plugins).ptr),
    };
    dm__report_init(&report, &arena);
    assert_int_equal(dm__registry_load(&registry, &arena, files, 3, &report), DM_OK);
    const struct dm_pipeline *const p =
        dm__pipeline_read(&registry, DM_LIT("a.yaml"), dm__str(yaml), args, &report);
    if (p == NULL)
        fail_msg("%.*s", (int)report.items[0].message.len, report.items[0].message.ptr);
    return p;
}

static int write_job(const struct dm_pipeline_args *args)
{
    const struct dm_engine_options options = {
        .pipeline = read_pipeline(args), .registry = &registry, .args = args};
    const int fd = dm__job_write(&options);
    assert_true(fd >= 0);
    return fd;
}

/* Both steps of a child, without the sandbox between them. */
static bool load(struct dm_job *job, int fd)
{
    return dm__job_open(job, fd, why) && dm__job_load(job, why);
}

static void test_round_trip(void **unused)
{
    (void)unused;
    const struct dm_override sets[] = {{DM_LIT("words"), DM_LIT("Ada \"B\"\n\xC3\xA9")}};
    const dm_str paths[] = {DM_LIT("elsewhere")};
    const struct dm_pipeline_args args = {.sets = sets, .set_count = 1, .paths = paths, .path_count = 1};
    assert_int_equal(mkdir("elsewhere", 0777), 0);
    const int fd = write_job(&args);
    assert_int_equal(rmdir("elsewhere"), 0); /* inputs may be gone by then: that is no child's affair */
    assert_int_equal(rmdir("in"), 0);
    struct dm_job job;
    if (!load(&job, fd))
        fail_msg("%s", why);
    assert_int_equal(job.supervisor, getpid());
    const struct dm_sandbox *const worker = &job.sandboxes[DM_ROLE_WORKER];
    assert_string_equal(worker->reads.items[worker->reads.count - 1], "elsewhere");
    assert_int_equal(worker->writes.count, 0);
    assert_int_equal(job.pipeline->step_count, 2);
    assert_true(dm__str_eq(job.pipeline->steps[1].name, DM_LIT("clean-upper")));
    assert_true(dm__str_eq(job.pipeline->file, DM_LIT("a.yaml")));
    assert_int_equal(job.pipeline->run.timeout, 7000);
    assert_int_equal(job.pipeline->run.attempts, 3);
    assert_true(dm__str_eq(job.pipeline->steps[1].when[0].values[0], sets[0].value));
    assert_non_null(job.pipeline->steps[0].instances[0].stage->ops.any); /* its code is here */
    assert_int_equal(job.registry.count, 2); /* what no stage is of does not travel */
    assert_string_equal(job.registry.files[0].about.name, "header-c11");
    dm__arena_fini(&job.arena);
    /* each child reads it from the beginning */
    assert_true(load(&job, fd));
    dm__arena_fini(&job.arena);
    close(fd);
}

/* Nobody can change a job under the children's hands. */
static void test_sealed(void **unused)
{
    (void)unused;
    const struct dm_pipeline_args args = {0};
    const int fd = write_job(&args);
    assert_int_equal(fcntl(fd, F_GET_SEALS), F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    assert_int_equal(pwrite(fd, "x", 1, 0), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}

/* A file with the first `len` bytes of a job, and one byte changed. */
static int damaged(const char *bytes, size_t len, size_t at, char byte)
{
    const int fd = memfd_create("damaged", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    if (at < len)
        assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
    return fd;
}

static void test_cut(void **unused)
{
    (void)unused;
    const struct dm_override sets[] = {{DM_LIT("words"), DM_LIT("x")}};
    const struct dm_pipeline_args args = {.sets = sets, .set_count = 1};
    const int fd = write_job(&args);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    const size_t size = (size_t)st.st_size;
    char *const bytes = malloc(size);
    assert_int_equal(pread(fd, bytes, size, 0), size);
    close(fd);
    for (size_t len = 0; len < size; len++) {
        struct dm_job job;
        const int cut = damaged(bytes, len, SIZE_MAX, 0);
        assert_false(load(&job, cut));
        assert_memory_equal(why, "the job cannot be read", 22);
        dm__arena_fini(&job.arena);
        close(cut);
    }
    enum { FIRST = 2 * sizeof(uint64_t) };          /* the supervisor and the needs have no wrong values */
    for (size_t at = FIRST; at < FIRST + 8; at++) { /* a length that leads far beyond the end */
        struct dm_job job;
        const int changed = damaged(bytes, size, at, '\x7F');
        assert_false(load(&job, changed));
        assert_string_not_equal(why, "");
        dm__arena_fini(&job.arena);
        close(changed);
    }
    free(bytes);
}

static void test_no_job(void **unused)
{
    (void)unused;
    struct dm_job job;
    assert_false(load(&job, -1));
    assert_string_equal(why, "the job cannot be read: Bad file descriptor");
    dm__arena_fini(&job.arena);
}

/* A plugin that was replaced since the run began is not the one that was checked. */
static void test_changed_plugin(void **unused)
{
    (void)unused;
    const struct dm_pipeline_args args = {0};
    const struct dm_pipeline *const p = read_pipeline(&args);
    for (size_t i = 0; i < registry.count; i++)
        registry.files[i].hash = DM_LIT("0123456789abcdef0123456789abcdef");
    const struct dm_engine_options options = {.pipeline = p, .registry = &registry, .args = &args};
    const int fd = dm__job_write(&options);
    assert_true(fd >= 0);
    struct dm_job job;
    assert_false(load(&job, fd));
    assert_non_null(strstr(why, "header-c11.so"));
    dm__arena_fini(&job.arena);
    close(fd);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_round_trip), IN_FOLDER(test_sealed),         IN_FOLDER(test_cut),
        IN_FOLDER(test_no_job),     IN_FOLDER(test_changed_plugin),
    };
    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
