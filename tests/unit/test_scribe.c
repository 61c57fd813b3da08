/* The supervisor's side of the writer: what it does when the writer speaks, and what it says to it.  This
 * program is a writer too, one that says what the test wants: see main(). */
#include "fixture_supervisor.h"

static struct dm_frames script; /* what the writer is to say */

static void add(enum dm_frame_type type, uint64_t number, dm_str payload)
{
    char *const p = dm__frames_add(&script, type, number, payload.len);
    assert_non_null(p);
    if (payload.len != 0)
        memcpy(p, payload.ptr, payload.len);
}

static void add_settled(uint64_t first, uint64_t count)
{
    struct dm_frames fates = {0};
    const struct dm_fate ok = {.bytes = 3, .status = DM_OK};
    for (uint64_t i = 0; i < count; i++)
        assert_true(dm__fate_add(&fates, DM_FRAME_FATE, first + i, &ok, DM_LIT("")));
    add(DM_FRAME_SETTLED, count, (dm_str){fates.ptr, fates.to});
    dm__frames_fini(&fates);
}

/* The writer: say what lies in the job's place, then leave when told to. */
static int be_writer(void)
{
    char bytes[4096];
    const ssize_t n = pread(DM_FD_JOB, bytes, sizeof bytes, 0);
    if (n < 0 || write(DM_FD_CONTROL, bytes, (size_t)n) != n)
        return 1;
    struct dm_frames in = {0};
    struct dm_frame_view f = {0};
    while (f.type != DM_FRAME_END && f.type != DM_FRAME_FINISH) {
        while (dm__frames_peek(&in, &f) == 0)
            if (dm__frames_read(&in, DM_FD_CONTROL, 4096) <= 0)
                return 2;
        in.from += f.size;
    }
    dm__frames_fini(&in);
    return 0;
}

/* Run a writer that says what the script says, with no new documents to come, until all is at its end. */
static void run_script(void)
{
    extern char **environ;
    dm__child_close(&hand->writer, NULL);
    uv_run(&hand->loop, UV_RUN_DEFAULT);
    hand->writer = (struct dm_child){0};
    hand->environment = environ;
    snprintf(hand->exe, sizeof hand->exe, "/proc/self/exe");
    hand->job = memfd_create("script", MFD_CLOEXEC);
    assert_int_equal(write(hand->job, script.ptr, script.to), script.to);
    dm__frames_fini(&script);
    hand->draining = true;
    assert_true(dm__scribe_start(hand));
    assert_true(hand->writer_started);
    uv_run(&hand->loop, UV_RUN_DEFAULT);
    assert_true(hand->writer.exited);
    close(hand->job);
}

static void test_speaks(void **unused)
{
    (void)unused;
    const struct dm_frame_log head = {DM_LOG_WARNING, 1, 0};
    char log[sizeof head + 6];
    memcpy(log, &head, sizeof head);
    memcpy(log + sizeof head, "a line", 6);
    hand_fly();
    dm__flight_wait(&hand->flight, hand_fly()); /* a worker had it that said otherwise */
    add(DM_FRAME_READY, 0, DM_LIT(""));
    add(DM_FRAME_LOG, 0, (dm_str){log, sizeof log});
    add_settled(1, 2);
    add(DM_FRAME_FINISHED, 0, DM_LIT(""));
    run_script();
    assert_null(hand_summary.stopped);
    assert_true(hand->writer_ready);
    assert_true(hand->finished);
    assert_true(dm__flight_is_empty(&hand->flight));
    assert_null(hand->flight.waiting);
    assert_int_equal(hand->progress.done, 2);
    assert_int_equal(hand->progress.bytes, 6);
    assert_string_equal(hand_log, "2||clean-tidy|a line\n");
}

static void test_wrong_turn(void **unused)
{
    (void)unused;
    hand_fly();
    hand_fly();
    add(DM_FRAME_READY, 0, DM_LIT(""));
    add_settled(2, 1);
    run_script();
    assert_string_equal(hand_summary.stopped, "the writer reported a document whose turn it is not");
    assert_int_equal(hand->progress.done, 0);
    assert_false(hand->finished);
}

static void test_stop(void **unused)
{
    (void)unused;
    const struct dm_fate fate = {.status = DM_ECONFIG, .step = 1};
    hand_fly();
    assert_true(dm__fate_add(&script, DM_FRAME_STOP, 0, &fate, DM_LIT("no space left")));
    run_script();
    assert_string_equal(hand_summary.stopped, "clean-tidy: no space left");
}

static void test_unknown(void **unused)
{
    (void)unused;
    hand_fly();
    add(DM_FRAME_DOCUMENT, 1, DM_LIT(""));
    run_script();
    assert_string_equal(hand_summary.stopped, "the writer sent something unknown");
}

static void test_garbage(void **unused)
{
    (void)unused;
    hand_fly();
    char *const p = dm__frames_reserve(&script, 64);
    assert_non_null(p);
    memset(p, 0xFF, 64);
    script.to += 64;
    run_script();
    assert_string_equal(hand_summary.stopped, "the writer sent something else than frames");
    assert_int_equal(hand->writer.signal, SIGKILL);
}

static void test_says(void **unused)
{
    (void)unused;
    struct dm_frame_view f;
    struct dm_fate_view fate;
    struct dm_flying *const d = hand_fly();
    d->attempts = 3;
    dm__scribe_send(hand, DM_FRAME_DETACH, 42);
    assert_true(hand_hear(&f));
    assert_int_equal(f.type, DM_FRAME_DETACH);
    assert_int_equal(f.number, 42);
    dm__scribe_bury(hand, d, DM_EDOC, 1, DM_LIT("it died"));
    assert_true(hand_hear(&f));
    assert_int_equal(f.type, DM_FRAME_TOMBSTONE);
    assert_int_equal(f.number, 1);
    assert_true(dm__fate_read(f.payload, &fate));
    assert_int_equal(fate.head.status, DM_EDOC);
    assert_int_equal(fate.head.step, 1);
    assert_int_equal(fate.head.attempts, 3);
    assert_str(fate.why, "it died");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "__writer") == 0)
        return be_writer();
    const struct CMUnitTest tests[] = {
        BY_HAND(test_speaks),  BY_HAND(test_wrong_turn), BY_HAND(test_stop),
        BY_HAND(test_unknown), BY_HAND(test_garbage),    BY_HAND(test_says),
    };
    return cmocka_run_group_tests_name("scribe", tests, NULL, NULL);
}
