/* The trial of a plugin: what is being tried, and what was found.  It happens in a child process; what it tells
 * goes to conformance.c in the parent.  The parts:
 *
 *   conformance.c  children, and what they tell
 *   rules.c        what a plugin must hold to
 *   tables.c       what the plugin says of itself
 *   opening.c      options at their default, least and greatest values
 *   working.c      documents: the same result always, edits that lead back, memory that runs out
 *   keeping.c      what is not given back
 *   writing.c      the writer's half of an output: crashes, refusals, memory that runs out
 *   documents.c    the documents
 *   tree.c         what lies in a folder
 *
 * A trial is a row of checks in a fixed order.  When the plugin takes the child down, the next child skips
 * all checks up to and with that one. */
#ifndef DOCMILL_CORE_TRIAL_H
#define DOCMILL_CORE_TRIAL_H

#include "core/bench/bench.h"
#include "core/bench/ward.h"
#include "core/chain/task.h"
#include "core/trial/conformance.h"

enum { DM_TRIAL_DOING_MAX = DM_WARD_DOING_MAX, DM_TRIAL_PATH_MAX = 256, DM_TRIAL_DEATHS_MAX = 12 };

enum dm_trial_rule_id {
    DM_RULE_LOADS,
    DM_RULE_DESCRIBED,
    DM_RULE_OPENS,
    DM_RULE_SAME,
    DM_RULE_MEMORY,
    DM_RULE_LEAKS,
    DM_RULE_SOUND,
    DM_RULE_AGAIN,
    DM_RULE_WHY,
    DM_RULE_STATUS,
    DM_RULE_PROBE,
    DM_RULE_WRITES,
    DM_RULE_RESUMES,
    DM_RULE_REFUSES,
    DM_RULE_REPLACES,
    DM_RULE_SHORTER,
    DM_RULE_TOKEN,
    DM_RULE_WRITER_MEMORY,
    DM_RULE_CRASHES,
    DM_RULE_HANGS,
    DM_RULE_GREEDY,
    DM_RULE_EXITS,
    DM_RULE_CHECKER,
    DM_RULE_COUNT
};

struct dm_trial_rule {
    const char *id, *means, *todo;
};
extern const struct dm_trial_rule dm__trial_rules[DM_RULE_COUNT];

/* Messages of the child.  Texts in them end in NUL. */
enum dm_trial_message {
    DM_TRIAL_CHECK = 1, /* a check begins: stage, title */
    DM_TRIAL_FINDING,   /* the rule's number in a byte, what, while doing what */
    DM_TRIAL_NOTE       /* a line */
};

struct dm_trial_document;

struct dm_trial {
    const struct dm_conformance *order;
    struct dm_ward *ward;
    struct dm_arena arena;
    struct dm_plugin_file file;
    const dm_stage *stage; /* at work */
    dm_str stage_name;
    const struct dm_trial_document *documents;
    size_t document_count;
    char folder[DM_TRIAL_PATH_MAX]; /* for what is written */
    char target[DM_TRIAL_PATH_MAX]; /* where options of type DM_PATH_OUT point */
    unsigned targets;               /* that were used */
    unsigned number, skip;          /* of the check at work, from 1; up to which they were tried before */
    unsigned dead[DM_TRIAL_DEATHS_MAX], dead_count; /* checks that took a child down */
    bool silent;                                    /* findings were told before */
};

/* The next check begins; all findings up to the next are its own.
 * return  false: it was tried before, go on to the next */
DM_PRINTF(2, 3)
bool dm__trial_begin(struct dm_trial *t, const char *fmt, ...);

/* Whether the check at work was tried before and took its child down. */
bool dm__trial_died(const struct dm_trial *t);

/* Say what is being done, for the case that it never ends. */
DM_PRINTF(2, 3)
void dm__trial_doing(struct dm_trial *t, const char *fmt, ...);

/* Tell a finding. */
DM_PRINTF(3, 4)
void dm__trial_find(struct dm_trial *t, enum dm_trial_rule_id rule, const char *fmt, ...);

/* Tell what is no finding, and worth a line. */
DM_PRINTF(2, 3)
void dm__trial_note(struct dm_trial *t, const char *fmt, ...);

/* Point the options of type DM_PATH_OUT at a place where nothing is. */
void dm__trial_new_target(struct dm_trial *t);

/* ---- the trials ------------------------------------------------------------------------------- */

void dm__trial_tables(struct dm_trial *t);
/* return  false: it cannot be opened, or dies of documents; there is no point in going on */
bool dm__trial_opening(struct dm_trial *t);
bool dm__trial_working(struct dm_trial *t);
void dm__trial_keeping(struct dm_trial *t);
void dm__trial_writing(struct dm_trial *t);

/* ---- options ---------------------------------------------------------------------------------- */

/* The mapping that opens the stage: what the order gives, targets, and something for each other
 * option that has no default.
 * invented  out: whether there was one, so that a refusal is no finding */
struct dm_yaml *dm__trial_with(struct dm_trial *t, bool *invented);

/* Whether the order sets an option, which is then left at that. */
bool dm__trial_is_given(struct dm_trial *t, const char *name);

/* The same with one option set. */
struct dm_yaml *dm__trial_with_one(struct dm_trial *t, const char *name, struct dm_yaml *value);

/* ---- documents -------------------------------------------------------------------------------- */

struct dm_trial_document {
    const char *name; /* for people */
    struct dm_bench_document in;
    bool only_bytes; /* for extractors: no UTF-8 */
};

/* All of them, in the arena. */
const struct dm_trial_document *dm__trial_documents(struct dm_arena *arena, size_t *count);

/* A document of less than this is small. */
enum { DM_TRIAL_SMALL = 6000 };

static inline bool dm__trial_is_small(const struct dm_trial_document *d)
{
    return d->in.bytes.len < DM_TRIAL_SMALL;
}

/* Whether the stage at work can be given that document. */
static inline bool dm__trial_takes(const struct dm_trial *t, const struct dm_trial_document *d)
{
    return t->stage->kind == DM_EXTRACTOR || !d->only_bytes;
}

/* Put a document through and write all that came of it, status and message too, into the transcript,
 * which the caller frees.  What must hold for every document is checked on the way. */
struct dm_buffer dm__trial_run(struct dm_trial *t, struct dm_bench *b, const struct dm_trial_document *d,
                               struct dm_outcome *out);

/* ---- trees ------------------------------------------------------------------------------------ */

/* Names and contents of all files below a folder, or of one file; caller frees. */
struct dm_buffer dm__trial_tree_read(const char *path);
void dm__trial_tree_remove(const char *path);
/* Cut a byte off a file that is not empty, or remove a folder.  false: nothing is there */
bool dm__trial_tree_shorten(const char *path);
/* The first line in which two trees differ, for people; in the arena. */
dm_str dm__trial_tree_difference(struct dm_arena *arena, const struct dm_buffer *a,
                                 const struct dm_buffer *b);

bool dm__trial_buffer_equal(const struct dm_buffer *a, const struct dm_buffer *b);
DM_PRINTF(2, 3)
void dm__trial_buffer_print(struct dm_buffer *b, const char *fmt, ...);
void dm__trial_buffer_add(struct dm_buffer *b, dm_str bytes);

#endif
