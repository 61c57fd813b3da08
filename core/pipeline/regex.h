/* Regular expressions for options and conditions; regex.c alone knows PCRE2. */
#ifndef DOCMILL_CORE_REGEX_H
#define DOCMILL_CORE_REGEX_H

#include "core/document/arena.h"

/* Compile for UTF-8, with Unicode's idea of letters and digits (\w, \d, \b, (?i)); a line ends with LF,
 * CR LF or CR.  Machine code is made at the first match.  Compiled expressions live as long as the
 * process, and the same pattern gives the same expression.
 * error, offset  out, on failure: what is wrong, in the arena (ptr NULL: no memory), and at which byte
 *                of the pattern
 * return         NULL: does not compile
 * thread         one for all expressions, as for matching */
const dm_regex *dm__regex_compile(struct dm_arena *arena, dm_str pattern, dm_str *error, size_t *offset);

/* As dm_match(), without a task.  Bytes of the subject that are no UTF-8 match nothing.
 * return  groups set, the whole match among them; 0: no match; DM_ELIMIT: too many steps */
int32_t dm__regex_match(const dm_regex *re, dm_str subject, size_t from, dm_span *groups, uint32_t cap);

/* The pattern that it was compiled from; borrowed for ever. */
dm_str dm__regex_pattern(const dm_regex *re);

#endif
