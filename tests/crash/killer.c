#include "killer.h"

#include <signal.h>
#include <time.h>

enum { STRIKES_LEAST = 3, STRIKES_MAX = 8, CHILDREN_MAX = 16, PAUSE_NS = 200000 };
static const uint64_t LOOK_EVERY = 2000000;                     /* ns */
static const uint64_t HANGS_AFTER = UINT64_C(120) * 1000000000; /* ns */

/* One kill to come. */
struct strike {
    enum role victim;
    bool at_leaving; /* the moment counts from when the workers leave */
    uint64_t at;     /* ns */
    bool done;
};

static struct strike draw(struct dice *d, const struct lengths *lengths)
{
    static const uint32_t million = 1000000;
    static const enum role victims[4] = {SUPERVISOR, WRITER, WORKER, WORKER}; /* a run survives the latter */
    struct strike s = {.victim = victims[dice_throw(d, 4)]};
    const uint64_t moment = dice_throw(d, million + 1);
    const uint32_t when = dice_throw(d, 4);
    const uint64_t whole = lengths->working + lengths->leaving;
    s.at_leaving = when == 0;
    s.at = (when == 0 ? lengths->leaving : when == 1 ? whole / 16 : whole) / million * moment;
    return s;
}

/* By the workers that are there.  A single one may just be being replaced: that looks like leaving. */
static enum phase look(pid_t run, enum phase before)
{
    pid_t worker;
    if (run_children(run, WORKER, &worker, 1) != 0)
        return WORKING;
    return before == STARTING ? STARTING : LEAVING;
}

/* false: there is nobody to kill now */
static bool strike(struct dice *d, pid_t run, enum role victim)
{
    pid_t pids[CHILDREN_MAX];
    if (victim == SUPERVISOR)
        return run_kill(run, SUPERVISOR);
    const unsigned n = run_children(run, victim, pids, CHILDREN_MAX);
    return n != 0 && run_kill(pids[dice_throw(d, n)], victim);
}

/* What is looked at while a run goes on. */
struct watch {
    pid_t run;
    enum phase phase;
    uint64_t began, looked, left; /* ns; left 0: the workers have not left */
};

/* Looking costs the run some of its processor: not at every turn. */
static void watch(struct watch *w, uint64_t now)
{
    if (now - w->looked < LOOK_EVERY)
        return;
    w->looked = now;
    w->phase = look(w->run, w->phase);
    w->left = w->phase != LEAVING ? 0 : w->left != 0 ? w->left : now;
}

static bool is_due(const struct strike *s, const struct watch *w, uint64_t now)
{
    const uint64_t since = s->at_leaving ? w->left : w->began;
    return !s->done && since != 0 && now - since >= s->at;
}

struct killed killer_attend(struct dice *dice, pid_t run, const struct lengths *lengths, unsigned most)
{
    struct strike strikes[STRIKES_MAX];
    struct killed k = {0};
    struct watch w = {.run = run, .began = run_clock()};
    const unsigned drawn = STRIKES_LEAST + dice_throw(dice, STRIKES_MAX - STRIKES_LEAST + 1);
    const unsigned count = drawn < most ? drawn : most;
    for (unsigned i = 0; i < count; i++)
        strikes[i] = draw(dice, lengths);
    while (!run_has_ended(run, &k.status)) {
        const uint64_t now = run_clock();
        watch(&w, now);
        for (unsigned i = 0; i < count; i++) {
            if (!is_due(&strikes[i], &w, now))
                continue;
            strikes[i].done = strike(dice, run, strikes[i].victim);
            k.kills[strikes[i].victim][w.phase] += strikes[i].done;
        }
        if (!k.hangs && now - w.began > HANGS_AFTER) {
            k.hangs = true;
            kill(run, SIGKILL); /* it has not been waited for: the number is still its own */
        }
        nanosleep(&(struct timespec){0, PAUSE_NS}, NULL);
    }
    const uint64_t ended = run_clock();
    k.lengths.working = (w.left != 0 ? w.left : ended) - w.began;
    k.lengths.leaving = w.left != 0 ? ended - w.left : 0;
    return k;
}
