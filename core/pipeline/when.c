/* Conditions: `language`, `mime`, and metadata by key. */
#include "core/pipeline/when.h"

#include <string.h>

#include "core/text/glob.h"
#include "core/text/str.h"

/* A list of what may be, or a single one. */
static bool read_values(const struct dm_reader *r, const struct dm_yaml *node, struct dm_condition *c)
{
    if (!dm__read_texts(r, c->key, node, &c->values, &c->count))
        return false;
    if (c->count == 0)
        dm__reader_error(r, node, "the list for '%s' is empty: no document could fulfil it", c->key);
    return c->count != 0;
}

static bool check_mimes(const struct dm_reader *r, const struct dm_yaml *node, const struct dm_condition *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const char *const wrong = dm__glob_check(c->values[i]);
        const struct dm_yaml *const item = node->kind == DM_YAML_SCALAR ? node : node->items[i];
        if (wrong == NULL)
            continue;
        dm__reader_error(r, item, "'%.*s' for 'mime' is no pattern: %s", dm__shown(c->values[i]),
                         c->values[i].ptr, wrong);
        return false;
    }
    return true;
}

/* `{ matches: REGEX }` or `{ present: true }` */
static bool read_test(const struct dm_reader *r, const struct dm_yaml *node, struct dm_condition *c)
{
    static const char *const keys[] = {"matches", "present"};
    static const dm_option present = {.name = "present", .type = DM_BOOL};
    struct dm_reader inner = *r;
    inner.what = "a condition on metadata";
    bool good = dm__reader_known_keys(&inner, node, keys, 2);
    const struct dm_yaml *const matches = dm__yaml_find(node, "matches");
    const struct dm_yaml *const is_present = dm__yaml_find(node, "present");
    if (node->count == 0) {
        dm__reader_error(r, node, "expected 'matches' or 'present' for '%s', found neither", c->key);
        return false;
    }
    if (matches != NULL) {
        c->matches = dm__read_regex(r, c->key, matches);
        good = c->matches != NULL && good;
    }
    if (is_present != NULL) {
        bool must = false;
        good = dm__option_read(r, &present, is_present, &must) && good;
        c->present = must;
    }
    return good;
}

static bool read_metadata(const struct dm_reader *r, const struct dm_yaml *key, const struct dm_yaml *node,
                          struct dm_condition *c)
{
    *c = (struct dm_condition){.key = key->value.ptr, .present = -1};
    if (key->value.len == 0 || strlen(key->value.ptr) != key->value.len) {
        dm__reader_error(r, key, "this is no key that metadata can have");
        return false;
    }
    return node->kind == DM_YAML_MAPPING ? read_test(r, node, c) : read_values(r, node, c);
}

static bool read_metadatas(const struct dm_reader *r, const struct dm_yaml *node,
                           struct dm_condition *conditions, size_t *count)
{
    if (node->kind != DM_YAML_MAPPING) {
        const dm_str found = dm__reader_describe(r, node);
        dm__reader_error(r, node, "expected a mapping for 'metadata', found %.*s", (int)found.len, found.ptr);
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < node->count; i++)
        good = read_metadata(r, node->keys[i], node->items[i], &conditions[(*count)++]) && good;
    return good;
}

/* The two keys that are common enough to need no `metadata`. */
static bool read_common(const struct dm_reader *r, const char *key, const struct dm_yaml *node,
                        struct dm_condition *c)
{
    *c = (struct dm_condition){.key = key, .present = -1};
    return read_values(r, node, c) && (strcmp(key, "mime") != 0 || check_mimes(r, node, c));
}

bool dm__conditions_read(const struct dm_reader *r, const struct dm_yaml *node, struct dm_condition **out,
                         size_t *count)
{
    static const char *const keys[] = {"language", "mime", "metadata"};
    *count = 0;
    if (dm__yaml_is_null(node))
        return true;
    if (node->kind != DM_YAML_MAPPING) {
        const dm_str found = dm__reader_describe(r, node);
        struct dm_problem *const p =
            dm__reader_error(r, node, "expected a mapping for 'when', found %.*s", (int)found.len, found.ptr);
        dm__report_hint(r->report, p, "write 'when: { language: en }'");
        return false;
    }
    struct dm_reader inner = *r;
    inner.what = "'when'";
    bool good = dm__reader_known_keys(&inner, node, keys, 3);
    const struct dm_yaml *const metadata = dm__yaml_find(node, "metadata");
    const size_t most = 2 + (metadata != NULL ? metadata->count : 0);
    *out = dm__arena_alloc(r->arena, most * sizeof **out, _Alignof(struct dm_condition));
    if (*out == NULL)
        return dm__reader_no_memory(r);
    for (size_t i = 0; i < 2; i++) {
        const struct dm_yaml *const common = dm__yaml_find(node, keys[i]);
        if (common != NULL)
            good = read_common(r, keys[i], common, &(*out)[(*count)++]) && good;
    }
    return (metadata == NULL || read_metadatas(r, metadata, *out, count)) && good;
}
