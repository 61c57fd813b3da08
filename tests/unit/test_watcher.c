/* The watcher: every file that comes is handed out once it is complete, whatever happens at the same time. */
#include "fixture_folder.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "core/watch/watcher.h"

static struct dm_watch_settings settings;
static struct dm_input_settings input;
static dm_str ignored[] = {{"*.tmp", 5}, {"*.part", 6}};
static dm_str paths[2];
static char why[DM_WHY_MAX];
/* ns: what is polled comes again and again, as no ledger is asked here */
static uint64_t longest;

static uint64_t clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static void sleep_ms(long ms)
{
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static int enter(void **state)
{
    signal(SIGIO, SIG_IGN);
    longest = 30 * 1000000000ULL;
    settings = (struct dm_watch_settings){
        .settle = 50, .audit = 3600000, .poll_every = 50, .ignore = ignored, .ignore_count = 2};
    paths[0] = (dm_str){"in", 2};
    input = (struct dm_input_settings){.paths = paths, .path_count = 1, .literal = true};
    return folder_enter(state) != 0 ? -1 : mkdir("in", 0777);
}

static struct dm_watcher *open_watcher(size_t names)
{
    const struct dm_watcher_options o = {.input = &input, .settings = &settings, .names = names};
    struct dm_watcher *const w = dm__watcher_open(&o, why);
    if (w == NULL)
        fail_msg("%s", why);
    return w;
}

/* Work until nothing has come for `quiet` ms; the names that came, packed, are counted by `seen`. */
struct haul {
    char *names;
    size_t len, count;
    bool keep; /* do not say done */
};

static void take(struct dm_watcher *w, struct haul *h)
{
    struct dm_source_item item;
    while (dm__watcher_next(w, clock_ns(), &item) == 1) {
        char *const names = realloc(h->names, h->len + item.source.len + 2);
        assert_non_null(names);
        h->names = names;
        memcpy(names + h->len, item.source.ptr, item.source.len);
        h->len += item.source.len;
        names[h->len++] = item.refused != NULL ? '!' : '\n';
        names[h->len] = '\0';
        h->count++;
        if (!h->keep)
            dm__watcher_done(w, item.path);
    }
}

static void work_for(struct dm_watcher *w, struct haul *h, uint64_t quiet)
{
    uint64_t last = clock_ns();
    const uint64_t began = last;
    while (clock_ns() - last < quiet * 1000000U && clock_ns() - began < longest) {
        const size_t before = h->count;
        dm__watcher_work(w, clock_ns());
        take(w, h);
        if (h->count != before)
            last = clock_ns();
        struct pollfd p = {dm__watcher_fd(w), POLLIN, 0};
        const uint64_t wait = dm__watcher_wait(w, clock_ns());
        if (h->count == before)
            poll(&p, 1, wait > 10 ? 10 : (int)wait);
    }
}

static void assert_haul(struct dm_watcher *w, uint64_t quiet, const char *expected)
{
    struct haul h = {NULL, 0, 0, false};
    work_for(w, &h, quiet);
    if (strcmp(h.names != NULL ? h.names : "", expected) != 0)
        fail_msg("expected %s, found %s", expected, h.names);
    free(h.names);
}

static void test_what_lies_there_and_what_comes(void **unused)
{
    (void)unused;
    folder_touch("in/a.txt");
    folder_touch("in/.hidden");
    folder_touch("in/b.tmp");
    struct dm_watcher *const w = open_watcher(0);
    assert_haul(w, 30, "a.txt\n");
    folder_touch("in/c.txt");
    assert_haul(w, 30, "c.txt\n");
    assert_int_equal(rename("in/b.tmp", "in/b.txt"), 0);
    assert_haul(w, 30, "b.txt\n");
    assert_int_equal(link("in/b.txt", "in/linked.txt"), 0); /* no close-write tells of it */
    assert_haul(w, 30, "linked.txt\n");
    dm__watcher_close(w);
}

static void test_written_files_wait(void **unused)
{
    (void)unused;
    const int early = open("in/early.txt", O_WRONLY | O_CREAT, 0666);
    assert_true(early >= 0);
    assert_int_equal(write(early, "x", 1), 1);
    struct dm_watcher *const w = open_watcher(0);
    const int late = open("in/late.txt", O_WRONLY | O_CREAT, 0666);
    assert_haul(w, 200, ""); /* four times as long as settle */
    close(early);
    assert_haul(w, 30, "early.txt\n");
    close(late);
    assert_haul(w, 30, "late.txt\n");
    dm__watcher_close(w);
}

static void test_again_while_at_work(void **unused)
{
    (void)unused;
    struct dm_watcher *const w = open_watcher(0);
    struct haul h = {.keep = true};
    folder_touch("in/a.txt");
    work_for(w, &h, 30);
    folder_touch("in/a.txt");
    work_for(w, &h, 30);
    assert_string_equal(h.names, "a.txt\n"); /* not twice at once */
    dm__watcher_done(w, (dm_str){"in/a.txt", 8});
    work_for(w, &h, 30);
    assert_string_equal(h.names, "a.txt\na.txt\n");
    free(h.names);
    dm__watcher_close(w);
}

static void make_tree(unsigned trees, unsigned files)
{
    char path[128];
    for (unsigned t = 0; t < trees; t++)
        for (unsigned f = 0; f < files; f++) {
            snprintf(path, sizeof path, "in/%u/deep/%u/%u.txt", t, f % 7, f);
            const int fd = f < 7 ? -1 : open(path, O_WRONLY | O_CREAT, 0666);
            if (fd < 0)
                folder_touch(path);
            else
                close(fd);
        }
}

/* Events that the kernel's queue holds. */
static uint64_t kernel_keeps(void)
{
    unsigned long most = 0;
    FILE *const f = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
    if (f == NULL || fscanf(f, "%lu", &most) != 1)
        most = ULONG_MAX;
    if (f != NULL)
        fclose(f);
    return most;
}

/* Folders and files that come at the same moment, from another process, while nobody listens now and then. */
static void count_in_tree(unsigned trees, unsigned files, size_t names, unsigned listens)
{
    struct dm_watcher *const w = open_watcher(names);
    struct haul h = {NULL, 0, 0, false};
    work_for(w, &h, 20);
    const pid_t child = fork();
    if (child == 0) {
        make_tree(trees, files);
        _exit(0);
    }
    for (unsigned i = 0; i < listens; i++) {
        dm__watcher_work(w, clock_ns());
        take(w, &h);
        sleep_ms(10); /* busy */
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    work_for(w, &h, 300);
    assert_true(h.count >= (size_t)trees * files);
    char *seen = calloc((size_t)trees * files, 1);
    assert_non_null(seen);
    size_t different = 0;
    for (char *p = h.names, *end; p < h.names + h.len; p = end + 1) {
        unsigned t, f, d;
        end = strchr(p, '\n');
        assert_int_equal(sscanf(p, "%u/deep/%u/%u.txt", &t, &d, &f), 3);
        different += !seen[t * files + f];
        seen[t * files + f] = 1;
    }
    free(seen);
    struct dm_watcher_counts counts;
    dm__watcher_counts(w, &counts);
    /* How fast the other process writes is nobody's promise: that none is missed holds either way. */
    if (names != 0 && counts.overflows == 0 && kernel_keeps() <= 2 * (uint64_t)trees * files)
        print_message("the kernel's queue did not overflow this time\n");
    assert_int_equal(different, (size_t)trees * files);
    free(h.names);
    dm__watcher_close(w);
}

static void test_folders_at_the_same_moment(void **unused)
{
    (void)unused;
    count_in_tree(200, 20, 0, 20);
}

static void test_little_memory_and_overflow(void **unused)
{
    (void)unused;
    count_in_tree(2, 8500, 512, 3); /* more events than the kernel keeps */
}

static void test_folders_that_move(void **unused)
{
    (void)unused;
    folder_touch("out/x/y/1.txt");
    struct dm_watcher *const w = open_watcher(0);
    assert_haul(w, 30, "");
    assert_int_equal(rename("out/x", "in/x"), 0); /* moved in */
    assert_haul(w, 30, "x/y/1.txt\n");
    assert_int_equal(rename("in/x", "in/z"), 0); /* within */
    assert_haul(w, 30, "z/y/1.txt\n");
    folder_touch("in/z/y/2.txt");
    assert_haul(w, 30, "z/y/2.txt\n");
    assert_int_equal(rename("in/z", "out/z"), 0); /* out: it is none of ours any more */
    assert_haul(w, 30, "");
    folder_touch("out/z/y/3.txt");
    assert_haul(w, 30, "");
    dm__watcher_close(w);
}

static void test_root_comes_back(void **unused)
{
    (void)unused;
    char line[DM_WHY_MAX];
    struct dm_watcher *const w = open_watcher(0);
    assert_haul(w, 30, "");
    assert_int_equal(rmdir("in"), 0);
    assert_haul(w, 30, "");
    assert_true(dm__watcher_told(w, line));
    assert_non_null(strstr(line, "gone"));
    folder_touch("in/sub/a.txt");
    assert_haul(w, 700, "sub/a.txt\n");
    assert_true(dm__watcher_told(w, line));
    assert_non_null(strstr(line, "back"));
    folder_touch("in/b.txt");
    assert_haul(w, 30, "b.txt\n");
    assert_int_equal(rename("in", "old"), 0); /* another in its place */
    folder_touch("in/c.txt");
    assert_haul(w, 700, "c.txt\n");
    folder_touch("old/d.txt");
    assert_haul(w, 30, "");
    dm__watcher_close(w);
}

static void test_polling(void **unused)
{
    (void)unused;
    settings.poll = DM_WATCH_POLL_ALWAYS;
    longest = 300 * 1000000U;
    folder_touch("in/a/b.txt");
    struct dm_watcher *const w = open_watcher(0);
    struct haul h = {NULL, 0, 0, false};
    work_for(w, &h, 200);
    assert_non_null(strstr(h.names, "a/b.txt\n"));
    folder_touch("in/a/c.txt");
    work_for(w, &h, 200);
    assert_non_null(strstr(h.names, "a/c.txt\n"));
    free(h.names);
    dm__watcher_close(w);
}

static void put_text(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        _exit(77);
    close(fd);
}

/* A namespace of its own has limits of its own. */
static void limit_watches(const char *most)
{
    if (unshare(CLONE_NEWUSER) != 0)
        _exit(77);
    put_text("/proc/self/setgroups", "deny");
    put_text("/proc/self/uid_map", "0 0 1");
    put_text("/proc/self/gid_map", "0 0 1");
    put_text("/proc/sys/user/max_inotify_watches", most);
}

static void look_without_watches(void)
{
    char line[DM_WHY_MAX], path[64];
    limit_watches("3");
    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof path, "in/%d/a.txt", i);
        folder_touch(path);
    }
    struct dm_watcher *const w = open_watcher(0);
    struct haul h = {NULL, 0, 0, false};
    longest = 300 * 1000000U;
    work_for(w, &h, 200);
    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof path, "in/%d/late.txt", i);
        folder_touch(path);
    }
    work_for(w, &h, 200);
    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof path, "%d/late.txt\n", i);
        if (strstr(h.names, path) == NULL)
            _exit(1);
    }
    if (!dm__watcher_told(w, line) || strstr(line, "max_user_watches") == NULL || dm__watcher_told(w, line))
        _exit(2);
    dm__watcher_close(w);
    free(h.names);
    _exit(0);
}

static void test_no_more_watches(void **unused)
{
    (void)unused;
    int status;
    if (geteuid() != 0)
        skip();
    const pid_t child = fork();
    if (child == 0)
        look_without_watches();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) /* no namespaces here */
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_markers(void **unused)
{
    (void)unused;
    settings.marker = (dm_str){".done", 5};
    folder_touch("in/a.txt");
    folder_touch("in/a.txt.done");
    folder_touch("in/b.txt");
    struct dm_watcher *const w = open_watcher(0);
    struct haul h = {NULL, 0, 0, false};
    work_for(w, &h, 50);
    assert_string_equal(h.names, "a.txt\na.txt\n"); /* by its name and by its marker */
    free(h.names);
    folder_touch("in/b.txt.done");
    assert_haul(w, 50, "b.txt\n");
    dm__watcher_close(w);
}

static void test_order(void **unused)
{
    (void)unused;
    const char *const names[] = {"in/b.txt", "in/c.txt", "in/a.txt"};
    for (int i = 0; i < 3; i++) {
        const struct timespec times[2] = {{1000000 + i, 0}, {1000000 + i, 0}};
        folder_touch(names[i]);
        assert_int_equal(utimensat(AT_FDCWD, names[i], times, 0), 0);
    }
    struct dm_watcher *w = open_watcher(0);
    assert_haul(w, 30, "b.txt\nc.txt\na.txt\n");
    dm__watcher_close(w);
    settings.order = DM_WATCH_NEWEST;
    w = open_watcher(0);
    assert_haul(w, 30, "a.txt\nc.txt\nb.txt\n");
    dm__watcher_close(w);
}

static void test_what_is_no_file(void **unused)
{
    (void)unused;
    struct dm_watcher *const w = open_watcher(0);
    assert_haul(w, 30, "");
    assert_int_equal(mkfifo("in/fifo", 0666), 0);
    assert_haul(w, 30, "fifo!");
    assert_int_equal(symlink("/etc/passwd", "in/link"), 0);
    assert_haul(w, 30, "link!");
    dm__watcher_close(w);
}

static void test_min_age(void **unused)
{
    (void)unused;
    settings.min_age = 300;
    struct dm_watcher *const w = open_watcher(0);
    folder_touch("in/a.txt");
    assert_haul(w, 100, "");
    assert_haul(w, 400, "a.txt\n");
    dm__watcher_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_lies_there_and_what_comes, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_written_files_wait, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_again_while_at_work, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_folders_at_the_same_moment, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_little_memory_and_overflow, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_folders_that_move, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_root_comes_back, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_polling, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_no_more_watches, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_markers, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_order, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_what_is_no_file, enter, folder_leave),
        cmocka_unit_test_setup_teardown(test_min_age, enter, folder_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
