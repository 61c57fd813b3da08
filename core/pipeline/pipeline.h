/* A pipeline: what a pipeline file says, checked against what the plugins declare. */
#ifndef DOCMILL_CORE_PIPELINE_H
#define DOCMILL_CORE_PIPELINE_H

#include "core/document/edit.h"
#include "core/pipeline/plugin.h"
#include "core/pipeline/yaml.h"
#include "core/sandbox/launcher.h"

/* `when:`: all that is given must hold.  Lists are "any of".  Empty lists: no condition. */
struct dm_condition {
    const char *key; /* metadata key; "language" and "mime" are keys too */
    dm_str *values;  /* any of; language `en` matches `en-GB` too; mime takes globs */
    size_t count;
    const dm_regex *matches; /* NULL: none */
    int present;             /* 1: must be there, 0: must not be, -1: no matter */
};

/* One stage with its options, ready to open. */
struct dm_instance {
    const struct dm_plugin_file *file;
    const dm_stage *stage;
    void *state;                /* stage->state_size bytes with the options filled in; never shared */
    struct dm_rule_mode *modes; /* [stage->rules.count] */
};

struct dm_step {
    uint32_t kind; /* DM_EXTRACTOR, ... */
    dm_str name;   /* "clean-unicode"; "extract-auto" */
    unsigned line, column;
    const struct dm_yaml *source;  /* its mapping in the file */
    struct dm_instance *instances; /* one; `extract: auto`: all extractors */
    size_t instance_count;
    struct dm_condition *when;
    size_t when_count;
};

struct dm_run_settings {
    uint32_t workers; /* 0: auto */
    uint64_t timeout; /* ms for one document */
    uint64_t memory;  /* bytes for one document */
    uint32_t attempts;
    dm_str state; /* folder; empty: none */
};

enum dm_watch_order { DM_WATCH_OLDEST, DM_WATCH_NEWEST };
enum dm_watch_after { DM_WATCH_LEAVE, DM_WATCH_MOVE, DM_WATCH_DELETE };
enum dm_watch_poll { DM_WATCH_POLL_AUTO, DM_WATCH_POLL_ALWAYS, DM_WATCH_POLL_NEVER };
enum dm_watch_reload { DM_WATCH_RELOAD_SIGNAL, DM_WATCH_RELOAD_AUTO };

/* How `docmill watch` looks at its folders; times in ms. */
struct dm_watch_settings {
    uint64_t settle, min_age, audit, poll_every;
    dm_str *ignore; /* globs on names of files and folders */
    size_t ignore_count;
    dm_str marker; /* ".done": a file is complete when there is one of its name and this; empty: none */
    enum dm_watch_order order;
    enum dm_watch_after after;
    enum dm_watch_poll poll;
    enum dm_watch_reload reload;
    dm_str done; /* folder that processed files are moved to; empty: they are not */
};

struct dm_input_settings {
    dm_str *paths; /* files, folders, globs, as given; relative to the current folder */
    size_t path_count;
    dm_str *include, *exclude; /* globs on the last part of the path, or on the whole if they hold a `/` */
    size_t include_count, exclude_count;
    bool literal;      /* the paths are names, never globs: they came from the command line */
    uint64_t max_size; /* bytes */
    dm_str base;       /* folder that sources are relative to; empty: deduced */
};

/* What `--set` and the command line replace. */
struct dm_override {
    dm_str name, value; /* of `vars:` */
};
struct dm_pipeline_args {
    const struct dm_override *sets;
    size_t set_count;
    const dm_str *paths; /* replace input.paths; borrowed; names, never globs */
    size_t path_count;
    bool inputs_elsewhere; /* inputs come another way (a list, `try FILE`): input.paths is ignored */
};

/* Whose command it is. */
struct dm_program_owner {
    const struct dm_instance *instance;
    const char *option;
};

/* The commands of the stages, in the order of the file; see programs.h. */
struct dm_stage_programs {
    struct dm_launch_orders orders;
    struct dm_program_owner *owners; /* [orders.count] */
    size_t order_cap, owner_cap;
    struct dm_launcher *launcher; /* set by whoever runs the pipeline; NULL: nothing can be started */
};

struct dm_pipeline {
    dm_str file; /* as the user named it */
    dm_str text; /* its content; what a worker parses again */
    struct dm_input_settings input;
    struct dm_run_settings run;
    struct dm_watch_settings watch;
    dm_str tests;          /* folder of its cases, beside the file; empty: none */
    struct dm_step *steps; /* one extractor first, then cleaners and outputs */
    size_t step_count;
    size_t output_count;
    struct dm_stage_programs programs;
};

/* Read and check a pipeline.  All problems are reported, not only the first; outputs are checked
 * against each other and against the inputs, regular expressions are compiled.
 * text    borrowed, must live as long as the pipeline
 * return  NULL: at least one error.  In the registry's arena otherwise */
struct dm_pipeline *dm__pipeline_read(const struct dm_registry *registry, dm_str file, dm_str text,
                                      const struct dm_pipeline_args *args, struct dm_report *report);

/* Read a file of at most `max` bytes into the arena, with a clear error for what cannot be read. */
bool dm__pipeline_slurp(struct dm_arena *arena, const char *path, size_t max, dm_str *out,
                        struct dm_report *report);

/* One instance of a stage with `with` (NULL: defaults); for pipelines, `try --as` and tests. */
bool dm__instance_make(struct dm_arena *arena, struct dm_stage_ref ref, const struct dm_yaml *with,
                       dm_str file, struct dm_report *report, struct dm_instance *out);

/* How many metrics the step's stages declare that stand before `before`; NULL: all of them.  Those of a step are
 * numbered through. */
size_t dm__step_metrics(const struct dm_step *step, const struct dm_instance *before);

/* "network", "exec", "write": the words for DM_NEEDS_..., by bit; NULL-terminated. */
extern const char *const dm__needs[];

/* A JSON schema of pipeline files with the options of all plugins of the registry. */
dm_str dm__schema_write(struct dm_arena *arena, const struct dm_registry *registry);

#endif
