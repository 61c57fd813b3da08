/* A command: what it is called, what it takes, what it does.  Its help page is written from this. */
#ifndef DOCMILL_CLI_COMMAND_H
#define DOCMILL_CLI_COMMAND_H

#include "core/cli/args.h"
#include "core/cli/log.h"

/* Options that every command takes. */
struct dm_common {
    struct dm_words plugin_dirs;
    int colour;   /* enum dm_colour */
    int log_form; /* 0 text, 1 json */
    bool quiet, verbose, help, version;
};

/* What a command has at hand. */
struct dm_cli {
    struct dm_arena *arena;
    struct dm_common common;
    struct dm_words sets; /* --set */
    struct dm_style out;  /* of standard output */
    struct dm_log log;
};

struct dm_example {
    const char *command, *what;
};

struct dm_exit {
    int status;
    const char *when;
};

enum { DM_COMMAND_READS_PIPELINE = 1u << 0 /* takes --set */ };

struct dm_command {
    const char *name, *operands, *summary; /* "run", "PIPELINE [PATH...]", one line */
    const char *about;                     /* paragraphs of the help page, separated by "\n\n" */
    const struct dm_arg *args;             /* NULL: none of its own */
    const struct dm_example *examples;     /* the last has command NULL */
    const struct dm_exit *exits;           /* the last has when NULL */
    size_t least, most;                    /* operands; most SIZE_MAX: any number */
    unsigned flags;                        /* DM_COMMAND_... */
    size_t options_size;                   /* of the struct that `args` fills, zeroed; 0: none */
    int (*run)(struct dm_cli *cli, const void *options, const struct dm_words *operands);
};

enum { DM_COMMAND_OPTIONS_MAX = 256 /* bytes; options_size must not exceed it */ };

extern const struct dm_command dm__command_run, dm__command_watch, dm__command_audit, dm__command_try,
    dm__command_check, dm__command_plugins, dm__command_new, dm__command_schema, dm__command_status,
    dm__command_failures, dm__command_why, dm__command_retry, dm__command_verify, dm__command_forget,
    dm__command_undo, dm__command_graph, dm__command_plugins_check, dm__command_test;

#endif
