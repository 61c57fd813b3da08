/* The writer's half of an output: which call reaches which function, tokens, and failures. */
#include "fixture_chain.h"

static struct script *output;
static struct dm_outcome why;

static struct dm_sink *open_sink(void)
{
    struct dm_sink *const s = dm__sink_open(&script_instances[0], &why);
    assert_non_null(s);
    return s;
}

static int set_up(void **unused)
{
    (void)unused;
    script_reset();
    output = script_add(&script_output, "output-scripted");
    return 0;
}

static dm_status put_token(dm_task *t, struct script *s, const char *call, const dm_record *r)
{
    (void)r;
    if (call[0] == 'c')
        return dm_put(t, dm__str(s->calls));
    return DM_OK;
}

static void test_calls(void **unused)
{
    (void)unused;
    output->write = put_token;
    struct dm_sink *const s = open_sink();
    assert_int_equal(output->opened, 1);
    const dm_resume from = {sizeof from, DM_RESUME_REPLACE, DM_LIT("token")};
    assert_int_equal(dm__sink_resume(s, &from, &why), DM_OK);
    assert_ptr_equal(output->extra, &from);
    const dm_record record = {.size = sizeof record, .bytes = DM_LIT("bytes")};
    dm_str place;
    dm_str token;
    assert_int_equal(dm__sink_write(s, &record, &place, &why), DM_OK);
    assert_int_equal(dm__sink_write(s, &record, &place, &why), DM_OK);
    assert_int_equal(dm__sink_commit(s, &token, &why), DM_OK);
    assert_true(dm__str_eq(token, DM_LIT("rwwc")));
    assert_int_equal(dm__sink_commit(s, &token, &why), DM_OK);
    assert_true(dm__str_eq(token, DM_LIT("rwwcc"))); /* a new token, not added to the last */
    assert_int_equal(dm__sink_finish(s, &why), DM_OK);
    assert_int_equal(why.status, DM_OK);
    assert_string_equal(output->calls, "rwwccf");
    assert_int_equal(output->closed, 0);
    dm__sink_close(s);
    assert_int_equal(output->closed, 1);
    dm__sink_close(NULL);
}

static void test_no_token(void **unused)
{
    (void)unused;
    struct dm_sink *const s = open_sink();
    dm_str token = {NULL, 7};
    assert_int_equal(dm__sink_commit(s, &token, &why), DM_OK);
    assert_non_null(token.ptr);
    assert_int_equal(token.len, 0);
    dm__sink_close(s);
}

static dm_status put_much(dm_task *t, struct script *s, const char *call, const dm_record *r)
{
    (void)r, (void)call;
    static char bytes[4096];
    const dm_status status = dm_put(t, (dm_str){bytes, sizeof bytes});
    return s->sure == 0 ? status : dm_put(t, DM_LIT("!"));
}

static void test_token_size(void **unused)
{
    (void)unused;
    output->write = put_much;
    struct dm_sink *const s = open_sink();
    dm_str token;
    assert_int_equal(dm__sink_commit(s, &token, &why), DM_OK);
    assert_int_equal(token.len, 4096);
    output->sure = 1; /* one byte more */
    assert_int_equal(dm__sink_commit(s, &token, &why), DM_ELIMIT);
    assert_string_equal(why.why, "a token is longer than 4 KiB");
    output->sure = 0;
    assert_int_equal(dm__sink_commit(s, &token, &why), DM_OK);
    assert_int_equal(token.len, 4096);
    /* finish() has none */
    assert_int_equal(dm__sink_finish(s, &why), DM_EBUG);
    dm__sink_close(s);
}

static dm_status put_place(dm_task *t, struct script *s, const char *call, const dm_record *r)
{
    (void)s;
    return call[0] == 'w' && r->part == 0 ? dm_put(t, DM_LIT("here")) : DM_OK;
}

static void test_place(void **unused)
{
    (void)unused;
    output->write = put_place;
    struct dm_sink *const s = open_sink();
    dm_str place;
    const dm_record records[] = {{.size = sizeof records[0]}, {.size = sizeof records[0], .part = 1}};
    assert_int_equal(dm__sink_write(s, &records[0], &place, &why), DM_OK);
    assert_true(dm__str_eq(place, DM_LIT("here")));
    assert_int_equal(dm__sink_write(s, &records[1], &place, &why), DM_OK);
    assert_true(dm__str_eq(place, DM_LIT(""))); /* not the one before */
    output->write = put_much;
    output->sure = 1;
    assert_int_equal(dm__sink_write(s, &records[0], &place, &why), DM_ELIMIT);
    assert_string_equal(why.why, "a record's place is longer than 4 KiB");
    dm__sink_close(s);
}

static void test_no_recall(void **unused)
{
    (void)unused;
    struct dm_sink *const s = open_sink();
    dm_str bytes;
    assert_int_equal(dm__sink_recall(s, DM_LIT("here"), &bytes, &why), DM_DROP);
    dm__sink_close(s);
}

static dm_status fail_call(dm_task *t, struct script *s, const char *call, const dm_record *r)
{
    (void)r;
    return call[0] == *(const char *)s->extra ? dm_fail(t, DM_EDOC, "no to %s", call) : DM_OK;
}

static void test_failures(void **unused)
{
    (void)unused;
    output->write = fail_call;
    static const char letters[] = "wcf";
    struct dm_sink *const s = open_sink();
    const dm_record record = {.size = sizeof record};
    dm_str place;
    for (size_t i = 0; i < 3; i++) {
        dm_str token;
        output->extra = &letters[i];
        const dm_status got[] = {dm__sink_write(s, &record, &place, &why), dm__sink_commit(s, &token, &why),
                                 dm__sink_finish(s, &why)};
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(got[k], i == k ? DM_EDOC : DM_OK);
    }
    assert_int_equal(why.step, -1);
    assert_string_equal(why.why, "no to f");
    dm__sink_close(s);
}

static dm_status refuse(dm_task *t, struct script *s)
{
    (void)s;
    assert_non_null(dm_alloc(t, 100));
    return dm_fail(t, DM_ECONFIG, "not with me");
}

static void test_open_refuses(void **unused)
{
    (void)unused;
    output->open = refuse;
    assert_null(dm__sink_open(&script_instances[0], &why));
    assert_int_equal(why.status, DM_ECONFIG);
    assert_string_equal(why.why, "not with me");
    assert_int_equal(output->closed, 0); /* what was not opened is not closed */
}

static void test_no_finish(void **unused)
{
    (void)unused;
    dm_output_ops ops = script_output_ops;
    ops.finish = NULL;
    dm_stage stage = script_output;
    stage.ops.output = &ops;
    stage.open = NULL;
    stage.close = NULL;
    script_instances[0].stage = &stage;
    struct dm_sink *const s = open_sink();
    why.status = DM_EBUG;
    assert_int_equal(dm__sink_finish(s, &why), DM_OK);
    assert_int_equal(why.status, DM_OK);
    dm__sink_close(s);
    assert_string_equal(output->calls, "");
}

/* What open() allocates lasts; what a call allocates does not pile up. */
static dm_status allocate(dm_task *t, struct script *s)
{
    s->extra = dm_alloc(t, 64);
    return s->extra != NULL ? DM_OK : DM_ELIMIT;
}

static dm_status allocate_in_call(dm_task *t, struct script *s, const char *call, const dm_record *r)
{
    (void)r, (void)s;
    char *const p = dm_alloc(t, 1 << 20);
    if (p == NULL)
        return DM_ELIMIT;
    p[0] = call[0];
    dm_log(t, DM_LOG_INFO, dm__str(call));
    return DM_OK;
}

static void hear(void *owner, int32_t step, int32_t level, dm_str line)
{
    assert_int_equal(step, -1);
    assert_int_equal(level, DM_LOG_INFO);
    assert_int_equal(line.len, 1);
    ++*(unsigned *)owner;
}

static void test_memory(void **unused)
{
    (void)unused;
    output->open = allocate;
    output->write = allocate_in_call;
    struct dm_sink *const s = open_sink();
    char *const kept = (char *)(uintptr_t)output->extra;
    unsigned lines = 0;
    dm__sink_log(s, &lines, hear);
    const dm_record record = {.size = sizeof record};
    dm_str place;
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(dm__sink_write(s, &record, &place, &why), DM_OK);
        kept[i] = 'x'; /* still ours */
    }
    assert_int_equal(lines, 50);
    dm__sink_fail_alloc(s, 1);
    assert_int_equal(dm__sink_write(s, &record, &place, &why), DM_ELIMIT);
    assert_string_equal(why.why, "out of memory (injected)");
    dm__sink_fail_alloc(s, 2);
    assert_int_equal(dm__sink_write(s, &record, &place, &why), DM_OK);
    dm__sink_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_calls, set_up),        cmocka_unit_test_setup(test_no_token, set_up),
        cmocka_unit_test_setup(test_token_size, set_up),   cmocka_unit_test_setup(test_place, set_up),
        cmocka_unit_test_setup(test_no_recall, set_up),    cmocka_unit_test_setup(test_failures, set_up),
        cmocka_unit_test_setup(test_open_refuses, set_up), cmocka_unit_test_setup(test_no_finish, set_up),
        cmocka_unit_test_setup(test_memory, set_up),
    };
    return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
