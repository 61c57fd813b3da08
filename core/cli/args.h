/* Options of a command line, parsed by tables.  The same tables write the help pages. */
#ifndef DOCMILL_CLI_ARGS_H
#define DOCMILL_CLI_ARGS_H

#include "core/document/arena.h"

/* Words of the command line, in order. */
struct dm_words {
    const char **items;
    size_t count, cap;
};

/* Kinds of options, and the C type of the field that takes the value. */
enum {
    DM_ARG_FLAG = 1, /* bool: takes no value */
    DM_ARG_TEXT,     /* const char *, borrowed from argv */
    DM_ARG_CHOICE,   /* int: the index into `choices` */
    DM_ARG_COUNT,    /* uint64_t: 1 and up; a word of `choices` stands for UINT64_MAX */
    DM_ARG_LIST      /* struct dm_words: may be given several times */
};

/* An option.  A table of them ends with `name` NULL. */
struct dm_arg {
    const char *name; /* without the dashes */
    char letter;      /* short form; 0: none */
    uint8_t type;
    uint32_t offset;            /* of the field in the group's `into` */
    const char *value;          /* what the value is called in the help page: "DIR" */
    const char *const *choices; /* NULL-terminated */
    const char *help;
};

/* A table and the struct that it fills. */
struct dm_arg_group {
    const char *title; /* in the help page */
    const struct dm_arg *args;
    void *into;
};

struct dm_args {
    struct dm_arena *arena;
    const struct dm_arg_group *groups;
    size_t group_count;
    char *const *argv;
    size_t argc, next;        /* argv[next] is to be read */
    struct dm_words operands; /* what is no option */
    dm_str problem;           /* why parsing failed, one line; made printable */
    dm_str hint;              /* "did you mean --force?"; empty: none */
};

/* Parse options up to the first operand, which stays argv[next].
 * return  false: `problem` says why */
bool dm__args_options(struct dm_args *a);

/* Parse all that is left: options and operands in any order; behind `--` everything is an operand,
 * and so is `-`.
 * return  false: `problem` says why */
bool dm__args_all(struct dm_args *a);

/* Add a word.  return  false: no memory */
bool dm__words_add(struct dm_arena *arena, struct dm_words *w, const char *word);

#endif
