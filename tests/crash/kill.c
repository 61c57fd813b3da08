/* The kill test: a pipeline runs over a few thousand documents while its supervisor, workers and writer are killed
 * at random moments, and is started again until it is done.  Then its outputs must be, byte for byte, those of a
 * run that nobody disturbed, and the ledger must agree with them.
 *
 *   crash-kill [--seed N] [--kills N] [--workers N] [--documents N] [--pass N] [--keep]
 *
 * It goes on, pass after pass in a fresh place, with 1, 2 and 8 workers in turn, until so many kills were sent.
 * Every other pass finds outputs of an older pipeline, which its own replace in the end.  The seed decides
 * documents, victims and moments; where a process is at such a moment is up to the machine, so that replaying a
 * pass that failed (--pass N, which does it over and over) may take a few attempts. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "comparison.h"
#include "corpus.h"
#include "killer.h"
#include "place.h"

enum {
    FAILED = 1, /* exit status of a run with documents that fail, and of one that was stopped */
    DELAY_US = 300,
    LARGE = 2,
    OLDER = 40,         /* documents of an older pipeline */
    STARTS_MAX = 200,   /* of one pass */
    START_FAILURES = 3, /* so many workers killed before they are ready end a run */
    TEAMS = 3
};
static const uint32_t teams[TEAMS] = {1, 2, 8};

struct test {
    uint64_t seed;
    unsigned kills, workers, documents, pass; /* as asked for; workers, pass 0: in turn */
    bool keep;
    struct path base;
    size_t failing;
    struct lengths lengths; /* of the last undisturbed run */
    unsigned sent[ROLES][PHASES], starts, passes;
};

static unsigned sum(const unsigned kills[ROLES][PHASES], enum role role)
{
    return kills[role][STARTING] + kills[role][WORKING] + kills[role][LEAVING];
}

static unsigned sent(const struct test *t)
{
    return sum(t->sent, SUPERVISOR) + sum(t->sent, WORKER) + sum(t->sent, WRITER);
}

/* ---- undisturbed runs --------------------------------------------------------------------------- */

static bool run_undisturbed(struct test *t, const char *place, bool rebuilt)
{
    const struct run_order order = {.base = t->base.s, .place = place, .workers = 2};
    if (!run_prepare(t->base.s, place, rebuilt ? OLDER : 0))
        return false;
    const struct killed k = killer_attend(&(struct dice){1}, run_start(&order), &t->lengths, 0);
    t->lengths = k.lengths;
    if (k.hangs || !WIFEXITED(k.status) || WEXITSTATUS(k.status) != FAILED) {
        printf("the undisturbed run did not end with exit status %d; see %s/log\n", FAILED, place);
        return false;
    }
    return comparison_is_sound(place, t->documents, t->failing);
}

/* ---- passes ------------------------------------------------------------------------------------- */

/* Whether a run ended as it may.  *over: it got to its end */
static bool may_end_so(const struct killed *k, bool *over)
{
    const unsigned workers = sum(k->kills, WORKER);
    const bool supervisor = sum(k->kills, SUPERVISOR) != 0, writer = sum(k->kills, WRITER) != 0;
    *over = !supervisor && !writer && workers < START_FAILURES;
    if (k->hangs)
        printf("a run hangs\n");
    else if (WIFSIGNALED(k->status) && !supervisor)
        printf("a run died of signal %d\n", WTERMSIG(k->status));
    else if (WIFEXITED(k->status) && WEXITSTATUS(k->status) != FAILED)
        printf("a run ended with exit status %d\n", WEXITSTATUS(k->status));
    else
        return true;
    return false;
}

/* Start the pipeline again and again until a run gets to its end. */
static bool kill_and_restart(struct test *t, struct dice *dice, const char *place, unsigned team)
{
    const struct run_order order = {.base = t->base.s, .place = place, .workers = teams[team]};
    for (unsigned i = 0; i < STARTS_MAX; i++) {
        const unsigned left = t->kills > sent(t) ? t->kills - sent(t) : 0;
        const struct killed k = killer_attend(dice, run_start(&order), &t->lengths, left);
        bool over;
        t->starts++;
        for (unsigned r = 0; r < ROLES; r++)
            for (unsigned p = 0; p < PHASES; p++)
                t->sent[r][p] += k.kills[r][p];
        if (!may_end_so(&k, &over))
            return false;
        if (over)
            return true;
    }
    printf("%d starts, and no run got to its end\n", STARTS_MAX);
    return false;
}

static bool run_pass(struct test *t, unsigned number)
{
    const struct path place = path_at(t->base.s, "pass");
    const bool rebuilt = number % 2 == 0;
    unsigned team = number % TEAMS;
    for (unsigned i = 0; t->workers != 0 && i < TEAMS; i++)
        team = teams[i] == t->workers ? i : team;
    struct dice dice = dice_new(t->seed ^ (uint64_t)number << 32);
    const unsigned kills = sent(t), starts = t->starts;
    if (!run_prepare(t->base.s, place.s, rebuilt ? OLDER : 0) || !kill_and_restart(t, &dice, place.s, team))
        return false;
    if (!run_all_are_gone()) {
        printf("a process outlives its run\n");
        return false;
    }
    t->passes++;
    printf("pass %u: %u workers, %s: %u kills, %u starts\n", number, teams[team],
           rebuilt ? "older outputs" : "no outputs", sent(t) - kills, t->starts - starts);
    return comparison_is_same(path_at(t->base.s, rebuilt ? "rebuilt" : "fresh").s, place.s);
}

static bool run_passes(struct test *t)
{
    for (unsigned number = t->pass != 0 ? t->pass : 1; sent(t) < t->kills; number += t->pass == 0) {
        if (run_pass(t, number))
            continue;
        printf("failed: pass %u; what is left is in %s\nreplay: %s --seed %" PRIu64
               " --documents %u --pass %u",
               number, t->base.s, program_invocation_name, t->seed, t->documents, number);
        if (t->workers != 0)
            printf(" --workers %u", t->workers);
        printf("\n");
        return false;
    }
    return true;
}

static void print_figures(const struct test *t, uint64_t ns)
{
    static const char *const names[ROLES] = {"supervisor", "worker", "writer"};
    printf("killed        starting   working   leaving     total\n");
    for (unsigned r = 0; r < ROLES; r++)
        printf("%-12s %9u %9u %9u %9u\n", names[r], t->sent[r][STARTING], t->sent[r][WORKING],
               t->sent[r][LEAVING], sum(t->sent, r));
    printf("%u kills, %u starts, %u passes over %u documents each, %.0f s\n", sent(t), t->starts, t->passes,
           t->documents, (double)ns / 1e9);
}

/* ---- the command line --------------------------------------------------------------------------- */

static bool read_options(struct test *t, int argc, char **argv)
{
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},
        {"kills", required_argument, NULL, 'k'},
        {"workers", required_argument, NULL, 'w'},
        {"documents", required_argument, NULL, 'd'},
        {"pass", required_argument, NULL, 'p'},
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
        case 'k':
            t->kills = (unsigned)number;
            break;
        case 'w':
            t->workers = (unsigned)number;
            break;
        case 'd':
            t->documents = (unsigned)number;
            break;
        case 'p':
            t->pass = (unsigned)number;
            break;
        case 'K':
            t->keep = true;
            break;
        default:
            return false;
        }
    }
    const unsigned w = t->workers;
    return optind == argc && (w == 0 || w == teams[0] || w == teams[1] || w == teams[2]) &&
           t->documents > OLDER;
}

int main(int argc, char **argv)
{
    struct test t = {.seed = run_clock() % 1000000007, .kills = 50, .documents = 2000};
    if (!read_options(&t, argc, argv)) {
        fprintf(stderr, "usage: crash-kill [--seed N] [--kills N] [--workers 1|2|8] [--documents N] "
                        "[--pass N] [--keep]\n");
        return 2;
    }
    printf("seed %" PRIu64 "\n", t.seed);
    setvbuf(stdout, NULL, _IOLBF, 0);
    t.base = place_make_base("kill");
    run_adopt_orphans();
    const uint64_t began = run_clock();
    t.failing = corpus_make(path_at(t.base.s, "in").s, t.seed, t.documents, LARGE);
    place_write_pipeline(t.base.s, DELAY_US);
    const bool ok = run_undisturbed(&t, path_at(t.base.s, "rebuilt").s, true) &&
                    run_undisturbed(&t, path_at(t.base.s, "fresh").s, false) && run_passes(&t);
    print_figures(&t, run_clock() - began);
    if (ok && !t.keep)
        place_remove(t.base.s);
    else
        printf("kept: %s\n", t.base.s);
    return ok ? 0 : 1;
}
