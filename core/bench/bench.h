/* One stage of a plugin on the bench: loaded into this process, opened with its options in a chain of its
 * own, and fed with documents.  A cleaner or an output gets a document that is given instead of
 * extracted.  For the programs that put plugins to the test. */
#ifndef DOCMILL_CORE_BENCH_H
#define DOCMILL_CORE_BENCH_H

#include "core/chain/chain.h"

/* What goes in.  An extractor sees source and bytes; the others source and what follows. */
struct dm_bench_document {
    dm_str source, part_name;
    uint32_t part;
    uint64_t revision; /* 0 stands for 1 */
    dm_str bytes;
    dm_str text;
    const dm_mark *marks;
    size_t mark_count;
    const dm_pair *metas;
    size_t meta_count;
};

struct dm_bench;

/* Each part as it left the stage.  Borrowed for the call. */
typedef void dm_bench_part_fn(void *owner, const dm_doc *d, dm_status status, dm_str rendered);

/* Load a plugin.
 * return  false: file->problem says why */
bool dm__bench_load(struct dm_arena *arena, const char *path, struct dm_plugin_file *file);

/* The stage that a pipeline file would call so: "clean-unicode".  stage NULL: there is none. */
struct dm_stage_ref dm__bench_find(const struct dm_plugin_file *file, dm_str name);

/* "clean-unicode" */
dm_str dm__bench_stage_name(struct dm_arena *arena, const dm_stage *stage);

/* Make an instance and open it.
 * with    its options, or NULL
 * file    that relative data paths start beside
 * why     out, when it fails: who refused and why
 * return  NULL: refused */
struct dm_bench *dm__bench_open(struct dm_stage_ref ref, const struct dm_yaml *with, dm_str file,
                                struct dm_outcome *why);
/* The same for a stage of a plugin that is linked into this program.
 * arena   holds its tables and options, and outlives what is opened
 * stage   "clean-unicode"
 * with    its options as YAML, or NULL */
struct dm_bench *dm__bench_open_linked(struct dm_arena *arena, const dm_plugin *plugin, const char *stage,
                                       const char *with, struct dm_outcome *why);
void dm__bench_close(struct dm_bench *b);

/* Put a document through.
 * part    called for each part; NULL: nobody looks */
void dm__bench_run(struct dm_bench *b, const struct dm_bench_document *in, dm_bench_part_fn *part,
                   void *owner, struct dm_outcome *out);

/* The state of the stage. */
const void *dm__bench_state(const struct dm_bench *b);

/* See dm__chain_fail_alloc(); 0: never. */
void dm__bench_fail(struct dm_bench *b, size_t nth);

/* What is wrong with a document as it left a stage: text that is not UTF-8, marks outside of it or out of
 * order, edits that do not lead back to the extracted text.
 * return  NULL: nothing */
const char *dm__bench_fault(const dm_doc *d);

/* "list-item"; NULL: no kind has that number. */
const char *dm__bench_kind_name(uint32_t kind);

#endif
