/* Programs of stages, each in a sandbox of its own.
 *
 * A process that runs plugins can start nothing, and a program that it started would have to live in its sandbox.
 * So a launcher is forked before: it is told then which commands there are, hears nothing else but numbers, starts
 * them, hands their pipes over, and takes all of them along when the process is gone. */
#ifndef DOCMILL_CORE_LAUNCHER_H
#define DOCMILL_CORE_LAUNCHER_H

#include "core/sandbox/sandbox.h"

enum { DM_LAUNCH_WHY_MAX = 256 };

/* A command that may be started. */
struct dm_launch_order {
    const char **
        words; /* [count] the program, looked up where the system has its own unless it has a `/`; arguments */
    size_t count;
    const char *folder;            /* where it starts */
    struct dm_sandbox_paths reads; /* besides the system's folders */
    uint64_t memory;               /* bytes of data that it may have; 0: no limit */
};

struct dm_launch_orders {
    struct dm_launch_order *items;
    size_t count;
};

struct dm_launcher;

/* Fork a launcher for these commands; this process must have one thread, and not be confined.  Where one was forked,
 * SIGPIPE is ignored from then on: a program that has ended is told by write().
 * orders   borrowed until it returns
 * return   NULL: errno; or no orders (errno 0), where none is needed */
struct dm_launcher *dm__launcher_fork(const struct dm_launch_orders *orders);

/* Start command number `order`.
 * p       out: number, input, output
 * why     out, when it fails: one line
 * return  DM_OK, DM_ECONFIG (it cannot be run), DM_ERETRY (the system refused, or the launcher is gone) */
dm_status dm__launcher_start(struct dm_launcher *l, size_t order, dm_program *p, char why[DM_LAUNCH_WHY_MAX]);

/* See dm_programs.stop(). */
int32_t dm__launcher_stop(struct dm_launcher *l, dm_program *p, uint32_t grace);

/* Whether it has ended, as was found when it was last asked for something; false for NULL. */
bool dm__launcher_is_gone(const struct dm_launcher *l);

/* Let the programs that are left end by themselves, half a second at most, then end them and it; NULL is fine. */
void dm__launcher_end(struct dm_launcher *l);

#endif
