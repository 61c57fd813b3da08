/* What is wrong with a file that is no YAML, said in words that help.  Part of the YAML reader. */
#ifndef DOCMILL_CORE_YAML_ERROR_H
#define DOCMILL_CORE_YAML_ERROR_H

#include "core/pipeline/report.h"

/* A parser's complaint. */
struct dm_yaml_error {
    bool memory;           /* nothing is wrong with the file */
    bool reader;           /* the bytes are bad; only `offset` is set */
    const char *problem;   /* libyaml's words; NULL: none */
    size_t at;             /* which code point of the file, from 0 */
    unsigned line, column; /* the same, from 1 */
    unsigned context_line; /* where what is being read began */
    size_t offset;         /* byte */
};

/* Add it to the report.  bytes: of the file */
void dm__yaml_explain(struct dm_report *report, dm_str file, dm_str bytes, const struct dm_yaml_error *e);

/* Line and column, from 1, of a byte. */
void dm__yaml_place(dm_str bytes, size_t offset, unsigned *line, unsigned *column);

#endif
