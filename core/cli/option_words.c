/* Options of stages in words: types, ranges and values. */
#include "core/cli/option_words.h"

#include <inttypes.h>
#include <string.h>

#include "core/cli/printable.h"
#include "core/pipeline/regex.h"
#include "core/text/str.h"

enum { SHOWN_MAX = 120 /* columns of one text */ };

const char *dm__option_words_type(const dm_option *o)
{
    static const char *const names[] = {
        [DM_BOOL] = "yes or no",
        [DM_INT] = "integer",
        [DM_REAL] = "number",
        [DM_TEXT] = "text",
        [DM_CHOICE] = "choice",
        [DM_SIZE] = "size",
        [DM_TIME] = "time",
        [DM_LIST] = "list",
        [DM_MAP] = "mapping",
        [DM_PATH_IN] = "input path",
        [DM_PATH_OUT] = "output path",
        [DM_REGEX] = "regular expression",
    };
    return o->type >= DM_BOOL && o->type <= DM_REGEX ? names[o->type] : "unknown";
}

/* Exact for whole numbers, which bounds nearly always are. */
static dm_str number(struct dm_arena *arena, double n)
{
    if (n > -1e15 && n < 1e15 && n == (double)(int64_t)n)
        return dm__arena_printf(arena, "%" PRId64, (int64_t)n);
    return dm__arena_printf(arena, "%g", n);
}

static dm_str choices(struct dm_arena *arena, const dm_option *o)
{
    dm_str all = DM_LIT("");
    for (const char *const *c = o->choices; c && *c; c++)
        all = dm__arena_printf(arena, "%.*s%s%s", (int)all.len, all.ptr, all.len > 0 ? ", " : "", *c);
    return all;
}

/* Bounds of sizes are bytes, of times milliseconds, of texts bytes, of lists entries. */
static const char *unit_of(const dm_option *o)
{
    if (o->unit)
        return o->unit;
    switch (o->type) {
    case DM_SIZE:
    case DM_TEXT:
        return "bytes";
    case DM_TIME:
        return "ms";
    case DM_LIST:
    case DM_MAP:
        return "entries";
    default:
        return "";
    }
}

dm_str dm__option_words_range(struct dm_arena *arena, const dm_option *o)
{
    if (o->type == DM_CHOICE)
        return choices(arena, o);
    const char *unit = unit_of(o), *space = *unit ? " " : "";
    if (o->min == 0 && o->max == 0)
        return o->unit ? dm__str(o->unit) : DM_LIT("");
    const dm_str low = number(arena, o->min), high = number(arena, o->max);
    return dm__arena_printf(arena, "%.*s to %.*s%s%s", (int)low.len, low.ptr, (int)high.len, high.ptr, space,
                            unit);
}

dm_str dm__option_words_default(struct dm_arena *arena, const dm_option *o)
{
    if (!o->def)
        return DM_LIT("required");
    if (!*o->def)
        return DM_LIT("\"\"");
    if (o->flags & DM_SECRET) /* a secret's default is as secret as its value */
        return DM_LIT("(secret)");
    return dm__printable(arena, dm__str(o->def));
}

static dm_str list(struct dm_arena *arena, dm_array items)
{
    dm_str all = DM_LIT("[");
    for (uint32_t i = 0; i < items.count; i++) {
        const dm_str item = dm__printable_quoted(arena, *DM_AT(dm_str, items, i), SHOWN_MAX);
        all = dm__arena_printf(arena, "%.*s%s%.*s", (int)all.len, all.ptr, i > 0 ? ", " : "", (int)item.len,
                               item.ptr);
    }
    return dm__arena_printf(arena, "%.*s]", (int)all.len, all.ptr);
}

static dm_str mapping(struct dm_arena *arena, dm_array pairs)
{
    dm_str all = DM_LIT("{");
    for (uint32_t i = 0; i < pairs.count; i++) {
        const dm_pair *pair = DM_AT(dm_pair, pairs, i);
        const dm_str key = dm__printable_quoted(arena, pair->key, SHOWN_MAX);
        const dm_str value = dm__printable_quoted(arena, pair->value, SHOWN_MAX);
        all = dm__arena_printf(arena, "%.*s%s%.*s: %.*s", (int)all.len, all.ptr, i > 0 ? ", " : "",
                               (int)key.len, key.ptr, (int)value.len, value.ptr);
    }
    return dm__arena_printf(arena, "%.*s}", (int)all.len, all.ptr);
}

dm_str dm__option_words_value(struct dm_arena *arena, const dm_option *o, const void *state)
{
    const void *field = (const char *)state + o->offset;
    if (o->flags & DM_SECRET)
        return DM_LIT("(secret)");
    switch (o->type) {
    case DM_BOOL:
        return *(const bool *)field ? DM_LIT("true") : DM_LIT("false");
    case DM_INT:
        return dm__arena_printf(arena, "%" PRId64, *(const int64_t *)field);
    case DM_SIZE:
        return dm__arena_printf(arena, "%" PRId64 "B", *(const int64_t *)field);
    case DM_TIME:
        return dm__arena_printf(arena, "%" PRId64 "ms", *(const int64_t *)field);
    case DM_REAL:
        return dm__arena_printf(arena, "%g", *(const double *)field);
    case DM_CHOICE:
        return dm__str(o->choices[*(const int32_t *)field]);
    case DM_LIST:
        return list(arena, *(const dm_array *)field);
    case DM_MAP:
        return mapping(arena, *(const dm_array *)field);
    case DM_REGEX: {
        const dm_regex *regex = *(const dm_regex *const *)field;
        return regex ? dm__printable_quoted(arena, dm__regex_pattern(regex), SHOWN_MAX) : DM_LIT("none");
    }
    default:
        return dm__printable_quoted(arena, *(const dm_str *)field, SHOWN_MAX);
    }
}
