/* One function for each option type, and the walk over a mapping of them. */
#include "core/pipeline/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/pipeline/regex.h"
#include "core/pipeline/units.h"
#include "core/text/str.h"

/* ---- complaints ----------------------------------------------------------------------------- */

struct dm_problem *dm__reader_error(const struct dm_reader *r, const struct dm_yaml *node, const char *fmt,
                                    ...)
{
    if (node != NULL && node->broken)
        return &r->report->lost;
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    return dm__report_error(r->report, r->file, node != NULL ? node->line : 0,
                            node != NULL ? node->column : 0, "%s", line);
}

void *dm__reader_no_memory(const struct dm_reader *r)
{
    dm__report_error(r->report, r->file, 0, 0, "out of memory");
    return NULL;
}

void dm__reader_suggest(const struct dm_reader *r, struct dm_problem *p, dm_str word,
                        const char *const *names, size_t count)
{
    const char *const near = dm__nearest(word, names, count);
    if (near != NULL)
        dm__report_hint(r->report, p, "did you mean '%s'?", near);
}

static bool is_among(dm_str word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (dm__str_eq(word, dm__str(names[i])))
            return true;
    return false;
}

bool dm__reader_known_keys(const struct dm_reader *r, const struct dm_yaml *map, const char *const *names,
                           size_t count)
{
    bool known = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct dm_yaml *const key = map->keys[i];
        if (is_among(key->value, names, count))
            continue;
        struct dm_problem *const p = dm__reader_error(r, key, "unknown key '%.*s' in %s",
                                                      dm__shown(key->value), key->value.ptr, r->what);
        dm__reader_suggest(r, p, key->value, names, count);
        known = false;
    }
    return known;
}

dm_str dm__reader_describe(const struct dm_reader *r, const struct dm_yaml *node)
{
    if (node->kind == DM_YAML_SEQUENCE)
        return DM_LIT("a list");
    if (node->kind == DM_YAML_MAPPING)
        return DM_LIT("a mapping");
    if (dm__yaml_is_null(node))
        return DM_LIT("nothing");
    const dm_str shown = dm__arena_printf(r->arena, "'%.*s'", dm__shown(node->value), node->value.ptr);
    return shown.ptr != NULL ? shown : DM_LIT("a text");
}

/* "expected a whole number for 'attempts', found 'x'" */
static struct dm_problem *expected(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                                   const char *what)
{
    const bool secret = (o->flags & DM_SECRET) != 0 && node->kind == DM_YAML_SCALAR;
    const dm_str found = secret ? DM_LIT("something else") : dm__reader_describe(r, node);
    return dm__reader_error(r, node, "expected %s for '%s', found %.*s", what, o->name, (int)found.len,
                            found.ptr);
}

static bool refuse_value(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                         const struct dm_value_fault *fault)
{
    char what[128];
    snprintf(what, sizeof what, "%s", fault->expected);
    struct dm_problem *const p = expected(r, o, node, what);
    if (fault->meant[0] != '\0')
        dm__report_hint(r->report, p, "%s%sdid you mean '%s'?", fault->why != NULL ? fault->why : "",
                        fault->why != NULL ? ": " : "", fault->meant);
    else if (fault->why != NULL)
        dm__report_hint(r->report, p, "%s", fault->why);
    return false;
}

/* ---- scalars -------------------------------------------------------------------------------- */

/* A scalar that is not null. */
static bool is_text(const struct dm_yaml *node)
{
    return node->kind == DM_YAML_SCALAR && !dm__yaml_is_null(node);
}

/* A scalar that may be a number: one that its writer did not quote. */
static bool want_unquoted(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                          const char *what)
{
    if (is_text(node) && (node->plain || node->replaced))
        return true;
    struct dm_problem *const p = expected(r, o, node, what);
    if (node->kind == DM_YAML_SCALAR && !node->plain)
        dm__report_hint(r->report, p, "remove the quotes");
    return false;
}

/* What a range says: "1 to 10", "1 or more". */
static void show_range(const dm_option *o, uint32_t type, char text[2 * DM_VALUE_TEXT + 16])
{
    char min[DM_VALUE_TEXT], max[DM_VALUE_TEXT];
    dm__value_show(type, o->min, min);
    dm__value_show(type, o->max, max);
    snprintf(text, 2 * DM_VALUE_TEXT + 16, "%s to %s", min, max);
}

static bool in_range(const dm_option *o, double n)
{
    const bool bounded = o->min < 0 || o->min > 0 || o->max < 0 || o->max > 0;
    return !bounded || (n >= o->min && n <= o->max);
}

static bool check_range(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node, double n)
{
    if (in_range(o, n))
        return true;
    char range[2 * DM_VALUE_TEXT + 16], what[160];
    show_range(o, o->type, range);
    snprintf(what, sizeof what, "%s", range);
    expected(r, o, node, what);
    return false;
}

/* The same for how long a text or list is. */
static bool check_length(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                         size_t length, const char *unit)
{
    if (in_range(o, (double)length))
        return true;
    char range[2 * DM_VALUE_TEXT + 16];
    show_range(o, DM_INT, range);
    dm__reader_error(r, node, "expected %s %s for '%s', found %zu", range, unit, o->name, length);
    return false;
}

static bool read_bool(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node, bool *out)
{
    struct dm_value_fault fault;
    if (!want_unquoted(r, o, node, "true or false"))
        return false;
    return dm__value_bool(node->value, out, &fault) || refuse_value(r, o, node, &fault);
}

static bool read_whole(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                       int64_t *out)
{
    struct dm_value_fault fault;
    const char *const what = o->type == DM_SIZE   ? "a size such as 64KiB, 2MB or 1GiB"
                             : o->type == DM_TIME ? "a time such as 200ms, 30s, 5m or 1h"
                                                  : "a whole number";
    if (!want_unquoted(r, o, node, what))
        return false;
    const bool good = o->type == DM_SIZE   ? dm__value_size(node->value, out, &fault)
                      : o->type == DM_TIME ? dm__value_time(node->value, out, &fault)
                                           : dm__value_int(node->value, out, &fault);
    if (!good)
        return refuse_value(r, o, node, &fault);
    return check_range(r, o, node, (double)*out);
}

static bool read_real(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node, double *out)
{
    struct dm_value_fault fault;
    if (!want_unquoted(r, o, node, "a number"))
        return false;
    if (!dm__value_real(node->value, out, &fault))
        return refuse_value(r, o, node, &fault);
    return check_range(r, o, node, *out);
}

static bool read_text(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node, dm_str *out)
{
    if (!is_text(node)) {
        expected(r, o, node, "a text");
        return false;
    }
    *out = node->value;
    return check_length(r, o, node, node->value.len, "bytes");
}

static bool read_choice(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                        int32_t *out)
{
    char all[256] = "";
    size_t count = 0, len = 0;
    for (; o->choices[count] != NULL; count++) {
        if (node->kind == DM_YAML_SCALAR && dm__str_eq(node->value, dm__str(o->choices[count]))) {
            *out = (int32_t)count;
            return true;
        }
        const int n =
            snprintf(all + len, sizeof all - len, "%s%s", count != 0 ? ", " : "", o->choices[count]);
        len += (size_t)n < sizeof all - len ? (size_t)n : 0;
    }
    char what[300];
    snprintf(what, sizeof what, "one of %s", all);
    struct dm_problem *const p = expected(r, o, node, what);
    if (node->kind == DM_YAML_SCALAR)
        dm__reader_suggest(r, p, node->value, o->choices, count);
    return false;
}

/* ---- paths and patterns --------------------------------------------------------------------- */

/* Whether an empty value is what the option has when nothing is given: then it means "none". */
static bool may_be_empty(const dm_option *o)
{
    return o->def != NULL && (o->def[0] == '\0' || strcmp(o->def, "\"\"") == 0 || strcmp(o->def, "''") == 0);
}

static bool want_path(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node)
{
    if (!is_text(node)) {
        expected(r, o, node, "a path");
        return false;
    }
    if (node->value.len == 0 && !may_be_empty(o)) {
        dm__reader_error(r, node, "the path for '%s' is empty", o->name);
        return false;
    }
    if (memchr(node->value.ptr, '\0', node->value.len) != NULL) {
        dm__reader_error(r, node, "the path for '%s' holds a NUL character", o->name);
        return false;
    }
    return true;
}

static bool read_path_in(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                         dm_str *out)
{
    if (!want_path(r, o, node))
        return false;
    *out = node->value;
    if (out->len == 0)
        return true;
    if (out->ptr[0] != '/' && r->folder.len != 0 && !dm__str_eq(r->folder, DM_LIT("."))) {
        *out = dm__arena_printf(r->arena, "%.*s/%.*s", (int)r->folder.len, r->folder.ptr, (int)out->len,
                                out->ptr);
        if (out->ptr == NULL)
            return dm__reader_no_memory(r);
    }
    if (access(out->ptr, R_OK) == 0)
        return true;
    char why[DM_ERRNO_MAX];
    dm__errno_text(errno, why);
    dm__reader_error(r, node, "'%s' for '%s' cannot be read: %s", out->ptr, o->name, why);
    return false;
}

/* Where in the file byte `offset` of a scalar stands; its start, if that cannot be told. */
static unsigned column_in(const struct dm_yaml *node, size_t offset)
{
    unsigned column = node->column;
    for (size_t i = 0; node->exact && i < offset && i < node->value.len; i++)
        column += ((unsigned char)node->value.ptr[i] & 0xC0) != 0x80;
    return column;
}

const dm_regex *dm__read_regex(const struct dm_reader *r, const char *name, const struct dm_yaml *node)
{
    if (!is_text(node)) {
        const dm_str found = dm__reader_describe(r, node);
        dm__reader_error(r, node, "expected a regular expression for '%s', found %.*s", name, (int)found.len,
                         found.ptr);
        return NULL;
    }
    dm_str why;
    size_t offset;
    const dm_regex *const re = dm__regex_compile(r->arena, node->value, &why, &offset);
    if (re != NULL)
        return re;
    if (why.ptr == NULL)
        return dm__reader_no_memory(r);
    char where[40] = "";
    if (!node->exact && offset != 0)
        snprintf(where, sizeof where, " (at its byte %zu)", offset);
    dm__report_error(r->report, r->file, node->line, column_in(node, offset),
                     "the regular expression for '%s' does not compile: %.*s%s", name, (int)why.len, why.ptr,
                     where);
    return NULL;
}

static bool read_regex(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                       const dm_regex **out)
{
    *out = NULL;
    if (is_text(node) && node->value.len == 0 && may_be_empty(o))
        return true;
    if (is_text(node) && node->value.len == 0) {
        dm__reader_error(r, node, "the regular expression for '%s' is empty", o->name);
        return false;
    }
    *out = dm__read_regex(r, o->name, node);
    return *out != NULL;
}

/* ---- lists and mappings --------------------------------------------------------------------- */

bool dm__read_texts(const struct dm_reader *r, const char *name, const struct dm_yaml *node, dm_str **items,
                    size_t *count)
{
    const dm_option o = {.name = name};
    *count = 0;
    if (node->kind == DM_YAML_MAPPING || dm__yaml_is_null(node)) {
        expected(r, &o, node, "a list");
        return false;
    }
    const size_t all = node->kind == DM_YAML_SCALAR ? 1 : node->count;
    *items = dm__arena_alloc(r->arena, all * sizeof **items, _Alignof(dm_str));
    if (*items == NULL)
        return dm__reader_no_memory(r);
    bool good = true;
    for (size_t i = 0; i < all; i++) {
        const struct dm_yaml *const item = node->kind == DM_YAML_SCALAR ? node : node->items[i];
        if (!is_text(item)) {
            expected(r, &o, item, "texts");
            good = false;
            continue;
        }
        (*items)[(*count)++] = item->value;
    }
    return good;
}

static bool read_list(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node,
                      dm_array *out)
{
    dm_str *items = NULL;
    size_t count;
    if (!dm__read_texts(r, o->name, node, &items, &count))
        return false;
    *out = (dm_array){items, (uint32_t)count, sizeof *items};
    return check_length(r, o, node, count, "entries");
}

static bool read_map(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node, dm_array *out)
{
    if (node->kind != DM_YAML_MAPPING) {
        expected(r, o, node, "a mapping");
        return false;
    }
    dm_pair *const pairs = dm__arena_alloc(r->arena, node->count * sizeof *pairs, _Alignof(dm_pair));
    if (pairs == NULL)
        return dm__reader_no_memory(r);
    bool good = true;
    for (size_t i = 0; i < node->count; i++) {
        pairs[i] = (dm_pair){node->keys[i]->value, node->items[i]->value};
        if (is_text(node->items[i]))
            continue;
        expected(r, o, node->items[i], "texts");
        good = false;
    }
    *out = (dm_array){pairs, (uint32_t)node->count, sizeof *pairs};
    return good && check_length(r, o, node, node->count, "entries");
}

/* ---- options -------------------------------------------------------------------------------- */

bool dm__option_read(const struct dm_reader *r, const dm_option *o, const struct dm_yaml *node, void *state)
{
    void *const field = (char *)state + o->offset;
    switch (o->type) {
    case DM_BOOL:
        return read_bool(r, o, node, field);
    case DM_INT:
    case DM_SIZE:
    case DM_TIME:
        return read_whole(r, o, node, field);
    case DM_REAL:
        return read_real(r, o, node, field);
    case DM_TEXT:
        return read_text(r, o, node, field);
    case DM_CHOICE:
        return read_choice(r, o, node, field);
    case DM_LIST:
        return read_list(r, o, node, field);
    case DM_MAP:
        return read_map(r, o, node, field);
    case DM_PATH_IN:
        return read_path_in(r, o, node, field);
    case DM_PATH_OUT:
        if (!want_path(r, o, node))
            return false;
        *(dm_str *)field = node->value;
        return true;
    case DM_REGEX:
        return read_regex(r, o, node, field);
    default:
        dm__reader_error(r, node, "'%s' has a type that this docmill does not know", o->name);
        return false;
    }
}
