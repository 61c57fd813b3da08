/* How a worker's death is judged, and what becomes of the documents that it had.
 *
 * A worker takes its documents in the order in which it was given them, so its queue is all that must be
 * known to judge: of what is still queued when it is gone, as many documents as the writer counted and it
 * had not reported have arrived; the one that its slot names was at work; the rest was not begun. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/engine/child.h"
#include "core/engine/supervisor.h"

enum { START_FAILURES_MAX = 3, OUTSIDE_MAX = 20, DEATHS_MAX = 20 };

void dm__verdict_return(struct dm_supervisor *s, struct dm_flying *d, uint64_t delay)
{
    d->not_before = delay != 0 ? dm__clock() + delay : 0;
    dm__flight_wait(&s->flight, d);
}

/* A document spent an attempt: try again, or give it up. */
void dm__verdict_charge(struct dm_supervisor *s, struct dm_flying *d, dm_status status, int32_t step,
                        const char *why, uint64_t delay)
{
    if (++d->attempts < s->pipeline->run.attempts)
        dm__verdict_return(s, d, delay);
    else
        dm__supervisor_bury(s, d, status, step, why);
}

/* How it died, in words.  false: not by its own doing */
static bool explain(const struct dm_supervisor *s, const struct dm_worker *w, char why[DM_WHY_MAX])
{
    if (w->kill == DM_KILL_TIME)
        snprintf(why, DM_WHY_MAX, "took longer than %g s", (double)s->pipeline->run.timeout / 1e3);
    else if (w->kill == DM_KILL_MEMORY)
        snprintf(why, DM_WHY_MAX, "took more than %g MiB of memory",
                 (double)s->pipeline->run.memory / 1048576.0);
    else if (w->kill == DM_KILL_START)
        snprintf(why, DM_WHY_MAX, "did not start within a minute");
    else if (w->child.signal == SIGKILL)
        return false;
    else if (w->child.signal != 0)
        snprintf(why, DM_WHY_MAX, "crashed: %s", strsignal(w->child.signal));
    else if (w->child.status == DM_WORKER_RENEW)
        return false;
    else
        snprintf(why, DM_WHY_MAX, "ended its process with exit status %lld", (long long)w->child.status);
    return true;
}

/* Too many deaths among the last documents: a broken stage, not broken documents. */
static bool is_broken(struct dm_supervisor *s, int32_t step)
{
    unsigned deaths = 0;
    const unsigned size = sizeof s->death_steps / sizeof s->death_steps[0];
    for (unsigned i = 0; i < size; i++)
        deaths += s->death_numbers[i] != 0 && s->death_steps[i] == step &&
                  s->death_numbers[i] + 50 > s->flight.newest;
    return deaths >= DEATHS_MAX;
}

static void blame(struct dm_supervisor *s, const struct dm_worker *w, struct dm_flying *d)
{
    char why[DM_WHY_MAX];
    const int32_t step = atomic_load_explicit(&w->slot->step, memory_order_relaxed);
    if (!explain(s, w, why)) {
        if (w->child.signal == SIGKILL && ++d->outside >= OUTSIDE_MAX) {
            snprintf(why, sizeof why, "its worker was killed from outside %u times", d->outside);
            dm__supervisor_bury(s, d, DM_EDOC, step, why);
        } else {
            dm__verdict_return(s, d, 0);
        }
        return;
    }
    free(d->log);
    d->log = strndup(w->log, w->log_len);
    s->death_numbers[s->death_at % 50] = d->number;
    s->death_steps[s->death_at++ % 50] = step;
    dm__verdict_charge(s, d, DM_EDOC, step, why, 0);
    if (is_broken(s, step)) {
        const dm_str stage = dm__supervisor_stage(s, step);
        dm__supervisor_stop(s, "%.*s: %d of the last 50 documents died in it, the last one like this: %s",
                            (int)stage.len, stage.ptr, DEATHS_MAX, why);
    }
}

static void judge_start(struct dm_supervisor *s, const struct dm_worker *w)
{
    char why[DM_WHY_MAX];
    if (w->ready || s->stopping || ++s->start_failures < START_FAILURES_MAX)
        return;
    if (explain(s, w, why))
        dm__supervisor_stop(s, "workers cannot be started: a plugin %s when it was loaded", why);
    else
        dm__supervisor_stop(s, "workers cannot be started: they are killed from outside");
}

void dm__verdict_release(struct dm_child *c)
{
    struct dm_worker *const w = (struct dm_worker *)(void *)c; /* its first member */
    if (w->slot != NULL)
        munmap(w->slot, sizeof *w->slot);
    if (w->statm >= 0)
        close(w->statm);
    free(w);
}

/* The worker is gone and all that it sent is known: settle what it was given. */
void dm__verdict_on(struct dm_supervisor *s, struct dm_worker *w)
{
    if (w->judged || !w->child.exited || !w->child.control_ended || !w->child.error_ended ||
        (w->attached && !w->detached))
        return;
    w->judged = true;
    s->worker_count--;
    if (w->arrived > w->sent)
        dm__crew_pop(w, w->arrived - w->sent);
    const uint64_t at_work = atomic_load_explicit(&w->slot->number, memory_order_acquire);
    for (unsigned i = 0; i < w->queue_len; i++) {
        struct dm_flying *const d =
            dm__flight_find(&s->flight, w->queue[(w->queue_at + i) % DM_PREFETCH_MAX]);
        if (d == NULL)
            continue;
        if (d->number == at_work)
            blame(s, w, d);
        else
            dm__verdict_return(s, d, 0);
    }
    w->queue_len = 0;
    judge_start(s, w);
    struct dm_worker **at = &s->workers;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    dm__child_close(&w->child, dm__verdict_release);
    dm__crew_muster(s);
}
