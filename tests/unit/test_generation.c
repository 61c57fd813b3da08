/* Generations: started, finished, looked up and dropped, with their stages and tokens. */
#include "fixture_ledger.h"

static const char first[] = "0123456789abcdef0123456789abcdef", second[] = "f0123456789abcdef0123456789abcde";

static struct dm_ledger_generation newest(struct dm_ledger *l)
{
    struct dm_ledger_generation g;
    ledger_expect(l, dm__ledger_newest(l, &arena, &g));
    return g;
}

static bool is_on_record(struct dm_ledger *l, int64_t id)
{
    struct dm_ledger_generation g;
    ledger_expect(l, dm__ledger_generation(l, &arena, id, &g));
    assert_true(g.id == 0 || g.id == id);
    return g.id != 0;
}

static size_t count_stages(struct dm_ledger *l, int64_t id)
{
    struct dm_ledger_stage *stages;
    size_t count;
    ledger_expect(l, dm__ledger_stages(l, &arena, id, &stages, &count));
    return count;
}

static bool has_written(struct dm_ledger *l, dm_str target)
{
    bool has = false;
    ledger_expect(l, dm__ledger_has_written(l, target, &has));
    return has;
}

/* An input that a generation processed last. */
static void process(struct dm_ledger *l, const char *source, int64_t generation)
{
    struct dm_ledger_input in = ledger_row(dm__str(source));
    in.generation = generation;
    ledger_put(l, &in, 1);
}

static void test_none(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    assert_int_equal(newest(l).id, 0);
    assert_false(is_on_record(l, 1));
    assert_int_equal(count_stages(l, 1), 0);
    assert_false(has_written(l, DM_LIT("out.jsonl")));
    ledger_close(l);
}

static void test_add(void **unused)
{
    (void)unused;
    struct dm_ledger *l = ledger_open();
    const int64_t id = ledger_generation(l, first, "out.jsonl");
    assert_true(id > 0);
    ledger_close(l);
    l = ledger_open();
    struct dm_ledger_generation g = newest(l);
    assert_int_equal(g.id, id);
    assert_str(g.fingerprint, first);
    assert_str(g.pipeline, "caf\xE9.yaml");
    assert_int_equal(g.began, 40);
    assert_int_equal(g.finished, 0);
    ledger_expect(l, dm__ledger_begin(l));
    ledger_expect(l, dm__ledger_finish_generation(l, id, 70));
    ledger_expect(l, dm__ledger_commit(l));
    assert_int_equal(newest(l).finished, 70);
    ledger_close(l);
}

static void test_newest(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const int64_t a = ledger_generation(l, first, "out.jsonl");
    process(l, "a.txt", a);
    const int64_t b = ledger_generation(l, second, "out.jsonl");
    assert_true(b > a);
    assert_int_equal(newest(l).id, b);
    assert_str(newest(l).fingerprint, second);
    struct dm_ledger_generation g;
    ledger_expect(l, dm__ledger_generation(l, &arena, a, &g));
    assert_str(g.fingerprint, first);
    ledger_close(l);
}

static void test_stages(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const int64_t id = ledger_generation(l, first, "caf\xE9/out.jsonl");
    struct dm_ledger_stage *stages;
    size_t count;
    ledger_expect(l, dm__ledger_stages(l, &arena, id, &stages, &count));
    assert_int_equal(count, 3);
    static const char *const kinds[] = {"extract", "clean", "output"},
                             *const names[] = {"extract-text", "clean-quotes", "output-jsonl"},
                             *const targets[] = {"", "words.txt", "caf\xE9/out.jsonl"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(stages[i].position, i);
        assert_str(stages[i].kind, kinds[i]);
        assert_str(stages[i].name, names[i]);
        assert_str(stages[i].target, targets[i]);
        assert_int_equal(stages[i].replaces, i == 2);
        assert_int_equal(stages[i].rule_count, i == 1 ? 2 : 0);
    }
    assert_str(stages[1].rules[0], "wrong-side");
    assert_str(stages[1].rules[1], "straight-quote");
    ledger_close(l);
}

static void test_tokens(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    ledger_generation(l, first, "out.jsonl");
    dm_str token = DM_LIT("x");
    ledger_expect(l, dm__ledger_token(l, &arena, 2, &token));
    assert_null(token.ptr); /* nothing yet */
    ledger_expect(l, dm__ledger_begin(l));
    ledger_expect(l, dm__ledger_put_token(l, 2, DM_LIT("old")));
    ledger_expect(l, dm__ledger_put_token(l, 2, DM_LIT("\0new\xFF")));
    ledger_expect(l, dm__ledger_put_token(l, 3, DM_LIT("")));
    ledger_expect(l, dm__ledger_commit(l));
    ledger_expect(l, dm__ledger_token(l, &arena, 2, &token));
    assert_int_equal(token.len, 5);
    assert_memory_equal(token.ptr, "\0new\xFF", 5);
    ledger_expect(l, dm__ledger_token(l, &arena, 3, &token));
    assert_non_null(token.ptr); /* an empty one is one */
    assert_int_equal(token.len, 0);
    ledger_generation(l, second, "out.jsonl");
    ledger_expect(l, dm__ledger_token(l, &arena, 2, &token));
    assert_null(token.ptr); /* they were the old one's */
    ledger_close(l);
}

static void test_has_written(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const int64_t a = ledger_generation(l, first, "caf\xE9.jsonl");
    process(l, "a.txt", a);
    ledger_generation(l, second, "other.jsonl");
    assert_true(has_written(l, DM_LIT("caf\xE9.jsonl")));
    assert_true(has_written(l, DM_LIT("other.jsonl")));
    assert_false(has_written(l, DM_LIT("caf\xE9.json")));
    assert_false(has_written(l, DM_LIT("OTHER.jsonl")));
    assert_false(has_written(l, DM_LIT("words.txt"))); /* that is no output's */
    ledger_close(l);
}

/* A generation stays as long as an input speaks of it, and the newest one stays anyway. */
static void test_dropped(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const int64_t a = ledger_generation(l, first, "a.jsonl");
    process(l, "a.txt", a);
    process(l, "b.txt", a);
    const int64_t b = ledger_generation(l, second, "b.jsonl"); /* it processes nothing */
    const int64_t c = ledger_generation(l, first, "c.jsonl");
    assert_true(is_on_record(l, a));
    assert_int_equal(count_stages(l, a), 3);
    assert_false(is_on_record(l, b));
    assert_int_equal(count_stages(l, b), 0);
    assert_false(has_written(l, DM_LIT("b.jsonl")));
    process(l, "a.txt", c);
    ledger_expect(l, dm__ledger_shrink(l));
    assert_true(is_on_record(l, a));
    process(l, "b.txt", c);
    ledger_expect(l, dm__ledger_shrink(l));
    assert_false(is_on_record(l, a));
    assert_int_equal(count_stages(l, a), 0);
    assert_true(is_on_record(l, c));
    ledger_close(l);
}

/* Nothing of a generation that was not committed is left, and its predecessor's tokens are. */
static void test_rolled_back(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const int64_t a = ledger_generation(l, first, "out.jsonl");
    struct dm_ledger_generation g = {.fingerprint = dm__str(second), .pipeline = DM_LIT("a.yaml")};
    dm_str token;
    ledger_expect(l, dm__ledger_begin(l));
    ledger_expect(l, dm__ledger_put_token(l, 2, DM_LIT("token")));
    ledger_expect(l, dm__ledger_commit(l));
    ledger_expect(l, dm__ledger_begin(l));
    ledger_expect(l, dm__ledger_add_generation(l, &g, NULL, 0));
    dm__ledger_roll_back(l);
    assert_int_equal(newest(l).id, a);
    ledger_expect(l, dm__ledger_token(l, &arena, 2, &token));
    assert_str(token, "token");
    ledger_close(l);
}

/* A missing token, fingerprint or stage means something else than no memory: no output may be begun anew for
 * want of it. */
static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const int64_t id = ledger_generation(l, first, "out.jsonl");
    ledger_expect(l, dm__ledger_begin(l));
    ledger_expect(l, dm__ledger_put_token(l, 2, DM_LIT("token")));
    ledger_expect(l, dm__ledger_commit(l));
    bool ok = false;
    for (size_t n = 1; !ok; n++) {
        assert_in_range(n, 1, 100);
        struct dm_arena small;
        struct dm_ledger_generation g;
        struct dm_ledger_stage *stages;
        size_t count;
        dm_str token;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        ok = dm__ledger_newest(l, &small, &g) && dm__ledger_generation(l, &small, id, &g) &&
             dm__ledger_token(l, &small, 2, &token) && dm__ledger_stages(l, &small, id, &stages, &count);
        assert_int_equal(ok, small.fail_after != 0);
        if (!ok)
            assert_string_equal(dm__ledger_why(l), "out of memory");
        dm__arena_fini(&small);
    }
    ledger_close(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_none),    IN_FOLDER(test_add),         IN_FOLDER(test_newest),
        IN_FOLDER(test_stages),  IN_FOLDER(test_tokens),      IN_FOLDER(test_has_written),
        IN_FOLDER(test_dropped), IN_FOLDER(test_rolled_back), IN_FOLDER(test_every_allocation_fails),
    };
    return cmocka_run_group_tests_name("generation", tests, NULL, NULL);
}
