/* How a worker's death is judged, and what becomes of the documents that it had.
 *
 * What the worker said is not trusted, as its memory may have been scribbled over: the writer tells which
 * documents are there.  Of all others that the worker had been given, the one that its slot names was at
 * work, and the rest goes to other workers. */
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
    d->worker = 0;
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
    else if (w->kill == DM_KILL_GARBLED)
        snprintf(why, DM_WHY_MAX, "sent something that no worker sends");
    else if (w->child.signal == SIGKILL)
        return false;
    else if (w->child.signal != 0)
        snprintf(why, DM_WHY_MAX, "crashed: %s", strsignal(w->child.signal));
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
    if (explain(s, w, why)) {
        dm__supervisor_stop(s, "workers cannot be started: a plugin %s when it was loaded", why);
        return;
    }
    s->bereaved = true;
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

/* Whether the writer had a document when it let go of the worker's pipe. */
static bool has_arrived(const struct dm_worker *w, uint64_t number)
{
    struct dm_frame_detached head;
    if (w->held_len < sizeof head)
        return false;
    memcpy(&head, w->held, sizeof head);
    if (number < head.next)
        return true;
    const uint64_t bit = number - head.next;
    return bit / 8 < w->held_len - sizeof head &&
           ((unsigned char)w->held[sizeof head + bit / 8] >> bit % 8 & 1);
}

static bool is_lost(const struct dm_worker *w, const struct dm_flying *d)
{
    return d->worker == w->id && !d->waits && !has_arrived(w, d->number);
}

/* The first document after number `after` that the worker had and the writer has not.  NULL: none */
static struct dm_flying *next_lost(const struct dm_supervisor *s, const struct dm_worker *w, uint64_t after)
{
    for (uint64_t n = after < s->flight.oldest ? s->flight.oldest : after + 1; n <= s->flight.newest; n++) {
        struct dm_flying *const d = dm__flight_find(&s->flight, n);
        if (d != NULL && is_lost(w, d))
            return d;
    }
    return NULL;
}

/* Whether no document has to answer for a worker's end. */
static bool is_nobodys(const struct dm_worker *w, uint64_t at_work)
{
    if (w->kill == DM_KILL_LEAVE || (w->kill == DM_KILL_NONE && w->child.signal == 0 &&
                                     w->child.status == DM_WORKER_RENEW && at_work == 0))
        return true;
    /* What it was killed for was done in the meantime. */
    return (w->kill == DM_KILL_TIME || w->kill == DM_KILL_MEMORY) && at_work != w->killed_at;
}

/* The document that has to answer for a worker's end.  NULL: it cannot be told.
 *
 * A worker that dies between two documents, or sends rubbish, was led to it by any of those that did not
 * arrive.  If they are several, each runs alone from now on, so that next time it can be told. */
static struct dm_flying *find_culprit(const struct dm_supervisor *s, const struct dm_worker *w)
{
    const uint64_t at_work = atomic_load_explicit(&w->slot->number, memory_order_acquire);
    if (is_nobodys(w, at_work))
        return NULL;
    struct dm_flying *const d = dm__flight_find(&s->flight, at_work), *const first = next_lost(s, w, 0);
    if (d != NULL && is_lost(w, d) && w->kill != DM_KILL_GARBLED)
        return d;
    if (first == NULL || next_lost(s, w, first->number) == NULL)
        return first;
    for (struct dm_flying *each = first; each != NULL; each = next_lost(s, w, each->number))
        each->alone = true;
    return NULL;
}

/* The worker is gone and all that it sent is known: settle what it was given. */
void dm__verdict_on(struct dm_supervisor *s, struct dm_worker *w)
{
    if (w->judged || !dm__child_is_gone(&w->child) || (w->attached && !w->detached))
        return;
    w->judged = true;
    s->worker_count--;
    struct dm_flying *const culprit = find_culprit(s, w);
    if (culprit != NULL)
        blame(s, w, culprit);
    for (struct dm_flying *d = next_lost(s, w, 0); d != NULL; d = next_lost(s, w, d->number))
        if (d != culprit)
            dm__verdict_return(s, d, 0);
    judge_start(s, w);
    struct dm_worker **at = &s->workers;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    dm__child_close(&w->child, dm__verdict_release);
    dm__crew_muster(s);
}
