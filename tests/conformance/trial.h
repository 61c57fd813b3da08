/* The trial of a plugin: what is being tried, and what was found.  The parts:
 *
 *   conformance.c  a child process for each plugin, so that a crash is a finding too
 *   tables.c       what the plugin says of itself
 *   opening.c      options at their default, least and greatest values
 *   working.c      documents: the same result always, edits that lead back, memory that runs out
 *   writing.c      the writer's half of an output: crashes, refusals, memory that runs out
 *   documents.c    the documents
 *   tree.c         what lies in a folder */
#ifndef DOCMILL_TESTS_TRIAL_H
#define DOCMILL_TESTS_TRIAL_H

#include "core/chain/task.h"
#include "tests/harness/bench.h"

enum { TRIAL_DOING_MAX = 512, TRIAL_PATH_MAX = 256 };

struct trial_document;

struct trial {
    struct dm_arena arena;
    struct dm_plugin_file file;
    const dm_stage *stage; /* at work */
    dm_str stage_name;
    const struct trial_document *documents;
    size_t document_count;
    const char *const *given;    /* the command line's `STAGE=YAML` arguments */
    char folder[TRIAL_PATH_MAX]; /* for what is written */
    char target[TRIAL_PATH_MAX]; /* where options of type DM_PATH_OUT point */
    unsigned targets;            /* that were used */
    unsigned found, runs;        /* findings; documents that were put through */
    char *doing;                 /* [TRIAL_DOING_MAX], shared with the parent process; empty: all is done */
};

/* Say what is being done, for the case that it never ends. */
DM_PRINTF(2, 3)
void trial_doing(struct trial *t, const char *fmt, ...);

/* Print a finding.
 * rule  what the contract says, a sentence for the plugin's author */
DM_PRINTF(3, 4)
void trial_find(struct trial *t, const char *rule, const char *fmt, ...);

/* Point the options of type DM_PATH_OUT at a place where nothing is. */
void trial_new_target(struct trial *t);

/* ---- the trials ------------------------------------------------------------------------------- */

void trial_tables(struct trial *t);
void trial_opening(struct trial *t);
void trial_working(struct trial *t);
void trial_writing(struct trial *t);

/* ---- options ---------------------------------------------------------------------------------- */

/* The mapping that opens the stage: what the command line gives, targets, and something for each other
 * option that has no default.
 * invented  out: whether there was one, so that a refusal is no finding */
struct dm_yaml *trial_with(struct trial *t, bool *invented);

/* Whether the command line sets an option, which is then left at that. */
bool trial_is_given(struct trial *t, const char *name);

/* The same with one option set. */
struct dm_yaml *trial_with_one(struct trial *t, const char *name, struct dm_yaml *value);

/* ---- documents -------------------------------------------------------------------------------- */

struct trial_document {
    const char *name; /* for people */
    struct bench_document in;
    bool only_bytes; /* for extractors: no UTF-8 */
};

/* All of them, in the arena. */
const struct trial_document *trial_documents(struct dm_arena *arena, size_t *count);

/* A document of less than this is small. */
enum { TRIAL_SMALL = 6000 };

static inline bool trial_is_small(const struct trial_document *d)
{
    return d->in.bytes.len < TRIAL_SMALL;
}

/* Whether the stage at work can be given that document. */
static inline bool trial_takes(const struct trial *t, const struct trial_document *d)
{
    return t->stage->kind == DM_EXTRACTOR || !d->only_bytes;
}

/* Put a document through and write all that came of it, status and message too, into the transcript,
 * which the caller frees.  What must hold for every document is checked on the way. */
struct dm_buffer trial_run(struct trial *t, struct bench *b, const struct trial_document *d,
                           struct dm_outcome *out);

/* ---- trees ------------------------------------------------------------------------------------ */

/* Names and contents of all files below a folder, or of one file; caller frees. */
struct dm_buffer tree_read(const char *path);
void tree_remove(const char *path);
/* Cut a byte off a file that is not empty, or remove a folder.  false: nothing is there */
bool tree_shorten(const char *path);
/* The first line in which two trees differ, for people; in the arena. */
dm_str tree_difference(struct dm_arena *arena, const struct dm_buffer *a, const struct dm_buffer *b);

bool buffer_equal(const struct dm_buffer *a, const struct dm_buffer *b);
DM_PRINTF(2, 3)
void buffer_print(struct dm_buffer *b, const char *fmt, ...);
void buffer_add(struct dm_buffer *b, dm_str bytes);

#endif
