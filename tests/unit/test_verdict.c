/* Who answers for a worker's death, and what becomes of the documents that it had. */
#include "fixture_supervisor.h"

#include "core/engine/child.h"

/* A worker that is gone: all that can be known of it is. */
static struct dm_worker *dead_worker(void)
{
    struct dm_worker *const w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->child.supervisor = hand;
    w->child.exited = w->child.control_ended = w->child.error_ended = true;
    w->child.signal = SIGSEGV;
    w->statm = -1;
    w->ready = true;
    w->slot = mmap(NULL, sizeof *w->slot, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(w->slot, MAP_FAILED);
    w->id = ++hand->next_worker_id;
    w->next = hand->workers;
    hand->workers = w;
    hand->worker_count++;
    return w;
}

static struct dm_flying *given_to(const struct dm_worker *w)
{
    struct dm_flying *const d = hand_fly();
    d->worker = w->id;
    return d;
}

static void at_work(struct dm_worker *w, uint64_t number)
{
    atomic_store(&w->slot->number, number);
    atomic_store(&w->slot->step, 1);
}

static void assert_returned(const struct dm_flying *d, uint32_t attempts)
{
    assert_true(d->waits);
    assert_int_equal(d->worker, 0);
    assert_int_equal(d->attempts, attempts);
}

static void assert_buried(uint64_t number, const char *why)
{
    struct dm_frame_view f;
    struct dm_fate_view fate;
    assert_true(hand_hear(&f));
    assert_int_equal(f.type, DM_FRAME_TOMBSTONE);
    assert_int_equal(f.number, number);
    assert_true(dm__fate_read(f.payload, &fate));
    assert_int_equal(fate.head.status, DM_EDOC);
    assert_str(fate.why, why);
}

static void assert_silent(void)
{
    struct dm_frame_view f;
    assert_false(hand_hear(&f));
}

static void test_charge(void **unused)
{
    (void)unused;
    struct dm_flying *const d = hand_fly();
    d->worker = 9;
    dm__verdict_charge(hand, d, DM_ERETRY, 1, "later", UINT64_C(3600) * 1000000000U);
    assert_returned(d, 1);
    assert_null(dm__flight_ready(&hand->flight, dm__clock()));
    assert_ptr_equal(dm__flight_ready(&hand->flight, UINT64_MAX), d);
    assert_silent();
    dm__flight_unwait(&hand->flight, d);
    dm__verdict_charge(hand, d, DM_EDOC, 1, "never", 0); /* the second of two */
    assert_false(d->waits);
    assert_int_equal(d->attempts, 2);
    assert_buried(1, "never");
}

static void test_crash(void **unused)
{
    (void)unused;
    struct dm_worker *const w = dead_worker();
    struct dm_flying *const before = given_to(w), *const culprit = given_to(w), *const after = given_to(w);
    struct dm_flying *const others = hand_fly();
    others->worker = w->id + 1;
    at_work(w, culprit->number);
    memcpy(w->log, "last words", 10);
    w->log_len = 10;
    dm__verdict_on(hand, w);
    assert_returned(before, 0);
    assert_returned(culprit, 1);
    assert_returned(after, 0);
    assert_string_equal(culprit->log, "last words");
    assert_null(before->log);
    assert_false(others->waits);
    assert_null(hand->workers);
    assert_int_equal(hand->worker_count, 0);
    assert_silent();
}

/* What the writer has is not tried again, even if the page says that it was at work. */
static void test_arrived(void **unused)
{
    (void)unused;
    struct dm_worker *const w = dead_worker();
    const struct dm_frame_detached head = {.next = 2};
    struct dm_flying *const first = given_to(w), *const second = given_to(w), *const third = given_to(w);
    memcpy(w->held, &head, sizeof head);
    w->held[sizeof head] = 2; /* below 2, and 3 */
    w->held_len = sizeof head + 1;
    w->attached = w->detached = true;
    at_work(w, third->number);
    dm__verdict_on(hand, w);
    assert_false(first->waits);
    assert_false(third->waits);
    assert_returned(second, 1); /* the only one that can have done it */
}

static void test_reasons(void **unused)
{
    (void)unused;
    static const struct {
        enum dm_kill kill;
        int signal, status;
        const char *why;
    } cases[] = {
        {DM_KILL_NONE, SIGSEGV, 0, "crashed: Segmentation fault"},
        {DM_KILL_NONE, 0, 3, "ended its process with exit status 3"},
        {DM_KILL_TIME, SIGKILL, 0, "took longer than 1.5 s"},
        {DM_KILL_MEMORY, SIGKILL, 0, "took more than 3 MiB of memory"},
        {DM_KILL_GARBLED, SIGKILL, 0, "sent something that no worker sends"},
    };
    hand_pipeline.run.attempts = 1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_worker *const w = dead_worker();
        struct dm_flying *const d = given_to(w);
        at_work(w, d->number);
        w->kill = cases[i].kill;
        w->killed_at = d->number;
        w->child.signal = cases[i].signal;
        w->child.status = cases[i].status;
        dm__verdict_on(hand, w);
        assert_false(d->waits);
        assert_buried(d->number, cases[i].why);
    }
}

static void test_outside(void **unused)
{
    (void)unused;
    struct dm_flying *const d = hand_fly();
    for (uint32_t i = 1; i <= 20; i++) {
        struct dm_worker *const w = dead_worker();
        if (d->waits)
            dm__flight_unwait(&hand->flight, d);
        d->worker = w->id;
        at_work(w, d->number);
        w->child.signal = SIGKILL; /* and not by us */
        dm__verdict_on(hand, w);
        assert_int_equal(d->outside, i);
        assert_int_equal(d->attempts, 0);
        assert_int_equal(d->waits, i < 20);
    }
    assert_buried(1, "its worker was killed from outside 20 times");
}

/* It died between documents: each of several runs alone then; a single one it must have been. */
static void test_nobody_at_work(void **unused)
{
    (void)unused;
    struct dm_worker *w = dead_worker();
    struct dm_flying *const first = given_to(w), *const second = given_to(w);
    dm__verdict_on(hand, w);
    assert_returned(first, 0);
    assert_returned(second, 0);
    assert_true(first->alone);
    assert_true(second->alone);
    dm__flight_unwait(&hand->flight, first);
    w = dead_worker();
    first->worker = w->id;
    dm__verdict_on(hand, w);
    assert_returned(first, 1);
    assert_returned(second, 0);
}

static void test_innocent(void **unused)
{
    (void)unused;
    struct dm_worker *w = dead_worker();
    struct dm_flying *const d = given_to(w);
    w->child.signal = 0;
    w->child.status = DM_WORKER_RENEW;
    dm__verdict_on(hand, w);
    assert_returned(d, 0);
    assert_false(d->alone);
    dm__flight_unwait(&hand->flight, d);
    w = dead_worker();
    d->worker = w->id;
    at_work(w, d->number);
    w->kill = DM_KILL_TIME;
    w->killed_at = d->number + 1; /* what it was killed for is done */
    dm__verdict_on(hand, w);
    assert_returned(d, 0);
}

static void test_not_yet(void **unused)
{
    (void)unused;
    struct dm_worker *const w = dead_worker();
    struct dm_flying *const d = given_to(w);
    at_work(w, d->number);
    w->child.exited = false;
    dm__verdict_on(hand, w);
    assert_false(w->judged);
    w->child.exited = true;
    w->attached = true; /* the writer may yet read from its pipe */
    dm__verdict_on(hand, w);
    assert_false(w->judged);
    assert_false(d->waits);
    w->detached = true;
    dm__verdict_on(hand, w);
    assert_returned(d, 1);
}

static void test_start_failures(void **unused)
{
    (void)unused;
    for (unsigned i = 1; i <= 3; i++) {
        struct dm_worker *const w = dead_worker();
        w->ready = false;
        dm__verdict_on(hand, w);
        assert_int_equal(hand->stopping, i == 3);
    }
    assert_string_equal(hand_summary.stopped,
                        "workers cannot be started: a plugin crashed: Segmentation fault when it was loaded");
}

static void test_broken_stage(void **unused)
{
    (void)unused;
    for (unsigned i = 1; i <= 20; i++) {
        struct dm_worker *const w = dead_worker();
        at_work(w, given_to(w)->number);
        dm__verdict_on(hand, w);
        assert_int_equal(hand->stopping, i == 20);
    }
    assert_string_equal(hand_summary.stopped, "clean-tidy: 20 of the last 50 documents died in it, the last "
                                              "one like this: crashed: Segmentation fault");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BY_HAND(test_charge),       BY_HAND(test_crash),   BY_HAND(test_arrived),
        BY_HAND(test_reasons),      BY_HAND(test_outside), BY_HAND(test_nobody_at_work),
        BY_HAND(test_innocent),     BY_HAND(test_not_yet), BY_HAND(test_start_failures),
        BY_HAND(test_broken_stage),
    };
    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
