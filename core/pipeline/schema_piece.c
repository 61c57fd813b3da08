/* JSON schema for options: what a type, a range and a default come to. */
#include "core/pipeline/schema_piece.h"

#include "core/text/str.h"

void dm__schema_open(struct dm_json *j, const char *key, char bracket)
{
    dm__json_key(j, key);
    dm__json_open(j, bracket);
}

void dm__schema_pair(struct dm_json *j, const char *key, const char *value)
{
    dm__json_key(j, key);
    dm__json_cstr(j, value);
}

void dm__schema_object(struct dm_json *j)
{
    dm__json_open(j, '{');
    dm__schema_pair(j, "type", "object");
    dm__json_key(j, "additionalProperties");
    dm__json_bool(j, false);
}

void dm__schema_optional_object(struct dm_json *j)
{
    dm__json_open(j, '{');
    dm__schema_words(j, "type", (const char *const[]){"object", "null", NULL});
    dm__json_key(j, "additionalProperties");
    dm__json_bool(j, false);
}

void dm__schema_reference(struct dm_json *j, dm_str name)
{
    const dm_str path = dm__arena_printf(j->arena, "#/$defs/%.*s", (int)name.len, name.ptr);
    j->failed = j->failed || name.ptr == NULL || path.ptr == NULL;
    dm__json_key(j, "$ref");
    dm__json_str(j, path);
}

void dm__schema_words(struct dm_json *j, const char *key, const char *const *words)
{
    dm__schema_open(j, key, '[');
    for (; *words != NULL; words++)
        dm__json_cstr(j, *words);
    dm__json_close(j, ']');
}

void dm__schema_text(struct dm_json *j)
{
    dm__schema_words(j, "type", (const char *const[]){"string", "number", "boolean", NULL});
}

static bool is_bounded(const dm_option *o)
{
    return o->min < 0 || o->min > 0 || o->max < 0 || o->max > 0;
}

static void write_bounds(struct dm_json *j, const dm_option *o, const char *min, const char *max)
{
    if (o == NULL || !is_bounded(o))
        return;
    dm__json_key(j, min);
    dm__json_real(j, o->min);
    dm__json_key(j, max);
    dm__json_real(j, o->max);
}

/* ---- options -------------------------------------------------------------------------------- */

/* A number, or the variable that stands for one. */
static void write_number(struct dm_json *j, const dm_option *o, const char *type, const char *pattern)
{
    dm__schema_open(j, "anyOf", '[');
    if (type != NULL) {
        dm__json_open(j, '{');
        dm__schema_pair(j, "type", type);
        write_bounds(j, o, "minimum", "maximum");
        dm__json_close(j, '}');
    }
    if (pattern != NULL) {
        dm__json_open(j, '{');
        dm__schema_pair(j, "type", "string");
        dm__schema_pair(j, "pattern", pattern);
        dm__json_close(j, '}');
    }
    dm__json_open(j, '{');
    dm__schema_reference(j, DM_LIT("variable"));
    dm__json_close(j, '}');
    dm__json_close(j, ']');
}

static void write_bool(struct dm_json *j)
{
    static const char *const words[] = {"yes", "no", "on", "off", NULL};
    dm__schema_open(j, "anyOf", '[');
    dm__json_open(j, '{');
    dm__schema_pair(j, "type", "boolean");
    dm__json_close(j, '}');
    dm__json_open(j, '{');
    dm__schema_words(j, "enum", words);
    dm__json_close(j, '}');
    dm__json_open(j, '{');
    dm__schema_reference(j, DM_LIT("variable"));
    dm__json_close(j, '}');
    dm__json_close(j, ']');
}

static void write_choice(struct dm_json *j, const dm_option *o)
{
    dm__schema_open(j, "anyOf", '[');
    dm__json_open(j, '{');
    dm__schema_words(j, "enum", o->choices);
    dm__json_close(j, '}');
    dm__json_open(j, '{');
    dm__schema_reference(j, DM_LIT("variable"));
    dm__json_close(j, '}');
    dm__json_close(j, ']');
}

void dm__schema_list(struct dm_json *j, const dm_option *o)
{
    dm__schema_open(j, "anyOf", '[');
    dm__json_open(j, '{');
    dm__schema_pair(j, "type", "array");
    write_bounds(j, o, "minItems", "maxItems");
    dm__schema_open(j, "items", '{');
    dm__schema_text(j);
    dm__json_close(j, '}');
    dm__json_close(j, '}');
    dm__json_open(j, '{');
    dm__schema_text(j);
    dm__json_close(j, '}');
    dm__json_close(j, ']');
}

static void write_map(struct dm_json *j, const dm_option *o)
{
    dm__schema_pair(j, "type", "object");
    write_bounds(j, o, "minProperties", "maxProperties");
    dm__schema_open(j, "additionalProperties", '{');
    dm__schema_text(j);
    dm__json_close(j, '}');
}

void dm__schema_type(struct dm_json *j, const dm_option *o)
{
    static const char size[] = "^[0-9]+(\\.[0-9]+)?([KMGT]i?)?B$";
    static const char time[] = "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$";
    switch (o->type) {
    case DM_BOOL:
        write_bool(j);
        break;
    case DM_INT:
        write_number(j, o, "integer", NULL);
        break;
    case DM_REAL:
        write_number(j, o, "number", NULL);
        break;
    case DM_SIZE:
        write_number(j, o, "integer", size);
        break;
    case DM_TIME:
        write_number(j, o, NULL, time);
        break;
    case DM_CHOICE:
        write_choice(j, o);
        break;
    case DM_LIST:
        dm__schema_list(j, o);
        break;
    case DM_MAP:
        write_map(j, o);
        break;
    default:
        dm__schema_text(j);
        break;
    }
}

/* A scalar that is no text in JSON.  return  false: it is one */
static bool write_plain(struct dm_json *j, const dm_option *o, const struct dm_reader *r,
                        const struct dm_yaml *node)
{
    union {
        bool truth;
        int64_t whole;
        double real;
    } field;
    dm_option here = *o;
    here.offset = 0;
    const bool is_plain = o->type == DM_BOOL || o->type == DM_INT || o->type == DM_REAL;
    if (!is_plain || !dm__option_read(r, &here, node, &field))
        return false;
    if (o->type == DM_BOOL)
        dm__json_bool(j, field.truth);
    else if (o->type == DM_INT)
        dm__json_int(j, field.whole);
    else
        dm__json_real(j, field.real);
    return true;
}

/* What an editor's reader would make of the YAML. */
static void write_value(struct dm_json *j, const dm_option *o, const struct dm_reader *r,
                        const struct dm_yaml *node)
{
    const bool is_map = node->kind == DM_YAML_MAPPING;
    if (node->kind == DM_YAML_SCALAR) {
        if (!write_plain(j, o, r, node))
            dm__json_str(j, node->value);
        return;
    }
    dm__json_open(j, is_map ? '{' : '[');
    for (size_t i = 0; i < node->count; i++) {
        if (is_map)
            dm__json_key_str(j, node->keys[i]->value);
        dm__json_str(j, node->items[i]->value);
    }
    dm__json_close(j, is_map ? '}' : ']');
}

static void write_default(struct dm_json *j, const dm_option *o)
{
    struct dm_report report;
    dm__report_init(&report, j->arena);
    const struct dm_reader quiet = {.arena = j->arena, .report = &report, .what = ""};
    const struct dm_yaml *const node =
        (o->flags & DM_SECRET) == 0 ? dm__option_default_node(&quiet, o) : NULL;
    if (node == NULL || (node->kind == DM_YAML_SCALAR && node->value.len == 0))
        return; /* nothing is no value that one would write */
    dm__json_key(j, "default");
    write_value(j, o, &quiet, node);
}

static void write_option(struct dm_json *j, const dm_option *o)
{
    dm__schema_open(j, o->name, '{');
    dm__json_key(j, "description");
    dm__json_str(j, o->unit != NULL ? dm__arena_printf(j->arena, "%s (%s)", o->help, o->unit)
                                    : dm__str(o->help));
    write_default(j, o);
    dm__schema_type(j, o);
    dm__json_close(j, '}');
}

void dm__schema_options(struct dm_json *j, dm_array options)
{
    for (uint32_t i = 0; i < options.count; i++)
        write_option(j, DM_AT(dm_option, options, i));
}
