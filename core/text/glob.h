/* Shell patterns: `*` and `?` stop at `/`, `**` does not, `[a-z]`, `[!a-z]`, `\` quotes, `{a,b}`.
 * `**` followed by a `/` may also stand for no folder at all.  `?` and a class take one code point. */
#ifndef DOCMILL_CORE_GLOB_H
#define DOCMILL_CORE_GLOB_H

#include <docmill/plugin.h>

/* Whether all of `s` matches.  A byte that is no UTF-8 is a character of its own.
 * pattern  well formed; else nothing matches
 * cost     at most the length of `s` times that of the pattern, whatever the pattern */
bool dm__glob_match(dm_str pattern, dm_str s);

/* NULL: well formed; else what is wrong, a literal. */
const char *dm__glob_check(dm_str pattern);

/* Whether there is a `*`, `?`, `[` or `{`, quoted or not: whether it may match anything but itself. */
bool dm__glob_is_pattern(dm_str s);

#endif
