/* A kill at every step of the protocol: at each fail point, the first and the second time that a process comes
 * there.  The run is started again without it, and must end as if nothing had happened.
 *
 *   crash-failpoints [--all] [--keep] [NAME...]
 *
 * With --all each of them in all ways: the first three times, with 1 and 2 workers, with and without outputs of an
 * older pipeline that are replaced.  Without, the first time with 2 workers, the second, where a
 * process comes there again, with 1, and the steps of the end with older outputs.
 *
 * A point at which no process arrives is an error: then the list of names has outlived the code. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "comparison.h"
#include "core/engine/failpoint.h"
#include "corpus.h"
#include "place.h"
#include "run.h"

enum {
    FAILED = 1,     /* exit status of a run with documents that fail, and of one that was stopped */
    DOCUMENTS = 40, /* too few for one that crashes, which would cost each run two workers */
    OLDER = 10,     /* documents of an older pipeline */
    DELAY_US = 5000,
    SEED = 1,
    TIMES = 3,
    TEAMS = 2
};

struct test {
    struct path base, mark;
    size_t failing;
    unsigned runs, deaths;
};

/* ---- one case ----------------------------------------------------------------------------------- */

struct trial {
    const char *name; /* of the fail point */
    unsigned times;
    uint32_t workers;
    bool rebuilt;
};

static struct path reference_of(const struct test *t, bool rebuilt)
{
    return path_at(t->base.s, rebuilt ? "rebuilt" : "fresh");
}

static bool has_status(int status, int expected)
{
    return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == expected;
}

static bool fails(const struct trial *c, const char *what, int status)
{
    printf("failed: %s:%u with %u workers, %s outputs: %s (wait status %d)\n", c->name, c->times, c->workers,
           c->rebuilt ? "older" : "no", what, status);
    return false;
}

/* Whether the run with the fail point ended as it must: a dead supervisor says nothing, a dead writer stops the
 * run, a dead worker is replaced. */
static bool ended_well(const struct trial *c, int status)
{
    if (c->name[0] == 's')
        return status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    return has_status(status, FAILED);
}

/* The file is there as soon as a process could die; its byte says that one did. */
static bool is_marked(const char *mark)
{
    char byte = 0;
    const int fd = open(mark, O_RDONLY | O_CLOEXEC);
    const bool marked = fd >= 0 && read(fd, &byte, 1) == 1 && byte == 1;
    if (fd >= 0)
        close(fd);
    return marked;
}

/* *reached: a process arrived at the fail point, and died */
static bool try(struct test *t, const struct trial *c, bool *reached)
{
    char failpoint[64];
    const struct path place = path_at(t->base.s, "place"), reference = reference_of(t, c->rebuilt);
    snprintf(failpoint, sizeof failpoint, "%s:%u", c->name, c->times);
    struct run_order order = {.base = t->base.s,
                              .place = place.s,
                              .workers = c->workers,
                              .failpoint = failpoint,
                              .failpoint_mark = t->mark.s};
    unlink(t->mark.s);
    if (!run_prepare(t->base.s, place.s, c->rebuilt ? OLDER : 0))
        return fails(c, "the older outputs cannot be had", 0);
    int status = run_through(&order);
    *reached = is_marked(t->mark.s);
    t->runs++;
    t->deaths += *reached;
    if (!*reached)
        return has_status(status, FAILED) || fails(c, "nobody was killed, and yet", status);
    if (!ended_well(c, status))
        return fails(c, "the run did not end as it must", status);
    if (c->name[0] != 'k') {
        order.failpoint = NULL;
        status = run_through(&order);
        if (!has_status(status, FAILED))
            return fails(c, "the next run does not go on", status);
    }
    if (!run_all_are_gone())
        return fails(c, "a process outlives its run", 0);
    return comparison_is_same(reference.s, place.s) || fails(c, "what is left is not as it must be", 0);
}

/* ---- all of them -------------------------------------------------------------------------------- */

/* What a process passes more than once: the steps of a batch, of a commit and of a document. */
static const bool comes_again[DM_FAIL_COUNT] = {
    [DM_FAIL_S_BATCH_BEGIN] = true,   [DM_FAIL_S_BATCH_COMMIT] = true, [DM_FAIL_S_BATCH_STORED] = true,
    [DM_FAIL_W_BEFORE_COMMIT] = true, [DM_FAIL_W_AFTER_COMMIT] = true, [DM_FAIL_W_REPORTED] = true,
    [DM_FAIL_K_READ] = true,          [DM_FAIL_K_RENDERED] = true,     [DM_FAIL_K_SENT] = true,
    [DM_FAIL_K_TOLD] = true,
};

static bool try_reached(struct test *t, const struct trial *c)
{
    bool reached;
    return try(t, c, &reached) && (reached || fails(c, "no process comes there", 0));
}

static bool try_briefly(struct test *t, enum dm_failpoint at)
{
    const char *const name = dm__failpoint_names[at];
    const bool rebuilt = strstr(name, "finish") != NULL;
    return try_reached(t, &(struct trial){name, 1, 2, rebuilt}) &&
           (!comes_again[at] || try_reached(t, &(struct trial){name, 2, 1, rebuilt}));
}

/* As often as a process comes there. */
static bool try_all_times(struct test *t, const char *name, uint32_t workers, bool rebuilt)
{
    struct trial c = {name, 1, workers, rebuilt};
    bool ok = try_reached(t, &c);
    for (bool reached = true; ok && reached && ++c.times <= TIMES;)
        ok = try(t, &c, &reached);
    return ok;
}

static bool try_all_ways(struct test *t, enum dm_failpoint at)
{
    const char *const name = dm__failpoint_names[at];
    for (uint32_t workers = 1; workers <= TEAMS; workers++)
        if (!try_all_times(t, name, workers, false) || !try_all_times(t, name, workers, true))
            return false;
    return true;
}

static bool make_reference(struct test *t, bool rebuilt)
{
    const struct path place = reference_of(t, rebuilt);
    const struct run_order order = {.base = t->base.s, .place = place.s, .workers = 1};
    return run_prepare(t->base.s, place.s, rebuilt ? OLDER : 0) && has_status(run_through(&order), FAILED) &&
           comparison_is_sound(place.s, DOCUMENTS, t->failing);
}

static bool is_wanted(const char *name, char **names)
{
    bool wanted = *names == NULL;
    for (; *names != NULL; names++)
        wanted = wanted || strcmp(*names, name) == 0;
    return wanted;
}

int main(int argc, char **argv)
{
    struct test t = {.base = place_make_base("failpoints")};
    int at = 1;
    const bool all = argc > at && strcmp(argv[at], "--all") == 0;
    at += all;
    const bool keep = argc > at && strcmp(argv[at], "--keep") == 0;
    at += keep;
    setvbuf(stdout, NULL, _IOLBF, 0);
    run_adopt_orphans();
    t.mark = path_at(t.base.s, "mark");
    t.failing = corpus_make(path_at(t.base.s, "in").s, SEED, DOCUMENTS, 0);
    place_write_pipeline(t.base.s, DELAY_US);
    bool ok = make_reference(&t, false) && make_reference(&t, true);
    for (enum dm_failpoint i = 0; ok && i < DM_FAIL_COUNT; i++)
        if (is_wanted(dm__failpoint_names[i], argv + at))
            ok = all ? try_all_ways(&t, i) : try_briefly(&t, i);
    printf("%u runs, %u of them killed at a fail point\n", t.runs, t.deaths);
    if (ok && !keep)
        place_remove(t.base.s);
    else
        printf("kept: %s\n", t.base.s);
    return ok ? 0 : 1;
}
