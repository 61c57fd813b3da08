/* The conditions of a step: each is about one metadata value, and all must hold. */
#include "core/chain/condition.h"

#include <ctype.h>
#include <string.h>

#include "core/pipeline/regex.h"
#include "core/text/glob.h"
#include "core/text/str.h"

/* Basic filtering of RFC 4647: `en` matches `en` and `en-GB`, without regard to case. */
static bool matches_language(dm_str range, dm_str tag)
{
    if (tag.len < range.len || (tag.len > range.len && tag.ptr[range.len] != '-'))
        return false;
    for (size_t i = 0; i < range.len; i++)
        if (tolower((unsigned char)range.ptr[i]) != tolower((unsigned char)tag.ptr[i]))
            return false;
    return true;
}

static bool holds(const struct dm_condition *c, dm_str value)
{
    if (c->present >= 0 && (value.ptr != NULL) != (c->present == 1))
        return false;
    if (c->count == 0 && c->matches == NULL)
        return true;
    if (value.ptr == NULL)
        return false;
    if (c->matches != NULL && dm__regex_match(c->matches, value, 0, NULL, 0) <= 0)
        return false;
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->key, "language") == 0 ? matches_language(c->values[i], value)
            : strcmp(c->key, "mime") == 0   ? dm__glob_match(c->values[i], value)
                                            : dm__str_eq(c->values[i], value))
            return true;
    return c->count == 0;
}

bool dm__condition_holds(const struct dm_step *step, const struct dm_doc *d)
{
    for (size_t i = 0; i < step->when_count; i++)
        if (!holds(&step->when[i], dm__doc_meta(d, step->when[i].key)))
            return false;
    return true;
}
