/* The supervisor's state, shared by the files that make it up:
 *
 *   supervisor.c  the loop: fetch inputs, hand them out, settle, end
 *   crew.c        the workers: start them, feed them, watch them
 *   verdict.c     judge their deaths
 *   spawn.c       a child process, its sockets and its voice
 *   scribe.c      the writer: start it, speak with it
 *   batch.c       what the writer reported: store it, then let it take effect
 *   totals.c      what was counted
 *   watching.c    inputs that come while it runs
 */
#ifndef DOCMILL_CORE_SUPERVISOR_H
#define DOCMILL_CORE_SUPERVISOR_H

#include <uv.h>

#include "core/engine/book.h"
#include "core/engine/deadletter.h"
#include "core/engine/flight.h"
#include "core/engine/frame.h"
#include "core/engine/job.h"

enum {
    DM_STDERR_KEEP = 4096,
    DM_PREFETCH_MAX = 1024,
    DM_DETACHED_MAX = sizeof(struct dm_frame_detached) + DM_WINDOW / 8,
    DM_CONTROL_MAX = 64 * 1024, /* bytes that a worker's frame on its control socket can have */
    DM_OUTSIDE_ALONE = 3        /* a document at whose work so many workers were killed
                          from outside runs alone */
};

struct dm_supervisor;

/* A child process: its control socket, its standard error, and how it ended. */
struct dm_child {
    struct dm_supervisor *supervisor;
    uv_process_t process;
    uv_pipe_t control, error;
    struct dm_frames in;
    char line[1024]; /* of standard error, not yet ended */
    size_t line_len;
    bool exited, control_ended, error_ended;
    uint64_t exited_at; /* ns */
    int64_t status;
    int signal;
    unsigned open_handles;
    void (*closed)(struct dm_child *c); /* all handles are; NULL: nobody asks */
};

/* Why we killed a worker. */
enum dm_kill {
    DM_KILL_NONE,
    DM_KILL_TIME,
    DM_KILL_MEMORY,
    DM_KILL_START,
    DM_KILL_GARBLED, /* it sent what nobody should */
    DM_KILL_LEAVE    /* told to leave, it stayed */
};

struct dm_worker {
    struct dm_child child;
    struct dm_worker *next;
    uint64_t id; /* of this life */
    struct dm_slot *slot;
    int statm;                       /* /proc/PID/statm; -1: none */
    uint64_t queue[DM_PREFETCH_MAX]; /* numbers given and not yet reported SENT; a
                                      ring */
    unsigned queue_at, queue_len;
    bool attached, detached;    /* the writer has its pipe; has seen its end */
    char held[DM_DETACHED_MAX]; /* which documents the writer had then;
                                 dm_frame_detached */
    size_t held_len;
    bool ready, alone, leaving, judged;
    uint64_t leaving_since; /* ns; 0: it does not */
    enum dm_kill kill;
    uint64_t killed_at;     /* number that it was killed for */
    uint64_t seen, seen_at; /* the number in the slot, and since when (ns) we see it there */
    uint64_t resident_base, started;
    uint64_t fed_at;          /* ns: when the queue was last empty or reported */
    double pace;              /* ns a document, a moving average; 0: unknown */
    char log[DM_STDERR_KEEP]; /* the last of standard error and of its log lines */
    size_t log_len;
};

/* Inputs that were found and have no number yet. */
struct dm_found {
    char *paths; /* packed, NUL-terminated; refusals stand among them */
    struct dm_found_item {
        size_t path_at, path_len, source_at;
        size_t refusal_at; /* why it is not read, among the paths; 0: it may be */
        struct dm_history history;
    } * items;
    size_t count, next;
    uint64_t pasts[DM_PAST_COUNT]; /* of all inputs that were looked at for it */
    struct dm_frames touched;      /* TOUCH frames */
};

/* Reports of the writer on their way into the ledger. */
struct dm_batch {
    struct dm_frames waiting, storing; /* `storing` belongs to the thread pool while it is busy */
    uv_work_t work;
    bool busy, stored, broken;
    int64_t now; /* ms since 1970 */
    struct dm_arena arena;
    char why[DM_WHY_MAX], letter_why[DM_WHY_MAX];
};

struct dm_supervisor {
    uv_loop_t loop; /* its data is the supervisor */
    char read_buffer[64 * 1024];
    const struct dm_engine_options *options;
    const struct dm_engine_events *events;
    const struct dm_pipeline *pipeline;
    struct dm_arena *arena; /* of the summary */
    struct dm_arena scratch;
    struct dm_engine_summary *summary;
    struct dm_engine_progress progress;
    uint64_t began;
    int job; /* memfd */
    char exe[32];
    char **environment;

    struct dm_book book;
    struct dm_batch batch;

    struct dm_source *source;     /* NULL: inputs are the ledger's failures, or come from the watch */
    struct dm_watching *watching; /* NULL: a run */
    struct dm_found found;        /* being given out */
    struct dm_found fetched;      /* filled by the thread pool */
    uv_work_t fetch;
    bool fetching, found_all;
    int fetch_result;
    char fetch_why[DM_WHY_MAX];
    uv_work_t count;
    bool counting;
    _Atomic bool uncount;          /* the count is wanted no longer */
    uint64_t counted;              /* by the thread pool; 0: not known */
    uint64_t found_count;          /* inputs that were fetched */
    uint64_t given;                /* inputs that got a number */
    uint64_t pasts[DM_PAST_COUNT]; /* of the inputs that were looked at */

    struct dm_flight flight;
    struct dm_worker *workers;
    unsigned worker_count, worker_target, start_failures;
    uint64_t next_worker_id;
    uint64_t death_numbers[50]; /* the last documents that a worker died of; a ring */
    int32_t death_steps[50];    /* and the stages that it died in */
    unsigned death_at;

    struct dm_child writer;
    bool writer_started, writer_ready, crew_ready, finishing, finished;
    uint64_t announced; /* the newest document that the writer was told of */

    uv_timer_t tick, progress_timer;
    uv_signal_t interrupt, terminate;
    uint64_t oldest_seen, oldest_since; /* the oldest document in flight, and
                                         since when (ns) it is */
    int caught;                         /* signal that asked us to stop; 0: none */
    bool draining;                      /* no new documents */
    bool slow;                          /* the timers are: a watch has nothing to do */
    bool advancing;                     /* advance() is at work */
    bool partial;  /* it ends as asked, before all inputs are in outputs that replace older ones */
    bool bereaved; /* a child was killed from outside, and the run ends for that */
    bool stopping; /* ended by an error: only the writer's last commit is waited for */

    uint64_t stopped_at; /* ns */
    uint64_t *rules;     /* [sum of rules][2]: made, flagged; in pipeline order */
    size_t *rules_at;    /* [step]: first rule of the step */
    uint64_t *metrics;   /* [sum of metrics]; in pipeline order */
    size_t *metrics_at;  /* [step]: first metric of the step */
    uint64_t *stage_ns;  /* [step_count + 1]; the first is reading */
    uint64_t *stage_calls;
    dm_str dead_letters; /* folder; empty: none */
};

/* supervisor.c */
/* Give out what can be given; end what is at its end. */
void dm__supervisor_advance(struct dm_supervisor *s);
/* The next document to hand out, numbered; NULL: none now. */
struct dm_flying *dm__supervisor_next(struct dm_supervisor *s);
/* The run cannot go on: say why, let the writer commit what is complete, end.
 */
DM_PRINTF(2, 3)
void dm__supervisor_stop(struct dm_supervisor *s, const char *fmt, ...);
/* A document is given up before or instead of a worker's fate for it. */
void dm__supervisor_bury(struct dm_supervisor *s, struct dm_flying *d, dm_status status, int32_t step,
                         const char *why);
/* Attempts that it took a document to come to an end. */
uint32_t dm__supervisor_attempts(const struct dm_flying *d, dm_status status);
/* "clean-unicode"; "input" for -1. */
dm_str dm__supervisor_stage(const struct dm_supervisor *s, int32_t step);
void dm__supervisor_log(struct dm_supervisor *s, int32_t level, dm_str source, dm_str stage, dm_str line);

/* spawn.c */
/* What a child inherits besides its control socket, its standard error and the
 * job. */
struct dm_child_fds {
    int records, slot; /* -1: none */
    bool passes_pipes; /* the control socket carries descriptors */
};
struct dm_child_events {
    uv_read_cb control, error;
    uv_exit_cb exited;
};
/* Start `docmill ROLE`.  c->supervisor is set; data is put on all handles.
 * return  0, or a libuv error; dm__child_close() is owed either way */
int dm__child_spawn(struct dm_child *c, void *data, const char *role, const struct dm_child_fds *fds,
                    const struct dm_child_events *events);
/* Send frames, which are taken come what may; so is the stream to pass along.
 * false: no memory */
bool dm__child_write(struct dm_child *c, struct dm_frames *frames, uv_stream_t *pass);
/* Add what the control socket said to c->in.  false: no memory */
bool dm__child_receive(struct dm_child *c, dm_str bytes);
/* Cut standard error into lines for the log; no bytes: it has ended. */
void dm__child_hear(struct dm_child *c, dm_str bytes, const char *who);
/* SIGKILL to a child, if it ever was, and to all that belong to its session. */
void dm__child_kill(const struct dm_child *c);
/* A child is gone, and what it said has been heard or will not come any more.
 */
bool dm__child_is_gone(const struct dm_child *c);
/* Close all handles; the struct must live until closed() has been called. */
void dm__child_close(struct dm_child *c, void (*closed)(struct dm_child *c));

/* crew.c */
/* Start workers until there are as many as there should be. */
void dm__crew_muster(struct dm_supervisor *s);
/* Fill the workers' queues. */
void dm__crew_feed(struct dm_supervisor *s);
/* Time, memory, start: ten times a second and more. */
void dm__crew_watch(struct dm_supervisor *s);
void dm__crew_dismiss(struct dm_supervisor *s); /* END to all */
void dm__crew_kill(struct dm_supervisor *s);    /* SIGKILL to all */
bool dm__crew_is_gone(const struct dm_supervisor *s);
/* The writer let go of a worker's pipe; held: the DETACHED frame's payload */
void dm__crew_detached(struct dm_supervisor *s, uint64_t id, dm_str held);
/* Close what is left of them; they go when the loop has run again. */
void dm__crew_close(struct dm_supervisor *s);

/* verdict.c */
/* Have a document tried again, after `delay` ns. */
void dm__verdict_return(struct dm_supervisor *s, struct dm_flying *d, uint64_t delay);
/* A document spent an attempt: try again after `delay` ns, or give it up. */
void dm__verdict_charge(struct dm_supervisor *s, struct dm_flying *d, dm_status status, int32_t step,
                        const char *why, uint64_t delay);
/* Once a worker is gone and all that it sent is known: settle what it was
 * given, free it, start another. Does nothing before that. */
void dm__verdict_on(struct dm_supervisor *s, struct dm_worker *w);
/* Free a worker whose handles are closed. */
void dm__verdict_release(struct dm_child *c);

/* scribe.c */
bool dm__scribe_start(struct dm_supervisor *s);
/* Hand a worker's pipe over; the descriptor is closed here. */
bool dm__scribe_attach(struct dm_supervisor *s, uint64_t worker, int fd);
void dm__scribe_send(struct dm_supervisor *s, enum dm_frame_type type, uint64_t number);
void dm__scribe_bury(struct dm_supervisor *s, const struct dm_flying *d, dm_status status, int32_t step,
                     dm_str why);

/* totals.c */
bool dm__totals_init(struct dm_supervisor *s);
/* A document is settled: count it and tell of it. */
void dm__totals_settle(struct dm_supervisor *s, const struct dm_flying *d, const struct dm_fate_view *fate);
void dm__totals_progress(struct dm_supervisor *s);
/* Fill in the summary at the end. */
void dm__totals_finish(struct dm_supervisor *s);
void dm__totals_fini(struct dm_supervisor *s);

#endif
