/* Whoever kills a run's processes: which and when is up to the dice. */
#ifndef DOCMILL_CRASH_KILLER_H
#define DOCMILL_CRASH_KILLER_H

#include "dice.h"
#include "run.h"

/* How long a run takes that nobody disturbs, in ns: from its start until its workers leave, and from there on. */
struct lengths {
    uint64_t working, leaving;
};

/* When: before the first worker is there, then, or after the last one has left. */
enum phase { STARTING, WORKING, LEAVING, PHASES };

/* What became of a run. */
struct killed {
    unsigned kills[ROLES][PHASES];
    bool hangs; /* it had to be killed for that */
    int status; /* as for waitpid() */
    struct lengths lengths;
};

/* Look on a run until it ends, and send up to `most` SIGKILLs: at random moments of its length, of which one in
 * four is among the first milliseconds, and one in four after the workers have begun to leave. */
struct killed killer_attend(struct dice *dice, pid_t run, const struct lengths *lengths, unsigned most);

#endif
