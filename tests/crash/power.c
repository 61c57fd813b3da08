/* The power-cut test: a pipeline runs with its file operations recorded, stands still at a random one of them, and
 * is killed.  Then its folder becomes what a disk could hold after a power cut at that moment: what was durable,
 * and of the rest nothing, or any part.  The next run must go on as if nothing had happened.
 *
 *   crash-power [--seed N] [--cuts N] [--documents N] [--pass N] [--deaf files|folders|all] [--keep]
 *
 * A run in three is only killed, so that the next one works on what is written and not yet durable; in a pass of
 * three when the first file or folder was made, the second, and so on.  One that gets to its end has its power cut there: when docmill
 * says that it is done, all is durable.
 *
 * --deaf takes syncs below the outputs' folder as not done; then the test must find a loss, and says so with exit
 * status 0: a test that cannot fail is none. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "comparison.h"
#include "corpus.h"
#include "disk.h"
#include "place.h"
#include "run.h"

enum {
    FAILED = 1, /* exit status of a run with documents that fail, and of one that was stopped */
    LARGE = 1,
    OLDER = 40, /* documents of an older pipeline */
    BREAKS = 4, /* of a pass, at most */
    KILL_ONE_IN = 3,
    START_ONE_IN = 3, /* passes */
    TEAMS = 3
};
static const uint32_t teams[TEAMS] = {1, 2, 8};

struct test {
    uint64_t seed;
    unsigned cuts_wanted, documents, pass, deafness;
    bool keep;
    struct path base, recorder;
    struct disk_log *log;
    size_t failing;
    uint64_t length; /* operations of an undisturbed run */
    unsigned cuts, ends, kills, passes;
};

/* ---- the recorder ------------------------------------------------------------------------------- */

/* The recorder finds the log beside itself. */
static void set_up_recorder(struct test *t)
{
    struct stat st;
    const struct path log = path_at(t->base.s, DISK_LOG_NAME);
    t->recorder = path_at(t->base.s, "recorder.so");
    if (symlink(CRASH_RECORDER, t->recorder.s) != 0)
        die(t->recorder.s);
    const int fd = open(log.s, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 || ftruncate(fd, (off_t)disk_log_size) != 0 || fstat(fd, &st) != 0)
        die(log.s);
    t->log = mmap(NULL, disk_log_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (t->log == MAP_FAILED)
        die(log.s);
    close(fd);
    t->log->device = st.st_dev;
}

/* After so many more operations, or so many more that make a file or folder.  Both 0: not at all */
struct stop {
    uint64_t operations, made;
};

/* No process is there that could hold the lock. */
static void set_stop(struct test *t, struct stop stop)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&t->log->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    t->log->stop_at = stop.operations != 0 ? t->log->count + stop.operations : UINT64_MAX;
    t->log->stop_at_made = stop.made != 0 ? t->log->made + stop.made : UINT64_MAX;
    t->log->stopped = 0;
}

static void forget_operations(struct test *t)
{
    t->log->used = t->log->count = t->log->made = 0;
}

static bool fails(const char *what)
{
    printf("%s\n", what);
    return false;
}

/* Run it until it ends or stands still.  *status: -1: it stood still, and is gone */
static bool run_recorded(struct test *t, const struct run_order *order, struct stop stop, int *status)
{
    set_stop(t, stop);
    if (!run_watched(order, &t->log->stopped, status))
        return fails("a run hangs");
    if (!run_kill_all())
        return fails("a process outlives its run");
    return t->log->overflowed == 0 || fails("too much for the log");
}

/* ---- references --------------------------------------------------------------------------------- */

static bool has_failed(int status)
{
    return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == FAILED;
}

/* An undisturbed run, of which nothing may go unrecorded. */
static bool make_reference(struct test *t, const char *name, bool rebuilt)
{
    int status;
    const struct path place = path_at(t->base.s, name);
    const struct run_order order = {
        .base = t->base.s, .place = place.s, .workers = 2, .preload = t->recorder.s};
    if (!run_prepare(t->base.s, place.s, rebuilt ? OLDER : 0))
        return false;
    struct disk *const disk = disk_load(place.s);
    forget_operations(t);
    bool ok = run_recorded(t, &order, (struct stop){0}, &status);
    t->length = t->log->count;
    ok = ok && (has_failed(status) || fails("the undisturbed run did not end as it must"));
    disk_follow(disk, t->log, 0, DISK_HEARS, "out");
    ok = ok && disk_is_same(disk, place.s) && comparison_is_sound(place.s, t->documents, t->failing);
    disk_free(disk);
    return ok;
}

/* ---- passes ------------------------------------------------------------------------------------- */

struct pass {
    struct path place;
    struct dice dice;
    struct disk *disk;
    uint64_t followed; /* bytes of the log */
    struct run_order order;
    bool over; /* a run got to its end, and its power was cut there */
};

static void cut(struct test *t, struct pass *p, bool ended)
{
    static const char *const names[DISK_LOSSES] = {"all", "the latest", "any"};
    const enum disk_loss loss = ended ? DISK_LOSE_ALL : (enum disk_loss)dice_throw(&p->dice, DISK_LOSSES);
    disk_cut(p->disk, &p->dice, loss);
    disk_write(p->disk, p->place.s);
    disk_free(p->disk);
    p->disk = disk_load(p->place.s);
    t->cuts++;
    t->ends += ended;
    printf("  cut %s %" PRIu64 " operations, losing %s\n", ended ? "at the end, after" : "after",
           t->log->count, names[loss]);
    forget_operations(t);
    p->followed = 0;
}

static bool stop_run(struct test *t, struct pass *p, struct stop stop)
{
    int status;
    if (!run_recorded(t, &p->order, stop, &status))
        return false;
    p->over = status != -1;
    p->followed = disk_follow(p->disk, t->log, p->followed, t->deafness, "out");
    return !p->over || has_failed(status) || fails("a run did not end as it must");
}

static void note_kill(struct test *t)
{
    printf("  killed after %" PRIu64 " operations\n", t->log->count);
    t->kills++;
}

/* At any operation, or behind the last. */
static bool break_anywhere(struct test *t, struct pass *p)
{
    enum { BEHIND = 4 };
    const uint64_t range = t->length + t->length / BEHIND;
    if (!stop_run(t, p, (struct stop){.operations = 1 + dice_throw(&p->dice, (uint32_t)range)}))
        return false;
    if (p->over || dice_throw(&p->dice, KILL_ONE_IN) != 0)
        cut(t, p, p->over);
    else
        note_kill(t);
    return true;
}

/* When so many files and folders were made: what was not synced yet, the next run finds there, and has to. */
static bool break_at_start(struct test *t, struct pass *p, uint64_t made)
{
    if (!stop_run(t, p, (struct stop){.made = made}))
        return false;
    if (!p->over)
        note_kill(t);
    if (!p->over && !stop_run(t, p, (struct stop){0}))
        return false;
    cut(t, p, true);
    return true;
}

static bool end_pass(const struct test *t, const struct pass *p, bool rebuilt)
{
    struct run_order order = p->order;
    order.preload = NULL;
    return (has_failed(run_through(&order)) || fails("the last run did not end as it must")) &&
           (run_kill_all() || fails("a process outlives its run")) &&
           comparison_is_same(path_at(t->base.s, rebuilt ? "rebuilt" : "fresh").s, p->place.s);
}

static bool run_pass(struct test *t, unsigned number)
{
    const bool at_start = number % START_ONE_IN == 0, rebuilt = !at_start && number % 2 == 0;
    struct pass p = {.place = path_at(t->base.s, "pass"), .dice = dice_new(t->seed ^ (uint64_t)number << 32)};
    p.order = (struct run_order){
        .base = t->base.s, .place = p.place.s, .workers = teams[number % TEAMS], .preload = t->recorder.s};
    printf("pass %u: %u workers, %s\n", number, p.order.workers, rebuilt ? "older outputs" : "no outputs");
    if (!run_prepare(t->base.s, p.place.s, rebuilt ? OLDER : 0))
        return false;
    p.disk = disk_load(p.place.s);
    forget_operations(t);
    bool ok = true;
    if (at_start)
        ok = break_at_start(t, &p, number / START_ONE_IN);
    for (unsigned i = 0; ok && i < BREAKS && !p.over; i++)
        ok = break_anywhere(t, &p);
    disk_free(p.disk);
    t->passes++;
    return ok && end_pass(t, &p, rebuilt);
}

static bool run_passes(struct test *t)
{
    for (unsigned number = t->pass != 0 ? t->pass : 1; t->cuts < t->cuts_wanted; number += t->pass == 0) {
        if (run_pass(t, number))
            continue;
        printf("failed: pass %u; what is left is in %s\nreplay: %s --seed %" PRIu64
               " --documents %u --pass %u\n",
               number, t->base.s, program_invocation_name, t->seed, t->documents, number);
        return false;
    }
    return true;
}

/* ---- the command line --------------------------------------------------------------------------- */

static unsigned deafness_named(const char *name)
{
    return strcmp(name, "files") == 0     ? DISK_DEAF_TO_FILES
           : strcmp(name, "folders") == 0 ? DISK_DEAF_TO_FOLDERS
           : strcmp(name, "all") == 0     ? DISK_DEAF_TO_ALL
                                          : DISK_HEARS;
}

static bool read_options(struct test *t, int argc, char **argv)
{
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},
        {"cuts", required_argument, NULL, 'c'},
        {"documents", required_argument, NULL, 'd'},
        {"pass", required_argument, NULL, 'p'},
        {"deaf", required_argument, NULL, 'D'},
        {"keep", no_argument, NULL, 'K'},
        {NULL, 0, NULL, 0},
    };
    int c;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const uint64_t number = optarg != NULL ? strtoull(optarg, NULL, 10) : 0;
        switch (c) {
        case 's':
            t->seed = number;
            break;
        case 'c':
            t->cuts_wanted = (unsigned)number;
            break;
        case 'd':
            t->documents = (unsigned)number;
            break;
        case 'p':
            t->pass = (unsigned)number;
            break;
        case 'D':
            t->deafness |= deafness_named(optarg);
            if (deafness_named(optarg) == DISK_HEARS)
                return false;
            break;
        case 'K':
            t->keep = true;
            break;
        default:
            return false;
        }
    }
    return optind == argc && t->documents > OLDER;
}

int main(int argc, char **argv)
{
    struct test t = {.seed = run_clock() % 1000000007, .cuts_wanted = 30, .documents = 300};
    if (!read_options(&t, argc, argv)) {
        fprintf(stderr, "usage: crash-power [--seed N] [--cuts N] [--documents N] [--pass N] "
                        "[--deaf files|folders|all] [--keep]\n");
        return 2;
    }
    printf("seed %" PRIu64 "\n", t.seed);
    setvbuf(stdout, NULL, _IOLBF, 0);
    t.base = place_make_base("power");
    set_up_recorder(&t);
    run_adopt_orphans();
    const uint64_t began = run_clock();
    t.failing = corpus_make(path_at(t.base.s, "in").s, t.seed, t.documents, LARGE);
    place_write_pipeline(t.base.s, 0);
    const bool ready = make_reference(&t, "rebuilt", true) && make_reference(&t, "fresh", false);
    const bool kept_all = ready && run_passes(&t);
    printf("%u power cuts, %u of them after the end, and %u kills in %u passes over %u documents and %" PRIu64
           " operations each, %.0f s\n",
           t.cuts, t.ends, t.kills, t.passes, t.documents, t.length, (double)(run_clock() - began) / 1e9);
    const bool ok = ready && (t.deafness == DISK_HEARS) == kept_all;
    if (t.deafness != DISK_HEARS)
        printf(ok ? "and that was found, as it must\n" : "syncs were not done, and nothing was found\n");
    if (ok && !t.keep)
        place_remove(t.base.s);
    else
        printf("kept: %s\n", t.base.s);
    return ok ? 0 : 1;
}
