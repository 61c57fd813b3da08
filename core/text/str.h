/* The few things that everybody does with a dm_str. */
#ifndef DOCMILL_CORE_STR_H
#define DOCMILL_CORE_STR_H

#include <string.h>

#include <docmill/plugin.h>

/* The bytes of a C string; NULL gives ptr NULL. */
static inline dm_str dm__str(const char *s)
{
    return (dm_str){s, s != NULL ? strlen(s) : 0};
}

static inline bool dm__str_eq(dm_str a, dm_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline dm_str dm__str_slice(dm_str s, dm_span at)
{
    return (dm_str){s.ptr + at.begin, at.end - at.begin};
}

#endif
