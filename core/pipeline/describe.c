/* A plugin's description as JSON, and back: what a child process tells of a plugin, and what the cache
 * keeps.  The names of the members stay with docmill's version, which the cache's file names carry. */
#include "core/pipeline/inspect.h"

#include <stdlib.h>
#include <string.h>

#include "core/pipeline/yaml.h"
#include "core/text/json.h"

/* ---- writing -------------------------------------------------------------------------------- */

static void write_text(struct dm_json *j, const char *key, const char *text)
{
    dm__json_key(j, key);
    dm__json_cstr(j, text);
}

static void write_uint(struct dm_json *j, const char *key, uint32_t n)
{
    dm__json_key(j, key);
    dm__json_uint(j, n);
}

static void write_real(struct dm_json *j, const char *key, double n)
{
    dm__json_key(j, key);
    dm__json_real(j, n);
}

static void write_option(struct dm_json *j, const dm_option *o)
{
    dm__json_open(j, '{');
    write_text(j, "name", o->name);
    write_uint(j, "type", o->type);
    write_uint(j, "flags", o->flags);
    write_uint(j, "offset", o->offset);
    write_text(j, "default", o->def);
    write_real(j, "min", o->min);
    write_real(j, "max", o->max);
    write_text(j, "unit", o->unit);
    dm__json_key(j, "choices");
    dm__json_open(j, '[');
    for (size_t i = 0; o->type == DM_CHOICE && o->choices[i] != NULL; i++)
        dm__json_cstr(j, o->choices[i]);
    dm__json_close(j, ']');
    write_text(j, "help", o->help);
    dm__json_close(j, '}');
}

static void write_rule(struct dm_json *j, const dm_rule *r)
{
    dm__json_open(j, '{');
    write_text(j, "id", r->id);
    write_text(j, "help", r->help);
    write_uint(j, "mode", r->mode);
    write_real(j, "threshold", r->threshold);
    dm__json_close(j, '}');
}

static void write_metric(struct dm_json *j, const dm_metric *m)
{
    dm__json_open(j, '{');
    write_text(j, "id", m->id);
    write_text(j, "unit", m->unit);
    write_text(j, "help", m->help);
    dm__json_close(j, '}');
}

static void write_stage(struct dm_json *j, const dm_stage *s)
{
    dm__json_open(j, '{');
    write_uint(j, "kind", s->kind);
    write_uint(j, "flags", s->flags);
    write_uint(j, "state-size", s->state_size);
    write_text(j, "name", s->name);
    write_text(j, "summary", s->summary);
    write_text(j, "doc", s->doc);
    dm__json_key(j, "options");
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < s->options.count; i++)
        write_option(j, DM_AT(dm_option, s->options, i));
    dm__json_close(j, ']');
    dm__json_key(j, "rules");
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < s->rules.count; i++)
        write_rule(j, DM_AT(dm_rule, s->rules, i));
    dm__json_close(j, ']');
    dm__json_key(j, "metrics");
    dm__json_open(j, '[');
    for (uint32_t i = 0; i < s->metrics.count; i++)
        write_metric(j, DM_AT(dm_metric, s->metrics, i));
    dm__json_close(j, ']');
    dm__json_close(j, '}');
}

static void write_table(struct dm_json *j, const dm_plugin *about)
{
    write_uint(j, "abi-minor", about->abi_minor);
    write_uint(j, "host-size", about->host_size);
    write_uint(j, "flags", about->flags);
    write_text(j, "name", about->name);
    write_text(j, "version", about->version);
    write_text(j, "license", about->license);
    dm__json_key(j, "stages");
    dm__json_open(j, '[');
    for (size_t i = 0; about->stages[i] != NULL; i++)
        write_stage(j, about->stages[i]);
    dm__json_close(j, ']');
}

dm_str dm__describe_write(struct dm_arena *arena, const dm_plugin *about, dm_str problem)
{
    struct dm_json j;
    dm__json_init(&j, arena, 0);
    dm__json_open(&j, '{');
    if (problem.len > 0) {
        dm__json_key(&j, "problem");
        dm__json_str(&j, problem);
    } else {
        write_table(&j, about);
    }
    dm__json_close(&j, '}');
    const dm_str text = dm__json_text(&j);
    return text.len <= DM_DESCRIBE_MAX ? text : (dm_str){0};
}

/* ---- reading -------------------------------------------------------------------------------- */

/* The first thing that is not as write_...() writes it sets `bad`; what is read then is zero. */
struct reader {
    struct dm_arena *arena;
    bool bad;
};

static const struct dm_yaml *read_member(struct reader *r, const struct dm_yaml *map, const char *key,
                                         enum dm_yaml_kind kind)
{
    const struct dm_yaml *const node = dm__yaml_find(map, key);
    if (node != NULL && node->kind == kind)
        return node;
    r->bad = true;
    return NULL;
}

static const char *read_string(struct reader *r, const struct dm_yaml *node)
{
    const bool usable = node->kind == DM_YAML_SCALAR && !node->plain &&
                        (node->value.len == 0 || memchr(node->value.ptr, '\0', node->value.len) == NULL);
    if (!usable) {
        r->bad = true;
        return NULL;
    }
    const dm_str copy = dm__arena_str(r->arena, node->value);
    r->bad |= copy.ptr == NULL;
    return copy.ptr;
}

static bool is_null(const struct dm_yaml *node)
{
    return node->plain && node->value.len == 4 && memcmp(node->value.ptr, "null", 4) == 0;
}

/* A string, or NULL for `null`; whether it may be that is for dm__plugin_check() to say. */
static const char *read_text(struct reader *r, const struct dm_yaml *map, const char *key)
{
    const struct dm_yaml *const node = read_member(r, map, key, DM_YAML_SCALAR);
    return node == NULL || is_null(node) ? NULL : read_string(r, node);
}

/* Copies the digits of a number, which are followed by anything in the tree, so that libc can read it. */
static bool copy_number(const struct dm_yaml *node, char out[64])
{
    if (node == NULL || !node->plain || node->value.len == 0 || node->value.len >= 64)
        return false;
    memcpy(out, node->value.ptr, node->value.len);
    out[node->value.len] = '\0';
    return strspn(out, "0123456789+-.eE") == node->value.len;
}

static uint32_t read_uint(struct reader *r, const struct dm_yaml *map, const char *key, uint32_t max)
{
    char digits[64];
    if (!copy_number(read_member(r, map, key, DM_YAML_SCALAR), digits) || strlen(digits) > 10 ||
        strspn(digits, "0123456789") != strlen(digits) || strtoull(digits, NULL, 10) > max) {
        r->bad = true;
        return 0;
    }
    return (uint32_t)strtoull(digits, NULL, 10);
}

static double read_real(struct reader *r, const struct dm_yaml *map, const char *key)
{
    char digits[64], *end = NULL;
    if (!copy_number(read_member(r, map, key, DM_YAML_SCALAR), digits)) {
        r->bad = true;
        return 0;
    }
    const double value = strtod(digits, &end);
    r->bad |= *end != '\0';
    return value;
}

/* Items for a sequence, zeroed; ptr NULL where there are none. */
static void *read_array(struct reader *r, const struct dm_yaml *map, const char *key, size_t size,
                        const struct dm_yaml **sequence, dm_array *out)
{
    *sequence = read_member(r, map, key, DM_YAML_SEQUENCE);
    *out = (dm_array){NULL, 0, (uint32_t)size};
    if (*sequence == NULL || (*sequence)->count == 0)
        return NULL;
    void *const items = (*sequence)->count <= DM_ITEMS_MAX
                            ? dm__arena_alloc(r->arena, (*sequence)->count * size, _Alignof(max_align_t))
                            : NULL;
    if (items == NULL)
        r->bad = true;
    else
        *out = (dm_array){items, (uint32_t)(*sequence)->count, (uint32_t)size};
    return items;
}

static const char *const *read_choices(struct reader *r, const struct dm_yaml *map)
{
    const struct dm_yaml *const sequence = read_member(r, map, "choices", DM_YAML_SEQUENCE);
    if (sequence == NULL || sequence->count == 0)
        return NULL;
    const char **const choices =
        dm__arena_alloc(r->arena, (sequence->count + 1) * sizeof *choices, _Alignof(char *));
    for (size_t i = 0; choices != NULL && i < sequence->count; i++)
        choices[i] = read_string(r, sequence->items[i]);
    r->bad |= choices == NULL;
    return choices;
}

static dm_array read_options(struct reader *r, const struct dm_yaml *stage)
{
    const struct dm_yaml *sequence;
    dm_array array;
    dm_option *const options = read_array(r, stage, "options", sizeof *options, &sequence, &array);
    for (uint32_t i = 0; i < array.count; i++) {
        const struct dm_yaml *const map = sequence->items[i];
        options[i] = (dm_option){.name = read_text(r, map, "name"),
                                 .type = (uint16_t)read_uint(r, map, "type", UINT16_MAX),
                                 .flags = (uint16_t)read_uint(r, map, "flags", UINT16_MAX),
                                 .offset = read_uint(r, map, "offset", UINT32_MAX),
                                 .def = read_text(r, map, "default"),
                                 .min = read_real(r, map, "min"),
                                 .max = read_real(r, map, "max"),
                                 .unit = read_text(r, map, "unit"),
                                 .choices = read_choices(r, map),
                                 .help = read_text(r, map, "help")};
    }
    return array;
}

static dm_array read_rules(struct reader *r, const struct dm_yaml *stage)
{
    const struct dm_yaml *sequence;
    dm_array array;
    dm_rule *const rules = read_array(r, stage, "rules", sizeof *rules, &sequence, &array);
    for (uint32_t i = 0; i < array.count; i++) {
        const struct dm_yaml *const map = sequence->items[i];
        rules[i] = (dm_rule){.id = read_text(r, map, "id"),
                             .help = read_text(r, map, "help"),
                             .mode = read_uint(r, map, "mode", UINT32_MAX),
                             .threshold = read_real(r, map, "threshold")};
    }
    return array;
}

static dm_array read_metrics(struct reader *r, const struct dm_yaml *stage)
{
    const struct dm_yaml *sequence;
    dm_array array;
    dm_metric *const metrics = read_array(r, stage, "metrics", sizeof *metrics, &sequence, &array);
    for (uint32_t i = 0; i < array.count; i++) {
        const struct dm_yaml *const map = sequence->items[i];
        metrics[i] = (dm_metric){.id = read_text(r, map, "id"),
                                 .unit = read_text(r, map, "unit"),
                                 .help = read_text(r, map, "help")};
    }
    return array;
}

static const dm_stage *const *read_stages(struct reader *r, const struct dm_yaml *root)
{
    const struct dm_yaml *const sequence = read_member(r, root, "stages", DM_YAML_SEQUENCE);
    if (sequence == NULL || sequence->count > DM_STAGES_MAX) {
        r->bad = true;
        return NULL;
    }
    const dm_stage **const list =
        dm__arena_alloc(r->arena, (sequence->count + 1) * sizeof *list, _Alignof(dm_stage *));
    dm_stage *const stages =
        dm__arena_alloc(r->arena, sequence->count * sizeof *stages, _Alignof(max_align_t));
    if (list == NULL || stages == NULL) {
        r->bad = true;
        return NULL;
    }
    for (size_t i = 0; i < sequence->count; i++) {
        const struct dm_yaml *const map = sequence->items[i];
        stages[i] = (dm_stage){.size = sizeof *stages,
                               .kind = read_uint(r, map, "kind", UINT32_MAX),
                               .flags = read_uint(r, map, "flags", UINT32_MAX),
                               .state_size = read_uint(r, map, "state-size", UINT32_MAX),
                               .name = read_text(r, map, "name"),
                               .summary = read_text(r, map, "summary"),
                               .doc = read_text(r, map, "doc"),
                               .options = read_options(r, map),
                               .rules = read_rules(r, map),
                               .metrics = read_metrics(r, map)};
        list[i] = &stages[i];
    }
    return list;
}

bool dm__describe_read(struct dm_arena *arena, dm_str text, dm_plugin *out, dm_str *problem)
{
    *out = (dm_plugin){0};
    *problem = (dm_str){0};
    struct dm_report report;
    dm__report_init(&report, arena);
    const struct dm_yaml *const root = dm__yaml_read(&report, DM_LIT("description"), text);
    if (root == NULL)
        return false;
    struct reader r = {.arena = arena};
    if (dm__yaml_find(root, "problem") != NULL) {
        const char *const why = read_text(&r, root, "problem");
        if (why == NULL || why[0] == '\0')
            return false;
        dm__refuse(arena, problem, "%s", why);
        return true;
    }
    const dm_plugin about = {.size = sizeof about,
                             .abi_minor = read_uint(&r, root, "abi-minor", UINT32_MAX),
                             .host_size = read_uint(&r, root, "host-size", UINT32_MAX),
                             .flags = read_uint(&r, root, "flags", UINT32_MAX),
                             .name = read_text(&r, root, "name"),
                             .version = read_text(&r, root, "version"),
                             .license = read_text(&r, root, "license"),
                             .stages = read_stages(&r, root)};
    dm_str fault;
    if (r.bad || !dm__plugin_check(arena, &about, &fault))
        return false;
    *out = about;
    return true;
}
