/* The ledger's file: made, opened again, read beside a writer, refused when it is not what it should be, and what
 * a transaction holds. */
#include "fixture_ledger.h"

#include <sys/wait.h>

#define DAMAGED                                                                                              \
    "state/ledger.db is damaged; move it away, and `docmill run --overwrite` will process everything again"

static off_t size_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        fail_msg("%s: %s", path, strerror(errno));
    return st.st_size;
}

static bool is_known(struct dm_ledger *l, const char *source)
{
    struct dm_ledger_input in;
    const int got = dm__ledger_find(l, dm__str(source), &in);
    ledger_expect(l, got >= 0);
    return got == 1;
}

static void put(struct dm_ledger *l, const char *source)
{
    const struct dm_ledger_input in = ledger_row(dm__str(source));
    ledger_expect(l, dm__ledger_put(l, &in, NULL, 0, false));
}

/* A closed ledger with enough inputs that it has many pages. */
static void make(unsigned inputs)
{
    static char names[8192][16]; /* the ledger may hold what is put until the commit */
    assert_true(inputs <= 8192);
    struct dm_ledger *const l = ledger_open();
    ledger_generation(l, "0123456789abcdef0123456789abcdef", "out.jsonl");
    ledger_expect(l, dm__ledger_begin(l));
    for (unsigned i = 0; i < inputs; i++) {
        snprintf(names[i], sizeof names[i], "in/%06u.txt", i % 1000000);
        put(l, names[i]);
    }
    ledger_expect(l, dm__ledger_commit(l));
    ledger_close(l);
}

static void overwrite(off_t at, const void *bytes, size_t len)
{
    const int fd = open("state/ledger.db", O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, at), len);
    close(fd);
}

static void assert_refused(const char *expected)
{
    assert_null(dm__ledger_open(DM_LIT("state"), why));
    assert_string_equal(why, expected);
    assert_null(dm__ledger_open_reader(DM_LIT("state"), why));
    assert_string_equal(why, expected);
}

static void test_path(void **unused)
{
    (void)unused;
    assert_string_equal(dm__ledger_path(&arena, DM_LIT("out/.docmill"), "lock").ptr, "out/.docmill/lock");
    arena.fail_after = 1;
    assert_null(dm__ledger_path(&arena, DM_LIT("out"), "lock").ptr);
}

static void test_make_folder(void **unused)
{
    (void)unused;
    char absolute[2 * PATH_MAX];
    snprintf(absolute, sizeof absolute, "%s/d/e", folder);
    const char *const paths[] = {"a/b/c", "a/b/c", "a//b/d/", "./b", absolute, "/", "."};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (!dm__ledger_make_folder(dm__str(paths[i]), why))
            fail_msg("%s: %s", paths[i], why);
        struct stat st;
        assert_int_equal(stat(paths[i], &st), 0);
        assert_true(S_ISDIR(st.st_mode));
    }
}

static void test_no_folder(void **unused)
{
    (void)unused;
    static char name[PATH_MAX + 1];
    folder_touch("file");
    assert_int_equal(symlink("nowhere", "link"), 0);
    assert_false(dm__ledger_make_folder(DM_LIT("file"), why));
    assert_string_equal(why, "file: Not a directory");
    assert_false(dm__ledger_make_folder(DM_LIT("file/state"), why));
    assert_string_equal(why, "file/state: Not a directory");
    assert_false(dm__ledger_make_folder(DM_LIT("link/state"), why));
    assert_string_equal(why, "link/state: No such file or directory");
    memset(name, 'n', sizeof name);
    assert_false(dm__ledger_make_folder((dm_str){name, sizeof name}, why));
    assert_string_equal(why, "the state folder's path is too long");
    assert_null(dm__ledger_open(DM_LIT("nowhere"), why));
    assert_string_equal(why, "nowhere/ledger.db cannot be opened: No such file or directory");
}

static void test_open_again(void **unused)
{
    (void)unused;
    struct dm_ledger *l = ledger_open();
    bool empty = false;
    ledger_expect(l, dm__ledger_is_empty(l, &empty));
    assert_true(empty);
    const struct dm_ledger_input in = ledger_row(DM_LIT("a.txt"));
    ledger_put(l, &in, 1);
    ledger_close(l);
    assert_int_not_equal(access("state/ledger.db-wal", F_OK), 0); /* its log is in the file */
    l = ledger_open();
    ledger_expect(l, dm__ledger_is_empty(l, &empty));
    assert_false(empty);
    assert_true(is_known(l, "a.txt"));
    assert_false(is_known(l, "b.txt"));
    ledger_close(l);
    assert_true(dm__ledger_close(NULL, why));
}

/* What was committed is there after a process that did not close the ledger, and what was not is not. */
static void test_left_open(void **unused)
{
    (void)unused;
    make(10);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct dm_ledger *const l = dm__ledger_open(DM_LIT("state"), why);
        const struct dm_ledger_input a = ledger_row(DM_LIT("a.txt")), b = ledger_row(DM_LIT("b.txt"));
        _exit(l != NULL && dm__ledger_begin(l) && dm__ledger_put(l, &a, NULL, 0, false) &&
                      dm__ledger_commit(l) && dm__ledger_begin(l) && dm__ledger_put(l, &b, NULL, 0, false)
                  ? 0
                  : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(size_of("state/ledger.db-wal") > 0);
    struct dm_ledger *const l = ledger_open();
    assert_true(is_known(l, "a.txt"));
    assert_false(is_known(l, "b.txt"));
    ledger_close(l);
}

/* A page that was lost with the machine is found before anything is built on it. */
static void test_left_open_damaged(void **unused)
{
    (void)unused;
    char page[4096];
    make(2000);
    memset(page, 0xA5, sizeof page);
    for (off_t at = 16 * 4096; at < 24 * 4096; at += 4096)
        overwrite(at, page, sizeof page);
    folder_touch("state/ledger.db-wal");
    assert_null(dm__ledger_open(DM_LIT("state"), why));
    assert_string_equal(why, DAMAGED);
}

static void test_newer_format(void **unused)
{
    (void)unused;
    static const unsigned char version[] = {0, 0, 0, 77};
    make(1);
    overwrite(60, version, sizeof version); /* PRAGMA user_version */
    assert_refused("state/ledger.db was written by a newer docmill (format 77, this one knows 1)");
}

/* Tables of another program stay as they are. */
static void test_foreign(void **unused)
{
    (void)unused;
    static const unsigned char id[] = {0, 0, 0, 77};
    make(1);
    overwrite(68, id, sizeof id); /* PRAGMA application_id */
    assert_refused("state/ledger.db is no ledger of docmill, but another program's database");
}

static void test_no_database(void **unused)
{
    (void)unused;
    char text[4096];
    memset(text, 'x', sizeof text);
    folder_write("state/ledger.db", text, sizeof text);
    assert_refused(DAMAGED);
    folder_write("state/ledger.db", "SQLite", 6);
    assert_refused(DAMAGED);
    assert_int_equal(size_of("state/ledger.db"), 6); /* it is not written to */
    assert_int_equal(unlink("state/ledger.db"), 0);
    assert_int_equal(mkdir("state/ledger.db", 0777), 0);
    assert_null(dm__ledger_open(DM_LIT("state"), why));
    assert_memory_equal(why, "state/ledger.db cannot be opened", 32);
}

static void test_truncated(void **unused)
{
    (void)unused;
    make(2000);
    const off_t size = size_of("state/ledger.db");
    static const unsigned parts[] = {95, 50, 10};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_int_equal(truncate("state/ledger.db", size * parts[i] / 100), 0);
        assert_refused(DAMAGED);
    }
    assert_int_equal(truncate("state/ledger.db", 1000), 0); /* less than its first page */
    assert_null(dm__ledger_open(DM_LIT("state"), why));
    assert_string_equal(why, DAMAGED);
    assert_int_equal(size_of("state/ledger.db"), 1000); /* it is not written to */
    assert_null(dm__ledger_open_reader(DM_LIT("state"), why));
}

static void test_no_ledger(void **unused)
{
    (void)unused;
    assert_int_equal(mkdir("state", 0777), 0);
    assert_null(dm__ledger_open_reader(DM_LIT("state"), why));
    assert_string_equal(why, "state/ledger.db cannot be opened: No such file or directory");
    assert_int_not_equal(access("state/ledger.db", F_OK), 0); /* a reader makes none */
    folder_write("state/ledger.db", "", 0);
    assert_null(dm__ledger_open_reader(DM_LIT("state"), why));
    assert_string_equal(why, "state/ledger.db is no ledger of docmill");
}

static void test_reader(void **unused)
{
    (void)unused;
    make(1);
    struct dm_ledger *const writer = ledger_open(), *const reader = ledger_open_reader();
    ledger_expect(writer, dm__ledger_begin(writer));
    put(writer, "a.txt");
    assert_false(is_known(reader, "a.txt")); /* not before it is committed */
    ledger_expect(writer, dm__ledger_commit(writer));
    assert_true(is_known(reader, "a.txt"));
    const struct dm_ledger_input in = ledger_row(DM_LIT("b.txt"));
    ledger_expect(reader, dm__ledger_begin(reader));
    assert_false(dm__ledger_put(reader, &in, NULL, 0, false));
    assert_string_equal(dm__ledger_why(reader), "state/ledger.db cannot be written: it is read-only");
    dm__ledger_roll_back(reader);
    assert_string_equal(dm__ledger_why(reader), "state/ledger.db cannot be written: it is read-only");
    assert_true(dm__ledger_close(reader, why));
    ledger_close(writer);
}

/* A reader's transaction sees one state of things. */
static void test_snapshot(void **unused)
{
    (void)unused;
    make(1);
    struct dm_ledger *const writer = ledger_open(), *const reader = ledger_open_reader();
    ledger_expect(reader, dm__ledger_begin(reader));
    assert_false(is_known(reader, "a.txt"));
    const struct dm_ledger_input in = ledger_row(DM_LIT("a.txt"));
    ledger_put(writer, &in, 1);
    assert_false(is_known(reader, "a.txt"));
    ledger_expect(reader, dm__ledger_commit(reader));
    assert_true(is_known(reader, "a.txt"));
    ledger_close(reader);
    ledger_close(writer);
}

/* It ends with the transaction, and with it the last row that was found. */
static void test_snapshot_of_a_row(void **unused)
{
    (void)unused;
    make(1);
    struct dm_ledger *const writer = ledger_open(), *const reader = ledger_open_reader();
    static const struct {
        const char *source;
        bool commits;
    } rounds[] = {{"b.txt", true}, {"c.txt", false}, {"d.txt", true}};
    const char *last = "in/000000.txt";
    for (size_t i = 0; i < 3; i++) {
        ledger_expect(reader, dm__ledger_begin(reader));
        assert_false(is_known(reader, rounds[i].source));
        assert_true(is_known(reader, last));
        if (rounds[i].commits)
            ledger_expect(reader, dm__ledger_commit(reader));
        else
            dm__ledger_roll_back(reader);
        const struct dm_ledger_input in = ledger_row(dm__str(rounds[i].source));
        ledger_put(writer, &in, 1);
        last = rounds[i].source;
        ledger_expect(reader, dm__ledger_begin(reader));
        assert_true(is_known(reader, last));
        ledger_expect(reader, dm__ledger_commit(reader));
    }
    ledger_close(reader);
    ledger_close(writer);
}

static void test_transactions(void **unused)
{
    (void)unused;
    struct dm_ledger *const l = ledger_open();
    dm__ledger_roll_back(l); /* of nothing */
    ledger_expect(l, dm__ledger_begin(l));
    put(l, "a.txt");
    assert_true(is_known(l, "a.txt"));
    dm__ledger_roll_back(l);
    assert_false(is_known(l, "a.txt"));
    ledger_expect(l, dm__ledger_set_durable(l, false));
    ledger_expect(l, dm__ledger_begin(l));
    put(l, "b.txt");
    ledger_expect(l, dm__ledger_commit(l));
    ledger_expect(l, dm__ledger_set_durable(l, true));
    assert_false(dm__ledger_commit(l)); /* there is nothing to */
    assert_string_not_equal(dm__ledger_why(l), "");
    ledger_close(l);
    struct dm_ledger *const again = ledger_open();
    assert_false(is_known(again, "a.txt"));
    assert_true(is_known(again, "b.txt"));
    ledger_close(again);
}

static void test_shrink(void **unused)
{
    (void)unused;
    make(5000);
    const off_t before = size_of("state/ledger.db");
    struct dm_ledger *l = ledger_open();
    ledger_expect(l, dm__ledger_begin(l));
    for (unsigned i = 0; i < 4990; i++) {
        char name[32];
        snprintf(name, sizeof name, "in/%06u.txt", i);
        ledger_expect(l, dm__ledger_forget(l, dm__str(name)));
    }
    ledger_expect(l, dm__ledger_commit(l));
    ledger_close(l);
    assert_int_equal(size_of("state/ledger.db"), before);
    l = ledger_open();
    ledger_expect(l, dm__ledger_shrink(l));
    assert_true(is_known(l, "in/004995.txt"));
    ledger_close(l);
    assert_in_range(size_of("state/ledger.db"), 1, before / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_path),         IN_FOLDER(test_make_folder),       IN_FOLDER(test_no_folder),
        IN_FOLDER(test_open_again),   IN_FOLDER(test_left_open),         IN_FOLDER(test_left_open_damaged),
        IN_FOLDER(test_newer_format), IN_FOLDER(test_foreign),           IN_FOLDER(test_no_database),
        IN_FOLDER(test_truncated),    IN_FOLDER(test_no_ledger),         IN_FOLDER(test_reader),
        IN_FOLDER(test_snapshot),     IN_FOLDER(test_snapshot_of_a_row), IN_FOLDER(test_transactions),
        IN_FOLDER(test_shrink),
    };
    return cmocka_run_group_tests_name("database", tests, NULL, NULL);
}
