/* YAML from libyaml's events.  Anchors are followed here, by copying, so that what a file may grow to is
 * counted in one place. */
#include "core/pipeline/yaml.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "core/pipeline/yaml_error.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

struct anchor {
    dm_str name;
    const struct dm_yaml *node;
    bool open; /* its end has not come yet */
};

struct reading {
    struct dm_arena *arena;
    struct dm_report *report;
    dm_str file, bytes;
    yaml_parser_t parser;
    size_t nodes;
    struct anchor *anchors;
    size_t anchor_count, anchor_cap;
};

static unsigned line_of(const yaml_mark_t *m)
{
    return (unsigned)m->line + 1;
}

static unsigned column_of(const yaml_mark_t *m)
{
    return (unsigned)m->column + 1;
}

#define FAIL(r, event, ...)                                                                                  \
    dm__report_error((r)->report, (r)->file, line_of(&(event)->start_mark), column_of(&(event)->start_mark), \
                     __VA_ARGS__)

static void *no_memory(struct reading *r)
{
    dm__report_error(r->report, r->file, 0, 0, "out of memory");
    return NULL;
}

static void report_syntax(struct reading *r)
{
    const yaml_parser_t *const p = &r->parser;
    const struct dm_yaml_error e = {.memory = p->error == YAML_MEMORY_ERROR,
                                    .reader = p->error == YAML_READER_ERROR,
                                    .problem = p->problem,
                                    .at = p->problem_mark.index,
                                    .line = line_of(&p->problem_mark),
                                    .column = column_of(&p->problem_mark),
                                    .context_line = line_of(&p->context_mark),
                                    .offset = p->problem_offset};
    dm__yaml_explain(r->report, r->file, r->bytes, &e);
}

/* The caller deletes the event. */
static bool next_event(struct reading *r, yaml_event_t *e)
{
    if (yaml_parser_parse(&r->parser, e) != 0)
        return true;
    report_syntax(r);
    return false;
}

static struct dm_yaml *new_node(struct reading *r, const yaml_event_t *e, enum dm_yaml_kind kind)
{
    if (++r->nodes > DM_YAML_MAX_NODES) {
        FAIL(r, e, "more than %d values", DM_YAML_MAX_NODES);
        return NULL;
    }
    struct dm_yaml *const n = dm__arena_alloc(r->arena, sizeof *n, _Alignof(struct dm_yaml));
    if (n == NULL)
        return no_memory(r);
    n->kind = kind;
    n->line = line_of(&e->start_mark);
    n->column = column_of(&e->start_mark);
    return n;
}

/* return  index + 1; 0: failed */
static size_t add_anchor(struct reading *r, const yaml_event_t *e, const yaml_char_t *name,
                         const struct dm_yaml *node)
{
    if (r->anchor_count == DM_YAML_MAX_ANCHORS) {
        FAIL(r, e, "more than %d anchors", DM_YAML_MAX_ANCHORS);
        return 0;
    }
    struct anchor *const anchors =
        dm__arena_grow(r->arena, r->anchors, r->anchor_count, &r->anchor_cap, sizeof *anchors);
    const dm_str copy = dm__arena_str(r->arena, dm__str((const char *)name));
    if (anchors == NULL || copy.ptr == NULL) {
        no_memory(r);
        return 0;
    }
    r->anchors = anchors;
    anchors[r->anchor_count++] = (struct anchor){.name = copy, .node = node};
    return r->anchor_count;
}

static void check_tag(struct reading *r, const yaml_event_t *e, const yaml_char_t *tag)
{
    if (tag == NULL)
        return;
    const dm_str shown = dm__str((const char *)tag);
    struct dm_problem *const p =
        FAIL(r, e, "a tag such as '%.*s' has no meaning here", dm__shown(shown), shown.ptr);
    dm__report_hint(r->report, p, "put a text that starts with '!' in quotes");
}

static bool code_points_equal(const yaml_event_t *e, dm_str value)
{
    size_t count = 0;
    for (size_t i = 0; i < value.len; i++)
        count += ((unsigned char)value.ptr[i] & 0xC0) != 0x80;
    return e->end_mark.index - e->start_mark.index == count && e->start_mark.line == e->end_mark.line;
}

static struct dm_yaml *read_scalar(struct reading *r, const yaml_event_t *e)
{
    struct dm_yaml *const n = new_node(r, e, DM_YAML_SCALAR);
    if (n == NULL)
        return NULL;
    n->value = dm__arena_str(r->arena, (dm_str){(const char *)e->data.scalar.value, e->data.scalar.length});
    if (n->value.ptr == NULL)
        return no_memory(r);
    n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    n->exact = n->plain && code_points_equal(e, n->value);
    check_tag(r, e, e->data.scalar.tag);
    if (e->data.scalar.anchor != NULL && add_anchor(r, e, e->data.scalar.anchor, n) == 0)
        return NULL;
    return n;
}

static bool too_deep(struct reading *r, const yaml_event_t *e, unsigned depth)
{
    if (depth > DM_YAML_MAX_DEPTH)
        FAIL(r, e, "nested more than %d levels deep", DM_YAML_MAX_DEPTH);
    return depth > DM_YAML_MAX_DEPTH;
}

/* A copy of a tree, with its places; `e` is the alias that asked for it. */
static struct dm_yaml *copy_node(struct reading *r, const yaml_event_t *e, const struct dm_yaml *from,
                                 unsigned depth)
{
    if (from->kind != DM_YAML_SCALAR && too_deep(r, e, depth))
        return NULL;
    struct dm_yaml *const n = new_node(r, e, from->kind);
    if (n == NULL)
        return NULL;
    *n = *from;
    if (n->count == 0)
        return n;
    struct dm_arena *const arena = r->arena;
    n->items = dm__arena_raw(arena, n->count * sizeof *n->items);
    n->keys = from->keys != NULL ? dm__arena_raw(arena, n->count * sizeof *n->keys) : NULL;
    if (n->items == NULL || (from->keys != NULL && n->keys == NULL))
        return no_memory(r);
    for (size_t i = 0; i < n->count; i++) {
        n->items[i] = copy_node(r, e, from->items[i], depth + 1);
        if (n->items[i] == NULL)
            return NULL;
        if (n->keys != NULL)
            n->keys[i] = from->keys[i]; /* never changed, so they can be shared */
    }
    return n;
}

static struct dm_yaml *follow_alias(struct reading *r, const yaml_event_t *e, unsigned depth)
{
    const dm_str name = dm__str((const char *)e->data.alias.anchor);
    for (size_t i = r->anchor_count; i-- > 0;) {
        const struct anchor *const a = &r->anchors[i];
        if (!dm__str_eq(a->name, name))
            continue;
        if (!a->open)
            return copy_node(r, e, a->node, depth);
        FAIL(r, e, "the alias '*%.*s' stands inside what it stands for", dm__shown(name), name.ptr);
        return NULL;
    }
    struct dm_problem *const p = FAIL(r, e, "no '&%.*s' comes before this alias", dm__shown(name), name.ptr);
    dm__report_hint(r->report, p, "put a text that starts with '*' in quotes");
    return NULL;
}

/* ---- mappings ------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    const struct dm_yaml *const x = *(struct dm_yaml *const *)a, *const y = *(struct dm_yaml *const *)b;
    const size_t len = x->value.len < y->value.len ? x->value.len : y->value.len;
    const int order = memcmp(x->value.ptr, y->value.ptr, len);
    if (order != 0)
        return order;
    if (x->value.len != y->value.len)
        return x->value.len < y->value.len ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

/* Report the keys that came before, and leave them out. */
static bool drop_duplicates(struct reading *r, struct dm_yaml *map)
{
    struct dm_yaml **const sorted = dm__arena_raw(r->arena, map->count * sizeof(struct dm_yaml *));
    if (sorted == NULL)
        return no_memory(r);
    if (map->count != 0) {
        memcpy(sorted, map->keys, map->count * sizeof *sorted);
        qsort(sorted, map->count, sizeof *sorted, compare_keys);
    }
    for (size_t i = 1, first = 0; i < map->count; i++) {
        if (!dm__str_eq(sorted[i]->value, sorted[first]->value)) {
            first = i;
            continue;
        }
        dm__report_error(r->report, r->file, sorted[i]->line, sorted[i]->column,
                         "duplicate key '%.*s', which line %u has already", dm__shown(sorted[i]->value),
                         sorted[i]->value.ptr, sorted[first]->line);
        sorted[i]->kind = 0;
    }
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++) {
        if (map->keys[i]->kind == 0)
            continue;
        map->keys[kept] = map->keys[i];
        map->items[kept++] = map->items[i];
    }
    map->count = kept;
    return true;
}

static struct dm_yaml *read_node(struct reading *r, yaml_event_t *e, unsigned depth);

static struct dm_yaml *read_key(struct reading *r, yaml_event_t *e)
{
    if (e->type != YAML_SCALAR_EVENT) {
        FAIL(r, e, "a key must be a single word or text");
        yaml_event_delete(e);
        return NULL;
    }
    struct dm_yaml *const key = read_node(r, e, 0);
    if (key != NULL && key->plain && dm__str_eq(key->value, DM_LIT("<<"))) {
        dm__report_error(r->report, r->file, key->line, key->column, "merge keys ('<<') are not understood");
        return NULL;
    }
    return key;
}

/* Read one item, and in a mapping the key before it.  `e` is the event that starts it. */
static bool read_item(struct reading *r, struct dm_yaml *n, yaml_event_t *e, size_t caps[2], unsigned depth)
{
    struct dm_arena *const arena = r->arena;
    struct dm_yaml *key = NULL;
    yaml_event_t value = *e;
    if (n->kind == DM_YAML_MAPPING) {
        key = read_key(r, e);
        if (key == NULL || !next_event(r, &value))
            return false;
    }
    struct dm_yaml *const item = read_node(r, &value, depth + 1);
    if (item == NULL)
        return false;
    struct dm_yaml **const items = dm__arena_grow(arena, n->items, n->count, &caps[0], sizeof *items);
    struct dm_yaml **const keys =
        key != NULL ? dm__arena_grow(arena, n->keys, n->count, &caps[1], sizeof *keys) : NULL;
    if (items == NULL || (key != NULL && keys == NULL))
        return no_memory(r);
    n->items = items;
    n->keys = keys;
    n->items[n->count] = item;
    if (key != NULL)
        n->keys[n->count] = key;
    n->count++;
    return true;
}

static bool read_items(struct reading *r, struct dm_yaml *n, unsigned depth)
{
    const yaml_event_type_t end =
        n->kind == DM_YAML_MAPPING ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    size_t caps[2] = {0, 0};
    yaml_event_t e;
    while (next_event(r, &e)) {
        if (e.type == end) {
            yaml_event_delete(&e);
            return n->kind != DM_YAML_MAPPING || drop_duplicates(r, n);
        }
        if (!read_item(r, n, &e, caps, depth))
            return false;
    }
    return false;
}

static struct dm_yaml *read_collection(struct reading *r, const yaml_event_t *e, unsigned depth)
{
    const bool is_map = e->type == YAML_MAPPING_START_EVENT;
    if (too_deep(r, e, depth))
        return NULL;
    struct dm_yaml *const n = new_node(r, e, is_map ? DM_YAML_MAPPING : DM_YAML_SEQUENCE);
    if (n == NULL)
        return NULL;
    check_tag(r, e, is_map ? e->data.mapping_start.tag : e->data.sequence_start.tag);
    const yaml_char_t *const name = is_map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor;
    const size_t anchor = name != NULL ? add_anchor(r, e, name, n) : 0;
    if (name != NULL && anchor == 0)
        return NULL;
    if (anchor != 0)
        r->anchors[anchor - 1].open = true;
    if (!read_items(r, n, depth))
        return NULL;
    if (anchor != 0)
        r->anchors[anchor - 1].open = false;
    return n;
}

/* The node that starts with `e`, which is deleted. */
static struct dm_yaml *read_node(struct reading *r, yaml_event_t *e, unsigned depth)
{
    struct dm_yaml *n = NULL;
    if (e->type == YAML_SCALAR_EVENT)
        n = read_scalar(r, e);
    else if (e->type == YAML_ALIAS_EVENT)
        n = follow_alias(r, e, depth);
    else
        n = read_collection(r, e, depth);
    yaml_event_delete(e);
    return n;
}

/* ---- the file ------------------------------------------------------------------------------- */

/* Skip the events that start the stream and the document, up to the first node. */
static bool find_root(struct reading *r, yaml_event_t *e)
{
    while (next_event(r, e)) {
        if (e->type != YAML_STREAM_START_EVENT && e->type != YAML_DOCUMENT_START_EVENT) {
            if (e->type != YAML_STREAM_END_EVENT)
                return true;
            dm__report_error(r->report, r->file, 1, 1, "the file is empty");
            yaml_event_delete(e);
            return false;
        }
        yaml_event_delete(e);
    }
    return false;
}

static bool expect_end(struct reading *r)
{
    yaml_event_t e;
    while (next_event(r, &e)) {
        const yaml_event_type_t type = e.type;
        if (type == YAML_DOCUMENT_START_EVENT)
            FAIL(r, &e, "a second document starts here; a file holds one");
        yaml_event_delete(&e);
        if (type != YAML_DOCUMENT_END_EVENT)
            return type == YAML_STREAM_END_EVENT;
    }
    return false;
}

static bool check_bytes(struct dm_report *report, dm_str file, dm_str bytes)
{
    if (bytes.len > DM_YAML_MAX_BYTES) {
        dm__report_error(report, file, 0, 0, "the file is larger than 1 MiB");
        return false;
    }
    const size_t good = dm__utf8_check(bytes);
    if (good == bytes.len)
        return true;
    unsigned line, column;
    dm__yaml_place(bytes, good, &line, &column);
    struct dm_problem *const p = dm__report_error(report, file, line, column, "the byte 0x%02X is no UTF-8",
                                                  (unsigned char)bytes.ptr[good]);
    dm__report_hint(report, p, "save the file as UTF-8");
    return false;
}

struct dm_yaml *dm__yaml_read(struct dm_report *report, dm_str file, dm_str bytes)
{
    return dm__yaml_read_into(report->arena, report, file, bytes);
}

struct dm_yaml *dm__yaml_read_into(struct dm_arena *arena, struct dm_report *report, dm_str file,
                                   dm_str bytes)
{
    if (!check_bytes(report, file, bytes))
        return NULL;
    const size_t bom = bytes.len >= 3 && memcmp(bytes.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    const dm_str text = {bytes.len > bom ? bytes.ptr + bom : "", bytes.len - bom};
    struct reading r = {.arena = arena, .report = report, .file = file, .bytes = text};
    if (yaml_parser_initialize(&r.parser) == 0)
        return no_memory(&r);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.ptr, text.len);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_event_t e;
    struct dm_yaml *root = find_root(&r, &e) ? read_node(&r, &e, 1) : NULL;
    if (root != NULL && !expect_end(&r))
        root = NULL;
    yaml_parser_delete(&r.parser);
    return root;
}

struct dm_yaml *dm__yaml_find(const struct dm_yaml *map, const char *key)
{
    if (map == NULL || map->kind != DM_YAML_MAPPING)
        return NULL;
    const dm_str name = dm__str(key);
    for (size_t i = 0; i < map->count; i++)
        if (dm__str_eq(map->keys[i]->value, name))
            return map->items[i];
    return NULL;
}

bool dm__yaml_is_null(const struct dm_yaml *node)
{
    if (node == NULL)
        return true;
    return node->kind == DM_YAML_SCALAR && node->plain && !node->replaced &&
           (node->value.len == 0 || dm__str_eq(node->value, DM_LIT("null")) ||
            dm__str_eq(node->value, DM_LIT("~")));
}
