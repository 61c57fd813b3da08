/* The chain: stages in order, what is told of them, parts, failures that leave no trace, and budgets. */
#include "fixture_told.h"

/* ---- the way through -------------------------------------------------------------------------- */

static void test_in_order(void **unused)
{
    (void)unused;
    add_cleaner("one ");
    add_output();
    add_cleaner("two ");
    add_output();
    struct dm_chain *const c = open_chain(0);
    for (int again = 0; again < 3; again++) {
        run(c, "text");
        assert_int_equal(out.status, DM_OK);
        assert_string_equal(out.why, "");
        assert_string_equal(told.steps, "0 1 2 3 4 -1 ");
        assert_string_equal(told.rendered, "2/0:one text 4/0:two one text ");
        assert_string_equal(told.parts, "0:0 ");
        assert_string_equal(told.logs, "1:1:cleaned 3:1:cleaned ");
        assert_string_equal(told.text, "two one text");
        assert_int_equal(told.edits, 4);
    }
    dm__chain_close(c);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(scripts[i].opened, 1);
        assert_int_equal(scripts[i].closed, 1);
    }
}

static void test_figures(void **unused)
{
    (void)unused;
    add_cleaner("one ");
    struct dm_chain *const c = open_chain(0);
    run(c, "text");
    run(c, "text");
    const struct dm_step_stats *const s = dm__chain_stats(c);
    assert_int_equal(s[0].calls, 2);
    assert_int_equal(s[0].metrics[0], 6);
    assert_int_equal(s[1].calls, 2);
    assert_int_equal(s[1].rules[0], 2);
    assert_int_equal(s[1].flagged[0], 0);
    assert_int_equal(s[1].rules[1], 0);
    assert_int_equal(s[1].flagged[1], 2);
    assert_int_equal(s[1].metrics[0], 2);
    dm__chain_stats_reset(c);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(s[i].calls + s[i].nanoseconds + s[i].rules[0] + s[i].flagged[1] + s[i].metrics[0],
                         0);
    dm__chain_close(c);
}

static void test_conditions(void **unused)
{
    (void)unused;
    add_cleaner("english ");
    add_cleaner("french ");
    dm_str en[] = {DM_LIT("en")}, fr[] = {DM_LIT("fr")};
    struct dm_condition english = {.key = "language", .values = en, .count = 1, .present = -1},
                        french = {.key = "language", .values = fr, .count = 1, .present = -1};
    script_steps[1].when = &english;
    script_steps[2].when = &french;
    script_steps[1].when_count = script_steps[2].when_count = 1;
    struct dm_chain *const c = open_chain(0);
    run(c, "text");
    assert_string_equal(told.text, "english text");
    assert_string_equal(told.steps, "0 1 -1 ");
    assert_int_equal(dm__chain_stats(c)[2].calls, 0);
    dm__chain_close(c);
}

static bool stop_after_first(void *owner, int32_t step, const dm_doc *d)
{
    (void)owner, (void)d;
    return step < 1;
}

static void test_stop_after_a_step(void **unused)
{
    (void)unused;
    add_cleaner("one ");
    add_cleaner("two ");
    struct dm_chain_events stopping = events;
    stopping.after_step = stop_after_first;
    struct dm_chain *const c = dm__chain_open(&script_pipeline, 0, &stopping, &out);
    assert_non_null(c);
    run(c, "text");
    assert_int_equal(out.status, DM_OK);
    assert_string_equal(told.text, "one text");
    assert_string_equal(told.parts, "0:0 ");
    dm__chain_close(c);
}

static uint64_t seen_in_first;

static bool look_at_time(void *owner, int32_t step, const dm_doc *d)
{
    struct dm_chain *const *const c = owner;
    (void)d;
    if (step == 0)
        seen_in_first = dm__chain_stats(*c)[0].nanoseconds;
    return true;
}

/* The time that a step took can be read as soon as it has ended, and is told once. */
static void test_time_within_a_document(void **unused)
{
    (void)unused;
    add_cleaner("one ");
    struct dm_chain *c = NULL;
    const struct dm_chain_events looking = {.owner = &c, .after_step = look_at_time};
    c = dm__chain_open(&script_pipeline, 0, &looking, &out);
    assert_non_null(c);
    run(c, "text");
    assert_int_not_equal(seen_in_first, 0);
    assert_int_equal(dm__chain_stats(c)[0].nanoseconds, seen_in_first);
    assert_int_not_equal(dm__chain_stats(c)[1].nanoseconds, 0);
    dm__chain_close(c);
}

/* Nobody needs to listen. */
static void test_no_events(void **unused)
{
    (void)unused;
    add_cleaner("one ");
    add_output();
    const struct dm_chain_events none = {0};
    struct dm_chain *const c = dm__chain_open(&script_pipeline, 0, &none, &out);
    assert_non_null(c);
    run(c, "text");
    assert_int_equal(out.status, DM_OK);
    assert_string_equal(told.rendered, "");
    assert_int_equal(dm__chain_stats(c)[2].calls, 1);
    dm__chain_close(c);
    dm__chain_close(NULL);
}

/* ---- opening ---------------------------------------------------------------------------------- */

static dm_status refuse(dm_task *t, struct script *s)
{
    (void)s;
    return dm_alloc(t, 10) != NULL ? dm_fail(t, DM_ECONFIG, "not like this") : DM_ELIMIT;
}

static void test_open_refuses(void **unused)
{
    (void)unused;
    add_cleaner("one ");
    add_cleaner("two ")->open = refuse;
    add_cleaner("three ");
    assert_null(dm__chain_open(&script_pipeline, 0, &events, &out));
    assert_int_equal(out.status, DM_ECONFIG);
    assert_int_equal(out.step, 2);
    assert_string_equal(out.why, "not like this");
    static const int opened[] = {1, 1, 0, 0};
    for (size_t i = 0; i < 4; i++) { /* exactly what was opened is closed */
        assert_int_equal(scripts[i].opened, opened[i]);
        assert_int_equal(scripts[i].closed, opened[i]);
    }
}

/* ---- failures --------------------------------------------------------------------------------- */

static void test_failing_stage(void **unused)
{
    (void)unused;
    add_cleaner("one ");
    add_output();
    struct script *const bad = add_cleaner("the moon");
    add_output();
    static const dm_status statuses[] = {DM_EDOC, DM_ERETRY, DM_ECONFIG, DM_ELIMIT, DM_EBUG};
    struct dm_chain *const c = open_chain(0);
    for (size_t i = 0; i < 5; i++) {
        bad->work = fail_after_edit;
        bad->sure = statuses[i];
        run(c, "text");
        assert_int_equal(out.status, statuses[i]);
        assert_int_equal(out.step, 3);
        assert_string_equal(out.why, "because of the moon");
        assert_string_equal(told.steps, "0 1 2 3 -1 ");
        assert_string_equal(told.rendered, "2/0:one text ");
        char parts[32];
        snprintf(parts, sizeof parts, "0:%d ", statuses[i]);
        assert_string_equal(told.parts, parts);
        assert_string_equal(told.text, "one text"); /* no trace */
        assert_int_equal(told.edits, 2);
        assert_int_equal(dm__chain_stats(c)[3].rules[0], i);
        bad->work = clean_front;
        run(c, "text");
        assert_int_equal(out.status, DM_OK);
        assert_string_equal(told.text, "the moonone text");
    }
    dm__chain_close(c);
}

static void test_failing_extractor(void **unused)
{
    (void)unused;
    scripts[0].work = drop;
    add_output();
    struct dm_chain *const c = open_chain(0);
    run(c, "text");
    assert_int_equal(out.status, DM_EBUG); /* extractors append, they do not edit */
    assert_int_equal(out.step, 0);
    assert_string_equal(told.rendered, "");
    dm__chain_close(c);
}

static void test_dropped(void **unused)
{
    (void)unused;
    struct script *const dropper = add_cleaner("");
    dropper->work = drop;
    add_output();
    struct dm_chain *const c = open_chain(0);
    run(c, "text");
    assert_int_equal(out.status, DM_DROP);
    assert_int_equal(out.step, 1);
    assert_string_equal(told.parts, "0:1 ");
    assert_string_equal(told.rendered, "");
    assert_string_equal(told.text, "text");
    dm__chain_close(c);
}

static dm_status overlap(dm_task *t, dm_doc *d, const struct script *s)
{
    (void)s;
    dm_edit(t, d, (dm_span){0, 2}, DM_LIT("a"), 0);
    dm_edit(t, d, (dm_span){1, 3}, DM_LIT("b"), 0);
    return DM_OK;
}

static void test_overlap(void **unused)
{
    (void)unused;
    add_cleaner("")->work = overlap;
    struct dm_chain *const c = open_chain(0);
    run(c, "text");
    assert_int_equal(out.status, DM_EBUG);
    assert_string_equal(out.why, "two changes of one call overlap");
    assert_string_equal(told.text, "text");
    assert_int_equal(dm__chain_stats(c)[1].rules[0], 0);
    dm__chain_close(c);
}

static dm_status refuse_rendered(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    (void)owner, (void)step, (void)d, (void)bytes;
    return DM_ELIMIT;
}

static void test_rendered_is_refused(void **unused)
{
    (void)unused;
    add_output();
    struct dm_chain_events refusing = events;
    refusing.rendered = refuse_rendered;
    struct dm_chain *const c = dm__chain_open(&script_pipeline, 0, &refusing, &out);
    assert_non_null(c);
    run(c, "text");
    assert_int_equal(out.status, DM_ELIMIT);
    assert_int_equal(out.step, 1);
    dm__chain_close(c);
}

/* ---- parts ------------------------------------------------------------------------------------ */

/* A part for each line; the cursor says where the next begins.  A line "!" fails. */
static dm_status extract_lines(dm_task *t, dm_doc *d, const struct script *s)
{
    (void)s;
    const dm_str bytes = dm_bytes(t, d);
    const dm_identity *const who = dm_identify(t, d);
    size_t begin = 0;
    for (size_t i = 0; i < who->cursor.len; i++)
        begin = begin * 10 + (size_t)(who->cursor.ptr[i] - '0');
    size_t end = begin;
    while (end < bytes.len && bytes.ptr[end] != '\n')
        end++;
    char text[64];
    const int n = snprintf(text, sizeof text, "%.*s[%u %.*s]", (int)(end - begin), bytes.ptr + begin,
                           who->part, (int)who->part_name.len, who->part_name.ptr);
    dm_append(t, d, (dm_str){text, (size_t)n}, (dm_span){begin, end});
    if (end < bytes.len) {
        char cursor[32], name[32];
        snprintf(cursor, sizeof cursor, "%zu", end + 1);
        snprintf(name, sizeof name, "at-%zu", end + 1);
        dm_next(t, d, dm__str(name), dm__str(cursor));
    }
    if (end == begin + 1 && bytes.ptr[begin] == '!')
        return dm_fail(t, DM_EDOC, "a bad part");
    return end == begin + 1 && bytes.ptr[begin] == '-' ? DM_DROP : DM_OK;
}

static void test_parts(void **unused)
{
    (void)unused;
    scripts[0].work = extract_lines;
    add_output();
    static const struct {
        const char *bytes, *rendered, *parts;
        dm_status status;
    } cases[] = {
        {"a", "1/0:a[0 ] ", "0:0 ", DM_OK},
        {"a\nb\nc", "1/0:a[0 ] 1/1:b[1 at-2] 1/2:c[2 at-4] ", "0:0 1:0 2:0 ", DM_OK},
        {"a\n-\nc", "1/0:a[0 ] 1/2:c[2 at-4] ", "0:0 1:1 2:0 ", DM_OK},
        {"-\nb", "1/1:b[1 at-2] ", "0:1 1:0 ", DM_OK},
        {"a\n-", "1/0:a[0 ] ", "0:0 1:1 ", DM_OK}, /* one part was kept */
        {"-\n-", "", "0:1 1:1 ", DM_DROP},
        {"a\n!\nc", "1/0:a[0 ] ", "0:0 1:-1 ", DM_EDOC}, /* a part that fails ends the input */
        {"", "1/0:[0 ] ", "0:0 ", DM_OK},
    };
    struct dm_chain *const c = open_chain(0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run(c, cases[i].bytes);
        assert_int_equal(out.status, cases[i].status);
        assert_string_equal(told.rendered, cases[i].rendered);
        assert_string_equal(told.parts, cases[i].parts);
    }
    dm__chain_close(c);
}

/* ---- choosing an extractor -------------------------------------------------------------------- */

static dm_status extract_extra(dm_task *t, dm_doc *d, const struct script *s)
{
    char text[16];
    snprintf(text, sizeof text, "%d", s->sure);
    return dm_append(t, d, dm__str(text), (dm_span){0, 0});
}

static void test_auto(void **unused)
{
    (void)unused;
    struct script choices[3] = {0};
    struct dm_instance instances[3];
    for (size_t i = 0; i < 3; i++) {
        choices[i].work = extract_extra;
        choices[i].extra = "a.txt";
        instances[i] = (struct dm_instance){.stage = &script_extractor, .state = &choices[i]};
    }
    script_steps[0] = (struct dm_step){
        .kind = DM_EXTRACTOR, .name = DM_LIT("extract-auto"), .instances = instances, .instance_count = 3};
    struct dm_chain *const c = open_chain(0);
    static const struct {
        int32_t sure[3];
        const char *text;
    } cases[] = {{{10, 90, 50}, "90"}, {{90, 10, 5}, "90"}, {{0, 0, 1}, "1"}, {{-5, 100, 0}, "100"}};
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 3; k++)
            choices[k].sure = cases[i].sure[k];
        run(c, "some bytes");
        assert_string_equal(told.text, cases[i].text);
    }
    char many[10000];
    memset(many, 'x', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    run(c, many); /* probe() sees 4 KiB of it at most */
    assert_int_equal(out.status, DM_OK);
    choices[1].sure = choices[0].sure = choices[2].sure = 0;
    run(c, "some bytes");
    assert_int_equal(out.status, DM_EDOC);
    assert_string_equal(out.why, "no extractor takes this input");
    run(c, "");
    assert_string_equal(out.why, "empty file");
    dm__chain_close(c);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(choices[i].opened + choices[i].closed, 2);
}

/* The first of equals, in the order of the search path. */
static void test_auto_equals(void **unused)
{
    (void)unused;
    struct script choices[2] = {{.work = extract_all, .sure = 50}, {.work = extract_extra, .sure = 50}};
    struct dm_instance instances[2];
    for (size_t i = 0; i < 2; i++)
        instances[i] = (struct dm_instance){.stage = &script_extractor, .state = &choices[i]};
    script_steps[0] = (struct dm_step){
        .kind = DM_EXTRACTOR, .name = DM_LIT("extract-auto"), .instances = instances, .instance_count = 2};
    struct dm_chain *const c = open_chain(0);
    run(c, "some bytes");
    assert_string_equal(told.text, "some bytes");
    dm__chain_close(c);
}

/* ---- memory ----------------------------------------------------------------------------------- */

static dm_status allocate(dm_task *t, dm_doc *d, const struct script *s)
{
    (void)d;
    for (int32_t i = 0; i < s->sure; i++)
        if (dm_alloc(t, 1024) == NULL)
            return DM_OK; /* the failure sticks, whatever is returned */
    return DM_OK;
}

static dm_status render_much(dm_task *t, dm_doc *d, const struct script *s)
{
    (void)d;
    static char bytes[1024];
    for (int32_t i = 0; i < s->sure; i++)
        dm_put(t, (dm_str){bytes, sizeof bytes});
    return DM_OK;
}

static void test_budget(void **unused)
{
    (void)unused;
    struct script *const greedy = add_cleaner("");
    greedy->work = allocate;
    struct script *const chatty = script_add(&script_output, "output-scripted");
    chatty->work = render_much;
    struct dm_chain *const c = open_chain(64 * 1024);
    for (int again = 0; again < 3; again++) {
        greedy->sure = 60;
        chatty->sure = 60;
        run(c, "text");
        assert_int_equal(out.status, DM_OK);
        greedy->sure = 65;
        run(c, "text");
        assert_int_equal(out.status, DM_ELIMIT);
        assert_int_equal(out.step, 1);
        assert_string_equal(out.why, "asked for 1024 bytes beyond the memory that the document may take");
        greedy->sure = 0;
        chatty->sure = 65;
        run(c, "text");
        assert_int_equal(out.status, DM_ELIMIT);
        assert_int_equal(out.step, 2);
    }
    dm__chain_close(c);
}

/* Any one allocation may fail; the next document is as if nothing had happened. */
static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    scripts[0].work = extract_lines;
    add_cleaner("one ");
    add_output();
    struct dm_chain *const c = open_chain(0);
    run(c, "a\nb");
    const struct told expected = told;
    assert_int_equal(out.status, DM_OK);
    size_t nth = 1;
    for (bool failed = true; failed; nth++) {
        assert_in_range(nth, 1, 100);
        dm__chain_fail_alloc(c, nth);
        run(c, "a\nb");
        failed = out.status != DM_OK;
        if (failed) {
            assert_int_equal(out.status, DM_ELIMIT);
            assert_string_equal(out.why, "out of memory (injected)");
        } else {
            assert_memory_equal(&told, &expected, sizeof told);
        }
        dm__chain_fail_alloc(c, 0);
        run(c, "a\nb");
        assert_int_equal(out.status, DM_OK);
        assert_memory_equal(&told, &expected, sizeof told);
    }
    assert_in_range(nth, 3, 100);
    dm__chain_close(c);
}

/* A limit at every size: the document fails or comes out right. */
static void test_every_limit(void **unused)
{
    (void)unused;
    add_cleaner("one ");
    add_output();
    bool fitted = false;
    for (uint64_t memory = 1; memory < 20000; memory += 61) {
        struct dm_chain *const c = open_chain(memory);
        run(c, "text");
        if (out.status == DM_OK) {
            assert_string_equal(told.rendered, "2/0:one text ");
            fitted = true;
        } else {
            assert_int_equal(out.status, DM_ELIMIT);
            assert_false(fitted); /* what fits into less fits into more */
        }
        dm__chain_close(c);
    }
    assert_true(fitted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_in_order, set_up),
        cmocka_unit_test_setup(test_figures, set_up),
        cmocka_unit_test_setup(test_conditions, set_up),
        cmocka_unit_test_setup(test_stop_after_a_step, set_up),
        cmocka_unit_test_setup(test_no_events, set_up),
        cmocka_unit_test_setup(test_time_within_a_document, set_up),
        cmocka_unit_test_setup(test_open_refuses, set_up),
        cmocka_unit_test_setup(test_failing_stage, set_up),
        cmocka_unit_test_setup(test_failing_extractor, set_up),
        cmocka_unit_test_setup(test_dropped, set_up),
        cmocka_unit_test_setup(test_overlap, set_up),
        cmocka_unit_test_setup(test_rendered_is_refused, set_up),
        cmocka_unit_test_setup(test_parts, set_up),
        cmocka_unit_test_setup(test_auto, set_up),
        cmocka_unit_test_setup(test_auto_equals, set_up),
        cmocka_unit_test_setup(test_budget, set_up),
        cmocka_unit_test_setup(test_every_allocation_fails, set_up),
        cmocka_unit_test_setup(test_every_limit, set_up),
    };
    return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
