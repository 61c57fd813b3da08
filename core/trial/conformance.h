/* Put a plugin through what any plugin must stand, as `docmill plugins check` does. */
#ifndef DOCMILL_CORE_CONFORMANCE_H
#define DOCMILL_CORE_CONFORMANCE_H

#include "core/pipeline/pipeline.h"

/* Options for a stage, where those that would be invented make no sense. */
struct dm_conformance_given {
    dm_str stage; /* "clean-names" */
    const struct dm_yaml *with;
};

/* What is wrong.  `means` and `todo` are sentences for the plugin's author. */
struct dm_conformance_finding {
    dm_str rule; /* its id: "same-result" */
    dm_str what, doing;
    dm_str means, todo;
};

/* One check that was made. */
struct dm_conformance_check {
    dm_str stage; /* "clean-names"; "plugin": all of it */
    dm_str title; /* "opens with its defaults, twice" */
    const struct dm_conformance_finding *findings;
    size_t count;
};

struct dm_conformance {
    const char *path;
    const struct dm_conformance_given *given;
    size_t given_count;
    bool idempotent;   /* the plugin claims so of its cleaners */
    uint64_t patience; /* ms that one step may take */
    void *owner;
    void (*check)(void *owner, const struct dm_conformance_check *check);
    void (*note)(void *owner, dm_str line);
};

/* Check a plugin in child processes.
 * arena   for what is told
 * return  findings; -1: nothing could be tried, errno */
int dm__conformance_run(struct dm_arena *arena, const struct dm_conformance *order);

#endif
