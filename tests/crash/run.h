/* `docmill run` as a process of ours, and the processes that belong to it. */
#ifndef DOCMILL_CRASH_RUN_H
#define DOCMILL_CRASH_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum role { SUPERVISOR, WORKER, WRITER, ROLES };

struct run_order {
    const char *base, *place; /* see place.h */
    uint32_t workers;
    unsigned limit;             /* documents; 0: all */
    bool older;                 /* another pipeline: what the next run finds is of an older generation */
    const char *failpoint;      /* NAME:N; NULL: none */
    const char *failpoint_mark; /* the file that tells of it */
    const char *preload;        /* LD_PRELOAD of all its processes; NULL: none */
};

/* Nanoseconds of a clock that only goes forward. */
uint64_t run_clock(void);

/* What outlives its parent becomes our child, so that we see it go.  Once, before the first start. */
void run_adopt_orphans(void);

/* Start it, with all that it says added to PLACE/log. */
pid_t run_start(const struct run_order *o);

/* Look after all our children.  true: `run` has ended, *status is as for waitpid() */
bool run_has_ended(pid_t run, int *status);

/* Start it and wait for its end.
 * return  as for waitpid(); -1: it hangs, and was killed */
int run_through(const struct run_order *o);

/* Start it, and wait for its end or for *stopped to be set by its processes.
 * status  as for waitpid(); -1: it was stopped
 * return  false: it hangs */
bool run_watched(const struct run_order *o, const volatile uint32_t *stopped, int *status);

/* Kill all that belongs to runs.  false: some stay */
bool run_kill_all(void);

/* Make a place fresh, or, if `older` is not 0, one with the outputs of an older pipeline over so many documents.
 * return  false: those cannot be had, which is printed */
bool run_prepare(const char *base, const char *place, unsigned older);

/* Wait until no process that belonged to a run is there.  false: some stay */
bool run_all_are_gone(void);

/* The children of a run that are workers or writers.
 * return  how many, at most `cap` */
unsigned run_children(pid_t run, enum role role, pid_t *out, unsigned cap);

/* Send SIGKILL, if it still is what it was taken for.  false: it is gone */
bool run_kill(pid_t pid, enum role role);

#endif
