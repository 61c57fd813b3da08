/* Reports of the writer: stored before they take effect, in order, all of them or none. */
#include "fixture_folder.h"
#include "fixture_supervisor.h"

#include "core/ledger/work.h"

static const unsigned char content_hash[DM_HASH_SIZE] = {1, 2, 3};
static const struct dm_fate done = {
    .bytes = 10, .edits = 4, .hash = {1, 2, 3}, .size = 12, .modified = 1000, .status = DM_OK, .step = -1};

static char why[DM_WHY_MAX];
static char effects[512]; /* of each document that took effect: its number and what was on record then */
static struct dm_frames report;

/* What a reader sees at this moment: the state of the document's row, and the output's token. */
static void on_effect(void *owner, const struct dm_engine_document *d)
{
    struct dm_ledger_input in = {.revision = 0};
    struct dm_arena arena;
    dm_str token = {"-", 1};
    (void)owner;
    dm__arena_init(&arena, 0);
    int known = 0;
    if (hand->book.ledger != NULL) {
        struct dm_ledger *const l = dm__ledger_open_reader(DM_LIT("state"), why);
        assert_non_null(l);
        known = dm__ledger_find(l, d->source, &in);
        assert_true(dm__ledger_token(l, &arena, 1, &token));
        assert_true(dm__ledger_close(l, why));
    }
    const size_t n = strlen(effects);
    snprintf(effects + n, sizeof effects - n, "%llu %s %.*s\n", (unsigned long long)d->number,
             known == 0                      ? "unknown"
             : in.state == DM_LEDGER_DONE    ? "done"
             : in.state == DM_LEDGER_DROPPED ? "dropped"
                                             : "failed",
             (int)token.len, token.ptr != NULL ? token.ptr : "");
    dm__arena_fini(&arena);
}

static int set_up(void **state)
{
    effects[0] = '\0';
    if (folder_enter(state) != 0 || hand_set_up(state) != 0)
        return -1;
    hand->draining = true; /* no inputs are looked for */
    hand_events.every_document = true;
    hand_events.document = on_effect;
    return 0;
}

static int tear_down(void **state)
{
    /* the reader first, as the book does: the writer waits ten seconds for one that is at work */
    const bool closed = dm__ledger_close(hand->book.past, why) && dm__ledger_close(hand->book.ledger, why);
    dm__frames_fini(&report);
    return hand_tear_down(state) == 0 && folder_leave(state) == 0 && closed ? 0 : -1;
}

/* Put a ledger with a generation behind the supervisor. */
static void open_ledger(void)
{
    struct dm_book *const b = &hand->book;
    assert_true(dm__ledger_make_folder(DM_LIT("state"), why));
    b->ledger = dm__ledger_open(DM_LIT("state"), why);
    assert_non_null(b->ledger);
    b->generation = (struct dm_ledger_generation){
        .fingerprint = DM_LIT("0123456789abcdef0123456789abcdef"), .pipeline = DM_LIT("a.yaml"), .began = 1};
    assert_true(dm__ledger_begin(b->ledger));
    assert_true(dm__ledger_add_generation(b->ledger, &b->generation, NULL, 0));
    assert_true(dm__ledger_commit(b->ledger));
    b->past = dm__ledger_open_reader(DM_LIT("state"), why);
    assert_non_null(b->past);
    assert_true(dm__deadletter_open(&hand_arena, DM_LIT("state"), hand->book.past, &hand->dead_letters, why));
}

/* ---- reports ----------------------------------------------------------------------------------- */

static void add_fate(uint64_t number, dm_status status)
{
    struct dm_fate fate = done;
    fate.status = status;
    fate.step = status < DM_OK ? 1 : -1;
    assert_true(dm__fate_add(&report, DM_FRAME_FATE, number, &fate, DM_LIT("because")));
}

static void add(enum dm_frame_type type, uint64_t number, const char *payload)
{
    const size_t len = strlen(payload);
    char *const p = dm__frames_add(&report, type, number, len);
    assert_non_null(p);
    memcpy(p, payload, len);
}

static void report_all(enum dm_frame_type end)
{
    dm__batch_add(hand, (dm_str){report.ptr, report.to}, end);
    report.to = 0;
}

static void settle(void)
{
    while (!dm__batch_is_idle(hand))
        uv_run(&hand->loop, UV_RUN_DEFAULT);
}

static bool is_on_record(const char *source)
{
    struct dm_ledger_input in;
    const int got = dm__ledger_find(hand->book.past, dm__str(source), &in);
    assert_true(got >= 0);
    return got == 1;
}

static void assert_token(const char *expected)
{
    dm_str token;
    assert_true(dm__ledger_token(hand->book.past, &hand_arena, 1, &token));
    if (expected == NULL)
        assert_null(token.ptr);
    else
        assert_str(token, expected);
}

/* ---- taking effect ------------------------------------------------------------------------------ */

static void test_without_ledger(void **unused)
{
    (void)unused;
    hand_fly();
    dm__flight_wait(&hand->flight, hand_fly()); /* a worker had it that said otherwise */
    hand_fly();
    report_all(DM_FRAME_READY);
    assert_true(hand->writer_ready);
    add_fate(1, DM_OK);
    add_fate(2, DM_EDOC);
    add(DM_FRAME_TOKEN, 1, "t1");
    report_all((enum dm_frame_type)0);
    assert_string_equal(effects, "1 unknown -\n2 unknown -\n");
    assert_true(dm__batch_is_idle(hand));
    assert_null(hand->flight.waiting);
    assert_int_equal(hand->flight.oldest, 3);
    assert_false(hand->finished);
    add_fate(3, DM_DROP);
    report_all(DM_FRAME_FINISHED);
    assert_true(hand->finished);
    assert_true(dm__flight_is_empty(&hand->flight));
    assert_int_equal(hand->progress.done, 1);
    assert_int_equal(hand->progress.failed, 1);
    assert_int_equal(hand->progress.dropped, 1);
    assert_null(hand_summary.stopped);
}

/* What took effect is on record, and so is the token that covers it. */
static void test_stored_first(void **unused)
{
    (void)unused;
    open_ledger();
    for (int i = 0; i < 3; i++)
        hand_fly();
    add_fate(1, DM_OK);
    add_fate(2, DM_EDOC);
    add_fate(3, DM_DROP);
    add(DM_FRAME_TOKEN, 1, "t3");
    report_all((enum dm_frame_type)0);
    assert_string_equal(effects, "");
    assert_false(dm__batch_is_idle(hand));
    settle();
    assert_string_equal(effects, "1 done t3\n2 failed t3\n3 dropped t3\n");
    assert_true(dm__flight_is_empty(&hand->flight));
    assert_null(hand_summary.stopped);
}

/* Reports that come while others are stored gather, and take effect behind them. */
static void test_gathered(void **unused)
{
    (void)unused;
    open_ledger();
    for (int i = 0; i < 3; i++)
        hand_fly();
    add_fate(1, DM_OK);
    add(DM_FRAME_TOKEN, 1, "t1");
    report_all((enum dm_frame_type)0);
    add_fate(2, DM_OK);
    add(DM_FRAME_TOKEN, 1, "t2");
    report_all((enum dm_frame_type)0);
    add_fate(3, DM_OK);
    add(DM_FRAME_TOKEN, 1, "t3");
    report_all((enum dm_frame_type)0);
    settle();
    assert_string_equal(effects, "1 done t1\n2 done t3\n3 done t3\n");
}

static void test_ready_and_finished(void **unused)
{
    (void)unused;
    struct dm_ledger_generation g;
    open_ledger();
    add(DM_FRAME_TOKEN, 1, "t0");
    report_all(DM_FRAME_READY);
    assert_false(hand->writer_ready);
    settle();
    assert_true(hand->writer_ready);
    assert_token("t0");
    add(DM_FRAME_TOKEN, 1, "");
    report_all(DM_FRAME_FINISHED);
    assert_false(hand->finished);
    settle();
    assert_true(hand->finished);
    assert_token("");
    assert_true(dm__ledger_newest(hand->book.past, &hand_arena, &g));
    assert_true(g.finished > 0);
    assert_int_equal(hand->book.left_behind, 0);
}

/* Outputs that are built anew lack what only older generations processed. */
static void test_left_behind(void **unused)
{
    (void)unused;
    struct dm_book *const b = &hand->book;
    open_ledger();
    const struct dm_ledger_input old = {.source = DM_LIT("old"),
                                        .path = DM_LIT("in/old"),
                                        .generation = b->generation.id,
                                        .reason = DM_LIT(""),
                                        .work = DM_LIT("")};
    assert_true(dm__ledger_begin(b->ledger));
    assert_true(dm__ledger_put(b->ledger, &old, NULL, 0, false));
    assert_true(dm__ledger_add_generation(b->ledger, &b->generation, NULL, 0));
    assert_true(dm__ledger_commit(b->ledger));
    b->rebuilds = true;
    hand_fly();
    add_fate(1, DM_OK);
    report_all(DM_FRAME_FINISHED);
    settle();
    assert_int_equal(b->left_behind, 1);
}

/* ---- rows -------------------------------------------------------------------------------------- */

/* A fate with everything that it can have. */
static void add_full_fate(uint64_t number)
{
    static const struct dm_fate_count counts[] = {{1, 0, 3, 2}, {1, 1, 1, 0}};
    static const struct dm_fate_metric metrics[] = {{1, 0, 8}};
    static const uint64_t steps[] = {5000, 6000, 7000};
    const struct dm_fate_result result = {.step = 1, .part = 2, .place_len = 5, .hash = {9}};
    struct dm_fate fate = done;
    fate.count_len = 2;
    fate.metric_len = 1;
    fate.step_len = 3;
    fate.result_len = sizeof result + 5;
    char *p = dm__frames_add(&report, DM_FRAME_FATE, number,
                             sizeof fate + sizeof counts + sizeof metrics + sizeof steps + fate.result_len);
    assert_non_null(p);
    p = mempcpy(p, &fate, sizeof fate);
    p = mempcpy(p, counts, sizeof counts);
    p = mempcpy(p, metrics, sizeof metrics);
    p = mempcpy(p, steps, sizeof steps);
    p = mempcpy(p, &result, sizeof result);
    memcpy(p, "place", 5);
}

static void test_row(void **unused)
{
    (void)unused;
    struct dm_ledger_input in;
    struct dm_ledger_result *results;
    struct dm_work work;
    size_t count;
    open_ledger();
    struct dm_flying *const d = hand_fly();
    d->revision = 4;
    d->attempts = 1;
    add_full_fate(1);
    const int64_t before = dm__book_now();
    report_all((enum dm_frame_type)0);
    settle();
    assert_int_equal(dm__ledger_find(hand->book.past, DM_LIT("1.txt"), &in), 1);
    assert_str(in.path, "in/1.txt");
    assert_int_equal(in.size, 12);
    assert_int_equal(in.modified, 1000);
    assert_true(in.hashed);
    assert_memory_equal(in.hash, content_hash, sizeof in.hash);
    assert_int_equal(in.generation, hand->book.generation.id);
    assert_int_equal(in.state, DM_LEDGER_DONE);
    assert_int_equal(in.revision, 4);
    assert_int_equal(in.attempts, 2); /* one failed, and the next did not */
    assert_int_equal(in.stage, -1);
    assert_str(in.reason, "");
    assert_in_range(in.seen, before, dm__book_now());
    assert_int_equal(in.settled, in.seen);
    assert_int_equal(in.bytes, 10);
    assert_int_equal(in.edits, 4);
    assert_true(dm__work_unpack(&hand_arena, in.work, &work));
    assert_int_equal(work.time_count, 3);
    assert_int_equal(work.times[2], 7000);
    assert_int_equal(work.count_count, 2);
    assert_int_equal(work.counts[0].made, 3);
    assert_int_equal(work.counts[1].rule, 1);
    assert_true(dm__ledger_results(hand->book.past, &hand_arena, DM_LIT("1.txt"), &results, &count));
    assert_int_equal(count, 1);
    assert_int_equal(results[0].part, 2);
    assert_int_equal(results[0].position, 1);
    assert_int_equal(results[0].hash[0], 9);
    assert_str(results[0].place, "place");
}

static void test_failed_row(void **unused)
{
    (void)unused;
    struct dm_ledger_input in;
    open_ledger();
    hand_fly();
    add_fate(1, DM_EDOC);
    report_all((enum dm_frame_type)0);
    settle();
    assert_int_equal(dm__ledger_find(hand->book.past, DM_LIT("1.txt"), &in), 1);
    assert_int_equal(in.state, DM_LEDGER_FAILED);
    assert_int_equal(in.stage, 1);
    assert_str(in.reason, "because");
    assert_int_equal(in.attempts, 1);
}

/* Of an input whose worker died of it we see for ourselves which version it was. */
static void test_version_of_the_buried(void **unused)
{
    (void)unused;
    static const struct dm_fate buried = {.status = DM_EDOC, .step = -1};
    unsigned char hash[DM_HASH_SIZE];
    struct dm_ledger_input in;
    open_ledger();
    dm__hash_value(DM_LIT("content"), hash);
    hand_pipeline.input.max_size = 7;
    folder_write("in/1.txt", "content", 7);
    folder_write("in/2.txt", "content.", 8);
    folder_write("in/3.txt", "content", 7);
    for (uint64_t i = 1; i <= 4; i++) {
        hand_fly()->refused = i == 3;
        assert_true(dm__fate_add(&report, DM_FRAME_FATE, i, &buried, DM_LIT("crashed")));
    }
    report_all((enum dm_frame_type)0);
    settle();
    static const struct {
        const char *source;
        uint64_t size;
        int64_t modified;
        bool hashed;
    } cases[] = {{"1.txt", 7, DM_LEDGER_UNSURE, true},
                 {"2.txt", 8, DM_LEDGER_UNSURE, false}, /* too large to be read */
                 {"3.txt", 7, DM_LEDGER_UNSURE, false}, /* refused unread */
                 {"4.txt", 0, 0, false}};               /* it is not there */
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(dm__ledger_find(hand->book.past, dm__str(cases[i].source), &in), 1);
        assert_int_equal(in.size, cases[i].size);
        assert_int_equal(in.modified, cases[i].modified);
        assert_int_equal(in.hashed, cases[i].hashed);
        if (in.hashed)
            assert_memory_equal(in.hash, hash, sizeof hash);
    }
}

static void test_touch(void **unused)
{
    (void)unused;
    struct dm_ledger_input in;
    open_ledger();
    hand_fly();
    add_fate(1, DM_OK);
    add(DM_FRAME_TOUCH, 2000, "1.txt");
    add(DM_FRAME_TOUCH, 3000, "nobody");
    report_all((enum dm_frame_type)0);
    settle();
    assert_int_equal(dm__ledger_find(hand->book.past, DM_LIT("1.txt"), &in), 1);
    assert_int_equal(in.modified, 2000);
    assert_false(is_on_record("nobody"));
    assert_string_equal(effects, "1 done \n");
}

/* ---- dead letters ------------------------------------------------------------------------------- */

static bool has_letter(const char *source)
{
    const dm_str path = dm__deadletter_path(&hand_arena, hand->dead_letters, dm__str(source));
    return access(path.ptr, F_OK) == 0;
}

static void test_letters(void **unused)
{
    (void)unused;
    open_ledger();
    hand_fly();
    hand_fly();
    add_fate(1, DM_EDOC);
    add_fate(2, DM_OK);
    report_all((enum dm_frame_type)0);
    settle();
    assert_true(has_letter("1.txt"));
    assert_false(has_letter("2.txt"));
    struct dm_flying *const again = dm__flight_add(&hand->flight, DM_LIT("in/1.txt"), 3);
    again->has_letter = again->known = true;
    add_fate(3, DM_EDOC); /* it fails again */
    report_all((enum dm_frame_type)0);
    settle();
    assert_true(has_letter("1.txt"));
    struct dm_flying *const mended = dm__flight_add(&hand->flight, DM_LIT("in/1.txt"), 3);
    mended->has_letter = mended->known = true;
    add_fate(4, DM_OK);
    report_all((enum dm_frame_type)0);
    settle();
    assert_false(has_letter("1.txt"));
    assert_string_equal(hand_log, "");
}

/* A letter is a view of the ledger: the run goes on without it. */
static void test_no_letter(void **unused)
{
    (void)unused;
    char expected[256];
    open_ledger();
    hand->dead_letters = DM_LIT("nowhere");
    hand_fly();
    add_fate(1, DM_EDOC);
    report_all((enum dm_frame_type)0);
    settle();
    snprintf(expected, sizeof expected,
             "%d||dead-letters|a dead letter cannot be written: No such file or directory\n", DM_LOG_ERROR);
    assert_string_equal(hand_log, expected);
    assert_string_equal(effects, "1 failed \n");
    assert_null(hand_summary.stopped);
}

/* ---- what goes wrong ---------------------------------------------------------------------------- */

/* A ledger that cannot be written stops the run, and nothing behind it is stored. */
static void test_not_writable(void **unused)
{
    (void)unused;
    open_ledger();
    struct dm_ledger *const writable = hand->book.ledger;
    hand->book.ledger = dm__ledger_open_reader(DM_LIT("state"), why);
    assert_non_null(hand->book.ledger);
    hand_fly();
    hand_fly();
    add_fate(1, DM_OK);
    report_all((enum dm_frame_type)0);
    add_fate(2, DM_OK);
    add(DM_FRAME_TOKEN, 1, "t2");
    report_all(DM_FRAME_FINISHED);
    settle();
    assert_string_equal(hand_summary.stopped, "state/ledger.db cannot be written: it is read-only");
    assert_true(dm__ledger_close(hand->book.ledger, why));
    hand->book.ledger = writable; /* it is mended, and too late */
    report_all((enum dm_frame_type)0);
    settle();
    assert_string_equal(effects, "");
    assert_false(hand->finished);
    assert_false(is_on_record("1.txt"));
    assert_false(is_on_record("2.txt"));
    assert_token(NULL);
    assert_int_equal(hand->flight.oldest, 1);
}

static void forget_failure(void)
{
    hand->stopping = hand->batch.broken = false;
    hand_summary.stopped = NULL;
}

/* Whichever allocation fails, nothing of the report is stored. */
static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    open_ledger();
    hand_fly();
    hand_fly();
    for (size_t n = 1;; n++) {
        assert_in_range(n, 1, 30);
        add_fate(1, DM_OK);
        add_full_fate(2);
        add(DM_FRAME_TOKEN, 1, "t2");
        hand->batch.arena.fail_after = n;
        report_all((enum dm_frame_type)0);
        settle();
        if (hand_summary.stopped == NULL)
            break;
        assert_string_equal(hand_summary.stopped, "out of memory");
        assert_string_equal(effects, "");
        assert_false(is_on_record("1.txt"));
        assert_token(NULL);
        forget_failure();
    }
    assert_string_equal(effects, "1 done t2\n2 done t2\n");
}

/* A report that cannot take effect is not on record either: its token would cover what nobody knows of. */
static void test_out_of_turn(void **unused)
{
    (void)unused;
    static const uint64_t numbers[][2] = {{2, 1}, {1, 1}, {1, 3}, {1, 0}, {7, 8}};
    open_ledger();
    hand_fly();
    hand_fly();
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_fate(numbers[i][0], DM_OK);
        add_fate(numbers[i][1], DM_OK);
        add(DM_FRAME_TOKEN, 1, "t2");
        report_all((enum dm_frame_type)0);
        settle();
        assert_string_equal(hand_summary.stopped, "the writer reported a document whose turn it is not");
        assert_false(is_on_record("1.txt"));
        assert_token(NULL);
        forget_failure();
    }
    assert_string_equal(effects, "");
}

static void test_garbled(void **unused)
{
    (void)unused;
    open_ledger();
    hand_fly();
    add(DM_FRAME_FATE, 1, "no fate");
    add(DM_FRAME_TOKEN, 1, "t1");
    report_all((enum dm_frame_type)0);
    settle();
    assert_string_equal(hand_summary.stopped, "the writer reported a document whose turn it is not");
    assert_token(NULL);
    forget_failure();
    add(DM_FRAME_TOKEN, 1, "t1");
    report.to--; /* cut short */
    report_all((enum dm_frame_type)0);
    settle();
    assert_string_equal(hand_summary.stopped, "the writer sent something that no writer sends");
    assert_token(NULL);
}

static void test_out_of_turn_without_ledger(void **unused)
{
    (void)unused;
    hand_fly();
    hand_fly();
    add_fate(2, DM_OK);
    add_fate(1, DM_OK);
    report_all((enum dm_frame_type)0);
    assert_string_equal(hand_summary.stopped, "the writer reported a document whose turn it is not");
    assert_string_equal(effects, "");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_without_ledger),
        IN_FOLDER(test_stored_first),
        IN_FOLDER(test_gathered),
        IN_FOLDER(test_ready_and_finished),
        IN_FOLDER(test_left_behind),
        IN_FOLDER(test_row),
        IN_FOLDER(test_failed_row),
        IN_FOLDER(test_version_of_the_buried),
        IN_FOLDER(test_touch),
        IN_FOLDER(test_letters),
        IN_FOLDER(test_no_letter),
        IN_FOLDER(test_not_writable),
        IN_FOLDER(test_every_allocation_fails),
        IN_FOLDER(test_out_of_turn),
        IN_FOLDER(test_garbled),
        IN_FOLDER(test_out_of_turn_without_ledger),
    };
    return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
