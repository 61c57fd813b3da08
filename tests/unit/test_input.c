/* Inputs and their results: stored, found, touched, forgotten, walked over and counted. */
#include "fixture_ledger.h"

static void put(struct dm_ledger *l, const struct dm_ledger_input *in, const struct dm_ledger_result *results,
                size_t count, bool known)
{
    ledger_expect(l, dm__ledger_begin(l));
    ledger_expect(l, dm__ledger_put(l, in, results, count, known));
    ledger_expect(l, dm__ledger_commit(l));
}

static struct dm_ledger_input find(struct dm_ledger *l, dm_str source)
{
    struct dm_ledger_input in;
    if (dm__ledger_find(l, source, &in) != 1)
        fail_msg("%.*s is not found: %s", (int)source.len, source.ptr, dm__ledger_why(l));
    return in;
}

static void assert_same(dm_str is, dm_str expected)
{
    assert_int_equal(is.len, expected.len);
    assert_memory_equal(is.ptr, expected.ptr, expected.len);
}

static void assert_row(const struct dm_ledger_input *is, const struct dm_ledger_input *expected)
{
    assert_same(is->source, expected->source);
    assert_same(is->path, expected->path);
    assert_int_equal(is->size, expected->size);
    assert_int_equal(is->modified, expected->modified);
    assert_int_equal(is->hashed, expected->hashed);
    assert_memory_equal(is->hash, expected->hash, sizeof is->hash);
    assert_int_equal(is->generation, expected->generation);
    assert_int_equal(is->state, expected->state);
    assert_int_equal(is->revision, expected->revision);
    assert_int_equal(is->attempts, expected->attempts);
    assert_int_equal(is->stage, expected->stage);
    assert_same(is->reason, expected->reason);
    assert_int_equal(is->seen, expected->seen);
    assert_int_equal(is->settled, expected->settled);
    assert_int_equal(is->bytes, expected->bytes);
    assert_int_equal(is->edits, expected->edits);
    assert_same(is->work, expected->work);
}

static const struct dm_ledger_input full = {.source = {"a\0\xFF\n.txt", 8},
                                            .path = {"in/a\0\xFF\n.txt", 11},
                                            .size = UINT64_C(1) << 40,
                                            .modified = INT64_MAX,
                                            .hashed = true,
                                            .hash = {0, 1, 2, 0xFF, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0},
                                            .generation = INT64_MAX,
                                            .state = DM_LEDGER_FAILED,
                                            .revision = UINT64_MAX,
                                            .attempts = UINT32_MAX,
                                            .stage = 7,
                                            .reason = {"why\0not \xFF", 9},
                                            .seen = 1,
                                            .settled = INT64_MAX,
                                            .bytes = UINT64_MAX,
                                            .edits = UINT64_MAX,
                                            .work = {"\0\1\2", 3}};

static void test_find(void **unused)
{
    (void)unused;
    struct dm_ledger *l = ledger_open();
    struct dm_ledger_input in = ledger_row(DM_LIT("b.txt"));
    in.modified = DM_LEDGER_UNSURE;
    put(l, &full, NULL, 0, false);
    put(l, &in, NULL, 0, false);
    ledger_close(l);
    l = ledger_open();
    struct dm_ledger_input out = find(l, full.source);
    assert_row(&out, &full);
    out = find(l, in.source);
    assert_row(&out, &in);
    assert_int_equal(dm__ledger_find(l, DM_LIT("a"), &out), 0);
    assert_int_equal(dm__ledger_find(l, DM_LIT("B.txt"), &out), 0);
    assert_int_equal(dm__ledger_find(l, DM_LIT(""), &out), 0);
    ledger_close(l);
}

/* Each byte that a name can have, and those that it cannot. */
static void test_any_source(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    char names[256][2];
    ledger_expect(l, dm__ledger_begin(l));
    for (unsigned i = 0; i < 256; i++) {
        names[i][0] = 'a';
        names[i][1] = (char)i;
        struct dm_ledger_input in = ledger_row((dm_str){names[i], 2});
        in.size = i;
        ledger_expect(l, dm__ledger_put(l, &in, NULL, 0, false));
    }
    ledger_expect(l, dm__ledger_commit(l));
    for (unsigned i = 0; i < 256; i++)
        assert_int_equal(find(l, (dm_str){names[i], 2}).size, i);
    ledger_close(l);
}

/* What is put again takes the place of what was known, but for when it was first seen. */
static void test_put_again(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    struct dm_ledger_input in = ledger_row(full.source);
    put(l, &in, NULL, 0, false);
    put(l, &full, NULL, 0, true);
    struct dm_ledger_input expected = full, out = find(l, full.source);
    expected.seen = in.seen;
    assert_row(&out, &expected);
    put(l, &in, NULL, 0, true);
    out = find(l, in.source);
    assert_row(&out, &in);
    ledger_close(l);
}

static void test_touch(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    struct dm_ledger_input in = ledger_row(DM_LIT("a.txt"));
    const struct dm_ledger_input other = ledger_row(DM_LIT("b.txt"));
    put(l, &in, NULL, 0, false);
    put(l, &other, NULL, 0, false);
    ledger_expect(l, dm__ledger_touch(l, in.source, 2000));
    ledger_expect(l, dm__ledger_touch(l, DM_LIT("nobody"), 2000));
    in.modified = 2000;
    struct dm_ledger_input out = find(l, in.source);
    assert_row(&out, &in);
    out = find(l, other.source);
    assert_row(&out, &other);
    ledger_close(l);
}

static const struct dm_ledger_result results[] = {
    {.part = 1, .position = 3, .hash = {3}, .place = {"b\0\xFF", 3}},
    {.part = 0, .position = 3, .refused = true, .hash = {2}, .place = {"", 0}},
    {.part = UINT32_MAX, .position = 2, .hash = {0, 0, 4}, .place = {"c", 1}},
    {.part = 0, .position = 2, .hash = {1, 0xFF}, .place = {"a", 1}},
};

static size_t count_results(struct dm_ledger *l, dm_str source)
{
    struct dm_ledger_result *out;
    size_t count;
    ledger_expect(l, dm__ledger_results(l, &arena, source, &out, &count));
    return count;
}

static void test_results(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const struct dm_ledger_input in = ledger_row(DM_LIT("a.txt"));
    put(l, &in, results, 4, false);
    struct dm_ledger_result *out;
    size_t count;
    ledger_expect(l, dm__ledger_results(l, &arena, in.source, &out, &count));
    assert_int_equal(count, 4);
    static const size_t order[] = {3, 1, 0, 2}; /* by part and output */
    for (size_t i = 0; i < 4; i++) {
        const struct dm_ledger_result *const r = &results[order[i]];
        assert_int_equal(out[i].part, r->part);
        assert_int_equal(out[i].position, r->position);
        assert_int_equal(out[i].refused, r->refused);
        assert_memory_equal(out[i].hash, r->hash, sizeof r->hash);
        assert_same(out[i].place, r->place);
    }
    assert_int_equal(count_results(l, DM_LIT("b.txt")), 0);
    ledger_close(l);
}

/* A later revision may have fewer records. */
static void test_results_are_dropped(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const struct dm_ledger_input in = ledger_row(DM_LIT("a.txt")), other = ledger_row(DM_LIT("b.txt"));
    put(l, &in, results, 4, false);
    put(l, &other, results, 3, false);
    put(l, &in, results, 1, true);
    assert_int_equal(count_results(l, in.source), 1);
    put(l, &in, NULL, 0, true);
    assert_int_equal(count_results(l, in.source), 0);
    assert_int_equal(count_results(l, other.source), 3);
    ledger_close(l);
}

static void test_forget(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const struct dm_ledger_input in = ledger_row(DM_LIT("a.txt")), other = ledger_row(DM_LIT("b.txt"));
    struct dm_ledger_input out;
    bool empty;
    put(l, &in, results, 4, false);
    put(l, &other, results, 4, false);
    ledger_expect(l, dm__ledger_forget(l, in.source));
    ledger_expect(l, dm__ledger_forget(l, in.source)); /* there is no harm in it */
    assert_int_equal(dm__ledger_find(l, in.source, &out), 0);
    assert_int_equal(count_results(l, in.source), 0);
    assert_int_equal(count_results(l, other.source), 4);
    ledger_expect(l, dm__ledger_is_empty(l, &empty));
    assert_false(empty);
    ledger_expect(l, dm__ledger_forget(l, other.source));
    ledger_expect(l, dm__ledger_is_empty(l, &empty));
    assert_true(empty);
    ledger_close(l);
}

/* The sources of a walk, a space behind each. */
static const char *walk(struct dm_ledger *l, enum dm_ledger_which which)
{
    static char text[256];
    size_t at = 0;
    struct dm_ledger_input in;
    int got;
    text[0] = '\0';
    ledger_expect(l, dm__ledger_walk(l, which));
    while ((got = dm__ledger_next(l, &in)) == 1)
        at += (size_t)snprintf(text + at, sizeof text - at, "%.*s ", (int)in.source.len, in.source.ptr);
    ledger_expect(l, got == 0);
    return text;
}

static void test_walk(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    assert_string_equal(walk(l, DM_LEDGER_ALL), "");
    assert_string_equal(walk(l, DM_LEDGER_FAILURES), "");
    static const struct {
        const char *source;
        enum dm_ledger_state state;
    } cases[] = {{"b", DM_LEDGER_FAILED},   {"\xC3\xA9", DM_LEDGER_DONE}, {"a/b", DM_LEDGER_DROPPED},
                 {"a", DM_LEDGER_DONE},     {"a.b", DM_LEDGER_FAILED},    {"B", DM_LEDGER_DONE},
                 {"\xFF", DM_LEDGER_FAILED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dm_ledger_input in = ledger_row(dm__str(cases[i].source));
        in.state = cases[i].state;
        put(l, &in, NULL, 0, false);
    }
    assert_string_equal(walk(l, DM_LEDGER_ALL), "B a a.b a/b b \xC3\xA9 \xFF "); /* bytewise */
    assert_string_equal(walk(l, DM_LEDGER_FAILURES), "a.b b \xFF ");
    struct dm_ledger_input in = ledger_row(DM_LIT("b")); /* it is mended */
    put(l, &in, NULL, 0, true);
    assert_string_equal(walk(l, DM_LEDGER_FAILURES), "a.b \xFF ");
    ledger_expect(l, dm__ledger_walk(l, DM_LEDGER_ALL)); /* one that is left, and begun again */
    assert_int_equal(dm__ledger_next(l, &in), 1);
    assert_string_equal(walk(l, DM_LEDGER_ALL), "B a a.b a/b b \xC3\xA9 \xFF ");
    ledger_close(l);
}

static void test_totals(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    struct dm_ledger_totals t;
    ledger_expect(l, dm__ledger_totals(l, &t));
    static const struct dm_ledger_totals nothing;
    assert_memory_equal(&t, &nothing, sizeof t);
    const int64_t old = ledger_generation(l, "0123456789abcdef0123456789abcdef", "out.jsonl");
    struct dm_ledger_input in = ledger_row(DM_LIT("old"));
    in.generation = old;
    in.seen = 7;
    put(l, &in, NULL, 0, false);
    const int64_t newest = ledger_generation(l, "f0123456789abcdef0123456789abcde", "out.jsonl");
    static const enum dm_ledger_state states[] = {DM_LEDGER_DONE,    DM_LEDGER_FAILED, DM_LEDGER_DONE,
                                                  DM_LEDGER_DROPPED, DM_LEDGER_DONE,   DM_LEDGER_FAILED};
    for (size_t i = 0; i < 6; i++) {
        const char name[] = {(char)('a' + i)};
        in = ledger_row((dm_str){name, 1});
        in.generation = newest;
        in.state = states[i];
        in.edits = i;
        in.settled = 100 + (int64_t)i;
        put(l, &in, NULL, 0, false);
    }
    ledger_expect(l, dm__ledger_totals(l, &t));
    assert_int_equal(t.done, 3);
    assert_int_equal(t.failed, 2);
    assert_int_equal(t.dropped, 1);
    assert_int_equal(t.older, 1);
    assert_int_equal(t.bytes, 60);
    assert_int_equal(t.edits, 15);
    assert_int_equal(t.first, 7);
    assert_int_equal(t.last, 105);
    ledger_close(l);
}

static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    const struct dm_ledger_input in = ledger_row(DM_LIT("a.txt"));
    put(l, &in, results, 4, false);
    bool ok = false;
    for (size_t n = 1; !ok; n++) {
        assert_in_range(n, 1, 20);
        struct dm_arena small;
        struct dm_ledger_result *out;
        size_t count;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        ok = dm__ledger_results(l, &small, in.source, &out, &count);
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
        IN_FOLDER(test_find),      IN_FOLDER(test_any_source),
        IN_FOLDER(test_put_again), IN_FOLDER(test_touch),
        IN_FOLDER(test_results),   IN_FOLDER(test_results_are_dropped),
        IN_FOLDER(test_forget),    IN_FOLDER(test_walk),
        IN_FOLDER(test_totals),    IN_FOLDER(test_every_allocation_fails),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
