/* YAML as a tree with the place of every node.  The only part of docmill that knows libyaml. */
#ifndef DOCMILL_CORE_YAML_H
#define DOCMILL_CORE_YAML_H

#include "core/pipeline/report.h"

enum dm_yaml_kind { DM_YAML_SCALAR = 1, DM_YAML_SEQUENCE, DM_YAML_MAPPING };

struct dm_yaml {
    enum dm_yaml_kind kind;
    unsigned line, column; /* from 1 */
    bool plain;            /* SCALAR: written without quotes, so `null`, `true` and numbers count */
    bool exact;            /* SCALAR: the value stands in the file letter by letter, from line and column */
    bool replaced;         /* SCALAR: a variable was put in, so that numbers count in quotes too */
    bool broken;  /* SCALAR: something wrong with it was reported, and what follows from that is not */
    dm_str value; /* SCALAR; a NUL is behind it */
    struct dm_yaml **items; /* SEQUENCE; MAPPING: the values */
    struct dm_yaml **keys;  /* MAPPING: scalars, each different */
    size_t count;
};

/* Bounds on what a file may hold: bytes, nodes after aliases are followed, depth, anchors. */
enum {
    DM_YAML_MAX_BYTES = 1 << 20,
    DM_YAML_MAX_NODES = 100000,
    DM_YAML_MAX_DEPTH = 32,
    DM_YAML_MAX_ANCHORS = 1000
};

/* Read one document.  Refuses duplicate keys, keys that are no scalars, merge keys, tags, a second
 * document, aliases without anchor or into themselves, bytes that are no UTF-8, and what exceeds the
 * bounds.  An alias gives a copy of its own, with the places of what it stands for.
 * file    for messages
 * return  the root, in the report's arena; NULL: it cannot be read (or is empty), as reported.  Duplicate
 *         keys and tags are reported and left out: look at report->errors too */
struct dm_yaml *dm__yaml_read(struct dm_report *report, dm_str file, dm_str bytes);

/* The same with the tree in an arena of its own. */
struct dm_yaml *dm__yaml_read_into(struct dm_arena *arena, struct dm_report *report, dm_str file,
                                   dm_str bytes);

/* The value of a key; NULL: absent or no mapping. */
struct dm_yaml *dm__yaml_find(const struct dm_yaml *map, const char *key);

/* Whether it is an empty plain scalar, `null` or `~`.  NULL is, too. */
bool dm__yaml_is_null(const struct dm_yaml *node);

#endif
