/* A worker: documents in, records and fates out; what is handed back; what its page tells after a crash.
 * This program is the worker too: see main(). */
#include "fixture_engine.h"

#include "core/text/hash.h"

static const char upper[] = "  - clean: upper\n"
                            "  - output: jsonl\n    with: { path: out.jsonl, edits: none }\n";

/* extract-text, fault (to documents that hold "bad"), output-jsonl */
#define FAULT(mode)                                                                                          \
    "  - clean: fault\n    with: { mode: " mode ", match: bad }\n"                                           \
    "  - output: jsonl\n    with: { path: out.jsonl, edits: none }\n"

static struct engine_child worker;
static struct dm_frames records;
static int records_fd;
static struct dm_slot *slot;

static void start_worker(const char *stages)
{
    int pipe[2];
    const int job = engine_job("attempts: 1", stages), page = memfd_create("slot", MFD_CLOEXEC);
    assert_int_equal(pipe2(pipe, O_CLOEXEC), 0);
    assert_int_equal(ftruncate(page, (off_t)sizeof *slot), 0);
    slot = mmap(NULL, sizeof *slot, PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
    assert_ptr_not_equal(slot, MAP_FAILED);
    worker = engine_start("__worker", pipe[1], job, page);
    records_fd = pipe[0];
    records = (struct dm_frames){0};
    close(pipe[1]);
    close(job);
    close(page);
    assert_true(engine_hear(&worker, DM_FRAME_READY).number > 0);
}

static int end_worker(void)
{
    struct dm_frame_view f;
    const int status = engine_end(&worker);
    assert_false(engine_next(&records, records_fd, &f)); /* nothing but what the test has taken */
    dm__frames_fini(&records);
    close(records_fd);
    munmap(slot, sizeof *slot);
    return status;
}

static void give(uint64_t number, const char *path)
{
    struct dm_frames f = {0};
    const uint32_t len = (uint32_t)strlen(path);
    const struct dm_frame_document head = {1, len, 3}; /* in/ */
    char *const p = dm__frames_add(&f, DM_FRAME_DOCUMENT, number, sizeof head + len + 1);
    assert_non_null(p);
    memcpy(p, &head, sizeof head);
    memcpy(p + sizeof head, path, len + 1);
    assert_true(dm__frames_flush(&f, worker.control));
    dm__frames_fini(&f);
}

static struct dm_frame_view take(enum dm_frame_type type, uint64_t number)
{
    struct dm_frame_view f = {0};
    assert_true(engine_next(&records, records_fd, &f));
    assert_int_equal(f.type, type);
    assert_int_equal(f.number, number);
    return f;
}

static void take_good(uint64_t number)
{
    take(DM_FRAME_RECORD, number);
    const struct dm_frame_view f = take(DM_FRAME_FATE, number);
    assert_int_equal(engine_fate(&f).head.status, DM_OK);
}

static void wait_sent(uint64_t count)
{
    while (count != 0) {
        const uint64_t n = engine_hear(&worker, DM_FRAME_SENT).number;
        assert_in_range(n, 1, count);
        count -= n;
    }
}

static int dismiss(void)
{
    engine_say(&worker, DM_FRAME_END, 0);
    return end_worker();
}

static void test_document(void **unused)
{
    (void)unused;
    folder_write("in/a.txt", "ab c\n", 5);
    start_worker(upper);
    give(5, "in/a.txt");
    wait_sent(1); /* what is said to be sent is in the pipe */
    struct dm_frame_view f = take(DM_FRAME_RECORD, 5);
    struct dm_frame_record head;
    char id[DM_HASH_DIGITS + 1];
    memcpy(&head, f.payload.ptr, sizeof head);
    assert_int_equal(head.step, 2);
    assert_int_equal(head.part, 0);
    assert_int_equal(head.part_name_len, 0);
    assert_str((dm_str){f.payload.ptr + sizeof head, head.source_len}, "a.txt");
    dm__hash_bytes(DM_LIT("a.txt"), id);
    assert_memory_equal(head.id, id, sizeof head.id);
    assert_non_null(memmem(f.payload.ptr, f.payload.len, "AB C", 4));
    f = take(DM_FRAME_FATE, 5);
    const struct dm_fate_view fate = engine_fate(&f);
    unsigned char hash[DM_HASH_SIZE];
    dm__hash_value(DM_LIT("ab c\n"), hash);
    assert_int_equal(fate.head.status, DM_OK);
    assert_int_equal(fate.head.bytes, 5);
    assert_int_equal(fate.head.edits, 2);
    assert_memory_equal(fate.head.hash, hash, sizeof hash);
    assert_int_equal(fate.head.step_len, 4); /* reading and three steps */
    assert_int_equal(fate.head.count_len, 1);
    struct dm_fate_count count;
    memcpy(&count, fate.counts, sizeof count);
    assert_int_equal(count.step, 1);
    assert_int_equal(count.rule, 0);
    assert_int_equal(count.made, 2);
    assert_int_equal(count.flagged, 0);
    assert_int_equal(dismiss(), 0);
}

static void test_failure(void **unused)
{
    (void)unused;
    folder_write("in/bad.txt", "bad\n", 4);
    folder_write("in/good.txt", "good\n", 5);
    start_worker(FAULT("fail"));
    give(1, "in/bad.txt");
    give(2, "in/good.txt");
    give(3, "in/missing.txt");
    wait_sent(3);
    struct dm_frame_view f = take(DM_FRAME_FATE, 1); /* and no record */
    struct dm_fate_view fate = engine_fate(&f);
    assert_int_equal(fate.head.status, DM_EDOC);
    assert_int_equal(fate.head.step, 1);
    assert_str(fate.why, "a bad document, as asked");
    take_good(2);
    f = take(DM_FRAME_FATE, 3);
    fate = engine_fate(&f);
    assert_int_equal(fate.head.status, DM_EDOC);
    assert_int_equal(fate.head.step, -1);
    assert_int_equal(dismiss(), 0);
}

static void test_retry(void **unused)
{
    (void)unused;
    folder_write("in/bad.txt", "bad\n", 4);
    folder_write("in/good.txt", "good\n", 5);
    start_worker(FAULT("retry"));
    give(1, "in/bad.txt");
    give(2, "in/good.txt");
    const struct dm_frame_view f = engine_hear(&worker, DM_FRAME_RETRY);
    const struct dm_fate_view fate = engine_fate(&f);
    assert_int_equal(f.number, 1);
    assert_int_equal(fate.head.step, 1);
    assert_str(fate.why, "try again, as asked");
    wait_sent(1); /* only the other */
    take_good(2);
    assert_int_equal(dismiss(), 0);
}

static void test_bug(void **unused)
{
    (void)unused;
    folder_write("in/bad.txt", "bad\n", 4);
    start_worker(FAULT("bug"));
    give(4, "in/bad.txt");
    struct dm_frame_view f = engine_hear(&worker, DM_FRAME_STOP);
    assert_int_equal(f.number, 4);
    assert_str(engine_fate(&f).why, "a bug, as asked");
    give(5, "in/bad.txt"); /* it goes on only until it is told to leave */
    f = engine_hear(&worker, DM_FRAME_STOP);
    assert_int_equal(f.number, 5);
    assert_int_equal(dismiss(), 0);
}

static void test_crash(void **unused)
{
    (void)unused;
    folder_write("in/bad.txt", "bad\n", 4);
    folder_write("in/good.txt", "good\n", 5);
    start_worker(FAULT("crash"));
    give(1, "in/good.txt");
    wait_sent(1);
    take_good(1);
    give(2, "in/bad.txt");
    int status = 0;
    assert_int_equal(waitpid(worker.pid, &status, 0), worker.pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
    assert_int_equal(atomic_load(&slot->number), 2);
    assert_int_equal(atomic_load(&slot->step), 1);
    struct dm_frame_view f;
    assert_false(engine_next(&records, records_fd, &f));
    dm__frames_fini(&records);
    dm__frames_fini(&worker.in);
    close(worker.control);
    close(records_fd);
    munmap(slot, sizeof *slot);
}

static void test_flood(void **unused)
{
    (void)unused;
    folder_write("in/bad.txt", "bad\n", 4);
    start_worker(FAULT("flood"));
    give(1, "in/bad.txt");
    for (int i = 0; i < 21; i++) { /* twenty lines, and that there were more */
        const struct dm_frame_view f = engine_hear(&worker, DM_FRAME_LOG);
        struct dm_frame_log head;
        memcpy(&head, f.payload.ptr, sizeof head);
        assert_int_equal(head.level, DM_LOG_WARNING);
        assert_int_equal(head.step, i < 20 ? 1 : -1);
        assert_str((dm_str){f.payload.ptr + sizeof head, head.source_len}, "bad.txt");
        if (i == 20)
            assert_non_null(memmem(f.payload.ptr, f.payload.len, "9980 more lines", 15));
    }
    wait_sent(1);
    take_good(1);
    assert_int_equal(dismiss(), 0);
}

/* The supervisor is gone, or says what it never says. */
static void test_no_supervisor(void **unused)
{
    (void)unused;
    start_worker(upper);
    shutdown(worker.control, SHUT_WR);
    int status = end_worker();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), DM_EXIT_FAILED);
    start_worker(upper);
    engine_say(&worker, DM_FRAME_SETTLED, 1);
    status = end_worker();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), DM_EXIT_FAILED);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "__worker") == 0)
        return dm__worker_main();
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_document), IN_FOLDER(test_failure), IN_FOLDER(test_retry),         IN_FOLDER(test_bug),
        IN_FOLDER(test_crash),    IN_FOLDER(test_flood),   IN_FOLDER(test_no_supervisor),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
