/* What becomes of processed files: only the version that was processed is touched. */
#include "fixture_folder.h"

#include "core/text/hash.h"
#include "core/watch/afterwards.h"

static struct dm_watch_settings settings;
static char why[DM_WHY_MAX];

static int enter(void **state)
{
    settings = (struct dm_watch_settings){.after = DM_WATCH_MOVE, .done = {"done", 4}};
    return folder_enter(state);
}

static enum dm_afterwards after(const char *path, const char *content)
{
    struct dm_processed v = {.size = strlen(content), .modified = DM_LEDGER_UNSURE};
    dm__hash_value((dm_str){content, strlen(content)}, v.hash);
    const dm_str p = {path, strlen(path)};
    return dm__afterwards(&settings, p, (dm_str){path + 3, strlen(path) - 3}, &v, why);
}

static void put(const char *path, const char *content)
{
    folder_write(path, content, strlen(content));
}

static void assert_content(const char *path, const char *expected)
{
    char got[64] = "";
    const int fd = open(path, O_RDONLY);
    if (fd < 0)
        fail_msg("%s: %s", path, strerror(errno));
    const ssize_t n = read(fd, got, sizeof got - 1);
    close(fd);
    assert_true(n >= 0);
    assert_string_equal(got, expected);
}

static void test_move(void **unused)
{
    (void)unused;
    put("in/a/b.txt", "one");
    assert_int_equal(after("in/a/b.txt", "one"), DM_AFTERWARDS_DONE);
    assert_content("done/a/b.txt", "one");
    assert_int_not_equal(access("in/a/b.txt", F_OK), 0);
    assert_int_not_equal(access("in/a/.docmill-claim", F_OK), 0);
    put("in/a/b.txt", "two");
    assert_int_equal(after("in/a/b.txt", "two"), DM_AFTERWARDS_DONE);
    assert_content("done/a/b.2.txt", "two");
    put("in/a/b.txt", "three");
    assert_int_equal(after("in/a/b.txt", "three"), DM_AFTERWARDS_DONE);
    assert_content("done/a/b.3.txt", "three");
}

static void test_newer_version_stays(void **unused)
{
    (void)unused;
    put("in/a.txt", "new");
    assert_int_equal(after("in/a.txt", "old"), DM_AFTERWARDS_NEWER);
    assert_content("in/a.txt", "new");
    settings.after = DM_WATCH_DELETE;
    assert_int_equal(after("in/a.txt", "old"), DM_AFTERWARDS_NEWER);
    assert_content("in/a.txt", "new");
    assert_int_equal(after("in/a.txt", "new"), DM_AFTERWARDS_DONE);
    assert_int_not_equal(access("in/a.txt", F_OK), 0);
    assert_int_equal(after("in/a.txt", "new"), DM_AFTERWARDS_GONE);
}

static void test_open_for_writing_stays(void **unused)
{
    (void)unused;
    put("in/a.txt", "one");
    const int fd = open("in/a.txt", O_WRONLY | O_APPEND);
    assert_int_equal(after("in/a.txt", "one"), DM_AFTERWARDS_NEWER);
    assert_content("in/a.txt", "one");
    close(fd);
}

static void test_done_cannot_be_written(void **unused)
{
    (void)unused;
    put("in/a.txt", "one");
    put("done", "a file");
    assert_int_equal(after("in/a.txt", "one"), DM_AFTERWARDS_FAILED);
    assert_non_null(strstr(why, "cannot be moved"));
    assert_content("in/a.txt", "one");
}

static void test_marker_goes_too(void **unused)
{
    (void)unused;
    settings.marker = (dm_str){".done", 5};
    put("in/a.txt", "one");
    put("in/a.txt.done", "");
    assert_int_equal(after("in/a.txt", "one"), DM_AFTERWARDS_DONE);
    assert_int_not_equal(access("in/a.txt.done", F_OK), 0);
}

static void test_recover(void **unused)
{
    (void)unused;
    put("in/.docmill-claim/a.txt", "one");
    put("in/.docmill-claim/b.txt", "old");
    put("in/b.txt", "new");
    assert_int_equal(dm__afterwards_recover("in/"), 2);
    assert_content("in/a.txt", "one");
    assert_content("in/b.txt", "new");
    assert_content("in/b.2.txt", "old");
    assert_int_equal(dm__afterwards_recover("in/"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_move, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_newer_version_stays, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_open_for_writing_stays, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_done_cannot_be_written, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_marker_goes_too, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_recover, enter, folder_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
