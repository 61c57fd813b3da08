/* The supervisor's side of a watch: the watcher on the loop, and in the thread pool what it takes to know which of
 * its files are due. */
#ifndef DOCMILL_CORE_WATCHING_H
#define DOCMILL_CORE_WATCHING_H

#include "core/engine/supervisor.h"
#include "core/watch/watcher.h"

/* Documents whose fate is in the ledger, on their way to the thread pool. */
struct dm_settled {
    char *path; /* NUL-terminated, ours */
    uint32_t path_len, source_at;
    dm_status status;
    uint64_t size;
    int64_t modified;
    unsigned char hash[DM_LEDGER_HASH];
};
struct dm_settled_list {
    struct dm_settled *items;
    size_t count, cap;
};

struct dm_watching {
    struct dm_watcher *watcher;
    uv_poll_t poll;
    uv_timer_t timer;
    uv_signal_t hangup;
    bool has_poll, started;
    bool due;                                 /* there is work for the thread pool */
    bool fills;                               /* the work under way fetches inputs too */
    bool more;                                /* there may be more inputs than were fetched */
    bool warm;                                /* the first look around is over */
    struct dm_settled_list settled, settling; /* settling belongs to the thread pool */
    uint64_t wait;                            /* ms, as of the last work */
    uint64_t returns;
    uint64_t moved, newer, unmoved; /* what became of processed files */
    char told[DM_WHY_MAX];          /* the last trouble with one of them; empty: none */
    uint64_t asked_at;              /* ns: when we looked for a changed pipeline last */
};

/* false: `why` */
bool dm__watching_open(struct dm_supervisor *s, char why[DM_WHY_MAX]);
void dm__watching_start(struct dm_supervisor *s);
void dm__watching_close_handles(struct dm_supervisor *s);
void dm__watching_free(struct dm_supervisor *s);

/* On the loop: whether the thread pool has something to do.  If so it is about to. */
bool dm__watching_is_due(struct dm_supervisor *s);
/* On the loop: processed files are to be moved or deleted, also at the end. */
bool dm__watching_owes(const struct dm_supervisor *s);
/* On the loop: the work is over. */
void dm__watching_worked(struct dm_supervisor *s);
/* On the loop: a document's fate is on record. */
void dm__watching_settle(struct dm_supervisor *s, const struct dm_flying *d, const struct dm_fate_view *fate);

/* In the thread pool: hear what came, and see to what was processed. */
void dm__watching_work(struct dm_supervisor *s);
/* In the thread pool: an input that is complete; one that is not due is seen to.  return  1, 0, -1 */
int dm__watching_next(struct dm_supervisor *s, struct dm_source_item *item, struct dm_history *history);

/* Have a changed pipeline taken up, if it is right. */
void dm__watching_reload(struct dm_supervisor *s, bool asked);

#endif
