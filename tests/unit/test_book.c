/* The book: what an input's past is, which failures are asked for again, and where the outputs start from. */
#include "fixture_book.h"

#include <sys/wait.h>

#include "core/ledger/lock.h"

static const char *const past_names[DM_PAST_COUNT] = {"new",     "changed",   "outdated", "forced",
                                                      "retried", "unchanged", "failed"};

static struct dm_book book;

static struct dm_history judge(const char *name)
{
    struct dm_history history;
    const dm_str path = dm__arena_printf(&arena, "in/%s", name);
    if (!dm__book_judge(&book, path, dm__str(name), &history, why))
        fail_msg("%s", why);
    return history;
}

static void assert_past(const char *name, enum dm_past expected)
{
    const struct dm_history h = judge(name);
    if (h.past != expected)
        fail_msg("%s: %s is not %s", name, past_names[h.past], past_names[expected]);
    assert_int_equal(h.known, expected != DM_PAST_NEW);
    assert_int_equal(h.revision, expected == DM_PAST_NEW || expected == DM_PAST_OUTDATED ? 1 : 5);
}

/* A run that has these stages and leaves these rows, which `make` fills in. */
static void leave(const char *stages, size_t (*make)(struct dm_ledger_input *rows))
{
    const struct dm_engine_options options = {.pipeline = book_read("state", stages)};
    struct dm_ledger_input rows[16];
    book_open(&book, &options);
    ledger_put(book.ledger, rows, make(rows));
    book_close(&book);
}

static size_t one_row(struct dm_ledger_input *rows)
{
    rows[0] = book_row(&book, "a.txt", "first", old_time, true);
    return 1;
}

static void test_without_ledger(void **unused)
{
    (void)unused;
    const struct dm_engine_options options = {.pipeline = book_read("none", STAGES)};
    book_open(&book, &options);
    book_write("in/a.txt", "first", old_time);
    assert_null(book.ledger);
    assert_true(book.is_empty);
    assert_true(dm__book_begin_judging(&book, why));
    assert_past("a.txt", DM_PAST_NEW);
    dm__book_end_judging(&book);
    book_close(&book);
    book_close(&book); /* there is no harm in it */
    assert_int_not_equal(access("state", F_OK), 0);
}

static void test_new(void **unused)
{
    (void)unused;
    const struct dm_engine_options options = {.pipeline = book_read("a/b/state", STAGES)};
    book_write("in/a.txt", "first", old_time);
    book_open(&book, &options);
    assert_int_equal(access("a/b/state/ledger.db", F_OK), 0);
    assert_true(book.is_empty);
    assert_false(book.rebuilds);
    assert_past("a.txt", DM_PAST_NEW);
    book_close(&book);
    assert_int_not_equal(access("a/b/state/ledger.db-wal", F_OK), 0);
}

static size_t versions(struct dm_ledger_input *rows)
{
    size_t n = 0;
    rows[n++] = book_row(&book, "same.txt", "first", old_time, false);
    rows[n++] = book_row(&book, "larger.txt", "first", old_time, true);
    rows[n++] = book_row(&book, "later.txt", "first", old_time, false);
    rows[n++] = book_row(&book, "touched.txt", "first", old_time, true);
    rows[n++] = book_row(&book, "other.txt", "first", old_time, true);
    rows[n++] = book_row(&book, "unsure.txt", "first", DM_LEDGER_UNSURE, true);
    rows[n++] = book_row(&book, "unsure-other.txt", "first", DM_LEDGER_UNSURE, true);
    rows[n++] = book_row(&book, "unsure-unread.txt", "first", DM_LEDGER_UNSURE, false);
    rows[n++] = book_row(&book, "just-now.txt", "first", DM_LEDGER_UNSURE, true);
    rows[n++] = book_row(&book, "gone.txt", "first", old_time, true);
    return n;
}

static void test_versions(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *text;
        int64_t modified; /* 0: now */
        enum dm_past past;
        int64_t touched;
    } cases[] = {
        {"same.txt", "frist", 1000000007, DM_PAST_UNCHANGED, 0}, /* size and time tell; it is not read */
        {"larger.txt", "first.", 1000000007, DM_PAST_CHANGED, 0},
        {"later.txt", "first", 1000000008, DM_PAST_CHANGED, 0},
        {"touched.txt", "first", 1000000008, DM_PAST_UNCHANGED, 1000000008},
        {"other.txt", "frist", 1000000008, DM_PAST_CHANGED, 0},
        {"unsure.txt", "first", 1000000008, DM_PAST_UNCHANGED, 1000000008},
        {"unsure-other.txt", "frist", 1000000008, DM_PAST_CHANGED, 0},
        {"unsure-unread.txt", "first", 1000000008, DM_PAST_CHANGED, 0},
        {"just-now.txt", "first", 0, DM_PAST_UNCHANGED, 0}, /* it may be changed at this very time yet */
        {"gone.txt", NULL, 0, DM_PAST_CHANGED, 0},
        {"never-met.txt", "first", 1000000007, DM_PAST_NEW, 0},
    };
    const struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    leave(STAGES, versions);
    book_open(&book, &options);
    assert_false(book.is_empty);
    assert_true(dm__book_begin_judging(&book, why));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i].text != NULL)
            book_write(dm__arena_printf(&arena, "in/%s", cases[i].name).ptr, cases[i].text,
                       cases[i].modified);
        assert_past(cases[i].name, cases[i].past);
        assert_int_equal(judge(cases[i].name).touched, cases[i].touched);
    }
    dm__book_end_judging(&book);
    book_close(&book);
}

static size_t large_rows(struct dm_ledger_input *rows)
{
    char text[1025];
    memset(text, 'x', 1024);
    text[1024] = '\0';
    rows[0] = book_row(&book, "fits.txt", text, old_time, true);
    text[1024 - 1] = '\0';
    rows[1] = book_row(&book, "folder", text, old_time, true);
    return 2;
}

/* What could not be read today is not read for its hash either. */
static void test_unreadable(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    struct dm_pipeline small = *options.pipeline;
    char text[1025];
    leave(STAGES, large_rows);
    memset(text, 'x', 1024);
    text[1024] = '\0';
    book_write("in/fits.txt", text, old_time + 1);
    assert_int_equal(mkdir("in/folder", 0777), 0);
    book_open(&book, &options);
    assert_past("fits.txt", DM_PAST_UNCHANGED);
    assert_past("folder", DM_PAST_CHANGED);
    book_close(&book);
    small.input.max_size = 1023;
    options.pipeline = &small;
    book_open(&book, &options);
    assert_past("fits.txt", DM_PAST_CHANGED);
    book_close(&book);
}

static size_t failures(struct dm_ledger_input *rows)
{
    rows[0] = book_row(&book, "a.txt", "first", old_time, true);
    rows[1] = book_row(&book, "b.txt", "first", old_time, true);
    rows[2] = book_row(&book, "c.txt", "", 0, false); /* it could not be opened */
    for (size_t i = 0; i < 3; i++)
        rows[i].state = DM_LEDGER_FAILED;
    return 3;
}

static void test_failed(void **unused)
{
    (void)unused;
    const struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    leave(STAGES, failures);
    book_write("in/a.txt", "first", old_time);
    book_write("in/b.txt", "second", old_time);
    book_open(&book, &options);
    assert_past("a.txt", DM_PAST_FAILED);
    assert_past("b.txt", DM_PAST_CHANGED);
    assert_past("c.txt", DM_PAST_FAILED); /* nor can it be now */
    assert_true(judge("b.txt").failed);
    assert_false(dm__past_is_due(DM_PAST_FAILED));
    book_write("in/c.txt", "", old_time);
    assert_past("c.txt", DM_PAST_CHANGED);
    book_close(&book);
}

static void test_forced(void **unused)
{
    (void)unused;
    const struct dm_engine_options options = {.pipeline = book_read("state", STAGES), .force = true};
    leave(STAGES, one_row);
    book_write("in/a.txt", "first", old_time);
    book_open(&book, &options);
    assert_past("a.txt", DM_PAST_FORCED);
    assert_past("b.txt", DM_PAST_NEW);
    book_close(&book);
}

static void test_generations(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    leave(STAGES, one_row);
    book_write("in/a.txt", "first", old_time);
    book_open(&book, &options);
    const int64_t id = book.generation.id;
    assert_past("a.txt", DM_PAST_UNCHANGED);
    assert_false(book.rebuilds);
    book_close(&book);
    options.overwrite = true; /* the same pipeline, and all is done again */
    book_open(&book, &options);
    assert_true(book.generation.id > id);
    assert_true(book.rebuilds);
    assert_past("a.txt", DM_PAST_OUTDATED);
    book_close(&book);
    options = (struct dm_engine_options){.pipeline = book_read("state", OTHERS), .force = true};
    book_open(&book, &options);
    assert_true(book.rebuilds);
    assert_past("a.txt", DM_PAST_OUTDATED); /* whatever else it is */
    assert_int_equal(book.generation.finished, 0);
    assert_true(dm__ledger_begin(book.ledger));
    assert_true(dm__ledger_finish_generation(book.ledger, book.generation.id, 70));
    assert_true(dm__ledger_commit(book.ledger));
    book_close(&book);
    book_open(&book, &options);
    assert_int_equal(book.generation.finished, 70);
    assert_false(book.rebuilds); /* its outputs took their names */
    book_close(&book);
}

static void test_reader(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    book_write("in/a.txt", "first", old_time);
    assert_true(dm__book_open_reader(&book, &options, why));
    assert_past("a.txt", DM_PAST_NEW);
    book_close(&book);
    assert_int_not_equal(access("state", F_OK), 0); /* it makes nothing */
    leave(STAGES, one_row);
    struct dm_book run;
    book_open(&run, &options);
    assert_true(dm__book_open_reader(&book, &options, why)); /* beside a run */
    assert_past("a.txt", DM_PAST_UNCHANGED);
    book_close(&book);
    options.pipeline = book_read("state", OTHERS);
    assert_true(dm__book_open_reader(&book, &options, why));
    assert_past("a.txt", DM_PAST_OUTDATED);
    book_close(&book);
    options = (struct dm_engine_options){.pipeline = book_read("state", STAGES), .overwrite = true};
    assert_true(dm__book_open_reader(&book, &options, why));
    assert_past("a.txt", DM_PAST_OUTDATED);
    book_close(&book);
    book_close(&run);
    options.overwrite = false;
    assert_true(dm__book_open_reader(&book, &options, why)); /* it started no generation */
    assert_past("a.txt", DM_PAST_UNCHANGED);
    book_close(&book);
}

static void test_locked(void **unused)
{
    (void)unused;
    const struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    char expected[128];
    long holder;
    assert_int_equal(mkdir("state", 0777), 0);
    const int fd = dm__lock_take("state/lock", 0, &holder);
    assert_true(fd >= 0);
    assert_false(dm__book_open(&book, &options, why));
    snprintf(expected, sizeof expected, "the state folder state is in use by another docmill (process %ld)",
             (long)getpid());
    assert_string_equal(why, expected);
    book_close(&book);
    assert_int_not_equal(access("state/ledger.db", F_OK), 0);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_false(dm__book_open(&book, &options, why));
    assert_string_equal(why, "the state folder state is in use by another docmill");
    book_close(&book);
    close(fd);
    book_open(&book, &options);
    assert_int_equal(dm__lock_take("state/lock", 0, &holder), -1);
    book_close(&book);
    const int free_again = dm__lock_take("state/lock", 0, &holder);
    assert_true(free_again >= 0);
    close(free_again);
}

static void test_refusals(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("file/state", STAGES)};
    folder_touch("file");
    assert_false(dm__book_open(&book, &options, why));
    assert_string_equal(why, "file/state: Not a directory");
    book_close(&book);
    options.pipeline = book_read("state", STAGES);
    folder_touch("state/lock/file");
    assert_false(dm__book_open(&book, &options, why));
    assert_string_equal(why, "state/lock: Is a directory");
    book_close(&book);
    folder_remove("state");
    folder_write("state/ledger.db", "no ledger, but long enough to be one of a kind", 46);
    assert_false(dm__book_open(&book, &options, why));
    assert_memory_equal(why, "state/ledger.db is damaged", 26);
    book_close(&book);
    assert_false(dm__book_open_reader(&book, &options, why));
    assert_memory_equal(why, "state/ledger.db is damaged", 26);
    book_close(&book);
}

/* ---- failures ---------------------------------------------------------------------------------- */

static size_t many_failures(struct dm_ledger_input *rows)
{
    static const struct {
        const char *name;
        int64_t stage;
        const char *reason;
    } cases[] = {{"a.txt", 1, "crashed: Segmentation fault"},
                 {"b.txt", -1, "cannot be opened: Permission denied"},
                 {"c/d.txt", 2, "took longer than 1.5 s"},
                 {"e.txt", 99, "crashed: Aborted"}};
    for (size_t i = 0; i < 4; i++) {
        rows[i] = book_row(&book, cases[i].name, "first", old_time, true);
        rows[i].state = DM_LEDGER_FAILED;
        rows[i].stage = cases[i].stage;
        rows[i].reason = dm__str(cases[i].reason);
    }
    rows[4] = book_row(&book, "done.txt", "first", old_time, true);
    rows[5] = book_row(&book, "dropped.txt", "first", old_time, true);
    rows[5].state = DM_LEDGER_DROPPED;
    return 6;
}

/* The sources that are asked for, a space behind each. */
static const char *ask(const struct dm_engine_retry *retry)
{
    static char text[256];
    const struct dm_engine_options options = {.pipeline = book_read("state", STAGES), .retry = retry};
    size_t at = 0;
    dm_str path, source;
    struct dm_history h;
    int got;
    text[0] = '\0';
    book_open(&book, &options);
    assert_true(dm__book_begin_failures(&book, why));
    while ((got = dm__book_next_failure(&book, &path, &source, &h, why)) == 1) {
        at += (size_t)snprintf(text + at, sizeof text - at, "%.*s ", (int)source.len, source.ptr);
        assert_int_equal(path.len, source.len + 3); /* the source is the path's end */
        assert_ptr_equal(source.ptr, path.ptr + 3);
        assert_int_equal(h.past, DM_PAST_RETRIED);
        assert_int_equal(h.revision, 5);
        assert_true(h.known);
        assert_true(h.failed);
    }
    assert_int_equal(got, 0);
    book_close(&book);
    return text;
}

static void test_retry(void **unused)
{
    (void)unused;
    static const dm_str two[] = {{"c/d.txt", 7}, {"in/a.txt", 8}}, none[] = {{"done.txt", 8}, {"d.txt", 5}};
    static const struct {
        struct dm_engine_retry retry;
        const char *expected;
    } cases[] = {
        {{.source_count = 0}, "a.txt b.txt c/d.txt e.txt "},
        {{.stage = {"clean-quotes", 12}}, "a.txt "},
        {{.stage = {"output-jsonl", 12}}, "c/d.txt "},
        {{.stage = {"input", 5}}, "b.txt e.txt "}, /* one in a stage that is not there */
        {{.stage = {"clean", 5}}, ""},
        {{.reason = {"crashed", 7}}, "a.txt e.txt "},
        {{.reason = {"denied", 6}}, "b.txt "},
        {{.reason = {"Denied", 6}}, ""},
        {{.stage = {"clean-quotes", 12}, .reason = {"took", 4}}, ""},
        {{.sources = two, .source_count = 2}, "a.txt c/d.txt "}, /* by path or source */
        {{.sources = two, .source_count = 1}, "c/d.txt "},
        {{.sources = none, .source_count = 2}, ""},
        {{.reason = {"crashed", 7}, .sources = two, .source_count = 2}, "a.txt "},
    };
    leave(STAGES, many_failures);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const is = ask(&cases[i].retry);
        if (strcmp(is, cases[i].expected) != 0)
            fail_msg("case %zu: \"%s\" is not \"%s\"", i, is, cases[i].expected);
    }
}

/* What failed under other stages is no failure of these, and a retry alone would leave their outputs half made. */
static void test_retry_of_older(void **unused)
{
    (void)unused;
    const struct dm_engine_retry all = {.source_count = 0};
    const struct dm_engine_options options = {.pipeline = book_read("state", STAGES), .retry = &all};
    assert_false(dm__book_open(&book, &options, why));
    assert_non_null(strstr(why, "no run is on record"));
    book_close(&book);
    leave(OTHERS, many_failures);
    assert_false(dm__book_open(&book, &options, why));
    assert_non_null(strstr(why, "is another one"));
    book_close(&book);
    const struct dm_engine_options run = {.pipeline =
                                              book_read("state", STAGES)}; /* which is begun, and no more */
    book_open(&book, &run);
    book_close(&book);
    assert_string_equal(ask(&all), "");
}

/* A watch goes on with what it has, but what failed under other stages may do better under these. */
static void test_watch_of_older(void **unused)
{
    (void)unused;
    const struct dm_engine_options options = {.pipeline = book_read("state", STAGES), .watch = true};
    book_write("in/a.txt", "first", old_time);
    book_write("in/done.txt", "first", old_time);
    leave(OTHERS, many_failures);
    book_open(&book, &options);
    assert_int_equal(judge("a.txt").past, DM_PAST_OUTDATED);
    assert_int_equal(judge("a.txt").revision, 5);
    assert_past("done.txt", DM_PAST_UNCHANGED);
    book_close(&book);
}

/* ---- where the outputs start from --------------------------------------------------------------- */

/* The start of the only output. */
static void assert_start(const struct dm_engine_options *options, uint32_t flags, const char *token)
{
    struct dm_frames out = {0}, starts;
    struct dm_frame_view f;
    uint32_t is;
    if (!dm__book_add_resume(&book, &out, why))
        fail_msg("%s", why);
    assert_int_equal(dm__frames_peek(&out, &f), 1);
    assert_int_equal(f.type, DM_FRAME_RESUME);
    assert_int_equal(f.size, out.to);
    starts = (struct dm_frames){.ptr = out.ptr, .from = out.to - f.payload.len, .to = out.to};
    assert_int_equal(dm__frames_peek(&starts, &f), 1);
    assert_int_equal(f.type, DM_FRAME_TOKEN);
    assert_int_equal(f.number, options->pipeline->step_count - 1);
    assert_int_equal(starts.from + f.size, starts.to); /* stages that are no output have none */
    assert_true(f.payload.len >= sizeof is);
    memcpy(&is, f.payload.ptr, sizeof is);
    assert_int_equal(is, flags);
    assert_str((dm_str){f.payload.ptr + sizeof is, f.payload.len - sizeof is}, token);
    dm__frames_fini(&out);
}

static void put_token(const char *token)
{
    assert_true(dm__ledger_begin(book.ledger));
    assert_true(dm__ledger_put_token(book.ledger, 2, dm__str(token)));
    assert_true(dm__ledger_commit(book.ledger));
}

static void test_resume(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    book_open(&book, &options);
    assert_start(&options, 0, "");
    put_token("a token");
    assert_start(&options, 0, "a token");
    book_close(&book);
    book_open(&book, &options); /* where it was left */
    assert_start(&options, 0, "a token");
    book_close(&book);
    options.pipeline = book_read("state", OTHERS);
    book_open(&book, &options); /* another generation, of the same target */
    assert_start(&options, DM_RESUME_REPLACE, "");
    put_token("another");
    book_close(&book);
    book_open(&book, &options);
    assert_start(&options, DM_RESUME_REPLACE, "another");
    book_close(&book);
    options.pipeline =
        book_read("state", "stages: [{extract: text}, {output: jsonl, with: {path: b.jsonl}}]\n");
    book_open(&book, &options); /* what lies at another target is not ours */
    assert_false(book.rebuilds);
    assert_start(&options, 0, "");
    book_close(&book);
    options.pipeline =
        book_read("state", "stages: [{extract: text}, {output: jsonl, with: {path: c.jsonl}}]\n");
    options.overwrite = true;
    book_open(&book, &options); /* unless the user says so */
    assert_start(&options, DM_RESUME_REPLACE, "");
    book_close(&book);
}

static void test_resume_without_ledger(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("none", STAGES)};
    book_open(&book, &options);
    assert_start(&options, DM_RESUME_VOLATILE, "");
    book_close(&book);
    options.overwrite = true;
    book_open(&book, &options);
    assert_start(&options, DM_RESUME_VOLATILE | DM_RESUME_REPLACE, "");
    book_close(&book);
}

/* A pipeline without outputs has nothing to start. */
static void test_resume_of_nothing(void **unused)
{
    (void)unused;
    const struct dm_engine_options options = {.pipeline = book_read("state", "stages: [{extract: text}]\n")};
    struct dm_frames out = {0};
    struct dm_frame_view f;
    book_open(&book, &options);
    assert_true(dm__book_add_resume(&book, &out, why));
    assert_int_equal(dm__frames_peek(&out, &f), 1);
    assert_int_equal(f.type, DM_FRAME_RESUME);
    assert_int_equal(f.payload.len, 0);
    dm__frames_fini(&out);
    book_close(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BOOK(test_without_ledger),    WITH_BOOK(test_new),    WITH_BOOK(test_versions),
        WITH_BOOK(test_unreadable),        WITH_BOOK(test_failed), WITH_BOOK(test_forced),
        WITH_BOOK(test_generations),       WITH_BOOK(test_reader), WITH_BOOK(test_locked),
        WITH_BOOK(test_refusals),          WITH_BOOK(test_retry),  WITH_BOOK(test_retry_of_older),
        WITH_BOOK(test_watch_of_older),    WITH_BOOK(test_resume), WITH_BOOK(test_resume_without_ledger),
        WITH_BOOK(test_resume_of_nothing),
    };
    return cmocka_run_group_tests_name("book", tests, NULL, NULL);
}
