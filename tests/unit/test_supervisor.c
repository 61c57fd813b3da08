/* Whole runs, of a supervisor in this process, and a writer and workers that are this program too: see
 * main(). */
#include "fixture_engine.h"

#include "core/engine/engine.h"

static const char output[] = "  - output: jsonl\n    with: { path: out.jsonl, edits: none }\n";

/* extract-text, fault (to documents that hold "bad"), output-jsonl */
#define FAULT(mode)                                                                                          \
    "  - clean: fault\n    with: { mode: " mode ", match: bad }\n"                                           \
    "  - output: jsonl\n    with: { path: out.jsonl, edits: none }\n"

static struct dm_engine_summary summary;
static char told[1024]; /* of each document: source, status, attempts, stage, why */

static void on_document(void *owner, const struct dm_engine_document *d)
{
    const size_t n = strlen(told);
    (void)owner;
    snprintf(told + n, sizeof told - n, "%.*s %d %u %.*s: %.*s\n", (int)d->source.len, d->source.ptr,
             d->status, d->attempts, (int)d->stage.len, d->stage.ptr, (int)d->why.len, d->why.ptr);
}

static int run(const char *settings, const char *stages, uint64_t limit)
{
    const struct dm_engine_options options = {.pipeline = engine_read(settings, stages),
                                              .registry = &engine_registry,
                                              .args = &engine_args,
                                              .workers = 2,
                                              .limit = limit};
    const struct dm_engine_events events = {.document = on_document};
    told[0] = '\0';
    return dm__engine_run(&engine_arena, &options, &events, &summary);
}

static void write_inputs(void)
{
    folder_write("in/a.txt", "first\n", 6);
    folder_write("in/b.txt", "bad\n", 4);
    folder_write("in/c.txt", "third\n", 6);
}

/* Where the sources of the output's lines begin, in order; -1: there is none. */
static void assert_order(const char *const *sources, size_t count)
{
    char bytes[8192] = "";
    const int fd = open("out.jsonl", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(read(fd, bytes, sizeof bytes - 1) >= 0);
    close(fd);
    const char *at = bytes;
    for (size_t i = 0; i < count; i++) {
        at = strstr(at, sources[i]);
        if (at == NULL)
            fail_msg("%s is not where it should be", sources[i]);
    }
    size_t lines = 0;
    for (const char *p = bytes; *p != '\0'; p++)
        lines += *p == '\n';
    assert_int_equal(lines, count);
}

static void test_run(void **unused)
{
    (void)unused;
    static const char *const all[] = {"a.txt", "b.txt", "c.txt"};
    write_inputs();
    assert_int_equal(run("attempts: 1", output, 0), DM_EXIT_OK);
    assert_null(summary.stopped);
    assert_int_equal(summary.found, 3);
    assert_int_equal(summary.done, 3);
    assert_int_equal(summary.pending, 0);
    assert_int_equal(summary.bytes, 16);
    assert_int_equal(summary.workers, 2);
    assert_int_equal(summary.written_count, 1);
    assert_str(summary.written[0], "out.jsonl");
    assert_string_equal(told, "");
    assert_order(all, 3);
}

static void test_limit(void **unused)
{
    (void)unused;
    static const char *const two[] = {"a.txt", "b.txt"};
    write_inputs();
    assert_int_equal(run("attempts: 1", output, 2), DM_EXIT_OK);
    assert_int_equal(summary.found, 2);
    assert_int_equal(summary.done, 2);
    assert_order(two, 2);
}

static void test_failure(void **unused)
{
    (void)unused;
    static const char *const others[] = {"a.txt", "c.txt"};
    write_inputs();
    assert_int_equal(run("attempts: 3", FAULT("fail"), 0), DM_EXIT_FAILED);
    assert_null(summary.stopped);
    assert_int_equal(summary.done, 2);
    assert_int_equal(summary.failed, 1);
    assert_string_equal(told, "b.txt -1 1 clean-fault: a bad document, as asked\n");
    assert_order(others, 2);
}

/* One document pays, the others do not notice. */
static void test_crash(void **unused)
{
    (void)unused;
    static const char *const others[] = {"a.txt", "c.txt"};
    write_inputs();
    assert_int_equal(run("attempts: 2", FAULT("crash"), 0), DM_EXIT_FAILED);
    assert_null(summary.stopped);
    assert_int_equal(summary.done, 2);
    assert_int_equal(summary.failed, 1);
    assert_non_null(strstr(told, " 2 clean-fault: crashed: Segmentation fault\n"));
    assert_order(others, 2);
}

static void test_retry(void **unused)
{
    (void)unused;
    write_inputs();
    assert_int_equal(run("attempts: 2", FAULT("retry"), 0), DM_EXIT_FAILED);
    assert_int_equal(summary.done, 2);
    assert_int_equal(summary.failed, 1);
    assert_non_null(strstr(told, " 2 clean-fault: try again, as asked\n"));
}

static void test_bug(void **unused)
{
    (void)unused;
    write_inputs();
    assert_int_equal(run("attempts: 2", FAULT("bug"), 0), DM_EXIT_FAILED);
    assert_string_equal(summary.stopped, "in/b.txt: clean-fault: a bug, as asked");
    assert_true(summary.pending >= 1);
}

/* A target that cannot be had refuses the run. */
static void test_refused(void **unused)
{
    (void)unused;
    write_inputs();
    folder_write("taken", "x", 1); /* a file where a folder should be */
    assert_int_equal(run("attempts: 1", "  - output: jsonl\n    with: { path: taken/out.jsonl }\n", 0),
                     DM_EXIT_REFUSED);
    assert_non_null(summary.stopped);
    assert_memory_equal(summary.stopped, "output-jsonl: ", 14);
    assert_int_equal(summary.done, 0);
}

static void test_empty(void **unused)
{
    (void)unused;
    assert_int_equal(run("attempts: 1", output, 0), DM_EXIT_OK);
    assert_int_equal(summary.found, 0);
    assert_file("out.jsonl", "");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "__worker") == 0)
        return dm__worker_main();
    if (argc == 2 && strcmp(argv[1], "__writer") == 0)
        return dm__writer_main();
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_run),   IN_FOLDER(test_limit), IN_FOLDER(test_failure), IN_FOLDER(test_crash),
        IN_FOLDER(test_retry), IN_FOLDER(test_bug),   IN_FOLDER(test_refused), IN_FOLDER(test_empty),
    };
    return cmocka_run_group_tests_name("supervisor", tests, NULL, NULL);
}
