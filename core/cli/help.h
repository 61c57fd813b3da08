/* Help pages, written from the tables of the commands. */
#ifndef DOCMILL_CLI_HELP_H
#define DOCMILL_CLI_HELP_H

#include "core/cli/command.h"

/* `docmill --help`: all commands, NULL-terminated, and the options of the program. */
void dm__help_program(FILE *to, const struct dm_style *style, const struct dm_command *const *commands,
                      const struct dm_arg_group *groups, size_t group_count);

/* `docmill help COMMAND`. */
void dm__help_command(FILE *to, const struct dm_style *style, const struct dm_command *command,
                      const struct dm_arg_group *groups, size_t group_count);

/* Write words, broken at spaces, so that no line is longer than `columns` if words allow; lines after
 * the first start with `indent` spaces.
 * column  where the first line starts */
void dm__help_wrap(FILE *to, const char *text, unsigned column, unsigned indent, unsigned columns);

#endif
