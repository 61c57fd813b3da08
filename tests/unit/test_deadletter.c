/* Dead letters: what is in them, what they are called, and what an earlier run left. */
#include "fixture_folder.h"

#include <fcntl.h>

#include "core/engine/deadletter.h"
#include "core/pipeline/yaml.h"
#include "core/text/str.h"

static struct dm_arena arena;
static char why[DM_WHY_MAX];
static dm_str letters;

static int set_up(void **state)
{
    dm__arena_init(&arena, 0);
    return folder_enter(state);
}

static int tear_down(void **state)
{
    dm__arena_fini(&arena);
    return folder_leave(state);
}

static size_t count_files(const char *path)
{
    DIR *const dir = opendir(path);
    assert_non_null(dir);
    size_t n = 0;
    for (const struct dirent *e; (e = readdir(dir)) != NULL;)
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return n;
}

static struct dm_deadletter letter(const char *source)
{
    return (struct dm_deadletter){.pipeline = DM_LIT("news.yaml"),
                                  .source = dm__str(source),
                                  .path = DM_LIT("nowhere/a.txt"),
                                  .stage = DM_LIT("extract-text"),
                                  .why = DM_LIT("not text"),
                                  .attempts = 2,
                                  .log = DM_LIT("")};
}

/* Open the letters of a state folder beside a ledger in which `failed` did (NULL: nothing did). */
static bool open_letters(dm_str state, const char *failed)
{
    if (!dm__ledger_make_folder(state, why))
        return false;
    struct dm_ledger *const l = dm__ledger_open(state, why);
    assert_non_null(l);
    const struct dm_ledger_input in = {.source = dm__str(failed),
                                       .path = DM_LIT("in/a.txt"),
                                       .state = DM_LEDGER_FAILED,
                                       .stage = -1,
                                       .revision = 1,
                                       .attempts = 2,
                                       .reason = DM_LIT("as the ledger says"),
                                       .work = DM_LIT("")};
    assert_true(dm__ledger_begin(l));
    assert_true(failed == NULL || dm__ledger_put(l, &in, NULL, 0, true));
    assert_true(dm__ledger_commit(l));
    const bool ok = dm__deadletter_open(&arena, state, l, &letters, why);
    char closing[DM_WHY_MAX];
    assert_true(dm__ledger_close(l, closing));
    return ok;
}

static bool write_letter(const struct dm_deadletter *d, dm_str *path)
{
    *path = dm__deadletter_path(&arena, letters, d->source);
    return dm__deadletter_write(&arena, letters, d);
}

/* JSON is YAML, so docmill's own reader shows what is in a letter. */
static const struct dm_yaml *read_letter(dm_str path)
{
    char bytes[8192];
    FILE *const f = fopen(path.ptr, "rb");
    assert_non_null(f);
    const size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    struct dm_report report;
    dm__report_init(&report, &arena);
    const dm_str kept = dm__arena_str(&arena, (dm_str){bytes, n});
    const struct dm_yaml *const root = dm__yaml_read(&report, path, kept);
    assert_int_equal(report.errors, 0);
    assert_non_null(root);
    return root;
}

static void assert_field(const struct dm_yaml *root, const char *key, const char *expected)
{
    const struct dm_yaml *const node = dm__yaml_find(root, key);
    if (expected == NULL) {
        assert_null(node);
        return;
    }
    assert_non_null(node);
    assert_string_equal(node->value.ptr, expected);
}

static void test_fields(void **unused)
{
    (void)unused;
    dm_str path;
    assert_true(open_letters(DM_LIT("out/.docmill"), NULL));
    assert_string_equal(letters.ptr, "out/.docmill/dead-letters");
    struct dm_deadletter d = letter("folder/a \"b\".txt");
    d.log = DM_LIT("first line\n\nsecond \"line\"\nno end");
    assert_true(write_letter(&d, &path));
    assert_int_equal(count_files(letters.ptr), 1); /* no temporary is left */
    const struct dm_yaml *const root = read_letter(path);
    assert_field(root, "source", "folder/a \"b\".txt");
    assert_field(root, "source_hex", NULL);
    assert_field(root, "path", "nowhere/a.txt");
    assert_field(root, "pipeline", "news.yaml");
    assert_field(root, "stage", "extract-text");
    assert_field(root, "reason", "not text");
    assert_field(root, "attempts", "2");
    const struct dm_yaml *const log = dm__yaml_find(root, "log");
    assert_int_equal(log->count, 3);
    assert_string_equal(log->items[1]->value.ptr, "second \"line\"");
    assert_string_equal(log->items[2]->value.ptr, "no end");
    const struct dm_yaml *const id = dm__yaml_find(root, "id");
    assert_int_equal(id->value.len, 32);
    assert_non_null(strstr(path.ptr, id->value.ptr)); /* the file is named by it */
}

static void test_bytes(void **unused)
{
    (void)unused;
    dm_str path;
    assert_true(open_letters(DM_LIT("state"), NULL));
    struct dm_deadletter d = letter("caf\xE9\n.txt");
    d.path = DM_LIT("in/caf\xE9\n.txt");
    assert_true(write_letter(&d, &path));
    const struct dm_yaml *const root = read_letter(path);
    assert_field(root, "source", "caf\xEF\xBF\xBD\n.txt");
    assert_field(root, "source_hex", "636166e90a2e747874");
    assert_field(root, "path_hex", "696e2f636166e90a2e747874");
    assert_int_equal(dm__yaml_find(root, "log")->count, 0);
}

/* Where the file is, whatever the folder from which it was named. */
static void test_absolute_path(void **unused)
{
    (void)unused;
    dm_str path;
    char expected[PATH_MAX + 16];
    folder_touch("in/a.txt");
    assert_true(open_letters(DM_LIT("state"), NULL));
    struct dm_deadletter d = letter("a.txt");
    d.path = DM_LIT("in/../in/a.txt");
    assert_true(write_letter(&d, &path));
    snprintf(expected, sizeof expected, "%s/in/a.txt", folder);
    assert_field(read_letter(path), "path", expected);
}

/* One letter for each document; the last one counts. */
static void test_again(void **unused)
{
    (void)unused;
    dm_str first, second, other;
    assert_true(open_letters(DM_LIT("state"), NULL));
    struct dm_deadletter d = letter("a.txt");
    assert_true(write_letter(&d, &first));
    d.why = DM_LIT("another reason");
    assert_true(write_letter(&d, &second));
    d = letter("b.txt");
    assert_true(write_letter(&d, &other));
    assert_string_equal(first.ptr, second.ptr);
    assert_string_not_equal(first.ptr, other.ptr);
    assert_field(read_letter(first), "reason", "another reason");
    assert_int_equal(count_files(letters.ptr), 2);
}

/* The folder says what the ledger says: letters of what has not failed go, nobody else's files do not. */
static void test_in_line(void **unused)
{
    (void)unused;
    dm_str kept, gone;
    assert_true(open_letters(DM_LIT("state"), NULL));
    const struct dm_deadletter a = letter("a.txt"), b = letter("b.txt");
    assert_true(write_letter(&a, &kept));
    assert_true(write_letter(&b, &gone));
    static const char *const others[] = {"state/dead-letters/notes.txt",
                                         "state/dead-letters/0123456789abcdef0123456789abcde.json",
                                         "state/dead-letters/0123456789abcdef0123456789abcdef.txt",
                                         "state/dead-letters/0123456789ABCDEF0123456789ABCDEF.json",
                                         "state/dead-letters/x0123456789abcdef0123456789abcdef.json"};
    for (size_t i = 0; i < 5; i++)
        folder_touch(others[i]);
    folder_touch("state/dead-letters/.0123456789abcdef0123456789abcdef.new");
    assert_true(open_letters(DM_LIT("state"), "a.txt"));
    assert_int_equal(count_files(letters.ptr), 6);
    assert_int_not_equal(access(gone.ptr, F_OK), 0);
    assert_field(read_letter(kept), "reason", "not text");
}

static void zero_at(const char *path, off_t at, size_t len)
{
    static const char zeros[16];
    const int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, zeros, len, at), len);
    close(fd);
}

/* A letter that was lost, or that a power cut left empty or with a hole, is written again. */
static void test_lost(void **unused)
{
    (void)unused;
    dm_str path;
    assert_true(open_letters(DM_LIT("state"), "a.txt"));
    path = dm__deadletter_path(&arena, letters, DM_LIT("a.txt"));
    assert_field(read_letter(path), "reason", "as the ledger says");
    assert_field(read_letter(path), "stage", "input");
    assert_field(read_letter(path), "attempts", "2");
    assert_int_equal(truncate(path.ptr, 0), 0);
    assert_true(open_letters(DM_LIT("state"), "a.txt"));
    assert_field(read_letter(path), "reason", "as the ledger says");
    zero_at(path.ptr, 1, 8);
    assert_true(open_letters(DM_LIT("state"), "a.txt"));
    assert_field(read_letter(path), "reason", "as the ledger says");
}

static void test_link(void **unused)
{
    (void)unused;
    dm_str path;
    char link[PATH_MAX], target[PATH_MAX] = "", expected[PATH_MAX + 16];
    folder_touch("in/a.txt");
    assert_true(open_letters(DM_LIT("state"), NULL));
    struct dm_deadletter d = letter("a.txt");
    d.path = DM_LIT("in/a.txt");
    assert_true(write_letter(&d, &path));
    snprintf(link, sizeof link, "%.*s.input", (int)path.len - 5, path.ptr);
    assert_true(readlink(link, target, sizeof target - 1) > 0);
    snprintf(expected, sizeof expected, "%s/in/a.txt", folder);
    assert_string_equal(target, expected);
    dm__deadletter_remove(letters, DM_LIT("a.txt"));
    assert_int_equal(count_files(letters.ptr), 0);
    assert_int_equal(access("in/a.txt", F_OK), 0);
}

static void test_failures(void **unused)
{
    (void)unused;
    folder_touch("state/dead-letters");
    assert_false(open_letters(DM_LIT("state"), NULL));
    assert_string_equal(why, "state/dead-letters: Not a directory");
    static char name[PATH_MAX + 1];
    memset(name, 'n', sizeof name);
    assert_false(dm__deadletter_open(&arena, (dm_str){name, sizeof name}, NULL, &letters, why));
    assert_string_equal(why, "the state folder's path is too long");
    const struct dm_deadletter d = letter("a.txt");
    assert_false(dm__deadletter_write(&arena, DM_LIT("nowhere"), &d));
    assert_int_equal(errno, ENOENT);
}

/* Whichever allocation fails, no half letter is left. */
static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    assert_true(open_letters(DM_LIT("state"), NULL));
    struct dm_deadletter d = letter("caf\xE9.txt");
    d.log = DM_LIT("a line\nanother");
    const dm_str path = dm__deadletter_path(&arena, letters, d.source);
    for (size_t n = 1;; n++) {
        assert_in_range(n, 1, 100);
        struct dm_arena small;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        const bool ok = dm__deadletter_write(&small, letters, &d), reached = small.fail_after == 0;
        assert_int_equal(ok, !reached);
        assert_int_equal(count_files(letters.ptr), ok ? 1 : 0);
        if (ok)
            assert_field(read_letter(path), "source_hex", "636166e92e747874");
        dm__arena_fini(&small);
        if (ok)
            break;
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_fields), IN_FOLDER(test_bytes),    IN_FOLDER(test_absolute_path),
        IN_FOLDER(test_again),  IN_FOLDER(test_in_line),  IN_FOLDER(test_lost),
        IN_FOLDER(test_link),   IN_FOLDER(test_failures), IN_FOLDER(test_every_allocation_fails),
    };
    return cmocka_run_group_tests_name("deadletter", tests, NULL, NULL);
}
