/* Dead letters: what is in them, what they are called, and what an earlier run left. */
#include "fixture_folder.h"

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
                                  .status = DM_EDOC,
                                  .attempts = 2,
                                  .log = DM_LIT("")};
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
    assert_true(dm__deadletter_open(&arena, DM_LIT("out/.docmill"), &letters, why));
    assert_string_equal(letters.ptr, "out/.docmill/dead-letters");
    struct dm_deadletter d = letter("folder/a \"b\".txt");
    d.log = DM_LIT("first line\n\nsecond \"line\"\nno end");
    assert_true(dm__deadletter_write(&arena, letters, &d, &path));
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
    assert_true(dm__deadletter_open(&arena, DM_LIT("state"), &letters, why));
    struct dm_deadletter d = letter("caf\xE9\n.txt");
    d.path = DM_LIT("in/caf\xE9\n.txt");
    assert_true(dm__deadletter_write(&arena, letters, &d, &path));
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
    assert_true(dm__deadletter_open(&arena, DM_LIT("state"), &letters, why));
    struct dm_deadletter d = letter("a.txt");
    d.path = DM_LIT("in/../in/a.txt");
    assert_true(dm__deadletter_write(&arena, letters, &d, &path));
    snprintf(expected, sizeof expected, "%s/in/a.txt", folder);
    assert_field(read_letter(path), "path", expected);
}

/* One letter for each document; the last one counts. */
static void test_again(void **unused)
{
    (void)unused;
    dm_str first, second, other;
    assert_true(dm__deadletter_open(&arena, DM_LIT("state"), &letters, why));
    struct dm_deadletter d = letter("a.txt");
    assert_true(dm__deadletter_write(&arena, letters, &d, &first));
    d.why = DM_LIT("another reason");
    assert_true(dm__deadletter_write(&arena, letters, &d, &second));
    d = letter("b.txt");
    assert_true(dm__deadletter_write(&arena, letters, &d, &other));
    assert_string_equal(first.ptr, second.ptr);
    assert_string_not_equal(first.ptr, other.ptr);
    assert_field(read_letter(first), "reason", "another reason");
    assert_int_equal(count_files(letters.ptr), 2);
}

/* A new run removes the letters of the last, and nothing else. */
static void test_earlier_run(void **unused)
{
    (void)unused;
    dm_str path;
    assert_true(dm__deadletter_open(&arena, DM_LIT("state"), &letters, why));
    const struct dm_deadletter d = letter("a.txt");
    assert_true(dm__deadletter_write(&arena, letters, &d, &path));
    static const char *const others[] = {"state/dead-letters/notes.txt",
                                         "state/dead-letters/0123456789abcdef0123456789abcde.json",
                                         "state/dead-letters/0123456789abcdef0123456789abcdef.txt",
                                         "state/dead-letters/0123456789ABCDEF0123456789ABCDEF.json",
                                         "state/dead-letters/x0123456789abcdef0123456789abcdef.json"};
    for (size_t i = 0; i < 5; i++)
        folder_touch(others[i]);
    assert_true(dm__deadletter_open(&arena, DM_LIT("state"), &letters, why));
    assert_int_equal(count_files(letters.ptr), 5);
    assert_int_not_equal(access(path.ptr, F_OK), 0);
}

static void test_failures(void **unused)
{
    (void)unused;
    dm_str path;
    folder_touch("file");
    assert_false(dm__deadletter_open(&arena, DM_LIT("file/state"), &letters, why));
    assert_string_equal(why, "file/state/dead-letters: Not a directory");
    static char name[PATH_MAX + 1];
    memset(name, 'n', sizeof name);
    assert_false(dm__deadletter_open(&arena, (dm_str){name, sizeof name}, &letters, why));
    assert_string_equal(why, "the state folder's path is too long");
    const struct dm_deadletter d = letter("a.txt");
    assert_false(dm__deadletter_write(&arena, DM_LIT("nowhere"), &d, &path));
    assert_int_equal(errno, ENOENT);
}

/* Whichever allocation fails, no half letter is left. */
static void test_every_allocation_fails(void **unused)
{
    (void)unused;
    assert_true(dm__deadletter_open(&arena, DM_LIT("state"), &letters, why));
    struct dm_deadletter d = letter("caf\xE9.txt");
    d.log = DM_LIT("a line\nanother");
    for (size_t n = 1;; n++) {
        assert_in_range(n, 1, 100);
        struct dm_arena small;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        dm_str path = {NULL, 0};
        const bool ok = dm__deadletter_write(&small, letters, &d, &path), reached = small.fail_after == 0;
        assert_int_equal(ok, !reached);
        assert_int_equal(count_files(letters.ptr), ok ? 1 : 0);
        if (ok)
            assert_field(read_letter(path), "source_hex", "636166e92e747874");
        dm__arena_fini(&small);
        if (ok)
            break;
    }
    for (size_t n = 1; n < 3; n++) {
        struct dm_arena small;
        dm__arena_init(&small, 0);
        small.fail_after = n;
        assert_int_equal(dm__deadletter_open(&small, DM_LIT("state"), &letters, why), n != 1);
        dm__arena_fini(&small);
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_fields),
        IN_FOLDER(test_bytes),
        IN_FOLDER(test_absolute_path),
        IN_FOLDER(test_again),
        IN_FOLDER(test_earlier_run),
        IN_FOLDER(test_failures),
        IN_FOLDER(test_every_allocation_fails),
    };
    return cmocka_run_group_tests_name("deadletter", tests, NULL, NULL);
}
