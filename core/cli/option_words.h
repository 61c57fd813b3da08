/* Options of stages in words: types, ranges and values. */
#ifndef DOCMILL_CLI_OPTION_WORDS_H
#define DOCMILL_CLI_OPTION_WORDS_H

#include "core/document/arena.h"

/* "yes or no", "integer", ... */
const char *dm__option_words_type(const dm_option *o);

/* "1 to 64", "at least 1 ms"; empty: any value.  For a choice: the words. */
dm_str dm__option_words_range(struct dm_arena *arena, const dm_option *o);

/* The default as one writes it in YAML; "required" without one. */
dm_str dm__option_words_default(struct dm_arena *arena, const dm_option *o);

/* The value that a state holds, as one would write it in YAML; secrets as "(secret)". */
dm_str dm__option_words_value(struct dm_arena *arena, const dm_option *o, const void *state);

#endif
