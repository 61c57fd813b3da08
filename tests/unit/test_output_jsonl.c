/* output-jsonl as the writer holds it: what is in the file after which call, what resume() goes back
 * to, what is refused.  What it renders is shown by plugins/output-jsonl/cases/. */
#include <signal.h>

#include "fixture_output.h"

static const char hidden[] = "out/.news.jsonl.docmill-new";
static const char target[] = "out/news.jsonl";

static struct dm_sink *open_output(void)
{
    return fixture_open("output-jsonl", "jsonl", "{ path: out/news.jsonl }");
}

static void close_output(struct dm_sink *s)
{
    dm__sink_close(s);
}

/* ---- a run without accidents ---------------------------------------------------------------- */

static void a_run_appends(void **unused)
{
    (void)unused;
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "", 0), "");
    assert_string_equal(fixture_commit(s), "append 0");
    assert_string_equal(fixture_write(s, "a", "one\n"), "");
    assert_string_equal(fixture_write(s, "b", "two\n"), "");
    assert_string_equal(fixture_commit(s), "append 8");
    assert_string_equal(fixture_read(target), "one\ntwo\n");
    assert_string_equal(fixture_write(s, "c", "three\n"), "");
    assert_string_equal(fixture_commit(s), "append 14");
    assert_string_equal(fixture_finish(s), "");
    close_output(s);
    assert_string_equal(fixture_read(target), "one\ntwo\nthree\n");
}

static void large_records_pass_the_buffer(void **unused)
{
    (void)unused;
    enum { LARGE = 3 << 20 };
    char *const large = dm__arena_raw(&fixture_arena, LARGE);
    memset(large, 'x', LARGE);
    dm_record r = fixture_record("large", "");
    r.bytes = (dm_str){large, LARGE};
    dm_status status;
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "", 0), "");
    assert_string_equal(fixture_write(s, "a", "before\n"), "");
    assert_string_equal(fixture_write_record(s, &r, &status), "");
    assert_string_equal(fixture_write(s, "b", "after\n"), "");
    assert_string_equal(fixture_commit(s), "append 3145741");
    close_output(s);
    assert_int_equal(fixture_run("test \"$(tr -d x < out/news.jsonl)\" = \"$(printf 'before\\nafter')\""), 0);
}

static void a_volatile_run_replaces_too(void **unused)
{
    (void)unused;
    mkdir("out", 0777);
    fixture_make(target, "old\n");
    struct dm_sink *s = open_output();
    assert_string_equal(fixture_resume(s, "", DM_RESUME_REPLACE | DM_RESUME_VOLATILE), "");
    assert_string_equal(fixture_write(s, "a", "interrupted\n"), "");
    close_output(s);
    assert_string_equal(fixture_files(), "./out/news.jsonl\n");
    assert_string_equal(fixture_read(target), "old\n");

    s = open_output();
    assert_string_equal(fixture_resume(s, "", DM_RESUME_REPLACE | DM_RESUME_VOLATILE), "");
    assert_string_equal(fixture_write(s, "a", "new\n"), "");
    assert_string_equal(fixture_finish(s), "");
    close_output(s);
    assert_string_equal(fixture_files(), "./out/news.jsonl\n");
    assert_string_equal(fixture_read(target), "new\n");
}

/* ---- going on ------------------------------------------------------------------------------- */

static void resume_cuts_what_came_later(void **unused)
{
    (void)unused;
    mkdir("out", 0777);
    fixture_make(target, "one\ntwo\nhal");
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "append 4", 0), "");
    assert_string_equal(fixture_write(s, "b", "TWO\n"), "");
    assert_string_equal(fixture_commit(s), "append 8");
    close_output(s);
    assert_string_equal(fixture_read(target), "one\nTWO\n");
}

static void a_token_outranks_the_flag(void **unused)
{
    (void)unused;
    mkdir("out", 0777);
    fixture_make(target, "one\ntwo\n");
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "append 4", DM_RESUME_REPLACE), "");
    assert_string_equal(fixture_commit(s), "append 4");
    close_output(s);
    assert_string_equal(fixture_read(target), "one\n");
}

static void resume_refuses(void **unused)
{
    static const struct {
        const char *before, *token, *why;
    } rows[] = {
        {"echo x > news.jsonl", "", "out/news.jsonl exists and docmill has no record of writing it"},
        {"printf 123 > news.jsonl", "append 4", "out/news.jsonl holds 3 bytes, fewer than the 4 on record"},
        {"true", "append 4", "out/news.jsonl is gone, although 4 bytes are on record"},
        {"true", "replace 4 1", "out/.news.jsonl.docmill-new, which was to replace out/news.jsonl, is gone"},
        {"echo old > news.jsonl", "replace 4 1",
         "out/.news.jsonl.docmill-new, which was to replace out/news.jsonl, is gone"},
        {"echo x > .news.jsonl.docmill-new", "replace 4 1",
         "out/.news.jsonl.docmill-new holds 2 bytes, fewer than the 4 on record"},
        {"mkdir news.jsonl", "", "out/news.jsonl is not a regular file"},
        {"mkfifo news.jsonl", "", "out/news.jsonl is not a regular file"},
        {"ln -s /etc/passwd news.jsonl", "", "out/news.jsonl is not a regular file"},
        {"true", "append", "the record of out/news.jsonl is not one of this output"},
        {"true", "append 0 ", "the record of out/news.jsonl is not one of this output"},
        {"true", "files 1 0", "the record of out/news.jsonl is not one of this output"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dm_str prepare =
            dm__arena_printf(&fixture_arena, "rm -rf out && mkdir out && cd out && %s", rows[i].before);
        assert_int_equal(fixture_run(prepare.ptr), 0);
        struct dm_sink *const s = open_output();
        assert_string_equal(fixture_resume(s, rows[i].token, 0), rows[i].why);
        close_output(s);
    }
}

static void an_empty_file_is_nobodys(void **unused)
{
    (void)unused;
    mkdir("out", 0777);
    fixture_make(target, "");
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "", 0), "");
    close_output(s);
}

static void two_writers_are_refused(void **unused)
{
    (void)unused;
    struct dm_sink *const first = open_output(), *const second = open_output();
    assert_string_equal(fixture_resume(first, "", 0), "");
    assert_string_equal(fixture_resume(second, "", 0), "out/news.jsonl is being written by another process");
    assert_string_equal(fixture_resume(second, "", DM_RESUME_REPLACE),
                        "out/news.jsonl is being written by another process");
    close_output(first);
    assert_string_equal(fixture_resume(second, "", 0), "");
    close_output(second);
}

/* ---- a target that is built anew ------------------------------------------------------------ */

static void the_old_file_stays_until_the_end(void **unused)
{
    (void)unused;
    mkdir("out", 0777);
    fixture_make(target, "old\n");
    assert_int_equal(chmod(target, 0600), 0);
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "", DM_RESUME_REPLACE), "");
    assert_string_equal(fixture_write(s, "a", "new\n"), "");
    fixture_commit(s);
    assert_string_equal(fixture_read(target), "old\n");
    assert_string_equal(fixture_read(hidden), "new\n");
    assert_string_equal(fixture_finish(s), "");
    close_output(s);
    assert_string_equal(fixture_files(), "./out/news.jsonl\n");
    assert_string_equal(fixture_read(target), "new\n");
    struct stat st;
    assert_int_equal(stat(target, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_replacement_goes_on_after_a_crash(void **unused)
{
    (void)unused;
    mkdir("out", 0777);
    fixture_make(target, "old\n");
    struct dm_sink *s = open_output();
    assert_string_equal(fixture_resume(s, "", DM_RESUME_REPLACE), "");
    assert_string_equal(fixture_write(s, "a", "one\n"), "");
    const char *const token = fixture_commit(s);
    assert_string_equal(fixture_write(s, "b", "two\n"), "");
    fixture_commit(s); /* of which no record was made */
    close_output(s);
    assert_string_equal(fixture_read(target), "old\n");

    s = open_output();
    assert_string_equal(fixture_resume(s, token, DM_RESUME_REPLACE), "");
    assert_string_equal(fixture_read(hidden), "one\n");
    assert_string_equal(fixture_write(s, "b", "TWO\n"), "");
    const char *const last = fixture_commit(s);
    assert_string_equal(fixture_finish(s), "");
    close_output(s);
    assert_string_equal(fixture_read(target), "one\nTWO\n");

    /* The crash came behind the rename, and before that was recorded. */
    s = open_output();
    assert_string_equal(fixture_resume(s, last, DM_RESUME_REPLACE), "");
    assert_string_equal(fixture_commit(s), "append 8");
    assert_string_equal(fixture_finish(s), "");
    close_output(s);
    assert_string_equal(fixture_read(target), "one\nTWO\n");
}

static void a_replacement_without_record_starts_afresh(void **unused)
{
    (void)unused;
    mkdir("out", 0777);
    fixture_make(target, "old\n");
    fixture_make(hidden, "left by a killed run\n");
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "", DM_RESUME_REPLACE), "");
    assert_string_equal(fixture_read(hidden), "");
    close_output(s);
}

/* ---- accidents ------------------------------------------------------------------------------ */

static void write_too_much(void)
{
    signal(SIGXFSZ, SIG_IGN);
    struct dm_sink *const s = open_output();
    char *const large = dm__arena_raw(&fixture_arena, 2 << 20);
    memset(large, 'x', 2 << 20);
    dm_record r = fixture_record("large", "");
    dm_status status;
    r.bytes = (dm_str){large, 2 << 20};
    assert_string_equal(fixture_resume(s, "", 0), "");
    assert_string_equal(fixture_write(s, "a", "kept\n"), "");
    assert_string_equal(fixture_commit(s), "append 5");
    fixture_limit_files(1 << 20);
    assert_string_equal(fixture_write(s, "b", "not kept\n"), "");
    assert_string_equal(fixture_write_record(s, &r, &status),
                        "cannot write to out/news.jsonl: File too large");
    assert_int_equal(status, DM_ERETRY);
    assert_string_equal(fixture_read(target), "kept\n");
    /* What was taken since the last commit is gone, so that no token may cover it. */
    assert_string_equal(fixture_commit(s),
                        "failed: out/news.jsonl cannot be written since an earlier failure");
    assert_string_equal(fixture_write(s, "c", "x"),
                        "out/news.jsonl cannot be written since an earlier failure");
    assert_string_equal(fixture_resume(s, "append 5", 0), "");
    assert_string_equal(fixture_write(s, "b", "now\n"), "");
    assert_string_equal(fixture_commit(s), "append 9");
    close_output(s);
}

static void a_full_disk_leaves_what_was_committed(void **unused)
{
    (void)unused;
    fixture_killed(write_too_much);
    assert_string_equal(fixture_read(target), "kept\nnow\n");
}

static void a_file_that_vanishes_is_noticed(void **unused)
{
    (void)unused;
    struct dm_sink *const s = open_output();
    assert_string_equal(fixture_resume(s, "", 0), "");
    assert_string_equal(fixture_write(s, "a", "one\n"), "");
    assert_int_equal(unlink(target), 0);
    assert_string_equal(fixture_commit(s), "failed: out/news.jsonl was removed while it was written");
    close_output(s);
}

static void folders_are_made(void **unused)
{
    (void)unused;
    struct dm_sink *const s = fixture_open("output-jsonl", "jsonl", "{ path: a//b/c/news.jsonl }");
    assert_string_equal(fixture_resume(s, "", 0), "");
    close_output(s);
    assert_string_equal(fixture_files(), "./a/b/c/news.jsonl\n");
}

static void paths_that_name_no_file_are_refused(void **unused)
{
    static const char *const rows[][2] = {
        {"{ path: out/ }", "path out/ names a folder, not a file"},
        {"{ path: . }", "path . names a folder, not a file"},
        {"{ path: out/.. }", "path out/.. names a folder, not a file"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dm_outcome why;
        assert_null(fixture_open_or("output-jsonl", "jsonl", rows[i][0], &why));
        assert_string_equal(why.why, rows[i][1]);
        assert_int_equal(why.status, DM_ECONFIG);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_appends),
        TEST(large_records_pass_the_buffer),
        TEST(a_volatile_run_replaces_too),
        TEST(resume_cuts_what_came_later),
        TEST(a_token_outranks_the_flag),
        TEST(resume_refuses),
        TEST(an_empty_file_is_nobodys),
        TEST(two_writers_are_refused),
        TEST(the_old_file_stays_until_the_end),
        TEST(a_replacement_goes_on_after_a_crash),
        TEST(a_replacement_without_record_starts_afresh),
        TEST(a_full_disk_leaves_what_was_committed),
        TEST(a_file_that_vanishes_is_noticed),
        TEST(folders_are_made),
        TEST(paths_that_name_no_file_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
