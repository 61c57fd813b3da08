/* The ledger: what became of each input, across runs, in an SQLite database in the state folder.
 *
 *   generation   a fingerprint of pipeline and plugins; when it changes, everything is new
 *   stage        the stages of a generation, so that its figures can be read later
 *   token        how far each output is durable: what its commit() put last
 *   input        one row for each input: which version of it was processed, and what became of it
 *   result       one row for each record of an input in an output: where it is, and its hash
 *
 * The supervisor alone writes.  Tokens and the fates that they cover are stored in one transaction, after
 * the outputs are durable: the ledger may be behind the outputs, and never ahead. */
#ifndef DOCMILL_CORE_LEDGER_H
#define DOCMILL_CORE_LEDGER_H

#include "core/document/document.h"

struct dm_ledger;

/* Numbers of the file format; do not change. */
enum dm_ledger_state { DM_LEDGER_DONE = 0, DM_LEDGER_DROPPED = 1, DM_LEDGER_FAILED = 2 };

enum {
    DM_LEDGER_UNSURE = -1, /* a time of change that a later change may have too: compare the content */
    DM_LEDGER_HASH = 16    /* bytes of a content hash */
};

/* ---- opening ---------------------------------------------------------------------------------- */

/* The path of a file in a state folder, in the arena; ptr NULL: no memory. */
dm_str dm__ledger_path(struct dm_arena *arena, dm_str state, const char *name);

/* Make the state folder, durably, if it is missing.  false: `why` */
bool dm__ledger_make_folder(dm_str state, char why[DM_WHY_MAX]);

/* Open the ledger of a state folder for a run: it is made if it is missing, brought to today's format if
 * it is older, and checked if the last run did not close it.
 * return  NULL: `why` names the file (damaged, of a newer docmill, no room) */
struct dm_ledger *dm__ledger_open(dm_str state, char why[DM_WHY_MAX]);

/* Open it for reading, beside a run that writes it.  One of its own for each thread.
 * return  NULL: `why`; there is none, or as open() */
struct dm_ledger *dm__ledger_open_reader(dm_str state, char why[DM_WHY_MAX]);

/* A writer's log is brought into the file and made durable first; false if that failed: `why`. */
bool dm__ledger_close(struct dm_ledger *l, char why[DM_WHY_MAX]);

/* Why the last call failed, with the file's name.  Borrowed until the next call. */
const char *dm__ledger_why(const struct dm_ledger *l);

/* ---- transactions ------------------------------------------------------------------------------ */

/* All writing is between begin() and commit(), of one thread at a time.  A reader's transaction only sees
 * one state of things, which ends with it, as does the row that was found last.  false: dm__ledger_why() */
bool dm__ledger_begin(struct dm_ledger *l);
bool dm__ledger_commit(struct dm_ledger *l);
void dm__ledger_roll_back(struct dm_ledger *l);

/* Have commit() wait for the disk, or not: then a power cut may cost the last transactions, which is safe
 * as long as the outputs can be put back to older tokens.  A new ledger waits. */
bool dm__ledger_set_durable(struct dm_ledger *l, bool durable);

/* ---- generations ------------------------------------------------------------------------------- */

struct dm_ledger_generation {
    int64_t id;              /* 0: there is none */
    dm_str fingerprint;      /* 32 hexadecimal digits */
    dm_str pipeline;         /* the file as it was named */
    int64_t began, finished; /* ms since 1970; finished 0: its outputs have not taken their names */
};

/* A stage of a generation; `position` is its place in the pipeline. */
struct dm_ledger_stage {
    int64_t position;
    dm_str kind, name;   /* "clean", "clean-unicode" */
    const dm_str *rules; /* [rule_count] their ids */
    size_t rule_count;
    dm_str target; /* of an output: the first file or folder that it writes; empty: none */
    bool
        replaces; /* an output that is built anew and replaces an older one when the generation is finished */
};

/* The newest generation, or one by its id.  Strings are in the arena.  false: dm__ledger_why() */
bool dm__ledger_newest(struct dm_ledger *l, struct dm_arena *arena, struct dm_ledger_generation *out);
bool dm__ledger_generation(struct dm_ledger *l, struct dm_arena *arena, int64_t id,
                           struct dm_ledger_generation *out);

/* Start a generation; tokens of the one before are dropped.  g->id is set. */
bool dm__ledger_add_generation(struct dm_ledger *l, struct dm_ledger_generation *g,
                               const struct dm_ledger_stage *stages, size_t count);
bool dm__ledger_finish_generation(struct dm_ledger *l, int64_t id, int64_t now);

/* The stages of a generation, in the arena.  false: dm__ledger_why() */
bool dm__ledger_stages(struct dm_ledger *l, struct dm_arena *arena, int64_t generation,
                       struct dm_ledger_stage **out, size_t *count);

/* Whether an output of any generation that is on record wrote to `target`. */
bool dm__ledger_has_written(struct dm_ledger *l, dm_str target, bool *out);

/* What the output at `position` put last.  *out is in the arena; ptr NULL: nothing yet. */
bool dm__ledger_token(struct dm_ledger *l, struct dm_arena *arena, int64_t position, dm_str *out);
bool dm__ledger_put_token(struct dm_ledger *l, int64_t position, dm_str token);

/* ---- inputs ------------------------------------------------------------------------------------ */

/* Where one record of an input went. */
struct dm_ledger_result {
    uint32_t part;
    int64_t position;                   /* of the output */
    bool refused;                       /* the output would not have it */
    unsigned char hash[DM_LEDGER_HASH]; /* XXH3-128 of the record, canonical */
    dm_str place;                       /* as the output named it; empty: it does not say */
};

struct dm_ledger_input {
    dm_str source, path;
    uint64_t size;
    int64_t modified;                   /* ns since 1970; DM_LEDGER_UNSURE */
    bool hashed;                        /* the content was read, and `hash` is its */
    unsigned char hash[DM_LEDGER_HASH]; /* XXH3-128, canonical */
    int64_t generation;
    enum dm_ledger_state state;
    uint64_t revision;
    uint32_t attempts;
    int64_t stage;         /* that it failed in; -1: reading */
    dm_str reason;         /* of a failure */
    int64_t seen, settled; /* ms since 1970: when it was first met, when its fate was sealed */
    uint64_t bytes, edits; /* read; changes made */
    dm_str work;           /* what the stages did, packed: work.h */
};

/* What is known of an input, by its source.  Strings are the ledger's until the next call.
 * return  1: *out is set, 0: nothing, -1: dm__ledger_why() */
int dm__ledger_find(struct dm_ledger *l, dm_str source, struct dm_ledger_input *out);

/* Store an input's fate and its results, in place of what was known of it.  The time when it was first seen
 * stays.  What the strings point to must stay until the next call of another function, as some inputs are held
 * back to be stored together; an error may be told then.
 * known   there may be older results */
bool dm__ledger_put(struct dm_ledger *l, const struct dm_ledger_input *in,
                    const struct dm_ledger_result *results, size_t count, bool known);

/* An unchanged input's time of change is another one now. */
bool dm__ledger_touch(struct dm_ledger *l, dm_str source, int64_t modified);

bool dm__ledger_forget(struct dm_ledger *l, dm_str source);

/* Give the room of what was dropped back to the file system. */
bool dm__ledger_shrink(struct dm_ledger *l);

/* Whether an input's row is known at all. */
bool dm__ledger_is_empty(struct dm_ledger *l, bool *out);

/* ---- looking through it ------------------------------------------------------------------------ */

enum dm_ledger_which { DM_LEDGER_ALL, DM_LEDGER_FAILURES };

/* Walk over inputs in the order of their sources.  One walk at a time.
 * return  next(): 1: *out is set, 0: no more, -1: dm__ledger_why() */
bool dm__ledger_walk(struct dm_ledger *l, enum dm_ledger_which which);
int dm__ledger_next(struct dm_ledger *l, struct dm_ledger_input *out);

/* The results of an input, by part and output, in the arena. */
bool dm__ledger_results(struct dm_ledger *l, struct dm_arena *arena, dm_str source,
                        struct dm_ledger_result **out, size_t *count);

struct dm_ledger_totals {
    uint64_t done, dropped, failed; /* inputs of the newest generation */
    uint64_t older;                 /* inputs that only an older one has processed */
    uint64_t bytes, edits;
    int64_t first, last; /* ms since 1970: of `seen` and `settled`; 0: there is no input */
};
bool dm__ledger_totals(struct dm_ledger *l, struct dm_ledger_totals *out);

#endif
