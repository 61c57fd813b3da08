/* The stages that cases name, and whole pipelines, loaded into this process. */
#ifndef DOCMILL_CORE_CASE_WHOLE_H
#define DOCMILL_CORE_CASE_WHOLE_H

#include "core/bench/bench.h"

/* Find a stage and load its plugin, once.
 * known    what can be had; loaded: what is here so far, with an arena that lives as long
 * return   stage NULL: problem says why */
struct dm_stage_ref dm__whole_find_stage(struct dm_arena *arena, const struct dm_registry *known,
                                         struct dm_registry *loaded, dm_str name, dm_str *problem);

/* Put an input through a pipeline.
 * output   whose bytes are handed on: "output-jsonl"; ptr NULL: those of the first output
 * return   false: it cannot be read or opened, problem says why */
bool dm__whole_run(struct dm_arena *arena, const struct dm_registry *known, struct dm_registry *loaded,
                   dm_str file, dm_str output, const struct dm_bench_document *in, dm_bench_part_fn *part,
                   void *owner, struct dm_outcome *out, dm_str *problem);

#endif
