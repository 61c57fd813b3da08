/* A run that only looks: which inputs are due, why, and which could not be read. */
#include "fixture_book.h"

#include "core/text/hash.h"

static char listed[1024];
static unsigned wanted; /* found() says stop after so many */

static bool on_input(void *owner, const struct dm_engine_input *in)
{
    const size_t n = strlen(listed);
    assert_ptr_equal(owner, &wanted);
    assert_int_equal(in->path.len, in->source.len + 3);
    snprintf(listed + n, sizeof listed - n, "%.*s %llu %s: %.*s%s%.*s\n", (int)in->source.len, in->source.ptr,
             (unsigned long long)in->size, in->due ? "due" : "not", (int)in->because.len, in->because.ptr,
             in->refused.len != 0 ? "; " : "", (int)in->refused.len, in->refused.ptr);
    return --wanted != 0;
}

static int list(const struct dm_engine_options *options, dm_str *reason)
{
    listed[0] = '\0';
    wanted = 100;
    return dm__engine_list(options, &wanted, on_input, reason);
}

static void assert_listed(const struct dm_engine_options *options, const char *expected)
{
    dm_str reason;
    const int status = list(options, &reason);
    assert_str(reason, "");
    assert_int_equal(status, DM_EXIT_OK);
    assert_string_equal(listed, expected);
}

/* Rows of an earlier run, in its own generation; one of them failed. */
static void leave_rows(void)
{
    struct dm_book book;
    const struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    book_open(&book, &options);
    struct dm_ledger_input rows[] = {book_row(&book, "changed.txt", "first", old_time, true),
                                     book_row(&book, "failed.txt", "first", old_time, true),
                                     book_row(&book, "same.txt", "first", old_time, true)};
    rows[1].state = DM_LEDGER_FAILED;
    ledger_put(book.ledger, rows, 3);
    book_close(&book);
    book_write("in/changed.txt", "second", old_time);
    book_write("in/failed.txt", "first", old_time);
    book_write("in/new.txt", "first", old_time);
    book_write("in/same.txt", "first", old_time);
}

static void test_without_ledger(void **unused)
{
    (void)unused;
    const struct dm_engine_options none = {.pipeline = book_read("none", STAGES)},
                                   missing = {.pipeline = book_read("state", STAGES)};
    book_write("in/a.txt", "first", 0);
    book_write("in/b/c.txt", "", 0);
    assert_listed(&none, "a.txt 5 due: new\nb/c.txt 0 due: new\n");
    assert_listed(&missing, "a.txt 5 due: new\nb/c.txt 0 due: new\n");
    assert_int_not_equal(access("state", F_OK), 0); /* looking makes nothing */
}

static void test_pasts(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("state", STAGES)};
    leave_rows();
    assert_listed(&options, "changed.txt 6 due: changed since it was processed\n"
                            "failed.txt 5 not: unchanged, and it failed\n"
                            "new.txt 5 due: new\n"
                            "same.txt 5 not: unchanged\n");
    options.force = true;
    assert_listed(&options, "changed.txt 6 due: unchanged, and forced\n"
                            "failed.txt 5 due: unchanged, and forced\n"
                            "new.txt 5 due: new\n"
                            "same.txt 5 due: unchanged, and forced\n");
}

static void test_outdated(void **unused)
{
    (void)unused;
    static const char expected[] =
        "changed.txt 6 due: the pipeline, a plugin or a data file is another one now\n"
        "failed.txt 5 due: the pipeline, a plugin or a data file is another one now\n"
        "new.txt 5 due: new\n"
        "same.txt 5 due: the pipeline, a plugin or a data file is another one now\n";
    const struct dm_engine_options others = {.pipeline = book_read("state", OTHERS)},
                                   overwrite = {.pipeline = book_read("state", STAGES), .overwrite = true};
    leave_rows();
    assert_listed(&others, expected);
    assert_listed(&overwrite, expected);
}

/* Only what would be processed counts. */
static void test_limit(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("state", STAGES), .limit = 1};
    leave_rows();
    assert_listed(&options, "changed.txt 6 due: changed since it was processed\n");
    options.limit = 2;
    assert_listed(&options, "changed.txt 6 due: changed since it was processed\n"
                            "failed.txt 5 not: unchanged, and it failed\n"
                            "new.txt 5 due: new\n");
}

static void test_stop(void **unused)
{
    (void)unused;
    const struct dm_engine_options options = {.pipeline = book_read("none", STAGES)};
    dm_str reason;
    folder_touch("in/a.txt");
    folder_touch("in/b.txt");
    listed[0] = '\0';
    wanted = 1;
    assert_int_equal(dm__engine_list(&options, &wanted, on_input, &reason), DM_EXIT_OK);
    assert_string_equal(listed, "a.txt 1 due: new\n");
}

/* What would be a dead letter unread. */
static void test_refused(void **unused)
{
    (void)unused;
    char large[1025];
    memset(large, 'x', sizeof large);
    folder_write("in/c.txt", large, sizeof large);
    folder_touch("in/d.txt");
    assert_int_equal(mkfifo("in/a.txt", 0666), 0);
    assert_int_equal(symlink("nowhere", "in/b.txt"), 0);
    const struct dm_engine_options options = {.pipeline = book_read("none", STAGES)};
    assert_listed(&options, "a.txt 0 due: new; is a FIFO\n"
                            "b.txt 0 due: new; is a symbolic link that leads nowhere\n"
                            "c.txt 1025 due: new; is too large: 1025 bytes, and input max-size is 1024\n"
                            "d.txt 1 due: new\n");
}

static void test_failures(void **unused)
{
    (void)unused;
    struct dm_engine_options options = {.pipeline = book_read("state", STAGES), .from0 = "nowhere"};
    dm_str reason;
    folder_touch("in/a.txt");
    assert_int_equal(list(&options, &reason), DM_EXIT_REFUSED);
    assert_non_null(strstr(dm__arena_str(&arena, reason).ptr, "nowhere"));
    options.from0 = NULL;
    folder_write("state/ledger.db", "no ledger, but long enough to be one of a kind", 46);
    assert_int_equal(list(&options, &reason), DM_EXIT_REFUSED);
    assert_memory_equal(reason.ptr, "state/ledger.db is damaged", 26);
    assert_string_equal(listed, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BOOK(test_without_ledger), WITH_BOOK(test_pasts), WITH_BOOK(test_outdated),
        WITH_BOOK(test_limit),          WITH_BOOK(test_stop),  WITH_BOOK(test_refused),
        WITH_BOOK(test_failures),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
