/* Child processes: what they inherit, say and hear, and how they end.  This program is the child too: see
 * main(). */
#include "fixture_supervisor.h"

/* Send back what comes, and complain about it. */
static int be_echo(void)
{
    char bytes[256];
    ssize_t n;
    fputs("a line\nand the rest", stderr);
    while ((n = read(DM_FD_CONTROL, bytes, sizeof bytes)) > 0 && bytes[0] != '.')
        if (write(DM_FD_CONTROL, bytes, (size_t)n) != n)
            return 1;
    return 7;
}

static struct dm_child child;
static unsigned closed_count;

static void on_control(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    if (n < 0) {
        uv_read_stop(stream);
        child.control_ended = true;
    } else if (n > 0) {
        assert_true(dm__child_receive(&child, (dm_str){buf->base, (size_t)n}));
    }
}

static void on_error(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    if (n != 0)
        dm__child_hear(&child, (dm_str){buf->base, n > 0 ? (size_t)n : 0}, "child");
    if (n < 0) {
        uv_read_stop(stream);
        child.error_ended = true;
    }
}

static void on_exited(uv_process_t *process, int64_t status, int signal)
{
    (void)process;
    child.exited = true;
    child.exited_at = dm__clock();
    child.status = status;
    child.signal = signal;
}

static void on_closed(struct dm_child *c)
{
    assert_ptr_equal(c, &child);
    closed_count++;
}

static int spawn(const char *exe, const char *role)
{
    extern char **environ;
    static const struct dm_child_fds fds = {-1, -1, false};
    static const struct dm_child_events events = {on_control, on_error, on_exited};
    child = (struct dm_child){.supervisor = hand};
    closed_count = 0;
    snprintf(hand->exe, sizeof hand->exe, "%s", exe);
    hand->environment = environ;
    hand->job = hand_writer; /* any descriptor */
    return dm__child_spawn(&child, hand, role, &fds, &events);
}

static void say(const char *text)
{
    struct dm_frames f = {0};
    const size_t len = strlen(text);
    char *const p = dm__frames_reserve(&f, len);
    assert_non_null(p);
    memcpy(p, text, len);
    f.to += len;
    assert_true(dm__child_write(&child, &f, NULL));
    assert_null(f.ptr); /* it was taken */
}

static void close_child(void)
{
    dm__child_close(&child, on_closed);
    while (closed_count == 0 && uv_run(&hand->loop, UV_RUN_ONCE) != 0)
        ;
    assert_int_equal(closed_count, 1);
}

static void wait_gone(void)
{
    while (!child.exited || !child.control_ended || !child.error_ended)
        uv_run(&hand->loop, UV_RUN_ONCE);
    assert_true(dm__child_is_gone(&child));
}

static void test_echo(void **unused)
{
    (void)unused;
    assert_int_equal(spawn("/proc/self/exe", "__echo"), 0);
    assert_false(dm__child_is_gone(&child));
    say("ping");
    while (child.in.to - child.in.from < 4 && !child.exited)
        uv_run(&hand->loop, UV_RUN_ONCE);
    assert_str((dm_str){child.in.ptr + child.in.from, child.in.to - child.in.from}, "ping");
    say(".");
    wait_gone();
    assert_int_equal(child.status, 7);
    assert_int_equal(child.signal, 0);
    assert_string_equal(hand_log, "2||child|a line\n2||child|and the rest\n");
    close_child();
}

static void test_kill(void **unused)
{
    (void)unused;
    assert_int_equal(spawn("/proc/self/exe", "__echo"), 0);
    const pid_t pid = uv_process_get_pid(&child.process);
    assert_int_equal(getpgid(pid), pid); /* a session of its own: the signal is for it alone */
    dm__child_kill(&child);
    wait_gone();
    assert_int_equal(child.signal, SIGKILL);
    close_child();
}

static void test_failed(void **unused)
{
    (void)unused;
    assert_int_equal(spawn("/nowhere/docmill", "__echo"), UV_ENOENT);
    assert_true(dm__child_is_gone(&child));
    dm__child_kill(&child); /* there is nobody, and above all not ourselves */
    close_child();
}

static void test_hear(void **unused)
{
    (void)unused;
    static char line[1500];
    child = (struct dm_child){.supervisor = hand};
    memset(line, 'x', sizeof line);
    dm__child_hear(&child, DM_LIT("one\ntw"), "voice");
    assert_non_null(strstr(hand_log, "|voice|one\n"));
    assert_null(strstr(hand_log, "tw"));
    dm__child_hear(&child, DM_LIT("o\n\n\n"), "voice"); /* empty lines say nothing */
    assert_string_equal(hand_log, "2||voice|one\n2||voice|two\n");
    hand_log[0] = '\0';
    dm__child_hear(&child, (dm_str){line, sizeof line}, "voice");
    assert_int_equal(child.line_len, sizeof line - sizeof child.line); /* the first part went out */
    assert_memory_equal(hand_log, "2||voice|xxx", 12);
    hand_log[0] = '\0';
    dm__child_hear(&child, (dm_str){"", 0}, "voice");
    assert_int_equal(child.line_len, 0);
    assert_int_equal(strlen(hand_log), 9 + sizeof line - sizeof child.line + 1);
}

static void test_is_gone(void **unused)
{
    (void)unused;
    child = (struct dm_child){.supervisor = hand, .exited_at = UINT64_MAX / 2};
    child.control_ended = child.error_ended = true;
    assert_false(dm__child_is_gone(&child));
    child.exited = true;
    assert_true(dm__child_is_gone(&child));
    child.error_ended = false;
    child.exited_at = 0; /* long ago: something holds its standard error, and no more is waited for */
    assert_true(dm__child_is_gone(&child));
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "__echo") == 0)
        return be_echo();
    const struct CMUnitTest tests[] = {
        BY_HAND(test_echo), BY_HAND(test_kill),    BY_HAND(test_failed),
        BY_HAND(test_hear), BY_HAND(test_is_gone),
    };
    return cmocka_run_group_tests_name("spawn", tests, NULL, NULL);
}
