/* What a child does first, and its voice.  This program is the child too: see main(). */
#include "fixture_engine.h"

#include <sys/prctl.h>

/* The child: begin, and tell what came of it. */
static int be_child(void)
{
    struct dm_job job;
    struct stat out, error;
    if (!dm__child_begin(&job) || !dm__child_confine(&job, DM_ROLE_WRITER)) {
        dm__arena_fini(&job.arena);
        return 3;
    }
    if (fstat(STDOUT_FILENO, &out) != 0 || fstat(STDERR_FILENO, &error) != 0 || out.st_ino != error.st_ino)
        return 4; /* what is printed is not heard */
    if ((fcntl(DM_FD_CONTROL, F_GETFD) & FD_CLOEXEC) == 0 || fcntl(DM_FD_JOB, F_GETFD) != -1)
        return 5; /* a program that it starts would keep our pipes */
    if (getenv("SECRET") != NULL || fcntl(60, F_GETFD) != -1)
        return 6; /* what the supervisor had is none of a plugin's business */
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 && errno != EPERM)
        return 7;
    dm__child_send(DM_FRAME_READY, job.pipeline->step_count, DM_LIT("payload"));
    dm__child_log(1, DM_LOG_INFO, DM_LIT("a.txt"), DM_LIT("a line"));
    dm__child_stop(2, "enough");
    dm__arena_fini(&job.arena);
    return 0;
}

static const char stages[] = "  - output: jsonl\n    with: { path: out.jsonl }\n";

static void test_voice(void **unused)
{
    (void)unused;
    const int job = engine_job("attempts: 1", stages);
    assert_int_equal(setenv("SECRET", "x", 1), 0);
    assert_int_equal(dup2(STDERR_FILENO, 60), 60);
    struct engine_child c = engine_start("__begin", -1, job, -1);
    close(60);
    unsetenv("SECRET");
    struct dm_frame_view f = engine_hear(&c, DM_FRAME_READY);
    assert_int_equal(f.number, 2);
    assert_str(f.payload, "payload");
    f = engine_hear(&c, DM_FRAME_LOG);
    struct dm_frame_log head;
    memcpy(&head, f.payload.ptr, sizeof head);
    assert_int_equal(head.level, DM_LOG_INFO);
    assert_int_equal(head.step, 1);
    assert_int_equal(head.source_len, 5);
    assert_str((dm_str){f.payload.ptr + sizeof head, f.payload.len - sizeof head}, "a.txta line");
    f = engine_hear(&c, DM_FRAME_STOP);
    const struct dm_fate_view fate = engine_fate(&f);
    assert_int_equal(fate.head.status, DM_ECONFIG);
    assert_int_equal(fate.head.step, 2);
    assert_str(fate.why, "enough");
    assert_int_equal(engine_end(&c), 0);
    close(job);
}

/* A job as another process wrote it. */
static int job_of_another(void)
{
    const int fd = memfd_create("job", MFD_CLOEXEC);
    const pid_t pid = fork();
    if (pid == 0) {
        char bytes[65536];
        const ssize_t n = pread(engine_job("attempts: 1", stages), bytes, sizeof bytes, 0);
        _exit(n > 0 && write(fd, bytes, (size_t)n) == n ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    return fd;
}

/* A child whose supervisor is gone leaves without a word. */
static void test_no_supervisor(void **unused)
{
    (void)unused;
    const int job = job_of_another();
    struct engine_child c = engine_start("__begin", -1, job, -1);
    const int status = engine_end(&c);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    close(job);
}

static void test_no_job(void **unused)
{
    (void)unused;
    struct engine_child c = engine_start("__begin", -1, -1, -1);
    const struct dm_frame_view f = engine_hear(&c, DM_FRAME_STOP);
    const struct dm_fate_view fate = engine_fate(&f);
    assert_int_equal(fate.head.step, -1);
    assert_str(fate.why, "the job cannot be read: Bad file descriptor");
    assert_int_equal(WEXITSTATUS(engine_end(&c)), 3);
}

static void test_resident(void **unused)
{
    (void)unused;
    const int statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC), other = open("/dev/null", O_RDONLY);
    assert_true(dm__child_resident() > 4096);
    assert_true(dm__child_resident_of(statm) > 4096);
    assert_true(dm__child_resident_of(statm) > 4096); /* it can be read again */
    assert_int_equal(dm__child_resident_of(-1), 0);
    assert_int_equal(dm__child_resident_of(other), 0);
    close(statm);
    close(other);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "__begin") == 0)
        return be_child();
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_voice),
        IN_FOLDER(test_no_supervisor),
        IN_FOLDER(test_no_job),
        IN_FOLDER(test_resident),
    };
    return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
