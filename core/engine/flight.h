/* Documents in flight: every one that has a number and is not settled, and the queue of those that wait to
 * be tried again. */
#ifndef DOCMILL_CORE_FLIGHT_H
#define DOCMILL_CORE_FLIGHT_H

#include "core/engine/source.h"

/* How far the newest document may be ahead of the oldest that is not settled. */
enum { DM_WINDOW = 32768 };

struct dm_flying {
    uint64_t number; /* 0: the place is free */
    char *path;      /* NUL-terminated, ours */
    uint32_t path_len, source_at;
    uint64_t revision;   /* that its records get */
    bool known;          /* the ledger has a row of it */
    bool has_letter;     /* it failed in an earlier run */
    bool refused;        /* buried unread */
    bool gone;           /* of a watch: there was nothing left to be read */
    uint32_t attempts;   /* that it spent */
    uint32_t outside;    /* times that its worker was killed from outside while it was at work */
    uint64_t worker;     /* that it was given to last; 0: none has it */
    bool alone;          /* a worker that has it has nothing else */
    bool waits;          /* is in the queue of those to be tried again */
    uint64_t not_before; /* ns: retry then */
    struct dm_flying *next_waiting;
    char *log; /* the last lines of a worker that died of it; NULL: none */
};

struct dm_flight {
    struct dm_flying *ring;    /* [DM_WINDOW] */
    uint64_t oldest;           /* not settled; numbers start at 1 */
    uint64_t newest;           /* given out; oldest - 1: none is in flight */
    struct dm_flying *waiting; /* to be tried again, by number */
};

bool dm__flight_init(struct dm_flight *f);
void dm__flight_fini(struct dm_flight *f);

static inline bool dm__flight_is_full(const struct dm_flight *f)
{
    return f->newest + 1 - f->oldest >= DM_WINDOW;
}
static inline bool dm__flight_is_empty(const struct dm_flight *f)
{
    return f->newest + 1 == f->oldest;
}

/* Give a new input its number.  NULL: no memory.  The window must have room. */
struct dm_flying *dm__flight_add(struct dm_flight *f, dm_str path, size_t source_at);

/* NULL: it is not in flight. */
struct dm_flying *dm__flight_find(const struct dm_flight *f, uint64_t number);

static inline dm_str dm__flying_source(const struct dm_flying *d)
{
    return (dm_str){d->path + d->source_at, d->path_len - d->source_at};
}

/* Queue a document to be tried again. */
void dm__flight_wait(struct dm_flight *f, struct dm_flying *d);

/* The first that waits and may go now; it stays in the queue.  NULL: none. */
struct dm_flying *dm__flight_ready(const struct dm_flight *f, uint64_t now);
void dm__flight_unwait(struct dm_flight *f, struct dm_flying *d);

/* A document is settled; they are settled in order. */
void dm__flight_settle(struct dm_flight *f, struct dm_flying *d);

#endif
