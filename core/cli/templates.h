/* The files that `docmill new` writes.  They lie in core/cli/templates/; cmake/EmbedTemplates.cmake puts them into the
 * program. */
#ifndef DOCMILL_CLI_TEMPLATES_H
#define DOCMILL_CLI_TEMPLATES_H

#include <sys/types.h>

struct dm_template {
    const char *path, *text; /* words such as @NAME@ stand for what new.c says, in both */
    mode_t mode;
};

struct dm_template_set {
    const char *kind;                /* "cleaner" */
    const char *language;            /* "c" */
    const struct dm_template *files; /* the last has path NULL */
};

/* The last has kind NULL. */
extern const struct dm_template_set dm__template_sets[];

#endif
