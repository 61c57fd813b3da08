/* The files that `docmill new` writes. */
#ifndef DOCMILL_CLI_TEMPLATES_H
#define DOCMILL_CLI_TEMPLATES_H

#include <sys/types.h>

struct dm_template {
    const char *path, *text; /* @NAME@, @KIND@, @VERSION@ stand for what they say, in both */
    mode_t mode;
};

struct dm_template_set {
    const char *kind;                /* "cleaner" */
    const char *language;            /* "c", "lua" */
    const char *next;                /* the command that tests it, in its folder */
    const struct dm_template *files; /* the last has path NULL */
};

/* The last has kind NULL. */
extern const struct dm_template_set dm__template_sets[];

#endif
