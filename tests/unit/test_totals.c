/* What was counted: fates, rules and stages, what is told of documents, the summary. */
#include "fixture_supervisor.h"

/* A fate as a worker sends it; the view's parts last until the next call. */
static struct dm_fate_view fate_of(dm_status status, const struct dm_fate_count *counts, uint32_t count_len,
                                   const uint64_t *steps, uint32_t step_len)
{
    return (struct dm_fate_view){.head = {.bytes = 10,
                                          .edits = 4,
                                          .status = status,
                                          .step = 1,
                                          .count_len = count_len,
                                          .step_len = step_len},
                                 .counts = (const char *)counts,
                                 .steps = (const char *)steps,
                                 .why = DM_LIT("because")};
}

static void settle(dm_status status)
{
    const struct dm_fate_view fate = fate_of(status, NULL, 0, NULL, 0);
    struct dm_flying *const d = hand_fly();
    dm__totals_settle(hand, d, &fate);
    dm__flight_settle(&hand->flight, d);
}

static void test_documents(void **unused)
{
    (void)unused;
    settle(DM_OK);
    settle(DM_OK);
    settle(DM_DROP);
    assert_int_equal(hand_told_count, 0); /* of failures only */
    settle(DM_EDOC);
    assert_int_equal(hand_told_count, 1);
    assert_int_equal(hand_told.number, 4);
    assert_int_equal(hand_told.status, DM_EDOC);
    assert_str(hand_told.stage, "clean-tidy");
    assert_string_equal(hand_why, "because");
    assert_int_equal(hand_told.attempts, 1);
    assert_int_equal(hand_told.bytes, 10);
    assert_int_equal(hand_told.edits, 4);
    assert_int_equal(hand_told.dead_letter.len, 0);
    hand_events.every_document = true;
    settle(DM_OK);
    assert_int_equal(hand_told_count, 2);
    assert_int_equal(hand_told.stage.len, 0);
    hand->found_count = 7;
    dm__totals_finish(hand);
    assert_int_equal(hand_summary.found, 7);
    assert_int_equal(hand_summary.done, 3);
    assert_int_equal(hand_summary.dropped, 1);
    assert_int_equal(hand_summary.failed, 1);
    assert_int_equal(hand_summary.pending, 2);
    assert_int_equal(hand_summary.bytes, 50);
}

static void test_attempts(void **unused)
{
    (void)unused;
    struct dm_fate_view fate = fate_of(DM_EDOC, NULL, 0, NULL, 0);
    struct dm_flying *const d = hand_fly();
    d->attempts = 2; /* all that it had were spent: it was buried */
    dm__totals_settle(hand, d, &fate);
    assert_int_equal(hand_told.attempts, 2);
    hand_events.every_document = true;
    fate.head.status = DM_OK; /* one failed, and the next did not */
    d->attempts = 1;
    dm__totals_settle(hand, d, &fate);
    assert_int_equal(hand_told.attempts, 2);
}

static void test_rules_and_stages(void **unused)
{
    (void)unused;
    const struct dm_fate_count counts[] = {{1, 1, 3, 2},   {1, 1, 4, 0},   {0, 0, 50, 50},
                                           {1, 2, 60, 60}, {2, 0, 70, 70}, {UINT32_MAX, 0, 80, 80}};
    const uint64_t steps[] = {100, 0, 30, 999, 999}; /* reading, two steps, and what is not there */
    const struct dm_fate_view fate = fate_of(DM_OK, counts, 6, steps, 5);
    struct dm_flying *const d = hand_fly();
    dm__totals_settle(hand, d, &fate);
    dm__totals_settle(hand, d, &fate);
    dm__totals_finish(hand);
    assert_int_equal(hand_summary.rule_count, 1); /* a rule that did nothing is not listed */
    assert_str(hand_summary.rules[0].stage, "clean-tidy");
    assert_str(hand_summary.rules[0].rule, "second");
    assert_int_equal(hand_summary.rules[0].made, 14);
    assert_int_equal(hand_summary.rules[0].flagged, 4);
    assert_int_equal(hand_summary.stage_count, 3);
    assert_str(hand_summary.stages[0].stage, "read");
    assert_int_equal(hand_summary.stages[0].calls, 2);
    assert_int_equal(hand_summary.stages[0].nanoseconds, 200);
    assert_str(hand_summary.stages[1].stage, "extract-text");
    assert_int_equal(hand_summary.stages[1].calls, 0);
    assert_str(hand_summary.stages[2].stage, "clean-tidy");
    assert_int_equal(hand_summary.stages[2].nanoseconds, 60);
    assert_int_equal(hand_summary.written_count, 0);
}

static char letter[256];

static void keep_letter(void *owner, const struct dm_engine_document *d)
{
    (void)owner;
    snprintf(letter, sizeof letter, "%.*s", (int)d->dead_letter.len, d->dead_letter.ptr);
}

static void test_dead_letter(void **unused)
{
    (void)unused;
    static const char folder[] = "out/.docmill/dead-letters";
    hand->dead_letters = dm__str(folder);
    hand_events.document = keep_letter;
    const struct dm_fate_view fate = fate_of(DM_EDOC, NULL, 0, NULL, 0);
    struct dm_flying *const d = hand_fly();
    dm__totals_settle(hand, d, &fate);
    assert_memory_equal(letter, folder, strlen(folder)); /* it was written when the fate was stored */
    assert_non_null(strstr(letter, ".json"));
    dm__totals_finish(hand);
    assert_str(hand_summary.dead_letters, folder);
}

static struct dm_engine_progress last_progress;

static void keep_progress(void *owner, const struct dm_engine_progress *p)
{
    (void)owner;
    last_progress = *p;
}

static void test_progress(void **unused)
{
    (void)unused;
    hand_events.progress = keep_progress;
    hand->found_all = false;
    hand->found_count = 10;
    settle(DM_DROP);
    dm__totals_progress(hand);
    assert_int_equal(last_progress.found, 10);
    assert_false(last_progress.found_all);
    assert_int_equal(last_progress.dropped, 1);
    hand->counted = 25;
    hand->counting = true; /* the thread pool may write to it */
    dm__totals_progress(hand);
    assert_int_equal(last_progress.found, 10);
    hand->counting = false;
    dm__totals_progress(hand);
    assert_int_equal(last_progress.found, 25);
    assert_true(last_progress.found_all);
    hand->counted = 0;
    hand_options.limit = 5;
    dm__totals_progress(hand);
    assert_int_equal(last_progress.found, 5);
    assert_true(last_progress.found_all);
    dm__totals_finish(hand);
    assert_int_equal(hand_summary.found, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BY_HAND(test_documents),   BY_HAND(test_attempts), BY_HAND(test_rules_and_stages),
        BY_HAND(test_dead_letter), BY_HAND(test_progress),
    };
    return cmocka_run_group_tests_name("totals", tests, NULL, NULL);
}
