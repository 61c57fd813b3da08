/* The writer: order, each document once, nothing of an unfinished one, and how it ends.  This program is
 * the writer too: see main(). */
#include "fixture_engine.h"

#include "core/text/hash.h"

enum { OUTPUT = 1 };
static const char jsonl[] = "  - output: jsonl\n    with: { path: out.jsonl }\n";

/* Where its output starts from: it is built anew, and nobody keeps a record of it. */
static void say_resume(const struct engine_child *c)
{
    struct dm_frames start = {0}, f = {0};
    const uint32_t flags = DM_RESUME_REPLACE | DM_RESUME_VOLATILE;
    char *p = dm__frames_add(&start, DM_FRAME_TOKEN, OUTPUT, sizeof flags);
    assert_non_null(p);
    memcpy(p, &flags, sizeof flags);
    p = dm__frames_add(&f, DM_FRAME_RESUME, 0, start.to);
    assert_non_null(p);
    memcpy(p, start.ptr, start.to);
    assert_true(dm__frames_flush(&f, c->control));
    dm__frames_fini(&start);
    dm__frames_fini(&f);
}

/* The last frame of a report is the output's token. */
static void assert_token(dm_str report, const char *beginning)
{
    struct dm_frames frames = {(char *)(uintptr_t)report.ptr, 0, report.len, report.len}; /* read only */
    struct dm_frame_view f = {0};
    for (; dm__frames_peek(&frames, &f) > 0; frames.from += f.size)
        ;
    assert_int_equal(f.type, DM_FRAME_TOKEN);
    assert_int_equal(f.number, OUTPUT);
    assert_true(f.payload.len >= strlen(beginning));
    assert_memory_equal(f.payload.ptr, beginning, strlen(beginning));
}

static struct engine_child start_writer(void)
{
    const int job = engine_job("attempts: 1, state: none", jsonl);
    struct engine_child c = engine_start("__writer", -1, job, -1);
    close(job);
    say_resume(&c);
    const struct dm_frame_view ready = engine_hear(&c, DM_FRAME_READY);
    assert_true(ready.number > 0);
    assert_token(ready.payload, "replace 0 ");
    return c;
}

/* Give the writer a worker's pipe.  return  the worker's end */
static int attach(const struct engine_child *c, uint64_t worker)
{
    int pipe[2];
    assert_int_equal(pipe2(pipe, O_CLOEXEC), 0);
    struct dm_frames f = {0};
    assert_non_null(dm__frames_add(&f, DM_FRAME_ATTACH, worker, 0));
    struct iovec iov = {f.ptr + f.from, f.to - f.from};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } space = {0};
    const struct msghdr m = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &space, .msg_controllen = sizeof space};
    struct cmsghdr *const head = CMSG_FIRSTHDR(&m);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &pipe[0], sizeof(int));
    assert_int_equal(sendmsg(c->control, &m, 0), (ssize_t)iov.iov_len);
    dm__frames_fini(&f);
    close(pipe[0]);
    return pipe[1];
}

static void send_record(int fd, uint64_t number, uint32_t step, const char *bytes)
{
    struct dm_frames f = {0};
    struct dm_frame_record head = {.revision = 1, .step = step, .source_len = 5};
    char id[DM_HASH_DIGITS + 1];
    dm__hash_bytes(DM_LIT("a.txt"), id);
    memcpy(head.id, id, sizeof head.id);
    char *const p = dm__frames_add(&f, DM_FRAME_RECORD, number, sizeof head + 5 + strlen(bytes));
    assert_non_null(p);
    memcpy(p, &head, sizeof head);
    memcpy(p + sizeof head, "a.txt", 5);
    memcpy(p + sizeof head + 5, bytes, strlen(bytes));
    assert_true(dm__frames_flush(&f, fd));
    dm__frames_fini(&f);
}

static void send_fate(int fd, enum dm_frame_type type, uint64_t number, dm_status status)
{
    struct dm_frames f = {0};
    const struct dm_fate fate = {.status = status, .step = -1};
    assert_true(dm__fate_add(&f, type, number, &fate, DM_LIT("because")));
    assert_true(dm__frames_flush(&f, fd));
    dm__frames_fini(&f);
}

static void send_document(int fd, uint64_t number, const char *bytes)
{
    send_record(fd, number, OUTPUT, bytes);
    send_fate(fd, DM_FRAME_FATE, number, DM_OK);
}

/* Documents that the writer reported, whose turns must follow each other. */
static uint64_t settled;
static dm_status settled_status[8];

static void add_settled(const struct dm_frame_view *f)
{
    uint64_t count = 0;
    struct dm_frames fates = {(char *)(uintptr_t)f->payload.ptr, 0, f->payload.len, f->payload.len};
    assert_token(f->payload, "replace "); /* what makes them count comes with them */
    for (struct dm_frame_view each; dm__frames_peek(&fates, &each) > 0; count++) {
        fates.from += each.size;
        if (each.type == DM_FRAME_TOKEN)
            break;
        assert_int_equal(each.type, DM_FRAME_FATE);
        assert_int_equal(each.number, ++settled);
        settled_status[settled] = engine_fate(&each).head.status;
    }
    assert_int_equal(count, f->number);
}

static void wait_settled(struct engine_child *c, uint64_t last)
{
    while (settled < last) {
        const struct dm_frame_view f = engine_hear(c, DM_FRAME_SETTLED);
        add_settled(&f);
    }
    assert_int_equal(settled, last);
}

/* The next frame that does not report documents. */
static struct dm_frame_view hear_other(struct engine_child *c, enum dm_frame_type type)
{
    struct dm_frame_view f;
    for (;;) {
        assert_true(engine_next(&c->in, c->control, &f));
        if (f.type != DM_FRAME_SETTLED)
            break;
        add_settled(&f);
    }
    assert_int_equal(f.type, type);
    return f;
}

static struct dm_frame_detached hear_detached(struct engine_child *c, uint64_t worker, dm_str *bits)
{
    struct dm_frame_detached head;
    const struct dm_frame_view f = hear_other(c, DM_FRAME_DETACHED);
    assert_int_equal(f.number, worker);
    assert_true(f.payload.len >= sizeof head);
    memcpy(&head, f.payload.ptr, sizeof head);
    *bits = (dm_str){f.payload.ptr + sizeof head, f.payload.len - sizeof head};
    return head;
}

static void finish(struct engine_child *c, uint64_t last, const char *expected)
{
    engine_say(c, DM_FRAME_FINISH, last);
    hear_other(c, DM_FRAME_FINISHED);
    assert_int_equal(settled, last);
    assert_int_equal(engine_end(c), 0);
    assert_file("out.jsonl", expected);
}

static int set_up(void **state)
{
    settled = 0;
    return engine_set_up(state);
}

/* ---- what it writes --------------------------------------------------------------------------- */

static void test_order(void **unused)
{
    (void)unused;
    struct engine_child c = start_writer();
    const int one = attach(&c, 1), two = attach(&c, 2);
    send_document(one, 3, "three\n");
    send_document(two, 2, "two\n");
    send_fate(two, DM_FRAME_FATE, 4, DM_DROP);
    send_document(one, 1, "one\n");
    wait_settled(&c, 4);
    assert_int_equal(settled_status[3], DM_OK);
    assert_int_equal(settled_status[4], DM_DROP);
    finish(&c, 4, "one\ntwo\nthree\n");
    close(one);
    close(two);
}

static void test_each_once(void **unused)
{
    (void)unused;
    struct engine_child c = start_writer();
    dm_str bits;
    const int one = attach(&c, 1), two = attach(&c, 2);
    send_document(one, 1, "first\n");
    wait_settled(&c, 1);
    send_document(two, 1, "settled already\n");
    send_document(two, 3, "third\n");
    send_document(two, 3, "waits already\n");
    close(two);
    struct dm_frame_detached d = hear_detached(&c, 2, &bits);
    assert_int_equal(d.next, 2);
    assert_int_equal(d.broken, 0);
    assert_int_equal(bits.len, 1);
    assert_int_equal(bits.ptr[0], 2); /* 2 is missing, 3 is here */
    send_document(one, 2, "second\n");
    wait_settled(&c, 3);
    close(one);
    d = hear_detached(&c, 1, &bits);
    assert_int_equal(d.next, 4);
    assert_int_equal(bits.len, 0);
    finish(&c, 3, "first\nsecond\nthird\n");
}

static void test_unfinished(void **unused)
{
    (void)unused;
    struct engine_child c = start_writer();
    dm_str bits;
    const int one = attach(&c, 1);
    send_document(one, 2, "second\n");
    send_record(one, 1, OUTPUT, "never\n");
    close(one); /* it died */
    const struct dm_frame_detached d = hear_detached(&c, 1, &bits);
    assert_int_equal(d.next, 1);
    assert_int_equal(d.broken, 0);
    assert_int_equal(bits.len, 1);
    assert_int_equal(bits.ptr[0], 2);
    send_fate(c.control, DM_FRAME_TOMBSTONE, 1, DM_EDOC);
    wait_settled(&c, 2);
    assert_int_equal(settled_status[1], DM_EDOC);
    assert_int_equal(settled_status[2], DM_OK);
    finish(&c, 2, "second\n");
}

/* A worker is gone, but something still holds its pipe. */
static void test_detach(void **unused)
{
    (void)unused;
    struct engine_child c = start_writer();
    dm_str bits;
    const int one = attach(&c, 7);
    send_document(one, 1, "one\n");
    engine_say(&c, DM_FRAME_DETACH, 7);
    assert_int_equal(hear_detached(&c, 7, &bits).next, 2);
    engine_say(&c, DM_FRAME_DETACH, 7); /* it is gone: no answer */
    finish(&c, 1, "one\n");
    close(one);
}

/* ---- what it refuses -------------------------------------------------------------------------- */

static void send_wrong_type(int fd)
{
    send_fate(fd, DM_FRAME_RETRY, 1, DM_EDOC);
}
static void send_wrong_step(int fd)
{
    send_record(fd, 1, 0, "to the extractor\n");
    send_fate(fd, DM_FRAME_FATE, 1, DM_OK);
}
static void send_two_numbers(int fd)
{
    send_record(fd, 2, OUTPUT, "of another\n");
    send_fate(fd, DM_FRAME_FATE, 1, DM_OK);
}
static void send_failure_with_record(int fd)
{
    send_record(fd, 1, OUTPUT, "of a failure\n");
    send_fate(fd, DM_FRAME_FATE, 1, DM_EDOC);
}
static void send_beyond_window(int fd)
{
    send_document(fd, 1 + 32768, "far ahead\n");
}

static void test_broken(void **unused)
{
    (void)unused;
    static void (*const sends[])(int) = {send_wrong_type, send_wrong_step, send_two_numbers,
                                         send_failure_with_record, send_beyond_window};
    struct engine_child c = start_writer();
    dm_str bits;
    for (size_t i = 0; i < sizeof sends / sizeof sends[0]; i++) {
        const int fd = attach(&c, i + 1);
        sends[i](fd);
        const struct dm_frame_detached d = hear_detached(&c, i + 1, &bits); /* with the pipe still open */
        assert_int_equal(d.broken, 1);
        assert_int_equal(d.next, 1);
        close(fd);
    }
    const int good = attach(&c, 99);
    send_document(good, 1, "one\n");
    wait_settled(&c, 1);
    finish(&c, 1, "one\n");
    close(good);
}

static void test_too_early(void **unused)
{
    (void)unused;
    struct engine_child c = start_writer();
    const int one = attach(&c, 1);
    send_document(one, 1, "one\n");
    wait_settled(&c, 1);
    engine_say(&c, DM_FRAME_FINISH, 2);
    const struct dm_frame_view f = hear_other(&c, DM_FRAME_STOP);
    assert_str(engine_fate(&f).why, "the run is to end before all documents have arrived");
    const int status = engine_end(&c);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), DM_EXIT_FAILED);
    assert_int_equal(access("out.jsonl", F_OK), -1); /* the target did not get its name */
    close(one);
}

/* Told to leave: what arrived is reported, and the outputs do not take their names. */
static void test_end(void **unused)
{
    (void)unused;
    struct engine_child c = start_writer();
    const int one = attach(&c, 1);
    send_document(one, 1, "one\n");
    wait_settled(&c, 1);
    engine_say(&c, DM_FRAME_END, 0);
    assert_int_equal(engine_end(&c), 0);
    assert_int_equal(access("out.jsonl", F_OK), -1);
    close(one);
}

#define WRITER(test) cmocka_unit_test_setup_teardown(test, set_up, engine_tear_down)

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "__writer") == 0)
        return dm__writer_main();
    const struct CMUnitTest tests[] = {
        WRITER(test_order),  WRITER(test_each_once), WRITER(test_unfinished), WRITER(test_detach),
        WRITER(test_broken), WRITER(test_too_early), WRITER(test_end),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
