/* The program of one stage in one process: started, greeted, asked line by line, ended, and started again. */
#ifndef EXEC_PROGRAM_H
#define EXEC_PROGRAM_H

#include "positions.h"

struct program {
    const dm_programs *host;
    dm_program at;           /* while it runs */
    bool runs, greeted;      /* greeted: it did once, so that a failure is none of the pipeline's */
    int64_t timeout;         /* ms for its greeting, and for each answer */
    enum position_unit unit; /* as it said in its greeting */
};

/* Start the command of the option `command` and hear its greeting.
 * errors  DM_ECONFIG: it cannot be run, ended, or does not greet; DM_ERETRY: the system has no room, or it greeted before */
dm_status program_start(struct program *p, dm_task *t);

/* See that it runs and waits for a document; a program that does not is started again.
 * errors  as of program_start() */
dm_status program_ready(struct program *p, dm_task *t);

/* Send a line and hear one.  A program that does not do its part is ended, and started again for the next document.
 * question  with its line feed
 * answer    out: without its line feed; lives as long as the task
 * errors    DM_ERETRY: it ended, or took too long; DM_ELIMIT: the answer exceeds the document's memory */
dm_status program_ask(struct program *p, dm_task *t, dm_str question, dm_str *answer);

/* End it at once. */
void program_stop(struct program *p, dm_task *t);

/* Close its standard input, which tells it to leave. */
void program_leave(struct program *p);

#endif
