/* The supervisor's side of the ledger: what an input's past is, where the outputs start from, and fates as they
 * come from the writer.  Without a state folder there is no ledger: every input is new, and every run builds its
 * outputs anew. */
#ifndef DOCMILL_CORE_BOOK_H
#define DOCMILL_CORE_BOOK_H

#include "core/engine/engine.h"
#include "core/engine/frame.h"
#include "core/ledger/ledger.h"

/* Why an input is processed, or is not. */
enum dm_past {
    DM_PAST_NEW,       /* it was never met */
    DM_PAST_CHANGED,   /* it is another version */
    DM_PAST_OUTDATED,  /* pipeline, plugins or data files are others now */
    DM_PAST_FORCED,    /* it is unchanged and asked for all the same */
    DM_PAST_RETRIED,   /* it failed, and its failures are asked for */
    DM_PAST_UNCHANGED, /* it was processed: nothing is to be done */
    DM_PAST_FAILED,    /* it failed, and would fail again */
    DM_PAST_COUNT
};

/* Whether there is something to do. */
static inline bool dm__past_is_due(enum dm_past past)
{
    return past < DM_PAST_UNCHANGED;
}

struct dm_history {
    enum dm_past past;
    uint64_t revision; /* that its records get */
    bool known;        /* the ledger has a row of it */
    bool failed;       /* as which it has a dead letter */
    uint64_t size;     /* of the version on record, where there is one */
    int64_t modified;
    unsigned char hash[DM_LEDGER_HASH];
    int64_t touched; /* unchanged, although its time of change is another now: this; 0: it is not */
};

struct dm_book {
    struct dm_arena arena;
    const struct dm_engine_options *options;
    struct dm_ledger *ledger; /* NULL: there is none; written by one thread at a time */
    struct dm_ledger *past;   /* a reader, for whoever finds inputs */
    struct dm_ledger_generation generation;
    bool is_empty; /* nothing is known of any input */
    bool rebuilds; /* a generation came before this one, and its outputs are replaced when it is finished */
    uint64_t left_behind; /* documents that only an older generation has, when this one was finished */
    dm_str *tokens;       /* [step] that a new generation of a watch goes on from; ptr NULL: none */
    int lock;             /* -1: none */
};

/* Take the state folder's lock, open the ledger, and start a generation if pipeline or plugins are others than
 * those of the newest one, or if options->overwrite is set.
 * return  false: `why`; dm__book_close() is owed either way */
bool dm__book_open(struct dm_book *b, const struct dm_engine_options *options, char why[DM_WHY_MAX]);

/* The same for looking only: nothing is made or locked, and a ledger that is not there is an empty one. */
bool dm__book_open_reader(struct dm_book *b, const struct dm_engine_options *options, char why[DM_WHY_MAX]);

/* Everything that was entered is made durable.  false: `why` */
bool dm__book_close(struct dm_book *b, char why[DM_WHY_MAX]);

/* What is known of an input.  Reads its content where size and time do not tell.
 * return  false: `why` */
bool dm__book_judge(struct dm_book *b, dm_str path, dm_str source, struct dm_history *out,
                    char why[DM_WHY_MAX]);

/* Judge many inputs as of one moment, at less cost. */
bool dm__book_begin_judging(struct dm_book *b, char why[DM_WHY_MAX]);
void dm__book_end_judging(struct dm_book *b);

/* Start to walk over the failures of earlier runs.  false: `why` */
bool dm__book_begin_failures(struct dm_book *b, char why[DM_WHY_MAX]);

/* The next failure that options->retry asks for.
 * item    borrowed until the next call
 * return  1: an item, 0: no more, -1: `why` */
int dm__book_next_failure(struct dm_book *b, dm_str *path, dm_str *source, struct dm_history *history,
                          char why[DM_WHY_MAX]);

/* The frame that tells the writer where its outputs start from.  false: `why` */
bool dm__book_add_resume(struct dm_book *b, struct dm_frames *out, char why[DM_WHY_MAX]);

/* Milliseconds since 1970. */
int64_t dm__book_now(void);

#endif
