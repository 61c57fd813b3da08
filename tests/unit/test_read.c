/* Reading one input: sizes at the limit, and all that is no file. */
#include "fixture_folder.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "core/engine/engine.h"
#include "core/ledger/ledger.h"
#include "core/text/str.h"

static char *buffer, why[DM_WHY_MAX];
static size_t cap;
static dm_str out;
static struct dm_input_version version;

static dm_status read_input(const char *path, uint64_t max)
{
    why[0] = '\0';
    return dm__engine_read(AT_FDCWD, path, max, &buffer, &cap, &out, &version, why);
}

static int leave(void **state)
{
    free(buffer);
    buffer = NULL;
    cap = 0;
    return folder_leave(state);
}

static void assert_refused(const char *path, uint64_t max, dm_status status, const char *expected)
{
    assert_int_equal(read_input(path, max), status);
    assert_string_equal(why, expected);
    dm__engine_look(path, max, why);
    assert_string_equal(why, expected); /* looking says the same */
}

static void test_sizes(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {0, 1, 4095, 4096, 65535, 65536, 65537, 1000000};
    char *const bytes = malloc(1000000);
    for (size_t i = 0; i < 1000000; i++)
        bytes[i] = (char)(i * 31);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        folder_write("file", bytes, sizes[i]);
        assert_int_equal(read_input("file", 1 << 30), DM_OK);
        assert_int_equal(out.len, sizes[i]);
        assert_non_null(out.ptr);
        assert_memory_equal(out.ptr, bytes, sizes[i]);
        assert_int_equal(dm__engine_look("file", 1 << 30, why), sizes[i]);
        assert_string_equal(why, "");
    }
    for (size_t i = sizeof sizes / sizeof sizes[0]; i-- > 0;) { /* the buffer is used again */
        folder_write("file", bytes, sizes[i]);
        assert_int_equal(read_input("file", 1 << 30), DM_OK);
        assert_int_equal(out.len, sizes[i]);
        assert_ptr_equal(out.ptr, buffer);
    }
    free(bytes);
}

static void test_limit(void **unused)
{
    (void)unused;
    folder_write("file", "0123456789", 10);
    assert_int_equal(read_input("file", 10), DM_OK);
    assert_int_equal(out.len, 10);
    assert_refused("file", 9, DM_EDOC, "is too large: 10 bytes, and input max-size is 9");
    folder_write("empty", "", 0);
    assert_int_equal(read_input("empty", 0), DM_OK);
    assert_int_equal(out.len, 0);
    /* a huge file takes no memory to refuse */
    assert_int_equal(truncate("file", (off_t)3 << 40), 0);
    assert_refused("file", 1 << 30, DM_EDOC,
                   "is too large: 3298534883328 bytes, and input max-size is 1073741824");
}

static void test_no_file(void **unused)
{
    (void)unused;
    assert_refused("nothing", 100, DM_EDOC, "cannot be opened: No such file or directory");
    assert_int_equal(mkdir("folder", 0777), 0);
    assert_refused("folder", 100, DM_EDOC, "is a folder, not a file");
    assert_int_equal(mkfifo("pipe", 0666), 0);
    assert_refused("pipe", 100, DM_EDOC, "is a FIFO"); /* without waiting for a writer */
    assert_refused("/dev/null", 100, DM_EDOC, "is no regular file");
    assert_refused("folder/x/y", 100, DM_EDOC, "cannot be opened: No such file or directory");
    folder_touch("file");
    assert_refused("file/x", 100, DM_EDOC, "cannot be opened: Not a directory");
    assert_int_equal(symlink("loop", "loop"), 0);
    assert_refused("loop", 100, DM_EDOC, "cannot be opened: Too many levels of symbolic links");
    assert_int_equal(symlink("folder", "link"), 0);
    assert_refused("link", 100, DM_EDOC, "is a folder, not a file");
}

static void test_socket(void **unused)
{
    (void)unused;
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
    assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(read_input("socket", 100), DM_EDOC);
    assert_string_equal(why, "cannot be opened: No such device or address");
    close(fd);
}

static void test_unreadable(void **unused)
{
    (void)unused;
    folder_touch("closed");
    assert_int_equal(chmod("closed", 0), 0);
    if (access("closed", R_OK) == 0)
        skip(); /* root reads everything */
    assert_refused("closed", 100, DM_EDOC, "cannot be opened: Permission denied");
}

/* A file whose size is not what it says is being written, or is none of the disk's. */
static void test_size_that_is_none(void **unused)
{
    (void)unused;
    assert_int_equal(read_input("/proc/self/status", 1 << 20), DM_ERETRY);
    assert_string_equal(why, "changed while it was read");
}

/* When the process has no descriptors left, the document may be tried again. */
static void test_no_descriptors(void **unused)
{
    (void)unused;
    folder_touch("file");
    int taken[4096];
    size_t n = 0;
    while (n < 4096 && (taken[n] = open("/dev/null", O_RDONLY)) >= 0)
        n++;
    if (n == 4096) {
        while (n > 0)
            close(taken[--n]);
        skip(); /* there are too many of them */
    }
    const dm_status status = read_input("file", 100);
    while (n > 0)
        close(taken[--n]);
    assert_int_equal(status, DM_ERETRY);
    assert_string_equal(why, "cannot be opened: Too many open files");
    assert_int_equal(read_input("file", 100), DM_OK);
}

/* Somebody writes to a file without an end while it is read. */
static void test_changing(void **unused)
{
    (void)unused;
    char bytes[4096];
    memset(bytes, 'x', sizeof bytes);
    folder_write("changing.txt", bytes, sizeof bytes);
    const pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        const int fd = open("changing.txt", O_WRONLY | O_CLOEXEC);
        while (pwrite(fd, bytes, sizeof bytes, 0) > 0) /* of the same size: only the time tells */
            ;
        _exit(1);
    }
    dm_status status = DM_OK;
    for (unsigned tries = 0; status == DM_OK && tries < 1000000; tries++)
        status = read_input("changing.txt", 4096);
    kill(writer, SIGKILL);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
    assert_int_equal(status, DM_ERETRY);
    assert_string_equal(why, "changed while it was read");
}

/* A time of change that may come to hold for other bytes too is not to be relied on. */
static void test_version(void **unused)
{
    (void)unused;
    folder_write("a.txt", "four", 4);
    static const struct {
        time_t at;
        bool sure;
    } cases[] = {{1000000000, true}, {4000000000, false}};
    for (size_t i = 0; i < 2; i++) {
        const struct timespec times[] = {{.tv_sec = cases[i].at}, {.tv_sec = cases[i].at}};
        assert_int_equal(utimensat(AT_FDCWD, "a.txt", times, 0), 0);
        assert_int_equal(read_input("a.txt", 4), DM_OK);
        assert_int_equal(version.size, 4);
        assert_int_equal(version.modified,
                         cases[i].sure ? (int64_t)cases[i].at * 1000000000 : (int64_t)DM_LEDGER_UNSURE);
    }
    folder_write("new.txt", "just now", 8);
    assert_int_equal(read_input("new.txt", 8), DM_OK);
    assert_int_equal(version.modified, DM_LEDGER_UNSURE);
    assert_int_equal(read_input("nowhere.txt", 8), DM_EDOC);
    assert_int_equal(version.modified, 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_sizes),          IN_FOLDER(test_limit),      IN_FOLDER(test_no_file),
        IN_FOLDER(test_socket),         IN_FOLDER(test_unreadable), IN_FOLDER(test_size_that_is_none),
        IN_FOLDER(test_no_descriptors), IN_FOLDER(test_changing),   IN_FOLDER(test_version),
    };
    return cmocka_run_group_tests_name("read", tests, NULL, NULL);
}
